//! What a guild may want before Start.

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
