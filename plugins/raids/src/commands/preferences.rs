//! `/preferences`: which direct messages a member wants.

use muster_sdk::{Category, Command, CommandSpec, Ctx, Handled, OptionSpec};

use crate::preferences::Preferences;
use crate::{queries, views};

const RUNS: &str = "runs";
const LOCATIONS: &str = "locations";

/// For everybody; only they see the answer.
pub fn spec() -> CommandSpec {
    CommandSpec::new("Shows and changes which direct messages you get")
        .category(Category::Utility)
        .option(OptionSpec::boolean(
            RUNS,
            "When a run that you joined starts or ends",
        ))
        .option(OptionSpec::boolean(
            LOCATIONS,
            "Party and location, when you offered a key",
        ))
}

/// Without options it only shows what holds.
pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
    let before = queries::find_preferences(ctx, command.member)?;
    let now = Preferences {
        run_dms: command.find_boolean(RUNS).unwrap_or(before.run_dms),
        location_dms: command
            .find_boolean(LOCATIONS)
            .unwrap_or(before.location_dms),
    };
    if now != before {
        queries::put_preferences(ctx, command.member, now)?;
    }
    ctx.reply_private(views::preferences(now))
}
