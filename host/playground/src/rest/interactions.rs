//! The first answer to an interaction ([Discord Docs/Receiving and Responding, "Responding to an
//! Interaction"]).

use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};

use crate::check::draft::{Draft, Way};
use crate::check::{command, modal};
use crate::error::{self, ApiError, FormErrors};
use crate::form::Form;
use crate::id::{InteractionId, MessageId};
use crate::model::interaction::{Ack, Interaction, InteractionKind, Seen};
use crate::model::message::{EPHEMERAL, LOADING};
use crate::permission::Permissions;
use crate::rest::call::{Answer, Call, Reply};
use crate::rest::messages;
use crate::rule::Rule;
use crate::topic::Topic;
use crate::world::World;

/// `POST /interactions/{interaction.id}/{interaction.token}/callback`
pub(super) fn callback(world: &mut World, call: &Call<'_>) -> Answer {
    let id: InteractionId = call.id(0)?;
    let interaction = open(world, id, call.text(1))?;
    let errors = FormErrors::default();
    let form = Form::new(call.body, "", &errors);
    form.require("type");
    let ack = form
        .int("type", 1..=12)
        .and_then(|number| allowed(&interaction, number));
    if ack.is_none() && form.get("type").is_some() {
        form.fault(
            "type",
            "BASE_TYPE_CHOICES",
            "Value is not an answer to this kind of interaction.",
        );
    }
    errors.finish()?;
    let ack = ack.ok_or(error::INVALID_FORM)?;
    let empty = json!({});
    let data = call
        .body
        .get("data")
        .filter(|data| !data.is_null())
        .unwrap_or(&empty);
    let done = match ack {
        Ack::Message => say(world, call, &interaction, data)?,
        Ack::Thinking => think(world, &interaction, data)?,
        Ack::DeferredUpdate => Done {
            original: interaction.source,
            seen: None,
        },
        Ack::Update => update(world, call, &interaction, data)?,
        Ack::Choices => suggest(data)?,
        Ack::Modal => open_modal(data)?,
    };
    finish(world, id, ack, &done);
    if call.query_is_true("with_response") {
        if world.keeps(Rule::WithResponse) {
            return Reply::ok(described(world, &interaction, ack, done.original));
        }
    } else if !world.keeps(Rule::AnswerIs204) {
        return Reply::ok(json!({}));
    }
    Reply::nothing()
}

/// The interaction, if it may be answered now.
fn open(world: &mut World, id: InteractionId, token: &str) -> Result<Interaction, ApiError> {
    let (now, lenient) = (world.now(), world.lenient.clone());
    let known = world.interactions.get_mut(&id);
    let interaction = known.ok_or(error::UNKNOWN_INTERACTION)?;
    if *interaction.token != *token && lenient.keeps(Rule::CallbackKnowsToken) {
        return Err(error::UNKNOWN_INTERACTION.by(Rule::CallbackKnowsToken));
    }
    if interaction.ack.is_some() && lenient.keeps(Rule::AnsweredOnce) {
        interaction.double_answers += 1;
        return Err(error::ALREADY_ACKNOWLEDGED);
    }
    // "You must send an initial response within 3 seconds of receiving the event."
    if now > interaction.deadline_ms() && lenient.keeps(Rule::LateAnswerUnknown) {
        return Err(error::UNKNOWN_INTERACTION.by(Rule::LateAnswerUnknown));
    }
    Ok(interaction.clone())
}

struct Done {
    original: Option<MessageId>,
    seen: Option<Seen>,
}

/// Which answers a kind of interaction takes ("Interaction Callback Type").
fn allowed(interaction: &Interaction, number: i64) -> Option<Ack> {
    let from_component = interaction.source.is_some();
    match (interaction.kind, number) {
        (InteractionKind::Autocomplete, 8) => Some(Ack::Choices),
        (InteractionKind::Autocomplete, _) => None,
        (_, 4) => Some(Ack::Message),
        (_, 5) => Some(Ack::Thinking),
        (InteractionKind::Component, 6) => Some(Ack::DeferredUpdate),
        (InteractionKind::Component, 7) => Some(Ack::Update),
        // Only if the modal came from a component.
        (InteractionKind::Modal, 6) if from_component => Some(Ack::DeferredUpdate),
        (InteractionKind::Modal, 7) if from_component => Some(Ack::Update),
        // Never as the answer to a modal.
        (InteractionKind::Command | InteractionKind::Component, 9) => Some(Ack::Modal),
        _ => None,
    }
}

fn finish(world: &mut World, id: InteractionId, ack: Ack, done: &Done) {
    let now = Instant::now();
    if let Some(interaction) = world.interactions.get_mut(&id) {
        interaction.ack = Some((ack, now));
        interaction.original = done.original;
        interaction.loading_open = ack == Ack::Thinking;
        interaction.seen = done.seen.clone().map(|seen| (seen, now));
    }
    world.topics.changed(Topic::Interaction(id));
}

