//! A headcount, from `/headcount` to the run that it becomes, as the people of a guild live it.

use std::time::Duration;

use muster_harness::{Stage, comes_to_say, says, shows};
use muster_playground::MessageHandle;
use serde_json::json;

/// Otto picks dungeons from the menus of `/headcount` and posts it.
async fn otto_counts(stage: &Stage, dungeons: &[&str]) -> MessageHandle {
    let otto = stage.person("Otto", "organizers");
    let menus = shows(otto.uses("/headcount", json!({}))).await;
    comes_to_say(&menus, &["Selected (0/10)", "Create Headcount"]).await;
    let first = control(&menus, 0);
    otto.chooses(menus.id(), &first, dungeons)
        .expect("a client sends it");
    let counted = format!("Selected ({}/10)", dungeons.len());
    comes_to_say(&menus, &[&counted]).await;
    let told = says(otto.presses(menus.id(), "Create Headcount")).await;
    assert!(
        told.contains("https://discord.com/channels/"),
        "no link: {told}"
    );
    comes_to_say(&menus, &["is being posted"]).await;
    stage.panel().await
}

fn control(message: &MessageHandle, place: usize) -> String {
    let now = message.now().expect("it is there");
    let id = now.controls()[place]["custom_id"].as_str();
    id.expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_headcount_becomes_a_run_on_the_same_message_and_in_the_same_thread() {
    let stage = Stage::evening().await;
    let panel = otto_counts(&stage, &["SHATTERS", "ORYX_3"]).await;
    let drawn = comes_to_say(
        &panel,
        &["Headcount: Multiple Dungeons", "Inc", "Sword Rune"],
    )
    .await;
    assert!(drawn.contains("@here"), "{drawn}");

    let (vera, vito) = (stage.person("Vera", "raid"), stage.person("Vito", "raid"));
    says(vera.presses(panel.id(), "Join")).await;
    says(vito.presses(panel.id(), "Join")).await;
    says(vito.presses(panel.id(), "Shatters")).await;
    says(vera.presses(panel.id(), "Inc")).await;
    comes_to_say(
        &panel,
        &["Participants: 2", "Total Keys: 2", "**Shatters**: 1 key"],
    )
    .await;

    let otto = stage.person("Otto", "raid");
    let desk = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    comes_to_say(
        &desk,
        &["Participants: 2", "Convert to Run", "End Headcount"],
    )
    .await;
    // An open organizer panel is live: somebody leaves while it stands there.
    says(vera.presses(panel.id(), "Join")).await;
    comes_to_say(&desk, &["Participants: 1"]).await;
    says(vera.presses(panel.id(), "Join")).await;

    let menu = shows(otto.presses(desk.id(), "Convert to Run")).await;
    let dungeons = control(&menu, 0);
    let run_desk = shows(otto.chooses(menu.id(), &dungeons, &["SHATTERS"])).await;
    comes_to_say(&run_desk, &["Organizer Panel", "Start", "Shatters Key: 1"]).await;
    let drawn = comes_to_say(&panel, &["Starting Soon: Shatters", "Choose class"]).await;
    assert!(
        drawn.contains("Raiders 2") && drawn.contains("Shatters Key: **1**"),
        "{drawn}"
    );
    comes_to_say(&desk, &["made into run 1"]).await;

    says(vera.presses(panel.id(), "Leave")).await;
    says(otto.presses(run_desk.id(), "Start")).await;
    comes_to_say(&panel, &["LIVE: Shatters"]).await;
    says(otto.presses(run_desk.id(), "End Run")).await;
    comes_to_say(&panel, &["Ended: Shatters"]).await;
    assert_eq!(stage.guild.threads().len(), 1, "one thread for both");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_organizers_convert_one_headcount_and_one_of_them_is_told() {
    let stage = Stage::evening().await;
    let panel = otto_counts(&stage, &["SHATTERS"]).await;
    let (otto, orla) = (stage.person("Otto", "raid"), stage.person("Orla", "raid"));
    let his = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    let warning = shows(orla.presses(panel.id(), "Organizer Panel")).await;
    comes_to_say(&warning, &["This is not your headcount", "Deny"]).await;
    let hers = shows(orla.presses(warning.id(), "Confirm")).await;
    comes_to_say(&hers, &["Convert to Run"]).await;
    let (one, two) = (
        otto.presses(his.id(), "Convert to Run"),
        orla.presses(hers.id(), "Convert to Run"),
    );
    let told = [says(one).await, says(two).await];
    let late = told
        .iter()
        .filter(|told| told.contains("already made into run 1"));
    assert_eq!(late.count(), 1, "{told:?}");
    comes_to_say(&panel, &["Starting Soon: Shatters"]).await;
    let told = says(
        stage
            .person("Otto", "organizers")
            .uses("/headcount", json!({})),
    )
    .await;
    assert!(told.contains("(run 1)"), "one run: {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_headcount_takes_no_answers_and_frees_its_organizer() {
    let stage = Stage::evening().await;
    let panel = otto_counts(&stage, &["SHATTERS"]).await;
    let orla = stage.person("Orla", "raid");
    let warning = shows(orla.presses(panel.id(), "Organizer Panel")).await;
    let told = says(orla.presses(warning.id(), "Deny")).await;
    assert!(told.contains("stays with"), "{told}");
    let otto = stage.person("Otto", "raid");
    let told = says(
        stage
            .person("Otto", "organizers")
            .uses("/run", json!({ "dungeon": "NEST" })),
    )
    .await;
    assert!(told.contains("already have a headcount"), "{told}");
    let desk = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    says(otto.presses(desk.id(), "End Headcount")).await;
    comes_to_say(&panel, &["❌ Headcount Ended"]).await;
    assert!(
        panel.now().expect("it stays").buttons().is_empty(),
        "{}",
        panel.draw()
    );
    stage
        .posts_a_run("Otto", json!({ "dungeon": "NEST" }))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_headcount_goes_on_after_a_restart_and_nothing_is_doubled() {
    let mut stage = Stage::evening().await;
    let panel = otto_counts(&stage, &["SHATTERS"]).await;
    says(stage.person("Vera", "raid").presses(panel.id(), "Join")).await;
    stage.stops().await;
    stage.starts().await;
    says(stage.person("Vito", "raid").presses(panel.id(), "Join")).await;
    says(stage.person("Vito", "raid").presses(panel.id(), "Shatters")).await;
    comes_to_say(&panel, &["Participants: 2", "Total Keys: 1"]).await;
    let otto = stage.person("Otto", "raid");
    let desk = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    shows(otto.presses(desk.id(), "Convert to Run")).await;
    let drawn = comes_to_say(&panel, &["Starting Soon: Shatters"]).await;
    assert!(
        drawn.contains("Raiders 2") && drawn.contains("Shatters Key: **1**"),
        "{drawn}"
    );
    let raid = stage.guild.channel("raid").expect("there");
    assert_eq!(stage.guild.messages(raid).len(), 1, "one message for both");
    assert_eq!(stage.guild.threads().len(), 1, "one thread for both");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_of_a_headcount_loses_and_doubles_nothing() {
    let mut stage = Stage::evening().await;
    let panel = otto_counts(&stage, &["SHATTERS"]).await;
    says(stage.person("Vera", "raid").presses(panel.id(), "Join")).await;
    stage.is_killed().await;
    stage.starts().await;
    comes_to_say(&panel, &["Participants: 1"]).await;
    let otto = stage.person("Otto", "raid");
    let desk = shows(otto.presses(panel.id(), "Organizer Panel")).await;

    // Whether it is a run by then, nobody knows; it becomes one, and no second one.
    otto.presses(desk.id(), "Convert to Run")
        .expect("a client sends it");
    stage.is_killed().await;
    stage.starts().await;
    if !panel.draw().contains("Starting Soon") {
        let desk = stage
            .person("Otto", "raid")
            .presses(panel.id(), "Organizer Panel");
        let answer = desk.expect("a client sends it").answer().await;
        if let Some(desk) = answer.expect("the bot answers").answer.message()
            && desk.draw().contains("Convert to Run")
        {
            says(otto.presses(desk.id(), "Convert to Run")).await;
        }
    }
    let drawn = comes_to_say(&panel, &["Starting Soon: Shatters"]).await;
    assert!(drawn.contains("Raiders 1"), "{drawn}");
    let raid = stage.guild.channel("raid").expect("there");
    assert_eq!(stage.guild.messages(raid).len(), 1, "one message for both");
    assert_eq!(stage.guild.threads().len(), 1, "one thread for both");
    let told = says(
        stage
            .person("Otto", "organizers")
            .uses("/headcount", json!({})),
    )
    .await;
    assert!(told.contains("(run 1)"), "one run: {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_headcount_that_nobody_ends_ends_by_itself() {
    let stage = Stage::evening().await;
    let panel = otto_counts(&stage, &["SHATTERS"]).await;
    stage.passes(Duration::from_secs(6 * 3600));
    comes_to_say(&panel, &["❌ Headcount Ended", "by itself"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_headcount_whose_panel_was_deleted_ends_and_frees_its_organizer() {
    let stage = Stage::evening().await;
    let panel = otto_counts(&stage, &["SHATTERS"]).await;
    let otto = stage.person("Otto", "raid");
    let desk = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    panel.delete();
    // Nobody has told the bot; it looks when it matters.
    let run = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    comes_to_say(&desk, &["its channel or panel was deleted"]).await;
    run.delete();
    otto_counts(&stage, &["SHATTERS"]).await;
}
