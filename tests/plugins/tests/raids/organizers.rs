//! What organizers may, and what they leave behind.

use super::*;

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
