//! What people see, drawn as text: a change of a view is judged by reading the diff of this file.

use std::time::Duration;

use insta::assert_snapshot;
use muster_raids::config::Config;
use muster_raids::run::{Actor, Detail, Draft, KeyToggle, Run, RunId, Seat, Seated, State, Tally};
use muster_raids::views::{self, LogLine, Starter};
use muster_sdk::ids::UserId;
use muster_sdk::message::{draw, draw_modal};
use muster_sdk::time::Timestamp;

const ANN: UserId = UserId(1);
const BEN: UserId = UserId(2);
const CID: UserId = UserId(3);
const POSTED: Timestamp = Timestamp::from_seconds(1_700_000_000);

fn after(seconds: u64) -> Timestamp {
    POSTED.plus(Duration::from_secs(seconds))
}

fn ann() -> Actor {
    Actor {
        user: ANN,
        is_organizer: true,
    }
}

fn posted(dungeon: &str) -> Run {
    let draft = Draft::new(dungeon, None, None, None).expect("a dungeon of the data");
    draft.open(RunId(42), ANN, &Config::default(), POSTED)
}

fn with_texts(run: Run) -> Run {
    Run {
        party: Some("Ann".to_owned()),
        location: Some("USW3 Bazaar".to_owned()),
        note: Some("bring a slow\n# no pets".to_owned()),
        ..run
    }
}

fn started(run: &Run) -> Run {
    run.after(
        &run.start(ann(), &Config::default(), after(60))
            .expect("it is open"),
    )
}

fn ended(run: &Run) -> Run {
    run.after(
        &run.end(ann(), after(60 + 725))
            .expect("it is live")
            .transition,
    )
}

fn count(keys: &[(&str, u32)]) -> Vec<(String, u32)> {
    keys.iter()
        .map(|(key, count)| ((*key).to_owned(), *count))
        .collect()
}

fn three_raiders() -> Tally {
    Tally {
        joined: 3,
        benched: 1,
        classes: count(&[("WIZARD", 2), ("PRIEST", 1)]),
        keys: count(&[("SHATTERS_KEY", 2)]),
    }
}

fn panel(run: &Run, tally: &Tally) -> String {
    draw(&views::run_panel(run, tally, &Config::default(), after(90)))
}

fn organizer_panel(run: &Run, holders: &[(String, Vec<UserId>)]) -> String {
    draw(&views::organizer_panel(
        run,
        &three_raiders(),
        holders,
        &Config::default(),
        after(90),
    ))
}

mod run_panel {
    use super::*;

