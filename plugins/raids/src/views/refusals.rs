//! What a member reads when something may not be done: what happened, and what to do next.

use muster_sdk::text::{cut, escape};

use super::by_whom;
use super::organizer_panel::what_is_missing;
use crate::run::{
    ActivityError, Detail, DetailError, DraftError, EndReason, KeyLogError, LeadError, Over,
    PopError, Run, RunId, SeatError, Stage, Status, TakenError, TransitionError,
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

/// Why the organizer's panel did not do what was pressed.
pub fn no_lead(run: &Run, why: &LeadError) -> String {
    match why {
        LeadError::NotOrganizer => not_organizer(run),
        LeadError::Over(over) => is_over(over),
        LeadError::NotLive => "This run is not live. Start it first.".to_owned(),
        LeadError::OnlyOryx => "Only runs of Oryx 3 have this.".to_owned(),
        LeadError::NotOryx => "Oryx 3 has one portal: there is no chain.".to_owned(),
        LeadError::NoNumber { least, most } => {
            format!("That is no number from {least} to {most}. Press the button again.")
        }
        LeadError::TooSoon { wait_seconds } => {
            format!("The raiders were pinged a moment ago. Press again in {wait_seconds} seconds.")
        }
        LeadError::OtherStage(stage) => other_stage(*stage).to_owned(),
        LeadError::UnknownMiniboss => {
            "There is no such miniboss. Pick one from the menu.".to_owned()
        }
    }
}

fn other_stage(stage: Option<Stage>) -> &'static str {
    match stage {
        None => "The realm is not closed yet. Press Realm Closed first.",
        Some(Stage::Closed) => "The realm is closed already. Press Miniboss next.",
        Some(Stage::Miniboss) => "The miniboss is known already. Press Third Room next.",
        Some(Stage::ThirdRoom) => {
            "The third room has begun already. Press End Run when it is over."
        }
    }
}

/// Why a picture was not taken.
pub fn not_taken(why: &TakenError) -> String {
    match why {
        TakenError::NotAPicture => {
            "That file is no picture. Use `/taken` with a screenshot (PNG or JPEG).".to_owned()
        }
        TakenError::NoRun => {
            "You have no run that is open or live. Post one with `/run` first.".to_owned()
        }
        TakenError::OtherDungeon(label) => format!(
            "Your run is of **{}**. Only Oryx 3 needs a screenshot.",
            escape(label)
        ),
    }
}

/// Why raiders were not pinged: nobody knows where the panel is.
pub fn not_posted_yet() -> String {
    "The run's panel is not posted yet. Press again in a moment.".to_owned()
}

/// Why a key was not logged.
pub fn no_key_log(run: &Run, why: &KeyLogError) -> String {
    match why {
        KeyLogError::NotOrganizer => not_organizer(run),
        KeyLogError::NotOver => "Keys are logged here once the run has ended.".to_owned(),
        KeyLogError::NothingLeft => {
            "Every key of this run is logged. More can be logged with `/logkey`.".to_owned()
        }
        KeyLogError::NobodyPicked => "Pick first whose key it was.".to_owned(),
        KeyLogError::NoKeyPicked => "Pick first which key it was.".to_owned(),
        KeyLogError::NotThisDungeon => {
            "This key does not open this dungeon. Pick one from the menu.".to_owned()
        }
        KeyLogError::NotSoMany { left: 1 } => "Only 1 key is left to log.".to_owned(),
        KeyLogError::NotSoMany { left } => format!("Only {left} keys are left to log."),
    }
}

/// Why a typed name picked nobody. `found`: how many members have it.
pub fn no_member_found(typed: &str, found: usize) -> String {
    let name = escape(&cut(typed, 40));
    match found {
        0 => format!(
            "No member is called \"{name}\". Check the spelling, or pick them in the menu \
             \"Somebody else\"."
        ),
        found => format!(
            "{found} members are called \"{name}\". Pick the right one in the menu \"Somebody else\"."
        ),
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
