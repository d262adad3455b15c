//! The rules, one claim each.

use std::time::Duration;

use muster_dungeons::{DUNGEONS, Dungeon};

use super::*;
use crate::run::Raider;

mod choosing;

const ANN: UserId = UserId(1);
const BEN: UserId = UserId(2);
const CID: UserId = UserId(3);
const POSTED: Timestamp = Timestamp::from_seconds(1_700_000_000);

fn after(seconds: u64) -> Timestamp {
    POSTED.plus(Duration::from_secs(seconds))
}

fn dungeons(keys: &[&str]) -> Vec<&'static Dungeon> {
    let dungeon = |key: &&str| find_dungeon(key).expect("in the data");
    keys.iter().map(dungeon).collect()
}

/// Ann's headcount, just posted.
fn headcount(keys: &[&str]) -> Headcount {
    Headcount::open(HeadcountId(7), ANN, "Ann".into(), &dungeons(keys), POSTED)
}

fn raider(user: UserId) -> Raider {
    Raider {
        user,
        suspended: false,
        verified: false,
    }
}

fn organizer(user: UserId) -> Actor {
    Actor {
        user,
        is_organizer: true,
    }
}

fn member(user: UserId) -> Actor {
    Actor {
        user,
        is_organizer: false,
    }
}

#[test]
fn join_is_in_and_out_again() {
    let (headcount, config) = (headcount(&["SHATTERS"]), Config::default());
    assert_eq!(headcount.toggle_join(raider(BEN), false, &config), Ok(true));
    assert_eq!(headcount.toggle_join(raider(BEN), true, &config), Ok(false));
}

#[test]
fn the_suspended_go_out_but_not_in() {
    let (headcount, config) = (headcount(&["SHATTERS"]), Config::default());
    let ben = Raider {
        suspended: true,
        ..raider(BEN)
    };
    let refused = Err(HeadcountError::Suspended);
    assert_eq!(headcount.toggle_join(ben, false, &config), refused);
    assert_eq!(headcount.toggle_join(ben, true, &config), Ok(false));
    let key = headcount.toggle_key(ben, 0, "SHATTERS_KEY", false, &config);
    assert_eq!(key, Err(HeadcountError::Suspended));
    let key = headcount.toggle_key(ben, 0, "SHATTERS_KEY", true, &config);
    assert_eq!(key.map(|toggle| toggle.offered), Ok(false));
}

#[test]
fn a_guild_may_want_them_verified() {
    let config = Config {
        join_requires_verified: true,
        ..Config::default()
    };
    let headcount = headcount(&["SHATTERS"]);
    let refused = Err(HeadcountError::NotVerified);
    assert_eq!(headcount.toggle_join(raider(BEN), false, &config), refused);
    let verified = Raider {
        verified: true,
        ..raider(BEN)
    };
    assert_eq!(headcount.toggle_join(verified, false, &config), Ok(true));
}

#[test]
fn a_key_belongs_to_its_dungeon() {
    let (headcount, config) = (headcount(&["SHATTERS", "ORYX_3"]), Config::default());
    let offer = |place, key| headcount.toggle_key(raider(BEN), place, key, false, &config);
    let inc = offer(1, "WC_INC").expect("opens Oryx 3");
    assert_eq!(
        (inc.dungeon.key, inc.key.label, inc.offered),
        ("ORYX_3", "Inc", true)
    );
    for (place, key) in [(0, "WC_INC"), (1, "SHATTERS_KEY"), (2, "WC_INC"), (0, "")] {
        assert_eq!(
            offer(place, key),
            Err(HeadcountError::NotAskedFor),
            "{place} {key}"
        );
    }
}

#[test]
fn oryx_has_a_button_for_each_of_its_keys() {
    let headcount = headcount(&["SHATTERS", "ORYX_3"]);
    let keys: Vec<_> = headcount
        .keys()
        .map(|(place, _, key)| (place, key.label))
        .collect();
    assert_eq!(keys.len(), 5);
    assert_eq!(keys[0].0, 0);
    assert!(keys[1..].iter().all(|(place, _)| *place == 1));
}

#[test]
fn one_dungeon_gives_its_name_and_several_do_not() {
    assert_eq!(headcount(&["SHATTERS"]).label(), "Shatters");
    assert_eq!(
        headcount(&["SHATTERS", "NEST"]).label(),
        "Multiple Dungeons"
    );
}

