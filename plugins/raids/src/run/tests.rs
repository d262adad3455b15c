//! The rules, one claim each.

use std::time::Duration;

use super::*;
use crate::config::Config;

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

mod transitions {
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
}

mod endings {
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
}

mod start_requirements {
    use super::*;

    #[test]
    fn by_default_a_run_starts_without_party_and_location() {
        assert_eq!(open_run().missing_for_start(&Config::default()), []);
    }

    #[test]
    fn a_guild_may_want_party_and_location_first() {
        let config = Config {
            start_needs_party_location: true,
            ..Config::default()
        };
        let refused = open_run().start(ann(), &config, POSTED);
        let missing = vec![Missing::Party, Missing::Location];
        assert_eq!(refused, Err(TransitionError::Missing(missing)));

        let run = Run {
            party: Some("Ann".to_owned()),
            ..open_run()
        };
        assert_eq!(run.missing_for_start(&config), [Missing::Location]);
        let run = Run {
            location: Some("USW3".to_owned()),
            ..run
        };
        assert!(run.start(ann(), &config, POSTED).is_ok());
    }

    #[test]
    fn a_guild_may_want_proof_of_an_oryx_portal_and_of_no_other() {
        let config = Config {
            start_needs_taken: true,
            ..Config::default()
        };
        assert_eq!(
            run_of("ORYX_3").missing_for_start(&config),
            [Missing::Screenshot]
        );
        assert_eq!(open_run().missing_for_start(&config), []);

        let shown = Run {
            screenshot_url: Some("https://a.example/b.png".to_owned()),
            ..run_of("ORYX_3")
        };
        assert!(shown.start(ann(), &config, POSTED).is_ok());
    }
}

mod seats {
    use super::*;

    #[test]
    fn a_join_takes_a_seat_and_a_second_one_changes_nothing() {
        let first = open_run()
            .join(raider(), None, &Config::default())
            .expect("it is open");
        assert_eq!(
            first,
            Seated {
                seat: seat(State::Join, None),
                changed: true
            }
        );
        let second = open_run().join(raider(), Some(&first.seat), &Config::default());
        assert_eq!(
            second,
            Ok(Seated {
                changed: false,
                ..first
            })
        );
    }

    #[test]
    fn a_live_run_can_be_joined() {
        assert!(live_run().join(raider(), None, &Config::default()).is_ok());
    }

    #[test]
    fn a_run_that_is_over_takes_nobody_and_nothing() {
        for run in [ended_run(), cancelled_run()] {
            let config = Config::default();
            let over = run.over().map(SeatError::Over);
            assert_eq!(run.join(raider(), None, &config).err(), over);
            assert_eq!(run.bench(raider(), None, &config).err(), over);
            assert_eq!(run.leave(None).err(), over);
            assert_eq!(
                run.choose_class(raider(), None, "WIZARD", &config).err(),
                over
            );
            assert_eq!(
                run.toggle_key(raider(), "SHATTERS_KEY", true, &config)
                    .err(),
                over
            );
        }
    }

    #[test]
    fn a_suspended_member_can_neither_join_nor_offer_keys() {
        let suspended = Raider {
            suspended: true,
            ..raider()
        };
        let (run, config) = (open_run(), Config::default());
        assert_eq!(
            run.join(suspended, None, &config),
            Err(SeatError::Suspended)
        );
        assert_eq!(
            run.bench(suspended, None, &config),
            Err(SeatError::Suspended)
        );
        assert_eq!(
            run.choose_class(suspended, None, "WIZARD", &config),
            Err(SeatError::Suspended)
        );
        assert_eq!(
            run.toggle_key(suspended, "SHATTERS_KEY", false, &config),
            Err(SeatError::Suspended)
        );
    }

    #[test]
    fn a_member_who_was_suspended_meanwhile_can_leave_and_take_a_key_back() {
        let suspended = Raider {
            suspended: true,
            ..raider()
        };
        assert!(open_run().leave(Some(&seat(State::Join, None))).is_ok());
        let taken_back = open_run().toggle_key(suspended, "SHATTERS_KEY", true, &Config::default());
        assert_eq!(taken_back.map(|toggle| toggle.offered), Ok(false));
    }

