//! What people read in private about headcounts: the menus of `/headcount`, what worked, and what did not.

use muster_dungeons::find_dungeon;
use muster_sdk::message::{Button, Message, Row, Select, SelectOption};
use muster_sdk::text::escape;

use super::by_whom;
use crate::custom_id::headcount as custom_id;
use crate::headcount::{
    Headcount, HeadcountError, HeadcountOver, MOST_DUNGEONS, MOST_PER_MENU, MenuId, OfferToggle,
    Selection, SelectionError, SelectionStatus,
};
use crate::run::{EndReason, Run};

/// The three menus of `/headcount`, and what was picked from them so far.
pub fn selection(selection: &Selection) -> Message {
    match selection.status {
        SelectionStatus::Posted => return Message::text("The headcount is being posted."),
        SelectionStatus::Expired => return Message::text(no_selection(SelectionError::Expired)),
        SelectionStatus::Choosing => {}
    }
    let picked = selection.picked.iter().filter_map(|key| find_dungeon(key));
    let labels: Vec<&str> = picked.map(|dungeon| dungeon.label).collect();
    let mut lines = vec![format!(
        "Which dungeons is the headcount about? Selected ({}/{MOST_DUNGEONS})",
        labels.len()
    )];
    if !labels.is_empty() {
        lines.push(labels.join(", "));
    }
    if labels.len() > MOST_DUNGEONS {
        lines.push(format!(
            "⚠️ {}",
            no_selection(SelectionError::TooMany(labels.len()))
        ));
    }
    lines.push(format!(
        "The menus close {}.",
        selection.expires_at.relative()
    ));
    let menus = MenuId::ALL.map(|menu| Row::select(menu_of(selection, menu)));
    let create = Button::green("Create Headcount", custom_id::create(selection.id));
    Message::text(lines.join("\n"))
        .rows(menus)
        .row(Row::buttons([create]))
}

fn menu_of(selection: &Selection, menu: MenuId) -> Select {
    let options = menu.dungeons().into_iter().map(|dungeon| {
        let is_picked = selection.picked.iter().any(|key| key == dungeon.key);
        SelectOption::new(dungeon.label, dungeon.key)
            .emoji(dungeon.emoji)
            .picked(is_picked)
    });
    Select::options(custom_id::pick(selection.id, menu), options)
        .placeholder(format!("{} (up to {MOST_PER_MENU})", menu.label()))
        .picks(0, MOST_PER_MENU)
}

/// After **Create Headcount**. `link`: to the panel, once it is posted; `problems`: what did not work beside
/// it, in sentences of the host's.
pub fn headcount_posted(headcount: &Headcount, link: Option<&str>, problems: &[String]) -> Message {
    let link = link.map_or_else(String::new, |link| format!(" {link}"));
    let mut lines = vec![format!("Headcount {} is posted.{link}", headcount.id)];
    lines.extend(problems.iter().map(|problem| format!("⚠️ {problem}")));
    Message::text(lines.join("\n"))
}

/// After **Create Headcount**, when Discord takes its time.
pub fn headcount_still_posting() -> Message {
    Message::text(
        "The headcount is on its way: Discord is slow just now. If its panel does not appear within two \
         minutes, use `/headcount` again.",
    )
}

/// After **Create Headcount**, when the panel could not be posted. `problem`: the host's own sentence.
pub fn headcount_not_posted(problem: &str) -> Message {
    Message::text(format!(
        "The headcount could not be posted. {problem} Then use `/headcount` again."
    ))
}

/// After **Join** on a headcount.
pub fn headcount_joined(is_in: bool) -> Message {
    Message::text(if is_in {
        "You are in: if it becomes a run, you have joined it. Press again to take it back."
    } else {
        "You are out. Press Join if you would come after all."
    })
}

/// After a key button of a headcount.
pub fn headcount_key_toggled(toggle: &OfferToggle) -> Message {
    let (emoji, key, dungeon) = (toggle.key.emoji, toggle.key.label, toggle.dungeon.label);
    Message::text(if toggle.offered {
        format!(
            "{emoji} The organizer knows that you could pop **{key}** for **{dungeon}**. Press again to \
             take it back."
        )
    } else {
        format!("{emoji} You no longer offer **{key}** for **{dungeon}**.")
    })
}

