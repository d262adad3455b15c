//! Headcounts: the menus, the panels, the answers.

use muster_dungeons::{DUNGEONS, Dungeon, find_dungeon};
use muster_raids::headcount::{
    DraftId, Headcount, HeadcountError, HeadcountId, MenuId, Offer, Selection, SelectionError,
    SelectionStatus, Turnout,
};
use muster_raids::views::HeadcountLine;

use super::*;

fn headcount(keys: &[&str]) -> Headcount {
    let dungeon = |key: &&str| find_dungeon(key).expect("in the data");
    let dungeons: Vec<&Dungeon> = keys.iter().map(dungeon).collect();
    Headcount::open(HeadcountId(7), ANN, "Ann *A*".into(), &dungeons, POSTED)
}

fn turnout() -> Turnout {
    let offer = |dungeon: &str, key: &str, user| Offer {
        dungeon: dungeon.into(),
        key: key.into(),
        user,
    };
    Turnout {
        participants: vec![BEN, CID],
        offers: vec![
            offer("SHATTERS", "SHATTERS_KEY", BEN),
            offer("ORYX_3", "WC_INC", BEN),
            offer("ORYX_3", "WC_INC", CID),
        ],
    }
}

fn panel_of(headcount: &Headcount, turnout: &Turnout) -> String {
    draw(&views::headcount_panel(
        headcount,
        turnout,
        &Config::default(),
    ))
}

fn ended(headcount: &Headcount) -> Headcount {
    let closing = headcount.end(ann(), after(60)).expect("it is open");
    headcount.after_closing(&closing)
}

fn converted(headcount: &Headcount) -> Headcount {
    let conversion = headcount.convert(ann(), "SHATTERS", after(60));
    headcount.after_conversion(&conversion.expect("it is open"), RunId(42))
}

