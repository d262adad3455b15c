//! What an organizer does on the panel while a run is on.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_run_turns_members_away_and_keeps_those_who_are_in() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = ann.posts(SHATTERS).await;
    let (ben, cid) = (guild.member(BEN, "Ben"), guild.member(CID, "Cid"));
    ben.presses(&format!("join/{run}")).await;
    let lock = format!("lock/{run}");
    contains(&ben.presses(&lock).await.refused(), "organizer role");
    contains(&ann.presses(&lock).await.privately(), "Nobody can join");
    contains(
        &guild.panel("run/1").await.expect("open"),
        "Joining is locked",
    );
    let join = format!("join/{run}");
    contains(&cid.presses(&join).await.refused(), "locked joining");
    contains(&ben.presses(&join).await.privately(), "already joined");
    cid.presses(&format!("bench/{run}")).await.privately();
    contains(&ann.presses(&lock).await.privately(), "can join again");
    cid.presses(&join).await.privately();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_shows_how_many_of_its_keys_are_popped() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = ann.posts(SHATTERS).await;
    let chain = format!("chain/{run}");
    let Told::Form(form) = ann.presses(&chain).await else {
        panic!("no form");
    };
    assert_eq!(form["title"], "Chain Amount");
    let told = ann.submits(&chain, "number", "100").await.refused();
    contains(&told, "from 1 to 99");
    let told = ann.submits(&chain, "number", "3").await.privately();
    contains(&told, "The chain has 3 keys");
    ann.presses(&format!("start/{run}")).await;
    ann.presses(&format!("pop/{run}")).await;
    contains(&guild.panel("run/1").await.expect("open"), "(Chain 1/3)");

    let oryx = guild.organizer(BEN, "Ben").posts("ORYX_3").await;
    let told = ann.presses(&format!("chain/{oryx}")).await.refused();
    contains(&told, "no chain");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ping_takes_the_one_before_away() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = ann.posts(SHATTERS).await;
    let (ping, join) = (format!("ping/{run}"), format!("join/{run}"));
    contains(&ann.presses(&ping).await.refused(), "not live");
    for raider in [guild.member(BEN, "Ben"), guild.member(CID, "Cid")] {
        raider.presses(&join).await;
    }
    guild.outbox();
    ann.presses(&format!("start/{run}")).await;
    let start = guild.messages();
    assert_eq!(start.len(), 1, "{start:?}");
    contains(
        &start[0],
        "channel:501 🟢 Raid Starting! **Shatters** @here",
    );
    contains(&start[0], "https://discord.com/channels/1/501/901");

    contains(&ann.presses(&ping).await.refused(), "Press again in 20");
    guild.later(Duration::from_secs(20)).await;
    contains(&ann.presses(&ping).await.privately(), "Pinged 2 raiders");
    let pinged = guild.messages();
    assert_eq!(pinged[0], "delete name:ping/1/1");
    contains(&pinged[1], "<@12> <@13>");
    assert_eq!(pinged.len(), 2, "{pinged:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn oryx_3_goes_through_its_stages_and_each_is_told_once() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = ann.posts("ORYX_3").await;
    guild
        .member(BEN, "Ben")
        .presses(&format!("join/{run}"))
        .await;
    ann.presses(&format!("start/{run}")).await;
    guild.outbox();

    let score = format!("score/{run}");
    assert!(matches!(ann.presses(&score).await, Told::Form(_)));
    ann.submits(&score, "number", "57%").await.privately();
    contains(&guild.panel("run/1").await.expect("open"), "Realm: **57%**");
    let pings = guild.messages();
    assert_eq!(pings[0], "delete name:ping/1/1", "that of the start");
    contains(&pings[1], "at **57%**.");
    contains(&pings[1], "<@12>");

    let closed = format!("realm-closed/{run}");
    let (miniboss, third) = (format!("miniboss/{run}"), format!("third-room/{run}"));
    contains(
        &ann.presses(&miniboss).await.refused(),
        "Realm Closed first",
    );
    let ben = guild.organizer(BEN, "Ben");
    let (first, second) = tokio::join!(ann.presses(&closed), ben.presses(&closed));
    let refused = [first, second]
        .into_iter()
        .filter(|told| matches!(told, Told::Refused(why) if why.contains("closed already")));
    assert_eq!(refused.count(), 1);
    assert_eq!(
        guild.messages().len(),
        2,
        "one ping, and the one before goes"
    );

    let menu = ann.presses(&miniboss).await.privately();
    contains(&menu, "Dammah, Gemsbok, Leucoryx, Beisa");
    let pick = format!("pick-miniboss/{run}");
    contains(
        &ann.picks(&pick, "Oryx").await.refused(),
        "no such miniboss",
    );
    contains(&ann.picks(&pick, "Beisa").await.updates(), "Beisa");
    contains(
        &guild.panel("run/1").await.expect("open"),
        "Miniboss: **Beisa**",
    );
    contains(&ann.presses(&third).await.privately(), "third room");
    contains(&ann.presses(&third).await.refused(), "begun already");
    assert_eq!(
        guild
            .rows("select o3_stage, miniboss, realm_score from run")
            .await,
        [[Value::from("third_room"), "Beisa".into(), 57.into()]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn oryx_3_starts_with_a_screenshot_where_the_guild_wants_one() {
    let guild = Guild::with(json!({ "start_needs_taken": true })).await;
    let ann = guild.organizer(ANN, "Ann");
    contains(
        &ann.shows("image/png").await.refused(),
        "no run that is open",
    );
    let run = ann.posts("ORYX_3").await;
    let start = format!("start/{run}");
    contains(&ann.presses(&start).await.refused(), "`/taken`");
    let told = ann.presses(&format!("screenshot/{run}")).await.privately();
    contains(&told, "Use `/taken`");
    let told = ann.shows("text/plain").await.refused();
    contains(&told, "no picture");
    contains(&ann.shows("image/png").await.privately(), "start it now");
    let panel = ann.presses(&format!("org/{run}")).await.shows_panel();
    contains(&panel, "[✅ Submit Screenshot]");
    ann.presses(&start).await.privately();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screenshot_is_for_oryx_3_only() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.posts(SHATTERS).await;
    let told = ann.shows("image/png").await.refused();
    contains(&told, "Your run is of **Shatters**");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_starts_with_party_and_location_where_the_guild_wants_both() {
    let guild = Guild::with(json!({ "start_needs_party_location": true })).await;
    let ann = guild.organizer(ANN, "Ann");
    let run = ann.posts(SHATTERS).await;
    let start = format!("start/{run}");
    let told = ann.presses(&start).await.refused();
    contains(&told, "set the party and set the location");
    ann.types(&format!("party/{run}"), "Ann").await.privately();
    contains(&ann.presses(&start).await.refused(), "set the location");
    ann.types(&format!("location/{run}"), "USW3")
        .await
        .privately();
    ann.presses(&start).await.privately();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_presses_of_end_one_ends_the_run() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = ann.posts(SHATTERS).await;
    guild
        .member(BEN, "Ben")
        .presses(&format!("join/{run}"))
        .await;
    ann.presses(&format!("start/{run}")).await;
    let told = ann.presses_at_once(&format!("end/{run}"), 20).await;
    let ended = told.iter().filter(|t| matches!(t, Told::Private(_)));
    assert_eq!(ended.count(), 1, "{told:?}");
    let late = told
        .iter()
        .filter(|t| matches!(t, Told::Refused(why) if why.contains("already ended")));
    assert_eq!(late.count(), 19, "{told:?}");
    assert_eq!(guild.heard("run.ended").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn key_popped_pressed_twice_counts_once() {
    let guild = Guild::new().await;
    let (ann, ben) = (guild.organizer(ANN, "Ann"), guild.organizer(BEN, "Ben"));
    let run = ann.posts(SHATTERS).await;
    ann.presses(&format!("start/{run}")).await;
    let pop = format!("pop/{run}");
    let (first, second) = tokio::join!(ann.presses(&pop), ben.presses(&pop));
    let late = [first, second]
        .into_iter()
        .filter(|told| matches!(told, Told::Refused(why) if why.contains("Press again in")));
    assert_eq!(late.count(), 1);
    assert_eq!(guild.heard("run.key_popped").await.len(), 1);
    assert_eq!(
        guild.rows("select key_pop_count from run").await,
        [[1.into()]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn start_and_end_at_once_leave_one_story() {
    let guild = Guild::new().await;
    let (ann, ben) = (guild.organizer(ANN, "Ann"), guild.organizer(BEN, "Ben"));
    let run = ann.posts(SHATTERS).await;
    let (start, end) = (format!("start/{run}"), format!("end/{run}"));
    let (started, ended) = tokio::join!(ann.presses(&start), ben.presses(&end));
    assert!(matches!(started, Told::Private(_)), "{started:?}");
    assert_eq!(guild.heard("run.started").await.len(), 1);
    match ended {
        // It came first: an open run has no end.
        Told::Refused(why) => {
            contains(&why, "has not started");
            assert_eq!(guild.heard("run.ended").await.len(), 0);
        }
        Told::Private(_) => assert_eq!(guild.heard("run.ended").await.len(), 1),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_goes_on_in_the_middle_of_a_key_window() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = ann.posts(SHATTERS).await;
    guild
        .member(BEN, "Ben")
        .presses(&format!("join/{run}"))
        .await;
    ann.presses(&format!("start/{run}")).await;
    ann.presses(&format!("pop/{run}")).await;

    let guild = guild.restarted().await;
    let ann = guild.organizer(ANN, "Ann");
    contains(
        &guild.panel("run/1").await.expect("open"),
        "Party join window closes",
    );
    let pop = format!("pop/{run}");
    contains(&ann.presses(&pop).await.refused(), "Press again in");
    guild.later(Duration::from_secs(31)).await;
    let panel = guild.panel("run/1").await.expect("open");
    assert!(!panel.contains("Party join window"), "{panel}");
    contains(&ann.presses(&pop).await.privately(), "Key 2 popped");
    let popped = guild.heard("run.key_popped").await;
    assert_eq!(popped.len(), 2, "none twice");
    assert_eq!(popped[1]["completed"], json!(["12"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_fell_due_while_nobody_ran_the_bot_ends_once() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    ann.posts(SHATTERS).await;
    let guild = guild.restarted().await;
    guild.later(minutes(121)).await;
    let guild = guild.restarted().await;
    guild.later(minutes(121)).await;
    assert_eq!(guild.heard("run.ended").await.len(), 1);
    assert_eq!(
        guild.rows("select status, end_reason from run").await,
        [[Value::from("ended"), "auto".into()]]
    );
}
