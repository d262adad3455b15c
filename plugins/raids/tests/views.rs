//! What people see, drawn as text: a change of a view is judged by reading the diff of these files.

use std::time::Duration;

use insta::assert_snapshot;
use muster_raids::config::Config;
use muster_raids::run::{
    Actor, Detail, Draft, EndReason, KeyToggle, Run, RunId, Seat, Seated, Stage, State, Tally,
};
use muster_raids::views::{self, LogLine, Starter};
use muster_sdk::ids::UserId;
use muster_sdk::message::{draw, draw_modal};
use muster_sdk::time::Timestamp;

#[path = "views/answers.rs"]
mod answers;
#[path = "views/headcounts.rs"]
mod headcounts;
#[path = "views/history.rs"]
mod history;
#[path = "views/key_log.rs"]
mod key_log;
#[path = "views/menus_and_forms.rs"]
mod menus_and_forms;
#[path = "views/organizer.rs"]
mod organizer;
#[path = "views/parties.rs"]
mod parties;
#[path = "views/pings_and_notices.rs"]
mod pings_and_notices;
#[path = "views/raid_log.rs"]
mod raid_log;
#[path = "views/refusals.rs"]
mod refusals;
#[path = "views/run_panel.rs"]
mod run_panel;

const ANN: UserId = UserId(1);
const BEN: UserId = UserId(2);
const CID: UserId = UserId(3);
const POSTED: Timestamp = Timestamp::from_seconds(1_700_000_000);

fn after(seconds: u64) -> Timestamp {
    POSTED.plus(Duration::from_secs(seconds))
}

fn ann() -> Actor {
    Actor {
        user: ANN,
        is_organizer: true,
    }
}

fn posted(dungeon: &str) -> Run {
    let draft = Draft::new(dungeon, None, None, None).expect("a dungeon of the data");
    draft.open(RunId(42), ANN, &Config::default(), POSTED)
}

fn with_texts(run: Run) -> Run {
    Run {
        party: Some("Ann".to_owned()),
        location: Some("USW3 Bazaar".to_owned()),
        note: Some("bring a slow\n# no pets".to_owned()),
        ..run
    }
}

fn started(run: &Run) -> Run {
    run.after(
        &run.start(ann(), &Config::default(), after(60))
            .expect("it is open"),
    )
}

fn ended(run: &Run) -> Run {
    run.after(
        &run.end(ann(), after(60 + 725))
            .expect("it is live")
            .transition,
    )
}

fn count(keys: &[(&str, u32)]) -> Vec<(String, u32)> {
    keys.iter()
        .map(|(key, count)| ((*key).to_owned(), *count))
        .collect()
}

fn three_raiders() -> Tally {
    Tally {
        joined: 3,
        benched: 1,
        classes: count(&[("WIZARD", 2), ("PRIEST", 1)]),
        keys: count(&[("SHATTERS_KEY", 2)]),
    }
}

fn panel(run: &Run, tally: &Tally) -> String {
    draw(&views::run_panel(run, tally, &Config::default(), after(90)))
}

fn organizer_panel(run: &Run, holders: &[(String, Vec<UserId>)]) -> String {
    draw(&views::organizer_panel(
        run,
        &three_raiders(),
        holders,
        &Config::default(),
        after(90),
    ))
}
