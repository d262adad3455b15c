//! Resets: by hand, by themselves, after downtime, and at the very moment of an award.

use std::time::Duration;

use muster_core::RoleKey;
use muster_core::call::{Call, CallOutcome, Cause, Input};
use muster_core::ports::Plugins;
use muster_store::Value;
use serde_json::json;

use super::guild::{Guild, LEADER, ended};
use super::{ANN, BEN, MAX, SHATTERS, contains, lacks};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// A guild whose leaders owe one point a week, which repeats as said.
async fn owing(repeats: &str) -> Guild {
    let guild = Guild::new().await;
    guild.gives(ANN, &[LEADER]);
    guild.gives(BEN, &[LEADER]);
    let max = guild.ranked(MAX, RoleKey::Moderator);
    let fields = [("required", "1"), ("repeats", repeats)];
    assert_eq!(max.submits(&format!("basic/{LEADER}"), &fields).await, "");
    guild
}

async fn periods(guild: &Guild) -> Vec<(i64, i64, String)> {
    let rows = guild
        .rows("select start_at, end_at, standings from quota_period_archive order by start_at")
        .await;
    rows.into_iter()
        .map(|row| match row.as_slice() {
            [
                Value::Integer(start),
                Value::Integer(end),
                Value::Text(standings),
            ] => (*start, *end, standings.clone()),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_that_repeats_resets_by_itself_and_tells_how_it_ended() {
    let guild = owing("weekly").await;
    guild.ends_run(1, ANN, SHATTERS, &[]).await;
    guild.messages();
    guild.later(7 * DAY).await;
    let told = guild.messages();
    let [told] = told.as_slice() else {
        panic!("{told:?}")
    };
    contains(told, "Quota period ended");
    contains(told, "<@11> **1** pts (1 run) ✅");
    contains(told, "1/2 members have met quota");
    contains(
        &guild.ranking(LEADER).await,
        "no one has earned points this period yet",
    );
    let [(start, end, standings)] = &periods(&guild).await[..] else {
        panic!("one period");
    };
    assert_eq!(end - start, 7 * 24 * 3600 * 1000);
    assert_eq!(standings, r#"[["11",100,1]]"#);
    // Nothing more is due before the next week is over.
    guild.later(Duration::from_secs(3600)).await;
    assert_eq!(periods(&guild).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn downtime_is_caught_up_with_one_archive_for_each_period() {
    let guild = owing("daily").await;
    guild.later(45 * DAY).await;
    // The first day of a quota without dates is a week long.
    let periods = periods(&guild).await;
    assert_eq!(periods.len(), 39);
    assert!(
        periods.windows(2).all(|pair| pair[0].1 == pair[1].0),
        "{periods:?}"
    );
    let reset = guild.number("select reset_at from quota_role_config").await;
    assert!(reset > guild.now().as_ms());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_recurrence_the_reset_is_kept_once_and_told_to_nobody() {
    let guild = owing("none").await;
    guild.ends_run(1, ANN, SHATTERS, &[]).await;
    guild.messages();
    guild.later(30 * DAY).await;
    assert_eq!(periods(&guild).await.len(), 1);
    assert_eq!(guild.messages(), Vec::<String>::new());
    contains(&guild.ranking(LEADER).await, "until staff set a new reset");
    guild.ends_run(2, ANN, SHATTERS, &[]).await;
    contains(&guild.ranking(LEADER).await, "<@11> **1** pts (1 run)");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_by_hand_keeps_the_reset_ahead_and_what_was_earned() {
    let guild = owing("none").await;
    guild.ends_run(1, ANN, SHATTERS, &[]).await;
    let before = guild.number("select reset_at from quota_role_config").await;
    guild.later(Duration::from_secs(60)).await;
    let max = guild.ranked(MAX, RoleKey::Moderator);
    let max = max.at(format!("config/{LEADER}/{MAX}/reset"));
    contains(
        &max.presses(&format!("reset/{LEADER}")).await,
        "A new period",
    );
    assert_eq!(
        guild.number("select reset_at from quota_role_config").await,
        before
    );
    lacks(&guild.ranking(LEADER).await, "<@11>");
    let stats = guild.member(ANN).uses("stats", json!({})).await;
    contains(&stats, "Runs Organized: 1");
    let told = guild.ranked(ANN, RoleKey::Organizer);
    let told = told.uses("quotahistory", json!({ "role": LEADER })).await;
    contains(&told, "Quota period 1 of 1");
    contains(&told, "<@11> **1** pts (1 run) ✅");
}

#[tokio::test(flavor = "multi_thread")]
async fn race_a_reset_at_the_very_moment_of_an_award_counts_it_in_exactly_one_period() {
    let guild = owing("weekly").await;
    let max = guild.ranked(MAX, RoleKey::Moderator);
    let max = max.at(format!("config/{LEADER}/{MAX}/reset"));
    for run in 1..=8 {
        // The run ended a moment ago; its event and the moderator's press arrive at once.
        let award = guild
            .event("run.ended", ended(run, ANN, SHATTERS, &[]), guild.now())
            .await;
        let button = format!("reset/{LEADER}");
        let (awarded, pressed) = tokio::join!(guild.runtime.call(award), max.presses(&button));
        assert_eq!(awarded, CallOutcome::Done(None));
        contains(&pressed, "A new period");
    }
    let archived: usize = periods(&guild)
        .await
        .iter()
        .map(|(_, _, standings)| runs_in(standings))
        .sum();
    let start = guild
        .number("select period_start_at from quota_role_config")
        .await;
    let present = format!("select count(*) from quota_event where created_at >= {start}");
    let present = usize::try_from(guild.number(&present).await).expect("few");
    assert_eq!(archived + present, 8, "each award in exactly one period");
}

/// The runs in archived standings, where each counts one point.
fn runs_in(standings: &str) -> usize {
    let lines: Vec<(String, i64, usize)> = serde_json::from_str(standings).expect("JSON");
    lines.iter().map(|(_, _, runs)| runs).sum()
}

/// The reset that is due, as the host calls it.
async fn due_reset(guild: &Guild) -> Call {
    let due = guild
        .store
        .due_timers(guild.now(), 100)
        .await
        .expect("reads");
    let due = due
        .into_iter()
        .find(|timer| timer.name == format!("reset/{LEADER}"));
    let due = due.expect("it is due");
    let input = Input::Timer {
        name: due.name.clone(),
        payload: due.payload,
    };
    let cause = Cause::Timer {
        name: due.name,
        at: due.at,
    };
    Call {
        guild: guild.id,
        plugin: due.plugin,
        cause,
        input,
        actor: None,
        interaction: None,
        start_before: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn race_the_same_reset_fired_twice_happens_once() {
    let guild = owing("weekly").await;
    guild.ends_run(1, ANN, SHATTERS, &[]).await;
    guild.messages();
    guild.later_without_timers(7 * DAY);
    let call = due_reset(&guild).await;
    let twice = tokio::join!(guild.runtime.call(call.clone()), guild.runtime.call(call));
    let done = [&twice.0, &twice.1].map(|outcome| matches!(outcome, CallOutcome::Done(_)));
    assert_eq!(done.iter().filter(|done| **done).count(), 1, "{twice:?}");
    assert_eq!(periods(&guild).await.len(), 1);
    assert_eq!(guild.messages().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn restart_a_kill_in_the_middle_of_a_reset_doubles_nothing_and_loses_nothing() {
    let mut guild = owing("daily").await;
    guild.ends_run(1, ANN, SHATTERS, &[]).await;
    guild.later_without_timers(45 * DAY);
    // The process dies at different moments of the same reset.
    for steps in [1, 50, 1_000, 20_000, 100_000] {
        let is_due = guild
            .number("select count(*) from quota_period_archive")
            .await
            == 0;
        if is_due {
            let call = due_reset(&guild).await;
            run_for(steps, guild.runtime.call(call)).await;
        }
        guild = guild.killed_and_restarted().await;
    }
    guild.fires_due().await;
    let periods = periods(&guild).await;
    assert_eq!(periods.len(), 39);
    assert!(
        periods.windows(2).all(|pair| pair[0].1 == pair[1].0),
        "{periods:?}"
    );
    let runs: usize = periods
        .iter()
        .map(|(_, _, standings)| runs_in(standings))
        .sum();
    assert_eq!(runs, 1);
    guild.sums_are_right().await;
}

/// Lets something run for so many steps, and then drops it.
async fn run_for<T>(steps: u32, running: impl Future<Output = T>) {
    let mut running = std::pin::pin!(running);
    let mut taken = 0;
    std::future::poll_fn(|context| {
        taken += 1;
        if taken > steps || running.as_mut().poll(context).is_ready() {
            return std::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn restart_a_kill_between_award_and_reset_keeps_the_award_in_its_period() {
    let guild = owing("weekly").await;
    guild.ends_run(1, ANN, SHATTERS, &[BEN]).await;
    let guild = guild.killed_and_restarted().await;
    guild.later(7 * DAY).await;
    let [(_, _, standings)] = &periods(&guild).await[..] else {
        panic!("one period");
    };
    assert_eq!(runs_in(standings), 1);
    guild.ends_run(1, ANN, SHATTERS, &[BEN]).await;
    contains(
        &guild.ranking(LEADER).await,
        "no one has earned points this period yet",
    );
}
