//! Events between built plugins: told in one transaction, heard in another, once.

use std::path::{Path, PathBuf};

use muster_core::call::CallOutcome;
use muster_runtime::PluginOptions;
use muster_test_plugins::{DIARY, Installed, TELLER, World, refused, told};
use serde_json::{Value, json};

fn compiled() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled")
}

fn guests() -> Vec<Installed<'static>> {
    let read = |path| std::fs::read(path).expect("built by the build script");
    vec![
        ("diary", read(DIARY), PluginOptions::default()),
        ("teller", read(TELLER), PluginOptions::default()),
    ]
}

fn run_ended() -> Value {
    json!({ "run_id": 7, "organizer_id": "1", "dungeon_key": "SHATTERS", "auto": false, "awards": true,
        "participants": ["2", "3"], "key_pops": 1 })
}

async fn tells(world: &World, topic: &str, body: &Value) -> CallOutcome {
    let options = json!([
        { "name": "topic", "type": 3, "value": topic },
        { "name": "body", "type": 3, "value": body.to_string() },
    ]);
    world.uses("teller", "tell", options).await
}

async fn diary(world: &World) -> Vec<String> {
    let text = told(world.uses("diary", "diary", Value::Null).await);
    text.lines().skip(1).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_between_telling_and_hearing_loses_nothing_and_doubles_nothing() {
    let world = World::with(&compiled(), guests()).await;
    told(tells(&world, "run.ended", &run_ended()).await);
    assert_eq!(diary(&world).await, [""; 0]);

    let world = world.after_a_kill(&compiled(), guests()).await;
    let due = world.events_due().await;
    assert_eq!(due.len(), 1, "one event for one subscriber");
    assert_eq!(world.delivers(&due[0]).await, CallOutcome::Done(None));

    // Killed after the commit and before anybody noted it: the same event is delivered once more.
    let world = world.after_a_kill(&compiled(), guests()).await;
    assert_eq!(world.delivers(&due[0]).await, CallOutcome::Duplicate(None));
    let heard = diary(&world).await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(heard[0].starts_with("run.ended of teller: "), "{heard:?}");
    assert_eq!(world.events_due().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_event_delivered_twenty_times_at_once_is_applied_once() {
    let world = std::sync::Arc::new(World::with(&compiled(), guests()).await);
    told(tells(&world, "run.ended", &run_ended()).await);
    let due = world.events_due().await.remove(0);
    let deliveries: Vec<_> = (0..20)
        .map(|_| {
            let (world, due) = (world.clone(), due.clone());
            tokio::spawn(async move { world.delivers(&due).await })
        })
        .collect();
    let mut done = 0;
    for delivery in deliveries {
        match delivery.await.expect("no panic") {
            CallOutcome::Done(_) => done += 1,
            other => assert_eq!(other, CallOutcome::Duplicate(None)),
        }
    }
    assert_eq!((done, diary(&world).await.len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_fit_its_schema_is_refused_with_the_place() {
    let world = World::with(&compiled(), guests()).await;
    let mut body = run_ended();
    body["participants"][1] = json!(3);
    let told = refused(tells(&world, "run.ended", &body).await);
    assert!(told.contains("`participants[1]` is not a text"), "{told}");
    let told = refused(tells(&world, "run.cancelled", &json!({})).await);
    assert!(told.contains("does not list `run.cancelled`"), "{told}");
    assert_eq!(world.events_due().await, []);
}
