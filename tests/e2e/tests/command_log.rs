//! The command log: every command, also a refused one, and no secret.

use std::time::Duration;

use muster_harness::says;
use muster_test_e2e::stage_with_guests;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn every_command_is_logged_with_its_end_and_without_secrets() {
    let stage = stage_with_guests().await;
    let otto = stage.person("Otto", "general");
    let secret = json!({ "text": "yes", "password": "hunter2" });
    says(otto.uses("/note", secret)).await;
    says(otto.uses("/note", json!({ "text": "no" }))).await;
    says(otto.uses("/config get", json!({}))).await;
    says(
        stage
            .person("Max", "general")
            .uses("/config get", json!({})),
    )
    .await;
    let log = stage.command_log().await;
    let seen: Vec<_> = log
        .iter()
        .take(4)
        .map(|entry| {
            (
                entry.command.as_str(),
                entry.subcommand.as_deref(),
                entry.error_code.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("config", Some("get"), None),
            ("config", Some("get"), Some("MISSING_PERMISSIONS")),
            ("note", None, Some("REFUSED")),
            ("note", None, None),
        ],
        "newest first; what a handler refused counts as a failure"
    );
    let options = log[3].options.to_string();
    assert!(
        options.contains("[REDACTED]") && !options.contains("hunter2"),
        "{options}"
    );
    assert!(options.contains("yes"), "{options}");
    assert!(
        log.iter()
            .all(|entry| (0..60_000).contains(&entry.latency_ms))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guild_may_have_every_command_shown_in_its_log_channel() {
    let stage = stage_with_guests().await;
    let olivia = stage.guild.owner();
    // Two uses in five seconds, and the guild was just configured.
    stage.passes(Duration::from_secs(5));
    says(olivia.uses("/setchannels", json!({ "bot_log": "bot-log" }))).await;
    says(olivia.uses("/config set name:log_commands value:true", json!({}))).await;
    says(
        stage
            .person("Otto", "general")
            .uses("/note", json!({ "text": "no" })),
    )
    .await;
    let channel = stage.guild.channel("bot-log").expect("there");
    let line = stage
        .guild
        .wait_for_message(channel, |message| message.content.contains("used `/note`"));
    let line = line.await.expect("it is shown").now().expect("there");
    assert!(
        line.content.contains("REFUSED") && line.content.contains(" ms"),
        "{}",
        line.content
    );
    assert!(line.mentions.is_empty(), "it pings nobody");
}
