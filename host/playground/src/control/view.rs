//! Things as the page shows them to one person. Not Discord's JSON: shorter, and with what a client
//! would work out by itself (names, colours, whether it pings) already in it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::id::{ChannelId, GuildId, RoleId, UserId};
use crate::model::channel::Channel;
use crate::model::guild::{Guild, Member, Role};
use crate::model::message::Message;
use crate::permission::{OverwriteTarget, Permissions};
use crate::world::World;

/// A guild in the rail.
pub(super) fn guild_name(guild: &Guild) -> Value {
    json!({
        "id": guild.id, "name": guild.name, "members": guild.members.len(),
        "has_bot": guild.has_bot, "unavailable": guild.unavailable,
    })
}

/// All of a guild: to `viewer` what they see, to the operator everything.
pub(super) fn guild(world: &World, guild: &Guild, viewer: Option<UserId>) -> Value {
    let places = guild.channels.iter().chain(&guild.threads);
    let channels: Vec<Value> = places
        .filter_map(|id| world.channels.get(id))
        .filter_map(|channel| self::channel(world, channel, viewer))
        .collect();
    let mut roles: Vec<&Role> = guild.roles.values().collect();
    roles.sort_by_key(|role| (std::cmp::Reverse(role.position), role.id));
    let members: Vec<Value> = guild
        .members
        .values()
        .map(|member| self::member(world, guild, member))
        .collect();
    let mut json = guild_name(guild);
    json["owner"] = json!(guild.owner);
    json["channels"] = json!(channels);
    json["roles"] = roles.into_iter().map(role).collect();
    json["members"] = json!(members);
    json
}

fn role(role: &Role) -> Value {
    json!({
        "id": role.id, "name": role.name, "position": role.position, "color": role.color,
        "hoist": role.hoist, "mentionable": role.mentionable, "managed": role.managed,
        "is_bots": role.bot.is_some(), "permissions": role.permissions,
    })
}

/// A member in the list.
pub(super) fn member(world: &World, guild: &Guild, member: &Member) -> Value {
    let user = world.users.get(&member.user);
    json!({
        "id": member.user, "name": user.map_or("?", |user| user.name.as_str()),
        "nick": member.nick, "roles": member.roles, "bot": user.is_some_and(|user| user.bot),
        "owner": guild.owner == member.user, "dms_closed": user.is_some_and(|user| user.dms_closed),
        "timed_out_until_ms": member.timed_out_until_ms.filter(|until| *until > world.now()),
    })
}

/// A channel or thread, if `viewer` sees it.
pub(super) fn channel(world: &World, channel: &Channel, viewer: Option<UserId>) -> Option<Value> {
    let rights = viewer.map_or(Permissions::ALL, |user| world.permissions_in(user, channel));
    if !rights.contains(Permissions::VIEW_CHANNEL) {
        return None;
    }
    let writing = if channel.kind.is_thread() {
        Permissions::SEND_MESSAGES_IN_THREADS
    } else {
        Permissions::SEND_MESSAGES
    };
    let locked = channel.thread.as_ref().is_some_and(|thread| thread.locked);
    let may_write = rights.contains(writing)
        && channel.kind.holds_messages()
        && (!locked || rights.contains(Permissions::MANAGE_THREADS));
    let mut json = json!({
        "id": channel.id, "guild": channel.guild, "kind": channel.kind, "name": channel.name,
        "parent": channel.parent, "position": channel.position, "topic": channel.topic,
        "may_write": may_write, "holds_messages": channel.kind.holds_messages(),
        "may_use_commands": rights.contains(Permissions::USE_APPLICATION_COMMANDS),
        "may_react": rights.contains(Permissions::ADD_REACTIONS),
        "is_thread": channel.kind.is_thread(), "count": channel.message_count,
    });
    if let Some(thread) = &channel.thread {
        json["archived"] = json!(thread.archived);
        json["locked"] = json!(thread.locked);
    }
    if let Some(recipient) = channel.recipient {
        json["recipient"] = json!(recipient);
        json["name"] = json!(world.config.application.name);
    }
    if viewer.is_none() {
        json["overwrites"] = channel.overwrites.iter().map(|overwrite| {
            let (kind, id) = match overwrite.target {
                OverwriteTarget::Role(role) => ("role", role.0),
                OverwriteTarget::Member(user) => ("member", user.0),
            };
            json!({ "kind": kind, "id": id.to_string(), "allow": overwrite.allow, "deny": overwrite.deny })
        }).collect();
    }
    Some(json)
}

