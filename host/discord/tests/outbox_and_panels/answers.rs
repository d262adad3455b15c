//! Panels that are an interaction's answer: live while their token is, and renewed by presses.

use std::time::Duration;

use muster_core::call::{InteractionRef, Origin};
use muster_core::effect::{PanelPlace, WhenDeleted};
use muster_core::interaction::{Interaction, InteractionKind};
use muster_playground::{MessageHandle, MessageId};
use serde_json::{Value, json};

use crate::stage::{Stage, open};

const VIEW_LINE: &str = "This view is no longer live. Open it again to go on.";
const WITHIN: Duration = Duration::from_secs(3);

fn reference(interaction: &Interaction) -> InteractionRef {
    let origin = match interaction.kind {
        InteractionKind::Component { .. } => Origin::Component,
        _ => Origin::Command,
    };
    InteractionRef {
        id: interaction.id,
        token: interaction.token.clone(),
        channel: interaction.channel,
        locale: interaction.locale.clone(),
        origin,
        private: true,
    }
}

/// A stage with a command whose answer is a panel.
async fn stage() -> Stage {
    let stage = Stage::new().await;
    let command = json!([{ "name": "board", "description": "x", "type": 1 }]);
    let (application, guild) = (stage.application(), stage.guild_id());
    stage
        .rest
        .put_guild_commands(application, guild, &command)
        .await
        .expect("registered");
    stage
}

/// Ann asks for the panel and is shown it.
async fn shows(stage: &mut Stage, name: &str, place: PanelPlace) -> MessageHandle {
    let ann = stage.guild.member("Ann");
    ann.uses("/board", json!({})).expect("it is there");
    let interaction = stage.interaction().await;
    let reference = reference(&interaction);
    let is_private = place == PanelPlace::PrivateAnswer;
    let change = open(name, place, WhenDeleted::Repost);
    stage
        .commit_for(reference.clone(), |record| record.panels = vec![change])
        .await;
    let keeper = stage.process.keeper.clone();
    let (guild, plugin) = (stage.guild_id(), stage.plugin.clone());
    let view = keeper
        .answer_view(guild, &plugin, name)
        .await
        .expect("drawn")
        .expect("there");
    let mut data = view.clone();
    if is_private {
        data["flags"] = 64.into();
    }
    let answer = json!({ "type": 4, "data": data });
    let sent = stage
        .rest
        .answer_with_message(reference.id, &reference.token, &answer, WITHIN);
    let message = sent.await.expect("taken").expect("Discord says where");
    keeper.answered(guild, &plugin, name, reference, Some(message), &view);
    heard(stage, name).await;
    stage
        .playground
        .message(MessageId(message.id.get()))
        .expect("it is there")
}

/// Waits until the keeper has heard what it was told so far: the clock must not run ahead of it.
async fn heard(stage: &Stage, name: &str) {
    let keeper = &stage.process.keeper;
    let until = stage.now().plus(WITHIN);
    let posted = keeper
        .posted(stage.guild_id(), &stage.plugin, name, until)
        .await;
    assert!(posted.ok, "{posted:?}");
}

async fn press(stage: &mut Stage, message: &MessageHandle, answer: Value) -> InteractionRef {
    let ann = stage.guild.member("Ann");
    ann.presses(message, "Join").expect("there is the button");
    let reference = reference(&stage.interaction().await);
    stage
        .rest
        .answer(reference.id, &reference.token, &answer, WITHIN)
        .await
        .expect("taken");
    let id = muster_core::MessageId::new(message.id().0).expect("not 0");
    stage
        .process
        .keeper
        .renewed(stage.guild_id(), id, reference.clone());
    heard(stage, "mine/1").await;
    reference
}

