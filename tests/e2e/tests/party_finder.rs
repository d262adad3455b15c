//! Parties and role pings, as the people of a guild live them.

use std::time::Duration;

use muster_harness::{Stage, comes_to_say, says};
use muster_playground::MessageHandle;
use serde_json::json;

/// An evening with channels for parties and role pings.
async fn evening() -> Stage {
    let stage = Stage::evening().await;
    // The owner has just used two commands of this sort.
    stage.passes(Duration::from_secs(5));
    let told = says(stage.guild.owner().uses(
        "/setchannels",
        json!({ "party_finder": "party-finder", "role_ping": "role-ping" }),
    ))
    .await;
    assert!(told.contains("Channel mappings"), "{told}");
    stage
}

async fn opens_a_party(stage: &Stage, name: &str) -> MessageHandle {
    let options = json!({
        "party_name": "Chill run", "description": "all are welcome", "location": "USW3",
        "dungeon_1": "SHATTERS", "dungeon_2": "lh",
    });
    let told = says(stage.person(name, "general").uses("/party", options)).await;
    assert!(
        told.contains("https://discord.com/channels/"),
        "no link: {told}"
    );
    posted(stage, "party-finder", "Close").await
}

async fn posted(stage: &Stage, channel: &str, button: &str) -> MessageHandle {
    let channel = stage.guild.channel(channel).expect("the channel is there");
    let found = stage
        .guild
        .wait_for_message(channel, |message| message.buttons().contains(&button));
    found.await.expect("it is posted")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_party_is_opened_extended_and_closed() {
    let stage = evening().await;
    let party = opens_a_party(&stage, "Vera").await;
    let drawn = comes_to_say(&party, &["Party Open", "Extend"]).await;
    assert!(
        drawn.contains("Shatters, Lost Halls") && drawn.contains("USW3"),
        "{drawn}"
    );
    let threads = stage.guild.threads();
    assert!(
        threads.iter().any(|thread| thread.name == "Chill run"),
        "{threads:?}"
    );

    let vito = stage.person("Vito", "party-finder");
    let told = says(vito.presses(party.id(), "Extend")).await;
    assert!(told.contains("Only the owner"), "{told}");
    let told = says(
        stage
            .person("Vera", "party-finder")
            .presses(party.id(), "Extend"),
    )
    .await;
    assert!(told.contains("now closes"), "{told}");
    let told = says(vito.presses(party.id(), "Close")).await;
    assert!(told.contains("security"), "{told}");
    says(
        stage
            .person("Sam", "party-finder")
            .presses(party.id(), "Close"),
    )
    .await;
    party.wait_until_gone().await.expect("its message goes");
    opens_a_party(&stage, "Vera").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partys_owner_is_warned_and_it_closes_after_two_hours_and_a_restart() {
    let mut stage = evening().await;
    let party = opens_a_party(&stage, "Vera").await;
    stage.stops().await;
    stage.starts().await;
    stage.passes(Duration::from_secs(110 * 60));
    let thread = stage.guild.threads();
    let thread = thread
        .iter()
        .find(|thread| thread.name == "Chill run")
        .expect("it has one");
    let warned = stage.guild.wait_for_message(thread.id, |message| {
        message.content.contains("closes in 10 minutes")
    });
    warned.await.expect("the owner is warned");
    stage.passes(Duration::from_secs(10 * 60));
    party.wait_until_gone().await.expect("its message goes");
}

#[tokio::test(flavor = "multi_thread")]
async fn members_give_themselves_the_role_that_runs_ping() {
    let stage = evening().await;
    let (max, ada) = (
        stage.person("Max", "general"),
        stage.person("Ada", "general"),
    );
    let options = json!({ "dungeon": "SHATTERS", "role": "Moderator" });
    let told = says(max.uses("/configrolepings", options)).await;
    assert!(told.contains("stands for `moderator`"), "{told}");
    stage.passes(Duration::from_secs(5));
    let options = json!({ "dungeon": "SHATTERS", "role": "Shatters Ping" });
    let told = says(max.uses("/configrolepings", options)).await;
    assert!(told.contains("Runs of **Shatters** ping"), "{told}");
    says(ada.uses("/sendrolepingembed", json!({}))).await;
    let panel = posted(&stage, "role-ping", "Shatters").await;

    let nina = stage.person("Nina", "role-ping");
    let told = says(nina.presses(panel.id(), "Shatters")).await;
    assert!(told.contains("You now have"), "{told}");
    assert_eq!(stage.guild.roles_of(nina.id()), ["Shatters Ping"]);
    let told = says(nina.presses(panel.id(), "Shatters")).await;
    assert!(told.contains("You no longer have"), "{told}");
    assert_eq!(stage.guild.roles_of(nina.id()), Vec::<String>::new());
    stage.passes(Duration::from_secs(5));
    says(max.uses("/configrolepings", json!({ "dungeon": "SHATTERS" }))).await;
    comes_to_say(&panel, &["no such roles"]).await;
}