/// Somebody as the author of something.
fn author(world: &World, guild: Option<&Guild>, user: UserId) -> Value {
    let known = world.users.get(&user);
    let name = known.map_or("Deleted User", |user| user.name.as_str());
    let member = guild.and_then(|guild| guild.members.get(&user));
    let nick = member.and_then(|member| member.nick.as_deref());
    json!({
        "id": user, "name": nick.unwrap_or(name), "bot": known.is_some_and(|user| user.bot),
        "color": guild.zip(member).map_or(0, |(guild, member)| color(guild, member)),
    })
}

/// The colour of the highest role that has one.
fn color(guild: &Guild, member: &Member) -> u32 {
    let roles = member.roles.iter().filter_map(|id| guild.roles.get(id));
    let colored = roles.filter(|role| role.color != 0);
    colored
        .max_by_key(|role| role.position)
        .map_or(0, |role| role.color)
}

/// A message as `viewer` sees it.
pub(super) fn message(world: &World, viewer: UserId, message: &Message) -> Value {
    let guild = message.guild.and_then(|id| world.guilds.get(&id));
    let attachments: Vec<Value> = message.attachments.iter().map(|file| json!({
        "id": file.id, "name": file.filename, "bytes": file.data.len(), "kind": file.content_type,
        "url": format!("/attachments/{}/{}/{}", message.channel, file.id, encoded(&file.filename)),
    })).collect();
    let reactions: Vec<Value> = message
        .reactions
        .iter()
        .map(|(emoji, users)| json!({ "emoji": emoji, "count": users.len(), "me": users.contains(&viewer) }))
        .collect();
    let mut json = json!({
        "id": message.id, "channel": message.channel, "author": author(world, guild, message.author),
        "content": message.content, "embeds": message.embeds, "components": message.components,
        "attachments": attachments, "reactions": reactions, "sent_ms": message.sent_ms,
        "edited_ms": message.edited_ms, "ephemeral": message.is_ephemeral(),
        "loading": message.is_loading(), "pinned": message.pinned,
        "pings": pings(world, guild, viewer, message), "names": names(world, guild, message),
    });
    if let Some(earlier) = message.reference.and_then(|id| world.messages.get(&id)) {
        json["reply"] = json!({
            "id": earlier.id, "author": author(world, guild, earlier.author), "content": earlier.content,
        });
    }
    if let Some(thread) = message.thread.and_then(|id| world.channels.get(&id)) {
        json["thread"] = json!({
            "id": thread.id, "name": thread.name, "count": thread.message_count,
        });
    }
    let used = message
        .interaction
        .and_then(|id| world.interactions.get(&id));
    if let Some(used) = used.filter(|used| !used.command.is_empty()) {
        json["used"] = json!({ "by": author(world, guild, used.user), "command": used.command });
    }
    json
}

