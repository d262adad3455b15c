//! `/plugins`: parts of the bot are switched on and off in one guild, within a second, and nothing is lost.

use std::time::{Duration, Instant};

use muster_harness::{Stage, comes_to_say, says, shows};
use muster_playground::RequestEntry;
use muster_test_e2e::{
    board, comes_to_hear, diary, offered, stage_with_guests, stats_come_to_say, with_guests,
};
use serde_json::json;

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn plugins(stage: &Stage, person: &str, rest: &str) -> String {
    stage.passes(Duration::from_secs(5));
    let command = format!("/plugins {rest}");
    says(stage.person(person, "general").uses(&command, json!({}))).await
}

fn run_ended() -> serde_json::Value {
    let body = json!({ "run_id": 7, "organizer_id": "1", "dungeon_key": "X", "auto": false,
        "awards": true, "participants": ["2"], "key_pops": 0 });
    json!({ "topic": "run.ended", "body": body.to_string() })
}

fn offers(stage: &Stage, command: &str) -> bool {
    let commands = stage.guild.owner().commands();
    commands.iter().any(|known| known.name == command)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_is_switched_off_is_dead_within_a_second_and_comes_back_with_its_data() {
    let stage = stage_with_guests().await;
    let board = board(&stage, Some(1)).await;
    says(
        stage
            .person("Otto", "general")
            .uses("/note", json!({ "text": "kept" })),
    )
    .await;
    comes_to_say(&board, &["Write"]).await;

    let told = plugins(&stage, "Ada", "disable plugin:diary").await;
    let off_since = Instant::now();
    assert!(
        told.contains("`diary` is off") && told.contains("7 days"),
        "{told}"
    );
    // Its button is turned away, if a client still shows it; and so is its command.
    if let Ok(act) = stage.person("Nina", "general").presses(board.id(), "Write") {
        let told = says(Ok(act)).await;
        assert!(told.contains("switched off"), "{told}");
    }
    if let Ok(act) = stage
        .person("Otto", "general")
        .uses("/note", json!({ "text": "lost" }))
    {
        let told = says(Ok(act)).await;
        assert!(told.contains("switched off"), "{told}");
    }
    assert!(
        off_since.elapsed() < Duration::from_secs(1),
        "{:?}",
        off_since.elapsed()
    );
    let drawn = comes_to_say(&board, &["This feature is switched off."]).await;
    assert!(
        board.now().expect("it stays").buttons().is_empty(),
        "{drawn}"
    );
    let registers = |request: &RequestEntry| {
        let path = format!("/guilds/{}/commands", stage.guild.id());
        request.path.ends_with(&path) && request.status == 200
    };
    let all = stage.playground.requests().into_iter();
    let longest = all.filter(registers).map(|request| request.body_bytes);
    let longest = longest.max().expect("they were registered at the start");
    let gone = stage
        .playground
        .wait_for_request(|request| registers(request) && request.body_bytes < longest);
    gone.await.expect("its commands are taken back");
    assert!(!offers(&stage, "note"));

    // What falls due meanwhile waits: the bell, and an event.
    stage.passes(Duration::from_secs(120));
    says(stage.person("Nina", "general").uses("/tell", run_ended())).await;
    let told = plugins(&stage, "Ada", "info plugin:diary").await;
    assert!(
        told.contains("1 timers set, 1 events not heard yet"),
        "{told}"
    );

    let told = plugins(&stage, "Ada", "enable plugin:diary").await;
    assert!(told.contains("`diary` is on"), "{told}");
    comes_to_say(&board, &["entries", "Write"]).await;
    stage
        .playground
        .wait_for_command("diary")
        .await
        .expect("its commands are back");
    let heard = comes_to_hear(&stage, &board, "run.ended of teller").await;
    let heard = match heard.contains("\nbell") {
        true => heard,
        false => comes_to_hear(&stage, &board, "\nbell").await,
    };
    assert!(
        heard.contains("\nkept\n") && !heard.contains("lost"),
        "{heard}"
    );
    comes_to_hear(
        &stage,
        &board,
        "plugin.enabled of host: {\"plugin\":\"diary\"}",
    )
    .await;
    assert_eq!(diary(&stage).await.matches("run.ended").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_week_is_dropped_and_counted() {
    let stage = stage_with_guests().await;
    let board = board(&stage, Some(1)).await;
    plugins(&stage, "Ada", "disable plugin:diary").await;
    says(stage.person("Nina", "general").uses("/tell", run_ended())).await;
    stage.passes(8 * DAY);
    let dropped = async {
        loop {
            let told = plugins(&stage, "Ada", "info plugin:diary").await;
            if told.contains(": 0 timers set, 0 events not heard yet") {
                return told;
            }
        }
    };
    let told = tokio::time::timeout(Duration::from_secs(20), dropped).await;
    let told = told.expect("it is given up");
    assert!(
        told.contains("dropped so far: 1 timers, 1 events"),
        "{told}"
    );
    plugins(&stage, "Ada", "enable plugin:diary").await;
    stage
        .playground
        .wait_for_command("diary")
        .await
        .expect("its commands are back");
    let heard = comes_to_hear(&stage, &board, "plugin.enabled").await;
    assert!(
        !heard.contains("run.ended") && !heard.contains("bell"),
        "{heard}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn switching_is_for_administrators_audited_and_survives_a_restart() {
    let mut stage = stage_with_guests().await;
    let told = plugins(&stage, "Max", "disable plugin:diary").await;
    assert!(told.contains("administrator"), "{told}");
    let told = plugins(&stage, "Ada", "disable plugin:dairy").await;
    assert!(
        told.contains("no plugin `dairy`") && told.contains("diary"),
        "{told}"
    );
    plugins(&stage, "Ada", "disable plugin:diary").await;
    let told = plugins(&stage, "Ada", "disable plugin:diary").await;
    assert_eq!(told, "`diary` is off already.");
    let list = plugins(&stage, "Ada", "list").await;
    assert!(
        list.contains("⚪ off, chosen here") && list.contains("🟢 on"),
        "{list}"
    );
    let ada = stage.person("Ada", "general");
    let names = offered(ada.types("/plugins enable", "plugin", "", json!({}))).await;
    assert_eq!(names, ["diary"]);
    let audit = shows(ada.uses("/audit", json!({ "action": "plugin.disable" })))
        .await
        .draw();
    assert!(
        audit.contains("plugin:diary") && audit.contains("@Ada"),
        "{audit}"
    );

    stage.stops().await;
    stage.starts().await;
    let list = plugins(&stage, "Ada", "list").await;
    assert!(list.contains("⚪ off, chosen here"), "{list}");
    assert!(!offers(&stage, "note"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_pinned_is_not_switched() {
    let mut stage = Stage::with_plugins(&with_guests()).await;
    let guild = stage.guild.id();
    stage.stops().await;
    let pinned = format!(
        "{}\n[guilds.\"{guild}\".plugins.diary]\nenabled = true\n",
        with_guests()
    );
    stage.is_run_with(&pinned);
    stage.starts().await;
    let told = plugins(&stage, "Ada", "disable plugin:diary").await;
    assert!(
        told.contains("pinned by the bot's operator") && told.contains("plugins.toml"),
        "{told}"
    );
    assert!(offers(&stage, "note"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_is_switched_in_one_guild_and_not_in_another() {
    let stage = stage_with_guests().await;
    let other = stage.second_guild("Other Garden").await;
    plugins(&stage, "Ada", "disable plugin:diary").await;
    let there = other
        .member("Otto")
        .in_channel_named("general")
        .expect("there");
    let told = says(there.uses("/note", json!({ "text": "there" }))).await;
    assert_eq!(told, "Written down.");
    let told = says(there.uses("/diary", json!({}))).await;
    assert!(told.contains("there"), "{told}");
}

/// Otto leads a run with Vera in it from its post to its end.
async fn lives_a_run(stage: &Stage) {
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    says(stage.person("Vera", "raid").presses(panel.id(), "Join")).await;
    let otto = stage.person("Otto", "raid");
    let organizer_panel = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    says(otto.presses(organizer_panel.id(), "Start")).await;
    comes_to_say(&organizer_panel, &["End Run"]).await;
    says(otto.presses(organizer_panel.id(), "End Run")).await;
    comes_to_say(&panel, &["Ended: Shatters"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_quota_runs_go_on_and_what_they_tell_waits_for_it() {
    let stage = Stage::evening().await;
    plugins(&stage, "Ada", "disable plugin:quota").await;
    lives_a_run(&stage).await;
    let told = plugins(&stage, "Ada", "info plugin:quota").await;
    assert!(!told.contains(" 0 events not heard yet"), "{told}");
    plugins(&stage, "Ada", "enable plugin:quota").await;
    let back = stage.playground.wait_for_command("stats").await;
    back.expect("its commands are back");
    stats_come_to_say(&stage, "Vera", "Shatters: 1 | 0 | 0").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_raids_the_numbers_of_before_still_stand() {
    let stage = Stage::evening().await;
    lives_a_run(&stage).await;
    stats_come_to_say(&stage, "Vera", "Shatters: 1 | 0 | 0").await;
    plugins(&stage, "Ada", "disable plugin:raids").await;
    stats_come_to_say(&stage, "Vera", "Shatters: 1 | 0 | 0").await;
}
