//! What plugins hear of each other and of Discord, through the whole host.

use std::time::Duration;

use muster_harness::{Stage, comes_to_say, says};
use muster_playground::{MemberSpec, Permissions};
use muster_test_e2e::{board, comes_to_hear, diary, stats_come_to_say, with_guests};
use serde_json::{Value, json};

fn nora() -> MemberSpec {
    MemberSpec {
        name: "Nora".into(),
        ..MemberSpec::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_listens_to_run_ended_does_not_notice_who_tells_it() {
    let stage = Stage::with_plugins(&with_guests()).await;
    stage.is_configured().await;
    let board = board(&stage, None).await;
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    let otto = stage.person("Otto", "raid");
    let organizer_panel = muster_harness::shows(otto.presses(panel.id(), "Organizer Panel")).await;
    says(otto.presses(organizer_panel.id(), "Start")).await;
    comes_to_say(&organizer_panel, &["End Run"]).await;
    says(otto.presses(organizer_panel.id(), "End Run")).await;
    let heard = comes_to_hear(&stage, &board, "run.ended").await;
    let (_, body) = heard
        .lines()
        .find_map(|line| line.strip_prefix("run.ended of ")?.split_once(": "))
        .expect("it was heard");
    let mut body: Value = serde_json::from_str(body).expect("JSON");

    // The same shape from another plugin: heard like the first, apart from the name of who said it.
    body["run_id"] = json!(99);
    let tell = json!({ "topic": "run.ended", "body": body.to_string() });
    says(stage.person("Nina", "general").uses("/tell", tell)).await;
    comes_to_hear(&stage, &board, "run.ended of teller").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_were_told_before_a_kill_are_heard_after_the_start_once() {
    let mut stage = Stage::with_plugins(&with_guests()).await;
    stage.is_configured().await;
    let body = json!({ "user_id": "1", "dungeon_key": "X", "key_type": "X", "amount": 1,
        "actor_id": "2", "subject": "entry:1" });
    let tell = json!({ "topic": "key.logged", "body": body.to_string() });
    says(stage.person("Nina", "general").uses("/tell", tell)).await;
    stage.is_killed().await;
    stage.starts().await;
    let board = board(&stage, None).await;
    let heard = comes_to_hear(&stage, &board, "key.logged of teller").await;
    assert_eq!(heard.matches("key.logged").count(), 1, "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_the_guild_reach_the_subscribers() {
    let stage = Stage::with_plugins(&with_guests()).await;
    stage.is_configured().await;
    let board = board(&stage, None).await;
    let guild = &stage.guild;
    comes_to_hear(&stage, &board, "guild.returned of host: {}").await;
    comes_to_hear(&stage, &board, "mapping.changed of host").await;
    let role = guild.add_role("Passing", Permissions::default());
    guild.delete_role(role);
    comes_to_hear(
        &stage,
        &board,
        &format!("role.deleted of host: {{\"role_id\":\"{}\"}}", role.0),
    )
    .await;
    let log = guild.channel("raid-log").expect("there");
    guild.delete_channel(log);
    comes_to_hear(
        &stage,
        &board,
        &format!("channel.deleted of host: {{\"channel_id\":\"{}\"}}", log.0),
    )
    .await;
    board.delete();
    // The bot hears of no deleted message: it finds the board gone when it has something new to show.
    let otto = stage.person("Otto", "general");
    says(otto.uses("/note", json!({ "text": "unseen" }))).await;
    // There is no board to look at any more, so the diary itself is asked until it knows.
    let lost = "panel.lost of host: {\"panel\":\"board\"}";
    let heard = async {
        while !diary(&stage).await.contains(lost) {
            // A delivery that failed on a busy machine comes again after five seconds.
            stage.passes(Duration::from_secs(5));
        }
    };
    let heard = tokio::time::timeout(Duration::from_secs(20), heard).await;
    assert!(heard.is_ok(), "{}", diary(&stage).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn members_who_come_change_and_go_are_told_where_the_intent_is_granted() {
    let stage = Stage::with_members_intent(&with_guests()).await;
    stage.is_configured().await;
    let board = board(&stage, None).await;
    let newcomer = stage.guild.join(&nora()).expect("valid");
    let id = newcomer.id();
    comes_to_hear(
        &stage,
        &board,
        &format!("member.joined of host: {{\"user_id\":\"{id}\"}}"),
    )
    .await;
    let role = stage.guild.role("Verified Raider").expect("there");
    stage.guild.set_role(id, role.id, true);
    let heard = comes_to_hear(&stage, &board, "member.roles-changed of host").await;
    assert!(
        heard.contains(&format!("\"role_ids\":[\"{}\"]", role.id)),
        "{heard}"
    );
    newcomer.leaves();
    comes_to_hear(
        &stage,
        &board,
        &format!("member.left of host: {{\"user_id\":\"{id}\"}}"),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_intent_members_are_not_heard_and_all_else_works() {
    let stage = Stage::with_plugins(&with_guests()).await;
    stage.is_configured().await;
    let board = board(&stage, None).await;
    stage.guild.join(&nora()).expect("valid");
    let role = stage.guild.add_role("Passing", Permissions::default());
    stage.guild.delete_role(role);
    // What came after was heard, so what came before was not.
    let heard = comes_to_hear(&stage, &board, "role.deleted").await;
    assert!(!heard.contains("member.joined"), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_counts_for_who_took_part_whoever_tells_of_it() {
    let stage = Stage::with_plugins(&with_guests()).await;
    stage.is_configured().await;
    let id = |name: &str| stage.guild.member(name).id().to_string();
    let body = json!({ "run_id": 500, "organizer_id": id("Otto"), "dungeon_key": "SHATTERS", "auto": false,
        "awards": true, "participants": [id("Vera")], "key_pops": 0 });
    let tell = json!({ "topic": "run.ended", "body": body.to_string() });
    for _ in 0..2 {
        says(stage.person("Nina", "general").uses("/tell", tell.clone())).await;
    }
    let told = stats_come_to_say(&stage, "Vera", "Shatters: 1 | 0 | 0").await;
    assert!(told.contains("Points"), "{told}");
    // Told twice, counted once: the run's number is what makes it one.
    let told = stats_come_to_say(&stage, "Otto", "Shatters: 0 | 0 | 1").await;
    assert!(told.contains("Runs Organized"), "{told}");
}
