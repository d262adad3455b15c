//! What an organizer does on the panel of a run: lock, chain, pings, party and location, keys; and Oryx 3.

use std::time::Duration;

use muster_harness::{Stage, builtin_plugins, comes_to_say, opens, says, shows};
use muster_playground::{MessageHandle, Persona};
use serde_json::json;

/// The newest message in the channel of runs with these words.
async fn posted(stage: &Stage, words: &str) -> MessageHandle {
    let raid = stage.guild.channel("raid").expect("there");
    let found = stage
        .guild
        .wait_for_message(raid, |message| message.text().contains(words));
    found
        .await
        .unwrap_or_else(|_| panic!("nobody said {words}"))
}

/// Nobody presses more than five buttons in eight seconds.
fn breathes(stage: &Stage) {
    stage.passes(Duration::from_secs(9));
}

async fn types(otto: &Persona, panel: &MessageHandle, button: &str, text: &str) -> String {
    let form = opens(otto.presses(panel.id(), button)).await;
    let field = form.labels()[0].to_owned();
    says(otto.submits(&form, json!({ field: text }))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_three_keys_is_led_and_its_keys_are_logged() {
    let stage = Stage::evening().await;
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    let (otto, vera) = (stage.person("Otto", "raid"), stage.person("Vera", "raid"));
    let vito = stage.person("Vito", "raid");
    says(vera.presses(panel.id(), "Join")).await;
    says(vera.presses(panel.id(), "Shatters Key")).await;
    let mine = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    comes_to_say(&mine, &["Shatters Key: 1", "Lock Join", "Chain Amount"]).await;

    says(otto.presses(mine.id(), "Lock Join")).await;
    comes_to_say(&mine, &["Unlock Join"]).await;
    comes_to_say(&panel, &["Joining is locked"]).await;
    let told = says(vito.presses(panel.id(), "Join")).await;
    assert!(told.contains("locked"), "{told}");
    says(otto.presses(mine.id(), "Unlock Join")).await;
    breathes(&stage);
    says(vito.presses(panel.id(), "Join")).await;

    let told = types(&otto, &mine, "Chain Amount", "0").await;
    assert!(told.contains("1 to 99"), "{told}");
    types(&otto, &mine, "Chain Amount", "3").await;
    breathes(&stage);
    types(&otto, &mine, "Set Party", "Otto").await;
    let told = vera
        .waits_for_dm(|message| message.content.contains("You offered a key"))
        .await
        .expect("who has a key hears it first");
    assert!(told.draw().contains("Otto"), "{}", told.draw());

    says(otto.presses(mine.id(), "Start")).await;
    let start = posted(&stage, "Raid Starting!").await;
    comes_to_say(&mine, &["Ping Raiders", "End Run"]).await;
    stage.passes(Duration::from_secs(21));
    says(otto.presses(mine.id(), "Ping Raiders")).await;
    posted(&stage, "your organizer needs you").await;
    start.wait_until_gone().await.expect("one ping at a time");

    for key in 1..=3 {
        stage.passes(Duration::from_secs(21));
        says(otto.presses(mine.id(), "Key popped")).await;
        comes_to_say(&panel, &[&format!("Chain {key}/3")]).await;
    }
    types(&otto, &mine, "Update Note", "last one").await;

    breathes(&stage);
    let keys = shows(otto.presses(mine.id(), "End Run")).await;
    comes_to_say(&panel, &["Ended: Shatters"]).await;
    comes_to_say(&keys, &["3 keys to log"]).await;
    otto.chooses(keys.id(), "Who offered a key", &["Vera"])
        .expect("she is offered");
    comes_to_say(&keys, &["How many did"]).await;
    otto.chooses(keys.id(), "How many", &["2"])
        .expect("three are left");
    comes_to_say(&keys, &["1 key to log"]).await;
    let form = opens(otto.presses(keys.id(), "Custom Name")).await;
    let field = form.labels()[0].to_owned();
    otto.submits(&form, json!({ field: "vito" }))
        .expect("a client sends it");
    comes_to_say(&keys, &["How many did"]).await;
    otto.chooses(keys.id(), "How many", &["1"])
        .expect("one is left");
    comes_to_say(&keys, &["Every key is logged."]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_may_stay_unlogged_and_the_panel_closes() {
    let stage = Stage::evening().await;
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    let otto = stage.person("Otto", "raid");
    let mine = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    says(otto.presses(mine.id(), "Start")).await;
    comes_to_say(&mine, &["Key popped"]).await;
    says(otto.presses(mine.id(), "Key popped")).await;
    let keys = shows(otto.presses(mine.id(), "End Run")).await;
    otto.chooses(keys.id(), "Somebody else", &["Nina"])
        .expect("anybody is offered");
    comes_to_say(&keys, &["How many did"]).await;
    otto.presses(keys.id(), "Cancel Remaining Keys")
        .expect("it is there");
    comes_to_say(&keys, &["Not logged: 1"]).await;

    let panel = stage
        .posts_a_run("Orla", json!({ "dungeon": "SHATTERS" }))
        .await;
    let orla = stage.person("Orla", "raid");
    let hers = shows(orla.presses(panel.id(), "Organizer Panel")).await;
    says(orla.presses(hers.id(), "Start")).await;
    comes_to_say(&hers, &["Key popped"]).await;
    says(orla.presses(hers.id(), "Key popped")).await;
    let keys = shows(orla.presses(hers.id(), "End Run")).await;
    orla.presses(keys.id(), "Close").expect("it is there");
    comes_to_say(&keys, &["Closed."]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oryx_3_is_led_through_its_stages() {
    let stage = Stage::evening().await;
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "ORYX_3" }))
        .await;
    let otto = stage.person("Otto", "raid");
    says(stage.person("Vera", "raid").presses(panel.id(), "Join")).await;
    let mine = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    let told = says(otto.presses(mine.id(), "Submit Screenshot")).await;
    assert!(told.contains("/taken"), "{told}");
    let text = json!({ "screenshot": { "filename": "who.txt", "content": "/who" } });
    let told = says(otto.uses("/taken", text)).await;
    assert!(told.contains("no picture"), "{told}");
    let picture = json!({ "screenshot": { "filename": "who.png", "content_type": "image/png", "content": "png" } });
    let told = says(otto.uses("/taken", picture)).await;
    assert!(told.contains("start it now"), "{told}");
    comes_to_say(&mine, &["Submit Screenshot"]).await;

    says(otto.presses(mine.id(), "Start")).await;
    comes_to_say(&mine, &["Realm Score %", "Realm Closed"]).await;
    types(&otto, &mine, "Realm Score %", "57").await;
    comes_to_say(&panel, &["Realm: **57%**"]).await;
    posted(&stage, "the realm is at **57%**").await;
    breathes(&stage);
    says(otto.presses(mine.id(), "Realm Closed")).await;
    posted(&stage, "the realm is closed").await;
    comes_to_say(&mine, &["Miniboss"]).await;
    let menu = shows(otto.presses(mine.id(), "Miniboss")).await;
    says(otto.chooses(menu.id(), "Which one?", &["Leucoryx"])).await;
    breathes(&stage);
    comes_to_say(&panel, &["Miniboss: **Leucoryx**"]).await;
    posted(&stage, "the miniboss is **Leucoryx**").await;
    comes_to_say(&mine, &["Third Room"]).await;
    says(otto.presses(mine.id(), "Third Room")).await;
    comes_to_say(&panel, &["Third room"]).await;
    let third = posted(&stage, "third room").await;
    assert!(third.draw().contains("Vera") || third.draw().contains("<@"));
    says(otto.presses(mine.id(), "End Run")).await;
    comes_to_say(&panel, &["Ended: Oryx 3"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_for_it_gets_a_direct_message_and_closed_ones_are_no_error() {
    let stage = Stage::evening().await;
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    let (otto, vera) = (stage.person("Otto", "raid"), stage.person("Vera", "raid"));
    let vito = stage.person("Vito", "raid");
    for raider in [&vera, &vito] {
        let told = says(raider.uses("/preferences", json!({ "runs": true }))).await;
        assert!(told.contains("**on**"), "{told}");
        says(raider.presses(panel.id(), "Join")).await;
    }
    vito.closes_dms(true);
    let mine = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    let told = says(otto.presses(mine.id(), "Start")).await;
    assert!(told.contains("is live"), "{told}");
    vera.waits_for_dm(|message| message.content.contains("starts"))
        .await
        .expect("she asked for it");
    comes_to_say(&mine, &["End Run"]).await;
    says(otto.presses(mine.id(), "End Run")).await;
    vera.waits_for_dm(|message| message.content.contains("has ended"))
        .await
        .expect("and once more");
    assert!(vito.dms().is_empty(), "he takes none");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runs_role_is_held_by_those_who_take_part_until_it_ends() {
    let settings = "[plugins.raids.settings]\n";
    let chosen = format!("{settings}run_role = true\n");
    let stage = Stage::with_plugins(&builtin_plugins().replace(settings, &chosen)).await;
    stage.is_configured().await;
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    let vera = stage.person("Vera", "raid");
    says(vera.presses(panel.id(), "Join")).await;
    let role = "Otto's Shatters";
    let holds = |there: bool| {
        let (id, stage) = (vera.id(), &stage);
        let role = stage.guild.role(role).map(|role| role.id);
        async move {
            let fits = |member: Option<&muster_playground::Member>| {
                let roles = member.map_or(&[][..], |member| &member.roles[..]);
                role.is_some_and(|role| roles.contains(&role)) == there
            };
            stage
                .guild
                .wait_for_member(id, fits)
                .await
                .expect("it follows");
        }
    };
    holds(true).await;
    says(vera.presses(panel.id(), "Leave")).await;
    holds(false).await;
    says(vera.presses(panel.id(), "Join")).await;
    holds(true).await;
    let otto = stage.person("Otto", "raid");
    let mine = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    says(otto.presses(mine.id(), "Start")).await;
    let start = posted(&stage, "Raid Starting!").await;
    assert!(start.draw().contains("Otto's Shatters") || start.draw().contains("<@&"));
    comes_to_say(&mine, &["End Run"]).await;
    says(otto.presses(mine.id(), "End Run")).await;
    stage
        .playground
        .wait_for_request(|request| request.method == "DELETE" && request.path.contains("/roles/"))
        .await
        .expect("the role goes");
}
