//! The specification's examples, by their numbers.

use std::time::Duration;

use muster_core::RoleKey;
use muster_core::call::CallOutcome;
use muster_core::clock::Timestamp;
use muster_core::ports::Plugins;
use muster_store::Value;
use serde_json::json;

use super::guild::{Guild, LEADER, VETERAN, ended};
use super::{ANN, BEN, CID, DAN, EVE, MAX, SHATTERS, contains, lacks};

/// Max sets what a dungeon counts for a role.
async fn sets(guild: &Guild, role: u64, dungeon: &str, points: &str) {
    let max = guild.ranked(MAX, RoleKey::Moderator);
    let told = max
        .submits(&format!("override/{role}/{dungeon}"), &[("points", points)])
        .await;
    assert_eq!(told, "");
}

async fn requires(guild: &Guild, role: u64, points: &str) {
    let max = guild.ranked(MAX, RoleKey::Moderator);
    let told = max
        .submits(
            &format!("basic/{role}"),
            &[("required", points), ("repeats", "none")],
        )
        .await;
    assert_eq!(told, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn example_1_without_a_quota_a_run_counts_1_with_an_override_what_it_says_of_two_the_more() {
    let guild = Guild::new().await;
    guild.ends_run(1, ANN, SHATTERS, &[]).await;
    let rows = guild
        .rows("select quota_points, quota_role_id from quota_event")
        .await;
    assert_eq!(rows, [[100.into(), Value::Null]]);

    guild.gives(ANN, &[LEADER]);
    sets(&guild, LEADER, SHATTERS, "3").await;
    guild.ends_run(2, ANN, SHATTERS, &[]).await;
    contains(&guild.ranking(LEADER).await, "<@11> **3** pts (1 run)");

    guild.gives(BEN, &[LEADER, VETERAN]);
    sets(&guild, LEADER, SHATTERS, "2").await;
    sets(&guild, VETERAN, SHATTERS, "3").await;
    guild.ends_run(3, BEN, SHATTERS, &[]).await;
    contains(&guild.ranking(VETERAN).await, "<@12> **3** pts (1 run)");
    lacks(&guild.ranking(LEADER).await, "<@12>");
    guild.sums_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn example_2_six_halves_are_exactly_3_and_meet_a_quota_of_3() {
    let guild = Guild::new().await;
    guild.gives(ANN, &[LEADER]);
    sets(&guild, LEADER, SHATTERS, "0.5").await;
    requires(&guild, LEADER, "3").await;
    for run in 1..=5 {
        guild.ends_run(run, ANN, SHATTERS, &[]).await;
    }
    contains(&guild.ranking(LEADER).await, "<@11> **2.5** pts (5 runs)\n");
    guild.ends_run(6, ANN, SHATTERS, &[]).await;
    let ranking = guild.ranking(LEADER).await;
    contains(&ranking, "<@11> **3** pts (6 runs) ✅");
    contains(&ranking, "1/1 members have met quota");
}

#[tokio::test(flavor = "multi_thread")]
async fn example_3_a_run_counts_once_however_often_its_end_is_told() {
    let guild = Guild::new().await;
    guild.ends_run(1, ANN, SHATTERS, &[BEN]).await;
    // The end by a timer, told after the end by hand, as an event of its own.
    let mut auto = ended(1, ANN, SHATTERS, &[BEN]);
    auto["auto"] = json!(true);
    assert_eq!(
        guild.hears("run.ended", auto).await,
        CallOutcome::Done(None)
    );
    // And the same event delivered twice, at once.
    let call = guild
        .event("run.ended", ended(2, ANN, SHATTERS, &[BEN]), guild.now())
        .await;
    let twice = tokio::join!(guild.runtime.call(call.clone()), guild.runtime.call(call));
    assert_ne!(twice.0, twice.1, "{twice:?}");
    let rows = guild
        .rows("select subject_id from quota_event order by subject_id")
        .await;
    let subjects = ["raider:1:12", "raider:2:12", "run:1", "run:2"];
    assert_eq!(rows, subjects.map(|subject| vec![Value::from(subject)]));
    guild.sums_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn example_4_four_who_joined_get_two_points_each_and_the_benched_one_nothing() {
    let guild = Guild::new().await;
    let max = guild.ranked(MAX, RoleKey::Moderator);
    max.submits("value/completion/SHATTERS", &[("points", "2")])
        .await;
    // Only who is joined stands among the participants.
    guild
        .ends_run(1, ANN, SHATTERS, &[BEN, CID, DAN, EVE])
        .await;
    let rows = guild
        .rows("select actor_user_id, points from quota_event where action = 'raider_completed' order by actor_user_id")
        .await;
    let expected =
        [BEN, CID, DAN, EVE].map(|user| vec![Value::Integer(user.cast_signed()), 200.into()]);
    assert_eq!(rows, expected);
    guild.sums_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn example_5_taking_back_three_keys_of_one_leaves_none_and_takes_the_points_of_one() {
    let guild = Guild::new().await;
    let ann = guild.ranked(ANN, RoleKey::Organizer);
    let told = ann
        .uses("logkey", json!({ "member": BEN, "dungeon": SHATTERS }))
        .await;
    contains(&told, "+5");
    let told = ann
        .uses(
            "logkey",
            json!({ "member": BEN, "dungeon": SHATTERS, "amount": -3 }),
        )
        .await;
    contains(&told, "-5");
    assert_eq!(guild.rows("select count from key_pop").await, [[0.into()]]);
    assert_eq!(guild.number("select sum(points) from quota_event").await, 0);
    // On the first entry, too.
    ann.uses(
        "logkey",
        json!({ "member": CID, "dungeon": SHATTERS, "amount": -3 }),
    )
    .await;
    assert_eq!(
        guild
            .number("select coalesce(sum(points), 0) from tally where user_id = 13")
            .await,
        0
    );
    guild.sums_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn example_6_an_event_at_the_very_reset_belongs_to_the_new_period() {
    let guild = Guild::new().await;
    guild.gives(ANN, &[LEADER]);
    requires(&guild, LEADER, "1").await;
    guild.later(Duration::from_secs(8 * 24 * 3600)).await;
    let reset = guild
        .number("select period_start_at from quota_role_config")
        .await;
    let archived = guild
        .number("select end_at from quota_period_archive")
        .await;
    assert_eq!(reset, archived);
    let tell = async |run, at| {
        let body = ended(run, ANN, SHATTERS, &[]);
        guild
            .hears_at("run.ended", body, Timestamp::from_ms(at))
            .await
    };
    tell(1, reset).await;
    let at =
        |run: i64| format!("select created_at from quota_event where subject_id = 'run:{run}'");
    assert_eq!(guild.number(&at(1)).await, reset, "at its own time");
    // What comes too late for an archived period counts when it is booked.
    let before = guild.now().as_ms();
    tell(2, reset - 1).await;
    assert!(guild.number(&at(2)).await >= before);
    contains(&guild.ranking(LEADER).await, "<@11> **2** pts (2 runs)");
}

#[tokio::test(flavor = "multi_thread")]
async fn example_7_five_quota_points_by_hand_are_no_run() {
    let guild = Guild::new().await;
    guild.gives(ANN, &[LEADER]);
    requires(&guild, LEADER, "0").await;
    guild.ends_run(1, ANN, SHATTERS, &[]).await;
    let boss = guild.ranked(MAX, RoleKey::Officer);
    let told = boss
        .uses("addquotapoints", json!({ "member": ANN, "amount": "5" }))
        .await;
    contains(&told, "+5");
    let stats = guild.member(ANN).uses("stats", json!({})).await;
    contains(&stats, "Runs Organized: 1");
    contains(&guild.ranking(LEADER).await, "<@11> **6** pts (1 run)");
}
