//! Whom to thank for popped keys.

use super::*;

fn with_pops(run: Run, pops: u32) -> Run {
    Run {
        key_pop_count: pops,
        ..run
    }
}

fn draft(user: UserId, key: Option<&str>) -> KeyDraft {
    KeyDraft {
        user: Some(user),
        key: key.map(str::to_owned),
        ..KeyDraft::default()
    }
}

fn logged(amount: u32) -> KeyLog {
    let entry = KeyEntry {
        user: BEN,
        key: "SHATTERS_KEY".to_owned(),
        amount,
    };
    KeyLog {
        entries: vec![entry],
        ..KeyLog::default()
    }
}

#[test]
fn as_many_keys_are_left_as_were_popped_and_nobody_was_thanked_for() {
    let run = with_pops(ended_run(), 5);
    assert_eq!(run.keys_left(&KeyLog::default()), 5);
    assert_eq!(run.keys_left(&logged(2)), 3);
    let waived = Run {
        keys_waived: 3,
        ..run
    };
    assert_eq!(waived.keys_left(&logged(2)), 0);
}

#[test]
fn a_dungeon_with_one_key_asks_for_no_choice() {
    let run = with_pops(ended_run(), 3);
    let entry = run.log_keys(ann(), &KeyLog::default(), &draft(BEN, None), 2);
    let expected = KeyEntry {
        user: BEN,
        key: "SHATTERS_KEY".to_owned(),
        amount: 2,
    };
    assert_eq!(entry, Ok(expected));
}

#[test]
fn a_dungeon_with_several_keys_does() {
    let oryx = Run {
        dungeon_key: "ORYX_3".to_owned(),
        ..with_pops(ended_run(), 3)
    };
    let log = KeyLog::default();
    let none = oryx.log_keys(ann(), &log, &draft(BEN, None), 1);
    assert_eq!(none, Err(KeyLogError::NoKeyPicked));
    let foreign = oryx.log_keys(ann(), &log, &draft(BEN, Some("SHATTERS_KEY")), 1);
    assert_eq!(foreign, Err(KeyLogError::NoKeyPicked));
    let inc = oryx.log_keys(ann(), &log, &draft(BEN, Some("WC_INC")), 1);
    assert_eq!(inc.map(|entry| entry.key), Ok("WC_INC".to_owned()));
    assert_eq!(
        oryx.pick_key("SHATTERS_KEY"),
        Err(KeyLogError::NotThisDungeon)
    );
}

#[test]
fn no_more_keys_are_logged_than_were_popped() {
    let run = with_pops(ended_run(), 3);
    let ben = draft(BEN, None);
    for odd in [0, 2, 99] {
        let told = run.log_keys(ann(), &logged(2), &ben, odd);
        assert_eq!(told, Err(KeyLogError::NotSoMany { left: 1 }));
    }
    let told = run.log_keys(ann(), &logged(3), &ben, 1);
    assert_eq!(told, Err(KeyLogError::NothingLeft));
    let told = run.log_keys(ann(), &logged(2), &KeyDraft::default(), 1);
    assert_eq!(told, Err(KeyLogError::NobodyPicked));
}

#[test]
fn keys_are_logged_by_organizers_once_the_run_has_ended() {
    let raider = Actor {
        user: BEN,
        is_organizer: false,
    };
    let told = ended_run().check_may_log_keys(raider);
    assert_eq!(told, Err(KeyLogError::NotOrganizer));
    assert_eq!(ended_run().check_may_log_keys(ben()), Ok(()));
    for run in [open_run(), live_run(), cancelled_run()] {
        let told = run.check_may_log_keys(ann());
        assert_eq!(told, Err(KeyLogError::NotOver));
    }
}

#[test]
fn names_are_compared_without_what_guilds_put_before_them() {
    for name in ["Ann", " !ann", "..ANN", "*Ann ", "-ann", "! Ann"] {
        assert_eq!(bare_name(name), "ann", "{name}");
    }
}
