//! What people do by hand and look at, and what two plugins do to each other.

use std::time::Duration;

use muster_harness::{Stage, builtin_plugins, comes_to_say, says, shows};
use serde_json::json;

use super::{a_moment_later, comes_to_have, evening, fills_in, is_taken, leads_a_run, opens_quota};

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
        is_taken(vera.presses(board.id(), arrow)).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn quota_disabled_runs_still_work() {
    let (raids, quota) = builtin_plugins()
        .split_once("[plugins.quota]")
        .map(|(before, after)| {
            (
                before.to_owned(),
                after.replacen("enabled = true", "enabled = false", 1),
            )
        })
        .expect("it is shipped");
    let stage = Stage::with_plugins(&format!("{raids}[plugins.quota]{quota}")).await;
    stage.is_configured().await;
    leads_a_run(&stage, &["Vera"]).await;
    let commands = stage.person("Vera", "general").commands();
    assert!(
        commands.iter().all(|command| command.name != "stats"),
        "{commands:?}"
    );
}