#[test]
fn the_menus_with_two_dungeons_selected() {
    let selection = Selection {
        picked: vec!["ORYX_3".into(), "SHATTERS".into()],
        ..Selection::begin(DraftId(3), ANN, POSTED)
    };
    let drawn = draw(&views::selection(&selection));
    let text: Vec<&str> = drawn.lines().take(3).collect();
    assert_snapshot!(text.join("\n"), @"
    Which dungeons is the headcount about? Selected (2/10)
    Oryx 3, Shatters
    The menus close <t:1700000120:R>.
    ");
    assert!(drawn.contains("[Create Headcount: green]"), "{drawn}");
    let menus = serde_json::to_value(views::selection(&selection)).expect("plain data");
    for (row, menu) in MenuId::ALL.into_iter().enumerate() {
        let select = &menus["components"][row]["components"][0];
        assert_eq!(
            (&select["min_values"], &select["max_values"]),
            (&0.into(), &5.into())
        );
        let options = select["options"].as_array().expect("lines");
        assert_eq!(options.len(), menu.dungeons().len());
    }
}

#[test]
fn the_menus_once_nothing_can_be_picked() {
    let selection = |status| Selection {
        status,
        ..Selection::begin(DraftId(3), ANN, POSTED)
    };
    assert_snapshot!(draw(&views::selection(&selection(SelectionStatus::Posted))), @"The headcount is being posted.");
    assert_snapshot!(draw(&views::selection(&selection(SelectionStatus::Expired))), @"The time to pick is up. Use `/headcount` to begin again.");
}

#[test]
fn too_many_are_named_in_the_menus() {
    let selection = Selection {
        picked: DUNGEONS
            .iter()
            .take(11)
            .map(|dungeon| dungeon.key.into())
            .collect(),
        ..Selection::begin(DraftId(3), ANN, POSTED)
    };
    let drawn = draw(&views::selection(&selection));
    assert!(
        drawn.contains("Selected (11/10)") && drawn.contains("Take some away."),
        "{drawn}"
    );
}

#[test]
fn a_headcount_of_one_dungeon() {
    assert_snapshot!(panel_of(&headcount(&["SHATTERS"]), &Turnout::default()), @"
    @here                                    (pings @here)
    | 🎯 Headcount: Shatters                  (blurple)
    | Organizer: <@1>
    | Press **Join** if you would come, and a key if you could pop it. Press again to take it back.
    | 
    | 🏰 **Shatters**: 0 keys
    | Participants: 0    Total Keys: 0
    | -- 2023-11-14T22:13:20.000Z
      [Join: green] [Organizer Panel]
      [🏰 Shatters]
    ");
}

#[test]
fn a_headcount_of_two_dungeons_with_keys() {
    assert_snapshot!(panel_of(&headcount(&["SHATTERS", "ORYX_3"]), &turnout()), @"
    @here                                    (pings @here)
    | 🎯 Headcount: Multiple Dungeons         (blurple)
    | Organizer: <@1>
    | Press **Join** if you would come, and a key if you could pop it. Press again to take it back.
    | 
    | 🏰 **Shatters**: 1 key
    | 🍷 **Oryx 3**: Inc 2
    | Participants: 2    Total Keys: 3
    | -- 2023-11-14T22:13:20.000Z
      [Join: green] [Organizer Panel]
      [🏰 Shatters] [🍷 Inc] [🛡️ Shield Rune] [⚔️ Sword Rune] [🪖 Helm Rune]
    ");
}

#[test]
fn a_headcount_without_counts() {
    let hidden = Config {
        public_raider_count: false,
        ..Config::default()
    };
    let headcount = headcount(&["SHATTERS", "ORYX_3"]);
    assert_snapshot!(draw(&views::headcount_panel(&headcount, &turnout(), &hidden)), @"
    @here                                    (pings @here)
    | 🎯 Headcount: Multiple Dungeons         (blurple)
    | Organizer: <@1>
    | Press **Join** if you would come, and a key if you could pop it. Press again to take it back.
    | 
    | 🏰 **Shatters**
    | 🍷 **Oryx 3**
    | -- 2023-11-14T22:13:20.000Z
      [Join: green] [Organizer Panel]
      [🏰 Shatters] [🍷 Inc] [🛡️ Shield Rune] [⚔️ Sword Rune] [🪖 Helm Rune]
    ");
}

#[test]
fn the_largest_headcount_has_a_button_for_as_many_keys_as_fit() {
    let keys: Vec<&str> = DUNGEONS
        .iter()
        .filter(|dungeon| dungeon.exaltation)
        .take(10)
        .map(|dungeon| dungeon.key)
        .chain(["EXALT_DUNGEON"])
        .collect();
    let headcount = headcount(&keys);
    let view = views::headcount_panel(&headcount, &Turnout::default(), &Config::default());
    let view = serde_json::to_value(view).expect("plain data");
    let rows = view["components"].as_array().expect("rows");
    let buttons: usize = rows
        .iter()
        .map(|row| row["components"].as_array().map_or(0, Vec::len))
        .sum();
    assert_eq!((rows.len(), buttons), (5, 25));
    let footer = view["embeds"][0]["footer"]["text"]
        .as_str()
        .expect("a footer");
    assert!(footer.contains("more keys have no button"), "{footer}");
}

#[test]
fn a_headcount_that_ended() {
    assert_snapshot!(panel_of(&ended(&headcount(&["SHATTERS"])), &turnout()), @"
    | ❌ Headcount Ended                      (red)
    | Organizer: <@1>
    | Status: ended by <@1> <t:1700000060:R>
    ");
}

#[test]
fn a_headcount_that_ended_by_itself() {
    let headcount = headcount(&["SHATTERS"]);
    let closing = headcount.close_by_age(&Config::default(), after(6 * 3600));
    let ended = headcount.after_closing(&closing.expect("it is old"));
    assert_snapshot!(panel_of(&ended, &turnout()), @"
    | ❌ Headcount Ended                      (red)
    | Organizer: <@1>
    | Status: ended by itself <t:1700021600:R>: nobody made a run of it
    ");
}

#[test]
fn a_headcount_that_became_a_run() {
    assert_snapshot!(panel_of(&converted(&headcount(&["SHATTERS"])), &turnout()), @"
    | 🔁 Headcount Converted                  (green)
    | Organizer: <@1>
    | Status: made into run 42 by <@1> <t:1700000060:R>
    ");
}

#[test]
fn the_organizers_panel() {
    let headcount = headcount(&["SHATTERS", "ORYX_3"]);
    assert_snapshot!(draw(&views::headcount_organizer_panel(&headcount, &turnout())), @"
    | Organizer Panel — 🎯 Headcount: Multiple Dungeons (blurple)
    | Participants: 2: <@2> <@3>
    | 🏰 Shatters Key: 1 for Shatters: <@2>
    | 🍷 Inc: 2 for Oryx 3: <@2> <@3>
      [Convert to Run: green] [End Headcount: red]
    ");
    assert_snapshot!(draw(&views::headcount_organizer_panel(&headcount, &Turnout::default())), @"
    | Organizer Panel — 🎯 Headcount: Multiple Dungeons (blurple)
    | Participants: 0: Nobody yet
    | Keys: No keys reported
      [Convert to Run: green] [End Headcount: red]
    ");
    assert_snapshot!(draw(&views::headcount_organizer_panel(&converted(&headcount), &turnout())), @"
    | Organizer Panel — 🎯 Headcount: Multiple Dungeons (green)
    | made into run 42 by <@1> <t:1700000060:R>
    ");
}

#[test]
fn somebody_elses() {
    assert_snapshot!(draw(&views::somebody_elses_headcount(&headcount(&["SHATTERS"]))), @"
    | This is not your headcount             (yellow)
    | <@1> organizes it. Open the organizer panel all the same?
      [Confirm: red] [Deny]
    ");
}

#[test]
fn the_menu_of_dungeons_to_convert_to() {
    let headcount = headcount(&["SHATTERS", "ORYX_3"]);
    assert_snapshot!(draw(&views::convert_menu(&headcount, &turnout(), after(60))), @"
    Which dungeon is the run? This menu closes <t:1700000060:R>.
      [Choose the dungeon ▾ 🏰 Shatters (1 key), 🍷 Oryx 3 (2 keys)]
    ");
}

#[test]
fn the_log_of_a_headcount() {
    let headcount = headcount(&["SHATTERS", "ORYX_3"]);
    let lines = [
        HeadcountLine::Created,
        HeadcountLine::Came {
            user: BEN,
            is_in: true,
            total: 1,
        },
        HeadcountLine::Came {
            user: BEN,
            is_in: false,
            total: 0,
        },
        HeadcountLine::Offered {
            user: BEN,
            key: "Inc",
            dungeon: "Oryx 3",
            offered: true,
            total: 2,
        },
        HeadcountLine::Offered {
            user: BEN,
            key: "Inc",
            dungeon: "Oryx 3",
            offered: false,
            total: 1,
        },
        HeadcountLine::PanelOpened { by: ANN },
        HeadcountLine::Converted {
            run: RunId(42),
            dungeon: "Oryx 3",
            by: ANN,
        },
        HeadcountLine::Ended {
            by: Some(ANN),
            reason: EndReason::Manual,
        },
        HeadcountLine::Ended {
            by: None,
            reason: EndReason::Auto,
        },
        HeadcountLine::Ended {
            by: None,
            reason: EndReason::Orphaned,
        },
    ];
    let lines = lines.map(|line| views::headcount_line(&headcount, &line, after(5)));
    assert_snapshot!(lines.join("\n"), @"
    <t:1700000005:T> 🎯 Headcount 7 created by <@1> | Shatters, Oryx 3
    <t:1700000005:T> ➕ <@2> joined (1 in all)
    <t:1700000005:T> ➖ <@2> left (0 in all)
    <t:1700000005:T> 🔑 <@2> has Inc for Oryx 3 (2 in all)
    <t:1700000005:T> 🔑 <@2> no longer has Inc for Oryx 3 (1 in all)
    <t:1700000005:T> 🛠️ <@1> opened the organizer panel
    <t:1700000005:T> 🔁 <@1> made it run 42: Oryx 3
    <t:1700000005:T> ❌ Ended by <@1>
    <t:1700000005:T> ❌ Ended automatically: it was too old
    <t:1700000005:T> ❌ Ended: channel or panel was deleted
    ");
    assert_snapshot!(draw(&Starter::of_headcount(&ended(&headcount)).message), @r"
    | 📋 Multiple Dungeons: Organizer - Ann \*A\* (yellow)
    | Type: Headcount    Dungeon: Shatters, Oryx 3    Organizer: <@1>
    | Started: <t:1700000000:F>    Ended: <t:1700000060:F>
    ");
    assert_eq!(
        Starter::of_headcount(&headcount).thread_title,
        "📋 Multiple Dungeons: Organizer - Ann *A*"
    );
}

#[test]
fn what_organizers_are_told() {
    let (one, none) = (headcount(&["SHATTERS"]), None);
    let problem = ["The raid log was not opened: I lack Send Messages there.".to_owned()];
    let run = posted("SHATTERS");
    let texts = [
        draw(&views::headcount_posted(
            &one,
            Some("https://discord.com/channels/1/2/3"),
            &problem,
        )),
        draw(&views::headcount_still_posting()),
        draw(&views::headcount_not_posted("I lack Embed Links here.")),
        draw(&views::headcount_ended()),
        draw(&views::headcount_converted(&run)),
        draw(&views::headcount_kept_out(&one)),
        views::already_counting(&one, none),
        views::not_your_menus(),
        views::convert_menu_closed(),
        views::headcount_gone(),
    ];
    assert_snapshot!(texts.join("\n"), @"
    Headcount 7 is posted. https://discord.com/channels/1/2/3
    ⚠️ The raid log was not opened: I lack Send Messages there.
    The headcount is on its way: Discord is slow just now. If its panel does not appear within two minutes, use `/headcount` again.
    The headcount could not be posted. I lack Embed Links here. Then use `/headcount` again.
    The headcount has ended.
    The headcount is now run 42 for **Shatters**. Press Organizer Panel on it to lead it.
    The headcount stays with <@1>.
    You already have a headcount: **Shatters** (headcount 7), posted <t:1700000000:R>. End or convert it first.
    These are not your menus. Use `/headcount` to get your own.
    This menu has closed. Press Convert to Run again.
    This headcount is gone. Ask the organizer to post a new one.
    ");
    let refused = [
        SelectionError::Expired,
        SelectionError::AlreadyPosted,
        SelectionError::Nothing,
        SelectionError::TooMany(11),
    ];
    assert_snapshot!(refused.map(views::no_selection).join("\n"), @"
    The time to pick is up. Use `/headcount` to begin again.
    This headcount is posted already. Use `/headcount` for another one.
    Nothing is selected. Pick at least one dungeon from the menus, then press again.
    11 dungeons are selected, and a headcount holds 10. Take some away.
    ");
}

#[test]
fn what_members_are_told() {
    let open = headcount(&["SHATTERS", "ORYX_3"]);
    let raider = muster_raids::run::Raider {
        user: BEN,
        suspended: false,
        verified: true,
    };
    let toggle = |is_offered| {
        let toggle = open.toggle_key(raider, 1, "WC_INC", is_offered, &Config::default());
        draw(&views::headcount_key_toggled(
            &toggle.expect("it asks for it"),
        ))
    };
    let over = |headcount: &Headcount| HeadcountError::Over(headcount.over().expect("it is over"));
    let texts = [
        draw(&views::headcount_joined(true)),
        draw(&views::headcount_joined(false)),
        toggle(false),
        toggle(true),
        views::no_headcount(&open, HeadcountError::NotOrganizer),
        views::no_headcount(&open, HeadcountError::Suspended),
        views::no_headcount(&open, HeadcountError::NotVerified),
        views::no_headcount(&open, HeadcountError::NotAskedFor),
        views::no_headcount(&open, over(&ended(&open))),
        views::no_headcount(&open, over(&converted(&open))),
    ];
    assert_snapshot!(texts.join("\n"), @"
    You are in: if it becomes a run, you have joined it. Press again to take it back.
    You are out. Press Join if you would come after all.
    🍷 The organizer knows that you could pop **Inc** for **Oryx 3**. Press again to take it back.
    🍷 You no longer offer **Inc** for **Oryx 3**.
    This is the headcount of <@1>. Only they, and who has the organizer role, may do this.
    You are suspended from raiding here. Ask staff if you think that is wrong.
    Only verified raiders may join runs here. Get verified first, then press again.
    This headcount does not ask for that. Press a button of its newest panel.
    This headcount was already ended by <@1> <t:1700000060:R>.
    This headcount was already made into run 42 by <@1> <t:1700000060:R>.
    ");
}
