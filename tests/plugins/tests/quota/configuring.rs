//! The panels of `/configquota` and `/configpoints`: every button, menu and form.

use std::time::Duration;

use muster_core::RoleKey;
use serde_json::json;

use super::guild::{Guild, LEADER, RANKINGS};
use super::{ANN, BEN, MAX, SHATTERS, contains, lacks};

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_is_set_up_button_by_button() {
    let guild = Guild::new().await;
    let max = guild.ranked(MAX, RoleKey::Moderator);
    let panel = max.uses("configquota", json!({ "role": LEADER })).await;
    contains(&panel, "Quota of Raid Leader");
    contains(&panel, "has no quota yet");
    let main = format!("config/{LEADER}/{MAX}/main");
    let max = max.at(main.clone());
    contains(
        &max.presses(&format!("basic/{LEADER}")).await,
        "Required points",
    );
    let fields = [
        ("required", "2.50"),
        ("reset", "2199-01-31 18:00"),
        ("start", "2026-01-01"),
        ("repeats", "monthly"),
    ];
    assert_eq!(max.submits(&format!("basic/{LEADER}"), &fields).await, "");
    contains(&max.presses(&format!("base/{LEADER}")).await, "Exaltation");
    max.submits(
        &format!("base/{LEADER}"),
        &[("exalt", "2"), ("other", "0.5")],
    )
    .await;
    contains(
        &max.presses(&format!("work/{LEADER}")).await,
        "Verification",
    );
    max.submits(
        &format!("work/{LEADER}"),
        &[("verify", "1"), ("warn", "0.1"), ("suspend", "0.2")],
    )
    .await;
    contains(
        &max.presses(&format!("work-more/{LEADER}")).await,
        "Modmail",
    );
    max.submits(
        &format!("work-more/{LEADER}"),
        &[("modmail", "0.3"), ("name", "0.4"), ("note", "0.5")],
    )
    .await;
    contains(
        &max.picks(&format!("pick/{LEADER}/0"), SHATTERS).await,
        "Quota points",
    );
    max.submits(&format!("override/{LEADER}/SHATTERS"), &[("points", "3")])
        .await;
    max.submits(&format!("override/{LEADER}/NEST"), &[("points", "0")])
        .await;

    let panel = guild.panel(&main).await;
    for part in [
        "Required points: 2.5",
        "Repeats: monthly",
        "Exaltation: **2**",
        "Other: **0.5**",
        "Warning: **0.1**",
        "Note: **0.5**",
        "Shatters: **3**",
        "Nest: **0**",
    ] {
        contains(&panel, part);
    }
    max.submits(&format!("override/{LEADER}/SHATTERS"), &[("points", "")])
        .await;
    max.submits(&format!("override/{LEADER}/NEST"), &[("points", "-1")])
        .await;
    lacks(&guild.panel(&main).await, "Shatters: **");
    let actions = guild.audited().await;
    assert_eq!(
        actions
            .iter()
            .filter(|action| *action == "quota.config.set")
            .count(),
        4,
        "{actions:?}"
    );
    assert_eq!(
        actions
            .iter()
            .filter(|action| *action == "quota.override.set")
            .count(),
        2,
        "{actions:?}"
    );
    assert_eq!(
        actions
            .iter()
            .filter(|action| *action == "quota.override.remove")
            .count(),
        2,
        "{actions:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn impossible_dates_are_refused_and_change_nothing() {
    let guild = Guild::new().await;
    let max = guild.ranked(MAX, RoleKey::Moderator);
    for (reset, start) in [
        ("2026-02-31 12:00", ""),
        ("2030-01-01", "2030-01-01"),
        ("soon", ""),
    ] {
        let fields = [
            ("required", "1"),
            ("reset", reset),
            ("start", start),
            ("repeats", "none"),
        ];
        let told = max.submits(&format!("basic/{LEADER}"), &fields).await;
        contains(&told, "refused:");
    }
    assert_eq!(
        guild.number("select count(*) from quota_role_config").await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_panel_cannot_be_used() {
    let guild = Guild::new().await;
    let ben = guild
        .ranked(BEN, RoleKey::Moderator)
        .at(format!("config/{LEADER}/{MAX}/main"));
    let told = ben.presses(&format!("basic/{LEADER}")).await;
    contains(&told, "refused: Only the user who ran the command");
    let told = ben
        .at(format!("points/{MAX}/main"))
        .presses("stop-points")
        .await;
    contains(&told, "refused: Only the user who ran the command");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_panel_turns_from_view_to_view() {
    let guild = Guild::new().await;
    let max = guild
        .ranked(MAX, RoleKey::Moderator)
        .at(format!("config/{LEADER}/{MAX}/main"));
    guild.panel_changes();
    max.presses(&format!("show/{LEADER}/dungeons/0")).await;
    contains(
        &guild.panel_changes().concat(),
        &format!("config/{LEADER}/{MAX}/dungeons/0"),
    );
    let menus = guild
        .panel(&format!("config/{LEADER}/{MAX}/dungeons/0"))
        .await;
    contains(&menus, "Exaltation");
    contains(&menus, "Others 2");
    contains(
        &guild.panel(&format!("config/{LEADER}/{MAX}/delete")).await,
        "Delete this quota?",
    );
    max.presses(&format!("stop/{LEADER}")).await;
    let changes = guild.panel_changes().concat();
    contains(&changes, "Rename");
    contains(&changes, "Close");
    lacks(
        &guild.panel(&format!("config/{LEADER}/{MAX}/stopped")).await,
        "Update Panel",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ranking_is_posted_once_a_channel_is_mapped_and_moves_with_it() {
    let guild = Guild::new().await;
    let max = guild
        .ranked(MAX, RoleKey::Moderator)
        .at(format!("config/{LEADER}/{MAX}/main"));
    max.submits(
        &format!("basic/{LEADER}"),
        &[("required", "1"), ("repeats", "none")],
    )
    .await;
    guild.unmaps_quota().await;
    let told = max.presses(&format!("publish/{LEADER}")).await;
    contains(&told, "refused: No channel is set for quotas");
    guild.maps_quota_to(RANKINGS).await;
    guild.panel_changes();
    contains(
        &max.presses(&format!("publish/{LEADER}")).await,
        "stands in the quota channel",
    );
    contains(&guild.panel_changes().concat(), "Open");
    guild.maps_quota_to(RANKINGS + 1).await;
    guild
        .hears("mapping.changed", json!({ "keys": ["quota"] }))
        .await;
    contains(&guild.panel_changes().concat(), "Repost");
    guild
        .hears("mapping.changed", json!({ "keys": ["quota"] }))
        .await;
    lacks(&guild.panel_changes().concat(), "Repost");
    contains(&guild.audited().await.concat(), "quota.panel.posted");
}

#[tokio::test(flavor = "multi_thread")]
async fn awards_refresh_the_ranking_once_in_five_seconds_and_time_every_ten_minutes() {
    let guild = Guild::new().await;
    guild.gives(ANN, &[LEADER]);
    let max = guild
        .ranked(MAX, RoleKey::Moderator)
        .at(format!("config/{LEADER}/{MAX}/main"));
    max.submits(
        &format!("basic/{LEADER}"),
        &[("required", "1"), ("repeats", "none")],
    )
    .await;
    max.presses(&format!("publish/{LEADER}")).await;
    guild.panel_changes();
    for run in 1..=20 {
        guild.ends_run(run, ANN, SHATTERS, &[]).await;
    }
    let refresh = format!("Refresh {{ name: \"ranking/{LEADER}\" }}");
    let count = |changes: Vec<String>| changes.iter().filter(|change| **change == refresh).count();
    assert_eq!(
        count(guild.panel_changes()),
        0,
        "they wait for the next beat"
    );
    guild.later(Duration::from_secs(10)).await;
    let refreshed = count(guild.panel_changes());
    assert!((1..=3).contains(&refreshed), "{refreshed}");
    guild.later(Duration::from_secs(600)).await;
    assert_eq!(count(guild.panel_changes()), 1);
    guild.later(Duration::from_secs(600)).await;
    assert_eq!(count(guild.panel_changes()), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_quota_takes_its_ranking_along_and_leaves_what_was_earned() {
    let guild = Guild::new().await;
    guild.gives(ANN, &[LEADER]);
    let max = guild
        .ranked(MAX, RoleKey::Moderator)
        .at(format!("config/{LEADER}/{MAX}/delete"));
    max.submits(&format!("override/{LEADER}/SHATTERS"), &[("points", "3")])
        .await;
    max.presses(&format!("publish/{LEADER}")).await;
    guild.ends_run(1, ANN, SHATTERS, &[]).await;
    contains(
        &max.presses(&format!("delete/{LEADER}")).await,
        "has no quota any more",
    );
    assert_eq!(
        guild
            .number("select count(*) from quota_dungeon_override")
            .await,
        0
    );
    assert_eq!(
        guild
            .number("select sum(quota_points) from quota_event")
            .await,
        300
    );
    contains(&max.presses(&format!("delete/{LEADER}")).await, "refused:");
    contains(&guild.audited().await.concat(), "quota.config.delete");
    guild.later(Duration::from_secs(3600)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recalculating_gives_runs_todays_value_and_leaves_points_by_hand() {
    let guild = Guild::new().await;
    guild.gives(ANN, &[LEADER]);
    let max = guild
        .ranked(MAX, RoleKey::Moderator)
        .at(format!("config/{LEADER}/{MAX}/main"));
    max.submits(
        &format!("basic/{LEADER}"),
        &[("required", "1"), ("repeats", "none")],
    )
    .await;
    guild.ends_run(1, ANN, SHATTERS, &[]).await;
    guild.ends_run(2, ANN, "NEST", &[]).await;
    let officer = guild.ranked(MAX, RoleKey::Officer);
    officer
        .uses("addquotapoints", json!({ "member": ANN, "amount": "10" }))
        .await;
    let organizer = guild.ranked(ANN, RoleKey::Organizer);
    organizer
        .uses("logrun", json!({ "dungeon": SHATTERS, "amount": 3 }))
        .await;
    max.submits(&format!("override/{LEADER}/SHATTERS"), &[("points", "2.5")])
        .await;
    contains(&guild.ranking(LEADER).await, "**15** pts (5 runs)");
    let told = max.presses(&format!("recalculate/{LEADER}")).await;
    contains(&told, "<@11> Shatters: **+6**");
    contains(&told, "2 entries changed, +6 points in all");
    contains(&guild.ranking(LEADER).await, "**21** pts (5 runs)");
    contains(
        &max.presses(&format!("recalculate/{LEADER}")).await,
        "Nothing has changed",
    );
    guild.sums_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn raiders_points_are_set_dungeon_by_dungeon_and_the_usual_value_removes_them() {
    let guild = Guild::new().await;
    let max = guild.ranked(MAX, RoleKey::Moderator);
    contains(
        &max.uses("configpoints", json!({})).await,
        "Raider Points Configuration",
    );
    let max = max.at(format!("points/{MAX}/main"));
    guild.panel_changes();
    max.presses("values/dungeons/completion/0").await;
    contains(&guild.panel_changes().concat(), "dungeons/completion/0");
    contains(
        &max.picks("pick-value/completion/0", SHATTERS).await,
        "Points for a completion",
    );
    max.submits("value/completion/SHATTERS", &[("points", "1.5")])
        .await;
    contains(
        &max.picks("pick-value/key/0", SHATTERS).await,
        "Points for a popped key",
    );
    max.submits("value/key/SHATTERS", &[("points", "0")]).await;
    let main = format!("points/{MAX}/main");
    let panel = guild.panel(&main).await;
    contains(&panel, "Completions: Shatters: **1.5**");
    contains(&panel, "Keys: Shatters: **0**");
    guild.ends_run(1, ANN, SHATTERS, &[BEN]).await;
    assert_eq!(
        guild
            .number("select points from tally where user_id = 12")
            .await,
        150
    );
    max.submits("value/completion/SHATTERS", &[("points", "1")])
        .await;
    max.submits("value/key/SHATTERS", &[("points", "5")]).await;
    contains(&guild.panel(&main).await, "Completions: none");
    contains(
        &max.submits("value/key/SHATTERS", &[("points", "-1")]).await,
        "refused:",
    );
    max.presses("stop-points").await;
    contains(&guild.panel_changes().concat(), "Close");
    let actions = guild.audited().await.concat();
    for action in [
        "points.raider.set",
        "points.raider.remove",
        "points.key.set",
        "points.key.remove",
    ] {
        contains(&actions, action);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_role_owes_nothing_any_more() {
    let guild = Guild::new().await;
    let max = guild.ranked(MAX, RoleKey::Moderator);
    max.submits(
        &format!("basic/{LEADER}"),
        &[("required", "1"), ("repeats", "daily")],
    )
    .await;
    guild
        .hears("role.deleted", json!({ "role_id": LEADER.to_string() }))
        .await;
    assert_eq!(
        guild.number("select count(*) from quota_role_config").await,
        0
    );
    guild.later(Duration::from_secs(30 * 24 * 3600)).await;
}
