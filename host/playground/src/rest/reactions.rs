//! The bot's own reactions ([Discord Docs/Message Resource, "Create Reaction"]).

use serde_json::json;

use crate::error;
use crate::id::{ChannelId, MessageId, UserId};
use crate::permission::Permissions;
use crate::rest::call::{Answer, Call, Reply, percent_decoded};
use crate::world::{Audience, World, intent};

/// Different emoji on one message.
const EMOJI_PER_MESSAGE: usize = 20;

/// `PUT /channels/{channel.id}/messages/{message.id}/reactions/{emoji}/@me`
pub(super) fn add(world: &mut World, call: &Call<'_>) -> Answer {
    let (channel, rights) = world.bot_channel(call.id(0)?)?;
    let id = world.channel_message(channel.id, call.id(1)?)?.id;
    if channel.guild.is_some() && !rights.contains(Permissions::READ_MESSAGE_HISTORY) {
        return Err(error::MISSING_PERMISSIONS);
    }
    let emoji = percent_decoded(call.text(2));
    let message = world.messages.get(&id).ok_or(error::UNKNOWN_MESSAGE)?;
    if !message.reactions.iter().any(|(known, _)| *known == emoji) {
        // The first reaction with an emoji needs ADD_REACTIONS.
        if channel.guild.is_some() && !rights.contains(Permissions::ADD_REACTIONS) {
            return Err(error::MISSING_PERMISSIONS);
        }
        if message.reactions.len() >= EMOJI_PER_MESSAGE {
            return Err(error::TOO_MANY_REACTIONS);
        }
    }
    let bot = world.bot();
    set(world, id, bot, &emoji, true);
    Reply::nothing()
}

/// `DELETE /channels/{channel.id}/messages/{message.id}/reactions/{emoji}/@me`
pub(super) fn remove(world: &mut World, call: &Call<'_>) -> Answer {
    let (channel, _) = world.bot_channel(call.id(0)?)?;
    let id = world.channel_message(channel.id, call.id(1)?)?.id;
    let bot = world.bot();
    set(world, id, bot, &percent_decoded(call.text(2)), false);
    Reply::nothing()
}

/// Adds or takes away a reaction, and tells the bot of it.
pub(crate) fn set(world: &mut World, id: MessageId, user: UserId, emoji: &str, there: bool) {
    let Some(message) = world.messages.get(&id).cloned() else {
        return;
    };
    let known = message.reactions.iter().find(|(known, _)| known == emoji);
    if known.is_some_and(|(_, users)| users.contains(&user)) == there {
        return;
    }
    let mut changed = (*message).clone();
    match changed
        .reactions
        .iter_mut()
        .find(|(known, _)| known == emoji)
    {
        Some((_, users)) if there => users.push(user),
        Some((_, users)) => users.retain(|other| *other != user),
        None => changed.reactions.push((emoji.to_owned(), vec![user])),
    }
    changed.reactions.retain(|(_, users)| !users.is_empty());
    let (channel, guild): (ChannelId, _) = (changed.channel, changed.guild);
    let mut body = json!({
        "user_id": user, "channel_id": channel, "message_id": id, "burst": false, "type": 0,
        "emoji": { "id": null, "name": emoji }, "message_author_id": changed.author,
    });
    if let Some(guild) = guild {
        body["guild_id"] = json!(guild);
        if let Some(member) = world.guild_member(guild, user) {
            body["member"] = world.member_json(member);
        }
    }
    world.messages.insert(id, changed.clone().into());
    let intents = if guild.is_some() {
        intent::GUILD_MESSAGE_REACTIONS
    } else {
        intent::DIRECT_MESSAGE_REACTIONS
    };
    let event = if there {
        "MESSAGE_REACTION_ADD"
    } else {
        "MESSAGE_REACTION_REMOVE"
    };
    world.dispatch(event, Audience { guild, intents }, &body);
    world.message_changed(&changed);
}
