//! The public panel.

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

#[test]
fn a_live_run_of_oryx_3_says_how_far_the_fight_is() {
    let line = |run: &Run| {
        let panel = panel(run, &Tally::default());
        let lines: Vec<&str> = panel.lines().skip(3).take(2).collect();
        lines.join("\n")
    };
    let run = Run {
        realm_score: Some(57),
        join_locked: true,
        ..started(&posted("ORYX_3"))
    };
    assert_eq!(line(&run), "| 🌍 Realm: **57%**\n| 🔒 Joining is locked");
    let run = Run {
        stage: Some(Stage::Miniboss),
        miniboss: Some("Dammah".to_owned()),
        join_locked: false,
        ..run
    };
    assert!(line(&run).starts_with("| 👹 Miniboss: **Dammah**\n"));
}
