//! What organizers are asked before they act.

use muster_harness::{Stage, comes_to_say, says, shows};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_confirm_leaves_anothers_run_alone() {
    let stage = Stage::evening().await;
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    let orla = stage.person("Orla", "raid");
    let warning = shows(orla.presses(panel.id(), "Organizer Panel")).await;
    comes_to_say(&warning, &["Confirm", "Deny"]).await;
    let warned = warning.draw();
    assert!(warned.contains("@Otto"), "whose run it is: {warned}");
    says(orla.presses(warning.id(), "Deny")).await;
    let left = warning.now().map(|message| message.buttons().len());
    assert_eq!(
        left.unwrap_or(0),
        0,
        "nothing is left to press: {}",
        warning.draw()
    );
    comes_to_say(&panel, &["Starting Soon: Shatters", "Join"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_dungeon_has_several_keys_it_is_asked_which_one_was_popped() {
    let stage = Stage::evening().await;
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "ORYX_3" }))
        .await;
    let otto = stage.person("Otto", "raid");
    let desk = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    says(otto.presses(desk.id(), "Start")).await;
    comes_to_say(&desk, &["Key popped"]).await;
    says(otto.presses(desk.id(), "Key popped")).await;
    let keys = shows(otto.presses(desk.id(), "End Run")).await;
    comes_to_say(&keys, &["1 key to log"]).await;
    otto.chooses(keys.id(), "Somebody else", &["Vera"])
        .expect("anybody is offered");
    comes_to_say(&keys, &["Which key did"]).await;
    let menu = keys.now().expect("it is there");
    let menu = menu.control("Which key").expect("the menu");
    let first = menu["options"][0]["value"]
        .as_str()
        .expect("a key")
        .to_owned();
    otto.chooses(keys.id(), "Which key", &[&first])
        .expect("it is offered");
    comes_to_say(&keys, &["How many did"]).await;
    otto.chooses(keys.id(), "How many", &["1"])
        .expect("one is left");
    comes_to_say(&keys, &["Every key is logged."]).await;
}
