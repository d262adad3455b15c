//! Points and quotas, as the people of a guild live them: commands, panels, and what follows from runs.

use std::cell::RefCell;
use std::collections::HashSet;
use std::time::Duration;

use muster_harness::{Stage, builtin_plugins, comes_to_say, opens, says, shows};
use muster_playground::{MessageHandle, Persona};
use serde_json::{Value, json};

/// More than a page of a leaderboard holds.
const MANY_DUNGEONS: [&str; 26] = [
    "SHATTERS",
    "NEST",
    "ORYX_3",
    "LOST_HALLS",
    "THE_VOID",
    "CULTIST_HIDEOUT",
    "FUNGAL_CAVERN",
    "MACHINE",
    "SNAKE_PIT",
    "MAGIC_WOODS",
    "SPRITE_WORLD",
    "ANCIENT_RUINS",
    "UNDEAD_LAIR",
    "ABYSS_OF_DEMONS",
    "TOXIC_SEWERS",
    "HAUNTED_CEMETERY",
    "MAD_LAB",
    "DAVY_JONES_LOCKER",
    "ICE_CAVE",
    "OCEAN_TRENCH",
    "CRAWLING_DEPTHS",
    "DEADWATER_DOCKS",
    "CNIDARIAN_REEF",
    "ICE_TOMB",
    "STEAMWORKS",
    "REALM_CLEARING",
];

/// A guild whose quota channel is mapped.
async fn evening() -> Stage {
    let stage = Stage::evening().await;
    a_moment_later(&stage);
    let told = says(
        stage
            .guild
            .owner()
            .uses("/setchannels", json!({ "quota": "quota" })),
    )
    .await;
    assert!(told.contains("Channel mappings"), "{told}");
    stage
}

/// Long enough for a member to be within their limits again.
fn a_moment_later(stage: &Stage) {
    stage.passes(Duration::from_secs(20));
}

/// Opens the quota of a role in front of Max, the moderator.
async fn opens_quota(max: &Persona, role: &str) -> MessageHandle {
    shows(max.uses("/configquota", json!({ "role": role }))).await
}

/// Fills in the form behind a button.
async fn fills_in(person: &Persona, panel: &MessageHandle, button: &str, values: Value) -> String {
    let form = opens(person.presses(panel.id(), button)).await;
    says(person.submits(&form, values)).await
}

/// The ranking of a role's quota in its channel.
async fn ranking(stage: &Stage, role: &str) -> MessageHandle {
    let channel = stage.guild.channel("quota").expect("there");
    let title = format!("{role} Quota Leaderboard");
    let found = stage
        .guild
        .wait_for_message(channel, move |message| message.text().contains(&title));
    found.await.expect("the ranking is posted")
}

/// Otto leads a run of Shatters, in which these take part, to its end.
async fn leads_a_run(stage: &Stage, raiders: &[&str]) {
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    for raider in raiders {
        says(stage.person(raider, "raid").presses(panel.id(), "Join")).await;
    }
    let otto = stage.person("Otto", "raid");
    let desk = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    says(otto.presses(desk.id(), "Start")).await;
    comes_to_say(&desk, &["End Run"]).await;
    says(otto.presses(desk.id(), "End Run")).await;
    comes_to_say(&panel, &["Ended: Shatters"]).await;
}

