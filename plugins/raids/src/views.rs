//! What people see: pure functions from what the database holds to messages.
//!
//! Texts that people typed go through `escape` here, and nowhere else.

mod answers;
mod class_menu;
mod forms;
mod headcount_answers;
mod headcount_log;
mod headcount_panel;
mod key_log;
mod log;
mod notices;
mod organizer_panel;
mod party;
mod pings;
mod refusals;
mod role_pings;
mod run_details;
mod run_history;
mod run_panel;

pub use answers::{
    benched, chain_set, class_chosen, detail_set, how_to_take, joined, kept_out, key_popped,
    key_toggled, keys_logged, left, lock_set, not_posted, pinged, posted, preferences,
    run_cancelled, run_ended, run_started, score_set, stage_begun, still_posting, taken,
};
pub use class_menu::{class_menu, miniboss_menu};
pub use forms::{NUMBER_INPUT, chain_form, form, score_form};
pub use headcount_answers::{
    already_counting, convert_menu_closed, headcount_came_too_late, headcount_converted,
    headcount_ended, headcount_gone, headcount_joined, headcount_kept_out, headcount_key_toggled,
    headcount_not_posted, headcount_posted, headcount_still_posting, no_headcount, no_selection,
    not_your_menus, selection, selection_gone,
};
pub use headcount_log::{HeadcountLine, headcount_line};
pub use headcount_panel::{
    convert_menu, headcount_organizer_panel, headcount_panel, somebody_elses_headcount,
};
pub use key_log::{NAME_INPUT, key_log_form, key_log_panel};
pub use log::{LogLine, Starter, log_line};
pub use notices::{classes_filled, early_location, location_post, run_is_over, run_starts};
pub use organizer_panel::{organizer_panel, somebody_elses};
pub use party::{
    already_has_party, no_party, party_closed, party_closed_line, party_extended, party_gone,
    party_not_posted, party_opened_line, party_panel, party_posted, party_still_posting,
    party_thread_title, party_warning,
};
pub use pings::{Ping, Whom, ping};
pub use refusals::{
    already_active, no_draft, no_key_log, no_lead, no_member_found, no_pop, no_seat, no_text,
    no_transition, not_posted_yet, not_taken, run_gone, run_not_found,
};
pub use role_pings::{
    no_ping_roles, no_role_ping_channel, ping_role_gone, ping_role_not_toggled, ping_role_set,
    ping_role_toggled, role_pings, role_pings_sent,
};
pub use run_details::{RunDetails, run_details};
pub use run_history::run_history;
pub use run_panel::run_panel;

use muster_dungeons::find_reaction;
use muster_sdk::ids::UserId;
use muster_sdk::text::escape;

use crate::run::{Run, Status, Tally};

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

/// What somebody who takes part does next.
fn whereto(run: &Run) -> String {
    match party_and_location(run) {
        Some(place) => place,
        None if run.status == Status::Live => {
            "Ask the organizer for party and location.".to_owned()
        }
        None => "Party and location will be on the panel.".to_owned(),
    }
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

/// As many mentions as fit a field of 1024 characters, at 23 each with the space.
const MENTIONS: usize = 40;

/// `<@1> <@2>`, as many as fit a field.
fn mentions(users: &[UserId]) -> String {
    let mut mentions: Vec<String> = users
        .iter()
        .take(MENTIONS)
        .map(|user| user.mention())
        .collect();
    if users.len() > MENTIONS {
        mentions.push(format!("and {} more", users.len() - MENTIONS));
    }
    mentions.join(" ")
}

/// ` by <@1>`; nothing for what happened by itself.
fn by_whom(by: Option<UserId>) -> String {
    by.map_or_else(String::new, |by| format!(" by {}", by.mention()))
}
