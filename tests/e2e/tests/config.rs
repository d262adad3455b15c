//! `/config`: what a guild chooses, within which limits, and what it lacks.

use std::time::Duration;

use muster_harness::{Stage, says, shows};
use muster_test_e2e::{board, comes_to_hear, diary, offered, stage_with_guests, with_guests};
use serde_json::json;

/// `/config` may be used twice in five seconds; here, more often.
async fn config(stage: &Stage, person: &str, rest: &str) -> String {
    stage.passes(Duration::from_secs(5));
    let command = format!("/config {rest}");
    says(stage.person(person, "general").uses(&command, json!({}))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_is_chosen_within_its_limits_audited_and_told_to_its_plugin() {
    let stage = stage_with_guests().await;
    let board = board(&stage, None).await;
    assert!(diary(&stage).await.starts_with("volume 5"));
    let told = config(&stage, "Max", "get name:volume").await;
    for part in [
        "How loud, in steps",
        "`5`",
        "default",
        "a whole number from 1 to 11",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let told = config(&stage, "Max", "set name:volume value:12").await;
    assert_eq!(told, "`volume` is a whole number from 1 to 11, not `12`.");
    let told = config(&stage, "Max", "set name:ink value:red").await;
    assert_eq!(told, "`ink` is one of: black, blue, not `red`.");
    let told = config(&stage, "Max", "set name:loud value:perhaps").await;
    assert_eq!(told, "`loud` is true or false, not `perhaps`.");

    let told = config(&stage, "Max", "set name:volume value:11").await;
    assert_eq!(told, "`volume` is `11` from now on; it was `5`.");
    assert!(diary(&stage).await.starts_with("volume 11"));
    let event = "settings.changed of host: {\"keys\":[\"volume\"],\"plugin\":\"diary\"}";
    comes_to_hear(&stage, &board, event).await;
    let told = config(&stage, "Max", "get").await;
    assert!(told.contains("`volume`: `11` (chosen here)"), "{told}");
    let audit = shows(
        stage
            .person("Max", "general")
            .uses("/audit", json!({ "action": "guild.settings.set" })),
    );
    let audit = audit.await.draw();
    assert!(
        audit.contains("setting:volume") && audit.contains("@Max") && audit.contains("1 lines"),
        "{audit}"
    );

    config(&stage, "Max", "set name:volume").await;
    assert!(
        diary(&stage).await.starts_with("volume 5"),
        "the default holds again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_wrote_is_shown_and_what_is_pinned_is_refused() {
    let stage = Stage::with_plugins(&with_guests()).await;
    let guild = stage.guild.id();
    let mut stage = stage;
    stage.stops().await;
    stage.is_run_with(&format!(
        "{}\n[plugins.diary.settings]\nvolume = 7\nink = \"blue\"\n\
         [guilds.\"{guild}\".plugins.diary]\nsettings = {{ ink = \"black\" }}\n",
        with_guests()
    ));
    stage.starts().await;
    stage.is_configured().await;
    let told = config(&stage, "Max", "get").await;
    assert!(told.contains("`volume`: `7` (plugins.toml)"), "{told}");
    assert!(
        told.contains("`ink`: `black` (pinned in plugins.toml)"),
        "{told}"
    );
    let told = config(&stage, "Max", "set name:ink value:blue").await;
    assert!(
        told.contains("pinned to `black`") && told.contains("plugins.toml"),
        "{told}"
    );
    config(&stage, "Max", "set name:volume value:8").await;
    assert!(diary(&stage).await.starts_with("volume 8"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_use_a_command_is_the_guilds_to_choose_up_to_the_choosers_own_rank() {
    let stage = stage_with_guests().await;
    let nina = stage.person("Nina", "general");
    let note = || nina.uses("/note", json!({ "text": "by-nina" }));
    let told = says(note()).await;
    assert!(told.contains("organizer"), "{told}");
    let told = config(&stage, "Max", "set name:min_role.note value:everyone").await;
    assert!(
        told.contains("`min_role.note` is `everyone` from now on"),
        "{told}"
    );
    assert_eq!(says(note()).await, "Written down.");
    let help = says(nina.uses("/help", json!({}))).await;
    assert!(help.contains("`/note`"), "{help}");

    config(&stage, "Max", "set name:min_role.note value:officer").await;
    let otto = stage.person("Otto", "general");
    let told = says(otto.uses("/note", json!({ "text": "by-otto" }))).await;
    assert!(told.contains("officer"), "{told}");

    let told = config(&stage, "Max", "set name:min_role.note value:administrator").await;
    assert!(
        told.contains("ranks above you"),
        "nobody locks themselves out: {told}"
    );
    let told = config(&stage, "Max", "set name:min_role.plugins value:moderator").await;
    assert!(told.contains("ranks above you"), "{told}");
    let told = config(&stage, "Olivia", "set name:min_role.plugins value:everyone").await;
    assert!(told.contains("looks after the whole server"), "{told}");
    let told = config(&stage, "Olivia", "set name:min_role.ping value:organizer").await;
    assert!(told.contains("is `organizer` from now on"), "{told}");
    let told = says(nina.uses("/ping", json!({}))).await;
    assert!(told.contains("organizer"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_values_are_offered_while_typing() {
    let stage = stage_with_guests().await;
    let max = stage.person("Max", "general");
    let names = offered(max.types("/config set", "name", "vol", json!({}))).await;
    assert_eq!(names, ["volume"]);
    let names = offered(max.types("/config get", "name", "min_role.setr", json!({}))).await;
    assert_eq!(names, ["min_role.setroles"]);
    let values = offered(max.types("/config set", "value", "bl", json!({ "name": "ink" }))).await;
    assert_eq!(values, ["black", "blue"]);
    let values = offered(max.types(
        "/config set",
        "value",
        "berlin",
        json!({ "name": "time_zone" }),
    ))
    .await;
    assert_eq!(values, ["Europe/Berlin"]);
    let told = config(&stage, "Max", "set name:time_zone value:Berlin").await;
    assert!(told.contains("a time zone such as"), "{told}");
    let told = config(&stage, "Max", "set name:nonsense value:1").await;
    assert!(told.contains("no setting `nonsense`"), "{told}");
    let told = says(
        stage
            .person("Otto", "general")
            .uses("/config get", json!({})),
    )
    .await;
    assert!(told.contains("moderator"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_names_what_is_missing_and_the_command_that_repairs_it() {
    let stage = Stage::with_plugins(&with_guests()).await;
    let told = config(&stage, "Olivia", "check").await;
    for part in [
        "Something needs a hand",
        "`organizer`: `/setroles organizer:@role`",
        "`/setchannels raid:#",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    stage.passes(Duration::from_secs(5));
    stage.is_configured().await;
    let told = config(&stage, "Max", "check").await;
    assert!(!told.contains("/setroles organizer"), "{told}");
    assert!(told.contains("Server Members intent"), "{told}");

    let log = stage.guild.channel("raid-log").expect("there");
    stage.guild.delete_channel(log);
    let officer = stage.guild.role("Officer").expect("there");
    stage.guild.delete_role(officer.id);
    let raid = stage.guild.channel("raid").expect("there");
    let everyone = stage.guild.role("@everyone").expect("there");
    stage.guild.set_overwrites(
        raid,
        vec![muster_playground::Overwrite {
            target: muster_playground::OverwriteTarget::Role(everyone.id),
            allow: muster_playground::Permissions::default(),
            deny: muster_playground::Permissions::EMBED_LINKS,
        }],
    );
    let told = config(&stage, "Max", "check").await;
    for part in [
        "`raid_log`: its channel was deleted. `/setchannels raid_log:#channel`",
        "`officer`: its role was deleted. `/setroles officer:@role`",
        "Embed Links in",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}
