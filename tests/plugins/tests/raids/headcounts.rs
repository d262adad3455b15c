//! Headcounts, from the menus to the run that they become.

use super::*;

const NEST: &str = "NEST";

#[tokio::test(flavor = "multi_thread")]
async fn the_menus_count_what_is_selected() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let menus = ann.uses("headcount", json!([])).await.shows_panel();
    contains(&menus, "Selected (0/10)");
    contains(&menus, "Create Headcount");
    ann.picks_all("hc-pick/1/0", &[SHATTERS, NEST]).await;
    ann.picks_all("hc-pick/1/1", &["ABYSS_OF_DEMONS"]).await;
    let menus = guild.panel("hc-draft/1").await.expect("open");
    contains(&menus, "Selected (3/10)");
    contains(&menus, "Nest, Shatters, Abyss of Demons");
    ann.picks_all("hc-pick/1/0", &[]).await;
    let menus = guild.panel("hc-draft/1").await.expect("open");
    contains(&menus, "Selected (1/10)");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_selected_posts_nothing() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.uses("headcount", json!([])).await.shows_panel();
    let told = ann.presses("hc-create/1").await.refused();
    contains(&told, "Pick at least one dungeon");
    assert_eq!(
        guild.rows("select id from headcount").await,
        Vec::<Vec<Value>>::new()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn eleven_dungeons_are_too_many_and_ten_are_not() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.uses("headcount", json!([])).await.shows_panel();
    let menus = guild.view(guild.id, "hc-draft/1").await.expect("open");
    let offered = |menu: usize, many: usize| -> Vec<String> {
        let options = &menus["components"][menu]["components"][0]["options"];
        let values = options.as_array().expect("a menu").iter().take(many);
        values
            .map(|option| option["value"].as_str().expect("a key").to_owned())
            .collect()
    };
    for (menu, many) in [(0, 5), (1, 5), (2, 1)] {
        let values = offered(menu, many);
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        ann.picks_all(&format!("hc-pick/1/{menu}"), &values).await;
    }
    contains(
        &guild.panel("hc-draft/1").await.expect("open"),
        "Selected (11/10)",
    );
    contains(
        &ann.presses("hc-create/1").await.refused(),
        "a headcount holds 10. Take some away.",
    );
    ann.picks_all("hc-pick/1/2", &[]).await;
    assert!(matches!(ann.presses("hc-create/1").await, Told::Waits(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_menus_close_after_two_minutes() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.uses("headcount", json!([])).await.shows_panel();
    ann.picks_all("hc-pick/1/0", &[SHATTERS]).await;
    guild.later(minutes(2)).await;
    let shown = guild.panel("hc-draft/1").await.expect("it says so");
    contains(&shown, "Use `/headcount` to begin again.");
    let told = ann.presses("hc-create/1").await.refused();
    contains(&told, "The time to pick is up.");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_menus_are_not_used() {
    let guild = Guild::new().await;
    guild
        .organizer(ANN, "Ann")
        .uses("headcount", json!([]))
        .await
        .shows_panel();
    let ben = guild.organizer(BEN, "Ben");
    contains(
        &ben.picks("hc-pick/1/0", SHATTERS).await.refused(),
        "not your menus",
    );
    contains(
        &ben.presses("hc-create/1").await.refused(),
        "not your menus",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_headcount_is_posted_where_runs_are_and_the_organizer_gets_the_link() {
    let guild = Guild::new().await;
    guild.maps("raid", RAID).await;
    guild.maps("raid_log", RAID_LOG).await;
    let ann = guild.organizer(ANN, "Ann");
    ann.uses("headcount", json!([])).await.shows_panel();
    ann.picks_all("hc-pick/1/0", &[SHATTERS, "ORYX_3"]).await;
    guild.panel_changes();
    let told = ann.presses("hc-create/1").await;
    let tags = vec!["headcount/1".into(), "hc-log/1".into()];
    assert_eq!(told, Told::Waits(tags));
    assert_eq!(
        guild.panel_changes(),
        ["close hc-draft/1", "open hc-starter/1", "open headcount/1"]
    );
    let posted = json!([
        { "tag": "headcount/1", "ok": true, "channel": "501", "message": "901" },
        { "tag": "hc-log/1", "ok": true, "channel": "601" },
    ]);
    let told = guild.outcome(posted).await.privately();
    contains(&told, "https://discord.com/channels/1/501/901");
    let rows = guild
        .rows("select channel_id, post_message_id, log_thread_id, status from headcount")
        .await;
    assert_eq!(
        rows,
        [[501.into(), 901.into(), 601.into(), Value::from("open")]]
    );
    assert_eq!(
        guild.heard("headcount.created").await,
        [json!({ "headcount_id": 1, "organizer_id": "11", "dungeon_keys": ["ORYX_3", SHATTERS] })]
    );
    let again = ann.presses("hc-create/1").await.refused();
    contains(&again, "posted already");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_headcount_that_cannot_be_posted_ends_and_blocks_nobody() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.uses("headcount", json!([])).await.shows_panel();
    ann.picks_all("hc-pick/1/0", &[SHATTERS]).await;
    ann.presses("hc-create/1").await;
    let failed =
        json!([{ "tag": "headcount/1", "ok": false, "problem": "I lack Embed Links here." }]);
    let told = guild.outcome(failed).await.privately();
    contains(&told, "could not be posted. I lack Embed Links here.");
    assert_eq!(
        guild.rows("select status, end_reason from headcount").await,
        [[Value::from("ended"), "orphaned".into()]]
    );
    assert_eq!(ann.posts(SHATTERS).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_keys_are_counted_and_taken_back() {
    let guild = Guild::new().await;
    let headcount = guild
        .organizer(ANN, "Ann")
        .counts(&[SHATTERS, "ORYX_3"])
        .await;
    let (ben, cid) = (guild.member(BEN, "Ben"), guild.member(CID, "Cid"));
    let join = format!("hc-join/{headcount}");
    contains(&ben.presses(&join).await.privately(), "You are in");
    contains(&cid.presses(&join).await.privately(), "You are in");
    contains(&cid.presses(&join).await.privately(), "You are out");
    let key = format!("hc-key/{headcount}/1/{SHATTERS}_KEY");
    contains(&ben.presses(&key).await.privately(), "could pop");
    for rune in ["WC_INC", "SWORD_RUNE"] {
        let key = format!("hc-key/{headcount}/0/{rune}");
        contains(&cid.presses(&key).await.privately(), "could pop");
    }
    contains(
        &cid.presses(&format!("hc-key/{headcount}/0/WC_INC"))
            .await
            .privately(),
        "no longer",
    );
    let panel = guild
        .panel(&format!("headcount/{headcount}"))
        .await
        .expect("open");
    for part in [
        "Participants: 1",
        "Total Keys: 2",
        "**Shatters**: 1 key",
        "**Oryx 3**: Sword Rune 1",
    ] {
        contains(&panel, part);
    }
    let panel = guild
        .panel(&format!("hc-organizer/{headcount}/11"))
        .await
        .expect("open");
    for part in [
        "Participants: 1: <@12>",
        "Shatters Key: 1 for Shatters: <@12>",
        "Sword Rune: 1 for Oryx 3: <@13>",
    ] {
        contains(&panel, part);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guild_may_hide_the_counts() {
    let guild = Guild::with(json!({ "public_raider_count": false })).await;
    guild.organizer(ANN, "Ann").counts(&[SHATTERS]).await;
    guild.member(BEN, "Ben").presses("hc-join/1").await;
    let panel = guild.panel("headcount/1").await.expect("open");
    assert!(
        !panel.contains("Participants") && !panel.contains("key:") && !panel.contains("0 keys"),
        "{panel}"
    );
    let panel = guild.panel("hc-organizer/1/11").await.expect("open");
    contains(&panel, "Participants: 1");
}

#[tokio::test(flavor = "multi_thread")]
async fn suspended_members_are_not_counted() {
    let guild = Guild::new().await;
    let headcount = guild.organizer(ANN, "Ann").counts(&[SHATTERS]).await;
    let ben = guild.member(BEN, "Ben").holds("suspended");
    for press in ["hc-join/1", "hc-key/1/0/SHATTERS_KEY"] {
        contains(&ben.presses(press).await.refused(), "suspended");
    }
    let rows = guild
        .rows("select count(*) from headcount_participant")
        .await;
    assert_eq!((headcount, rows), (1, vec![vec![Value::Integer(0)]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_has_joined_the_run_and_brings_the_keys_of_its_dungeon() {
    let guild = Guild::new().await;
    guild.maps("raid_log", RAID_LOG).await;
    let ann = guild.organizer(ANN, "Ann");
    let headcount = ann.counts(&[SHATTERS, NEST]).await;
    let (ben, cid) = (guild.member(BEN, "Ben"), guild.member(CID, "Cid"));
    ben.presses("hc-join/1").await;
    cid.presses("hc-join/1").await;
    // Nest comes before Shatters in the menu.
    cid.presses("hc-key/1/1/SHATTERS_KEY").await;
    cid.presses("hc-key/1/0/NEST_KEY").await;
    guild.log_lines();
    guild.panel_changes();

    let menu = ann
        .presses(&format!("hc-convert/{headcount}"))
        .await
        .privately();
    contains(&menu, "Which dungeon is the run?");
    let until = guild.now_seconds() + 60;
    let panel = ann
        .picks(&format!("hc-convert-to/1/{until}"), SHATTERS)
        .await
        .shows_panel();
    contains(&panel, "Organizer Panel — ⏳ Starting Soon: Shatters");

    let run = guild.panel("run/1").await.expect("there is a run");
    for part in [
        "Starting Soon: Shatters",
        "Raiders: 2",
        "Shatters Key: **1**",
    ] {
        contains(&run, part);
    }
    assert_eq!(
        guild.panel_changes()[..4],
        [
            "rename headcount/1 to run/1",
            "rename hc-starter/1 to starter/1",
            "close hc-organizer/1/*",
            "open organizer/1/11",
        ]
    );
    let rows = guild
        .rows("select organizer_id, channel_id, post_message_id, log_thread_id, headcount_id from run")
        .await;
    assert_eq!(
        rows,
        [[
            11.into(),
            501.into(),
            901.into(),
            601.into(),
            Value::Integer(1)
        ]]
    );
    let keys = guild
        .rows("select user_id, key_type, source from key_reaction")
        .await;
    assert_eq!(
        keys,
        [[13.into(), Value::from("SHATTERS_KEY"), "headcount".into()]]
    );
    let log = guild.log_lines();
    assert!(
        log.iter().all(|line| line.starts_with("name:hc-log/1 ")),
        "{log:?}"
    );
    contains(&log.join("\n"), "made it run 1: Shatters");
    assert_eq!(
        guild.heard("headcount.converted").await,
        [json!({
            "headcount_id": 1, "organizer_id": "11", "dungeon_keys": [NEST, SHATTERS], "run_id": 1,
        })]
    );
    assert_eq!(guild.heard("run.created").await.len(), 1);
    // The run goes on as any other.
    ann.presses("start/1").await.privately();
    ann.presses("end/1").await.privately();
    assert_eq!(
        guild.heard("run.ended").await[0]["participants"],
        json!(["12", "13"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_headcount_of_one_dungeon_is_converted_at_once() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.counts(&[SHATTERS]).await;
    let panel = ann.presses("hc-convert/1").await.shows_panel();
    contains(&panel, "Starting Soon: Shatters");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_menu_of_dungeons_is_open_for_a_minute() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.counts(&[SHATTERS, NEST]).await;
    let until = guild.now_seconds() + 60;
    guild.later(minutes(1)).await;
    let told = ann
        .picks(&format!("hc-convert-to/1/{until}"), SHATTERS)
        .await
        .refused();
    contains(&told, "Press Convert to Run again.");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_organizers_convert_one_headcount_and_the_second_is_told() {
    let guild = Guild::new().await;
    let (ann, ben) = (guild.organizer(ANN, "Ann"), guild.organizer(BEN, "Ben"));
    ann.counts(&[SHATTERS]).await;
    let (one, two) = tokio::join!(ann.presses("hc-convert/1"), ben.presses("hc-convert/1"));
    let (won, lost) = match (one, two) {
        (Told::Panel(panel), Told::Refused(why)) | (Told::Refused(why), Told::Panel(panel)) => {
            (panel, why)
        }
        both => panic!("{both:?}"),
    };
    contains(&won, "Starting Soon: Shatters");
    contains(&lost, "already made into run 1 by <@1");
    // It is Ann's run, whoever was faster.
    let rows = guild.rows("select id, organizer_id from run").await;
    assert_eq!(rows, [[Value::Integer(1), Value::Integer(11)]]);
    assert_eq!(guild.heard("headcount.converted").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_organizers_are_asked_first_and_raiders_are_turned_away() {
    let guild = Guild::new().await;
    guild.organizer(ANN, "Ann").counts(&[SHATTERS]).await;
    let ben = guild.organizer(BEN, "Ben");
    contains(
        &ben.presses("hc-org/1").await.privately(),
        "This is not your headcount",
    );
    contains(&ben.presses("hc-keep-out/1").await.updates(), "<@11>");
    contains(
        &ben.presses("hc-take-over/1").await.shows_panel(),
        "Organizer Panel",
    );
    let cid = guild.member(CID, "Cid");
    for press in ["hc-org/1", "hc-take-over/1", "hc-end/1", "hc-convert/1"] {
        contains(
            &cid.presses(press).await.refused(),
            "who has the organizer role",
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_headcount_says_so_and_its_log_rests() {
    let guild = Guild::new().await;
    guild.maps("raid_log", RAID_LOG).await;
    let ann = guild.organizer(ANN, "Ann");
    ann.counts(&[SHATTERS]).await;
    guild.panel_changes();
    contains(&ann.presses("hc-end/1").await.privately(), "has ended");
    let shown = guild.panel("headcount/1").await.expect("for the last time");
    contains(&shown, "❌ Headcount Ended");
    assert!(!shown.contains("[Join"), "{shown}");
    assert_eq!(
        guild.panel_changes(),
        [
            "close headcount/1",
            "close hc-organizer/1/*",
            "close hc-starter/1"
        ]
    );
    let told = guild
        .member(BEN, "Ben")
        .presses("hc-join/1")
        .await
        .refused();
    contains(&told, "already ended by <@11>");
    contains(
        &ann.presses("hc-convert/1").await.refused(),
        "already ended by <@11>",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_needs_to_end_a_headcount_after_six_hours() {
    let guild = Guild::new().await;
    guild.organizer(ANN, "Ann").counts(&[SHATTERS]).await;
    guild.later(minutes(6 * 60 - 1)).await;
    assert_eq!(
        guild.rows("select status from headcount").await,
        [[Value::from("open")]]
    );
    guild.later(minutes(1)).await;
    assert_eq!(
        guild.rows("select status, end_reason from headcount").await,
        [[Value::from("ended"), "auto".into()]]
    );
    assert_eq!(guild.heard("headcount.ended").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_headcount_or_run_at_a_time() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.counts(&[SHATTERS]).await;
    let told = ann.runs(&[("dungeon", NEST)]).await.refused();
    contains(
        &told,
        "You already have a headcount: **Shatters** (headcount 1)",
    );
    contains(&told, "https://discord.com/channels/1/501/901");
    contains(
        &ann.uses("headcount", json!([])).await.refused(),
        "already have a headcount",
    );
    ann.presses("hc-convert/1").await.shows_panel();
    let told = ann.uses("headcount", json!([])).await.refused();
    contains(&told, "You already have a run: **Shatters** (run 1)");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guild_may_want_many_at_a_time() {
    let guild = Guild::with(json!({ "one_active_per_organizer": false })).await;
    let ann = guild.organizer(ANN, "Ann");
    assert_eq!(ann.counts(&[SHATTERS]).await, 1);
    assert_eq!(ann.counts(&[NEST]).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_headcount_whose_panel_was_deleted_blocks_nobody() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.counts(&[SHATTERS]).await;
    guild.loses_panel("headcount/1").await;
    assert_eq!(
        guild.rows("select status, end_reason from headcount").await,
        [[Value::from("ended"), "orphaned".into()]]
    );
    assert_eq!(ann.posts(SHATTERS).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_can_see_any_more_is_cleared_away_by_the_check() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let gone = |tag: &str| {
        let message = GONE_MESSAGE.to_string();
        json!([{ "tag": tag, "ok": true, "channel": RAID.to_string(), "message": message }])
    };
    ann.uses("headcount", json!([])).await.shows_panel();
    ann.picks_all("hc-pick/1/0", &[SHATTERS]).await;
    ann.presses("hc-create/1").await;
    guild.outcome(gone("headcount/1")).await.privately();
    ann.runs(&[("dungeon", NEST)]).await;
    guild.outcome(gone("run/1")).await.privately();
    ann.uses("headcount", json!([])).await.shows_panel();
    assert_eq!(
        guild.rows("select status, end_reason from headcount").await,
        [[Value::from("ended"), "orphaned".into()]]
    );
    assert_eq!(
        guild.rows("select status, end_reason from run").await,
        [[Value::from("cancelled"), "orphaned".into()]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panel_that_was_lost_while_it_became_a_run_is_the_runs() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.counts(&[SHATTERS]).await;
    ann.presses("hc-convert/1").await.shows_panel();
    guild.loses_panel("headcount/1").await;
    assert_eq!(
        guild.rows("select status, end_reason from run").await,
        [[Value::from("cancelled"), "orphaned".into()]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_headcount_that_nobody_ever_saw_is_cleared_away() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.uses("headcount", json!([])).await.shows_panel();
    ann.picks_all("hc-pick/1/0", &[SHATTERS]).await;
    ann.presses("hc-create/1").await;
    guild.outbox();
    contains(
        &ann.runs(&[("dungeon", NEST)]).await.refused(),
        "already have a headcount",
    );
    guild.later(minutes(2)).await;
    assert_eq!(ann.posts(NEST).await, 1);
    assert_eq!(
        guild.rows("select status from headcount").await,
        [[Value::from("ended")]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_headcount_survives_a_restart_and_nothing_is_doubled() {
    let guild = Guild::new().await;
    guild.organizer(ANN, "Ann").counts(&[SHATTERS, NEST]).await;
    guild.member(BEN, "Ben").presses("hc-join/1").await;
    guild
        .member(BEN, "Ben")
        .presses("hc-key/1/1/SHATTERS_KEY")
        .await;
    let guild = guild.restarted().await;
    guild.member(CID, "Cid").presses("hc-join/1").await;
    let panel = guild.panel("hc-organizer/1/11").await.expect("open");
    contains(&panel, "Participants: 2");
    let ann = guild.organizer(ANN, "Ann");
    let until = guild.now_seconds() + 60;
    ann.picks(&format!("hc-convert-to/1/{until}"), SHATTERS)
        .await
        .shows_panel();
    let run = guild.panel("run/1").await.expect("a run");
    contains(&run, "Raiders: 2");
    contains(&run, "Shatters Key: **1**");
    let people = guild
        .rows("select user_id, state from reaction order by user_id")
        .await;
    assert_eq!(
        people,
        [[12.into(), Value::from("join")], [13.into(), "join".into()]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn guilds_do_not_see_each_others_headcounts() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.counts(&[SHATTERS]).await;
    let elsewhere = ann.clone().in_guild(2);
    for press in ["hc-join/1", "hc-org/1", "hc-end/1", "hc-convert/1"] {
        contains(
            &elsewhere.presses(press).await.refused(),
            "This headcount is gone.",
        );
    }
    elsewhere.uses("headcount", json!([])).await.shows_panel();
}
