//! What a member reads in private after something worked.

use muster_sdk::message::Message;
use muster_sdk::text::escape;

use super::whereto;
use crate::preferences::Preferences;
use crate::run::{ClassChoice, DetailChange, KeyEntry, KeyPop, KeyToggle, Run, Seated, Stage};

/// After `/run`. `link`: to the panel, once it is posted; `problems`: what did not work beside it,
/// in sentences of the host's.
pub fn posted(run: &Run, link: Option<&str>, problems: &[String]) -> Message {
    let link = link.map_or_else(String::new, |link| format!(" {link}"));
    let mut lines = vec![format!(
        "Run {} for **{}** is posted.{link}",
        run.id,
        dungeon(run)
    )];
    lines.extend(problems.iter().map(|problem| format!("⚠️ {problem}")));
    Message::text(lines.join("\n"))
}

/// After `/run`, when Discord takes its time.
pub fn still_posting(run: &Run) -> Message {
    Message::text(format!(
        "Run {} for **{}** is on its way: Discord is slow just now. If its panel does not appear within \
         two minutes, use `/run` again.",
        run.id,
        dungeon(run)
    ))
}

/// After `/run`, when the panel could not be posted. `problem`: the host's own sentence.
pub fn not_posted(run: &Run, problem: &str) -> Message {
    Message::text(format!(
        "**{}** could not be posted, so the run is cancelled. {problem} Then use `/run` again.",
        dungeon(run)
    ))
}

/// After **Join**.
pub fn joined(run: &Run, seated: &Seated) -> Message {
    let what = if seated.changed {
        "You joined"
    } else {
        "You have already joined"
    };
    Message::text(format!("{what} **{}**. {}", dungeon(run), whereto(run)))
}

/// After **Bench**.
pub fn benched(run: &Run, seated: &Seated) -> Message {
    let what = if seated.changed {
        "You are on the bench"
    } else {
        "You are already on the bench"
    };
    Message::text(format!(
        "{what} of **{}**. Press Join if you take part after all.",
        dungeon(run)
    ))
}

/// After **Leave**.
pub fn left(run: &Run, seated: &Seated) -> Message {
    let what = if seated.changed {
        "You left"
    } else {
        "You are not part of"
    };
    Message::text(format!(
        "{what} **{}**. Press Join to take part.",
        dungeon(run)
    ))
}

/// After a class was picked.
pub fn class_chosen(run: &Run, choice: &ClassChoice) -> Message {
    let class = choice.class;
    let what = if choice.joined_by_it {
        format!("You joined **{}** as", dungeon(run))
    } else {
        format!("In **{}** you are", dungeon(run))
    };
    let mut text = format!(
        "{what} {} **{}**. {}",
        class.emoji,
        class.label,
        whereto(run)
    );
    if let Some(asked_for) = &choice.asked_for {
        text.push_str(&format!(
            "\nThis dungeon asks for {}; you are welcome all the same.",
            asked_for.join(", ")
        ));
    }
    Message::text(text)
}

/// After a key button.
pub fn key_toggled(run: &Run, toggle: &KeyToggle) -> Message {
    let (emoji, key, dungeon) = (toggle.key.emoji, toggle.key.label, dungeon(run));
    Message::text(if toggle.offered {
        format!(
            "{emoji} The organizer of **{dungeon}** knows that you have: **{key}**. Press again to take it back."
        )
    } else {
        format!("{emoji} You no longer offer **{key}** for **{dungeon}**.")
    })
}

/// After **Start**.
pub fn run_started(run: &Run) -> Message {
    Message::text(format!("**{}** is live.", dungeon(run)))
}

/// After **End Run**.
pub fn run_ended(run: &Run) -> Message {
    Message::text(format!(
        "**{}** has ended. Points are being given.",
        dungeon(run)
    ))
}

/// After **Cancel**.
pub fn run_cancelled(run: &Run) -> Message {
    Message::text(format!(
        "**{}** is cancelled. Nobody gets points for it.",
        dungeon(run)
    ))
}

/// After **Key popped**.
pub fn key_popped(pop: &KeyPop) -> Message {
    Message::text(format!(
        "Key {} popped: raiders have {} seconds to join the party.",
        pop.number, pop.seconds
    ))
}

/// After **Lock Join** or **Unlock Join**.
pub fn lock_set(locked: bool) -> Message {
    Message::text(if locked {
        "Nobody can join any more. Those who are in stay in, and the bench is open."
    } else {
        "Everybody can join again."
    })
}

/// After the form for the length of the chain.
pub fn chain_set(run: &Run, amount: u32) -> Message {
    Message::text(format!(
        "The chain has {amount} keys; {} popped so far.",
        run.key_pop_count
    ))
}

/// After **Ping Raiders**, and whatever else pings.
pub fn pinged(people: usize) -> Message {
    Message::text(match people {
        0 => "Pinged.".to_owned(),
        1 => "Pinged 1 raider.".to_owned(),
        people => format!("Pinged {people} raiders."),
    })
}

/// After **Submit Screenshot**: a button cannot take a picture.
pub fn how_to_take(run: &Run) -> Message {
    let done = if run.screenshot_url.is_some() {
        "A screenshot is there. To replace it, use"
    } else {
        "Use"
    };
    Message::text(format!(
        "{done} `/taken` with a full-screen picture that shows `/who` and `/server` in the chat."
    ))
}

/// After `/taken`.
pub fn taken(run: &Run) -> Message {
    let next = if run.started_at.is_some() {
        "The run is live already."
    } else {
        "You can start it now."
    };
    Message::text(format!(
        "The screenshot for **{}** (run {}) is saved. {next}",
        dungeon(run),
        run.id
    ))
}

/// After the form for the realm's score.
pub fn score_set(percent: u32) -> Message {
    Message::text(format!("Raiders know that the realm is at {percent}%."))
}

/// After a stage of Oryx 3 has begun.
pub fn stage_begun(run: &Run) -> Message {
    Message::text(match run.stage {
        Some(Stage::Miniboss) => format!(
            "Raiders know that the miniboss is {}.",
            escape(run.miniboss.as_deref().unwrap_or("unknown"))
        ),
        Some(Stage::ThirdRoom) => "Raiders know that the third room begins.".to_owned(),
        _ => "Raiders know that the realm is closed.".to_owned(),
    })
}

/// After keys were logged.
pub fn keys_logged(entry: &KeyEntry) -> Message {
    Message::text(format!(
        "Logged for {}: {} ×{}.",
        entry.user.mention(),
        super::key_label(&entry.key),
        entry.amount
    ))
}

/// After `/preferences`.
pub fn preferences(now: Preferences) -> Message {
    let state = |on: bool| if on { "on" } else { "off" };
    Message::text(format!(
        "Direct messages when a run that you joined starts or ends: **{}**\n\
         Direct messages with party and location when you offered a key: **{}**",
        state(now.run_dms),
        state(now.location_dms)
    ))
}

/// After a form for one of the organizer's texts.
pub fn detail_set(change: &DetailChange) -> Message {
    let label = change.detail.label();
    Message::text(match &change.after {
        _ if !change.is_change() => format!("{label} stays as it was."),
        Some(text) => format!("{label} is now: {}", escape(text)),
        None => format!("{label} is cleared."),
    })
}

/// After **Deny** on another organizer's run.
pub fn kept_out(run: &Run) -> Message {
    Message::text(format!("The run stays with {}.", run.organizer.mention()))
}

fn dungeon(run: &Run) -> String {
    escape(&run.dungeon_label)
}
