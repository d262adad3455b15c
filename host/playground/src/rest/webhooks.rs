//! Later answers to an interaction: edits of the first one, and followups ([Discord Docs/Receiving
//! and Responding, "Followup Messages"]). The same paths serve the webhooks of channels.

use std::time::Instant;

use crate::check::draft::{Draft, Way};
use crate::error::{self, ApiError};
use crate::id::{ApplicationId, InteractionId, MessageId};
use crate::model::interaction::{Ack, Interaction, Seen};
use crate::rest::call::{Answer, Call, Reply};
use crate::rest::{incoming, interactions, messages};
use crate::rule::Rule;
use crate::topic::Topic;
use crate::world::World;

/// The interaction that a webhook path means: answered, and not older than 15 minutes.
fn find<'a>(world: &'a World, call: &Call<'_>) -> Result<&'a Interaction, ApiError> {
    let unknown = || error::UNKNOWN_WEBHOOK.by(Rule::WebhookKnowsToken);
    let id = world
        .interaction_by_token(call.text(1))
        .ok_or_else(unknown)?;
    let interaction = world.interactions.get(&id).ok_or_else(unknown)?;
    // "Interaction tokens are valid for 15 minutes."
    if world.now() > interaction.token_ends_ms() && world.keeps(Rule::TokenLives15Minutes) {
        return Err(error::INVALID_WEBHOOK_TOKEN);
    }
    if interaction.ack.is_none() && world.keeps(Rule::NoWebhookBeforeAnswer) {
        return Err(error::UNKNOWN_WEBHOOK.by(Rule::NoWebhookBeforeAnswer));
    }
    Ok(interaction)
}

/// Whether a path means the application's own webhook, through which interactions are answered;
/// else it is one of a channel.
fn is_own(world: &World, call: &Call<'_>) -> Result<bool, ApiError> {
    Ok(call.id::<ApplicationId>(0)? == world.config.application.id)
}

/// The message that a path means, by an interaction or a channel's webhook.
fn found_message(
    world: &World,
    call: &Call<'_>,
) -> Result<(Option<InteractionId>, MessageId), ApiError> {
    if is_own(world, call)? {
        let interaction = find(world, call)?;
        return Ok((Some(interaction.id), message(interaction, call)?));
    }
    let webhook = incoming::by_token(world, call)?;
    Ok((None, incoming::own_message(world, call, &webhook)?))
}

/// The message that a path means, which must be one of this interaction's.
fn message(interaction: &Interaction, call: &Call<'_>) -> Result<MessageId, ApiError> {
    if call.text(2) == "@original" {
        return interaction.original.ok_or(error::UNKNOWN_MESSAGE);
    }
    let id: MessageId = call.id(2)?;
    let own = interaction.original == Some(id) || interaction.followups.contains(&id);
    if own {
        Ok(id)
    } else {
        Err(error::UNKNOWN_MESSAGE)
    }
}

/// `POST /webhooks/{application.id}/{interaction.token}`
pub(super) fn follow_up(world: &mut World, call: &Call<'_>) -> Answer {
    if !is_own(world, call)? {
        return incoming::execute(world, call);
    }
    let interaction = find(world, call)?.clone();
    let draft = Draft::read(call.body, "", call.files, Way::Interaction, None)?;
    if draft.is_empty() {
        return Err(error::EMPTY_MESSAGE);
    }
    interactions::pass_automod(world, &interaction, &draft)?;
    // The first followup after a deferred answer fills the loading message, whatever its flags say.
    let fills = interaction.loading_open && world.keeps(Rule::FollowupFillsThinking);
    let loading = interaction.original.filter(|_| fills);
    let id = match loading.filter(|id| world.messages.contains_key(id)) {
        Some(loading) => {
            messages::edit_by_interaction(world, loading, call.body, "", call.files)?;
            loading
        }
        None => messages::answer(world, &interaction, draft),
    };
    let filled = loading == Some(id);
    if let Some(interaction) = world.interactions.get_mut(&interaction.id) {
        interaction.loading_open = false;
        if !filled {
            interaction.followups.push(id);
        }
        interaction
            .seen
            .get_or_insert_with(|| (Seen::Message(id), Instant::now()));
    }
    world.topics.changed(Topic::Interaction(interaction.id));
    let message = world.messages.get(&id).ok_or(error::UNKNOWN_MESSAGE)?;
    Reply::ok(world.message_json(message))
}

/// `GET /webhooks/{application.id}/{interaction.token}/messages/{message.id}`
pub(super) fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let (_, id) = found_message(world, call)?;
    let message = world.messages.get(&id).ok_or(error::UNKNOWN_MESSAGE)?;
    Reply::ok(world.message_json(message))
}

/// `PATCH /webhooks/{application.id}/{interaction.token}/messages/{message.id}`
pub(super) fn edit(world: &mut World, call: &Call<'_>) -> Answer {
    let (interaction, id) = found_message(world, call)?;
    messages::edit_by_interaction(world, id, call.body, "", call.files)?;
    if let Some(interaction) = interaction {
        note_edit(world, interaction, id);
    }
    let message = world.messages.get(&id).ok_or(error::UNKNOWN_MESSAGE)?;
    Reply::ok(world.message_json(message))
}

/// The first edit of a deferred answer is what the person was waiting for.
fn note_edit(world: &mut World, interaction: InteractionId, message: MessageId) {
    if let Some(interaction) = world.interactions.get_mut(&interaction)
        && interaction.original == Some(message)
    {
        interaction.loading_open = false;
        let updated = matches!(
            interaction.ack,
            Some((Ack::DeferredUpdate | Ack::Update, _))
        );
        let seen = if updated {
            Seen::Updated(message)
        } else {
            Seen::Message(message)
        };
        interaction
            .seen
            .get_or_insert_with(|| (seen, Instant::now()));
    }
    world.topics.changed(Topic::Interaction(interaction));
}

/// `DELETE /webhooks/{application.id}/{interaction.token}/messages/{message.id}`
pub(super) fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let (interaction, id) = found_message(world, call)?;
    world
        .remove_message(id, true)
        .ok_or(error::UNKNOWN_MESSAGE)?;
    if let Some(id) = interaction {
        if let Some(interaction) = world.interactions.get_mut(&id) {
            interaction.loading_open = false;
        }
        world.topics.changed(Topic::Interaction(id));
    }
    Reply::nothing()
}
