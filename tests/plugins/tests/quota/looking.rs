//! What people can look at: statistics, leaderboards, history; and what it costs.

use std::time::{Duration, Instant};

use muster_core::RoleKey;
use muster_core::answer::Answer;
use muster_core::call::CallOutcome;
use serde_json::json;

use super::guild::{Guild, LEADER, ended};
use super::{ANN, BEN, CID, MAX, SHATTERS, contains, lacks};

/// Opens a leaderboard and gives its panel's name and view.
async fn opens(guild: &Guild, user: u64, options: serde_json::Value) -> (String, String) {
    let viewer = guild.ranked(user, RoleKey::VerifiedRaider);
    match viewer.does_use("leaderboard", options).await {
        CallOutcome::Done(Some(Answer::Panel {
            name,
            private: false,
        })) => {
            let view = guild.panel(&name).await;
            (name, view)
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_leaderboard_ranks_what_it_says() {
    let guild = Guild::new().await;
    guild.ends_run(1, ANN, SHATTERS, &[BEN, CID]).await;
    guild.ends_run(2, ANN, "NEST", &[BEN]).await;
    let organizer = guild.ranked(ANN, RoleKey::Organizer);
    organizer
        .uses(
            "logkey",
            json!({ "member": CID, "dungeon": SHATTERS, "amount": 2 }),
        )
        .await;
    for (kind, first, own) in [
        ("runs_organized", "1. <@11> **2**", ""),
        (
            "dungeon_completions",
            "1. <@12> **2**\n2. <@13> **1**",
            "Your place: 2. <@13> **1**",
        ),
        ("dungeons", "1. Nest **1**\n1. Shatters **1**", ""),
        ("keys_popped", "1. <@13> **2**", "Your place: 1."),
        (
            "points",
            "1. <@13> **11**\n2. <@12> **2**",
            "Your place: 1. <@13> **11**",
        ),
        ("quota_points", "1. <@11> **2**", ""),
    ] {
        let (_, view) = opens(&guild, CID, json!({ "type": kind })).await;
        contains(&view, &first.replace('\n', "\n| "));
        contains(&view, own);
    }
    let (_, view) = opens(&guild, CID, json!({ "type": "points", "dungeon": "NEST" })).await;
    contains(&view, "1. <@12> **1**");
    lacks(&view, "<@13>");
    let (_, view) = opens(&guild, CID, json!({ "type": "points", "sort": "asc" })).await;
    contains(&view, "1. <@12> **2**\n| 2. <@13> **11**");
    let (_, view) = opens(&guild, CID, json!({ "type": "points", "sort": "alpha" })).await;
    // Cid was seen by name; Ben never was.
    contains(&view, "1. <@13> **11**\n| 2. <@12> **2**");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_span_of_time_counts_alone() {
    let guild = Guild::new().await;
    guild.ends_run(1, ANN, SHATTERS, &[BEN]).await;
    let (_, view) = opens(
        &guild,
        BEN,
        json!({ "type": "points", "until": "2020-01-01" }),
    )
    .await;
    contains(&view, "nothing to rank yet");
    let (_, view) = opens(
        &guild,
        BEN,
        json!({ "type": "points", "since": "2020-01-01" }),
    )
    .await;
    contains(&view, "1. <@12> **1**");
    let ben = guild.ranked(BEN, RoleKey::VerifiedRaider);
    for (since, until) in [("2026-02-31", "2027-01-01"), ("2027-01-01", "2026-01-01")] {
        let options = json!({ "type": "points", "since": since, "until": until });
        contains(&ben.uses("leaderboard", options).await, "refused:");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaderboard_is_paged_by_its_viewer_for_five_minutes() {
    let guild = Guild::new().await;
    let raiders: Vec<u64> = (1000..1060).collect();
    guild.ends_run(1, ANN, SHATTERS, &raiders).await;
    let (name, view) = opens(&guild, 1040, json!({ "type": "points" })).await;
    contains(&view, "Page 1 of 3");
    contains(&view, "Your place: 1. <@1040> **1**");
    let id = name
        .strip_prefix("leaderboard/")
        .expect("its number")
        .to_owned();
    let viewer = guild.ranked(1040, RoleKey::VerifiedRaider).at(name.clone());
    let other = guild.ranked(BEN, RoleKey::VerifiedRaider).at(name.clone());
    for (press, page) in [
        ("last", 3),
        ("prev", 2),
        ("next", 3),
        ("next", 3),
        ("first", 1),
        ("prev", 1),
    ] {
        assert_eq!(viewer.presses(&format!("page/{id}/{press}")).await, "");
        contains(&guild.panel(&name).await, &format!("Page {page} of 3"));
    }
    let told = other.presses(&format!("page/{id}/last")).await;
    contains(&told, "refused: Only the user who ran the command");
    guild.later(Duration::from_secs(301)).await;
    lacks(&guild.panel(&name).await, "⏮");
    contains(
        &viewer.presses(&format!("page/{id}/last")).await,
        "refused: This leaderboard",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn statistics_of_somebody_who_was_everywhere_have_pages() {
    let guild = Guild::new().await;
    for n in 0..120 {
        // Another plugin may know dungeons that nobody else does.
        let logged = json!({
            "user_id": "12", "dungeon_key": format!("{:_>60}", n), "key_type": "KEY", "amount": 1,
            "actor_id": "11", "subject": format!("key:{n}"),
        });
        guild.hears("key.logged", logged).await;
    }
    let ann = guild.member(ANN);
    let first = ann.uses("stats", json!({ "member": BEN })).await;
    contains(&first, "Keys Popped: 120");
    contains(&first, "Page 1 of");
    let second = ann.presses("stats/12/1").await;
    contains(&second, "Page 2 of");
    assert_ne!(first, second);
}

#[tokio::test(flavor = "multi_thread")]
async fn history_says_what_there_is_when_nothing_is() {
    let guild = Guild::new().await;
    let ann = guild.ranked(ANN, RoleKey::Organizer);
    let told = ann.uses("quotahistory", json!({ "role": LEADER })).await;
    contains(&told, "refused: No period of <@&71> has ended yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_run_with_200_raiders_fits_one_call() {
    let guild = Guild::new().await;
    guild.gives(ANN, &[LEADER]);
    let max = guild.ranked(MAX, RoleKey::Moderator);
    max.submits(
        &format!("basic/{LEADER}"),
        &[("required", "1"), ("repeats", "none")],
    )
    .await;
    let raiders: Vec<u64> = (10_000..10_200).collect();
    guild.ends_run(1, ANN, SHATTERS, &raiders).await;
    let call = guild
        .event("run.ended", ended(2, ANN, SHATTERS, &raiders), guild.now())
        .await;
    let began = Instant::now();
    let outcome = muster_core::ports::Plugins::call(&*guild.runtime, call).await;
    let took = began.elapsed();
    assert_eq!(outcome, CallOutcome::Done(None));
    println!("the end of a run with 200 raiders took {took:?}");
    assert_eq!(guild.number("select count(*) from quota_event").await, 402);
    guild.sums_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_crowd_that_an_event_names_fits_one_call() {
    let guild = Guild::new().await;
    let raiders: Vec<u64> = (0..2500).map(|n| 175_928_847_299_117_063 + n).collect();
    guild.ends_run(1, ANN, SHATTERS, &raiders).await;
    assert_eq!(guild.number("select count(*) from quota_event").await, 2501);
    guild.sums_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaderboard_over_10_000_events_fits_one_call() {
    let guild = Guild::new().await;
    let raiders: Vec<u64> = (10_000..10_500).collect();
    for run in 1..=20 {
        guild.ends_run(run, ANN, SHATTERS, &raiders).await;
    }
    assert_eq!(
        guild.number("select count(*) from quota_event").await,
        10_020
    );
    for options in [
        json!({ "type": "points" }),
        json!({ "type": "points", "since": "2020-01-01" }),
    ] {
        let (name, _) = opens(&guild, BEN, options.clone()).await;
        let began = Instant::now();
        contains(&guild.panel(&name).await, "Page 1 of 20");
        println!(
            "a leaderboard over 10,000 events, {options}, took {:?}",
            began.elapsed()
        );
    }
}
