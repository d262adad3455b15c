//! `/viewrun` and `/runhistory`.

use super::*;

const DAY: u64 = 24 * 60;

fn of_run(id: i64) -> Json {
    json!([{ "name": "runid", "type": 4, "value": id }])
}

/// Ann's run of Shatters that twenty people joined and that has ended.
async fn a_past_run(guild: &Guild) {
    let ann = guild.organizer(ANN, "Ann");
    let run = ann.posts(SHATTERS).await;
    for id in 100..120 {
        guild
            .member(id, "Raider")
            .presses(&format!("join/{run}"))
            .await;
    }
    guild
        .member(BEN, "Ben")
        .picks(&format!("pick-class/{run}"), "WIZARD")
        .await;
    guild
        .member(CID, "Cid")
        .presses(&format!("bench/{run}"))
        .await;
    guild
        .member(CID, "Cid")
        .presses(&format!("key/{run}/SHATTERS_KEY"))
        .await;
    ann.presses(&format!("start/{run}")).await;
    guild.later(minutes(12)).await;
    ann.presses(&format!("end/{run}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_shown_with_fifteen_people_on_a_page() {
    let guild = Guild::new().await;
    a_past_run(&guild).await;
    let vera = guild.raider(14, "Vera");
    let first = vera.uses("viewrun", of_run(1)).await.privately();
    contains(&first, "✅ Ended: Shatters");
    contains(&first, "Raiders (21)");
    contains(&first, "page 1 of 2");
    contains(&first, "Shatters Key: 1: <@13>");
    assert_eq!(first.matches("<@1").count() - 2, 15, "{first}");
    let second = vera.presses("view-run/1/1").await.updates();
    contains(&second, "<@12> 🧙 Wizard");
    contains(&second, "Bench (1): <@13>");
    contains(&second, "page 2 of 2");
    // A page that is not there (any more) is the last one.
    contains(
        &vera.presses("view-run/1/99").await.updates(),
        "page 2 of 2",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_names_are_hidden_raiders_see_counts_and_staff_sees_all() {
    let guild = Guild::with(json!({ "public_raider_count": false })).await;
    a_past_run(&guild).await;
    let shown = guild
        .raider(14, "Vera")
        .uses("viewrun", of_run(1))
        .await
        .privately();
    contains(&shown, "Raiders: 21");
    assert!(!shown.contains("<@12>") && !shown.contains("[▶"), "{shown}");
    let shown = guild
        .raider(14, "Vera")
        .presses("view-run/1/1")
        .await
        .updates();
    assert!(!shown.contains("<@12>"), "{shown}");
    let shown = guild
        .organizer(ANN, "Ann")
        .uses("viewrun", of_run(1))
        .await
        .privately();
    contains(&shown, "Raiders (21)");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_run_and_that_of_another_guild_are_not_found() {
    let guild = Guild::new().await;
    a_past_run(&guild).await;
    let vera = guild.raider(14, "Vera");
    contains(
        &vera.uses("viewrun", of_run(2)).await.refused(),
        "There is no run 2 here.",
    );
    let elsewhere = vera.in_guild(2);
    contains(
        &elsewhere.uses("viewrun", of_run(1)).await.refused(),
        "There is no run 1 here.",
    );
    contains(
        &elsewhere.presses("view-run/1/0").await.refused(),
        "This run is gone.",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_of_the_last_week_are_offered_by_number_and_dungeon() {
    let guild = Guild::with(json!({ "one_active_per_organizer": false })).await;
    let ann = guild.organizer(ANN, "Ann");
    ann.posts(SHATTERS).await;
    guild.later(minutes(8 * DAY)).await;
    ann.posts("NEST").await;
    ann.posts("ORYX_3").await;
    let vera = guild.raider(14, "Vera");
    let offered = |typed: &'static str| vera.is_offered_for("viewrun", "runid", typed);
    assert_eq!(offered("").await, ["3", "2"]);
    assert_eq!(offered("nes").await, ["2"]);
    assert_eq!(offered("3").await, ["3"]);
    assert_eq!(offered("shat").await, Vec::<String>::new());
    assert_eq!(
        vera.clone()
            .in_guild(2)
            .is_offered_for("viewrun", "runid", "")
            .await,
        Vec::<String>::new()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_counts_what_became_of_runs() {
    let guild = Guild::with(json!({ "one_active_per_organizer": false })).await;
    a_past_run(&guild).await;
    let (ann, ben) = (guild.organizer(ANN, "Ann"), guild.organizer(BEN, "Ben"));
    ben.posts("NEST").await;
    ben.presses("cancel/2").await;
    ann.posts(SHATTERS).await;
    let vera = guild.raider(14, "Vera");
    let shown = vera.uses("runhistory", json!([])).await.privately();
    for part in [
        "The last 30 days",
        "⏳ **3** Shatters by <@11>: 0 raiders",
        "❌ **2** Nest by <@12>: 0 raiders",
        "✅ **1** Shatters by <@11>: 21 raiders, 12m 0s",
        "3 (1 ended, 1 cancelled, 1 going on)",
        "50 %",
        "1. <@11>: 1",
        "1. Shatters: 1",
    ] {
        contains(&shown, part);
    }
    assert!(
        shown.find("**3**") < shown.find("**2**"),
        "the newest comes first: {shown}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_is_filtered_by_member_dungeon_and_days() {
    let guild = Guild::new().await;
    a_past_run(&guild).await;
    guild.later(minutes(3 * DAY)).await;
    guild.organizer(BEN, "Ben").posts("NEST").await;
    let vera = guild.raider(14, "Vera");
    let history = |options: Json| vera.uses("runhistory", options);
    let member = |id: &str| json!([{ "name": "member", "type": 6, "value": id }]);
    // Ben organized one and took part in the other; Cid was only on the bench.
    contains(&history(member("12")).await.privately(), "2 (1 ended");
    contains(&history(member("11")).await.privately(), "1 (1 ended");
    contains(&history(member("13")).await.privately(), "No runs.");
    let dungeon = json!([{ "name": "dungeon", "type": 3, "value": "nest" }]);
    contains(
        &history(dungeon).await.privately(),
        "1 (0 ended, 0 cancelled, 1 going on)",
    );
    let days = json!([{ "name": "days", "type": 4, "value": 2 }]);
    let shown = history(days).await.privately();
    contains(&shown, "The last 2 days");
    assert!(!shown.contains("**1**"), "{shown}");
    let unknown = json!([{ "name": "dungeon", "type": 3, "value": "qqqqqq" }]);
    contains(&history(unknown).await.refused(), "There is no dungeon");
    let elsewhere = vera.clone().in_guild(2);
    contains(
        &elsewhere.uses("runhistory", json!([])).await.privately(),
        "No runs.",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_runs_stand_on_a_page() {
    let guild = Guild::with(json!({ "one_active_per_organizer": false })).await;
    let ann = guild.organizer(ANN, "Ann");
    for _ in 0..11 {
        ann.posts(SHATTERS).await;
    }
    let vera = guild.raider(14, "Vera");
    let shown = vera.uses("runhistory", json!([])).await.privately();
    contains(&shown, "Page 1 of 2");
    assert_eq!(shown.matches("⏳").count(), 10, "{shown}");
    let shown = vera.presses("history/1/30/0/*").await.updates();
    contains(&shown, "⏳ **1** Shatters");
    assert_eq!(shown.matches("⏳").count(), 1, "{shown}");
}
