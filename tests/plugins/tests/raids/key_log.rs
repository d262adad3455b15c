//! After the end: whose keys were popped.

use super::*;

async fn with_pops(ann: &guild::Person<'_>, guild: &Guild, dungeon: &str, pops: u32) -> u64 {
    let run = ann.posts(dungeon).await;
    ann.presses(&format!("start/{run}")).await;
    for _ in 0..pops {
        ann.presses(&format!("pop/{run}")).await.privately();
        guild.later(Duration::from_secs(31)).await;
    }
    run
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_three_keys_is_logged_one_by_one() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = with_pops(&ann, &guild, SHATTERS, 3).await;
    let ben = guild.member(BEN, "Ben");
    ben.presses(&format!("key/{run}/SHATTERS_KEY")).await;

    let panel = ann.presses(&format!("end/{run}")).await.shows_panel();
    contains(&panel, "**3 keys to log**");
    contains(&panel, "Who offered a key ▾ Ben (Shatters Key)");
    let id = |what: &str| format!("{what}/{run}/{ANN}");
    let too_early = ann.picks(&id("keys-amount"), "2").await.refused();
    contains(&too_early, "whose key it was");

    assert_eq!(ann.picks(&id("keys-who"), "12").await, Told::Nothing);
    contains(
        &guild.panel("keys/1/11").await.expect("open"),
        "How many ▾ 1, 2, 3",
    );
    assert_eq!(ann.picks(&id("keys-amount"), "2").await, Told::Nothing);
    contains(
        &guild.panel("keys/1/11").await.expect("open"),
        "**1 key to log**",
    );
    // The one who popped it is not the one who offered it.
    assert_eq!(ann.picks(&id("keys-somebody"), "31").await, Told::Nothing);
    assert_eq!(ann.picks(&id("keys-amount"), "1").await, Told::Nothing);
    let panel = guild.panel("keys/1/11").await.expect("its last view");
    contains(&panel, "Every key is logged.");
    assert!(!panel.contains("[Close]"), "{panel}");
    let told = ann.picks(&id("keys-amount"), "1").await.refused();
    contains(&told, "`/logkey`");

    let logged = guild.heard("key.logged").await;
    assert_eq!(
        logged,
        [
            json!({
                "user_id": "12", "dungeon_key": SHATTERS, "key_type": "SHATTERS_KEY", "amount": 2,
                "actor_id": "11", "run_id": 1, "subject": "run:1/key:1",
            }),
            json!({
                "user_id": "31", "dungeon_key": SHATTERS, "key_type": "SHATTERS_KEY", "amount": 1,
                "actor_id": "11", "run_id": 1, "subject": "run:1/key:2",
            }),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dungeon_with_several_keys_asks_which_one() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = with_pops(&ann, &guild, "ORYX_3", 1).await;
    let cid = guild.member(CID, "Cid");
    for key in ["WC_INC", "HELM_RUNE"] {
        cid.presses(&format!("key/{run}/{key}")).await;
    }
    ann.presses(&format!("end/{run}")).await.shows_panel();
    let id = |what: &str| format!("{what}/{run}/{ANN}");
    ann.picks(&id("keys-who"), "13").await;
    let told = ann.picks(&id("keys-amount"), "1").await.refused();
    contains(&told, "which key it was");
    let told = ann.picks(&id("keys-type"), "SHATTERS_KEY").await.refused();
    contains(&told, "does not open this dungeon");
    ann.picks(&id("keys-type"), "HELM_RUNE").await;
    ann.picks(&id("keys-amount"), "1").await;
    assert_eq!(
        guild.heard("key.logged").await[0]["key_type"],
        json!("HELM_RUNE")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_name_finds_a_member_whatever_stands_before_it() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = with_pops(&ann, &guild, SHATTERS, 1).await;
    ann.presses(&format!("end/{run}")).await.shows_panel();
    let id = format!("keys-name/{run}/{ANN}");
    let Told::Form(form) = ann.presses(&id).await else {
        panic!("no form");
    };
    assert_eq!(form["title"], "Custom Name");
    let told = ann.submits(&id, "name", "Nobody").await.refused();
    contains(&told, "No member is called \"Nobody\"");
    let told = ann.submits(&id, "name", "rob").await.refused();
    contains(&told, "2 members are called \"rob\"");
    assert_eq!(ann.submits(&id, "name", "*ria ").await, Told::Nothing);
    contains(&guild.panel("keys/1/11").await.expect("open"), "<@31>");
    let bot = ann.picks(&format!("keys-somebody/{run}/{ANN}"), "34").await;
    contains(&bot.refused(), "Bots pop no keys");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rest_may_stay_unlogged_and_the_panel_may_be_closed() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = with_pops(&ann, &guild, SHATTERS, 2).await;
    ann.presses(&format!("end/{run}")).await.shows_panel();
    let close = format!("keys-close/{run}/{ANN}");
    assert_eq!(ann.presses(&close).await, Told::Nothing);
    contains(
        &guild.panel("keys/1/11").await.expect("its last view"),
        "Closed.",
    );
    let waive = format!("keys-waive/{run}/{ANN}");
    assert_eq!(ann.presses(&waive).await, Told::Nothing);
    contains(
        &guild.panel("keys/1/11").await.expect("its last view"),
        "Not logged: 2",
    );
    contains(&ann.presses(&waive).await.refused(), "is logged");
    assert_eq!(
        guild.heard("key.logged").await,
        Vec::<serde_json::Value>::new()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn raiders_log_no_keys() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = with_pops(&ann, &guild, SHATTERS, 1).await;
    ann.presses(&format!("end/{run}")).await.shows_panel();
    let ben = guild.member(BEN, "Ben");
    let told = ben.picks(&format!("keys-who/{run}"), "12").await.refused();
    contains(&told, "who has the organizer role");
    let told = ben.presses(&format!("keys-waive/{run}")).await.refused();
    contains(&told, "who has the organizer role");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_auto_end_the_raid_log_asks_whose_keys_they_were() {
    let guild = Guild::new().await;
    guild.maps("raid_log", RAID_LOG).await;
    let ann = guild.organizer(ANN, "Ann");
    let told = ann.runs(&[("dungeon", SHATTERS)]).await;
    assert!(matches!(told, Told::Waits(_)), "{told:?}");
    let both = json!([
        { "tag": "run/1", "ok": true, "channel": "501", "message": "901" },
        { "tag": "log/1", "ok": true, "channel": "700" },
    ]);
    guild.outcome(both).await;
    ann.presses("start/1").await;
    ann.presses("pop/1").await;
    guild.panel_changes();
    guild.later(minutes(121)).await;
    assert_eq!(
        guild.rows("select status, end_reason from run").await,
        [[Value::from("ended"), "auto".into()]]
    );
    let changes = guild.panel_changes();
    assert!(changes.contains(&"open keys/1".to_owned()), "{changes:?}");

    let guild = guild.restarted().await;
    let orla = guild.organizer(CID, "Orla");
    orla.picks("keys-somebody/1", "31").await;
    orla.picks("keys-amount/1", "1").await;
    assert_eq!(guild.heard("key.logged").await[0]["actor_id"], json!("13"));
    contains(
        &guild.panel("keys/1").await.expect("its last view"),
        "Every key is logged.",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_without_popped_keys_asks_for_none() {
    let guild = Guild::new().await;
    let ann = guild.organizer(ANN, "Ann");
    let run = with_pops(&ann, &guild, SHATTERS, 0).await;
    let told = ann.presses(&format!("end/{run}")).await.privately();
    contains(&told, "has ended");
}
