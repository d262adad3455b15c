//! Runs, as people live them: the built plugin over a real database.

use std::time::Duration;

use muster_store::Value;
use serde_json::json;

#[path = "raids/guild.rs"]
mod guild;

use guild::{CLOSED, Guild, RAID, RAID_LOG, Told};

const ANN: u64 = 11;
const BEN: u64 = 12;
const CID: u64 = 13;

const SHATTERS: &str = "SHATTERS";

fn contains(text: &str, part: &str) {
    assert!(text.contains(part), "`{part}` is not in:\n{text}");
}

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_posted_and_the_organizer_gets_the_link() {
    let guild = Guild::new().await;
    guild.maps("raid", RAID).await;
    let ann = guild.organizer(ANN, "Ann");
    let told = ann
        .runs(&[
            ("dungeon", SHATTERS),
            ("party", " Ann's *party* "),
            ("location", "USW3"),
            ("description", "bring a slow"),
        ])
        .await;
    assert_eq!(told, Told::Waits(vec!["run/1".into()]));
    assert_eq!(guild.panel_changes(), ["open run/1"]);

    let told = guild.posts(1).await.privately();
    contains(&told, "Run 1 for **Shatters** is posted.");
    contains(&told, "https://discord.com/channels/1/501/901");
    let rows = guild
        .rows("select channel_id, post_message_id, status from run")
        .await;
    assert_eq!(rows, [[501.into(), 901.into(), Value::from("open")]]);
    assert_eq!(
        guild.heard("run.created").await,
        [json!({ "run_id": 1, "organizer_id": "11", "dungeon_key": SHATTERS })]
    );

    let view = guild.view(guild.id, "run/1").await.expect("it is open");
    assert_eq!(
        view["content"],
        json!("@here Party: **Ann's \\*party\\*** | Location: **USW3**")
    );
    assert_eq!(view["allowed_mentions"]["parse"], json!(["everyone"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_cannot_be_posted_is_cancelled_and_blocks_nobody() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.runs(&[("dungeon", SHATTERS)]).await;
    let failed = json!([{ "tag": "run/1", "ok": false, "problem": "I lack Embed Links here." }]);
    let told = guild.outcome(failed).await.privately();
    contains(
        &told,
        "could not be posted, so the run is cancelled. I lack Embed Links here.",
    );
    assert_eq!(
        guild.rows("select status, end_reason from run").await,
        [[Value::from("cancelled"), "orphaned".into()]]
    );
    assert_eq!(ann.posts(SHATTERS).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_bot_may_not_write_no_run_is_made() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann").in_channel(CLOSED);
    let told = ann.runs(&[("dungeon", SHATTERS)]).await.refused();
    contains(&told, "Send Messages");
    assert_eq!(
        guild.rows("select id from run").await,
        Vec::<Vec<Value>>::new()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_being_slow_cancels_nothing() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.runs(&[("dungeon", SHATTERS)]).await;
    let late = json!([{ "tag": "run/1", "ok": false }]);
    contains(&guild.outcome(late).await.privately(), "is on its way");
    assert_eq!(
        guild.rows("select status from run").await,
        [[Value::from("open")]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_is_refused_and_the_first_one_named() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.posts(SHATTERS).await;
    let told = ann.runs(&[("dungeon", "NEST")]).await.refused();
    contains(&told, "You already have a run: **Shatters** (run 1)");
    contains(&told, "https://discord.com/channels/1/501/901");
    assert_eq!(guild.organizer(BEN, "Ben").posts("NEST").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guild_may_allow_several_runs_at_once() {
    let guild = Guild::with(json!({ "one_active_per_organizer": false })).await;
    let ann = guild.organizer(ANN, "Ann");
    assert_eq!((ann.posts(SHATTERS).await, ann.posts("NEST").await), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_nobody_ever_saw_makes_room_for_another() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.runs(&[("dungeon", SHATTERS)]).await;
    guild.outbox();
    guild.later(minutes(3)).await;
    assert_eq!(ann.posts(SHATTERS).await, 2);
    assert_eq!(
        guild.rows("select status from run order by id").await,
        [[Value::from("cancelled")], ["open".into()]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_message_is_not_known_but_that_people_joined_stays() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.runs(&[("dungeon", SHATTERS)]).await;
    guild.outbox();
    guild.member(BEN, "Ben").presses("join/1").await;
    guild.later(minutes(3)).await;
    ann.runs(&[("dungeon", SHATTERS)]).await.refused();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_dungeon_is_refused() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let told = ann.runs(&[("dungeon", "@everyone")]).await.refused();
    contains(&told, "There is no dungeon");
    assert!(!told.contains("@everyone"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_are_too_long_are_refused() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    for (option, most) in [("party", 100), ("location", 100), ("description", 1000)] {
        let text = "ä".repeat(most + 1);
        let told = ann.runs(&[("dungeon", SHATTERS), (option, &text)]).await;
        contains(&told.refused(), &format!("more than {most} characters"));
    }
    let (party, note) = ("*".repeat(100), "`".repeat(1000));
    let options = [
        ("dungeon", SHATTERS),
        ("party", &party),
        ("description", &note),
    ];
    assert!(matches!(ann.runs(&options).await, Told::Waits(_)));
    assert!(guild.panel("run/1").await.is_some(), "it can be drawn");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_dungeons_are_offered_first() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    assert_eq!(ann.is_offered("").await[0], "ORYX_3");
    let run = ann.posts("NEST").await;
    ann.presses(&format!("cancel/{run}")).await;
    guild.later(Duration::from_secs(5)).await;
    ann.posts(SHATTERS).await;
    assert_eq!(ann.is_offered("").await, [SHATTERS, "NEST"]);
    assert_eq!(ann.is_offered("shat").await[0], SHATTERS);
    assert_eq!(ann.clone().in_guild(2).is_offered("").await[0], "ORYX_3");
}

#[tokio::test(flavor = "multi_thread")]
async fn joining_twice_is_one_row() {
    let guild = Guild::new().await;
    let run = guild.organizer(ANN, "Ann").posts(SHATTERS).await;
    let ben = guild.member(BEN, "Ben");
    let join = format!("join/{run}");
    contains(
        &ben.presses(&join).await.privately(),
        "You joined **Shatters**.",
    );
    assert_eq!(
        guild.panel_changes(),
        ["refresh run/1", "refresh organizer/1/*"]
    );
    contains(
        &ben.presses(&join).await.privately(),
        "You have already joined",
    );
    assert_eq!(guild.panel_changes(), Vec::<String>::new());
    assert_eq!(
        guild.rows("select user_id, state from reaction").await,
        [[12.into(), Value::from("join")]]
    );
    contains(&guild.panel("run/1").await.expect("open"), "Raiders");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_that_arrives_twice_is_applied_once() {
    let guild = Guild::new().await;
    let run = guild.organizer(ANN, "Ann").posts(SHATTERS).await;
    let ben = guild.member(BEN, "Ben");
    let key = format!("key/{run}/SHATTERS_KEY");
    let (first, second) = ben.presses_delivered_twice(&key).await;
    contains(&first.privately(), "knows that you have");
    assert_eq!(second, Told::Twice);
    assert_eq!(
        guild.rows("select count(*) from key_reaction").await,
        [[1.into()]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bench_and_leave_keep_the_row_and_the_class() {
    let guild = Guild::new().await;
    let run = guild.organizer(ANN, "Ann").posts(SHATTERS).await;
    let ben = guild.member(BEN, "Ben");
    ben.picks(&format!("pick-class/{run}"), "WIZARD").await;
    contains(
        &ben.presses(&format!("bench/{run}")).await.privately(),
        "on the bench",
    );
    let panel = guild.panel("run/1").await.expect("open");
    contains(&panel, "None selected");
    contains(
        &ben.presses(&format!("leave/{run}")).await.privately(),
        "You left",
    );
    contains(
        &ben.presses(&format!("leave/{run}")).await.privately(),
        "You are not part of",
    );
    assert_eq!(
        guild.rows("select state, class from reaction").await,
        [[Value::from("leave"), "WIZARD".into()]]
    );
    ben.presses(&format!("join/{run}")).await;
    contains(&guild.panel("run/1").await.expect("open"), "Wizard (1)");
}

#[tokio::test(flavor = "multi_thread")]
async fn picking_a_class_joins() {
    let guild = Guild::new().await;
    let run = guild.organizer(ANN, "Ann").posts(SHATTERS).await;
    let ben = guild.member(BEN, "Ben");
    let menu = ben.presses(&format!("class/{run}")).await.privately();
    contains(&menu, "Which class do you bring?");
    let pick = format!("pick-class/{run}");
    contains(
        &ben.picks(&pick, "WIZARD").await.updates(),
        "You joined **Shatters** as",
    );
    contains(
        &ben.picks(&pick, "PRIEST").await.updates(),
        "In **Shatters** you are",
    );
    contains(
        &ben.picks(&pick, "CHEF").await.refused(),
        "There is no such class",
    );
    assert_eq!(
        guild.rows("select state, class from reaction").await,
        [[Value::from("join"), "PRIEST".into()]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_offered_and_taken_back() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = ann.posts(SHATTERS).await;
    let ben = guild.member(BEN, "Ben");
    let key = format!("key/{run}/SHATTERS_KEY");
    contains(&ben.presses(&key).await.privately(), "knows that you have");
    let panel = ann.presses(&format!("org/{run}")).await.shows_panel();
    contains(&panel, &ben.mention());
    contains(&ben.presses(&key).await.privately(), "no longer offer");
    assert_eq!(guild.heard("key.reacted").await.len(), 2);
    let told = ben.presses(&format!("key/{run}/NEST_KEY")).await.refused();
    contains(&told, "does not open this dungeon");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_suspended_may_leave_but_not_join() {
    let guild = Guild::new().await;
    let run = guild.organizer(ANN, "Ann").posts(SHATTERS).await;
    let ben = guild.member(BEN, "Ben");
    ben.presses(&format!("join/{run}")).await;
    let ben = ben.holds("suspended");
    for press in ["join", "class", "bench"] {
        let told = ben.presses(&format!("{press}/{run}")).await.refused();
        contains(&told, "You are suspended");
    }
    contains(
        &ben.presses(&format!("leave/{run}")).await.privately(),
        "You left",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guild_may_ask_for_verified_raiders() {
    let guild = Guild::with(json!({ "join_requires_verified": true })).await;
    let run = guild.organizer(ANN, "Ann").posts(SHATTERS).await;
    let told = guild
        .member(BEN, "Ben")
        .presses(&format!("join/{run}"))
        .await;
    contains(&told.refused(), "Only verified raiders");
    // Who ranks higher is verified, too.
    let cid = guild.organizer(CID, "Cid");
    cid.presses(&format!("join/{run}")).await.privately();
}

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

#[tokio::test(flavor = "multi_thread")]
async fn raiders_are_turned_away_from_the_organizers_buttons() {
    let guild = Guild::new().await;
    let run = guild.organizer(ANN, "Ann").posts(SHATTERS).await;
    let ben = guild.member(BEN, "Ben");
    for press in [
        "org",
        "take-over",
        "start",
        "pop",
        "end",
        "cancel",
        "party",
        "location",
        "note",
    ] {
        let told = ben.presses(&format!("{press}/{run}")).await.refused();
        contains(&told, "who has the organizer role");
    }
    let typed = ben.types(&format!("party/{run}"), "mine").await;
    contains(&typed.refused(), "who has the organizer role");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_posted_a_run_leads_it_without_the_role() {
    let guild = Guild::new().await;
    let run = guild.organizer(ANN, "Ann").posts(SHATTERS).await;
    let ann = guild.member(ANN, "Ann");
    contains(
        &ann.presses(&format!("org/{run}")).await.shows_panel(),
        "[Start: green]",
    );
    ann.presses(&format!("start/{run}")).await.privately();
    ann.presses(&format!("end/{run}")).await.privately();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_organizer_is_asked_before_the_panel_opens() {
    let guild = Guild::new().await;
    let run = guild.organizer(ANN, "Ann").posts(SHATTERS).await;
    let ben = guild.organizer(BEN, "Ben");
    let asked = ben.presses(&format!("org/{run}")).await.privately();
    contains(&asked, "This is not your run");
    contains(
        &ben.presses(&format!("keep-out/{run}")).await.updates(),
        "<@11>",
    );
    guild.panel_changes();
    let panel = ben.presses(&format!("take-over/{run}")).await.shows_panel();
    contains(&panel, "Organizer Panel");
    assert_eq!(guild.panel_changes(), ["open organizer/1/12"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn party_and_location_are_typed_into_forms() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = ann.posts(SHATTERS).await;
    let (party, location) = (format!("party/{run}"), format!("location/{run}"));
    let Told::Form(form) = ann.presses(&party).await else {
        panic!("no form");
    };
    assert_eq!(form["title"], "Set Party");
    contains(
        &ann.types(&party, " <@&5> ").await.privately(),
        "Party is now",
    );
    contains(
        &ann.types(&location, "USW3").await.privately(),
        "Location is now: USW3",
    );
    contains(
        &ann.types(&location, "USW3").await.privately(),
        "stays as it was",
    );
    contains(
        &ann.types(&location, &"x".repeat(101)).await.refused(),
        "more than 100",
    );
    assert_eq!(
        guild.rows("select party, location from run").await,
        [[Value::from("<@&5>"), "USW3".into()]]
    );
    assert_eq!(guild.heard("run.party_changed").await.len(), 2);
    let view = guild.view(guild.id, "run/1").await.expect("open");
    assert_eq!(
        view["content"],
        "@here Party: **\\<@\u{200b}&5\\>** | Location: **USW3**"
    );

    contains(
        &ann.types(&party, "  ").await.privately(),
        "Party is cleared",
    );
    ann.types(&format!("note/{run}"), "one\ntwo")
        .await
        .privately();
    ann.presses(&format!("cancel/{run}")).await;
    contains(
        &ann.types(&party, "late").await.refused(),
        "already cancelled",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guild_may_want_party_and_location_before_the_start() {
    let guild = Guild::with(json!({ "start_needs_party_location": true })).await;
    let ann = guild.organizer(ANN, "Ann");
    let run = ann.posts(SHATTERS).await;
    let start = format!("start/{run}");
    contains(
        &ann.presses(&start).await.refused(),
        "set the party and set the location",
    );
    ann.types(&format!("party/{run}"), "a").await;
    ann.types(&format!("location/{run}"), "b").await;
    ann.presses(&start).await.privately();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_raid_log_has_a_thread_for_each_run() {
    let guild = Guild::new().await;
    guild.maps("raid_log", RAID_LOG).await;
    let ann = guild.organizer(ANN, "Ann");
    let told = ann.runs(&[("dungeon", SHATTERS), ("party", "a")]).await;
    assert_eq!(told, Told::Waits(vec!["run/1".into(), "log/1".into()]));
    assert_eq!(guild.panel_changes(), ["open starter/1", "open run/1"]);
    contains(
        &guild.panel("starter/1").await.expect("open"),
        "📋 Shatters: Organizer - Ann",
    );
    let posted = json!([
        { "tag": "run/1", "ok": true, "channel": "501", "message": "901" },
        { "tag": "log/1", "ok": true, "channel": "777" },
    ]);
    let told = guild.outcome(posted).await.privately();
    assert!(!told.contains('⚠'), "{told}");
    assert_eq!(
        guild.rows("select logged, log_thread_id from run").await,
        [[Value::Boolean(true), 777.into()]]
    );

    let ben = guild.member(BEN, "Ben");
    ben.presses("join/1").await;
    ben.presses("join/1").await;
    ben.presses("key/1/SHATTERS_KEY").await;
    ben.presses("bench/1").await;
    ann.presses("start/1").await;
    ann.types("location/1", "USW3").await;
    ann.presses("end/1").await;
    let lines = guild.log_lines();
    assert_eq!(
        lines,
        [
            "name:log/1 ➕ <@12> joined (1 in all)",
            "name:log/1 🔑 <@12> has Shatters Key (1 in all)",
            "name:log/1 🪑 <@12> went to the bench (0 in all)",
            "name:log/1 🟢 Started by <@11>",
            "name:log/1 ✏️ <@11> set Location: USW3",
            "name:log/1 ✅ Ended by <@11>",
        ]
    );
    assert!(
        guild
            .panel_changes()
            .contains(&"close starter/1".to_owned())
    );
    contains(
        &guild.panel("starter/1").await.expect("its last view"),
        "Ended",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_does_not_work_costs_no_run() {
    let guild = Guild::new().await;
    guild.maps("raid_log", CLOSED).await;
    let ann = guild.organizer(ANN, "Ann");
    let told = ann.runs(&[("dungeon", SHATTERS)]).await;
    assert_eq!(told, Told::Waits(vec!["run/1".into()]));
    let told = guild.posts(1).await.privately();
    contains(&told, "Run 1 for **Shatters** is posted.");
    contains(&told, "⚠️ The raid log was not opened");
    guild.member(BEN, "Ben").presses("join/1").await.privately();
    assert_eq!(guild.log_lines(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_panel_was_deleted_is_cancelled() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = ann.posts(SHATTERS).await;
    guild.loses_panel(&format!("starter/{run}")).await;
    assert_eq!(
        guild.rows("select status from run").await,
        [[Value::from("open")]]
    );
    guild.loses_panel(&format!("run/{run}")).await;
    assert_eq!(
        guild.rows("select status, end_reason from run").await,
        [[Value::from("cancelled"), "orphaned".into()]]
    );
    guild.loses_panel(&format!("run/{run}")).await;
    assert_eq!(guild.heard("run.cancelled").await.len(), 1);
    assert_eq!(ann.posts(SHATTERS).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn organizers_may_be_joined_by_posting() {
    let guild = Guild::with(json!({ "organizer_auto_join": true })).await;
    guild.organizer(ANN, "Ann").posts(SHATTERS).await;
    assert_eq!(
        guild.rows("select user_id, state from reaction").await,
        [[11.into(), Value::from("join")]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_raiders_are_two_hundred_rows() {
    let guild = Guild::new().await;
    let run = guild.organizer(ANN, "Ann").posts(SHATTERS).await;
    let join = format!("join/{run}");
    for raider in 1000..1200 {
        guild
            .member(raider, "Raider")
            .presses(&join)
            .await
            .privately();
    }
    assert_eq!(
        guild.rows("select count(*) from reaction").await,
        [[200.into()]]
    );
    let panel = guild.panel("run/1").await.expect("open");
    contains(&panel, "200");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_door_counts_each_kind_of_press_by_itself() {
    let manifest = Guild::new().await.manifest();
    let rate = |action: &str| {
        let rate = manifest.component(action).expect("declared").rate.clone();
        (rate.class, rate.limit, rate.per_seconds)
    };
    let is = |class: &str, limit, per_seconds| (class.to_owned(), limit, per_seconds);
    for press in ["join", "bench", "leave"] {
        assert_eq!(rate(press), is("seat", 3, 10));
    }
    // Who looks for a class and joins with it has not used up a press on Join.
    assert_eq!(
        (rate("class"), rate("pick-class")),
        (is("class", 5, 8), is("class", 5, 8))
    );
    assert_eq!(rate("key"), is("key", 4, 12));
    assert_eq!(rate("org"), is("organizer", 6, 10));
    assert_eq!(rate("pop"), is("key-popped", 1, 20));
    assert_eq!(rate("start"), is("components", 5, 8));
}
