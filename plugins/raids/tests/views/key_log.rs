//! The panel on which popped keys are logged.

use muster_raids::panel_name::KeyPanel;
use muster_raids::run::{KeyDraft, KeyEntry, KeyLog, Reactor};

use super::*;

const PANEL: KeyPanel = KeyPanel {
    run: RunId(42),
    viewer: Some(ANN),
};

fn run(dungeon: &str, pops: u32) -> Run {
    Run {
        key_pop_count: pops,
        ..ended(&started(&posted(dungeon)))
    }
}

fn offered(user: UserId, name: Option<&str>, keys: &[&str]) -> Reactor {
    Reactor {
        user,
        name: name.map(str::to_owned),
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
    }
}

fn log() -> KeyLog {
    KeyLog {
        entries: Vec::new(),
        reactors: vec![
            offered(BEN, Some("Ben\n*the* tall"), &["SHATTERS_KEY"]),
            offered(CID, None, &["SHATTERS_KEY"]),
        ],
    }
}

fn drawn(run: &Run, log: &KeyLog, draft: &KeyDraft) -> String {
    draw(&views::key_log_panel(PANEL, run, log, draft))
}

fn of(user: UserId) -> KeyDraft {
    KeyDraft {
        user: Some(user),
        ..KeyDraft::default()
    }
}

#[test]
fn it_asks_whose_key_it_was() {
    assert_snapshot!(drawn(&run("SHATTERS", 3), &log(), &KeyDraft::default()), @"
    | 🗝️ Keys of Shatters                    (yellow)
    | Run 42 of <@1>
    | **3 keys to log**
    | Whose key was it?
      [Who offered a key ▾ Ben *the* tall (Shatters Key), Member 3 (Shatters Key)]
      [Somebody else ▾ members]
      [Custom Name] [Cancel Remaining Keys: red] [Close]
    ");
}

#[test]
fn then_how_many_they_popped() {
    assert_snapshot!(drawn(&run("SHATTERS", 3), &log(), &of(BEN)), @"
    | 🗝️ Keys of Shatters                    (yellow)
    | Run 42 of <@1>
    | **3 keys to log**
    | How many did <@2> pop: Shatters Key?
      [Who offered a key ▾ *Ben *the* tall (Shatters Key), Member 3 (Shatters Key)]
      [Somebody else ▾ members]
      [How many ▾ 1, 2, 3]
      [Custom Name] [Cancel Remaining Keys: red] [Close]
    ");
}

#[test]
fn a_dungeon_with_several_keys_asks_which_one_between() {
    assert_snapshot!(drawn(&run("ORYX_3", 1), &KeyLog::default(), &of(CID)), @"
    | 🗝️ Keys of Oryx 3                      (yellow)
    | Run 42 of <@1>
    | **1 key to log**
    | Which key did <@3> pop?
      [Somebody else ▾ members]
      [Which key ▾ 🍷 Inc, 🛡️ Shield Rune, ⚔️ Sword Rune, 🪖 Helm Rune]
      [Custom Name] [Cancel Remaining Keys: red] [Close]
    ");
}

#[test]
fn when_every_key_is_logged_it_says_so_and_rests() {
    let entry = |user, amount| KeyEntry {
        user,
        key: "SHATTERS_KEY".to_owned(),
        amount,
    };
    let log = KeyLog {
        entries: vec![entry(BEN, 2), entry(CID, 1)],
        ..log()
    };
    assert_snapshot!(drawn(&run("SHATTERS", 3), &log, &KeyDraft::default()), @"
    | 🗝️ Keys of Shatters                    (green)
    | Run 42 of <@1>
    | Every key is logged.
    | <@2>: 🏰 Shatters Key ×2
    | <@3>: 🏰 Shatters Key ×1
    ");
}

#[test]
fn closed_it_says_where_keys_can_still_be_logged() {
    let closed = KeyDraft {
        is_closed: true,
        ..KeyDraft::default()
    };
    let panel = drawn(&run("SHATTERS", 3), &log(), &closed);
    assert!(
        panel.contains("`/logkey`") && !panel.contains('['),
        "{panel}"
    );
}
