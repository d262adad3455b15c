//! The public panel of a headcount, and its organizer's private one.

use muster_dungeons::{Dungeon, Reaction};
use muster_sdk::message::{Button, Color, Embed, Message, Row, Select, SelectOption};
use muster_sdk::text::cut;
use muster_sdk::time::Timestamp;

use super::{by_whom, key_label, mentions};
use crate::config::Config;
use crate::custom_id::headcount as custom_id;
use crate::headcount::{Headcount, HeadcountOver, HeadcountStatus, Turnout};
use crate::run::EndReason;

/// What everybody sees, and the buttons to answer with.
pub fn headcount_panel(headcount: &Headcount, turnout: &Turnout, config: &Config) -> Message {
    if let Some(over) = headcount.over() {
        return Message::new().embed(over_embed(headcount, &over));
    }
    let is_public = config.public_raider_count;
    let embed = Embed::new()
        .title(title(headcount))
        .description(description(headcount, turnout, is_public))
        .color(Color::BLURPLE)
        .timestamp(headcount.created_at);
    let embed = if is_public {
        embed
            .inline_field("Participants", turnout.participants.len().to_string())
            .inline_field("Total Keys", turnout.offers.len().to_string())
    } else {
        embed
    };
    let buttons = key_buttons(headcount);
    let embed = match buttons.left_out {
        0 => embed,
        more => embed.footer(format!(
            "{more} more keys have no button: tell the organizer"
        )),
    };
    Message::text("@here")
        .pings_here()
        .embed(embed)
        .rows(buttons.rows)
}

/// What an organizer sees and presses.
pub fn headcount_organizer_panel(headcount: &Headcount, turnout: &Turnout) -> Message {
    let embed = Embed::new().title(format!("Organizer Panel — {}", title(headcount)));
    if let Some(over) = headcount.over() {
        let color = if headcount.status == HeadcountStatus::Converted {
            Color::GREEN
        } else {
            Color::RED
        };
        return Message::new().embed(embed.description(how_it_ended(&over)).color(color));
    }
    let people = match turnout.participants.as_slice() {
        [] => "Nobody yet".to_owned(),
        people => mentions(people),
    };
    let mut embed = embed.color(Color::BLURPLE).field(
        format!("Participants: {}", turnout.participants.len()),
        people,
    );
    for (_, dungeon, key) in headcount.keys() {
        let holders = turnout.holders(dungeon.key, key.key);
        if !holders.is_empty() {
            let name = format!(
                "{}: {} for {}",
                key_label(key.key),
                holders.len(),
                dungeon.label
            );
            embed = embed.field(name, mentions(&holders));
        }
    }
    if turnout.offers.is_empty() {
        embed = embed.field("Keys", "No keys reported");
    }
    Message::new().embed(embed).row(Row::buttons([
        Button::green("Convert to Run", custom_id::convert(headcount.id)),
        Button::red("End Headcount", custom_id::end(headcount.id)),
    ]))
}

/// Asked before the panel of another organizer's headcount is shown.
pub fn somebody_elses_headcount(headcount: &Headcount) -> Message {
    let embed = Embed::new()
        .title("This is not your headcount")
        .description(format!(
            "{} organizes it. Open the organizer panel all the same?",
            headcount.organizer.mention()
        ))
        .color(Color::YELLOW);
    Message::new().embed(embed).row(Row::buttons([
        Button::red("Confirm", custom_id::take_over(headcount.id)),
        Button::grey("Deny", custom_id::keep_out(headcount.id)),
    ]))
}

/// Of which dungeon the run is to be.
pub fn convert_menu(headcount: &Headcount, turnout: &Turnout, until: Timestamp) -> Message {
    let option = |(_, dungeon): (usize, &'static Dungeon)| {
        let keys = match turnout.keys_for(dungeon.key) {
            1 => "1 key".to_owned(),
            keys => format!("{keys} keys"),
        };
        SelectOption::new(dungeon.label, dungeon.key)
            .emoji(dungeon.emoji)
            .description(keys)
    };
    let menu = Select::options(
        custom_id::convert_to(headcount.id, until),
        headcount.dungeons().map(option),
    )
    .placeholder("Choose the dungeon");
    Message::text(format!(
        "Which dungeon is the run? This menu closes {}.",
        until.relative()
    ))
    .row(Row::select(menu))
}

