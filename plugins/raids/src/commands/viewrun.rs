//! `/viewrun`: one run, and who was in it.

use muster_sdk::message::Choice;
use muster_sdk::text::plain;
use muster_sdk::time::Timestamp;
use muster_sdk::{
    Category, Command, CommandSpec, Ctx, Failure, Handled, OptionSpec, Rank, Typing, tell_member,
};

use crate::components::view_page;
use crate::run::RunId;
use crate::{queries, views};

/// How long ago the runs were posted that are offered, in milliseconds: a week.
const OFFERED_MS: i64 = 7 * 86_400_000;

/// For verified raiders; only they see the answer.
pub fn spec() -> CommandSpec {
    CommandSpec::new("Shows a run: who was in it, as what, and with which keys")
        .minimum_role(Rank::VerifiedRaider)
        .category(Category::RaidManagement)
        .rate("info", 10, 15)
        .option(
            OptionSpec::integer("runid", "The run's number")
                .required()
                .range(1..=9_007_199_254_740_991)
                .autocomplete(),
        )
}

/// The first page.
pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
    let id = RunId(command.integer("runid")?);
    let view = view_page::view(ctx, id, 0)?;
    let view = view.ok_or_else(|| tell_member(views::run_not_found(id)))?;
    ctx.reply_private(view)
}

/// The runs of the last week that fit what was typed: the beginning of the number, or part of the dungeon's
/// name.
pub fn suggest(ctx: &mut Ctx, typing: Typing) -> Result<Vec<Choice>, Failure> {
    let since = Timestamp::from_millis(ctx.now().millis() - OFFERED_MS);
    let typed = typing.text.trim().to_lowercase();
    let runs = queries::list_latest_runs(ctx, since)?.into_iter();
    let fitting = runs.filter(|run| {
        run.id.to_string().starts_with(&typed) || run.dungeon_label.to_lowercase().contains(&typed)
    });
    Ok(fitting
        .map(|run| {
            let (label, organizer) = (plain(&run.dungeon_label), plain(&run.organizer_name));
            let status = run.status.as_str();
            Choice::new(
                format!("{}: {label} ({status}) by {organizer}", run.id),
                run.id.0,
            )
        })
        .collect())
}
