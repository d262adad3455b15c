//! What plugin authors depend on.
//!
//! A plugin is a list of what it answers to ([`plugin!`]), and a handler for each. A handler gets
//! a [`Ctx`], through which it reads its tables, answers, and queues what is to happen. Here is a whole
//! one, with a command, a button, a panel, a timer and a table:
//!
//! ```
//! use muster_sdk::{Ctx, Failure, Handled, Manifest, Panel, Place, Timer, message::Message, tell_member};
//!
//! muster_sdk::plugin! {
//!     manifest: manifest,
//!     commands: { "bell" => bell },
//!     components: { "ring" => ring },
//!     panels: { "bell" => panel },
//!     timers: { "silence" => silence },
//! }
//!
//! fn manifest() -> Manifest {
//!     Manifest::new("bell", "A bell that members ring") // .migrations(migrations!(..)) for its table
//! }
//!
//! /// `/bell`: hangs the bell up.
//! mod bell {
//!     use muster_sdk::{Command, CommandSpec, Ctx, Handled, Panel, Rank};
//!
//!     pub fn spec() -> CommandSpec {
//!         CommandSpec::new("Hangs the bell up in this channel").minimum_role(Rank::Moderator)
//!     }
//!
//!     pub fn handle(ctx: &mut Ctx, _: Command) -> Handled {
//!         let here = ctx.channel_id()?;
//!         ctx.open_panel(&Panel::new("bell", here))?;
//!         ctx.reply_private("There it hangs.")
//!     }
//! }
//!
//! /// The button **Ring** on the panel; its custom id is `ring/3`: so many times at once.
//! mod ring {
//!     use std::time::Duration;
//!     use muster_sdk::{ComponentSpec, Ctx, Handled, Press, tell_member};
//!
//!     pub fn spec() -> ComponentSpec {
//!         ComponentSpec::for_everyone()
//!     }
//!
//!     pub fn handle(ctx: &mut Ctx, press: Press<i64>) -> Handled {
//!         let rung: i64 = ctx.query_value("select count(*) from ring where user_id = $1", (press.member,))?;
//!         if rung >= 10 {
//!             return Err(tell_member("Let others ring, too."));
//!         }
//!         ctx.execute(
//!             "insert into ring (user_id, times, at) values ($1, $2, $3)",
//!             (press.member, press.data, ctx.now()),
//!         )?;
//!         ctx.timer("silence", ctx.now().plus(Duration::from_secs(60)))?;
//!         ctx.refresh("bell")
//!     }
//! }
//!
//! /// What the bell looks like; drawn from the tables alone.
//! fn panel(ctx: &mut Ctx, _: ()) -> Result<Option<Message>, Failure> {
//!     use muster_sdk::message::{Button, Row};
//!
//!     let rung: i64 = ctx.query_value("select count(*) from ring", ())?;
//!     let ring = Row::buttons([Button::green("Ring", "ring/1"), Button::grey("Thrice", "ring/3")]);
//!     Ok(Some(Message::text(format!("The bell was rung {rung} times.")).row(ring)))
//! }
//!
//! /// A minute after the last ring.
//! fn silence(ctx: &mut Ctx, _: Timer) -> Handled {
//!     ctx.execute("delete from ring", ())?;
//!     ctx.refresh("bell")
//! }
//! ```
//!
//! Beside it, `wit/world.wit` says what the plugin wants and answers. The host's packages are known, and
//! need no copy:
//!
//! ```wit
//! package example:bell;
//!
//! world bell {
//!     import muster:context/context@0.1.0;
//!     import muster:panels/panels@0.1.0;
//!     import muster:reply/reply@0.1.0;
//!     import muster:sql/sql@0.1.0;
//!     import muster:timers/timers@0.1.0;
//!
//!     export muster:plugin/plugin@0.1.0;
//!     export muster:commands/commands@0.1.0;
//!     export muster:components/components@0.1.0;
//!     export muster:panels/view@0.1.0;
//!     export muster:timers/fire@0.1.0;
//! }
//! ```
//!
//! and `Cargo.toml` depends on this crate. The component is built with
//!
//! ```text
//! cargo rustc --release --target wasm32-wasip2 --crate-type cdylib
//! ```
//!
//! Natively the same code is an ordinary library: `cargo test` runs its rules and views, and handlers
//! over a [`testing::TestHost`].
//!
//! # How a call runs
//!
//! Every call gets a fresh instance, so what is not in the database does not exist. What a handler
//! writes and queues happens when it returns `Ok`, all of it; nothing of it happens when it returns a
//! [`Failure`], panics, or takes too long. Calls for one guild run one after another. A press may arrive
//! twice: make the second harmless.
//!
//! # Where to read on
//!
//! | you want to | read |
//! |---|---|
//! | list what the plugin answers to | [`plugin!`] |
//! | say who it is, what it needs and what guilds may set | [`Manifest`], [`CommandSpec`], [`ComponentSpec`], [`Setting`] |
//! | keep data | [`sql`], [`migrations!`], [`Ctx::query_one`], [`Ctx::execute`], [`Ctx::next_id`] |
//! | show people something | [`message`], [`Ctx::reply_private`], [`Ctx::modal`]; what a person typed goes through [`text::escape`] |
//! | show state that changes | [`Panel`], [`Ctx::open_panel`], [`Ctx::refresh`] |
//! | say no | [`Failure`], [`tell_member`], [`tell_owner`] |
//! | carry data in buttons, panels and timers | [`FromName`], [`row_id!`] |
//! | read what a member did | [`Command`], [`Press`], [`Pick`], [`Form`], [`Typing`] |
//! | do something on Discord | [`Ctx::send_message`], [`Ctx::role_add`] and the others, [`Place`], [`RoleRef`], [`Mark`] |
//! | answer with what became of it | [`Ctx::reply_after`], [`Outcomes`] |
//! | do something later | [`Ctx::timer`], [`Timer`] |
//! | tell and hear other plugins | [`Ctx::emit`], [`Event`] |
//! | test it | [`testing`] for handlers without tables; rules and views are plain Rust |
//!
//! # Staying small
//!
//! A component imports what its code calls, so the permission list that owners read stays honest by
//! itself. Files, sockets and threads of the standard library are refused when the plugin is loaded, and
//! its environment is empty. JSON that you read into a `serde_json::Value` costs some KiB; each type with a
//! derived `Deserialize` costs some more.

#![deny(missing_docs)]

extern crate self as muster_sdk;

mod call;
mod ctx;
mod failure;
pub mod ids;
pub mod imports;
mod manifest;
pub mod message;
mod name;
mod place;
mod plugin;
mod rank;
pub mod sql;
#[cfg(not(target_family = "wasm"))]
pub mod testing;
pub mod text;
pub mod time;

pub use call::{
    Attachment, Command, Event, Form, FromInput, Input, Member, Outcome, Outcomes, Pick, Press,
    Role, Timer, Typing,
};
pub use ctx::{Ctx, NewMessage, NewRole, NewThread, Panel};
pub use failure::{Failure, Handled, broken, tell_member, tell_owner};
pub use imports::Level;
pub use manifest::{
    Category, CommandSpec, ComponentSpec, Manifest, Migration, OptionSpec, Rate, Setting,
};
pub use name::FromName;
pub use place::{Mark, Place, RoleRef};
pub use plugin::Plugin;
pub use rank::{MinimumRole, Rank};

#[doc(hidden)]
#[path = "rt.rs"]
pub mod __rt;
