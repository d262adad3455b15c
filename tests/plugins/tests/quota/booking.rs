//! What is booked, and for whom.

use muster_core::RoleKey;
use muster_core::call::CallOutcome;
use muster_store::Value;
use serde_json::json;

use super::guild::{BOT, Guild, LEADER, VETERAN};
use super::{ANN, BEN, CID, MAX, SHATTERS, contains};

#[tokio::test(flavor = "multi_thread")]
async fn key_pops_count_instead_of_the_end() {
    let guild = Guild::new().await;
    let pop = |n: i64, completed: &[&str]| {
        json!({
            "run_id": 1, "organizer_id": "11", "dungeon_key": SHATTERS,
            "n": n, "seconds": 30, "completed": completed,
        })
    };
    guild.hears("run.key_popped", pop(1, &[])).await;
    guild.hears("run.key_popped", pop(2, &["12", "13"])).await;
    // The button pressed twice: the second pop of the same number.
    guild.hears("run.key_popped", pop(2, &["12", "13"])).await;
    let end = json!({
        "run_id": 1, "organizer_id": "11", "dungeon_key": SHATTERS, "auto": false, "awards": true,
        "participants": ["12"], "key_pops": 2,
    });
    guild.hears("run.ended", end).await;
    let rows = guild
        .rows("select subject_id from quota_event order by id")
        .await;
    let subjects = [
        "run:1:keypop:1",
        "run:1:keypop:2",
        "raider:1:1:12",
        "raider:1:1:13",
        "raider:1:2:12",
    ];
    assert_eq!(rows, subjects.map(|subject| vec![Value::from(subject)]));
    let stats = guild.member(ANN).uses("stats", json!({})).await;
    contains(&stats, "Runs Organized: 2");
    guild.sums_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn logged_keys_count_once_for_each_subject() {
    let guild = Guild::new().await;
    let logged = |amount: i64, subject: &str| {
        json!({
            "user_id": "12", "dungeon_key": SHATTERS, "key_type": "SHATTERS_KEY", "amount": amount,
            "actor_id": "11", "run_id": 1, "subject": subject,
        })
    };
    guild.hears("key.logged", logged(3, "run:1:1")).await;
    guild.hears("key.logged", logged(3, "run:1:1")).await;
    guild.hears("key.logged", logged(-1, "run:1:2")).await;
    assert_eq!(guild.rows("select count from key_pop").await, [[2.into()]]);
    let stats = guild.member(BEN).uses("stats", json!({})).await;
    contains(&stats, "Keys Popped: 2");
    contains(&stats, "Points: 10");
    guild.sums_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_member_counts_once_in_a_period_and_for_nobody_if_they_did_it_themselves() {
    let guild = Guild::new().await;
    guild.gives(ANN, &[LEADER]);
    let max = guild.ranked(MAX, RoleKey::Moderator);
    let fields = [("verify", "1.5"), ("warn", "0.25"), ("suspend", "0")];
    assert_eq!(max.submits(&format!("work/{LEADER}"), &fields).await, "");
    let verified = |actor: Option<&str>, subject: &str| json!({ "user_id": "12", "actor_id": actor, "subject": subject });
    guild
        .hears("member.verified", verified(Some("11"), "verification:1"))
        .await;
    guild
        .hears("member.verified", verified(Some("11"), "verification:2"))
        .await;
    contains(&guild.ranking(LEADER).await, "<@11> **1.5** pts (0 runs)");
    let told = guild
        .ranked(MAX, RoleKey::Moderator)
        .presses(&format!("reset/{LEADER}"))
        .await;
    contains(&told, "refused: This message is out of date");
    let at = max.at(format!("config/{LEADER}/{MAX}/reset"));
    contains(
        &at.presses(&format!("reset/{LEADER}")).await,
        "A new period",
    );
    guild
        .hears("member.verified", verified(Some("11"), "verification:3"))
        .await;
    contains(&guild.ranking(LEADER).await, "<@11> **1.5** pts (0 runs)");
    let stats = guild.member(ANN).uses("stats", json!({})).await;
    contains(&stats, "Verifications: 2");

    let alone = json!({ "user_id": "13", "actor_id": null, "subject": "verification:4" });
    guild.hears("member.verified", alone).await;
    let rows = guild
        .rows("select actor_user_id, quota_points from quota_event where subject_id = 'verify:13'")
        .await;
    assert_eq!(rows, [[Value::Integer(BOT.cast_signed()), 0.into()]]);

    let warned = json!({ "user_id": "12", "actor_id": "11", "subject": "punishment:1" });
    guild.hears("moderation.warned", warned.clone()).await;
    guild.hears("moderation.warned", warned).await;
    contains(&guild.ranking(LEADER).await, "<@11> **1.75** pts (0 runs)");
    guild.sums_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn equals_go_to_the_role_that_stands_higher() {
    let guild = Guild::new().await;
    guild.gives(ANN, &[LEADER, VETERAN]);
    let max = guild.ranked(MAX, RoleKey::Moderator);
    for role in [LEADER, VETERAN] {
        max.submits(
            &format!("basic/{role}"),
            &[("required", "1"), ("repeats", "none")],
        )
        .await;
    }
    guild.ends_run(1, ANN, SHATTERS, &[]).await;
    contains(&guild.ranking(VETERAN).await, "<@11> **1** pts");
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_logged_by_hand_and_taken_back() {
    let guild = Guild::new().await;
    let ann = guild.ranked(ANN, RoleKey::Organizer);
    contains(
        &ann.uses("logrun", json!({})).await,
        "refused: <@11> has organized no run yet",
    );
    let told = ann
        .uses("logrun", json!({ "dungeon": "shatts", "amount": 3 }))
        .await;
    contains(&told, "Points changed: +3");
    let told = ann.uses("logrun", json!({ "amount": -1 })).await;
    contains(&told, "of their latest run");
    contains(&told, "Points changed: -1");
    guild.gives(BEN, &[]);
    let told = ann
        .uses("logrun", json!({ "dungeon": "NEST", "member": BEN }))
        .await;
    contains(&told, "Organizer: <@12>");
    let stats = ann.uses("stats", json!({})).await;
    contains(&stats, "Runs Organized: 2");
    contains(&stats, "Shatters: 0 | 0 | 2");
    for wrong in [
        json!({ "dungeon": SHATTERS, "amount": 0 }),
        json!({ "dungeon": SHATTERS, "amount": 100 }),
    ] {
        contains(&ann.uses("logrun", wrong).await, "refused: `amount`");
    }
    guild.sums_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn officers_give_points_to_those_whom_they_outrank_and_administrators_to_themselves() {
    let guild = Guild::new().await;
    guild.gives(BEN, &[]);
    let officer = guild.ranked(ANN, RoleKey::Officer);
    contains(
        &officer.uses("addpoints", json!({ "amount": "5" })).await,
        "refused: Only administrators",
    );
    let told = officer
        .uses(
            "addpoints",
            json!({ "amount": "1.255", "member": BEN, "reason": "helped" }),
        )
        .await;
    contains(&told, "+1.26");
    let told = officer
        .uses("addpoints", json!({ "amount": "-0.26", "member": BEN }))
        .await;
    contains(&told, "New total: 1");
    let told = officer
        .uses("addpoints", json!({ "amount": "1", "member": 99 }))
        .await;
    contains(&told, "refused:");
    for wrong in ["0", "1000", "-1000", "many", "0.001"] {
        let told = officer
            .uses("addpoints", json!({ "amount": wrong, "member": BEN }))
            .await;
        contains(&told, "refused: `amount`");
    }
    let administrator = guild.member(CID).administrator();
    contains(
        &administrator
            .uses("addpoints", json!({ "amount": "2" }))
            .await,
        "+2",
    );
    guild.sums_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organizer_who_left_still_counts_with_the_default() {
    let guild = Guild::new().await;
    let max = guild.ranked(MAX, RoleKey::Moderator);
    max.submits(
        &format!("basic/{LEADER}"),
        &[("required", "1"), ("repeats", "none")],
    )
    .await;
    guild.ends_run(1, ANN, SHATTERS, &[]).await;
    let rows = guild
        .rows("select quota_points, quota_role_id from quota_event")
        .await;
    assert_eq!(rows, [[100.into(), Value::Null]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_fit_changes_nothing() {
    let guild = Guild::new().await;
    let told = guild.hears("run.ended", json!({ "run_id": 1 })).await;
    assert!(matches!(told, CallOutcome::Failed { .. }), "{told:?}");
    assert_eq!(guild.number("select count(*) from quota_event").await, 0);
}
