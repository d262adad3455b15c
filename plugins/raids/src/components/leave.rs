//! The **Leave** button on a run's panel.

use muster_sdk::{Ctx, Handled, Press, tell_member};

use super::seats;
pub use super::seats::spec;
use crate::run::RunId;
use crate::{queries, views};

/// The member takes part no longer; their class is kept for the case that they come back.
pub fn handle(ctx: &mut Ctx, press: Press<RunId>) -> Handled {
    let found = queries::load_seat(ctx, press.data, press.member)?;
    let seated = found
        .run
        .leave(found.seat.as_ref())
        .map_err(|why| tell_member(views::no_seat(&why)))?;
    seats::put(ctx, &found, press.member, &seated)?;
    ctx.reply_private(views::left(&found.run, &seated))
}
