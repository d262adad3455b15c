//! A quota from its setting up to its reset, and what survives.

use std::time::Duration;

use muster_harness::{comes_to_say, says};
use serde_json::json;

use super::{
    a_moment_later, comes_to_have, ended_periods, evening, fills_in, leads_a_run, opens_quota,
    periods_end, ranking, ranking_after,
};

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
async fn a_ranking_that_was_deleted_by_hand_comes_back() {
    let stage = evening().await;
    let max = stage.person("Max", "general");
    let panel = opens_quota(&max, "Organizer").await;
    fills_in(&max, &panel, "Set Basic Config", json!({ "required": "1" })).await;
    says(max.presses(panel.id(), "Update Panel")).await;
    let first = ranking(&stage, "Organizer").await;
    let otto = stage.person("Otto", "organizers");
    says(otto.uses("/logrun", json!({ "dungeon": "SHATTERS" }))).await;
    stage.passes(Duration::from_secs(6));
    comes_to_say(&first, &["**1** pts (1 run)"]).await;
    first.delete();
    // The bot hears of no deleted message: it finds the ranking gone when the next points are counted.
    says(otto.uses("/logrun", json!({ "dungeon": "SHATTERS" }))).await;
    stage.passes(Duration::from_secs(6));
    let second = ranking_after(&stage, &first).await;
    assert_ne!(first.id(), second.id());
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
    periods_end(&stage, 2).await;
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
    periods_end(&stage, 3).await;
    let told = says(otto.uses("/quotahistory", json!({ "role": "Organizer", "period": 3 }))).await;
    assert!(
        told.contains("Quota period 3 of 3") && told.contains("**1** pts (1 run)"),
        "{told}"
    );
    assert_eq!(ended_periods(&stage), 3, "and none of them twice");
}
