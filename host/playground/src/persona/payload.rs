//! INTERACTION_CREATE as Discord sends it ([Discord Docs/Receiving and Responding, "Interaction
//! Object"]).

use std::sync::Arc;
use std::time::Instant;

use rand::distr::{Alphanumeric, SampleString};
use serde_json::{Map, Value, json};

use crate::id::{GuildId, InteractionId, MessageId, UserId};
use crate::model::channel::Channel;
use crate::model::command::Command;
use crate::model::interaction::{Interaction, InteractionKind};
use crate::model::message::Message;
use crate::persona::options::{Resolved, Typed};
use crate::world::{Audience, World, intent};

/// 10 MiB, what Discord allows without boosts.
pub(super) const ATTACHMENT_LIMIT: u64 = 10 * 1024 * 1024;

/// What is about to be dispatched.
pub(super) struct Sending {
    pub kind: InteractionKind,
    pub command_kind: u8,
    pub data: Value,
    /// The message that was acted on.
    pub source: Option<MessageId>,
    /// Of a modal: how the interaction came about that opened it.
    pub triggering: Option<Value>,
}

impl Sending {
    pub(super) fn component(data: Value, message: &Message) -> Self {
        Self {
            kind: InteractionKind::Component,
            command_kind: 0,
            data,
            source: Some(message.id),
            triggering: None,
        }
    }
}

fn of_command(command: &Command, more: Value) -> Sending {
    let mut data = json!({ "id": command.id, "name": command.name, "type": command.kind });
    if let (Some(data), Value::Object(more)) = (data.as_object_mut(), more) {
        data.extend(more);
    }
    if let Some(guild) = command.guild {
        data["guild_id"] = json!(guild);
    }
    Sending {
        kind: InteractionKind::Command,
        command_kind: command.kind,
        data,
        source: None,
        triggering: None,
    }
}

pub(super) fn command(world: &World, typed: &Typed) -> Sending {
    let mut more = json!({ "options": typed.options });
    let guild = typed
        .command
        .guild
        .or_else(|| guild_of(world, &typed.resolved));
    let resolved = resolve(world, guild, &typed.resolved);
    if resolved != json!({}) {
        more["resolved"] = resolved;
    }
    of_command(&typed.command, more)
}

/// Of a global command, the guild that its options' roles and channels tell.
fn guild_of(world: &World, resolved: &Resolved) -> Option<GuildId> {
    let by_channel = resolved.channels.first().and_then(|id| world.guild_of(*id));
    let by_role = || {
        let role = resolved.roles.first()?;
        world
            .guilds
            .values()
            .find(|guild| guild.roles.contains_key(role))
            .map(|guild| guild.id)
    };
    let by_user = || {
        let user = resolved.users.first()?;
        world
            .guilds
            .values()
            .find(|guild| guild.members.contains_key(user))
            .map(|guild| guild.id)
    };
    by_channel.or_else(by_role).or_else(by_user)
}

pub(super) fn on_message(world: &World, command: &Command, message: &Message) -> Sending {
    // The target's content is there, whatever the intents.
    let resolved = json!({ "messages": { message.id.to_string(): world.message_json(message) } });
    of_command(
        command,
        json!({ "target_id": message.id, "resolved": resolved }),
    )
}

pub(super) fn on_user(
    world: &World,
    command: &Command,
    guild: Option<GuildId>,
    user: UserId,
) -> Sending {
    let resolved = resolve(
        world,
        guild,
        &Resolved {
            users: vec![user],
            ..Resolved::default()
        },
    );
    of_command(command, json!({ "target_id": user, "resolved": resolved }))
}