#[test]
fn who_posted_it_and_organizers_end_it() {
    let headcount = headcount(&["SHATTERS"]);
    let closing = headcount.end(member(ANN), after(60)).expect("it is hers");
    let expected = Closing {
        at: after(60),
        by: Some(ANN),
        reason: EndReason::Manual,
    };
    assert_eq!(closing, expected);
    assert!(headcount.end(organizer(BEN), after(60)).is_ok());
    assert_eq!(
        headcount.end(member(CID), after(60)),
        Err(HeadcountError::NotOrganizer)
    );
}

#[test]
fn what_is_over_stays_over_and_says_how() {
    let headcount = headcount(&["SHATTERS"]);
    let conversion = headcount
        .convert(organizer(BEN), "SHATTERS", after(60))
        .expect("an organizer");
    let converted = headcount.after_conversion(&conversion, RunId(42));
    let over = HeadcountError::Over(HeadcountOver {
        run: Some(RunId(42)),
        at: after(60),
        by: Some(BEN),
        reason: EndReason::Manual,
    });
    let config = Config::default();
    assert_eq!(
        converted.convert(organizer(ANN), "SHATTERS", after(61)),
        Err(over)
    );
    assert_eq!(converted.end(organizer(ANN), after(61)), Err(over));
    assert_eq!(
        converted.toggle_join(raider(CID), false, &config),
        Err(over)
    );
    assert_eq!(converted.close_by_age(&config, after(1_000_000)), None);
    assert_eq!(converted.orphan(after(61)), None);
}

#[test]
fn it_becomes_a_run_of_one_of_its_own_dungeons() {
    let headcount = headcount(&["SHATTERS", "NEST"]);
    let conversion = headcount.convert(organizer(ANN), "NEST", after(60));
    assert_eq!(conversion.map(|made| made.dungeon.key), Ok("NEST"));
    for foreign in ["ORYX_3", "nest", ""] {
        let refused = headcount.convert(organizer(ANN), foreign, after(60));
        assert_eq!(refused, Err(HeadcountError::NotAskedFor), "{foreign}");
    }
}

#[test]
fn nobody_needs_to_end_it_after_six_hours() {
    let (headcount, config) = (headcount(&["SHATTERS"]), Config::default());
    assert_eq!(headcount.close_by_age(&config, after(6 * 3600 - 1)), None);
    let closing = headcount
        .close_by_age(&config, after(6 * 3600))
        .expect("old");
    assert_eq!((closing.by, closing.reason), (None, EndReason::Auto));
    let longer = Config {
        headcount_close_hours: 12,
        ..config
    };
    assert_eq!(headcount.close_by_age(&longer, after(6 * 3600)), None);
}

#[test]
fn a_clock_that_was_set_back_ends_nothing_before_it_began() {
    let headcount = headcount(&["SHATTERS"]);
    let before = Timestamp::from_seconds(1_600_000_000);
    let closing = headcount.end(organizer(ANN), before).expect("an organizer");
    assert_eq!(closing.at, POSTED);
}

#[test]
fn one_that_nobody_saw_within_two_minutes_may_be_a_ghost() {
    let headcount = headcount(&["SHATTERS"]);
    assert!(!headcount.may_be_ghost(after(119)));
    assert!(headcount.may_be_ghost(after(120)));
    let posted = Posted {
        channel: muster_sdk::ids::ChannelId(1),
        message: muster_sdk::ids::MessageId(2),
    };
    let shown = Headcount {
        posted: Some(posted),
        ..headcount
    };
    assert!(!shown.may_be_ghost(after(120)));
}

#[test]
fn offers_are_counted_by_dungeon_and_key() {
    let offer = |dungeon: &str, key: &str, user| Offer {
        dungeon: dungeon.into(),
        key: key.into(),
        user,
    };
    let turnout = Turnout {
        participants: vec![BEN],
        offers: vec![
            offer("ORYX_3", "WC_INC", CID),
            offer("ORYX_3", "SWORD_RUNE", BEN),
            offer("ORYX_3", "WC_INC", BEN),
            offer("EXALT_DUNGEON", "SWORD_RUNE", CID),
        ],
    };
    assert_eq!(turnout.holders("ORYX_3", "WC_INC"), [CID, BEN]);
    assert_eq!(turnout.keys_for("ORYX_3"), 3);
    assert_eq!(turnout.keys_for("SHATTERS"), 0);
    assert!(!turnout.is_empty() && Turnout::default().is_empty());
}

#[test]
fn words_of_the_database_are_read_back() {
    for status in [
        HeadcountStatus::Open,
        HeadcountStatus::Converted,
        HeadcountStatus::Ended,
    ] {
        assert_eq!(HeadcountStatus::parse(status.as_str()), Some(status));
    }
    assert_eq!(HeadcountStatus::parse("live"), None);
}
