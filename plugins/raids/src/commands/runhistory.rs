//! `/runhistory`: the guild's runs, and what they amount to.

use muster_dungeons::resolve;
use muster_sdk::{Category, Command, CommandSpec, Ctx, Handled, OptionSpec, Rank, tell_member};

use crate::components::history_page;
use crate::history::{DAYS, DEFAULT_DAYS, Filter};
use crate::run::DraftError;
use crate::views;

/// For verified raiders; only they see the answer.
pub fn spec() -> CommandSpec {
    CommandSpec::new("Lists this server's runs and what became of them")
        .minimum_role(Rank::VerifiedRaider)
        .category(Category::Statistics)
        .rate("heavy", 3, 15)
        .option(OptionSpec::user(
            "member",
            "Only runs that they organized or took part in",
        ))
        .option(OptionSpec::text("dungeon", "Only runs of this dungeon").autocomplete())
        .option(
            OptionSpec::integer("days", "How many days to look back; 30 unless you say so")
                .range(DAYS),
        )
}

/// The first page.
pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
    let dungeon = command.find_text("dungeon").map(|typed| {
        let found = resolve(&typed).map(|dungeon| dungeon.key.to_owned());
        found.ok_or_else(|| tell_member(views::no_draft(&DraftError::UnknownDungeon(typed))))
    });
    let filter = Filter {
        days: command.find_integer("days").unwrap_or(DEFAULT_DAYS),
        member: command.find_user("member"),
        dungeon: dungeon.transpose()?,
    };
    let view = history_page::view(ctx, &filter, 0)?;
    ctx.reply_private(view)
}
