//! Buttons, menus and forms, one file each.
//!
//! Who is not the organizer is turned away by the rules, not at the door: who posted a run may lead it to
//! its end without the role.

pub mod bench;
pub mod cancel;
pub mod class;
mod detail;
pub mod end;
pub mod headcount;
pub mod history_page;
pub mod join;
pub mod keep_out;
pub mod key;
pub mod key_popped;
pub mod leave;
pub mod location;
pub mod note;
pub mod organizer;
pub mod party;
pub mod party_finder;
pub mod pick_class;
pub mod role_ping;
mod seats;
pub mod start;
pub mod take_over;
pub mod view_page;
