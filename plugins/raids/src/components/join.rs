//! The **Join** button on a run's panel.

use muster_sdk::{Ctx, Handled, Press, tell_member};

use super::seats;
pub use super::seats::spec;
use crate::config::Config;
use crate::run::RunId;
use crate::{acting, queries, views};

/// The member takes part, and reads where to go.
pub fn handle(ctx: &mut Ctx, press: Press<RunId>) -> Handled {
    let found = queries::load_seat(ctx, press.data, press.member)?;
    let raider = acting::raider(ctx, press.member);
    let seated = found
        .run
        .join(raider, found.seat.as_ref(), &Config::of(ctx))
        .map_err(|why| tell_member(views::no_seat(&why)))?;
    seats::put(ctx, &found, press.member, &seated)?;
    ctx.reply_private(views::joined(&found.run, &seated))
}
