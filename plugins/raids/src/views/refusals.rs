//! What a member reads when something may not be done: what happened, and what to do next.

use muster_sdk::text::{cut, escape};

use super::by_whom;
use super::organizer_panel::what_is_missing;
use crate::run::{
    ActivityError, Detail, DetailError, DraftError, EndReason, Over, PopError, Run, RunId,
    SeatError, Status, TransitionError,
};

/// A button of a run that the database does not have (any more).
pub fn run_gone() -> String {
    "This run is gone. Ask the organizer to post a new one.".to_owned()
}

/// A number that no run of this guild has.
pub fn run_not_found(run: RunId) -> String {
    format!("There is no run {run} here. Pick one of the runs that are offered while you type.")
}

/// Why a run was not posted.
pub fn no_draft(why: &DraftError) -> String {
    match why {
        DraftError::UnknownDungeon(typed) => format!(
            "There is no dungeon \"{}\". Pick one of those that are offered while you type.",
            escape(&cut(typed, 100))
        ),
        DraftError::Detail(why) => no_text(why),
    }
}

/// Why another run was not posted. `link`: to the panel of the run that is not over.
pub fn already_active(why: ActivityError<'_>, link: Option<&str>) -> String {
    let ActivityError::AlreadyActive(run) = why;
    let link = link.map_or_else(String::new, |link| format!(" {link}"));
    format!(
        "You already have a run: **{}** (run {}), posted {}.{link} End or cancel it first.",
        escape(&run.dungeon_label),
        run.id,
        run.created_at.relative()
    )
}

/// Why a seat, class or key was not taken.
pub fn no_seat(why: &SeatError) -> String {
    match why {
        SeatError::Over(over) => is_over(over),
        SeatError::Locked => {
            "The organizer has locked joining. Press Bench to be there in reserve.".to_owned()
        }
        SeatError::Suspended => {
            "You are suspended from raiding here. Ask staff if you think that is wrong.".to_owned()
        }
        SeatError::NotVerified => {
            "Only verified raiders may join runs here. Get verified first, then press again."
                .to_owned()
        }
        SeatError::UnknownClass => {
            "There is no such class. Press Choose class and pick one from the menu.".to_owned()
        }
        SeatError::ClassNotAskedFor(asked_for) => {
            format!(
                "This run takes only {}. Pick one of them.",
                asked_for.join(", ")
            )
        }
        SeatError::NotThisDungeon => {
            "This key does not open this dungeon. Press a key button of the run's newest panel."
                .to_owned()
        }
    }
}

/// Why a run was not started, ended or cancelled.
pub fn no_transition(run: &Run, why: &TransitionError) -> String {
    match why {
        TransitionError::NotOrganizer => not_organizer(run),
        TransitionError::AlreadyStarted { by, at } => {
            format!(
                "This run was already started{} {}.",
                by_whom(*by),
                at.relative()
            )
        }
        TransitionError::NotStarted => {
            "This run has not started. Start it first, or cancel it.".to_owned()
        }
        TransitionError::Over(over) => is_over(over),
        TransitionError::Missing(missing) => format!("Before Start: {}.", what_is_missing(missing)),
    }
}

/// Why no key was popped.
pub fn no_pop(run: &Run, why: &PopError) -> String {
    match why {
        PopError::NotOrganizer => not_organizer(run),
        PopError::NotLive => "This run is not live. Start it first.".to_owned(),
        PopError::Over(over) => is_over(over),
        PopError::TooSoon { wait_seconds } => {
            format!("A key was popped a moment ago. Press again in {wait_seconds} seconds.")
        }
        PopError::BadSeconds => "A key window has 1 to 300 seconds.".to_owned(),
    }
}

/// Why one of the organizer's texts stays as it is.
pub fn no_text(why: &DetailError) -> String {
    match why {
        DetailError::NotOrganizer => {
            "Only the run's organizer, and who has the organizer role, may change this.".to_owned()
        }
        DetailError::Over(over) => is_over(over),
        DetailError::TooLong { detail, most } => {
            let what = match detail {
                Detail::Party => "party",
                Detail::Location => "location",
                Detail::Note => "note",
            };
            format!("The {what} has more than {most} characters. Send a shorter one.")
        }
    }
}

fn not_organizer(run: &Run) -> String {
    format!(
        "This is the run of {}. Only they, and who has the organizer role, may do this.",
        run.organizer.mention()
    )
}

fn is_over(over: &Over) -> String {
    let what = if over.status == Status::Cancelled {
        "cancelled"
    } else {
        "ended"
    };
    let how = match over.reason {
        EndReason::Manual => format!("was already {what}{}", by_whom(over.by)),
        EndReason::Auto => format!("{what} by itself when its time was up,"),
        EndReason::Orphaned => format!("was {what} because its panel was deleted,"),
    };
    format!("This run {how} {}.", over.at.relative())
}
