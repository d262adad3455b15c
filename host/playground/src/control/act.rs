//! What a person does in the page. The answer comes with the first acknowledgement, or with what the
//! client shows when there is none within 3 s; messages arrive on the [`super::live`] socket.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::act::{Act, Answer, ModalHandle};
use crate::control::read::{known, persona_in};
use crate::control::{Failure, Reply};
use crate::id::{ChannelId, InteractionId, MessageId, UserId};
use crate::model::interaction::{Ack, Seen};
use crate::persona::{Persona, Refused};
use crate::playground::Playground;

/// Who does what where.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    persona: UserId,
    channel: Option<ChannelId>,
    act: Deed,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Deed {
    /// `command` with its subcommands, `options` by name.
    Use {
        command: String,
        options: Value,
    },
    /// Typing in an option with autocomplete.
    Type {
        command: String,
        option: String,
        text: String,
        options: Value,
    },
    UseOnMessage {
        command: String,
        message: MessageId,
    },
    UseOnMember {
        command: String,
        user: UserId,
    },
    Press {
        message: MessageId,
        control: String,
    },
    Choose {
        message: MessageId,
        control: String,
        values: Vec<String>,
    },
    /// The modal that the interaction was answered with.
    Submit {
        interaction: InteractionId,
        values: Value,
    },
    Write {
        text: String,
    },
    React {
        message: MessageId,
        emoji: String,
        there: bool,
    },
    CloseDms {
        closed: bool,
    },
    OpenDm,
}

/// Does it, and waits for what the client shows first.
pub(super) async fn carry_out(playground: &Playground, wanted: Wanted) -> Reply {
    playground.world(|world| known(world, wanted.persona, wanted.channel))?;
    let persona = match wanted.channel {
        Some(channel) => persona_in(playground, wanted.persona, channel)?,
        None => Persona::new(playground.clone(), wanted.persona, None, None),
    };
    let act = match wanted.act {
        Deed::Use { command, options } => persona.uses(&command, options),
        Deed::Type {
            command,
            option,
            text,
            options,
        } => persona.types(&command, &option, &text, options),
        Deed::UseOnMessage { command, message } => persona.uses_on_message(&command, message),
        Deed::UseOnMember { command, user } => {
            let target = Persona::new(playground.clone(), user, None, None);
            persona.uses_on_member(&command, &target)
        }
        Deed::Press { message, control } => persona.presses(message, &control),
        Deed::Choose {
            message,
            control,
            values,
        } => {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            persona.chooses(message, &control, &values)
        }
        Deed::Submit {
            interaction,
            values,
        } => {
            let modal = opened_for(playground, wanted.persona, interaction)?;
            persona.submits(&modal, values)
        }
        Deed::Write { text } => {
            let message = persona.writes(&text).map_err(refused)?;
            return Ok(json!({ "message": message.id() }));
        }
        Deed::React {
            message,
            emoji,
            there,
        } => {
            react(&persona, message, &emoji, there)?;
            return Ok(json!({}));
        }
        Deed::CloseDms { closed } => {
            persona.closes_dms(closed);
            return Ok(json!({}));
        }
        Deed::OpenDm => return Ok(json!({ "channel": persona.in_dm().channel() })),
    };
    Ok(first_answer(act.map_err(refused)?).await)
}

fn refused(why: Refused) -> Failure {
    Failure::Refused(why.to_string())
}

/// A reaction by somebody who sees the message; a new emoji needs the right to add one.
fn react(persona: &Persona, message: MessageId, emoji: &str, there: bool) -> Result<(), Failure> {
    if emoji.is_empty() || emoji.chars().count() > 32 {
        return Err(Failure::Malformed("no emoji is that long".into()));
    }
    let sees = persona.playground.world(|world| {
        let message = world.messages.get(&message)?;
        world
            .can_see(persona.id(), message)
            .then(|| message.is_ephemeral())
    });
    match sees {
        Some(false) => {
            persona.reacts(message, emoji, there);
            Ok(())
        }
        _ => Err(Failure::Missing("this message")),
    }
}

/// The modal that an interaction of this person was answered with.
fn opened_for(
    playground: &Playground,
    user: UserId,
    id: InteractionId,
) -> Result<ModalHandle, Failure> {
    playground.world(|world| {
        let interaction = world
            .interactions
            .get(&id)
            .filter(|interaction| interaction.user == user);
        let seen = interaction.and_then(|interaction| {
            let modal = match &interaction.seen {
                Some((Seen::Modal(modal), _)) => modal.clone(),
                _ => return None,
            };
            Some(ModalHandle {
                interaction: id,
                channel: Some(interaction.channel),
                modal,
            })
        });
        seen.ok_or(Failure::Missing("this form"))
    })
}

async fn first_answer(act: Act) -> Value {
    let mut json = json!({ "interaction": act.id() });
    match act.acknowledged().await {
        Ok(acknowledged) => {
            json["ack"] = json!(name(acknowledged.ack));
            json["after_ms"] = json!(acknowledged.after.as_secs_f64() * 1000.0);
            if matches!(acknowledged.ack, Ack::Modal | Ack::Choices) {
                add_answer(&act, &mut json).await;
            }
        }
        Err(failed) => json["failed"] = json!(failed.to_string()),
    }
    json
}

async fn add_answer(act: &Act, json: &mut Value) {
    match act.answer().await.map(|answered| answered.answer) {
        Ok(Answer::Modal(modal)) => json["modal"] = modal.json().clone(),
        Ok(Answer::Choices(choices)) => {
            let choice =
                |choice: &crate::Choice| json!({ "name": choice.name, "value": choice.value });
            json["choices"] = choices.iter().map(choice).collect();
        }
        Ok(Answer::Message(_) | Answer::Updated(_)) => {}
        Err(failed) => json["failed"] = json!(failed.to_string()),
    }
}

fn name(ack: Ack) -> &'static str {
    match ack {
        Ack::Message => "message",
        Ack::Thinking => "thinking",
        Ack::DeferredUpdate => "deferred_update",
        Ack::Update => "update",
        Ack::Choices => "choices",
        Ack::Modal => "modal",
    }
}
