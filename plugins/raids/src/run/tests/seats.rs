//! Join, Bench, Leave.

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
