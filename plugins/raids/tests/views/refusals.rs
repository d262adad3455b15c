//! What may not be done.

use muster_raids::run::{PopError, Raider, SeatError, may_post};

use super::*;

#[test]
fn say_what_happened_and_what_to_do() {
    let (open, live) = (posted("SHATTERS"), started(&posted("SHATTERS")));
    let over = ended(&live);
    let by_itself = live
        .auto_end(&Config::default(), after(7200))
        .expect("it is due");
    let by_itself = live.after(&by_itself.transition);
    let orphaned = live.after(&live.orphan(after(80)).expect("it is live"));
    let cancelled = open.after(&open.cancel(ann(), after(80)).expect("it is open"));
    let config = Config {
        start_needs_party_location: true,
        ..Config::default()
    };
    let member = Actor {
        user: BEN,
        is_organizer: false,
    };
    let raider = Raider {
        user: BEN,
        suspended: false,
        verified: true,
    };

    let seat = |run: &Run| run.join(raider, None, &config).expect_err("it is over");
    let refused = [
        views::run_gone(),
        views::run_not_found(RunId(7)),
        views::no_draft(&Draft::new("chi*cken", None, None, None).expect_err("no such dungeon")),
        views::no_draft(
            &Draft::new("NEST", Some(&"x".repeat(101)), None, None).expect_err("too long"),
        ),
        views::already_active(
            may_post(Some(&open), &config).expect_err("it is open"),
            None,
        ),
        views::no_seat(&seat(&over)),
        views::no_seat(&seat(&by_itself)),
        views::no_seat(&seat(&orphaned)),
        views::no_seat(&seat(&cancelled)),
        views::no_seat(&SeatError::Locked),
        views::no_seat(&SeatError::Suspended),
        views::no_seat(&SeatError::NotVerified),
        views::no_seat(&SeatError::UnknownClass),
        views::no_seat(&SeatError::ClassNotAskedFor(vec!["Warrior", "Priest"])),
        views::no_seat(&SeatError::NotThisDungeon),
        views::no_transition(
            &open,
            &open
                .start(member, &config, POSTED)
                .expect_err("no organizer"),
        ),
        views::no_transition(
            &open,
            &open
                .start(ann(), &config, POSTED)
                .expect_err("nothing is set"),
        ),
        views::no_transition(&open, &open.end(ann(), POSTED).expect_err("it is open")),
        views::no_transition(
            &live,
            &live.start(ann(), &config, POSTED).expect_err("it is live"),
        ),
        views::no_transition(&over, &over.end(ann(), POSTED).expect_err("it is over")),
        views::no_pop(
            &open,
            &open.pop_key(ann(), 30, POSTED).expect_err("it is open"),
        ),
        views::no_pop(&live, &PopError::TooSoon { wait_seconds: 7 }),
        views::no_text(
            &open
                .set_detail(member, Detail::Note, "x")
                .expect_err("no organizer"),
        ),
    ];
    assert_snapshot!(refused.join("\n"), @r#"
    This run is gone. Ask the organizer to post a new one.
    There is no run 7 here. Pick one of the runs that are offered while you type.
    There is no dungeon "chi\*cken". Pick one of those that are offered while you type.
    The party has more than 100 characters. Send a shorter one.
    You already have a run: **Shatters** (run 42), posted <t:1700000000:R>. End or cancel it first.
    This run was already ended by <@1> <t:1700000785:R>.
    This run ended by itself when its time was up, <t:1700007200:R>.
    This run was cancelled because its panel was deleted, <t:1700000080:R>.
    This run was already cancelled by <@1> <t:1700000080:R>.
    The organizer has locked joining. Press Bench to be there in reserve.
    You are suspended from raiding here. Ask staff if you think that is wrong.
    Only verified raiders may join runs here. Get verified first, then press again.
    There is no such class. Press Choose class and pick one from the menu.
    This run takes only Warrior, Priest. Pick one of them.
    This key does not open this dungeon. Press a key button of the run's newest panel.
    This is the run of <@1>. Only they, and who has the organizer role, may do this.
    Before Start: set the party and set the location.
    This run has not started. Start it first, or cancel it.
    This run was already started by <@1> <t:1700000060:R>.
    This run was already ended by <@1> <t:1700000785:R>.
    This run is not live. Start it first.
    A key was popped a moment ago. Press again in 7 seconds.
    Only the run's organizer, and who has the organizer role, may change this.
    "#);
}