    #[test]
    fn a_guild_may_want_raiders_verified() {
        let unverified = Raider {
            verified: false,
            ..raider()
        };
        assert!(
            open_run()
                .join(unverified, None, &Config::default())
                .is_ok()
        );
        let config = Config {
            join_requires_verified: true,
            ..Config::default()
        };
        assert_eq!(
            open_run().join(unverified, None, &config),
            Err(SeatError::NotVerified)
        );
        assert!(open_run().join(raider(), None, &config).is_ok());
    }

    #[test]
    fn a_locked_run_takes_nobody_new_and_keeps_who_is_in() {
        let (run, config) = (
            Run {
                join_locked: true,
                ..open_run()
            },
            Config::default(),
        );
        assert_eq!(run.join(raider(), None, &config), Err(SeatError::Locked));
        assert_eq!(
            run.join(raider(), Some(&seat(State::Bench, None)), &config),
            Err(SeatError::Locked)
        );
        assert_eq!(
            run.choose_class(raider(), None, "WIZARD", &config),
            Err(SeatError::Locked)
        );
        assert!(
            run.join(raider(), Some(&seat(State::Join, None)), &config)
                .is_ok()
        );
        assert!(
            run.choose_class(raider(), Some(&seat(State::Join, None)), "WIZARD", &config)
                .is_ok()
        );
        assert!(run.bench(raider(), None, &config).is_ok());
        assert!(run.leave(Some(&seat(State::Join, None))).is_ok());
    }

    #[test]
    fn who_leaves_keeps_the_class_for_the_next_join() {
        let left = open_run()
            .leave(Some(&seat(State::Join, Some("WIZARD"))))
            .expect("it is open");
        assert_eq!(
            left,
            Seated {
                seat: seat(State::Leave, Some("WIZARD")),
                changed: true
            }
        );
        let again = open_run().join(raider(), Some(&left.seat), &Config::default());
        assert_eq!(
            again.map(|seated| seated.seat),
            Ok(seat(State::Join, Some("WIZARD")))
        );
    }

    #[test]
    fn leaving_without_having_joined_changes_nothing() {
        assert_eq!(
            open_run().leave(None).map(|seated| seated.changed),
            Ok(false)
        );
        let left = seat(State::Leave, None);
        assert_eq!(
            open_run().leave(Some(&left)).map(|seated| seated.changed),
            Ok(false)
        );
    }

    #[test]
    fn bench_moves_a_raider_to_the_reserve_and_back() {
        let (run, config) = (open_run(), Config::default());
        let benched = run
            .bench(raider(), Some(&seat(State::Join, None)), &config)
            .expect("it is open");
        assert_eq!((benched.seat.state, benched.changed), (State::Bench, true));
        let again = run.bench(raider(), Some(&benched.seat), &config);
        assert_eq!(again.map(|seated| seated.changed), Ok(false));
        assert!(
            run.join(raider(), Some(&benched.seat), &config)
                .is_ok_and(|seated| seated.changed)
        );
    }
}

mod classes {
    use super::*;

    #[test]
    fn to_pick_a_class_joins() {
        let choice = open_run()
            .choose_class(raider(), None, "WIZARD", &Config::default())
            .expect("it is open");
        assert_eq!(
            choice.seated,
            Seated {
                seat: seat(State::Join, Some("WIZARD")),
                changed: true
            }
        );
        assert!(choice.joined_by_it);
    }

    #[test]
    fn to_pick_the_same_class_again_changes_nothing() {
        let wizard = seat(State::Join, Some("WIZARD"));
        let choice = open_run().choose_class(raider(), Some(&wizard), "WIZARD", &Config::default());
        let choice = choice.expect("it is open");
        assert_eq!((choice.seated.changed, choice.joined_by_it), (false, false));
    }

