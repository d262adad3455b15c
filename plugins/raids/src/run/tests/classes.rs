//! Picking a class, and what a dungeon asks for.

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

#[test]
fn the_needed_classes_are_there_once_each_has_its_number() {
    let run = run_of("ORYX_3");
    assert!(run.asks_for_classes());
    let tally = |tricksters| Tally {
        classes: vec![("TRICKSTER".to_owned(), tricksters)],
        ..Tally::default()
    };
    assert!(!classes_are_filled(&run, &tally(1)));
    assert!(classes_are_filled(&run, &tally(2)));
    // Where none is asked for by name, there is nothing to tell.
    assert!(!open_run().asks_for_classes());
    assert!(!classes_are_filled(&open_run(), &tally(2)));
}
