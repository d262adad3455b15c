//! The road of a call.

use std::sync::atomic::Ordering;

use futures_util::FutureExt;
use muster_core::answer::Answer;
use muster_core::call::CallOutcome;
use muster_core::ports::Plugins;
use muster_runtime::Limits;
use serde_json::json;

use crate::support::{ANN, BEN, GUILD, Host, MOD, PLUGIN, call, guild};

fn content(outcome: &CallOutcome) -> &str {
    match outcome {
        CallOutcome::Done(Some(Answer::Message { body, .. })) => {
            body["content"].as_str().expect("text")
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_command_is_answered() {
    let host = Host::start().await.with_zoo().await;
    assert_eq!(content(&host.uses(ANN, "hello").await), "hello");
    assert_eq!(
        host.uses(ANN, "number").await,
        CallOutcome::Done(Some(Answer::Nothing))
    );
    let pressed = host.runtime.call(host.press(BEN, "hello/1")).await;
    assert_eq!(content(&pressed), "hello");
}

#[tokio::test]
async fn a_refusal_is_the_members_and_a_lack_the_owners() {
    let host = Host::start().await.with_zoo().await;
    assert_eq!(
        host.uses(ANN, "refuse").await,
        CallOutcome::Refused("a sentence".into())
    );
    assert_eq!(
        host.uses(ANN, "owner").await,
        CallOutcome::OwnerMustAct("a sentence".into())
    );
}

#[tokio::test]
async fn the_same_interaction_is_applied_once() {
    let host = Host::start().await.with_zoo().await;
    let hello = host.command(GUILD, ANN, "hello");
    assert_eq!(content(&host.runtime.call(hello.clone()).await), "hello");
    match host.runtime.call(hello).await {
        CallOutcome::Duplicate(Some(Answer::Message { body, .. })) => {
            assert_eq!(body["content"], "hello")
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_look_up_runs_the_call_again_unseen() {
    let host = Host::start().await.with_zoo().await;
    assert_eq!(content(&host.uses(ANN, "member").await), "seen");
    assert_eq!(host.discord.asked.load(Ordering::Relaxed), 1);
    // The number that the first run took was given back with it.
    let mut tx = host.store.begin(
        guild(GUILD),
        &PLUGIN.parse().expect("a name"),
        muster_store::CallMode::Write,
    );
    assert_eq!(tx.next_id("series").await.expect("a number"), 2);
    drop(tx);
    // Who acts is at hand.
    assert_eq!(content(&host.uses(BEN, "member").await), "seen");
    assert_eq!(host.discord.asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn after_three_questions_the_rest_is_unavailable() {
    let host = Host::start().await.with_zoo().await;
    assert_eq!(content(&host.uses(ANN, "Many").await), "seen");
    assert_eq!(host.discord.asked.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn what_must_start_soon_is_not_run_late() {
    let limits = Limits {
        instances: 1,
        instances_per_guild: 1,
        cpu_ms: 100,
        ..Limits::default()
    };
    let host = Host::with(limits).await.with_zoo().await;
    let mut blocking = host.runtime.call(host.command(GUILD, ANN, "spin")).boxed();
    assert!((&mut blocking).now_or_never().is_none());
    let mut urgent = host.command(GUILD, BEN, "hello");
    urgent.start_before = Some(
        host.store
            .clock()
            .now()
            .plus(std::time::Duration::from_secs(2)),
    );
    let mut urgent = host.runtime.call(urgent).boxed();
    assert!((&mut urgent).now_or_never().is_none());
    host.clock.advance(2);
    assert_eq!(urgent.await, CallOutcome::Busy);
    assert!(matches!(blocking.await, CallOutcome::Failed { .. }));
}

#[tokio::test]
async fn a_full_mailbox_is_busy() {
    let limits = Limits {
        instances: 1,
        waiting: 2,
        cpu_ms: 100,
        ..Limits::default()
    };
    let host = Host::with(limits).await.with_zoo().await;
    let mut blocking = host.runtime.call(host.command(GUILD, ANN, "spin")).boxed();
    assert!((&mut blocking).now_or_never().is_none());
    let mut waiting: Vec<_> = (0..2)
        .map(|_| host.runtime.call(host.command(GUILD, BEN, "hello")).boxed())
        .collect();
    for one in &mut waiting {
        assert!(one.now_or_never().is_none());
    }
    assert_eq!(host.uses(MOD, "hello").await, CallOutcome::Busy);
    blocking.await;
    for outcome in futures_util::future::join_all(waiting).await {
        assert_eq!(content(&outcome), "hello");
    }
}

#[tokio::test]
async fn suggestions_and_views_do_not_wait_for_handlers() {
    let limits = Limits {
        instances: 4,
        cpu_ms: 100,
        ..Limits::default()
    };
    let host = Host::with(limits).await.with_zoo().await;
    let mut blocking = host.runtime.call(host.command(GUILD, ANN, "spin")).boxed();
    assert!((&mut blocking).now_or_never().is_none());
    let typing = host.command(GUILD, BEN, "trap");
    let typing = call(
        GUILD,
        BEN,
        7000,
        muster_core::call::Origin::Autocomplete,
        typing.input,
    );
    let choices = host.runtime.suggest(typing).await.expect("choices");
    assert_eq!(choices, json!([{ "name": "A", "value": 1 }]));
    let plugin = PLUGIN.parse().expect("a name");
    let view = host
        .runtime
        .render(guild(GUILD), &plugin, "board/1")
        .await
        .expect("a view");
    assert_eq!(view.expect("there is one")["content"], "hello");
    assert!((&mut blocking).now_or_never().is_none());
}

#[tokio::test]
async fn a_view_reads_only_and_is_checked() {
    let host = Host::start().await.with_zoo().await;
    let plugin = PLUGIN.parse().expect("a name");
    let render = |name| host.runtime.render(guild(GUILD), &plugin, name);
    assert_eq!(render("gone").await, Ok(None));
    let refused_to_write = render("count").await.expect("a view");
    assert!(refused_to_write.is_some());
    assert!(matches!(
        render("wrong").await,
        Err(CallOutcome::Failed { .. })
    ));
}

#[tokio::test]
async fn what_is_not_installed_is_refused() {
    let host = Host::start().await;
    assert!(matches!(
        host.uses(ANN, "hello").await,
        CallOutcome::Refused(_)
    ));
    let host = host.with_zoo().await;
    assert_eq!(host.runtime.installed().len(), 1);
    assert_eq!(content(&host.uses(ANN, "hello").await), "hello");
    let host = host.with_zoo().await;
    assert_eq!(
        host.runtime.installed().len(),
        1,
        "a new version takes the old one's place"
    );
    host.runtime.remove(&PLUGIN.parse().expect("a name")).await;
    assert!(matches!(
        host.uses(ANN, "hello").await,
        CallOutcome::Refused(_)
    ));
}
