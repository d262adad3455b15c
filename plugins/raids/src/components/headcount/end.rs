//! The **End Headcount** button on an organizer's panel.

use muster_sdk::{ComponentSpec, Ctx, Handled, Press};

use super::refused;
use crate::headcount::HeadcountId;
use crate::{acting, counting, queries, views};

/// As often as any button.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_everyone()
}

/// It is over, and becomes no run.
pub fn handle(ctx: &mut Ctx, press: Press<HeadcountId>) -> Handled {
    let headcount = queries::load_headcount(ctx, press.data)?;
    let actor = acting::organizer(ctx, press.member);
    let closing = headcount
        .end(actor, ctx.now())
        .map_err(|why| refused(&headcount, why))?;
    counting::close(ctx, &headcount, &closing)?;
    ctx.reply_private(views::headcount_ended())
}