/// A file's name as part of an address.
fn encoded(name: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        if keep(byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// Whether the message pings the viewer: what it mentions was settled when it was sent.
fn pings(world: &World, guild: Option<&Guild>, viewer: UserId, message: &Message) -> bool {
    let member = guild.and_then(|guild| guild.members.get(&viewer));
    let by_role = |member: &Member| {
        message
            .mention_roles
            .iter()
            .any(|role| member.roles.contains(role))
    };
    message.author != viewer
        && world.can_see(viewer, message)
        && (message.mention_everyone
            || message.mentions.contains(&viewer)
            || member.is_some_and(by_role))
}

/// Names of everybody and everything that the message's texts mention, so that a reader who has
/// never loaded them reads names.
fn names(world: &World, guild: Option<&Guild>, message: &Message) -> Value {
    let mut found = BTreeMap::new();
    mentioned(&message.content, &mut found);
    for value in message.embeds.iter().chain(&message.components) {
        each_text(value, &mut |text| mentioned(text, &mut found));
    }
    let name = |(id, kind): (u64, Kind)| {
        let name = match kind {
            Kind::User => author(world, guild, UserId(id))["name"]
                .as_str()
                .map(str::to_owned),
            Kind::Role => guild?.roles.get(&RoleId(id)).map(|role| role.name.clone()),
            Kind::Channel => world
                .channels
                .get(&ChannelId(id))
                .map(|channel| channel.name.clone()),
        };
        Some((id.to_string(), json!(name?)))
    };
    Value::Object(found.into_iter().filter_map(name).collect::<Map<_, _>>())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    User,
    Role,
    Channel,
}

/// Collects `<@1>`, `<@!1>`, `<@&1>` and `<#1>`, and the channels of links to messages.
fn mentioned(text: &str, found: &mut BTreeMap<u64, Kind>) {
    for part in text.split('<').skip(1) {
        let Some((inside, _)) = part.split_once('>') else {
            continue;
        };
        let (kind, digits) = match inside.as_bytes() {
            [b'@', b'&', ..] => (Kind::Role, &inside[2..]),
            [b'@', b'!', ..] => (Kind::User, &inside[2..]),
            [b'@', ..] => (Kind::User, &inside[1..]),
            [b'#', ..] => (Kind::Channel, &inside[1..]),
            _ => continue,
        };
        if let Ok(id) = digits.parse() {
            found.insert(id, kind);
        }
    }
    for place in text.split("discord.com/channels/").skip(1) {
        let channel = place.split('/').nth(1).unwrap_or_default();
        let end = channel.find(|sign: char| !sign.is_ascii_digit());
        if let Ok(id) = channel[..end.unwrap_or(channel.len())].parse() {
            found.insert(id, Kind::Channel);
        }
    }
}

fn each_text(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(values) => values.iter().for_each(|value| each_text(value, visit)),
        Value::Object(map) => map.values().for_each(|value| each_text(value, visit)),
        _ => {}
    }
}

/// A guild that is known to have this member.
pub(super) fn guild_of_member(world: &World, guild: GuildId, user: UserId) -> Option<&Guild> {
    world
        .guilds
        .get(&guild)
        .filter(|guild| guild.members.contains_key(&user))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_found_in_text_by_kind() {
        let mut found = BTreeMap::new();
        mentioned("<@1> <@!2> <@&3> <#4> <t:5:R> <@x> < <@6", &mut found);
        let kinds = [
            (1, Kind::User),
            (2, Kind::User),
            (3, Kind::Role),
            (4, Kind::Channel),
        ];
        assert_eq!(found.into_iter().collect::<Vec<_>>(), kinds);
    }

    #[test]
    fn channels_of_links_to_messages_are_found_too() {
        let mut found = BTreeMap::new();
        let text = "See https://discord.com/channels/1/22/333. (https://discord.com/channels/1/44) \
                    https://discord.com/channels/x https://discord.com/channels/@me/é";
        mentioned(text, &mut found);
        let channels = [(22, Kind::Channel), (44, Kind::Channel)];
        assert_eq!(found.into_iter().collect::<Vec<_>>(), channels);
    }

    #[test]
    fn a_files_name_cannot_leave_its_place_in_an_address() {
        assert_eq!(encoded("a b/../c?.png"), "a%20b%2F..%2Fc%3F.png");
    }
}
