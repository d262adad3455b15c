//! A run's own role, direct messages, early locations, orphans.

use super::*;

async fn posted_with_role(guild: &Guild) -> u64 {
    let ann = guild.organizer(ANN, "Ann");
    let told = ann.runs(&[("dungeon", SHATTERS)]).await;
    assert_eq!(told, Told::Waits(vec!["run/1".into(), "run-role/1".into()]));
    let both = json!([
        { "tag": "run/1", "ok": true, "channel": "501", "message": "901" },
        { "tag": "run-role/1", "ok": true, "role": "801" },
    ]);
    guild.outcome(both).await;
    1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runs_role_follows_those_who_take_part_and_goes_with_the_run() {
    let guild = Guild::with(json!({ "run_role": true })).await;
    let run = posted_with_role(&guild).await;
    let (ann, ben) = (guild.organizer(ANN, "Ann"), guild.member(BEN, "Ben"));
    ben.presses(&format!("join/{run}")).await;
    ben.picks(&format!("pick-class/{run}"), "WIZARD").await;
    assert_eq!(guild.roles(), ["give 12"], "once");
    ben.presses(&format!("bench/{run}")).await;
    assert_eq!(guild.roles(), ["take 12"]);
    ben.presses(&format!("join/{run}")).await;
    ben.presses(&format!("leave/{run}")).await;
    assert_eq!(guild.roles(), ["give 12", "take 12"]);

    ann.presses(&format!("start/{run}")).await;
    contains(&guild.messages()[0], "<@&801>");
    guild.later(Duration::from_secs(20)).await;
    ann.presses(&format!("ping/{run}")).await;
    contains(&guild.messages()[1], "<@&801>");
    ann.presses(&format!("end/{run}")).await;
    assert_eq!(guild.roles(), ["delete run-role/1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_deletes_recorded_roles_until_they_are_gone() {
    let guild = Guild::with(json!({ "run_role": true })).await;
    let run = posted_with_role(&guild).await;
    let ann = guild.organizer(ANN, "Ann");
    guild.later(minutes(15)).await;
    assert_eq!(guild.roles(), Vec::<String>::new(), "the run goes on");
    ann.presses(&format!("cancel/{run}")).await;
    assert_eq!(guild.roles(), ["delete run-role/1"]);
    guild.later(minutes(15)).await;
    assert_eq!(guild.roles(), ["delete run-role/1"], "it is still there");
    guild.loses_role(801).await;
    guild.later(minutes(15)).await;
    assert_eq!(guild.roles(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guild_that_did_not_ask_for_roles_gets_none() {
    let guild = Guild::new().await;
    let run = guild.organizer(ANN, "Ann").posts(SHATTERS).await;
    guild.outbox();
    guild
        .member(BEN, "Ben")
        .presses(&format!("join/{run}"))
        .await;
    assert_eq!(guild.roles(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_to_know_is_told_when_a_run_starts_and_ends() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let (ben, cid) = (guild.member(BEN, "Ben"), guild.member(CID, "Cid"));
    contains(
        &ben.uses("preferences", json!([])).await.privately(),
        "starts or ends: **off**",
    );
    let on = json!([{ "name": "runs", "type": 5, "value": true }]);
    contains(
        &ben.uses("preferences", on).await.privately(),
        "starts or ends: **on**",
    );
    let run = ann.posts(SHATTERS).await;
    for raider in [&ben, &cid] {
        raider.presses(&format!("join/{run}")).await;
    }
    guild.outbox();
    ann.presses(&format!("start/{run}")).await;
    let written = guild.messages();
    let direct: Vec<&String> = written.iter().filter(|m| m.starts_with("dm:")).collect();
    assert_eq!(direct.len(), 1, "{written:?}");
    contains(direct[0], "dm:12 🟢 **Shatters** starts.");
    ann.presses(&format!("end/{run}")).await;
    assert_eq!(
        guild.messages(),
        ["dm:12 ✅ **Shatters** has ended. Thank you for coming!"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn key_holders_hear_the_location_first() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = ann.posts(SHATTERS).await;
    let (ben, cid) = (guild.member(BEN, "Ben"), guild.member(CID, "Cid"));
    for raider in [&ben, &cid] {
        let key = format!("key/{run}/SHATTERS_KEY");
        raider.presses(&key).await;
    }
    let off = json!([{ "name": "locations", "type": 5, "value": false }]);
    cid.uses("preferences", off).await.privately();
    guild.outbox();
    ann.types(&format!("location/{run}"), "USW3").await;
    let written = guild.messages();
    assert_eq!(written.len(), 1, "no channel is mapped: {written:?}");
    contains(&written[0], "dm:12 🔑 You offered a key for **Shatters**.");
    contains(&written[0], "Location: **USW3**");

    guild.maps("early_loc", GENERAL).await;
    ann.types(&format!("party/{run}"), "Ann").await;
    let written = guild.messages();
    contains(&written[0], "key:early_loc");
    assert_eq!(written.len(), 2, "there, and to Ben: {written:?}");
    ann.types(&format!("note/{run}"), "bring a slow").await;
    assert_eq!(guild.messages(), Vec::<String>::new(), "a note is no place");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organizer_is_told_once_that_all_needed_classes_are_there() {
    let guild = Guild::new().await;
    let run = guild.organizer(ANN, "Ann").posts("ORYX_3").await;
    guild.outbox();
    let pick = format!("pick-class/{run}");
    guild.member(BEN, "Ben").picks(&pick, "TRICKSTER").await;
    assert_eq!(guild.messages(), Vec::<String>::new());
    guild.member(CID, "Cid").picks(&pick, "TRICKSTER").await;
    let told = guild.messages();
    assert_eq!(told.len(), 1, "{told:?}");
    contains(&told[0], "dm:11 ✅ All needed classes of **Oryx 3**");
    guild.member(14, "Dan").picks(&pick, "TRICKSTER").await;
    assert_eq!(guild.messages(), Vec::<String>::new(), "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hour_runs_without_a_channel_are_cancelled() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.runs(&[("dungeon", SHATTERS)]).await;
    // The channel is one that this guild does not have any more.
    let gone = json!([{ "tag": "run/1", "ok": true, "channel": "999", "message": "901" }]);
    guild.outcome(gone).await;
    let stays = guild.organizer(BEN, "Ben").posts(SHATTERS).await;
    guild.later(minutes(61)).await;
    guild.later(Duration::from_secs(1)).await;
    assert_eq!(
        guild
            .rows("select status, end_reason from run order by id")
            .await,
        [
            [Value::from("cancelled"), "orphaned".into()],
            [Value::from("open"), Value::Null]
        ]
    );
    assert_eq!(stays, 2);
    assert_eq!(guild.heard("run.ended").await.len(), 0, "no points");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organizer_joins_the_own_run_where_the_guild_wants_it() {
    let guild = Guild::with(json!({ "organizer_auto_join": true })).await;
    guild.organizer(ANN, "Ann").posts(SHATTERS).await;
    assert_eq!(
        guild.rows("select user_id, state from reaction").await,
        [[11.into(), Value::from("join")]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn old_logs_are_deleted_where_the_guild_wants_that() {
    for (days, deleted) in [(0, false), (3, true)] {
        let guild = Guild::with(json!({ "raid_log_delete_days": days })).await;
        guild.maps("raid_log", RAID_LOG).await;
        let ann = guild.organizer(ANN, "Ann");
        ann.runs(&[("dungeon", SHATTERS)]).await;
        let both = json!([
            { "tag": "run/1", "ok": true, "channel": "501", "message": "901" },
            { "tag": "log/1", "ok": true, "channel": "700" },
        ]);
        guild.outcome(both).await;
        ann.presses("cancel/1").await.privately();
        guild.later(minutes(3 * 24 * 60 - 1)).await;
        assert_eq!(guild.deleted_threads(), Vec::<String>::new());
        guild.later(minutes(2)).await;
        let expected = if deleted { vec!["log/1"] } else { Vec::new() };
        assert_eq!(guild.deleted_threads(), expected, "{days} days");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_to_a_headcount_gets_the_role_of_its_run_and_keeps_the_name() {
    let guild = Guild::with(json!({ "run_role": true })).await;
    let ann = guild.organizer(ANN, "Ann");
    let id = ann.counts(&[SHATTERS]).await;
    let ben = guild.member(BEN, "Ben");
    ben.presses(&format!("hc-join/{id}")).await;
    ben.presses(&format!("hc-key/{id}/0/SHATTERS_KEY")).await;
    guild.outbox();
    ann.presses(&format!("hc-convert/{id}")).await.shows_panel();
    assert_eq!(guild.roles(), ["make run-role/1: Ann's Shatters"]);
    guild.later(Duration::from_secs(1)).await;
    assert_eq!(guild.roles(), ["give 12"]);
    assert_eq!(
        guild
            .rows("select user_name, source from key_reaction")
            .await,
        [[Value::from("Ben"), "headcount".into()]]
    );
}