    #[test]
    fn an_unknown_class_is_refused() {
        let refused = open_run().choose_class(raider(), None, "wizzard", &Config::default());
        assert_eq!(refused, Err(SeatError::UnknownClass));
    }

    #[test]
    fn a_class_that_the_dungeon_does_not_ask_for_gets_a_hint_or_is_refused() {
        let nest = run_of("NEST");
        let hint = nest
            .choose_class(raider(), None, "NINJA", &Config::default())
            .map(|c| c.asked_for);
        let asked = vec!["Warrior", "Knight", "Paladin", "Priest", "Mystic"];
        assert_eq!(hint, Ok(Some(asked.clone())));
        let fits = nest
            .choose_class(raider(), None, "PRIEST", &Config::default())
            .map(|c| c.asked_for);
        assert_eq!(fits, Ok(None));

        let strict = Config {
            strict_classes: true,
            ..Config::default()
        };
        let refused = nest.choose_class(raider(), None, "NINJA", &strict);
        assert_eq!(refused, Err(SeatError::ClassNotAskedFor(asked)));
        assert!(nest.choose_class(raider(), None, "PRIEST", &strict).is_ok());
    }

    #[test]
    fn a_dungeon_that_asks_for_no_class_or_for_a_sort_of_class_takes_all() {
        let strict = Config {
            strict_classes: true,
            ..Config::default()
        };
        for dungeon in ["SNAKE_PIT", "SHATTERS", "ORYX_3"] {
            let choice = run_of(dungeon).choose_class(raider(), None, "NINJA", &strict);
            assert_eq!(choice.map(|choice| choice.asked_for), Ok(None), "{dungeon}");
        }
    }

    #[test]
    fn needs_are_filled_by_those_who_take_part() {
        let oryx = run_of("ORYX_3");
        let tally = |tricksters| Tally {
            classes: vec![("TRICKSTER".to_owned(), tricksters)],
            ..Tally::default()
        };
        let trickster = |tally: &Tally| {
            needs(&oryx, tally)
                .into_iter()
                .find(|need| need.reaction.key == "TRICKSTER")
                .expect("Oryx wants 2")
        };
        assert_eq!(
            (trickster(&tally(1)).wanted, trickster(&tally(1)).have),
            (2, Some(1))
        );
        assert!(!trickster(&tally(1)).is_filled());
        assert!(trickster(&tally(2)).is_filled());
    }
}

mod keys {
    use super::*;

    #[test]
    fn a_key_is_offered_and_taken_back() {
        let toggle = |is_offered| {
            let toggle =
                open_run().toggle_key(raider(), "SHATTERS_KEY", is_offered, &Config::default());
            toggle.map(|toggle| (toggle.key.label, toggle.offered))
        };
        assert_eq!(toggle(false), Ok(("Shatters Key", true)));
        assert_eq!(toggle(true), Ok(("Shatters Key", false)));
    }

    #[test]
    fn a_key_of_another_dungeon_is_refused() {
        for key in ["NEST_KEY", "", "shatters_key", "WIZARD"] {
            let refused = open_run().toggle_key(raider(), key, false, &Config::default());
            assert_eq!(refused, Err(SeatError::NotThisDungeon));
        }
    }

    #[test]
    fn a_key_can_be_offered_without_joining_and_while_joining_is_locked() {
        let run = Run {
            join_locked: true,
            ..open_run()
        };
        assert!(
            run.toggle_key(raider(), "SHATTERS_KEY", false, &Config::default())
                .is_ok()
        );
    }
}

mod key_window {
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
}

mod details {
    use super::*;

    #[test]
    fn a_party_is_trimmed_to_one_line_and_an_empty_one_clears_it() {
        let change = open_run()
            .set_detail(ann(), Detail::Party, "  Ann\n's  ")
            .expect("it is open");
        assert_eq!(change.after.as_deref(), Some("Ann 's"));
        let run = open_run().after_detail(&change);
        assert_eq!(run.party.as_deref(), Some("Ann 's"));
        let cleared = run
            .set_detail(ann(), Detail::Party, " \u{200b} ")
            .expect("it is open");
        assert_eq!(run.after_detail(&cleared).party, None);
    }