fn title(headcount: &Headcount) -> String {
    format!("🎯 Headcount: {}", headcount.label())
}

fn description(headcount: &Headcount, turnout: &Turnout, is_public: bool) -> String {
    let mut lines = vec![
        format!("Organizer: {}", headcount.organizer.mention()),
        "Press **Join** if you would come, and a key if you could pop it. Press again to take it back."
            .to_owned(),
        String::new(),
    ];
    lines.extend(headcount.dungeons().map(|(_, dungeon)| {
        let line = format!("{} **{}**", dungeon.emoji, dungeon.label);
        if is_public {
            format!("{line}: {}", keys(dungeon, turnout))
        } else {
            line
        }
    }));
    lines.join("\n")
}

/// `2 keys`; of a dungeon with several sorts of keys, each by its name.
fn keys(dungeon: &Dungeon, turnout: &Turnout) -> String {
    let count = |key: &Reaction| turnout.holders(dungeon.key, key.key).len();
    match dungeon.keys {
        [only] => match count(only.reaction) {
            1 => "1 key".to_owned(),
            keys => format!("{keys} keys"),
        },
        several => {
            let offered = several
                .iter()
                .map(|asked| (asked.reaction, count(asked.reaction)));
            let named: Vec<String> = offered
                .filter(|(_, count)| *count > 0)
                .map(|(key, count)| format!("{} {count}", key.label))
                .collect();
            if named.is_empty() {
                "0 keys".to_owned()
            } else {
                named.join(", ")
            }
        }
    }
}

fn over_embed(headcount: &Headcount, over: &HeadcountOver) -> Embed {
    let organizer = format!("Organizer: {}", headcount.organizer.mention());
    let embed = match over.run {
        Some(_) => Embed::new()
            .title("🔁 Headcount Converted")
            .color(Color::GREEN),
        None => Embed::new().title("❌ Headcount Ended").color(Color::RED),
    };
    embed.description(format!("{organizer}\nStatus: {}", how_it_ended(over)))
}

fn how_it_ended(over: &HeadcountOver) -> String {
    let by = by_whom(over.by);
    let at = over.at.relative();
    match (over.run, over.reason) {
        (Some(run), _) => format!("made into run {run}{by} {at}"),
        (None, EndReason::Manual) => format!("ended{by} {at}"),
        (None, EndReason::Auto) => format!("ended by itself {at}: nobody made a run of it"),
        (None, EndReason::Orphaned) => format!("ended {at}: its channel or panel was deleted"),
    }
}

struct KeyButtons {
    rows: Vec<Row>,
    left_out: usize,
}

/// Five rows of five, without Join and Organizer Panel.
const KEY_BUTTONS: usize = 23;

/// What a key button says of its dungeon.
const LABEL: usize = 15;

/// Join and Organizer Panel, then a button for each key. A dungeon with one key gives its button its name;
/// of others each key has its own.
fn key_buttons(headcount: &Headcount) -> KeyButtons {
    let keys: Vec<_> = headcount.keys().collect();
    let key = |(place, dungeon, key): &(usize, &'static Dungeon, &'static Reaction)| {
        let label = match dungeon.keys {
            [_] => dungeon.label,
            _ => key.label,
        };
        let id = custom_id::key(headcount.id, *place, key.key);
        Button::grey(cut(label, LABEL), id).emoji(key.emoji)
    };
    let first = [
        Button::green("Join", custom_id::join(headcount.id)),
        Button::grey("Organizer Panel", custom_id::organizer(headcount.id)),
    ];
    let shown = keys.iter().take(KEY_BUTTONS).map(key);
    // A short headcount has its keys below Join, as a run has.
    let rows = if keys.len() <= KEY_BUTTONS - 3 {
        let below = Row::wrap(shown);
        std::iter::once(Row::buttons(first)).chain(below).collect()
    } else {
        Row::wrap(first.into_iter().chain(shown))
    };
    KeyButtons {
        rows,
        left_out: keys.len().saturating_sub(KEY_BUTTONS),
    }
}
