//! Posting a run.

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

#[test]
fn only_an_open_run_that_nobody_knows_the_message_of_may_be_a_ghost() {
    let run = open_run();
    assert!(!run.may_be_ghost(after(119)), "Discord may still be at it");
    assert!(run.may_be_ghost(after(120)));
    let posted = Some(Posted {
        channel: ChannelId(5),
        message: MessageId(6),
    });
    let shown = Run {
        posted,
        ..open_run()
    };
    assert!(!shown.may_be_ghost(after(120)));
    assert!(!live_run().may_be_ghost(after(120)), "somebody started it");
}
