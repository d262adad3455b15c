//! `/stats`: what somebody has done and earned.

use muster_sdk::{Category, Command, CommandSpec, Ctx, Handled, OptionSpec};

use crate::queries::ledger;
use crate::stats::Stats;
use crate::{members, views};

/// For everybody.
pub fn spec() -> CommandSpec {
    CommandSpec::new("Shows what a member has done: runs, keys, points")
        .category(Category::Statistics)
        .rate("heavy", 3, 15)
        .option(OptionSpec::user("member", "Who; you, if left out"))
}

/// From the kept sums, so that it costs the same for everybody.
pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
    let member = members::meant(ctx, &command)?;
    let stats = Stats::of(&ledger::list_sums(ctx, member.id)?);
    ctx.reply_private(views::stats(member.id, &stats, 0))
}
