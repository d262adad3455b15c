//! What was: `/viewrun` and `/runhistory`, as the people of a guild use them.

use std::time::Duration;

use muster_harness::{Stage, comes_to_say, says, shows};
use muster_playground::MemberSpec;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_found_again_and_its_people_are_leafed_through() {
    let stage = Stage::evening().await;
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    let raid = stage.guild.channel("raid").expect("there");
    for number in 1..=20 {
        let name = format!("Raider {number}");
        let spec = MemberSpec {
            name,
            ..MemberSpec::default()
        };
        let raider = stage.guild.join(&spec).expect("they come").in_channel(raid);
        says(raider.presses(panel.id(), "Join")).await;
    }
    let vera = stage.person("Vera", "general");
    let act = vera
        .types("/viewrun", "runid", "shat", json!({}))
        .expect("a client asks");
    let answer = act.answer().await.expect("suggestions come").answer;
    assert!(
        answer.choices()[0].name.contains("Shatters"),
        "{:?}",
        answer.choices()
    );
    let page = shows(vera.uses("/viewrun", json!({ "runid": 1 }))).await;
    comes_to_say(&page, &["Raiders (20)", "page 1 of 2"]).await;
    vera.presses(page.id(), "▶").expect("a client sends it");
    comes_to_say(&page, &["page 2 of 2"]).await;
    vera.presses(page.id(), "◀").expect("a client sends it");
    comes_to_say(&page, &["page 1 of 2"]).await;
    let told = says(vera.uses("/viewrun", json!({ "runid": 7 }))).await;
    assert!(told.contains("There is no run 7"), "{told}");
    let told = says(
        stage
            .person("Nina", "general")
            .uses("/viewrun", json!({ "runid": 1 })),
    )
    .await;
    assert!(told.contains("verified_raider"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_lists_runs_and_what_became_of_them() {
    let stage = Stage::evening().await;
    for dungeon in ["SHATTERS"; 11] {
        let panel = stage
            .posts_a_run("Otto", json!({ "dungeon": dungeon }))
            .await;
        let otto = stage.person("Otto", "raid");
        let desk = shows(otto.presses(panel.id(), "Organizer Panel")).await;
        says(otto.presses(desk.id(), "Cancel")).await;
        comes_to_say(&panel, &["Cancelled: Shatters"]).await;
        // Nobody uses commands more often than five times in ten seconds.
        stage.passes(Duration::from_secs(10));
    }
    let vera = stage.person("Vera", "general");
    let page = shows(vera.uses("/runhistory", json!({ "dungeon": "SHATTERS", "days": 7 }))).await;
    comes_to_say(&page, &["11 (0 ended, 11 cancelled)", "0 %", "Page 1 of 2"]).await;
    vera.presses(page.id(), "▶").expect("a client sends it");
    comes_to_say(&page, &["Page 2 of 2"]).await;
    let told = says(vera.uses("/runhistory", json!({ "member": "Nina" }))).await;
    assert!(told.contains("No runs."), "{told}");
}
