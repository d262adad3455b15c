//! The guest that uses a bit of everything, from its command to its timer.

use std::path::Path;
use std::time::Duration;

use muster_core::answer::Answer;
use muster_core::call::CallOutcome;
use muster_runtime::PluginOptions;
use muster_test_plugins::{World, refused, told};
use serde_json::{Value, json};

async fn world() -> World {
    let wasm = std::fs::read(env!("GUEST_HELLO")).expect("built by the build script");
    let compiled = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
    World::with(&compiled, vec![("hello", wasm, PluginOptions::default())]).await
}

async fn waves(world: &World) -> Value {
    world.view("hello", "waves").await.expect("a panel")["content"].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_reads_its_options_and_answers() {
    let world = world().await;
    let options = json!([{ "name": "to", "type": 3, "value": "*Ben*" }]);
    let answer = told(world.uses("hello", "hello", options).await);
    assert_eq!(answer, "Hello \\*Ben\\*!");
    let answer = told(world.uses("hello", "hello", Value::Null).await);
    assert_eq!(answer, "Hello you!");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_writes_and_the_panel_shows_it() {
    let world = world().await;
    assert_eq!(waves(&world).await, "0 waves");
    let nothing = CallOutcome::Done(Some(Answer::Nothing));
    assert_eq!(world.presses("hello", "wave/1").await, nothing);
    assert_eq!(world.presses("hello", "wave/2").await, nothing);
    assert_eq!(waves(&world).await, "3 waves");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_constraint_of_the_schema_becomes_a_sentence_for_the_member() {
    let world = world().await;
    for _ in 0..2 {
        world.presses("hello", "wave/2").await;
    }
    let sentence = refused(world.presses("hello", "wave/2").await);
    assert_eq!(sentence, "Your arm is tired. Wave again in a minute.");
    assert_eq!(waves(&world).await, "4 waves");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_from_an_older_message_says_that_it_is_out_of_date() {
    let world = world().await;
    let sentence = refused(world.presses("hello", "wave/often").await);
    assert!(sentence.contains("out of date"), "{sentence}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timer_comes_back() {
    let world = world().await;
    world.presses("hello", "wave/1").await;
    world.later(Duration::from_secs(59)).await;
    assert_eq!(waves(&world).await, "1 waves");
    world.later(Duration::from_secs(2)).await;
    assert_eq!(waves(&world).await, "0 waves");
}