/// `resolved`: full objects by id; members without `user`, `deaf` and `mute`.
pub(super) fn resolve(world: &World, guild: Option<GuildId>, ids: &Resolved) -> Value {
    let mut resolved = json!({});
    let mut put = |kind: &str, entries: Map<String, Value>| {
        if !entries.is_empty() {
            resolved[kind] = Value::Object(entries);
        }
    };
    put(
        "users",
        ids.users
            .iter()
            .map(|id| (id.to_string(), world.user_json(*id)))
            .collect(),
    );
    let guild = guild.and_then(|id| world.guilds.get(&id));
    if let Some(guild) = guild {
        let member = |id: &UserId| {
            let member = guild.members.get(id)?;
            let mut json = member.to_json(None);
            json["permissions"] = json!(guild.permissions_of(member));
            if let Some(map) = json.as_object_mut() {
                map.remove("deaf");
                map.remove("mute");
            }
            Some((id.to_string(), json))
        };
        put("members", ids.users.iter().filter_map(member).collect());
        let role = |id| {
            guild
                .roles
                .get(id)
                .map(|role| (id.to_string(), role.to_json()))
        };
        put("roles", ids.roles.iter().filter_map(role).collect());
    }
    let channel = |id| {
        world
            .channels
            .get(id)
            .map(|channel| (id.to_string(), partial(world, channel, None)))
    };
    put(
        "channels",
        ids.channels.iter().filter_map(channel).collect(),
    );
    let file = |id| {
        world.uploads.get(id).map(|file| {
            let url = format!(
                "{}/attachments/0/{}/{}",
                world.base_url, file.id, file.filename
            );
            let json = json!({
                "id": file.id, "filename": file.filename, "size": file.data.len(), "url": url,
                "proxy_url": url, "content_type": file.content_type, "ephemeral": true,
            });
            (id.to_string(), json)
        })
    };
    put("attachments", ids.files.iter().filter_map(file).collect());
    resolved
}

/// A partial channel, with the rights of `user` in it.
fn partial(world: &World, channel: &Channel, user: Option<UserId>) -> Value {
    let mut json = world.channel_json(channel);
    if let Some(map) = json.as_object_mut() {
        map.remove("permission_overwrites");
    }
    if let Some(user) = user {
        json["permissions"] = json!(world.permissions_in(user, channel));
    } else if channel.guild.is_some() {
        json["permissions"] = json!("0");
    }
    json
}

/// Remembers the interaction and sends it to the bot.
pub(super) fn dispatch(
    world: &mut World,
    user: UserId,
    channel: &Channel,
    sending: Sending,
) -> InteractionId {
    let id: InteractionId = world.next_id();
    let token: Arc<str> = Alphanumeric.sample_string(&mut rand::rng(), 120).into();
    let guild = channel.guild.and_then(|id| world.guilds.get(&id));
    let owners = match guild {
        Some(guild) => json!({ "0": guild.id }),
        None => json!({ "0": "0" }),
    };
    let known = world.users.get(&user);
    let locale = known
        .map_or("en-US", |user| user.locale.as_str())
        .to_owned();
    let mut body = json!({
        "id": id, "application_id": world.config.application.id, "type": sending.kind.number(),
        "token": &*token, "version": 1, "channel_id": channel.id,
        "channel": partial(world, channel, Some(user)), "locale": locale, "entitlements": [],
        "attachment_size_limit": ATTACHMENT_LIMIT, "authorizing_integration_owners": owners,
        "context": if guild.is_some() { 0 } else { 1 }, "data": sending.data,
        "app_permissions": world.permissions_in(world.bot(), channel),
    });
    let who = world.user_json(user);
    match guild {
        Some(guild) => {
            let member = guild.members.get(&user).map(|member| member.to_json(None));
            let mut member = member.unwrap_or_else(|| json!({}));
            member["user"] = who.clone();
            member["permissions"] = json!(world.permissions_in(user, channel));
            body["member"] = member;
            body["guild_id"] = json!(guild.id);
            body["guild_locale"] = json!(guild.locale);
            body["guild"] = json!({ "id": guild.id, "locale": guild.locale, "features": [] });
        }
        None => body["user"] = who.clone(),
    }
    if let Some(message) = sending.source.and_then(|id| world.messages.get(&id)) {
        body["message"] = world.message_json(message);
    }
    let mut metadata = json!({
        "id": id, "type": sending.kind.number(), "user": who, "authorizing_integration_owners": owners,
    });
    if sending.kind == InteractionKind::Component {
        metadata["interacted_message_id"] = json!(sending.source);
    }
    if let Some(triggering) = sending.triggering {
        metadata["triggering_interaction_metadata"] = triggering;
    }
    let (created_ms, guild_id) = (world.now(), channel.guild);
    let command = match sending.kind {
        InteractionKind::Command => sending.data["name"].as_str().unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    world.put_interaction(Interaction {
        id,
        token,
        kind: sending.kind,
        command_kind: sending.command_kind,
        command,
        user,
        channel: channel.id,
        source: sending.source,
        metadata,
        created_ms,
        sent: Instant::now(),
        ack: None,
        seen: None,
        original: None,
        followups: Vec::new(),
        loading_open: false,
        double_answers: 0,
    });
    world.dispatch(
        "INTERACTION_CREATE",
        Audience {
            guild: guild_id,
            intents: intent::NONE,
        },
        &body,
    );
    id
}
