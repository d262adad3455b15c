//! Reactions ([Discord Docs/Message Resource, "Create Reaction"]).

use serde_json::json;

use crate::error::{self, ApiError};
use crate::id::{ChannelId, GuildId, MessageId, UserId};
use crate::permission::Permissions;
use crate::rest::call::{Answer, Call, Reply};
use crate::rule::Rule;
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
    let emoji = emoji(call)?;
    let message = world.messages.get(&id).ok_or(error::UNKNOWN_MESSAGE)?;
    if !message.reactions.iter().any(|(known, _)| *known == emoji) {
        // The first reaction with an emoji needs ADD_REACTIONS.
        if channel.guild.is_some() && !rights.contains(Permissions::ADD_REACTIONS) {
            return Err(error::MISSING_PERMISSIONS);
        }
        if message.reactions.len() >= EMOJI_PER_MESSAGE && world.keeps(Rule::ReactionLimit) {
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
    set(world, id, bot, &emoji(call)?, false);
    Reply::nothing()
}

/// The emoji that a path means. Custom ones (`name:id`) do not exist here, and a word is none.
fn emoji(call: &Call<'_>) -> Result<String, ApiError> {
    let emoji = call.text(2);
    let is_unicode = !emoji.is_ascii() && emoji.chars().count() <= 16 && !emoji.contains(':');
    match is_unicode {
        true => Ok(emoji.to_owned()),
        false => Err(error::UNKNOWN_EMOJI),
    }
}

/// `GET /channels/{channel.id}/messages/{message.id}/reactions/{emoji}`
pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let (channel, _) = world.bot_channel(call.id(0)?)?;
    let message = world.channel_message(channel.id, call.id(1)?)?;
    let emoji = emoji(call)?;
    let limit = call.query_number("limit").unwrap_or(25).clamp(1, 100) as usize;
    let after = UserId(call.query_number("after").unwrap_or(0));
    let given = message.reactions.iter().find(|(known, _)| *known == emoji);
    let mut users: Vec<UserId> = given.map_or(Vec::new(), |(_, users)| users.clone());
    users.retain(|user| *user > after);
    users.sort_unstable();
    Reply::ok(
        users
            .iter()
            .take(limit)
            .map(|user| world.user_json(*user))
            .collect(),
    )
}

/// `DELETE /channels/{channel.id}/messages/{message.id}/reactions/{emoji}/{user.id}`
pub(super) fn remove_of(world: &mut World, call: &Call<'_>) -> Answer {
    let id = managed_message(world, call)?;
    set(world, id, call.id(3)?, &emoji(call)?, false);
    Reply::nothing()
}

/// `DELETE /channels/{channel.id}/messages/{message.id}/reactions`
pub(super) fn clear(world: &mut World, call: &Call<'_>) -> Answer {
    let id = managed_message(world, call)?;
    take_all(world, id, None)
}

/// `DELETE /channels/{channel.id}/messages/{message.id}/reactions/{emoji}`
pub(super) fn clear_emoji(world: &mut World, call: &Call<'_>) -> Answer {
    let id = managed_message(world, call)?;
    take_all(world, id, Some(emoji(call)?))
}

/// A message whose reactions the bot may take away: it needs MANAGE_MESSAGES.
fn managed_message(world: &World, call: &Call<'_>) -> Result<MessageId, ApiError> {
    let (channel, rights) = world.bot_channel(call.id(0)?)?;
    if !rights.contains(Permissions::MANAGE_MESSAGES) {
        return Err(error::MISSING_PERMISSIONS);
    }
    Ok(world.channel_message(channel.id, call.id(1)?)?.id)
}

/// Takes all reactions away, or all with one emoji.
fn take_all(world: &mut World, id: MessageId, only: Option<String>) -> Answer {
    let message = world.messages.get(&id).ok_or(error::UNKNOWN_MESSAGE)?;
    let mut changed = (**message).clone();
    changed
        .reactions
        .retain(|(emoji, _)| only.as_ref().is_some_and(|only| only != emoji));
    let mut body = json!({ "channel_id": changed.channel, "message_id": id });
    if let Some(guild) = changed.guild {
        body["guild_id"] = json!(guild);
    }
    let event = match &only {
        Some(emoji) => {
            body["emoji"] = json!({ "id": null, "name": emoji });
            "MESSAGE_REACTION_REMOVE_EMOJI"
        }
        None => "MESSAGE_REACTION_REMOVE_ALL",
    };
    world.messages.insert(id, changed.clone().into());
    world.dispatch(event, audience(changed.guild), &body);
    world.message_changed(&changed);
    Reply::nothing()
}

fn audience(guild: Option<GuildId>) -> Audience {
    let intents = match guild {
        Some(_) => intent::GUILD_MESSAGE_REACTIONS,
        None => intent::DIRECT_MESSAGE_REACTIONS,
    };
    Audience { guild, intents }
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
    let event = if there {
        "MESSAGE_REACTION_ADD"
    } else {
        "MESSAGE_REACTION_REMOVE"
    };
    world.dispatch(event, audience(guild), &body);
    world.message_changed(&changed);
}
