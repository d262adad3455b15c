//! Whom the end of a run counts for, and ends that nobody pressed.

use super::*;

#[test]
fn a_run_without_pops_counts_for_everybody_who_is_joined() {
    assert_eq!(
        live_run().end(ann(), POSTED).map(|end| end.awards),
        Ok(Awards::Joined)
    );
}

#[test]
fn a_run_with_pops_counts_for_those_of_the_last_one() {
    let run = Run {
        key_pop_count: 3,
        ..live_run()
    };
    assert_eq!(
        run.end(ann(), POSTED).map(|end| end.awards),
        Ok(Awards::LastPop(3))
    );
}

#[test]
fn a_run_ends_by_itself_once_its_minutes_have_passed() {
    let config = Config::default();
    for run in [open_run(), live_run()] {
        assert_eq!(run.auto_end_at(), after(120 * 60));
        assert_eq!(run.auto_end(&config, after(120 * 60 - 1)), None);
        let ending = run.auto_end(&config, after(120 * 60)).expect("it is due");
        let ended = run.after(&ending.transition);
        assert_eq!((ended.status, ended.ended_by), (Status::Ended, None));
        assert_eq!(ended.end_reason, Some(EndReason::Auto));
        assert_eq!(ending.awards, Awards::Joined);
    }
}

#[test]
fn a_run_keeps_the_minutes_that_it_was_posted_with() {
    let run = Run {
        auto_end_minutes: 1,
        ..open_run()
    };
    assert!(run.auto_end(&Config::default(), after(60)).is_some());
}

#[test]
fn a_guild_may_choose_that_runs_which_never_started_count_for_nobody() {
    let config = Config {
        auto_end_awards_open: false,
        ..Config::default()
    };
    let awards = |run: Run| {
        run.auto_end(&config, after(7200))
            .map(|ending| ending.awards)
    };
    assert_eq!(awards(open_run()), Some(Awards::Nobody));
    assert_eq!(awards(live_run()), Some(Awards::Joined));
}

#[test]
fn a_run_whose_panel_is_gone_is_cancelled_as_orphaned() {
    let gone = live_run().orphan(after(1)).expect("it was live");
    assert_eq!(
        (gone.to, gone.by, gone.reason),
        (Status::Cancelled, None, Some(EndReason::Orphaned))
    );
}