/// What somebody's statistics come to say: points arrive a moment after the run has ended.
async fn comes_to_have(stage: &Stage, name: &str, words: &str) {
    let person = stage.person(name, "general");
    let mut last = String::new();
    for _ in 0..20 {
        last = says(person.uses("/stats", json!({}))).await;
        if last.contains(words) {
            return;
        }
        a_moment_later(stage);
    }
    panic!("{name} never had {words}, but:\n{last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_week_from_its_setting_up_to_its_reset_and_its_history() {
    let stage = evening().await;
    let max = stage.person("Max", "general");
    let panel = opens_quota(&max, "Organizer").await;
    comes_to_say(&panel, &["has no quota yet"]).await;
    let values = json!({ "required": "2", "repeats": "weekly" });
    fills_in(&max, &panel, "Set Basic Config", values).await;
    comes_to_say(&panel, &["weekly"]).await;
    a_moment_later(&stage);
    let told = says(max.presses(panel.id(), "Update Panel")).await;
    assert!(told.contains("stands in the quota channel"), "{told}");
    let board = ranking(&stage, "Organizer").await;
    comes_to_say(&board, &["no one has earned points this period yet"]).await;

    leads_a_run(&stage, &["Vera", "Vito"]).await;
    comes_to_have(&stage, "Vera", "🎯 Points: 1").await;
    stage.passes(Duration::from_secs(6));
    comes_to_say(&board, &["**1** pts (1 run)"]).await;

    stage.passes(Duration::from_secs(7 * 24 * 3600));
    let channel = stage.guild.channel("quota").expect("there");
    let ended = stage.guild.wait_for_message(channel, |message| {
        message.text().contains("Quota period ended")
    });
    let ended = ended.await.expect("the standings are posted");
    comes_to_say(&ended, &["Not met", "**1** pts (1 run)"]).await;
    comes_to_say(&board, &["no one has earned points this period yet"]).await;
    let told = says(
        stage
            .person("Otto", "general")
            .uses("/quotahistory", json!({ "role": "Organizer" })),
    )
    .await;
    assert!(told.contains("Quota period 1 of 1"), "{told}");
    let offered = stage
        .person("Otto", "general")
        .types(
            "/quotahistory",
            "period",
            "",
            json!({ "role": "Organizer" }),
        )
        .expect("a client asks");
    let offered = offered.answer().await.expect("suggestions come").answer;
    assert_eq!(offered.choices().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_button_of_a_roles_quota_does_what_it_says() {
    let stage = evening().await;
    let max = stage.person("Max", "general");
    let panel = opens_quota(&max, "Organizer").await;
    fills_in(
        &max,
        &panel,
        "Base Points",
        json!({ "exalt": "2", "other": "0.5" }),
    )
    .await;
    comes_to_say(&panel, &["Exaltation: **2**"]).await;
    let work = json!({ "verify": "1", "warn": "0.1", "suspend": "0.2" });
    fills_in(&max, &panel, "Moderation Points", work).await;
    a_moment_later(&stage);
    let more = json!({ "modmail": "0.3", "name": "0.4", "note": "0.5" });
    fills_in(&max, &panel, "More Moderation Points", more).await;
    comes_to_say(&panel, &["Note: **0.5**"]).await;

    says(max.presses(panel.id(), "Configure Dungeons")).await;
    comes_to_say(&panel, &["Back"]).await;
    a_moment_later(&stage);
    let form = opens(max.chooses(panel.id(), "Exaltation", &["SHATTERS"])).await;
    says(max.submits(&form, json!({ "points": "3" }))).await;
    comes_to_say(&panel, &["Shatters: **3**"]).await;
    says(max.presses(panel.id(), "Back")).await;
    comes_to_say(&panel, &["Set Basic Config"]).await;

    a_moment_later(&stage);
    says(max.presses(panel.id(), "Update Panel")).await;
    let board = ranking(&stage, "Organizer").await;
    leads_a_run(&stage, &[]).await;
    stage.passes(Duration::from_secs(6));
    comes_to_say(&board, &["**3** pts (1 run)"]).await;
    let form = {
        says(max.presses(panel.id(), "Configure Dungeons")).await;
        comes_to_say(&panel, &["Back"]).await;
        opens(max.chooses(panel.id(), "Exaltation", &["SHATTERS"])).await
    };
    says(max.submits(&form, json!({ "points": "4" }))).await;
    a_moment_later(&stage);
    says(max.presses(panel.id(), "Back")).await;
    comes_to_say(&panel, &["Recalculate"]).await;
    let told = says(max.presses(panel.id(), "Recalculate")).await;
    assert!(told.contains("+1"), "{told}");
    comes_to_say(&board, &["**4** pts (1 run)"]).await;

    a_moment_later(&stage);
    says(max.presses(panel.id(), "Reset Panel")).await;
    comes_to_say(&panel, &["Reset this quota?"]).await;
    let told = says(max.presses(panel.id(), "Reset now")).await;
    assert!(told.contains("A new period"), "{told}");
    let fresh = ranking_after(&stage, &board).await;
    comes_to_say(&fresh, &["no one has earned points this period yet"]).await;
    comes_to_say(&panel, &["Delete Quota"]).await;
    a_moment_later(&stage);
    says(max.presses(panel.id(), "Delete Quota")).await;
    comes_to_say(&panel, &["Delete this quota?"]).await;
    says(max.presses(panel.id(), "Delete it")).await;
    comes_to_say(&panel, &["has no quota yet"]).await;
    a_moment_later(&stage);
    says(max.presses(panel.id(), "Stop")).await;
    panel
        .wait_until(|message| message.buttons().is_empty())
        .await
        .expect("its buttons go");
}

/// The ranking that took the place of this one.
async fn ranking_after(stage: &Stage, before: &MessageHandle) -> MessageHandle {
    let channel = stage.guild.channel("quota").expect("there");
    let id = before.id();
    let found = stage.guild.wait_for_message(channel, move |message| {
        message.id != id && message.text().contains("Quota Leaderboard")
    });
    found.await.expect("a new ranking is posted")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ranking_that_was_deleted_by_hand_comes_back_and_one_whose_channel_moved_follows() {
    let stage = evening().await;
    let max = stage.person("Max", "general");
    let panel = opens_quota(&max, "Organizer").await;
    fills_in(&max, &panel, "Set Basic Config", json!({ "required": "1" })).await;
    says(max.presses(panel.id(), "Update Panel")).await;
    let first = ranking(&stage, "Organizer").await;
    first.delete();
    let second = ranking_after(&stage, &first).await;
    assert_ne!(first.id(), second.id());
    a_moment_later(&stage);
    says(
        stage
            .guild
            .owner()
            .uses("/setchannels", json!({ "quota": "general" })),
    )
    .await;
    let general = stage.guild.channel("general").expect("there");
    let moved = stage.guild.wait_for_message(general, |message| {
        message.text().contains("Quota Leaderboard")
    });
    moved.await.expect("it follows");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_quota_channel_nothing_is_posted_and_the_moderator_is_told() {
    let stage = Stage::evening().await;
    let max = stage.person("Max", "general");
    let panel = opens_quota(&max, "Organizer").await;
    let told = says(max.presses(panel.id(), "Update Panel")).await;
    assert!(told.contains("/setchannels"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_count_by_hand_what_no_panel_saw() {
    let stage = evening().await;
    let otto = stage.person("Otto", "organizers");
    let told = says(otto.uses("/logrun", json!({ "dungeon": "SHATTERS", "amount": 2 }))).await;
    assert!(
        told.contains("Runs logged") && told.contains("+2"),
        "{told}"
    );
    let told = says(otto.uses("/logrun", json!({ "amount": -1 }))).await;
    assert!(
        told.contains("Runs removed") && told.contains("-1"),
        "{told}"
    );
    let key = json!({ "member": "Vera", "dungeon": "ORYX_3", "amount": 2, "key_type": "WC_INC" });
    let told = says(otto.uses("/logkey", key)).await;
    assert!(told.contains("+10"), "{told}");
    let offered = otto
        .types(
            "/logkey",
            "key_type",
            "rune",
            json!({ "member": "Vera", "dungeon": "ORYX_3" }),
        )
        .expect("a client asks");
    let offered = offered.answer().await.expect("suggestions come").answer;
    assert_eq!(offered.choices().len(), 3);
    for command in ["/logrun", "/leaderboard"] {
        let offered = otto
            .types(command, "dungeon", "shat", json!({}))
            .expect("a client asks");
        let offered = offered.answer().await.expect("suggestions come").answer;
        assert!(
            offered.choices()[0].name.contains("Shatters"),
            "{:?}",
            offered.choices()
        );
    }

    let oskar = stage.person("Oskar", "general");
    let given = json!({ "member": "Vera", "amount": "0.5", "reason": "helped" });
    let told = says(oskar.uses("/addpoints", given)).await;
    assert!(told.contains("10.5"), "{told}");
    let told = says(oskar.uses(
        "/addquotapoints",
        json!({ "member": "Otto", "amount": "5" }),
    ))
    .await;
    assert!(told.contains('6'), "{told}");
    let told = says(oskar.uses("/addpoints", json!({ "amount": "5" }))).await;
    assert!(told.contains("Only administrators"), "{told}");
    let told = says(oskar.uses("/addpoints", json!({ "amount": "5", "member": "Hanna" }))).await;
    assert!(told.contains("ranks below yours"), "{told}");

    let vera = stage.person("Vera", "general");
    let told = says(vera.uses("/stats", json!({}))).await;
    assert!(
        told.contains("10.5") && told.contains("Oryx 3: 0 | 2 | 0"),
        "{told}"
    );
    let told = says(
        stage
            .person("Nina", "general")
            .uses("/stats", json!({ "member": "Otto" })),
    )
    .await;
    assert!(told.contains("Shatters: 0 | 0 | 1"), "{told}");
    let told = says(vera.uses("/logrun", json!({ "dungeon": "SHATTERS" }))).await;
    assert!(told.contains("organizer"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaderboard_is_paged_by_who_asked_for_it() {
    let stage = evening().await;
    let otto = stage.person("Otto", "organizers");
    for (at, dungeon) in MANY_DUNGEONS.into_iter().enumerate() {
        if at % 4 == 0 {
            a_moment_later(&stage);
        }
        let told = says(otto.uses("/logrun", json!({ "dungeon": dungeon }))).await;
        assert!(told.contains("Runs logged"), "{told}");
    }
    let vera = stage.person("Vera", "general");
    let options = json!({ "type": "dungeons", "sort": "alpha" });
    let board = shows(vera.uses("/leaderboard", options)).await;
    comes_to_say(&board, &["Most run dungeons", "Page 1 of 2"]).await;
    for (arrow, page) in [("▶", 2), ("◀", 1), ("⏭", 2), ("⏮", 1)] {
        a_moment_later(&stage);
        says(vera.presses(board.id(), arrow)).await;
        comes_to_say(&board, &[&format!("Page {page} of 2")]).await;
    }
    let vito = stage.person("Vito", "general");
    let told = says(vito.presses(board.id(), "▶")).await;
    assert!(told.contains("Only the user who ran the command"), "{told}");
    stage.passes(Duration::from_secs(301));
    board
        .wait_until(|message| message.buttons().is_empty())
        .await
        .expect("its arrows go after five minutes");
    let told = says(
        stage
            .person("Nina", "general")
            .uses("/leaderboard", json!({ "type": "points" })),
    )
    .await;
    assert!(told.contains("verified_raider"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn raiders_points_are_configured_on_their_panel() {
    let stage = evening().await;
    let max = stage.person("Max", "general");
    let panel = shows(max.uses("/configpoints", json!({}))).await;
    comes_to_say(&panel, &["Raider Points Configuration"]).await;
    says(max.presses(panel.id(), "Configure Dungeons")).await;
    comes_to_say(&panel, &["Back"]).await;
    let form = opens(max.chooses(panel.id(), "Exaltation", &["SHATTERS"])).await;
    says(max.submits(&form, json!({ "points": "2" }))).await;
    comes_to_say(&panel, &["Shatters: **2**"]).await;
    says(max.presses(panel.id(), "Back")).await;
    comes_to_say(&panel, &["Configure Keys"]).await;
    a_moment_later(&stage);
    says(max.presses(panel.id(), "Configure Keys")).await;
    comes_to_say(&panel, &["Back"]).await;
    let form = opens(max.chooses(panel.id(), "Others 1", &["UNDEAD_LAIR"])).await;
    says(max.submits(&form, json!({ "points": "0.5" }))).await;
    comes_to_say(&panel, &["Undead Lair: **0.5**"]).await;
    says(max.presses(panel.id(), "Back")).await;
    comes_to_say(&panel, &["Stop"]).await;
    says(max.presses(panel.id(), "Stop")).await;
    panel
        .wait_until(|message| message.buttons().is_empty())
        .await
        .expect("its buttons go");

    leads_a_run(&stage, &["Vera"]).await;
    comes_to_have(&stage, "Vera", "🎯 Points: 2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_guilds_with_the_same_people_count_apart() {
    let stage = evening().await;
    let other = stage.second_guild("Other Garden").await;
    let otto = stage.person("Otto", "organizers");
    says(otto.uses("/logrun", json!({ "dungeon": "SHATTERS", "amount": 3 }))).await;
    says(otto.uses(
        "/logkey",
        json!({ "member": "Vera", "dungeon": "SHATTERS" }),
    ))
    .await;
    let oskar = stage.person("Oskar", "general");
    says(oskar.uses("/addpoints", json!({ "member": "Vera", "amount": "7" }))).await;
    says(oskar.uses(
        "/addquotapoints",
        json!({ "member": "Otto", "amount": "7" }),
    ))
    .await;
    let max = stage.person("Max", "general");
    let panel = opens_quota(&max, "Organizer").await;
    fills_in(&max, &panel, "Set Basic Config", json!({ "required": "9" })).await;

    let there = |name: &str| {
        other
            .member(name)
            .in_channel_named("general")
            .expect("there")
    };
    let told = says(there("Vera").uses("/stats", json!({}))).await;
    assert!(
        told.contains("🎯 Points: 0") && !told.contains("Shatters"),
        "{told}"
    );
    for kind in ["runs_organized", "keys_popped", "points", "quota_points"] {
        let board = shows(there("Vito").uses("/leaderboard", json!({ "type": kind }))).await;
        comes_to_say(&board, &["nothing to rank yet"]).await;
        a_moment_later(&stage);
    }
    let told = says(there("Otto").uses("/logrun", json!({}))).await;
    assert!(told.contains("has organized no run yet"), "{told}");
    let theirs = shows(there("Max").uses("/configquota", json!({ "role": "Organizer" }))).await;
    comes_to_say(&theirs, &["has no quota yet"]).await;
    let points = shows(there("Max").uses("/configpoints", json!({}))).await;
    comes_to_say(&points, &["Raider Points Configuration"]).await;
    let told = says(there("Otto").uses("/quotahistory", json!({ "role": "Organizer" }))).await;
    assert!(told.contains("No period"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn raids_disabled_stats_still_answer() {
    let alone = builtin_plugins().replacen("enabled = true", "enabled = false", 1);
    assert!(
        alone.contains("[plugins.raids]\nsource = \"builtin\"\nenabled = false"),
        "{alone}"
    );
    let stage = Stage::with_plugins(&alone).await;
    let told = says(stage.person("Nina", "general").uses("/stats", json!({}))).await;
    assert!(told.contains("Statistics"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn points_and_rankings_survive_a_restart() {
    let mut stage = evening().await;
    let max = stage.person("Max", "general");
    let panel = opens_quota(&max, "Organizer").await;
    fills_in(
        &max,
        &panel,
        "Set Basic Config",
        json!({ "required": "1", "repeats": "daily" }),
    )
    .await;
    says(max.presses(panel.id(), "Update Panel")).await;
    let board = ranking(&stage, "Organizer").await;
    leads_a_run(&stage, &["Vera"]).await;
    stage.stops().await;
    // It is down while two resets fall due.
    stage.passes(Duration::from_secs((7 * 24 + 30) * 3600));
    stage.starts().await;
    comes_to_say(&board, &["no one has earned points this period yet"]).await;
    let otto = stage.person("Otto", "general");
    let told = says(otto.uses("/quotahistory", json!({ "role": "Organizer", "period": 2 }))).await;
    assert!(
        told.contains("Quota period 2 of 2") && told.contains("**1** pts (1 run)"),
        "{told}"
    );
    comes_to_have(&stage, "Vera", "🎯 Points: 1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ranking_counts_those_who_owe_and_forgets_those_who_left() {
    let stage = evening().await;
    let max = stage.person("Max", "general");
    let panel = opens_quota(&max, "Organizer").await;
    fills_in(&max, &panel, "Set Basic Config", json!({ "required": "1" })).await;
    says(max.presses(panel.id(), "Update Panel")).await;
    let board = ranking(&stage, "Organizer").await;
    comes_to_say(&board, &["0/2 members have met quota"]).await;
    let otto = stage.person("Otto", "organizers");
    says(otto.uses("/logrun", json!({ "dungeon": "SHATTERS" }))).await;
    stage.passes(Duration::from_secs(6));
    comes_to_say(
        &board,
        &["1/2 members have met quota", "and 1 member without points"],
    )
    .await;
    otto.leaves();
    stage.passes(Duration::from_secs(601));
    comes_to_say(
        &board,
        &["0/1 members have met quota", "no one has earned points"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn restart_a_kill_in_the_middle_of_a_quota_reset_goes_on_and_doubles_nothing() {
    let mut stage = evening().await;
    let max = stage.person("Max", "general");
    let panel = opens_quota(&max, "Organizer").await;
    fills_in(
        &max,
        &panel,
        "Set Basic Config",
        json!({ "required": "1", "repeats": "daily" }),
    )
    .await;
    let otto = stage.person("Otto", "organizers");
    says(otto.uses("/logrun", json!({ "dungeon": "SHATTERS" }))).await;
    // Three periods end at once, and the bot dies over it.
    stage.passes(Duration::from_secs((7 + 2) * 24 * 3600 + 60));
    stage.is_killed().await;
    stage.starts().await;
    let channel = stage.guild.channel("quota").expect("there");
    let seen = RefCell::new(HashSet::new());
    let third = stage.guild.wait_for_message(channel, |message| {
        if message.text().contains("Quota period ended") {
            seen.borrow_mut().insert(message.id);
        }
        seen.borrow().len() == 3
    });
    third.await.expect("each of the three is told");
    let told = says(otto.uses("/quotahistory", json!({ "role": "Organizer", "period": 3 }))).await;
    assert!(
        told.contains("Quota period 3 of 3") && told.contains("**1** pts (1 run)"),
        "{told}"
    );
    assert_eq!(ended_periods(&stage), 3, "and none of them twice");
}

/// How many periods the quota channel says have ended.
fn ended_periods(stage: &Stage) -> usize {
    let channel = stage.guild.channel("quota").expect("there");
    let messages = stage.guild.messages(channel);
    let ended = messages
        .iter()
        .filter(|message| message.text().contains("Quota period ended"));
    ended.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn race_twenty_presses_of_end_at_once_give_one_award() {
    let stage = evening().await;
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    says(stage.person("Vera", "raid").presses(panel.id(), "Join")).await;
    let otto = stage.person("Otto", "raid");
    let his = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    let mut desks = vec![(otto.clone(), his.clone())];
    for name in ["Orla", "Sam", "Oskar"] {
        let person = stage.person(name, "raid");
        let asked = shows(person.presses(panel.id(), "Organizer Panel")).await;
        let desk = shows(person.presses(asked.id(), "Confirm")).await;
        desks.push((person, desk));
    }
    a_moment_later(&stage);
    says(otto.presses(his.id(), "Start")).await;
    for (_, desk) in &desks {
        comes_to_say(desk, &["End Run"]).await;
    }
    a_moment_later(&stage);
    let presses = (0..5).flat_map(|_| &desks);
    let sent: Vec<_> = presses
        .filter_map(|(person, desk)| person.presses(desk.id(), "End Run").ok())
        .collect();
    assert!(
        sent.len() > 4,
        "{} presses left before the buttons were gone",
        sent.len()
    );
    for act in sent {
        says(Ok(act)).await;
    }
    comes_to_say(&panel, &["Ended: Shatters"]).await;
    comes_to_have(&stage, "Vera", "Shatters: 1 | 0 | 0").await;
    comes_to_have(&stage, "Otto", "Shatters: 0 | 0 | 1").await;
}
