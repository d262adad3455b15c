//! The bot is killed in the middle of a run: it goes on, and nothing happens twice.

use std::time::Duration;

use muster_harness::{Stage, comes_to_say, says, shows};
use muster_playground::MessageHandle;
use serde_json::json;

/// How often something stands in the raid log's only thread.
fn logged(stage: &Stage, words: &str) -> usize {
    let log = stage.guild.threads();
    assert_eq!(log.len(), 1, "one thread for one run");
    let messages = stage.guild.messages(log[0].id);
    let texts = messages.iter().map(|message| message.text());
    texts.map(|text| text.matches(words).count()).sum()
}

async fn log_says(stage: &Stage, words: &str) {
    let thread = stage.guild.threads()[0].id;
    let found = stage
        .guild
        .wait_for_message(thread, |message| message.text().contains(words));
    found
        .await
        .unwrap_or_else(|_| panic!("the log never said {words}"));
}

async fn live_run(stage: &Stage) -> (MessageHandle, MessageHandle) {
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    says(stage.person("Vera", "raid").presses(panel.id(), "Join")).await;
    let otto = stage.person("Otto", "raid");
    let mine = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    says(otto.presses(mine.id(), "Start")).await;
    comes_to_say(&mine, &["Key popped"]).await;
    (panel, mine)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_of_a_key_window_it_goes_on() {
    let mut stage = Stage::evening().await;
    let (panel, mine) = live_run(&stage).await;
    let otto = stage.person("Otto", "raid");
    says(otto.presses(mine.id(), "Key popped")).await;
    stage.is_killed().await;
    stage.starts().await;
    comes_to_say(&panel, &["Party join window closes"]).await;
    stage.passes(Duration::from_secs(31));
    let is_over = |message: &muster_playground::Message| {
        let text = message.text();
        text.contains("LIVE") && !text.contains("Party join window closes")
    };
    panel.wait_until(is_over).await.expect("the window closes");
    says(otto.presses(mine.id(), "Key popped")).await;
    log_says(&stage, "popped key 2").await;
    for key in ["popped key 1", "popped key 2"] {
        assert_eq!(logged(&stage, key), 1, "{key}");
    }
    let keys = shows(otto.presses(mine.id(), "End Run")).await;
    comes_to_say(&keys, &["2 keys to log"]).await;
    // The panel for keys is in the database, too.
    stage.is_killed().await;
    stage.starts().await;
    otto.chooses(keys.id(), "Somebody else", &["Vera"])
        .expect("a client sends it");
    comes_to_say(&keys, &["How many did"]).await;
    otto.chooses(keys.id(), "How many", &["2"])
        .expect("a client sends it");
    comes_to_say(&keys, &["Every key is logged."]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_when_a_run_is_due_it_ends_once_and_asks_whose_keys_they_were() {
    let mut stage = Stage::evening().await;
    let (panel, mine) = live_run(&stage).await;
    let otto = stage.person("Otto", "raid");
    says(otto.presses(mine.id(), "Key popped")).await;
    stage.is_killed().await;
    stage.passes(Duration::from_secs(2 * 3600 + 60));
    stage.starts().await;
    comes_to_say(&panel, &["Ended: Shatters", "it exceeded 120 minutes"]).await;
    log_says(&stage, "1 key to log").await;
    stage.is_killed().await;
    stage.starts().await;
    assert_eq!(logged(&stage, "Ended automatically"), 1);
    let thread = stage.guild.threads()[0].id;
    let keys = stage
        .guild
        .wait_for_message(thread, |message| message.text().contains("1 key to log"))
        .await
        .expect("it stands there");
    let orla = stage.person("Orla", "raid").in_channel(thread);
    orla.chooses(keys.id(), "Somebody else", &["Vera"])
        .expect("a client sends it");
    comes_to_say(&keys, &["How many did"]).await;
    orla.chooses(keys.id(), "How many", &["1"])
        .expect("a client sends it");
    comes_to_say(&keys, &["Every key is logged."]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_channel_cancels_its_runs_and_frees_their_organizers() {
    let stage = Stage::evening().await;
    stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    let raid = stage.guild.channel("raid").expect("there");
    stage.guild.delete_channel(raid);
    log_says(&stage, "channel or panel was deleted").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_presses_of_end_one_ends_the_run() {
    let stage = Stage::evening().await;
    let (panel, mine) = live_run(&stage).await;
    let (otto, orla) = (stage.person("Otto", "raid"), stage.person("Orla", "raid"));
    let hers = shows(orla.presses(panel.id(), "Organizer Panel")).await;
    let hers = shows(orla.presses(hers.id(), "Confirm")).await;
    let mut acts = Vec::new();
    for _ in 0..10 {
        acts.push(otto.presses(mine.id(), "End Run"));
        acts.push(orla.presses(hers.id(), "End Run"));
    }
    let mut ended = 0;
    for act in acts {
        let told = says(act).await;
        ended += usize::from(told.contains("has ended. Points are being given"));
        let late = told.contains("already ended") || told.contains("Slow down");
        assert!(late || told.contains("has ended"), "{told}");
    }
    assert_eq!(ended, 1);
    comes_to_say(&panel, &["Ended: Shatters"]).await;
    log_says(&stage, "Ended by").await;
    assert_eq!(logged(&stage, "Ended by"), 1);
}
