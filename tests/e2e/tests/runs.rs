//! A run, from `/run` to its end, as the people of a guild live it.

use std::time::Duration;

use muster_harness::{Stage, comes_to_say, opens, says, shows};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_guild_is_configured_by_its_owner_and_nobody_below() {
    let stage = Stage::fresh().await;
    let otto = stage.person("Otto", "organizers");
    let told = says(otto.uses("/run", json!({ "dungeon": "SHATTERS" }))).await;
    assert!(
        told.contains("no Discord role is mapped") && told.contains("/setroles"),
        "{told}"
    );
    let nina = stage.person("Nina", "general");
    let told = says(nina.uses("/setroles", json!({ "administrator": "Organizer" }))).await;
    assert!(told.contains("moderator"), "{told}");
    stage.is_configured().await;
    stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moderator_cannot_map_a_rank_of_their_own_or_higher() {
    let stage = Stage::evening().await;
    let max = stage.person("Max", "general");
    let told = says(max.uses("/setroles", json!({ "administrator": "Moderator" }))).await;
    assert!(told.contains("Administrator permission"), "{told}");
    let told = says(max.uses("/setroles", json!({ "officer": "Officer" }))).await;
    assert!(told.contains("Role mappings"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn help_lists_what_the_asker_may_use() {
    let stage = Stage::evening().await;
    let member = says(stage.person("Nina", "general").uses("/help", json!({}))).await;
    assert!(
        member.contains("/ping") && !member.contains("/run") && !member.contains("/setroles"),
        "{member}"
    );
    let organizer = says(stage.person("Otto", "general").uses("/help", json!({}))).await;
    assert!(
        organizer.contains("/run") && !organizer.contains("/setroles"),
        "{organizer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ping_answers_with_what_it_measured() {
    let stage = Stage::fresh().await;
    let message = shows(stage.person("Nina", "general").uses("/ping", json!({}))).await;
    comes_to_say(&message, &["Pong", "Roundtrip"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_a_dungeon_forgives_errors_and_knows_abbreviations() {
    let stage = Stage::evening().await;
    let otto = stage.person("Otto", "organizers");
    for (typed, expected) in [
        ("shaters", "Shatters"),
        ("o3", "Oryx 3"),
        ("udl", "Undead Lair"),
    ] {
        let act = otto
            .types("/run", "dungeon", typed, json!({}))
            .expect("a client asks");
        let answer = act.answer().await.expect("suggestions come").answer;
        let first = answer
            .choices()
            .first()
            .map(|choice| choice.name.clone())
            .unwrap_or_default();
        assert!(first.contains(expected), "{typed}: {:?}", answer.choices());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_lived_from_its_post_to_its_end() {
    let stage = Stage::evening().await;
    let options = json!({ "dungeon": "SHATTERS", "party": "Ann", "location": "USW3" });
    let panel = stage.posts_a_run("Otto", options).await;
    let drawn = comes_to_say(&panel, &["Starting Soon: Shatters", "Join"]).await;
    assert!(drawn.contains("@here"), "{drawn}");

    let vera = stage.person("Vera", "raid");
    let told = says(vera.presses(panel.id(), "Join")).await;
    assert!(
        told.contains("Ann") && told.contains("USW3"),
        "where to go: {told}"
    );
    let told = says(vera.presses(panel.id(), "Join")).await;
    assert!(told.to_lowercase().contains("already"), "{told}");

    let vito = stage.person("Vito", "raid");
    let menu = shows(vito.presses(panel.id(), "Choose class")).await;
    let control = menu.now().expect("it is there").controls()[0]["custom_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    says(vito.chooses(menu.id(), &control, &["WIZARD"])).await;
    let sam = stage.person("Sam", "raid");
    says(sam.presses(panel.id(), "Bench")).await;
    says(sam.presses(panel.id(), "Shatters Key")).await;
    comes_to_say(&panel, &["Wizard (1)", "Shatters Key: **1**"]).await;
    let drawn = panel.draw();
    assert!(
        drawn.contains("Raiders 2") && drawn.contains("Bench 1"),
        "{drawn}"
    );

    let otto = stage.person("Otto", "raid");
    let organizer_panel = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    comes_to_say(&organizer_panel, &["Start", "Cancel"]).await;
    let told = stage
        .person("Nina", "raid")
        .presses(panel.id(), "Organizer Panel");
    assert!(
        says(told).await.contains("organizer"),
        "raiders are kept out"
    );

    says(otto.presses(organizer_panel.id(), "Start")).await;
    comes_to_say(&panel, &["LIVE: Shatters"]).await;
    comes_to_say(&organizer_panel, &["End Run", "Key popped"]).await;
    let form = opens(otto.presses(organizer_panel.id(), "Set Location")).await;
    let field = form.labels()[0].to_owned();
    says(otto.submits(&form, json!({ field: "EUW2 *Bazaar*" }))).await;
    comes_to_say(&panel, &["EUW2 \\*Bazaar\\*"]).await;
    says(otto.presses(organizer_panel.id(), "Key popped")).await;
    comes_to_say(&panel, &["Key popped", "Party join window closes"]).await;
    // An open organizer panel is live: somebody joins while it stands there.
    says(stage.person("Nina", "raid").presses(panel.id(), "Join")).await;
    comes_to_say(&panel, &["Raiders: 3"]).await;

    says(otto.presses(organizer_panel.id(), "End Run")).await;
    comes_to_say(&panel, &["Ended: Shatters"]).await;
    assert!(
        panel.now().expect("it stays").buttons().is_empty(),
        "{}",
        panel.draw()
    );
    let log = stage.guild.threads();
    assert_eq!(log.len(), 1, "one thread for one run");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_second_is_told_who_was_first() {
    let stage = Stage::evening().await;
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    let (otto, orla) = (stage.person("Otto", "raid"), stage.person("Orla", "raid"));
    let his = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    let warning = shows(orla.presses(panel.id(), "Organizer Panel")).await;
    comes_to_say(&warning, &["organizer panel", "Confirm"]).await;
    let hers = shows(orla.presses(warning.id(), "Confirm")).await;
    comes_to_say(&hers, &["Start"]).await;
    let (one, two) = (
        otto.presses(his.id(), "Start"),
        orla.presses(hers.id(), "Start"),
    );
    let told = [says(one).await, says(two).await].join("\n");
    assert!(told.to_lowercase().contains("already"), "{told}");
    comes_to_say(&panel, &["LIVE: Shatters"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_gets_a_sentence_and_changes_nothing() {
    let stage = Stage::evening().await;
    let otto = stage.person("Otto", "organizers");
    let told = says(otto.uses("/run", json!({ "dungeon": "no such dungeon" }))).await;
    assert!(told.to_lowercase().contains("dungeon"), "{told}");
    let told = says(
        stage
            .person("Vera", "general")
            .uses("/run", json!({ "dungeon": "SHATTERS" })),
    )
    .await;
    assert!(told.contains("organizer"), "{told}");
    let raid = stage.guild.channel("raid").expect("there");
    assert!(stage.guild.messages(raid).is_empty(), "nothing was posted");
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    let told = says(otto.uses("/run", json!({ "dungeon": "SHATTERS" }))).await;
    assert!(
        told.contains("https://discord.com/channels/"),
        "the run that is open is linked: {told}"
    );
    let raider = stage.person("Otto", "raid");
    let organizer_panel = shows(raider.presses(panel.id(), "Organizer Panel")).await;
    let before = panel.now().expect("there");
    says(raider.presses(organizer_panel.id(), "Cancel")).await;
    comes_to_say(&panel, &["Cancelled: Shatters"]).await;
    assert!(before.buttons().contains(&"Join"));
}

#[tokio::test(flavor = "multi_thread")]
async fn user_text_never_pings_and_never_breaks_the_panel() {
    let stage = Stage::evening().await;
    let note = "@everyone <@&1> ```** [x](https://evil.example) \u{202e}";
    let options = json!({ "dungeon": "SHATTERS", "description": note, "party": "@everyone", "location": "`" });
    let panel = stage.posts_a_run("Otto", options).await;
    let message = panel.now().expect("there");
    // The organizer's own @here pings; what somebody typed does not.
    let drawn = panel.draw();
    assert!(!drawn.contains("[x](https://evil.example)"), "{drawn}");
    assert!(
        !message.content.contains("@everyone"),
        "{}",
        message.content
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_by_itself_when_its_time_is_over() {
    let stage = Stage::evening().await;
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    stage.passes(Duration::from_secs(2 * 3600 + 60));
    comes_to_say(&panel, &["Ended: Shatters"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn buttons_work_on_after_a_restart() {
    let mut stage = Stage::evening().await;
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    says(stage.person("Vera", "raid").presses(panel.id(), "Join")).await;
    stage.stops().await;
    stage.starts().await;
    says(stage.person("Vito", "raid").presses(panel.id(), "Join")).await;
    let drawn = comes_to_say(&panel, &["Raiders: 2"]).await;
    assert!(drawn.contains("Raiders 2"), "{drawn}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_panel_was_deleted_is_cancelled_and_frees_its_organizer() {
    let stage = Stage::evening().await;
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    let otto = stage.person("Otto", "raid");
    let organizer_panel = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    panel.delete();
    says(otto.presses(organizer_panel.id(), "Start")).await;
    comes_to_say(&organizer_panel, &["cancelled"]).await;
    stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_cannot_be_posted_blocks_nobody() {
    let stage = Stage::evening().await;
    let raid = stage.guild.channel("raid").expect("there");
    let everyone = stage
        .guild
        .roles()
        .into_iter()
        .find(|role| role.name == "@everyone")
        .expect("always");
    stage.guild.set_overwrites(
        raid,
        vec![muster_playground::Overwrite {
            target: muster_playground::OverwriteTarget::Role(everyone.id),
            allow: muster_playground::Permissions::default(),
            deny: muster_playground::Permissions::SEND_MESSAGES,
        }],
    );
    let otto = stage.person("Otto", "organizers");
    for _ in 0..2 {
        let told = says(otto.uses("/run", json!({ "dungeon": "SHATTERS" }))).await;
        assert!(
            told.contains("Send Messages"),
            "the missing permission is named: {told}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_is_off_says_so() {
    let off = "[plugins.raids]\nsource = \"builtin\"\nenabled = false\nemits = [\"run.*\", \"key.*\", \"headcount.*\", \"party.*\"]\n";
    let stage = Stage::with_plugins(off).await;
    let commands = stage.guild.owner().commands();
    let names: Vec<&str> = commands
        .iter()
        .map(|command| command.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "ping",
            "help",
            "setroles",
            "setchannels",
            "config",
            "plugins",
            "audit"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_guilds_with_the_same_people_do_not_see_each_other() {
    let stage = Stage::evening().await;
    let other = stage.second_guild("Other Garden").await;
    let here = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    let otto_there = other
        .member("Otto")
        .in_channel_named("organizers")
        .expect("there");
    says(otto_there.uses("/run", json!({ "dungeon": "ORYX_3" }))).await;
    let raid_there = other.channel("raid").expect("there");
    let there = other
        .wait_for_message(raid_there, |message| message.buttons().contains(&"Join"))
        .await;
    let there = there.expect("posted");
    let vera_there = other
        .member("Vera")
        .in_channel_named("raid")
        .expect("there");
    says(vera_there.presses(there.id(), "Join")).await;
    comes_to_say(&there, &["Oryx 3", "Raiders: 1"]).await;
    let drawn = here.draw();
    assert!(
        drawn.contains("Raiders 0") && drawn.contains("Shatters"),
        "{drawn}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_goes_on_after_the_gateway_dropped() {
    let stage = Stage::evening().await;
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    stage.playground.faults().drop_gateway();
    stage
        .playground
        .wait_for_session()
        .await
        .expect("it comes back");
    says(stage.person("Vera", "raid").presses(panel.id(), "Join")).await;
    comes_to_say(&panel, &["Raiders: 1"]).await;
}
