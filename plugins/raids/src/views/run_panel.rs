//! The public panel of a run.

use muster_dungeons::Asked;
use muster_sdk::message::{Button, Color, Embed, Message, Row};
use muster_sdk::text::escape;
use muster_sdk::time::Timestamp;

use super::{classes, keys, party_and_location};
use crate::config::Config;
use crate::custom_id::Action;
use crate::run::{EndReason, Need, Run, RunId, Stage, Status, Tally, needs};

/// What everybody sees, and the buttons to take part with.
pub fn run_panel(run: &Run, tally: &Tally, config: &Config, now: Timestamp) -> Message {
    let embed = Embed::new()
        .title(title(run))
        .description(description(run, now))
        .color(color(run))
        .thumbnail(
            run.dungeon()
                .and_then(|dungeon| dungeon.image)
                .unwrap_or_default(),
        )
        .timestamp(run.created_at);
    let embed = fields(embed, run, tally, config);

    if run.status.is_over() {
        let word = if run.status == Status::Ended {
            "Ended"
        } else {
            "Cancelled"
        };
        return Message::text(word).embed(embed);
    }
    let key_buttons = key_buttons(run.id, run.dungeon().map_or(&[], |dungeon| dungeon.keys));
    let embed = match key_buttons.left_out {
        0 => embed,
        more => embed.footer(format!(
            "{more} more keys have no button: tell the organizer"
        )),
    };
    let place = party_and_location(run).map_or_else(String::new, |place| format!(" {place}"));
    Message::text(format!("@here{place}"))
        .pings_here()
        .embed(embed)
        .row(roster_buttons(run.id))
        .rows(key_buttons.rows)
}

/// The title of the panel; the organizer's panel repeats it.
pub(super) fn title(run: &Run) -> String {
    let dungeon = escape(&run.dungeon_label);
    match run.status {
        Status::Open => format!("⏳ Starting Soon: {dungeon}"),
        Status::Live => match run.chain_amount {
            Some(total) => format!("🟢 LIVE: {dungeon} (Chain {}/{total})", run.key_pop_count),
            None => format!("🟢 LIVE: {dungeon}"),
        },
        Status::Ended => format!("✅ Ended: {dungeon}"),
        Status::Cancelled => format!("❌ Cancelled: {dungeon}"),
    }
}

fn description(run: &Run, now: Timestamp) -> String {
    let mut lines = vec![format!("Organizer: {}", run.organizer.mention())];
    match run.status {
        Status::Open => lines.push("Status: waiting for organizer to start".to_owned()),
        Status::Live => {
            if let Some(ends_at) = run.key_window(now) {
                lines.push(format!("{} **Key popped**", key_emoji(run)));
                lines.push(format!("Party join window closes {}", ends_at.relative()));
            }
            lines.extend(fight(run));
        }
        Status::Ended | Status::Cancelled => lines.extend(how_it_ended(run)),
    }
    if run.join_locked && !run.status.is_over() {
        lines.push("🔒 Joining is locked".to_owned());
    }
    lines.join("\n")
}

/// How far the fight of Oryx 3 is, as one line; nothing if nobody said so.
pub(super) fn fight(run: &Run) -> Option<String> {
    match run.stage {
        None => run
            .realm_score
            .map(|percent| format!("🌍 Realm: **{percent}%**")),
        Some(Stage::Closed) => Some("🚪 **Realm closed**".to_owned()),
        Some(Stage::Miniboss) => Some(format!(
            "👹 Miniboss: **{}**",
            escape(run.miniboss.as_deref().unwrap_or("unknown"))
        )),
        Some(Stage::ThirdRoom) => Some("🏛️ **Third room**".to_owned()),
    }
}

fn how_it_ended(run: &Run) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(over) = run.over() {
        let word = if over.status == Status::Ended {
            "Ended"
        } else {
            "Cancelled"
        };
        lines.push(format!("{word} {}", over.at.relative()));
        if let Some(started_at) = run.started_at {
            let seconds = over.at.since(started_at).as_secs();
            lines.push(format!("Duration: {}m {}s", seconds / 60, seconds % 60));
        }
        match over.reason {
            EndReason::Manual => {}
            EndReason::Auto => lines.push(format!(
                "Ended automatically: it exceeded {} minutes",
                run.auto_end_minutes
            )),
            EndReason::Orphaned => lines.push("Its channel or panel was deleted".to_owned()),
        }
    }
    lines
}

