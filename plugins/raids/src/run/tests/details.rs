//! Party, location, note.

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
