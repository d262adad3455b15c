//! The **Cancel** button on an organizer's panel.

use muster_sdk::{Ctx, Handled, Press, tell_member};

pub use super::start::spec;
use crate::run::RunId;
use crate::{acting, closing, queries, views};

/// The run is over, and counts for nobody.
pub fn handle(ctx: &mut Ctx, press: Press<RunId>) -> Handled {
    let run = queries::load_run(ctx, press.data)?;
    let actor = acting::organizer(ctx, press.member);
    let change = run
        .cancel(actor, ctx.now())
        .map_err(|why| tell_member(views::no_transition(&run, &why)))?;
    let run = closing::cancel(ctx, &run, &change)?;
    ctx.reply_private(views::run_cancelled(&run))
}
