//! The organizer's private panel.

use muster_dungeons::find_reaction;
use muster_sdk::ids::UserId;
use muster_sdk::message::{Button, Color, Embed, Message, Row};
use muster_sdk::text::escape;
use muster_sdk::time::Timestamp;

use super::run_panel::{fight, title};
use super::{classes, key_label, mentions};
use crate::config::Config;
use crate::custom_id::Action;
use crate::run::{Missing, Run, Stage, Status, Tally, classes_are_filled};

/// What an organizer sees and presses. `holders`: who has which key, in the order of their offers.
pub fn organizer_panel(
    run: &Run,
    tally: &Tally,
    holders: &[(String, Vec<UserId>)],
    config: &Config,
    now: Timestamp,
) -> Message {
    let embed = Embed::new().title(format!("Organizer Panel — {}", title(run)));
    match run.status {
        Status::Ended => {
            return Message::new().embed(over(embed, "This run has ended.", Color::GREEN));
        }
        Status::Cancelled => {
            return Message::new().embed(over(embed, "This run was cancelled.", Color::RED));
        }
        Status::Open | Status::Live => {}
    }
    let embed = embed.color(
        run.dungeon()
            .map_or(Color::BLURPLE, |dungeon| dungeon.color().into()),
    );
    let embed = embed.description(body(run, tally, config, now));
    Message::new()
        .embed(key_holders(embed, run, holders))
        .rows(controls(run, config))
}

/// Asked before the panel of another organizer's run is shown, so that nobody ends it by mistake.
pub fn somebody_elses(run: &Run) -> Message {
    let embed = Embed::new()
        .title("This is not your run")
        .description(format!(
            "{} organizes **{}**. Open the organizer panel all the same?",
            run.organizer.mention(),
            escape(&run.dungeon_label)
        ))
        .color(Color::YELLOW);
    Message::new().embed(embed).row(Row::buttons([
        Button::red("Confirm", Action::TakeOver.of(run.id)),
        Button::grey("Deny", Action::KeepOut.of(run.id)),
    ]))
}

fn over(embed: Embed, how: &str, color: Color) -> Embed {
    embed.description(how).color(color)
}

fn body(run: &Run, tally: &Tally, config: &Config, now: Timestamp) -> String {
    let mut lines = vec![
        format!(
            "Raiders: **{}** | Bench: **{}**",
            tally.joined, tally.benched
        ),
        format!("Classes: {}", classes(tally).replace('\n', " • ")),
    ];
    let text = |text: &Option<String>| text.as_deref().map_or_else(|| "not set".to_owned(), escape);
    lines.push(format!(
        "Party: {} | Location: {}",
        text(&run.party),
        text(&run.location)
    ));
    if run.status == Status::Live {
        lines.push(match run.key_window(now) {
            Some(ends_at) => format!(
                "Keys popped: {} (window closes {})",
                run.key_pop_count,
                ends_at.relative()
            ),
            None => format!("Keys popped: {}", run.key_pop_count),
        });
    }
    if let Some(total) = run.chain_amount {
        lines.push(format!("Chain: {}/{total}", run.key_pop_count));
    }
    if run.join_locked {
        lines.push("🔒 Joining is locked".to_owned());
    }
    if classes_are_filled(run, tally) {
        lines.push("✅ All needed classes are there".to_owned());
    }
    lines.extend(fight(run));
    let missing = if run.status == Status::Open {
        run.missing_for_start(config)
    } else {
        Vec::new()
    };
    if !missing.is_empty() {
        lines.push(format!("Before Start: {}", what_is_missing(&missing)));
    }
    lines.join("\n")
}

/// "set the party, set the location and submit a screenshot with `/taken`".
pub(super) fn what_is_missing(missing: &[Missing]) -> String {
    let steps = missing.iter().map(|missing| match missing {
        Missing::Party => "set the party",
        Missing::Location => "set the location",
        Missing::Screenshot => "submit a screenshot with `/taken`",
    });
    let steps: Vec<&str> = steps.collect();
    match steps.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        steps => steps.concat(),
    }
}

/// Discord takes 25 fields; no dungeon has that many keys.
fn key_holders(mut embed: Embed, run: &Run, holders: &[(String, Vec<UserId>)]) -> Embed {
    let mut any = false;
    for (key, users) in holders.iter().filter(|(_, users)| !users.is_empty()) {
        any = true;
        embed = embed.field(
            format!("{}: {}", key_label(key), users.len()),
            mentions(users),
        );
    }
    let has_keys = run
        .dungeon()
        .is_some_and(|dungeon| !dungeon.keys.is_empty());
    if has_keys && !any {
        embed.field("Keys", "No keys reported")
    } else {
        embed
    }
}

fn controls(run: &Run, config: &Config) -> Vec<Row> {
    let of = |action: Action| action.of(run.id);
    let party = Button::grey("Set Party", of(Action::Party));
    let location = Button::grey("Set Location", of(Action::Location));
    let cancel = Button::red("Cancel", of(Action::Cancel));
    let mut roster = vec![lock(run)];
    if !run.is_oryx() {
        roster.push(Button::grey("Chain Amount", of(Action::Chain)));
    }
    if run.status == Status::Open {
        if run.is_oryx() {
            roster.push(screenshot(run));
        }
        let waits = !run.missing_for_start(config).is_empty();
        let start = Button::green("Start", of(Action::Start)).disabled(waits);
        return vec![
            Row::buttons([start, party, location, cancel]),
            Row::buttons(roster),
        ];
    }
    let emoji = run
        .dungeon()
        .and_then(|dungeon| dungeon.keys.first())
        .map(|asked| asked.reaction.key);
    let emoji = emoji.and_then(find_reaction).map_or("🔑", |key| key.emoji);
    roster.extend([Button::red("End Run", of(Action::End)), cancel]);
    vec![
        Row::buttons([
            Button::blue("Key popped", of(Action::PopKey)).emoji(emoji),
            Button::blue("Ping Raiders", of(Action::Ping)),
            party,
            location,
            Button::grey("Update Note", of(Action::Note)),
        ]),
        Row::buttons(roster),
        Row::buttons(stages(run)),
    ]
}

fn lock(run: &Run) -> Button {
    let label = if run.join_locked {
        "Unlock Join"
    } else {
        "Lock Join"
    };
    Button::grey(label, Action::Lock.of(run.id))
}

fn screenshot(run: &Run) -> Button {
    let button = Button::grey("Submit Screenshot", Action::Screenshot.of(run.id));
    match run.screenshot_url {
        Some(_) => button.emoji("✅"),
        None => button,
    }
}

/// What comes next in Oryx 3; nothing elsewhere, and nothing after the third room has begun.
fn stages(run: &Run) -> Vec<Button> {
    if !run.is_oryx() {
        return Vec::new();
    }
    let of = |action: Action| action.of(run.id);
    match Stage::after(run.stage) {
        Some(Stage::Closed) => vec![
            Button::blue("Realm Score %", of(Action::Score)),
            Button::blue("Realm Closed", of(Action::RealmClosed)),
        ],
        Some(Stage::Miniboss) => vec![Button::blue("Miniboss", of(Action::Miniboss))],
        Some(Stage::ThirdRoom) => vec![Button::blue("Third Room", of(Action::ThirdRoom))],
        None => Vec::new(),
    }
}
