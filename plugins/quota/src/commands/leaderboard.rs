//! `/leaderboard`: who has most of what.

use std::time::Duration;

use muster_sdk::message::Choice;
use muster_sdk::time::Timestamp;
use muster_sdk::{
    Category, Command, CommandSpec, Ctx, Failure, Handled, OptionSpec, Panel, Rank, tell_member,
};

use super::dungeon;
use crate::dates::{self, DateError};
use crate::leaderboard::{Kind, Leaderboard, Sort};
use crate::names::{PanelName, TimerName};
use crate::queries::leaderboards;
use crate::{members, views};

/// How long it can be paged.
const LIVE_FOR: Duration = Duration::from_secs(300);

/// For verified raiders; everybody in the channel sees it.
pub fn spec() -> CommandSpec {
    let date = |name, description| OptionSpec::text(name, description).length(10, 40);
    CommandSpec::new("Shows who has most runs, keys or points")
        .minimum_role(Rank::VerifiedRaider)
        .category(Category::Statistics)
        .rate("heavy", 3, 15)
        .public()
        .option(
            OptionSpec::text("type", "What is ranked")
                .required()
                .choices(Kind::ALL.map(|kind| Choice::new(kind.label(), kind.as_str()))),
        )
        .option(dungeon::option("Only this dungeon; all, if left out"))
        .option(
            OptionSpec::text("sort", "In which order; most first, if left out")
                .choices(Sort::ALL.map(|sort| Choice::new(sort.label(), sort.as_str()))),
        )
        .option(date(
            "since",
            "From this day on, in UTC: 2026-01-31, or with a time",
        ))
        .option(date(
            "until",
            "Up to this day, in UTC: 2026-01-31, or with a time",
        ))
}

/// A panel of its own, which only who asked for it pages through.
pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
    let board = read(&command)?;
    members::meant(ctx, &command).and_then(|viewer| members::seen(ctx, &viewer))?;
    let id = leaderboards::open(ctx, &board)?;
    let until = ctx.now().plus(LIVE_FOR);
    ctx.timer(TimerName::Close(id), until)?;
    Ok(ctx.open_panel(&Panel::public_answer(PanelName::Leaderboard(id)))?)
}

fn read(command: &Command) -> Result<Leaderboard, Failure> {
    let chosen = command.text("type")?;
    let kind = Kind::parse(&chosen).ok_or_else(|| tell_member(views::NO_SUCH_TYPE))?;
    let sort = command
        .find_text("sort")
        .and_then(|sort| Sort::parse(&sort));
    let date = |option: &str, parse: fn(&str) -> Result<Timestamp, DateError>| {
        let typed = command.find_text(option);
        let parsed = typed.as_deref().map(parse).transpose();
        parsed.map_err(|error| tell_member(views::no_date(&error)))
    };
    let since = date("since", dates::parse)?;
    let until = date("until", dates::parse_until)?;
    if since
        .zip(until)
        .is_some_and(|(since, until)| since >= until)
    {
        return Err(tell_member(views::SINCE_AFTER_UNTIL));
    }
    Ok(Leaderboard {
        viewer: command.member,
        kind,
        dungeon: dungeon::find(command)?.map(|dungeon| dungeon.key.to_owned()),
        sort: sort.unwrap_or_default(),
        since,
        until,
        page: 0,
        closed: false,
    })
}