    #[test]
    fn the_same_text_again_is_no_change() {
        let run = Run {
            location: Some("USW3".to_owned()),
            ..open_run()
        };
        let change = run
            .set_detail(ann(), Detail::Location, "USW3 ")
            .expect("it is open");
        assert!(!change.is_change());
    }

    #[test]
    fn a_note_keeps_its_lines() {
        let change = open_run()
            .set_detail(ann(), Detail::Note, " one\n two ")
            .expect("it is open");
        assert_eq!(change.after.as_deref(), Some("one\n two"));
    }

    #[test]
    fn texts_that_are_too_long_are_refused_with_the_limit() {
        for (detail, most) in [
            (Detail::Party, 100),
            (Detail::Location, 100),
            (Detail::Note, 1000),
        ] {
            assert!(
                open_run()
                    .set_detail(ann(), detail, &"é".repeat(most))
                    .is_ok()
            );
            let refused = open_run().set_detail(ann(), detail, &"é".repeat(most + 1));
            assert_eq!(refused, Err(DetailError::TooLong { detail, most }));
        }
    }

    #[test]
    fn only_organizers_set_texts_and_only_while_the_run_is_not_over() {
        let member = Actor {
            user: BEN,
            is_organizer: false,
        };
        assert_eq!(
            open_run().set_detail(member, Detail::Party, "x"),
            Err(DetailError::NotOrganizer)
        );
        assert!(live_run().set_detail(ben(), Detail::Party, "x").is_ok());
        let refused = ended_run().set_detail(ann(), Detail::Party, "x");
        assert_eq!(refused.map_err(|why| why.code()), Err("RUN_CLOSED"));
    }
}

mod posting {
    use super::*;

    #[test]
    fn a_dungeon_is_understood_as_people_write_it() {
        for typed in ["SHATTERS", "shatters", "shatts"] {
            assert_eq!(
                Draft::new(typed, None, None, None).map(|draft| draft.dungeon.key),
                Ok("SHATTERS")
            );
        }
        let refused = Draft::new("chicken", None, None, None);
        assert_eq!(
            refused,
            Err(DraftError::UnknownDungeon("chicken".to_owned()))
        );
    }

    #[test]
    fn a_posted_run_is_open_and_keeps_the_guilds_minutes() {
        let config = Config {
            auto_end_minutes: 45,
            ..Config::default()
        };
        let draft =
            Draft::new("NEST", Some(" Ann "), Some(""), Some("bring slow")).expect("it is fine");
        let run = draft.open(RunId(1), ANN, &config, POSTED);
        assert_eq!(
            (run.status, run.auto_end_minutes, run.created_at),
            (Status::Open, 45, POSTED)
        );
        assert_eq!(
            (run.party.as_deref(), run.location.as_deref()),
            (Some("Ann"), None)
        );
        assert_eq!(run.note.as_deref(), Some("bring slow"));
    }

    #[test]
    fn an_option_that_is_too_long_is_refused() {
        let refused = Draft::new("NEST", None, Some(&"x".repeat(101)), None);
        let too_long = DetailError::TooLong {
            detail: Detail::Location,
            most: 100,
        };
        assert_eq!(refused, Err(DraftError::Detail(too_long)));
    }

    #[test]
    fn an_organizer_has_one_run_at_a_time_unless_the_guild_allows_more() {
        for run in [open_run(), live_run()] {
            let refused = Err(ActivityError::AlreadyActive(&run));
            assert_eq!(may_post(Some(&run), &Config::default()), refused);
            let more = Config {
                one_active_per_organizer: false,
                ..Config::default()
            };
            assert_eq!(may_post(Some(&run), &more), Ok(()));
        }
        assert_eq!(may_post(Some(&ended_run()), &Config::default()), Ok(()));
        assert_eq!(may_post(None, &Config::default()), Ok(()));
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
