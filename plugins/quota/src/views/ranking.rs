//! A role's ranking in the quota channel, and how its earlier periods ended.

use muster_sdk::ids::RoleId;
use muster_sdk::message::{Color, Embed, Message};
use muster_sdk::text::escape;
use muster_sdk::time::Timestamp;

use crate::period::Period;
use crate::points::Points;
use crate::queries::archive::Archived;
use crate::queries::standings::Line;
use crate::quota::Quota;

/// Lines that a ranking shows.
const SHOWN: usize = 25;

/// The ranking of the present period. `holders`: how many members hold the role, where that is known; `lines`
/// are then theirs alone.
pub fn ranking(
    name: Option<&str>,
    quota: &Quota,
    period: &Period,
    lines: &[Line],
    holders: Option<usize>,
) -> Message {
    let name = name.map_or_else(|| "Deleted role".to_owned(), escape);
    let end = period.end.map_or_else(
        || "until staff set a new reset".to_owned(),
        |end| format!("{} ({})", day_and_time(end), end.relative()),
    );
    let head = format!(
        "**Required points:** {}\n**Start:** {}\n**End:** {end}",
        quota.required,
        day_and_time(period.start)
    );
    let list = if lines.is_empty() {
        "*no one has earned points this period yet*".to_owned()
    } else {
        listed(lines, quota.required, medal)
    };
    let without = without_points(holders, lines.len());
    let met = lines
        .iter()
        .filter(|line| line.total >= quota.required)
        .count();
    let footer = match holders {
        Some(holders) if quota.required == Points::ZERO => met_quota(holders, Some(holders)),
        holders => met_quota(met, holders),
    };
    Message::new().embed(
        Embed::new()
            .title(format!("📊 {name} Quota Leaderboard"))
            .color(Color::BLURPLE)
            .description(format!("{head}\n\n{list}{without}"))
            .footer(footer),
    )
}

/// How a period ended, for the quota channel.
pub fn period_ended(role: RoleId, archived: &Archived) -> Message {
    let by = archived
        .reset_by
        .map_or_else(String::new, |by| format!("\nReset by {}", by.mention()));
    let title = "🏁 Quota period ended";
    Message::new().embed(ended(title, archived).description(format!(
        "{}{by}\n\n{}",
        facts(role, archived),
        outcome(archived)
    )))
}

/// The same out of the archive: the `nth` latest of `all` periods.
pub fn history(role: RoleId, archived: &Archived, nth: i64, all: i64) -> Message {
    let title = format!("📜 Quota period {nth} of {all}");
    Message::new().embed(ended(&title, archived).description(format!(
        "{}\n\n{}",
        facts(role, archived),
        outcome(archived)
    )))
}

fn ended(title: &str, archived: &Archived) -> Embed {
    let met = usize::try_from(archived.met).unwrap_or(0);
    let holders = archived
        .holders
        .and_then(|holders| usize::try_from(holders).ok());
    Embed::new()
        .title(title)
        .color(Color::GREY)
        .footer(met_quota(met, holders))
}

fn facts(role: RoleId, archived: &Archived) -> String {
    format!(
        "{}\n**Required points:** {}\n**From** {} **to** {}",
        role.mention(),
        archived.required,
        day_and_time(archived.period.start),
        day_and_time(archived.period.end)
    )
}

/// Who met it and who did not.
fn outcome(archived: &Archived) -> String {
    let holders = archived
        .holders
        .and_then(|holders| usize::try_from(holders).ok());
    let without = without_points(holders, archived.standings.len());
    if archived.standings.is_empty() {
        return format!("*no one earned points*{without}");
    }
    let (met, missed): (Vec<Line>, Vec<Line>) = archived
        .standings
        .iter()
        .partition(|line| line.total >= archived.required);
    let part = |title: &str, lines: &[Line], place: &dyn Fn(usize) -> String| {
        let list = if lines.is_empty() {
            "no one".to_owned()
        } else {
            listed(lines, archived.required, place)
        };
        format!("**{title}**\n{list}")
    };
    format!(
        "{}\n\n{}{without}",
        part("Met", &met, &medal),
        part("Not met", &missed, &|at: usize| number(met.len() + at))
    )
}

/// The best three get medals.
fn medal(at: usize) -> String {
    match at {
        0 => "🥇".to_owned(),
        1 => "🥈".to_owned(),
        2 => "🥉".to_owned(),
        at => number(at),
    }
}

fn number(at: usize) -> String {
    format!("{}.", at + 1)
}

/// `🥇 @Ann **3** pts (2 runs) ✅`, one line each; `place` says what each begins with.
fn listed(lines: &[Line], required: Points, place: impl Fn(usize) -> String) -> String {
    let mut list: Vec<String> = lines
        .iter()
        .take(SHOWN)
        .enumerate()
        .map(|(at, line)| {
            let place = place(at);
            let runs = if line.runs == 1 { "run" } else { "runs" };
            let mark = if line.total >= required { " ✅" } else { "" };
            format!(
                "{place} {} **{}** pts ({} {runs}){mark}",
                line.user.mention(),
                line.total,
                line.runs
            )
        })
        .collect();
    if lines.len() > SHOWN {
        list.push(format!("... and {} more", lines.len() - SHOWN));
    }
    list.join("\n")
}

/// Who owes the quota and has earned nothing: nobody is named, but they are counted.
fn without_points(holders: Option<usize>, listed: usize) -> String {
    match holders.map_or(0, |holders| holders.saturating_sub(listed)) {
        0 => String::new(),
        1 => "\nand 1 member without points".to_owned(),
        count => format!("\nand {count} members without points"),
    }
}

/// `3/7 members have met quota`, or, where nobody knows out of how many, `3 have met quota`.
fn met_quota(met: usize, holders: Option<usize>) -> String {
    match holders {
        Some(holders) => format!("{met}/{holders} members have met quota"),
        None if met == 1 => "1 has met quota".to_owned(),
        None => format!("{met} have met quota"),
    }
}

/// `<t:1700000000:f>`: day and time, in each reader's own zone.
fn day_and_time(at: Timestamp) -> String {
    format!("<t:{}:f>", at.seconds())
}