    #[test]
    fn a_run_that_was_just_posted() {
        assert_snapshot!(panel(&posted("SHATTERS"), &Tally::default()), @"
        @here                                    (pings @here)
        | ⏳ Starting Soon: Shatters              (#137d13)
        | Organizer: <@1>
        | Status: waiting for organizer to start
        | Raiders: 0    Bench: 0
        | Classes: None selected
        | Keys: No keys reported
        | Needed classes: 🏃 Rushing Class ×2 • 🔱 MSeal ×1
        | (thumbnail https://i.imgur.com/KtOxGpW.png)
        | -- 2023-11-14T22:13:20.000Z
          [Join: green] [Choose class: blue] [Bench] [Leave: red] [Organizer Panel]
          [🏰 Shatters Key]
        ");
    }

    #[test]
    fn an_open_run_with_raiders_and_texts() {
        assert_snapshot!(panel(&with_texts(posted("SHATTERS")), &three_raiders()), @r"
        @here Party: **Ann** | Location: **USW3 Bazaar** (pings @here)
        | ⏳ Starting Soon: Shatters              (#137d13)
        | Organizer: <@1>
        | Status: waiting for organizer to start
        | Raiders: 3    Bench: 1
        | Classes: Priest (1), Wizard (2)
        | Keys: 🏰 Shatters Key: **2**
        | Needed classes: 🏃 Rushing Class ×2 • 🔱 MSeal ×1
        | Party: Ann    Location: USW3 Bazaar
        | Organizer Note:
        |   bring a slow
        |   \# no pets
        | (thumbnail https://i.imgur.com/KtOxGpW.png)
        | -- 2023-11-14T22:13:20.000Z
          [Join: green] [Choose class: blue] [Bench] [Leave: red] [Organizer Panel]
          [🏰 Shatters Key]
        ");
    }

    #[test]
    fn a_live_run() {
        assert_snapshot!(panel(&started(&with_texts(posted("SHATTERS"))), &three_raiders()), @r"
        @here Party: **Ann** | Location: **USW3 Bazaar** (pings @here)
        | 🟢 LIVE: Shatters                       (#137d13)
        | Organizer: <@1>
        | Raiders: 3    Bench: 1
        | Classes: Priest (1), Wizard (2)
        | Keys: 🏰 Shatters Key: **2**
        | Needed classes: 🏃 Rushing Class ×2 • 🔱 MSeal ×1
        | Party: Ann    Location: USW3 Bazaar
        | Organizer Note:
        |   bring a slow
        |   \# no pets
        | (thumbnail https://i.imgur.com/KtOxGpW.png)
        | -- 2023-11-14T22:13:20.000Z
          [Join: green] [Choose class: blue] [Bench] [Leave: red] [Organizer Panel]
          [🏰 Shatters Key]
        ");
    }

    #[test]
    fn a_live_run_while_raiders_may_join_the_party() {
        let run = started(&posted("SHATTERS"));
        let run = run.after_pop(&run.pop_key(ann(), 30, after(80)).expect("it is live"));
        let run = Run {
            chain_amount: Some(3),
            ..run
        };
        assert_snapshot!(panel(&run, &three_raiders()), @"
        @here                                    (pings @here)
        | 🟢 LIVE: Shatters (Chain 1/3)           (#137d13)
        | Organizer: <@1>
        | 🏰 **Key popped**
        | Party join window closes <t:1700000110:R>
        | Raiders: 3    Bench: 1
        | Classes: Priest (1), Wizard (2)
        | Keys: 🏰 Shatters Key: **2**
        | Needed classes: 🏃 Rushing Class ×2 • 🔱 MSeal ×1
        | (thumbnail https://i.imgur.com/KtOxGpW.png)
        | -- 2023-11-14T22:13:20.000Z
          [Join: green] [Choose class: blue] [Bench] [Leave: red] [Organizer Panel]
          [🏰 Shatters Key]
        ");
    }

    #[test]
    fn the_line_of_the_key_window_is_gone_when_it_has_passed() {
        let run = started(&posted("SHATTERS"));
        let run = run.after_pop(&run.pop_key(ann(), 5, after(80)).expect("it is live"));
        assert!(!panel(&run, &three_raiders()).contains("Key popped"));
    }

    #[test]
    fn an_ended_run_has_no_buttons_and_keeps_raiders_and_keys() {
        assert_snapshot!(panel(&ended(&started(&with_texts(posted("SHATTERS")))), &three_raiders()), @"
        Ended
        | ✅ Ended: Shatters                      (#137d13)
        | Organizer: <@1>
        | Ended <t:1700000785:R>
        | Duration: 12m 5s
        | Raiders: 3
        | Classes: Priest (1), Wizard (2)
        | Keys: 🏰 Shatters Key: **2**
        | (thumbnail https://i.imgur.com/KtOxGpW.png)
        | -- 2023-11-14T22:13:20.000Z
        ");
    }

    #[test]
    fn a_run_that_ended_by_itself_is_grey_and_keeps_raiders_and_keys() {
        let run = started(&posted("SHATTERS"));
        let ending = run
            .auto_end(&Config::default(), after(7200))
            .expect("it is due");
        assert_snapshot!(panel(&run.after(&ending.transition), &three_raiders()), @"
        Ended
        | ✅ Ended: Shatters                      (grey)
        | Organizer: <@1>
        | Ended <t:1700007200:R>
        | Duration: 119m 0s
        | Ended automatically: it exceeded 120 minutes
        | Raiders: 3
        | Classes: Priest (1), Wizard (2)
        | Keys: 🏰 Shatters Key: **2**
        | (thumbnail https://i.imgur.com/KtOxGpW.png)
        | -- 2023-11-14T22:13:20.000Z
        ");
    }

    #[test]
    fn a_run_that_was_cancelled_before_it_started() {
        let run = posted("SHATTERS");
        let run = run.after(&run.cancel(ann(), after(70)).expect("it is open"));
        assert_snapshot!(panel(&run, &Tally::default()), @"
        Cancelled
        | ❌ Cancelled: Shatters                  (#137d13)
        | Organizer: <@1>
        | Cancelled <t:1700000070:R>
        | Raiders: 0
        | Classes: None selected
        | Keys: No keys reported
        | (thumbnail https://i.imgur.com/KtOxGpW.png)
        | -- 2023-11-14T22:13:20.000Z
        ");
    }

    #[test]
    fn oryx_has_four_keys_and_wants_people() {
        let tally = Tally {
            joined: 8,
            classes: count(&[
                ("TRICKSTER", 2),
                ("WIZARD", 1),
                ("BARD", 1),
                ("KNIGHT", 1),
                ("PRIEST", 1),
                ("MYSTIC", 1),
                ("DRUID", 1),
                ("NINJA", 0),
            ]),
            keys: count(&[("HELM_RUNE", 1), ("WC_INC", 1)]),
            ..Tally::default()
        };
        assert_snapshot!(panel(&posted("ORYX_3"), &tally), @"
        @here                                    (pings @here)
        | ⏳ Starting Soon: Oryx 3                (#b5471b)
        | Organizer: <@1>
        | Status: waiting for organizer to start
        | Raiders: 8    Bench: 0
        | Classes:
        |   Bard (1) • Druid (1) • Knight (1)
        |   Mystic (1) • Priest (1) • Trickster (2)
        |   Wizard (1)
        | Keys: 🍷 Inc: **1** • 🪖 Helm Rune: **1**
        | Needed classes: ✅ Trickster 2/2 • 🔱 MSeal ×1 • 🎯 DPS (Ranged) ×10
        | (thumbnail https://i.imgur.com/JGnMCv2.gif)
        | -- 2023-11-14T22:13:20.000Z
          [Join: green] [Choose class: blue] [Bench] [Leave: red] [Organizer Panel]
          [🍷 Inc] [🛡️ Shield Rune] [⚔️ Sword Rune] [🪖 Helm Rune]
        ");
    }

    #[test]
    fn fourteen_keys_take_three_rows() {
        assert_snapshot!(panel(&posted("EXALT_DUNGEON"), &Tally::default()), @"
        @here                                    (pings @here)
        | ⏳ Starting Soon: Exalt Dungeon         (#1dbfaa)
        | Organizer: <@1>
        | Status: waiting for organizer to start
        | Raiders: 0    Bench: 0
        | Classes: None selected
        | Keys: No keys reported
        | (thumbnail https://i.imgur.com/8eDjmCe.png)
        | -- 2023-11-14T22:13:20.000Z
          [Join: green] [Choose class: blue] [Bench] [Leave: red] [Organizer Panel]
          [🛡️ Shield Rune] [⚔️ Sword Rune] [🪖 Helm Rune] [🕯️ Cult Key] [🌌 Void Key]
          [🏰 Shatters Key] [🌙 Moonlight Village Key] [⚙️ Steamworks Key] [⚙️ Advanced Steamworks Key] [🍄 Fungal Cavern Key]
          [🐝 Nest Key] [🐝 Advanced Nest Key] [👻 Spectral Penitentiary Key] [🧊 Ice Citadel Key]
        ");
    }

    #[test]
    fn a_guild_may_hide_how_many_take_part() {
        let config = Config {
            public_raider_count: false,
            ..Config::default()
        };
        let panel = draw(&views::run_panel(
            &posted("NEST"),
            &three_raiders(),
            &config,
            after(90),
        ));
        assert!(!panel.contains("Raiders") && !panel.contains("Bench:"));
    }

    #[test]
    fn a_dungeon_that_is_gone_from_the_data_still_has_its_panel() {
        let run = Run {
            dungeon_key: "GONE".to_owned(),
            dungeon_label: "**Gone**".to_owned(),
            ..posted("NEST")
        };
        assert_snapshot!(panel(&run, &Tally { keys: count(&[("OLD_KEY", 1)]), ..Tally::default() }), @r"
        @here                                    (pings @here)
        | ⏳ Starting Soon: \*\*Gone\*\*          (blurple)
        | Organizer: <@1>
        | Status: waiting for organizer to start
        | Raiders: 0    Bench: 0
        | Classes: None selected
        | Keys: OLD\_KEY: **1**
        | -- 2023-11-14T22:13:20.000Z
          [Join: green] [Choose class: blue] [Bench] [Leave: red] [Organizer Panel]
        ");
    }

    #[test]
    fn what_an_organizer_types_cannot_ping_or_break_the_panel() {
        let run = Run {
            party: Some("@everyone **x".to_owned()),
            location: Some("[here](https://evil.example)".to_owned()),
            note: Some("```\n<@&9>".to_owned()),
            ..posted("SNAKE_PIT")
        };
        assert_snapshot!(panel(&run, &Tally::default()).replace('\u{200b}', "<zwsp>"), @r"
        @here Party: **@<zwsp>everyone \*\*x** | Location: **\[here\](https\://evil.example)** (pings @here)
        | ⏳ Starting Soon: Snake Pit             (#29c71e)
        | Organizer: <@1>
        | Status: waiting for organizer to start
        | Raiders: 0    Bench: 0
        | Classes: None selected
        | Keys: No keys reported
        | Party: @<zwsp>everyone \*\*x    Location: \[here\](https\://evil.example)
        | Organizer Note:
        |   \`\`\`
        |   \<@<zwsp>&9\>
        | -- 2023-11-14T22:13:20.000Z
          [Join: green] [Choose class: blue] [Bench] [Leave: red] [Organizer Panel]
          [🐍 Snake Pit Key]
        ");
    }

    #[test]
    fn the_longest_texts_fit_into_a_message() {
        let run = Run {
            party: Some("*".repeat(100)),
            location: Some("*".repeat(100)),
            note: Some("*".repeat(1000)),
            ..posted("ORYX_3")
        };
        let message = views::run_panel(&run, &three_raiders(), &Config::default(), after(90));
        let json = serde_json::to_value(&message).expect("plain data");
        let note = json["embeds"][0]["fields"]
            .as_array()
            .and_then(|fields| fields.last());
        let length = note
            .and_then(|note| note["value"].as_str())
            .map(|note| note.chars().count());
        assert_eq!(length, Some(1024));
    }
}

mod organizer {
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
          [🏰 Key popped: blue] [Set Party] [Set Location] [Update Note]
          [End Run: red] [Cancel: red]
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
            panel.contains("Shatters Key: 60")
                && panel.contains("and 20 more")
                && !panel.contains('…')
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
}

mod menus_and_forms {
    use super::*;

    #[test]
    fn all_classes_are_offered_and_ones_own_is_picked() {
        let seat = Seat {
            state: State::Join,
            class: Some("BARD".to_owned()),
        };
        assert_snapshot!(draw(&views::class_menu(&posted("SHATTERS"), Some(&seat))), @"
        Which class do you bring?
          [Choose your class ▾ 🥷 Rogue, 🏹 Archer, 🧙 Wizard, ⛪ Priest, 🪓 Warrior, 🛡️ Knight, ✨ Paladin, 🧪 Assassin, 💀 Necromancer, 🪤 Huntress, 🔮 Mystic, 🃏 Trickster, ⚡ Sorcerer, ⭐ Ninja, 🎌 Samurai, *🎵 Bard, 🐺 Summoner, 🗡️ Kensei, 🌿 Druid]
        ");
    }

    #[test]
    fn forms_hold_what_is_set() {
        let run = with_texts(posted("SHATTERS"));
        let forms = [Detail::Party, Detail::Location, Detail::Note]
            .map(|d| draw_modal(&views::form(&run, d)));
        assert_snapshot!(forms.join("\n"), @"
        # Set Party
        Party: Ann                               (up to 100, optional)
        # Set Location
        Location: USW3 Bazaar                    (up to 100, optional)
        # Update Note
        Organizer Note: bring a slow
        # no pets   (up to 1000, several lines, optional)
        ");
    }
}

mod answers {
    use super::*;

    fn seated(changed: bool) -> Seated {
        Seated {
            seat: Seat {
                state: State::Join,
                class: None,
            },
            changed,
        }
    }

    #[test]
    fn to_raiders() {
        let (bare, full) = (posted("SHATTERS"), with_texts(posted("SHATTERS")));
        let raider = muster_raids::run::Raider {
            user: BEN,
            suspended: false,
            verified: true,
        };
        let class = |run: &Run, class: &str, seat: Option<&Seat>| {
            let choice = run
                .choose_class(raider, seat, class, &Config::default())
                .expect("it is open");
            views::class_chosen(run, &choice)
        };
        let key = bare
            .dungeon()
            .and_then(|d| d.find_key("SHATTERS_KEY"))
            .expect("in the data");
        let in_it = Seat {
            state: State::Join,
            class: None,
        };
        let answers = [
            views::joined(&bare, &seated(true)),
            views::joined(&full, &seated(false)),
            views::joined(&started(&bare), &seated(true)),
            views::benched(&bare, &seated(true)),
            views::benched(&bare, &seated(false)),
            views::left(&bare, &seated(true)),
            views::left(&bare, &seated(false)),
            class(&full, "WIZARD", None),
            class(&posted("NEST"), "NINJA", Some(&in_it)),
            views::key_toggled(&bare, &KeyToggle { key, offered: true }),
            views::key_toggled(
                &bare,
                &KeyToggle {
                    key,
                    offered: false,
                },
            ),
        ];
        assert_snapshot!(answers.map(|answer| draw(&answer)).join("\n"), @"
        You joined **Shatters**. Party and location will be on the panel.
        You have already joined **Shatters**. Party: **Ann** | Location: **USW3 Bazaar**
        You joined **Shatters**. Ask the organizer for party and location.
        You are on the bench of **Shatters**. Press Join if you take part after all.
        You are already on the bench of **Shatters**. Press Join if you take part after all.
        You left **Shatters**. Press Join to take part.
        You are not part of **Shatters**. Press Join to take part.
        You joined **Shatters** as 🧙 **Wizard**. Party: **Ann** | Location: **USW3 Bazaar**
        In **Nest** you are ⭐ **Ninja**. Party and location will be on the panel.
        This dungeon asks for Warrior, Knight, Paladin, Priest, Mystic; you are welcome all the same.
        🏰 The organizer of **Shatters** knows that you have: **Shatters Key**. Press again to take it back.
        🏰 You no longer offer **Shatters Key** for **Shatters**.
        ");
    }

    #[test]
    fn to_organizers() {
        let run = started(&posted("SHATTERS"));
        let set = |text: &str| {
            run.set_detail(ann(), Detail::Party, text)
                .expect("it is live")
        };
        let answers = [
            views::posted(&run, Some("https://discord.com/channels/1/2/3"), &[]),
            views::posted(
                &run,
                None,
                &["The raid log could not be opened: the bot lacks Create Threads.".to_owned()],
            ),
            views::run_started(&run),
            views::run_ended(&run),
            views::run_cancelled(&run),
            views::key_popped(&run.pop_key(ann(), 30, after(80)).expect("it is live")),
            views::detail_set(&set("Ann*")),
            views::detail_set(&set("")),
            views::kept_out(&run),
        ];
        assert_snapshot!(answers.map(|answer| draw(&answer)).join("\n"), @r"
        Run 42 for **Shatters** is posted. https://discord.com/channels/1/2/3
        Run 42 for **Shatters** is posted.
        ⚠️ The raid log could not be opened: the bot lacks Create Threads.
        **Shatters** is live.
        **Shatters** has ended. Points are being given.
        **Shatters** is cancelled. Nobody gets points for it.
        Key 1 popped: raiders have 30 seconds to join the party.
        Party is now: Ann\*
        Party stays as it was.
        The run stays with <@1>.
        ");
    }
}

mod refusals {
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
            views::no_draft(
                &Draft::new("chi*cken", None, None, None).expect_err("no such dungeon"),
            ),
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
}

mod raid_log {
    use super::*;

    #[test]
    fn begins_with_the_run_and_is_told_its_end() {
        let run = started(&posted("SHATTERS"));
        let starter = Starter::new(&run, "Ann [**Lead**]");
        assert_snapshot!(draw(&starter.message), @r"
        | 📋 Shatters: Organizer - Ann \[\*\*Lead\*\*\] (blurple)
        | Type: Run    Dungeon: Shatters    Organizer: <@1>
        | Started: <t:1700000000:F>
        ");
        assert_snapshot!(starter.thread_title, @"📋 Shatters: Organizer - Ann [**Lead**]");
        assert_snapshot!(draw(&Starter::new(&ended(&run), "Ann").message), @"
        | 📋 Shatters: Organizer - Ann            (blurple)
        | Type: Run    Dungeon: Shatters    Organizer: <@1>
        | Started: <t:1700000000:F>    Ended: <t:1700000785:F>
        ");
    }

    #[test]
    fn a_long_name_is_cut_to_a_threads_title() {
        let starter = Starter::new(&posted("SHATTERS"), &"n".repeat(200));
        assert_eq!(starter.thread_title.encode_utf16().count(), 100);
    }

    #[test]
    fn has_a_line_for_everything_that_happens() {
        let run = with_texts(posted("SHATTERS"));
        let key = "Shatters Key";
        let lines = [
            LogLine::Created,
            LogLine::Started { by: ANN },
            LogLine::Ended { by: Some(ANN) },
            LogLine::Ended { by: None },
            LogLine::Cancelled { by: Some(ANN) },
            LogLine::Cancelled { by: None },
            LogLine::Joined {
                user: BEN,
                total: 3,
            },
            LogLine::Benched {
                user: BEN,
                total: 2,
            },
            LogLine::Left {
                user: BEN,
                total: 2,
            },
            LogLine::KeyOffered {
                user: BEN,
                key,
                total: 1,
            },
            LogLine::KeyTakenBack {
                user: BEN,
                key,
                total: 0,
            },
            LogLine::PanelOpened { by: ANN },
            LogLine::DetailSet {
                by: ANN,
                detail: Detail::Location,
                text: Some("USW3"),
            },
            LogLine::DetailSet {
                by: ANN,
                detail: Detail::Note,
                text: None,
            },
            LogLine::KeyPopped {
                by: ANN,
                number: 2,
                seconds: 30,
            },
        ];
        let lines = lines.map(|line| views::log_line(&run, &line, after(90)));
        assert_snapshot!(lines.join("\n"), @"
        <t:1700000090:T> 📋 Run 42 created by <@1> | Party: Ann | Location: USW3 Bazaar | Organizer Note: bring a slow # no pets
        <t:1700000090:T> 🟢 Started by <@1>
        <t:1700000090:T> ✅ Ended by <@1>
        <t:1700000090:T> ✅ Ended automatically after 120 minutes
        <t:1700000090:T> ❌ Cancelled by <@1>
        <t:1700000090:T> ❌ Cancelled: channel or panel was deleted
        <t:1700000090:T> ➕ <@2> joined (3 in all)
        <t:1700000090:T> 🪑 <@2> went to the bench (2 in all)
        <t:1700000090:T> ➖ <@2> left (2 in all)
        <t:1700000090:T> 🔑 <@2> has Shatters Key (1 in all)
        <t:1700000090:T> 🔑 <@2> no longer has Shatters Key (0 in all)
        <t:1700000090:T> 🛠️ <@1> opened the organizer panel
        <t:1700000090:T> ✏️ <@1> set Location: USW3
        <t:1700000090:T> ✏️ <@1> cleared Organizer Note
        <t:1700000090:T> 🗝️ <@1> popped key 2: 30 s to join
        ");
    }

    #[test]
    fn a_line_fits_the_hosts_limit() {
        let run = Run {
            note: Some("*".repeat(1000)),
            ..posted("SHATTERS")
        };
        assert!(
            views::log_line(&run, &LogLine::Created, POSTED)
                .encode_utf16()
                .count()
                <= 1000
        );
    }
}
