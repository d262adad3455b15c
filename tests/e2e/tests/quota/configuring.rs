//! The panels of moderators: every button, menu and form.

use std::time::Duration;

use muster_harness::{Stage, comes_to_say, opens, says, shows};
use serde_json::json;

use super::{
    a_moment_later, comes_to_have, evening, fills_in, is_taken, leads_a_run, opens_quota, ranking,
    ranking_after,
};

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

    is_taken(max.presses(panel.id(), "Configure Dungeons")).await;
    comes_to_say(&panel, &["Back"]).await;
    a_moment_later(&stage);
    let form = opens(max.chooses(panel.id(), "Exaltation", &["SHATTERS"])).await;
    is_taken(max.submits(&form, json!({ "points": "3" }))).await;
    comes_to_say(&panel, &["Shatters: **3**"]).await;
    is_taken(max.presses(panel.id(), "Back")).await;
    comes_to_say(&panel, &["Set Basic Config"]).await;

    a_moment_later(&stage);
    says(max.presses(panel.id(), "Update Panel")).await;
    let board = ranking(&stage, "Organizer").await;
    leads_a_run(&stage, &[]).await;
    stage.passes(Duration::from_secs(6));
    comes_to_say(&board, &["**3** pts (1 run)"]).await;
    let form = {
        is_taken(max.presses(panel.id(), "Configure Dungeons")).await;
        comes_to_say(&panel, &["Back"]).await;
        opens(max.chooses(panel.id(), "Exaltation", &["SHATTERS"])).await
    };
    is_taken(max.submits(&form, json!({ "points": "4" }))).await;
    a_moment_later(&stage);
    is_taken(max.presses(panel.id(), "Back")).await;
    comes_to_say(&panel, &["Recalculate"]).await;
    let told = says(max.presses(panel.id(), "Recalculate")).await;
    assert!(told.contains("+1"), "{told}");
    comes_to_say(&board, &["**4** pts (1 run)"]).await;

    a_moment_later(&stage);
    is_taken(max.presses(panel.id(), "Reset Panel")).await;
    comes_to_say(&panel, &["Reset this quota?"]).await;
    let told = says(max.presses(panel.id(), "Reset now")).await;
    assert!(told.contains("A new period"), "{told}");
    let fresh = ranking_after(&stage, &board).await;
    comes_to_say(&fresh, &["no one has earned points this period yet"]).await;
    comes_to_say(&panel, &["Delete Quota"]).await;
    a_moment_later(&stage);
    is_taken(max.presses(panel.id(), "Delete Quota")).await;
    comes_to_say(&panel, &["Delete this quota?"]).await;
    says(max.presses(panel.id(), "Delete it")).await;
    comes_to_say(&panel, &["has no quota yet"]).await;
    a_moment_later(&stage);
    is_taken(max.presses(panel.id(), "Stop")).await;
    panel
        .wait_until(|message| message.buttons().is_empty())
        .await
        .expect("its buttons go");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_quota_channel_nothing_is_posted_and_the_moderator_is_told() {
    let stage = Stage::evening().await;
    let max = stage.person("Max", "general");
    let panel = opens_quota(&max, "Organizer").await;
    let told = says(max.presses(panel.id(), "Update Panel")).await;
    assert!(told.contains("Set Basic Config"), "{told}");
    fills_in(&max, &panel, "Set Basic Config", json!({ "required": "1" })).await;
    let told = says(max.presses(panel.id(), "Update Panel")).await;
    assert!(told.contains("/setchannels"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn raiders_points_are_configured_on_their_panel() {
    let stage = evening().await;
    let max = stage.person("Max", "general");
    let panel = shows(max.uses("/configpoints", json!({}))).await;
    comes_to_say(&panel, &["Raider Points Configuration"]).await;
    is_taken(max.presses(panel.id(), "Configure Dungeons")).await;
    comes_to_say(&panel, &["Back"]).await;
    let form = opens(max.chooses(panel.id(), "Exaltation", &["SHATTERS"])).await;
    is_taken(max.submits(&form, json!({ "points": "2" }))).await;
    comes_to_say(&panel, &["Shatters: **2**"]).await;
    is_taken(max.presses(panel.id(), "Back")).await;
    comes_to_say(&panel, &["Configure Keys"]).await;
    a_moment_later(&stage);
    is_taken(max.presses(panel.id(), "Configure Keys")).await;
    comes_to_say(&panel, &["Back"]).await;
    let form = opens(max.chooses(panel.id(), "Others 1", &["UNDEAD_LAIR"])).await;
    is_taken(max.submits(&form, json!({ "points": "0.5" }))).await;
    comes_to_say(&panel, &["Undead Lair: **0.5**"]).await;
    is_taken(max.presses(panel.id(), "Back")).await;
    comes_to_say(&panel, &["Stop"]).await;
    is_taken(max.presses(panel.id(), "Stop")).await;
    panel
        .wait_until(|message| message.buttons().is_empty())
        .await
        .expect("its buttons go");

    leads_a_run(&stage, &["Vera"]).await;
    comes_to_have(&stage, "Vera", "🎯 Points: 2").await;
}
