//! `/viewrun` and `/runhistory`.

use muster_raids::history::{Filter, Page, PastRun, Person, Totals};
use muster_raids::run::Status;
use muster_raids::views::RunDetails;

use super::*;

fn details(sees_names: bool, count: u32) -> RunDetails {
    let person = |user, state, class: Option<&str>| Person {
        user,
        state,
        class: class.map(str::to_owned),
    };
    RunDetails {
        run: started(&with_texts(posted("SHATTERS"))),
        tally: three_raiders(),
        people: vec![
            person(ANN, State::Join, None),
            person(BEN, State::Join, Some("WIZARD")),
            person(CID, State::Bench, Some("OLD_CLASS")),
        ],
        holders: vec![("SHATTERS_KEY".into(), vec![BEN, CID])],
        page: Page { number: 0, count },
        sees_names,
    }
}

#[test]
fn a_run_with_its_people() {
    assert_snapshot!(draw(&views::run_details(&details(true, 2))), @r"
    | 🟢 LIVE: Shatters                       (#137d13)
    | Status: live    Organizer: <@1>    Dungeon: Shatters
    | Party: Ann    Location: USW3 Bazaar
    | Times:
    |   Posted <t:1700000000:R>
    |   Started <t:1700000060:R>
    | Classes: Priest (1), Wizard (2)
    | Raiders (3):
    |   <@1>
    |   <@2> 🧙 Wizard
    | Bench (1): <@3> OLD\_CLASS
    | 🏰 Shatters Key: 2: <@2> <@3>
    | -- Run 42 · page 1 of 2
      [◀: off] [▶]
    ");
}

#[test]
fn a_run_without_names() {
    assert_snapshot!(draw(&views::run_details(&details(false, 2))), @"
    | 🟢 LIVE: Shatters                       (#137d13)
    | Status: live    Organizer: <@1>    Dungeon: Shatters
    | Party: Ann    Location: USW3 Bazaar
    | Times:
    |   Posted <t:1700000000:R>
    |   Started <t:1700000060:R>
    | Classes: Priest (1), Wizard (2)
    | Raiders: 3    Bench: 1
    | Keys: 🏰 Shatters Key: **2**
    | -- Run 42
    ");
}

#[test]
fn an_empty_run_has_one_page_and_no_buttons() {
    let empty = RunDetails {
        run: ended(&started(&posted("SHATTERS"))),
        tally: Tally::default(),
        people: Vec::new(),
        holders: Vec::new(),
        page: Page {
            number: 0,
            count: 1,
        },
        sees_names: true,
    };
    assert_snapshot!(draw(&views::run_details(&empty)), @"
    | ✅ Ended: Shatters                      (#137d13)
    | Status: ended    Organizer: <@1>    Dungeon: Shatters
    | Party: —    Location: —
    | Times:
    |   Posted <t:1700000000:R>
    |   Started <t:1700000060:R>
    |   Over <t:1700000785:R>
    | Classes: None selected
    | Raiders (0): Nobody
    | Bench (0): Nobody
    | -- Run 42
    ");
}

fn run(id: i64, status: Status, raiders: u32) -> PastRun {
    PastRun {
        id: RunId(id),
        dungeon_label: "Shatters".into(),
        organizer: ANN,
        status,
        created_at: POSTED,
        started_at: (status != Status::Open).then(|| after(60)),
        ended_at: matches!(status, Status::Ended | Status::Cancelled).then(|| after(785)),
        raiders,
    }
}

#[test]
fn a_page_of_runs_with_its_totals() {
    let filter = Filter {
        days: 30,
        member: Some(BEN),
        dungeon: Some("SHATTERS".into()),
    };
    let totals = Totals {
        active: 2,
        ended: 9,
        cancelled: 1,
        organizers: vec![(ANN, 6), (CID, 3)],
        dungeons: vec![("Shatters".into(), 9)],
    };
    let runs = [
        run(4, Status::Open, 0),
        run(3, Status::Live, 1),
        run(2, Status::Ended, 12),
        run(1, Status::Cancelled, 3),
    ];
    let page = Page {
        number: 1,
        count: 2,
    };
    assert_snapshot!(draw(&views::run_history(&filter, &totals, &runs, page)), @"
    | 📜 Run History                          (blurple)
    | The last 30 days · <@2> · Shatters
    | 
    | ⏳ **4** Shatters by <@1>: 0 raiders, <t:1700000000:R>
    | 🟢 **3** Shatters by <@1>: 1 raider, <t:1700000000:R>
    | ✅ **2** Shatters by <@1>: 12 raiders, 12m 5s, <t:1700000000:R>
    | ❌ **1** Shatters by <@1>: 3 raiders, 12m 5s, <t:1700000000:R>
    | Total: 12 (9 ended, 1 cancelled, 2 going on)    Success rate: 90 %
    | Top organizers:
    |   1. <@1>: 6
    |   2. <@3>: 3
    | Top dungeons: 1. Shatters: 9
    | -- Page 2 of 2
      [◀] [▶: off]
    ");
}

#[test]
fn no_runs_at_all() {
    let filter = Filter {
        days: 1,
        member: None,
        dungeon: None,
    };
    let page = Page {
        number: 0,
        count: 1,
    };
    assert_snapshot!(draw(&views::run_history(&filter, &Totals::default(), &[], page)), @"
    | 📜 Run History                          (blurple)
    | The last day
    | 
    | No runs.
    | Total: 0 (0 ended, 0 cancelled)    Success rate: —
    | -- Page 1 of 1
    ");
}
