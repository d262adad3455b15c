//! Parties of `/party`: their panel, their thread, and what people read about them.

use muster_sdk::message::{Button, Color, Embed, Message, Row};
use muster_sdk::text::{cut, escape, plain};
use muster_sdk::time::Timestamp;

use super::log::timed;
use super::{by_whom, no_draft};
use crate::custom_id::party as custom_id;
use crate::party::{Party, PartyClosing, PartyError};
use crate::run::{DraftError, EndReason};

/// Discord's limit for a thread's name.
const THREAD_TITLE: usize = 100;

/// What everybody sees of an open party.
pub fn party_panel(party: &Party) -> Message {
    let embed = Embed::new()
        .title("✅ Party Open")
        .description(escape(&party.description))
        .color(Color::GREEN)
        .inline_field("Party", escape(&party.name));
    let embed = match &party.location {
        Some(location) => embed.inline_field("Location", escape(location)),
        None => embed,
    };
    let embed = embed.inline_field("Party Owner", party.owner.mention());
    let labels = party.labels();
    let embed = if labels.is_empty() {
        embed
    } else {
        embed.field("Dungeons", labels.join(", "))
    };
    let embed = embed
        .field("Closes", party.closes_at.relative())
        .timestamp(party.created_at);
    Message::new().embed(embed).row(Row::buttons([
        Button::grey("Extend", custom_id::extend(party.id)),
        Button::red("Close", custom_id::close(party.id)),
    ]))
}

/// What its thread is called.
pub fn party_thread_title(party: &Party) -> String {
    cut(&plain(&party.name), THREAD_TITLE)
}

/// In its thread, before its end.
pub fn party_warning(party: &Party, minutes: u32) -> Message {
    Message::text(format!(
        "{}, your party closes in {minutes} minutes. Press Extend on it for one more hour.",
        party.owner.mention()
    ))
    .pings_user(party.owner)
}

/// In the raid log: a party was opened.
pub fn party_opened_line(party: &Party, at: Timestamp) -> String {
    let name = escape(&plain(&party.name));
    let owner = party.owner.mention();
    timed(
        &format!("🎉 Party {} opened by {owner}: {name}", party.id),
        at,
    )
}

/// In the raid log: a party was closed.
pub fn party_closed_line(party: &Party, closing: &PartyClosing, at: Timestamp) -> String {
    let how = match closing.reason {
        EndReason::Manual => format!("closed{}", by_whom(closing.by)),
        EndReason::Auto => "closed: its time was up".to_owned(),
        EndReason::Orphaned => "closed: its message was deleted".to_owned(),
    };
    timed(&format!("🎉 Party {} {how}", party.id), at)
}

/// After `/party`. `problem`: why there is no thread, in the host's own sentence.
pub fn party_posted(party: &Party, link: &str, problem: Option<&str>) -> Message {
    let mut text = format!("Party {} is open. {link}", party.id);
    if let Some(problem) = problem {
        text.push_str(&format!("\n⚠️ It has no thread: {problem}"));
    }
    Message::text(text)
}

/// After `/party`, when Discord takes its time.
pub fn party_still_posting() -> Message {
    Message::text("The party is on its way: Discord is slow just now.")
}

/// After `/party`, when it could not be posted. `problem`: the host's own sentence.
pub fn party_not_posted(problem: &str) -> Message {
    Message::text(format!(
        "The party could not be posted. {problem} Then use `/party` again."
    ))
}

/// After **Extend**.
pub fn party_extended(party: &Party) -> Message {
    Message::text(format!(
        "Your party now closes {}.",
        party.closes_at.relative()
    ))
}

/// After **Close**.
pub fn party_closed() -> Message {
    Message::text("The party is closed.")
}

/// A button of a party that the database does not have.
pub fn party_gone() -> String {
    "This party is gone. Use `/party` to open a new one.".to_owned()
}

/// Why another party was not opened. `link`: to the open one.
pub fn already_has_party(party: &Party, link: Option<&str>) -> String {
    let link = link.map_or_else(String::new, |link| format!(" {link}"));
    format!(
        "You already have a party: **{}**, opened {}.{link} Close it first.",
        escape(&plain(&cut(&party.name, 100))),
        party.created_at.relative()
    )
}

/// Why something was not done with a party.
pub fn no_party(why: &PartyError) -> String {
    match why {
        PartyError::UnknownDungeon(typed) => no_draft(&DraftError::UnknownDungeon(typed.clone())),
        PartyError::Empty(what) => format!("The {what} is empty. Type one."),
        PartyError::TooLong(what, most) => {
            format!("The {what} has more than {most} characters. Send a shorter one.")
        }
        PartyError::TooMany(seconds) => format!(
            "You have opened three parties within half an hour. Try again in {} minutes.",
            seconds.div_ceil(60)
        ),
        PartyError::NotOwner => "Only the owner of the party may extend it.".to_owned(),
        PartyError::NotOwnerOrSecurity => {
            "Only the owner of the party, and security and above, may close it.".to_owned()
        }
        PartyError::Closed => "This party is closed. Use `/party` to open a new one.".to_owned(),
        PartyError::LongEnough => {
            "A party is open for twelve hours at most from now on. Extend it later.".to_owned()
        }
    }
}
