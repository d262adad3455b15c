//! Start, End, Cancel: who may, and what the slower of two reads.

use super::*;

#[test]
fn start_makes_an_open_run_live_and_remembers_when_and_who() {
    let run = live_run();
    assert_eq!(
        (run.status, run.started_at, run.started_by),
        (Status::Live, Some(after(60)), Some(ANN))
    );
}

#[test]
fn a_start_time_that_is_set_is_kept() {
    let run = Run {
        started_at: Some(POSTED),
        ..open_run()
    };
    let start = run
        .start(ann(), &Config::default(), after(60))
        .expect("open runs start");
    assert_eq!(run.after(&start).started_at, Some(POSTED));
}

#[test]
fn end_makes_a_live_run_ended() {
    let run = ended_run();
    assert_eq!(
        (run.status, run.ended_at, run.ended_by),
        (Status::Ended, Some(after(600)), Some(ANN))
    );
    assert_eq!(run.end_reason, Some(EndReason::Manual));
}

#[test]
fn a_cancel_is_stored_as_cancelled_from_open_and_from_live() {
    for run in [open_run(), live_run()] {
        let cancel = run
            .cancel(ann(), after(600))
            .expect("both can be cancelled");
        assert_eq!((cancel.from, cancel.to), (run.status, Status::Cancelled));
        assert_eq!(run.after(&cancel).ended_at, Some(after(600)));
    }
}

#[test]
fn the_runs_organizer_may_without_the_role_and_another_organizer_may_too() {
    for actor in [ann(), ben()] {
        assert!(open_run().start(actor, &Config::default(), POSTED).is_ok());
        assert!(live_run().end(actor, POSTED).is_ok());
        assert!(open_run().cancel(actor, POSTED).is_ok());
    }
}

#[test]
fn a_member_who_is_no_organizer_may_not() {
    let member = Actor {
        user: BEN,
        is_organizer: false,
    };
    let refused = Err(TransitionError::NotOrganizer);
    assert_eq!(
        open_run().start(member, &Config::default(), POSTED),
        refused
    );
    assert_eq!(open_run().cancel(member, POSTED), refused);
    assert_eq!(
        live_run().end(member, POSTED).map(|end| end.transition),
        refused
    );
    assert_eq!(ended_run().cancel(member, POSTED), refused);
}

#[test]
fn the_second_to_press_start_reads_who_was_first() {
    let refused = live_run().start(ben(), &Config::default(), after(61));
    assert_eq!(
        refused,
        Err(TransitionError::AlreadyStarted {
            by: Some(ANN),
            at: after(60)
        })
    );
    assert_eq!(
        refused.map_err(|why| why.code()),
        Err("INVALID_STATUS_TRANSITION")
    );
}

#[test]
fn the_second_to_press_end_reads_who_was_first() {
    let over = Over {
        status: Status::Ended,
        at: after(600),
        by: Some(ANN),
        reason: EndReason::Manual,
    };
    assert_eq!(
        ended_run().end(ben(), after(601)),
        Err(TransitionError::Over(over))
    );
}

#[test]
fn an_open_run_cannot_be_ended_by_hand() {
    let refused = open_run().end(ann(), after(1));
    assert_eq!(
        refused.map_err(|why| why.code()),
        Err("INVALID_STATUS_TRANSITION")
    );
}

#[test]
fn nothing_comes_after_a_terminal_status() {
    for run in [ended_run(), cancelled_run()] {
        let codes = [
            run.start(ann(), &Config::default(), after(700))
                .map_err(|why| why.code())
                .err(),
            run.end(ann(), after(700)).map_err(|why| why.code()).err(),
            run.cancel(ann(), after(700))
                .map_err(|why| why.code())
                .err(),
        ];
        assert_eq!(codes, [Some("ALREADY_TERMINAL"); 3]);
        assert_eq!(run.auto_end(&Config::default(), after(1_000_000)), None);
        assert_eq!(run.orphan(after(700)), None);
    }
}

#[test]
fn a_transition_names_the_status_that_it_was_decided_on() {
    let start = open_run()
        .start(ann(), &Config::default(), POSTED)
        .expect("open runs start");
    assert_eq!((start.from, start.to), (Status::Open, Status::Live));
}

#[test]
fn a_clock_that_was_set_back_ends_no_run_before_its_start() {
    let ending = live_run().end(ann(), POSTED).expect("it is live");
    assert_eq!(ending.transition.at, after(60));
    let start = open_run().start(ann(), &Config::default(), Timestamp::from_seconds(0));
    assert_eq!(start.map(|start| start.at), Ok(POSTED));
}

#[test]
fn who_came_too_late_is_told_what_happened_instead() {
    let start = live_run().start(ben(), &Config::default(), after(61));
    assert_eq!(start, Err(live_run().came_too_late()));
    let cancel = ended_run().cancel(ben(), after(601));
    assert_eq!(cancel, Err(ended_run().came_too_late()));
}