/// After **Deny**.
pub fn headcount_kept_out(headcount: &Headcount) -> Message {
    Message::text(format!(
        "The headcount stays with {}.",
        headcount.organizer.mention()
    ))
}

/// After **End Headcount**.
pub fn headcount_ended() -> Message {
    Message::text("The headcount has ended.")
}

/// In place of the menu of **Convert to Run**, once its run is there.
pub fn headcount_converted(run: &Run) -> Message {
    Message::text(format!(
        "The headcount is now run {} for **{}**. Press Organizer Panel on it to lead it.",
        run.id,
        escape(&run.dungeon_label)
    ))
}

/// A button of a headcount that the database does not have.
pub fn headcount_gone() -> String {
    "This headcount is gone. Ask the organizer to post a new one.".to_owned()
}

/// Menus of a use of `/headcount` that the database does not have any more.
pub fn selection_gone() -> String {
    no_selection(SelectionError::Expired)
}

/// Somebody else's menus.
pub fn not_your_menus() -> String {
    "These are not your menus. Use `/headcount` to get your own.".to_owned()
}

/// The menu of **Convert to Run** was open for too long.
pub fn convert_menu_closed() -> String {
    "This menu has closed. Press Convert to Run again.".to_owned()
}

/// Why no headcount was posted.
pub fn no_selection(why: SelectionError) -> String {
    match why {
        SelectionError::Expired => {
            "The time to pick is up. Use `/headcount` to begin again.".to_owned()
        }
        SelectionError::AlreadyPosted => {
            "This headcount is posted already. Use `/headcount` for another one.".to_owned()
        }
        SelectionError::Nothing => {
            "Nothing is selected. Pick at least one dungeon from the menus, then press again."
                .to_owned()
        }
        SelectionError::TooMany(picked) => format!(
            "{picked} dungeons are selected, and a headcount holds {MOST_DUNGEONS}. Take some away."
        ),
    }
}

/// Why another headcount or run was not posted: the organizer has a headcount that is not over. `link`: to
/// its panel.
pub fn already_counting(headcount: &Headcount, link: Option<&str>) -> String {
    let link = link.map_or_else(String::new, |link| format!(" {link}"));
    format!(
        "You already have a headcount: **{}** (headcount {}), posted {}.{link} End or convert it first.",
        headcount.label(),
        headcount.id,
        headcount.created_at.relative()
    )
}

/// Why something was not done with a headcount.
pub fn no_headcount(headcount: &Headcount, why: HeadcountError) -> String {
    match why {
        HeadcountError::NotOrganizer => format!(
            "This is the headcount of {}. Only they, and who has the organizer role, may do this.",
            headcount.organizer.mention()
        ),
        HeadcountError::Over(over) => headcount_is_over(&over),
        HeadcountError::Suspended => {
            "You are suspended from raiding here. Ask staff if you think that is wrong.".to_owned()
        }
        HeadcountError::NotVerified => {
            "Only verified raiders may join runs here. Get verified first, then press again."
                .to_owned()
        }
        HeadcountError::NotAskedFor => {
            "This headcount does not ask for that. Press a button of its newest panel.".to_owned()
        }
    }
}

fn headcount_is_over(over: &HeadcountOver) -> String {
    let (by, at) = (by_whom(over.by), over.at.relative());
    match (over.run, over.reason) {
        (Some(run), _) => format!("This headcount was already made into run {run}{by} {at}."),
        (None, EndReason::Manual) => format!("This headcount was already ended{by} {at}."),
        (None, EndReason::Auto) => {
            format!("This headcount ended by itself when its time was up, {at}.")
        }
        (None, EndReason::Orphaned) => {
            format!("This headcount was ended because its panel was deleted, {at}.")
        }
    }
}

/// What somebody reads whose press met another one, made a moment before.
pub fn headcount_came_too_late(headcount: &Headcount) -> String {
    headcount
        .over()
        .map_or_else(headcount_gone, |over| headcount_is_over(&over))
}