#[tokio::test]
async fn a_private_view_follows_what_happens_and_says_when_it_ends() {
    let mut stage = stage().await;
    stage.views.show("mine/1", "one");
    let message = shows(&mut stage, "mine/1", PanelPlace::PrivateAnswer).await;
    stage.views.show("mine/1", "two");
    stage.refresh("mine/1").await;
    message
        .wait_until(|message| message.content == "two")
        .await
        .expect("it follows");
    stage.pass(Duration::from_secs(14 * 60 + 31));
    let ended = message
        .wait_until(|message| message.content.contains(VIEW_LINE))
        .await;
    let ended = ended.expect("it says so");
    assert!(ended.buttons().is_empty());
    assert!(ended.content.starts_with("two"));
    let id = muster_core::MessageId::new(message.id().0).expect("not 0");
    let stage = &stage;
    stage
        .until("it is forgotten", async || {
            stage.process.keeper.pressed(stage.guild_id(), id).is_none()
        })
        .await;
}

#[tokio::test]
async fn a_press_lets_a_private_view_live_on() {
    let mut stage = stage().await;
    stage.views.show("mine/1", "one");
    let message = shows(&mut stage, "mine/1", PanelPlace::PrivateAnswer).await;
    stage.pass(Duration::from_secs(10 * 60));
    press(&mut stage, &message, json!({ "type": 6 })).await;
    stage.pass(Duration::from_secs(10 * 60));
    stage.views.show("mine/1", "two");
    stage.refresh("mine/1").await;
    message
        .wait_until(|message| message.content == "two")
        .await
        .expect("it lives on");
}

#[tokio::test]
async fn a_press_that_is_answered_beside_the_view_does_not_turn_the_answer_into_it() {
    let mut stage = stage().await;
    stage.views.show("mine/1", "one");
    let message = shows(&mut stage, "mine/1", PanelPlace::PrivateAnswer).await;
    let aside = json!({ "type": 4, "data": { "content": "You are in.", "flags": 64 } });
    let reference = press(&mut stage, &message, aside).await;
    stage.views.show("mine/1", "two");
    stage.refresh("mine/1").await;
    message
        .wait_until(|message| message.content == "two")
        .await
        .expect("it follows");
    let answer = stage
        .rest
        .get_original(stage.application(), &reference.token)
        .await
        .expect("there");
    let answer = stage
        .playground
        .message(MessageId(answer.id.get()))
        .and_then(|answer| answer.now());
    assert_eq!(answer.expect("there").content, "You are in.");
}

#[tokio::test]
async fn a_private_view_goes_on_after_a_restart() {
    let mut stage = stage().await;
    stage.views.show("mine/1", "one");
    let message = shows(&mut stage, "mine/1", PanelPlace::PrivateAnswer).await;
    let id = muster_core::MessageId::new(message.id().0).expect("not 0");
    stage.restart().await;
    assert!(stage.process.keeper.pressed(stage.guild_id(), id).is_some());
    stage.views.show("mine/1", "two");
    stage.refresh("mine/1").await;
    message
        .wait_until(|message| message.content == "two")
        .await
        .expect("it follows");
}

#[tokio::test]
async fn a_public_answer_outlives_its_token() {
    let mut stage = stage().await;
    stage.views.show("run/1", "one");
    let message = shows(&mut stage, "run/1", PanelPlace::PublicAnswer).await;
    stage.pass(Duration::from_secs(20 * 60));
    stage.views.show("run/1", "two");
    stage.refresh("run/1").await;
    message
        .wait_until(|message| message.content == "two")
        .await
        .expect("it follows");
}

#[tokio::test]
async fn what_an_answer_put_over_a_view_gives_way_at_the_next_refresh() {
    let mut stage = stage().await;
    stage.views.show("mine/1", "one");
    let message = shows(&mut stage, "mine/1", PanelPlace::PrivateAnswer).await;
    press(
        &mut stage,
        &message,
        json!({ "type": 7, "data": { "content": "Done." } }),
    )
    .await;
    let id = muster_core::MessageId::new(message.id().0).expect("not 0");
    stage.process.keeper.overwritten(stage.guild_id(), id);
    stage.refresh("mine/1").await;
    message
        .wait_until(|message| message.content == "one")
        .await
        .expect("the view again");
}
