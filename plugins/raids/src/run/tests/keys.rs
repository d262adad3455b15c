//! Offering keys.

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
