//! serenity 0.12.5 as a client: it must understand everything that it is sent.

use std::collections::BTreeSet;
use std::sync::Arc;

use muster_playground::{GuildSpec, Playground};
use serde_json::json;
use serenity::all::{
    ClientBuilder, Context, CreateActionRow, CreateInputText, CreateInteractionResponse,
    CreateInteractionResponseMessage, CreateModal, Event, EventHandler, GatewayIntents,
    HttpBuilder, InputTextStyle, Interaction, RawEventHandler, async_trait,
};
use tokio::sync::mpsc;

use crate::bot::config;

/// Names of parsed events, and of those that serenity could not parse.
struct Ears(mpsc::UnboundedSender<Result<String, String>>);

#[async_trait]
impl RawEventHandler for Ears {
    async fn raw_event(&self, _: Context, event: Event) {
        let heard = match &event {
            Event::Unknown(unknown) => Err(format!("{}: {}", unknown.kind, unknown.value)),
            known => Ok(known.name().unwrap_or_default()),
        };
        let _ = self.0.send(heard);
    }
}

/// Answers whatever comes, as a small bot does.
struct Mouth;

#[async_trait]
impl EventHandler for Mouth {
    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        let message = |text: &str| CreateInteractionResponseMessage::new().content(text);
        let says = |text: &str| CreateInteractionResponse::Message(message(text));
        let whispers =
            |text: &str| CreateInteractionResponse::Message(message(text).ephemeral(true));
        let asks = || {
            let input = CreateInputText::new(InputTextStyle::Short, "Name", "name");
            let modal = CreateModal::new("form", "Form")
                .components(vec![CreateActionRow::InputText(input)]);
            CreateInteractionResponse::Modal(modal)
        };
        let result = match interaction {
            Interaction::Command(command) => {
                command
                    .create_response(&ctx.http, says(&command.data.name))
                    .await
            }
            Interaction::Component(component) if component.data.custom_id == "form" => {
                component.create_response(&ctx.http, asks()).await
            }
            Interaction::Component(component) => {
                component
                    .create_response(&ctx.http, whispers(&component.data.custom_id))
                    .await
            }
            Interaction::Modal(modal) => {
                modal
                    .create_response(&ctx.http, says(&modal.data.custom_id))
                    .await
            }
            Interaction::Autocomplete(typed) => {
                let choices =
                    serenity::all::CreateAutocompleteResponse::new().add_string_choice("one", "1");
                typed
                    .create_response(&ctx.http, CreateInteractionResponse::Autocomplete(choices))
                    .await
            }
            _ => Ok(()),
        };
        result.expect("the answer is taken");
    }
}

