//! The **Miniboss** button on the organizer's panel of an Oryx 3 run.

use muster_sdk::{Ctx, Handled, Press};

use super::leading;
pub use super::leading::spec;
use crate::run::{RunId, Stage};
use crate::{acting, queries, views};

/// Asks which one it is.
pub fn handle(ctx: &mut Ctx, press: Press<RunId>) -> Handled {
    let run = queries::load_run(ctx, press.data)?;
    let actor = acting::organizer(ctx, press.member);
    run.begin_stage(actor, Stage::Miniboss)
        .map_err(leading::refused(&run))?;
    ctx.reply_private(views::miniboss_menu(&run))
}
