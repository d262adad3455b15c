//! The arrows below `/stats` of somebody who was everywhere.

use muster_sdk::ids::UserId;
use muster_sdk::{ComponentSpec, Ctx, Handled, Press};

use crate::queries::ledger;
use crate::stats::Stats;
use crate::views;

/// For everybody.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_everyone()
}

/// Turns to the page.
pub fn handle(ctx: &mut Ctx, press: Press<(UserId, u16)>) -> Handled {
    let (user, page) = press.data;
    let stats = Stats::of(&ledger::list_sums(ctx, user)?);
    ctx.update(views::stats(user, &stats, page.into()))
}