#[tokio::test]
async fn serenity_understands_every_event_and_answers_every_kind_of_interaction() {
    let playground = Playground::start(config()).await.expect("a playground");
    let guild = playground
        .add_guild(&GuildSpec::named("Testing"))
        .expect("a guild");
    let http = HttpBuilder::new(playground.token())
        .proxy(playground.base_url())
        .ratelimiter_disabled(true)
        .build();
    let (sender, mut heard) = mpsc::unbounded_channel();
    let intents = GatewayIntents::non_privileged() | GatewayIntents::GUILD_MEMBERS;
    let mut client = ClientBuilder::new_with_http(http, intents)
        .raw_event_handler(Ears(sender))
        .event_handler(Mouth)
        .await
        .expect("a client");
    let http = Arc::clone(&client.http);
    let shards = Arc::clone(&client.shard_manager);
    let running = tokio::spawn(async move { client.start().await });
    playground.wait_for_session().await.expect("logged in");

    let commands = json!([
        { "name": "ping", "description": "d", "options": [
            { "type": 6, "name": "who", "description": "d" },
            { "type": 7, "name": "where", "description": "d" },
            { "type": 8, "name": "role", "description": "d" },
            { "type": 4, "name": "count", "description": "d", "autocomplete": true },
            { "type": 11, "name": "file", "description": "d" },
        ] },
        { "name": "Quote", "type": 3 },
        { "name": "Look", "type": 2 },
    ]);
    while http.application_id().is_none() {
        tokio::task::yield_now().await;
    }
    http.create_guild_commands(guild.id().0.into(), &commands)
        .await
        .expect("registered");

    let ann = guild.member("Ann");
    let options = json!({ "file": { "filename": "a.txt", "content": "x" } });
    let act = ann
        .uses("/ping who:Ann where:general role:Muster", options)
        .expect("may");
    assert_eq!(act.answer().await.expect("answered").answer.text(), "ping");
    let act = ann.types("/ping", "count", "1", json!({})).expect("may");
    assert_eq!(
        act.answer().await.expect("answered").answer.choices().len(),
        1
    );
    let note = ann.writes("note").expect("may write");
    let act = ann.uses_on_message("Quote", &note).expect("may");
    assert_eq!(act.answer().await.expect("answered").answer.text(), "Quote");
    let act = ann.uses_on_member("Look", &guild.owner()).expect("may");
    assert_eq!(act.answer().await.expect("answered").answer.text(), "Look");

    let panel = json!({ "content": "panel", "components": [
        { "type": 1, "components": [{ "type": 2, "style": 1, "label": "Go", "custom_id": "go" }, { "type": 2, "style": 1, "label": "Form", "custom_id": "form" }] },
        { "type": 1, "components": [{ "type": 8, "custom_id": "channel" }] },
    ] });
    let channel = ann.channel().expect("there");
    http.send_message(channel.0.into(), Vec::new(), &panel)
        .await
        .expect("posted");
    let panel = ann
        .waits_for(|message| message.content == "panel")
        .await
        .expect("posted");
    let act = ann.presses(&panel, "Go").expect("may");
    assert_eq!(act.answer().await.expect("answered").answer.text(), "go");
    let act = ann.chooses(&panel, "channel", &["general"]).expect("may");
    assert_eq!(
        act.answer().await.expect("answered").answer.text(),
        "channel"
    );

    let act = ann.presses(&panel, "Form").expect("may");
    let opened = act.answer().await.expect("answered").answer;
    let modal = opened.modal().expect("a modal");
    let act = ann.submits(modal, json!({ "Name": "Bo" })).expect("fits");
    assert_eq!(act.answer().await.expect("answered").answer.text(), "form");

    // What an admin does is told too.
    let role = guild.add_role("New", muster_playground::Permissions::NONE);
    guild.set_role(ann.id(), role, true);
    guild.delete_role(role);
    ann.reacts(&panel, "👍", true);
    panel.delete();
    ann.in_dm().writes("psst").expect("may write");
    let thread = serenity::all::CreateThread::new("talk");
    serenity::all::ChannelId::new(channel.0)
        .create_thread(&http, thread)
        .await
        .expect("a thread");
    let new_channel = serenity::all::CreateChannel::new("new");
    let guild_id = serenity::all::GuildId::new(guild.id().0);
    guild_id
        .create_channel(&http, new_channel)
        .await
        .expect("a channel");
    guild.delete_channel(channel);
    ann.leaves();
    playground.faults().start_outage(guild.id());
    playground.faults().end_outage(guild.id());

    let mut names = BTreeSet::new();
    let all = [
        "READY",
        "GUILD_CREATE",
        "GUILD_MEMBER_ADD",
        "INTERACTION_CREATE",
        "MESSAGE_CREATE",
        "GUILD_ROLE_CREATE",
        "GUILD_MEMBER_UPDATE",
        "GUILD_ROLE_DELETE",
        "MESSAGE_REACTION_ADD",
        "MESSAGE_DELETE",
        "CHANNEL_CREATE",
        "THREAD_CREATE",
        "CHANNEL_DELETE",
        "GUILD_MEMBER_REMOVE",
        "GUILD_DELETE",
    ];
    while !all.iter().all(|name| names.contains(*name)) {
        let next = tokio::time::timeout(std::time::Duration::from_secs(10), heard.recv()).await;
        match next {
            Ok(Some(Ok(name))) => names.insert(name),
            Ok(Some(Err(unknown))) => panic!("serenity does not understand {unknown}"),
            other => panic!("{other:?}; heard so far: {names:?}"),
        };
    }
    shards.shutdown_all().await;
    running.abort();
}
