//! The organizer's panel.

use super::*;

fn holders() -> Vec<(String, Vec<UserId>)> {
    vec![
        ("SHATTERS_KEY".to_owned(), vec![BEN, CID]),
        ("NEST_KEY".to_owned(), vec![]),
    ]
}

#[test]
fn of_an_open_run() {
    assert_snapshot!(organizer_panel(&posted("SHATTERS"), &[]), @"
    | Organizer Panel — ⏳ Starting Soon: Shatters (#137d13)
    | Raiders: **3** | Bench: **1**
    | Classes: Priest (1), Wizard (2)
    | Party: not set | Location: not set
    | Keys: No keys reported
      [Start: green] [Set Party] [Set Location] [Cancel: red]
      [Lock Join] [Chain Amount]
    ");
}

#[test]
fn of_an_open_run_that_must_not_start_yet() {
    let config = Config {
        start_needs_party_location: true,
        start_needs_taken: true,
        ..Config::default()
    };
    let run = posted("ORYX_3");
    let panel = views::organizer_panel(&run, &Tally::default(), &[], &config, after(90));
    assert_snapshot!(draw(&panel), @"
    | Organizer Panel — ⏳ Starting Soon: Oryx 3 (#b5471b)
    | Raiders: **0** | Bench: **0**
    | Classes: None selected
    | Party: not set | Location: not set
    | Before Start: set the party, set the location and submit a screenshot with `/taken`
    | Keys: No keys reported
      [Start: green, off] [Set Party] [Set Location] [Cancel: red]
      [Lock Join] [Submit Screenshot]
    ");
}

#[test]
fn of_a_live_run_with_keys() {
    let run = started(&with_texts(posted("SHATTERS")));
    let run = run.after_pop(&run.pop_key(ann(), 30, after(80)).expect("it is live"));
    assert_snapshot!(organizer_panel(&run, &holders()), @"
    | Organizer Panel — 🟢 LIVE: Shatters     (#137d13)
    | Raiders: **3** | Bench: **1**
    | Classes: Priest (1), Wizard (2)
    | Party: Ann | Location: USW3 Bazaar
    | Keys popped: 1 (window closes <t:1700000110:R>)
    | 🏰 Shatters Key: 2: <@2> <@3>
      [🏰 Key popped: blue] [Ping Raiders: blue] [Set Party] [Set Location] [Update Note]
      [Lock Join] [Chain Amount] [End Run: red] [Cancel: red]
    ");
}

#[test]
fn of_a_run_that_has_ended() {
    assert_snapshot!(organizer_panel(&ended(&started(&posted("SHATTERS"))), &holders()), @"
    | Organizer Panel — ✅ Ended: Shatters    (green)
    | This run has ended.
    ");
}

#[test]
fn of_a_run_that_was_cancelled() {
    let run = posted("SHATTERS");
    let run = run.after(&run.cancel(ann(), after(70)).expect("it is open"));
    assert_snapshot!(organizer_panel(&run, &[]), @"
    | Organizer Panel — ❌ Cancelled: Shatters (red)
    | This run was cancelled.
    ");
}

#[test]
fn more_holders_than_a_field_holds_are_counted() {
    let many: Vec<UserId> = (0..60)
        .map(|n| UserId(1_000_000_000_000_000_000 + n))
        .collect();
    let panel = organizer_panel(&posted("SHATTERS"), &[("SHATTERS_KEY".to_owned(), many)]);
    assert!(
        panel.contains("Shatters Key: 60") && panel.contains("and 20 more") && !panel.contains('…')
    );
}

#[test]
fn somebody_elses_run_is_asked_about_first() {
    assert_snapshot!(draw(&views::somebody_elses(&posted("SHATTERS"))), @"
    | This is not your run                   (yellow)
    | <@1> organizes **Shatters**. Open the organizer panel all the same?
      [Confirm: red] [Deny]
    ");
}

#[test]
fn of_a_chain_that_nobody_may_join_any_more() {
    let run = Run {
        join_locked: true,
        chain_amount: Some(5),
        ..started(&posted("SHATTERS"))
    };
    assert_snapshot!(organizer_panel(&run, &[]), @"
    | Organizer Panel — 🟢 LIVE: Shatters (Chain 0/5) (#137d13)
    | Raiders: **3** | Bench: **1**
    | Classes: Priest (1), Wizard (2)
    | Party: not set | Location: not set
    | Keys popped: 0
    | Chain: 0/5
    | 🔒 Joining is locked
    | Keys: No keys reported
      [🏰 Key popped: blue] [Ping Raiders: blue] [Set Party] [Set Location] [Update Note]
      [Unlock Join] [Chain Amount] [End Run: red] [Cancel: red]
    ");
}

fn oryx(stage: Option<Stage>) -> Run {
    Run {
        stage,
        realm_score: Some(57),
        miniboss: Some("Dammah".to_owned()),
        screenshot_url: Some("https://cdn.example/taken.png".to_owned()),
        ..started(&posted("ORYX_3"))
    }
}

#[test]
fn of_oryx_3_while_the_realm_is_open() {
    assert_snapshot!(organizer_panel(&oryx(None), &[]), @"
    | Organizer Panel — 🟢 LIVE: Oryx 3       (#b5471b)
    | Raiders: **3** | Bench: **1**
    | Classes: Priest (1), Wizard (2)
    | Party: not set | Location: not set
    | Keys popped: 0
    | 🌍 Realm: **57%**
    | Keys: No keys reported
      [🍷 Key popped: blue] [Ping Raiders: blue] [Set Party] [Set Location] [Update Note]
      [Lock Join] [End Run: red] [Cancel: red]
      [Realm Score %: blue] [Realm Closed: blue]
    ");
}

#[test]
fn of_oryx_3_there_is_one_next_stage() {
    let buttons = |stage| {
        let panel = organizer_panel(&oryx(stage), &[]);
        panel.lines().last().expect("buttons").trim().to_owned()
    };
    assert_eq!(buttons(Some(Stage::Closed)), "[Miniboss: blue]");
    assert_eq!(buttons(Some(Stage::Miniboss)), "[Third Room: blue]");
    assert_eq!(
        buttons(Some(Stage::ThirdRoom)),
        "[Lock Join] [End Run: red] [Cancel: red]"
    );
}

#[test]
fn of_oryx_3_whose_portal_is_shown_to_be_held() {
    let run = Run {
        screenshot_url: Some("https://cdn.example/taken.png".to_owned()),
        ..posted("ORYX_3")
    };
    let panel = organizer_panel(&run, &[]);
    assert!(panel.contains("[✅ Submit Screenshot]"), "{panel}");
}
