//! `/quotahistory`: how a role's earlier periods ended.

use muster_sdk::{Category, Command, CommandSpec, Ctx, Handled, OptionSpec, Rank, tell_member};

use crate::queries::archive;
use crate::views;

/// For organizers: those who owe a quota see how it went.
pub fn spec() -> CommandSpec {
    CommandSpec::new("Shows how a role's earlier quota periods ended")
        .minimum_role(Rank::Organizer)
        .category(Category::Statistics)
        .rate("heavy", 3, 15)
        .option(OptionSpec::role("role", "Whose quota").required())
        .option(
            OptionSpec::integer("period", "Which: 1 is the latest; 1, if left out")
                .range(1..=10_000)
                .autocomplete(),
        )
}

/// Out of the archive, which nothing changes afterwards.
pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
    let role = command.role("role")?;
    let nth = command.find_integer("period").unwrap_or(1);
    let all = archive::count(ctx, role)?;
    let archived = if (1..=all).contains(&nth) {
        archive::find(ctx, role, nth)?
    } else {
        None
    };
    let archived = archived.ok_or_else(|| tell_member(views::no_period(role, all)))?;
    ctx.reply_private(views::history(role, &archived, nth, all))
}