fn say(
    world: &mut World,
    call: &Call<'_>,
    interaction: &Interaction,
    data: &Value,
) -> Result<Done, ApiError> {
    may_speak(world, interaction)?;
    let draft = Draft::read(data, "data", call.files, Way::Interaction, None)?;
    if draft.is_empty() {
        return Err(error::EMPTY_MESSAGE);
    }
    pass_automod(world, interaction, &draft)?;
    let message = messages::answer(world, interaction, draft);
    Ok(Done {
        original: Some(message),
        seen: Some(Seen::Message(message)),
    })
}

/// AutoMod looks at public and private answers alike.
pub(super) fn pass_automod(
    world: &World,
    interaction: &Interaction,
    draft: &Draft,
) -> Result<(), ApiError> {
    match world.guild_of(interaction.channel) {
        Some(guild) => messages::pass_automod(world, guild, draft),
        None => Ok(()),
    }
}

/// An interaction is answered even where the bot may not write (unsure: a switch).
fn may_speak(world: &World, interaction: &Interaction) -> Result<(), ApiError> {
    if world.switches.answer_without_send_messages {
        return Ok(());
    }
    let channel = world
        .channels
        .get(&interaction.channel)
        .ok_or(error::UNKNOWN_CHANNEL)?;
    let rights = world.permissions_in(world.bot(), channel);
    if channel.guild.is_none() || rights.contains(Permissions::SEND_MESSAGES) {
        Ok(())
    } else {
        Err(error::MISSING_PERMISSIONS)
    }
}

/// "is thinking…": only the ephemeral flag may be set.
fn think(world: &mut World, interaction: &Interaction, data: &Value) -> Result<Done, ApiError> {
    let errors = FormErrors::default();
    let flags = Form::new(data, "data", &errors)
        .int("flags", 0..=i64::from(i32::MAX))
        .unwrap_or(0) as u64;
    errors.finish()?;
    if flags & !EPHEMERAL != 0 {
        let message = "Only the EPHEMERAL flag can be set on a deferred response.";
        return Err(ApiError::form("data.flags", "BASE_TYPE_CHOICES", message));
    }
    let draft = Draft::read(
        &json!({ "flags": flags }),
        "data",
        &[],
        Way::Interaction,
        None,
    )?;
    let message = messages::answer_with(world, interaction, draft, LOADING);
    Ok(Done {
        original: Some(message),
        seen: None,
    })
}

fn update(
    world: &mut World,
    call: &Call<'_>,
    interaction: &Interaction,
    data: &Value,
) -> Result<Done, ApiError> {
    let source = interaction.source.ok_or(error::UNKNOWN_MESSAGE)?;
    messages::edit_by_interaction(world, source, data, "data", call.files)?;
    Ok(Done {
        original: Some(source),
        seen: Some(Seen::Updated(source)),
    })
}

/// "Autocomplete": at most 25 choices.
fn suggest(data: &Value) -> Result<Done, ApiError> {
    let errors = FormErrors::default();
    let form = Form::new(data, "data", &errors);
    form.require("choices");
    let choices = form.list("choices", 0..=25);
    for (path, choice) in &choices {
        // A choice is shown for an option of any type; numbers are taken as they are.
        let kind = if choice["value"].is_number() { 10 } else { 3 };
        command::choice_list(&form, &[(path.clone(), *choice)], kind);
    }
    let choices = choices
        .into_iter()
        .map(|(_, choice)| choice.clone())
        .collect();
    errors.finish()?;
    Ok(Done {
        original: None,
        seen: Some(Seen::Choices(Arc::new(choices))),
    })
}

fn open_modal(data: &Value) -> Result<Done, ApiError> {
    let errors = FormErrors::default();
    let modal = modal::read(&Form::new(data, "data", &errors), data);
    errors.finish()?;
    Ok(Done {
        original: None,
        seen: Some(Seen::Modal(Arc::new(modal))),
    })
}

/// `with_response=true` ("Interaction Callback Response Object").
fn described(
    world: &World,
    interaction: &Interaction,
    ack: Ack,
    original: Option<MessageId>,
) -> Value {
    let mut about = json!({ "id": interaction.id, "type": interaction.kind.number() });
    let mut described = json!({});
    let message = original
        .filter(|_| !matches!(ack, Ack::DeferredUpdate))
        .and_then(|id| world.messages.get(&id));
    if let Some(message) = message {
        about["response_message_id"] = json!(message.id);
        about["response_message_loading"] = json!(message.is_loading());
        about["response_message_ephemeral"] = json!(message.is_ephemeral());
        // Only what the answer created: forms, choices and deferred updates leave nothing.
        described["resource"] =
            json!({ "type": ack.number(), "message": world.message_reply(message) });
    }
    described["interaction"] = about;
    described
}
