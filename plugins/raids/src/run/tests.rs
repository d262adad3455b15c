//! The rules, one claim each.

use std::time::Duration;

use super::*;
use crate::config::Config;

mod classes;
mod details;
mod endings;
mod key_log;
mod key_window;
mod keys;
mod leading;
mod oryx;
mod posting;
mod seats;
mod start_requirements;
mod transitions;

const ANN: UserId = UserId(1);
const BEN: UserId = UserId(2);
const POSTED: Timestamp = Timestamp::from_seconds(1_700_000_000);

/// Ann's Shatters run, just posted.
fn open_run() -> Run {
    run_of("SHATTERS")
}

fn run_of(dungeon: &str) -> Run {
    let draft = Draft::new(dungeon, None, None, None).expect("a dungeon of the data");
    draft.open(RunId(42), ANN, &Config::default(), POSTED)
}

fn live_run() -> Run {
    let run = open_run();
    let start = run
        .start(ann(), &Config::default(), after(60))
        .expect("Ann may start her run");
    run.after(&start)
}

fn ended_run() -> Run {
    let run = live_run();
    run.after(
        &run.end(ann(), after(600))
            .expect("Ann may end her run")
            .transition,
    )
}

fn cancelled_run() -> Run {
    let run = open_run();
    run.after(
        &run.cancel(ann(), after(600))
            .expect("Ann may cancel her run"),
    )
}

fn after(seconds: u64) -> Timestamp {
    POSTED.plus(Duration::from_secs(seconds))
}

/// The run's organizer, who has lost the role since.
fn ann() -> Actor {
    Actor {
        user: ANN,
        is_organizer: false,
    }
}

/// Another organizer.
fn ben() -> Actor {
    Actor {
        user: BEN,
        is_organizer: true,
    }
}

fn raider() -> Raider {
    Raider {
        user: BEN,
        suspended: false,
        verified: true,
    }
}

fn seat(state: State, class: Option<&str>) -> Seat {
    Seat {
        state,
        class: class.map(str::to_owned),
    }
}

#[test]
fn words_of_the_database_are_read_back() {
    for status in [Status::Open, Status::Live, Status::Ended, Status::Cancelled] {
        assert_eq!(Status::parse(status.as_str()), Some(status));
    }
    for state in [State::Join, State::Bench, State::Leave] {
        assert_eq!(State::parse(state.as_str()), Some(state));
    }
    for reason in [EndReason::Manual, EndReason::Auto, EndReason::Orphaned] {
        assert_eq!(EndReason::parse(reason.as_str()), Some(reason));
    }
    assert_eq!(
        (
            Status::parse("Open"),
            State::parse(""),
            EndReason::parse("x")
        ),
        (None, None, None)
    );
}
