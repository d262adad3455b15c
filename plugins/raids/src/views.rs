//! What people see: pure functions from what the database holds to messages.
//!
//! Texts that people typed go through `escape` here, and nowhere else.

mod answers;
mod class_menu;
mod forms;
mod log;
mod organizer_panel;
mod refusals;
mod run_panel;

pub use answers::{
    benched, class_chosen, detail_set, joined, kept_out, key_popped, key_toggled, left, not_posted,
    posted, run_cancelled, run_ended, run_started, still_posting,
};
pub use class_menu::class_menu;
pub use forms::form;
pub use log::{LogLine, Starter, log_line};
pub use organizer_panel::{organizer_panel, somebody_elses};
pub use refusals::{
    already_active, no_draft, no_pop, no_seat, no_text, no_transition, run_gone, run_not_found,
};
pub use run_panel::run_panel;

use muster_dungeons::find_reaction;
use muster_sdk::text::escape;

use crate::run::{Run, Tally};

/// The organizer's party and location as one line; nothing if neither is set.
fn party_and_location(run: &Run) -> Option<String> {
    let part = |label: &str, text: &Option<String>| {
        text.as_ref()
            .map(|text| format!("{label}: **{}**", escape(text)))
    };
    let parts: Vec<String> = [part("Party", &run.party), part("Location", &run.location)]
        .into_iter()
        .flatten()
        .collect();
    (!parts.is_empty()).then(|| parts.join(" | "))
}

/// `Priest (1), Wizard (3)`: up to six on one line, more in lines of three.
fn classes(tally: &Tally) -> String {
    let label = |key: &str| {
        muster_dungeons::find_class(key).map_or_else(|| escape(key), |class| class.label.to_owned())
    };
    let played = tally.classes.iter().filter(|(_, count)| *count > 0);
    let mut classes: Vec<String> = played
        .map(|(key, count)| format!("{} ({count})", label(key)))
        .collect();
    classes.sort_unstable();
    match classes.len() {
        0 => "None selected".to_owned(),
        1..=6 => classes.join(", "),
        _ => classes
            .chunks(3)
            .map(|line| line.join(" • "))
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

/// `🏰 Shatters Key: **2**`, in the dungeon's own order. Nothing if the dungeon has no keys.
fn keys(run: &Run, tally: &Tally) -> Option<String> {
    let known = run.dungeon().map_or(&[][..], |dungeon| dungeon.keys);
    let known = known.iter().map(|asked| asked.reaction.key);
    let mut all: Vec<&str> = known.collect();
    for (key, _) in &tally.keys {
        if !all.contains(&key.as_str()) {
            all.push(key);
        }
    }
    if all.is_empty() {
        return None;
    }
    let reported: Vec<String> = all
        .into_iter()
        .filter(|key| tally.key(key) > 0)
        .map(|key| format!("{}: **{}**", key_label(key), tally.key(key)))
        .collect();
    Some(if reported.is_empty() {
        "No keys reported".to_owned()
    } else {
        reported.join(" • ")
    })
}

/// `🏰 Shatters Key`.
fn key_label(key: &str) -> String {
    find_reaction(key).map_or_else(|| escape(key), |key| format!("{} {}", key.emoji, key.label))
}
