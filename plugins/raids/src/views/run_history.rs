//! `/runhistory`: a page of the guild's runs, and what all of them amount to.

use muster_dungeons::find_dungeon;
use muster_sdk::message::{Color, Embed, Message};
use muster_sdk::text::escape;

use super::run_details::pages;
use crate::custom_id::history as custom_id;
use crate::history::{Filter, Page, PastRun, Totals};
use crate::run::Status;

/// A page of `/runhistory`.
pub fn run_history(filter: &Filter, totals: &Totals, runs: &[PastRun], page: Page) -> Message {
    let lines: Vec<String> = runs.iter().map(line).collect();
    let list = if lines.is_empty() {
        "No runs.".to_owned()
    } else {
        lines.join("\n")
    };
    let embed = Embed::new()
        .title("📜 Run History")
        .description(format!("{}\n\n{list}", what(filter)))
        .color(Color::BLURPLE)
        .inline_field("Total", total(totals))
        .inline_field("Success rate", success(totals));
    let embed = tops(embed, totals);
    let embed = embed.footer(format!("Page {} of {}", page.number + 1, page.count));
    Message::new()
        .embed(embed)
        .rows(pages(page, |page| custom_id::runs(page, filter)))
}

fn what(filter: &Filter) -> String {
    let mut parts = vec![match filter.days {
        1 => "The last day".to_owned(),
        days => format!("The last {days} days"),
    }];
    parts.extend(filter.member.map(|user| user.mention()));
    parts.extend(filter.dungeon.as_deref().map(|key| {
        find_dungeon(key).map_or_else(|| escape(key), |dungeon| dungeon.label.to_owned())
    }));
    parts.join(" · ")
}

fn line(run: &PastRun) -> String {
    let status = match run.status {
        Status::Open => "⏳",
        Status::Live => "🟢",
        Status::Ended => "✅",
        Status::Cancelled => "❌",
    };
    let duration = run.started_at.zip(run.ended_at).map(|(from, to)| {
        let seconds = to.since(from).as_secs();
        format!(", {}m {}s", seconds / 60, seconds % 60)
    });
    let raiders = match run.raiders {
        1 => "1 raider".to_owned(),
        raiders => format!("{raiders} raiders"),
    };
    format!(
        "{status} **{}** {} by {}: {raiders}{}, {}",
        run.id,
        escape(&run.dungeon_label),
        run.organizer.mention(),
        duration.unwrap_or_default(),
        run.created_at.relative()
    )
}

fn total(totals: &Totals) -> String {
    let Totals {
        active,
        ended,
        cancelled,
        ..
    } = totals;
    let mut parts = vec![format!("{ended} ended"), format!("{cancelled} cancelled")];
    if *active > 0 {
        parts.push(format!("{active} going on"));
    }
    format!("{} ({})", totals.runs(), parts.join(", "))
}

fn success(totals: &Totals) -> String {
    let percent = totals.success_percent();
    percent.map_or_else(|| "—".to_owned(), |percent| format!("{percent} %"))
}

fn tops(embed: Embed, totals: &Totals) -> Embed {
    let numbered = |lines: Vec<(String, u32)>| {
        let lines = lines.into_iter().enumerate();
        let lines = lines.map(|(place, (who, runs))| format!("{}. {who}: {runs}", place + 1));
        lines.collect::<Vec<_>>().join("\n")
    };
    if totals.ended == 0 {
        return embed;
    }
    let organizers = totals.organizers.iter();
    let dungeons = totals.dungeons.iter();
    embed
        .field(
            "Top organizers",
            numbered(
                organizers
                    .map(|(user, runs)| (user.mention(), *runs))
                    .collect(),
            ),
        )
        .field(
            "Top dungeons",
            numbered(
                dungeons
                    .map(|(label, runs)| (escape(label), *runs))
                    .collect(),
            ),
        )
}
