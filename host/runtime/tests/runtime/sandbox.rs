//! Plugins that misbehave: each costs its own call, and the log says what happened by name.

use futures_util::FutureExt;
use muster_core::call::CallOutcome;
use muster_core::ports::Plugins;
use muster_runtime::Limits;

use crate::support::{ANN, BEN, GUILD, Host, Log, PLUGIN, guild};

fn small() -> Limits {
    Limits {
        instances: 4,
        cpu_ms: 60,
        locked_cpu_ms: 20,
        ..Limits::default()
    }
}

/// The call fails with a reference; the log line with it is returned.
async fn fails(host: &Host, command: &str) -> String {
    let log = Log::start();
    let outcome = host.uses(ANN, command).await;
    let CallOutcome::Failed { reference } = outcome else {
        panic!("{command}: {outcome:?}");
    };
    let text = log.text();
    assert!(text.contains(&reference), "{text}");
    text
}

#[tokio::test]
async fn what_a_bug_looks_like_in_the_log() {
    let host = Host::with(small()).await.with_zoo().await;
    for (command, expected) in [
        ("trap", "unreachable"),
        ("spin", "60 ms of CPU time"),
        ("grow", "more than 64 MiB of memory"),
        ("deep", "stack is exhausted"),
        ("locked", "after its first write"),
        ("internal", "a sentence"),
        ("xit", "exit(1)"),
    ] {
        let text = fails(&host, command).await;
        assert!(text.contains(expected), "{command}: {text}");
        assert!(text.contains("blame=\"plugin\""), "{command}: {text}");
    }
    // The next call works.
    assert!(matches!(
        host.uses(ANN, "hello").await,
        CallOutcome::Done(Some(_))
    ));
}

#[tokio::test]
async fn a_failed_call_leaves_nothing_behind() {
    let host = Host::with(small()).await.with_zoo().await;
    fails(&host, "locked").await;
    assert_eq!(
        host.uses(ANN, "refuse").await,
        CallOutcome::Refused("a sentence".into())
    );
    host.uses(ANN, "number").await;
    // Both numbers that the failed calls took were given back.
    let mut call = host.store.begin(
        guild(GUILD),
        &PLUGIN.parse().expect("a name"),
        muster_store::CallMode::Write,
    );
    assert_eq!(call.next_id("series").await.expect("a number"), 2);
}

#[tokio::test]
async fn nothing_survives_from_call_to_call() {
    let host = Host::with(small()).await.with_zoo().await;
    for _ in 0..3 {
        let outcome = host.uses(ANN, "count-calls").await;
        assert!(matches!(outcome, CallOutcome::Done(_)), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_spinning_plugin_stops_nobody_and_can_be_dropped() {
    let long = 600_000;
    let limits = Limits {
        cpu_ms: long,
        wall_ms: long,
        ..small()
    };
    let host = Host::with(limits).await.with_zoo().await;
    // Both run on this one thread: the spinning one gives it back at every tick.
    let mut spinning = host.runtime.call(host.command(GUILD, ANN, "spin")).boxed();
    let others = async {
        for _ in 0..20 {
            let outcome = host.runtime.call(host.command(2, BEN, "hello")).await;
            assert!(matches!(outcome, CallOutcome::Done(Some(_))), "{outcome:?}");
        }
    };
    tokio::select! {
        outcome = &mut spinning => panic!("{outcome:?}"),
        () = others => {}
    }
    drop(spinning);
    assert!(matches!(
        host.uses(BEN, "hello").await,
        CallOutcome::Done(Some(_))
    ));
}

#[tokio::test]
async fn the_fifth_failure_in_a_row_pauses_the_command_in_that_guild() {
    let host = Host::with(small()).await.with_zoo().await;
    let mut pauses = host.runtime.pauses();
    for _ in 0..5 {
        fails(&host, "trap").await;
    }
    let CallOutcome::Refused(text) = host.uses(ANN, "trap").await else {
        panic!("paused");
    };
    assert!(text.contains("paused until <t:"), "{text}");
    let pause = pauses.try_recv().expect("told");
    assert_eq!(
        pause.handler.expect("one command").to_string(),
        "the command `/trap`"
    );
    assert!(matches!(
        host.uses(ANN, "hello").await,
        CallOutcome::Done(_)
    ));
    let elsewhere = host.runtime.call(host.command(2, ANN, "trap")).await;
    assert!(
        matches!(elsewhere, CallOutcome::Failed { .. }),
        "other guilds keep it"
    );
    host.clock.advance(60);
    fails(&host, "trap").await;
}

#[tokio::test]
async fn more_calls_than_instances_wait_instead_of_failing() {
    let limits = Limits {
        instances: 2,
        instances_per_guild: 2,
        ..small()
    };
    let host = Host::with(limits).await.with_zoo().await;
    let calls = (1..=40).map(|number| host.runtime.call(host.command(number, BEN, "hello")));
    for outcome in futures_util::future::join_all(calls).await {
        assert!(matches!(outcome, CallOutcome::Done(Some(_))), "{outcome:?}");
    }
}
