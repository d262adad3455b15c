//! A run from its start to its end.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_start_a_run_the_second_is_told_who_was_first() {
    let guild = Guild::new().await;
    let (ann, ben) = (guild.organizer(ANN, "Ann"), guild.organizer(BEN, "Ben"));
    let run = ann.posts(SHATTERS).await;
    let start = format!("start/{run}");
    let (first, second) = tokio::join!(ann.presses(&start), ben.presses(&start));
    let (winner, loser) = match (&first, &second) {
        (Told::Private(_), Told::Refused(why)) => (&ann, why),
        (Told::Refused(why), Told::Private(_)) => (&ben, why),
        both => panic!("{both:?}"),
    };
    contains(loser, &format!("already started by {}", winner.mention()));
    assert_eq!(guild.heard("run.started").await.len(), 1);
    contains(
        &guild.panel("run/1").await.expect("open"),
        "🟢 LIVE: Shatters",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_a_run_tells_the_other_plugins_once() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = ann.posts(SHATTERS).await;
    for raider in [guild.member(BEN, "Ben"), guild.member(CID, "Cid")] {
        raider.presses(&format!("join/{run}")).await;
    }
    guild
        .member(14, "Dan")
        .presses(&format!("bench/{run}"))
        .await;
    let end = format!("end/{run}");
    contains(&ann.presses(&end).await.refused(), "has not started");
    ann.presses(&format!("start/{run}")).await;
    guild.panel_changes();

    contains(&ann.presses(&end).await.privately(), "has ended");
    assert_eq!(
        guild.panel_changes(),
        ["close run/1", "close organizer/1/*"]
    );
    contains(
        &ann.presses(&end).await.refused(),
        &format!("already ended by {}", ann.mention()),
    );
    assert_eq!(
        guild.heard("run.ended").await,
        [json!({
            "run_id": 1, "organizer_id": "11", "dungeon_key": SHATTERS,
            "auto": false, "awards": true, "participants": ["12", "13"], "key_pops": 0,
        })]
    );
    let panel = guild.view(guild.id, "run/1").await.expect("its last view");
    assert_eq!(
        (&panel["content"], &panel["components"]),
        (&json!("Ended"), &json!([]))
    );
    let late = guild
        .member(BEN, "Ben")
        .presses(&format!("leave/{run}"))
        .await;
    contains(&late.refused(), "already ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn popped_keys_count_for_those_who_were_there() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = ann.posts(SHATTERS).await;
    let (ben, cid) = (guild.member(BEN, "Ben"), guild.member(CID, "Cid"));
    let pop = format!("pop/{run}");
    contains(&ann.presses(&pop).await.refused(), "not live");
    ann.presses(&format!("start/{run}")).await;

    ben.presses(&format!("join/{run}")).await;
    contains(
        &ann.presses(&pop).await.privately(),
        "Key 1 popped: raiders have 30 seconds",
    );
    contains(
        &guild.panel("run/1").await.expect("open"),
        "Party join window closes",
    );
    contains(&ann.presses(&pop).await.refused(), "Press again in");

    guild.panel_changes();
    guild.later(Duration::from_secs(31)).await;
    assert_eq!(
        guild.panel_changes(),
        ["refresh run/1", "refresh organizer/1/*"]
    );
    assert!(
        !guild
            .panel("run/1")
            .await
            .expect("open")
            .contains("Party join window")
    );

    ben.presses(&format!("leave/{run}")).await;
    cid.presses(&format!("join/{run}")).await;
    contains(&ann.presses(&pop).await.privately(), "Key 2 popped");
    ann.presses(&format!("end/{run}")).await;

    let completed: Vec<_> = guild.heard("run.key_popped").await;
    assert_eq!(completed.len(), 2);
    assert_eq!(
        (&completed[0]["n"], &completed[0]["completed"]),
        (&json!(1), &json!([]))
    );
    assert_eq!(
        (&completed[1]["n"], &completed[1]["completed"]),
        (&json!(2), &json!(["12"]))
    );
    let ended = &guild.heard("run.ended").await[0];
    assert_eq!(
        (&ended["participants"], &ended["key_pops"]),
        (&json!(["13"]), &json!(2))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_run_counts_for_nobody() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = ann.posts(SHATTERS).await;
    guild
        .member(BEN, "Ben")
        .presses(&format!("join/{run}"))
        .await;
    contains(
        &ann.presses(&format!("cancel/{run}")).await.privately(),
        "Nobody gets points",
    );
    assert_eq!(
        guild.heard("run.ended").await,
        Vec::<serde_json::Value>::new()
    );
    assert_eq!(guild.heard("run.cancelled").await.len(), 1);
    contains(
        &guild.panel("run/1").await.expect("its last view"),
        "❌ Cancelled: Shatters",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_nobody_ended_ends_by_itself() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = ann.posts(SHATTERS).await;
    guild
        .member(BEN, "Ben")
        .presses(&format!("join/{run}"))
        .await;
    guild.later(minutes(119)).await;
    assert_eq!(
        guild.rows("select status from run").await,
        [[Value::from("open")]]
    );
    guild.later(minutes(2)).await;
    let ended = guild.heard("run.ended").await;
    assert_eq!(ended.len(), 1);
    let ended = &ended[0];
    assert_eq!(
        (&ended["auto"], &ended["awards"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(ended["participants"], json!(["12"]));
    contains(
        &guild.panel("run/1").await.expect("its last view"),
        "it exceeded 120 minutes",
    );
    let told = ann.presses(&format!("cancel/{run}")).await.refused();
    contains(&told, "ended by itself when its time was up");
    // Nothing of it is left to come.
    guild.later(minutes(600)).await;
    assert_eq!(guild.heard("run.ended").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guild_may_give_nothing_for_runs_that_never_started() {
    let settings = json!({ "auto_end_awards_open": false, "auto_end_minutes": 10 });
    let guild = Guild::with(settings).await;
    guild.organizer(ANN, "Ann").posts(SHATTERS).await;
    guild.later(minutes(11)).await;
    assert_eq!(guild.heard("run.ended").await[0]["awards"], json!(false));
}

#[tokio::test(flavor = "multi_thread")]
async fn buttons_work_after_a_restart() {
    let guild = Guild::new().await;
    let run = guild.organizer(ANN, "Ann").posts(SHATTERS).await;
    guild
        .member(BEN, "Ben")
        .presses(&format!("join/{run}"))
        .await;
    let guild = guild.restarted().await;
    let ann = guild.organizer(ANN, "Ann");
    let told = guild
        .member(BEN, "Ben")
        .presses(&format!("join/{run}"))
        .await;
    contains(&told.privately(), "You have already joined");
    contains(
        &ann.presses(&format!("org/{run}")).await.shows_panel(),
        "Raiders: **1**",
    );
    // What fell due while nobody was there.
    guild.later(minutes(121)).await;
    assert_eq!(guild.heard("run.ended").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_another_guild_is_gone() {
    let guild = Guild::new().await;
    let run = guild.organizer(ANN, "Ann").posts(SHATTERS).await;
    let stranger = guild.organizer(BEN, "Ben").in_guild(2);
    for press in ["join", "class", "leave", "org", "start", "cancel", "party"] {
        let told = stranger.presses(&format!("{press}/{run}")).await.refused();
        contains(&told, "This run is gone");
    }
    stranger.presses("join/999999").await.refused();
    assert_eq!(guild.view(stranger_guild(), "run/1").await, None);
}

fn stranger_guild() -> muster_core::GuildId {
    muster_core::GuildId::new(2).expect("not 0")
}
