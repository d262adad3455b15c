//! Timers that fire, and events that arrive.

use std::time::Duration;

use muster_core::call::{Call, CallOutcome};
use muster_core::clock::Timestamp;
use muster_runtime::{Known, Scheduler};

use crate::support::component::hearer;
use crate::support::{ANN, GUILD, Host, guild, manifest};

/// Sets a timer as a plugin would. The zoo does what the first letter of its name says.
async fn set_timer(host: &Host, name: &str, in_seconds: u64) {
    let call: Call = host.command(GUILD, ANN, "set");
    let at = host
        .store
        .clock()
        .now()
        .plus(Duration::from_secs(in_seconds));
    let outcome = host
        .runtime
        .call_native(&manifest(), &call.into(), Known::default(), async |state| {
            Ok(state
                .set_timer(name, at, "payload")
                .map_err(|_| unreachable!("a good name")))
        })
        .await;
    assert!(matches!(outcome, Ok(CallOutcome::Done(_))), "{outcome:?}");
}

async fn next_at(host: &Host) -> Option<Timestamp> {
    host.store.next_timer_at().await.expect("readable")
}

/// Waits until the database says so. Ends with the test's own time limit if it never does.
async fn until(host: &Host, condition: impl Fn(Option<Timestamp>) -> bool) {
    let waiting = async {
        while !condition(next_at(host).await) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting)
        .await
        .expect("it happens");
}

#[tokio::test]
async fn a_timer_fires_when_it_is_due() {
    let host = Host::start().await.with_zoo().await;
    let _scheduler = Scheduler::start(&host.runtime);
    set_timer(&host, "number", 60).await;
    assert!(next_at(&host).await.is_some());
    host.clock.advance(60);
    until(&host, |next| next.is_none()).await;
}

#[tokio::test]
async fn what_fell_due_during_downtime_is_caught_up() {
    let host = Host::start().await.with_zoo().await;
    set_timer(&host, "number", 60).await;
    set_timer(&host, "hello", 70).await;
    host.clock.advance(3600);
    let _scheduler = Scheduler::start(&host.runtime);
    until(&host, |next| next.is_none()).await;
}

#[tokio::test]
async fn a_timer_that_fails_comes_again_with_growing_pauses() {
    let host = Host::start().await.with_zoo().await;
    set_timer(&host, "trap", 0).await;
    let start = host.store.clock().now();
    let _scheduler = Scheduler::start(&host.runtime);
    until(&host, |next| {
        next == Some(start.plus(Duration::from_secs(5)))
    })
    .await;
    host.clock.advance(5);
    until(&host, |next| {
        next == Some(start.plus(Duration::from_secs(15)))
    })
    .await;
    let due = host
        .store
        .due_timers(start.plus(Duration::from_secs(15)), 9)
        .await
        .expect("readable");
    assert_eq!((due[0].attempts, due[0].guild), (2, guild(GUILD)));
}

#[tokio::test]
async fn what_nobody_takes_for_a_week_is_dropped() {
    let host = Host::start().await.with_zoo().await;
    set_timer(&host, "trap", 0).await;
    host.clock.advance(8 * 24 * 3600);
    let _scheduler = Scheduler::start(&host.runtime);
    until(&host, |next| next.is_none()).await;
}

#[tokio::test]
async fn an_event_reaches_those_who_subscribed_once() {
    let host = Host::start()
        .await
        .with_zoo()
        .await
        .with_plugin(hearer())
        .await;
    let (manifest, call) = (manifest(), host.command(GUILD, ANN, "set").into());
    let emitted = host
        .runtime
        .call_native(&manifest, &call, Known::default(), async |state| {
            Ok(state
                .emit("zoo.fed", r#"{"by": "Ann"}"#)
                .map_err(|_| unreachable!("declared")))
        })
        .await;
    assert!(matches!(emitted, Ok(CallOutcome::Done(_))));
    let now = host.store.clock().now();
    let due = host.store.due_events(now, 9).await.expect("readable");
    let [event] = &due[..] else { panic!("{due:?}") };
    assert_eq!(
        (event.plugin.as_str(), event.source.as_str()),
        ("hearer", "zoo")
    );
    let _scheduler = Scheduler::start(&host.runtime);
    let delivered = async {
        while !host
            .store
            .due_events(now, 9)
            .await
            .expect("readable")
            .is_empty()
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), delivered)
        .await
        .expect("it arrives");
}
