//! Buttons, menus and forms, one file each.
//!
//! Who is not the organizer is turned away by the rules, not at the door: who posted a run may lead it to
//! its end without the role.

pub mod bench;
pub mod cancel;
pub mod chain;
pub mod class;
mod detail;
pub mod end;
pub mod headcount;
pub mod history_page;
pub mod join;
pub mod keep_out;
pub mod key;
pub mod key_log;
pub mod key_popped;
mod leading;
pub mod leave;
pub mod location;
pub mod lock;
pub mod miniboss;
pub mod note;
pub mod organizer;
pub mod party;
pub mod party_finder;
pub mod pick_class;
pub mod pick_miniboss;
pub mod ping;
pub mod realm_closed;
pub mod role_ping;
pub mod score;
pub mod screenshot;
mod seats;
mod stage;
pub mod start;
pub mod take_over;
pub mod third_room;
pub mod view_page;
