//! Runs, as people live them: the built plugin over a real database.

use std::time::Duration;

use muster_core::effect::Action;
use muster_store::Value;
use serde_json::{Value as Json, json};

#[path = "raids/guild.rs"]
mod guild;
#[path = "raids/headcounts.rs"]
mod headcounts;
#[path = "raids/history.rs"]
mod history;
#[path = "raids/key_log.rs"]
mod key_log;
#[path = "raids/leading.rs"]
mod leading;
#[path = "raids/life.rs"]
mod life;
#[path = "raids/organizers.rs"]
mod organizers;
#[path = "raids/parties.rs"]
mod parties;
#[path = "raids/role_pings.rs"]
mod role_pings;

#[path = "raids/roles_and_messages.rs"]
mod roles_and_messages;

use guild::{CLOSED, GENERAL, GONE_MESSAGE, Guild, PING_ROLE, RAID, RAID_LOG, STAFF_ROLE, Told};

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
