//! Popping keys.

use super::*;

#[test]
fn a_pop_opens_the_window_for_that_many_seconds() {
    let pop = live_run()
        .pop_key(ann(), 30, after(100))
        .expect("it is live");
    assert_eq!(
        (pop.number, pop.window_ends_at, pop.completed),
        (1, after(130), None)
    );
    let run = live_run().after_pop(&pop);
    assert_eq!(run.key_window(after(129)), Some(after(130)));
    assert_eq!(run.key_window(after(130)), None);
}

#[test]
fn the_next_pop_completes_the_one_before() {
    let run = live_run();
    let run = run.after_pop(&run.pop_key(ann(), 30, after(100)).expect("it is live"));
    let second = run
        .pop_key(ben(), 30, after(120))
        .expect("20 seconds have passed");
    assert_eq!((second.number, second.completed), (2, Some(1)));
}

#[test]
fn only_live_runs_have_a_window() {
    assert_eq!(
        open_run().pop_key(ann(), 30, after(1)),
        Err(PopError::NotLive)
    );
    let over = ended_run().over().map(PopError::Over);
    assert_eq!(ended_run().pop_key(ann(), 30, after(700)).err(), over);
    let ended = Run {
        key_window_ends_at: Some(after(900)),
        ..ended_run()
    };
    assert_eq!(ended.key_window(after(800)), None);
}

#[test]
fn a_second_pop_within_twenty_seconds_is_a_slip() {
    let run = live_run();
    let run = run.after_pop(&run.pop_key(ann(), 1, after(100)).expect("it is live"));
    let at = |millis| Timestamp::from_millis(after(100).millis() + millis);
    assert_eq!(
        run.pop_key(ann(), 1, at(0)),
        Err(PopError::TooSoon { wait_seconds: 20 })
    );
    assert_eq!(
        run.pop_key(ann(), 1, at(19_001)),
        Err(PopError::TooSoon { wait_seconds: 1 })
    );
    assert!(run.pop_key(ann(), 1, at(20_000)).is_ok());
}

#[test]
fn a_window_has_1_to_300_seconds() {
    for (seconds, fits) in [(0, false), (1, true), (300, true), (301, false)] {
        assert_eq!(
            live_run().pop_key(ann(), seconds, POSTED).is_ok(),
            fits,
            "{seconds}"
        );
    }
}

#[test]
fn another_organizer_may_pop_and_a_member_may_not() {
    assert!(live_run().pop_key(ben(), 30, POSTED).is_ok());
    let member = Actor {
        user: BEN,
        is_organizer: false,
    };
    assert_eq!(
        live_run().pop_key(member, 30, POSTED),
        Err(PopError::NotOrganizer)
    );
}
