//! Locking, chains, pings.

use super::*;

#[test]
fn the_lock_is_thrown_and_opened_by_the_same_button() {
    assert_eq!(open_run().toggle_lock(ann()), Ok(true));
    let locked = Run {
        join_locked: true,
        ..live_run()
    };
    assert_eq!(locked.toggle_lock(ben()), Ok(false));
    let raider = Actor {
        user: BEN,
        is_organizer: false,
    };
    assert_eq!(locked.toggle_lock(raider), Err(LeadError::NotOrganizer));
    let over = ended_run().toggle_lock(ann());
    assert!(matches!(over, Err(LeadError::Over(_))), "{over:?}");
}

#[test]
fn a_chain_has_1_to_99_keys() {
    let run = open_run();
    assert_eq!(run.set_chain(ann(), " 5 "), Ok(5));
    assert_eq!(run.set_chain(ann(), "99"), Ok(99));
    for odd in ["", "0", "100", "-1", "five", "1.5", "99999999999"] {
        let (least, most) = (1, 99);
        let why = LeadError::NoNumber { least, most };
        assert_eq!(run.set_chain(ann(), odd), Err(why), "{odd}");
    }
}

#[test]
fn oryx_3_has_no_chain() {
    let run = run_of("ORYX_3");
    assert_eq!(run.set_chain(ann(), "5"), Err(LeadError::NotOryx));
}

#[test]
fn raiders_are_pinged_every_20_seconds_at_most_and_while_the_run_is_live() {
    assert_eq!(open_run().ping(ann(), after(70)), Err(LeadError::NotLive));
    let run = live_run();
    assert_eq!(run.ping(ann(), after(70)), Ok(()));
    let pinged = Run {
        pinged_at: Some(after(70)),
        ..run
    };
    let wait_seconds = 1;
    let too_soon = Err(LeadError::TooSoon { wait_seconds });
    assert_eq!(pinged.ping(ann(), after(89)), too_soon);
    assert_eq!(pinged.ping(ben(), after(90)), Ok(()));
}