fn fields(mut embed: Embed, run: &Run, tally: &Tally, config: &Config) -> Embed {
    let over = run.status.is_over();
    if config.public_raider_count {
        embed = embed.inline_field("Raiders", tally.joined.to_string());
        if !over {
            embed = embed.inline_field("Bench", tally.benched.to_string());
        }
    }
    embed = embed.field("Classes", classes(tally));
    if let Some(keys) = keys(run, tally) {
        embed = embed.field("Keys", keys);
    }
    if over {
        return embed;
    }
    if let Some(needed) = needed(&needs(run, tally)) {
        embed = embed.field("Needed classes", needed);
    }
    for (name, text) in [("Party", &run.party), ("Location", &run.location)] {
        if let Some(text) = text {
            embed = embed.inline_field(name, escape(text));
        }
    }
    match &run.note {
        Some(note) => embed.field("Organizer Note", escape(note)),
        None => embed,
    }
}

/// `🃏 Trickster 1/2 • 🔱 MSeal ×1`; what is filled is ticked off.
fn needed(needs: &[Need]) -> Option<String> {
    let line = |need: &Need| {
        let (emoji, label, wanted) = (need.reaction.emoji, need.reaction.label, need.wanted);
        match need.have {
            Some(have) if need.is_filled() => format!("✅ {label} {have}/{wanted}"),
            Some(have) => format!("{emoji} {label} {have}/{wanted}"),
            None => format!("{emoji} {label} ×{wanted}"),
        }
    };
    (!needs.is_empty()).then(|| needs.iter().map(line).collect::<Vec<_>>().join(" • "))
}

/// The colour of the panel; grey once it ended by itself.
pub(super) fn color(run: &Run) -> Color {
    if run.end_reason == Some(EndReason::Auto) {
        return Color::GREY;
    }
    run.dungeon()
        .map_or(Color::BLURPLE, |dungeon| dungeon.color().into())
}

fn key_emoji(run: &Run) -> &'static str {
    let first = run.dungeon().and_then(|dungeon| dungeon.keys.first());
    first.map_or("🔑", |asked| asked.reaction.emoji)
}

fn roster_buttons(run: RunId) -> Row {
    Row::buttons([
        Button::green("Join", Action::Join.of(run)),
        Button::blue("Choose class", Action::Class.of(run)),
        Button::grey("Bench", Action::Bench.of(run)),
        Button::red("Leave", Action::Leave.of(run)),
        Button::grey("Organizer Panel", Action::Organizer.of(run)),
    ])
}

struct KeyButtons {
    rows: Vec<Row>,
    left_out: usize,
}

/// Four rows of five: Discord takes five rows, and the first one is the roster's.
const KEY_BUTTONS: usize = 20;

fn key_buttons(run: RunId, keys: &[Asked]) -> KeyButtons {
    let button = |asked: &Asked| {
        let key = asked.reaction;
        Button::grey(key.label, Action::Key(key.key.to_owned()).of(run)).emoji(key.emoji)
    };
    KeyButtons {
        rows: Row::wrap(keys.iter().take(KEY_BUTTONS).map(button)),
        left_out: keys.len().saturating_sub(KEY_BUTTONS),
    }
}

#[cfg(test)]
mod tests {
    use muster_dungeons::{REACTIONS, ReactionKind};

    use super::*;

    #[test]
    fn a_dungeon_with_more_than_twenty_keys_shows_twenty_and_says_so() {
        let keys: Vec<Asked> = REACTIONS
            .iter()
            .filter(|reaction| reaction.kind == ReactionKind::Key)
            .take(23)
            .map(|reaction| Asked {
                reaction,
                max_early_location: 1,
            })
            .collect();
        let buttons = key_buttons(RunId(42), &keys);
        assert_eq!((buttons.rows.len(), buttons.left_out), (4, 3));
        let buttons = key_buttons(RunId(42), &keys[..20]);
        assert_eq!((buttons.rows.len(), buttons.left_out), (4, 0));
    }
}
