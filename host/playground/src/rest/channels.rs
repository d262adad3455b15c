//! Channels: reading, making, changing, deleting ([Discord Docs/Channel Resource]).

use serde_json::Value;

use crate::error::{self, ApiError, FormErrors};
use crate::form::Form;
use crate::id::{ChannelId, GuildId, RoleId, UserId};
use crate::model::channel::{Channel, ChannelKind};
use crate::permission::{Overwrite, OverwriteTarget, Permissions};
use crate::rest::call::{Answer, Call, Reply};
use crate::rest::threads;
use crate::rule::Rule;
use crate::world::World;

/// "Maximum number of guild channels reached (500)".
const CHANNELS: usize = 500;
const OVERWRITES: usize = 1000;

/// `GET /channels/{channel.id}`
pub(super) fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let (channel, _) = world.bot_channel(call.id(0)?)?;
    Reply::ok(world.channel_json(channel))
}

/// `POST /guilds/{guild.id}/channels`
pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let guild_id: GuildId = call.id(0)?;
    let errors = FormErrors::default();
    let form = Form::new(call.body, "", &errors);
    form.require_text("name", 1..=100);
    let kind = form.int("type", 0..=15).unwrap_or(0);
    let kind =
        ChannelKind::from_number(kind).filter(|kind| !kind.is_thread() && *kind != ChannelKind::Dm);
    if kind.is_none() {
        form.fault(
            "type",
            "BASE_TYPE_CHOICES",
            "Value is not a channel type that can be created.",
        );
    }
    let changes = Changes::read(&form);
    errors.finish()?;
    let guild = world.bot_guild(guild_id)?;
    world.bot_needs(guild, Permissions::MANAGE_CHANNELS)?;
    if guild.channels.len() >= CHANNELS && world.keeps(Rule::ChannelLimit) {
        return Err(error::TOO_MANY_CHANNELS);
    }
    changes.check(world, guild_id)?;
    let position = guild.channels.len() as i64;
    let mut channel = Channel::new(
        world.next_id(),
        kind.unwrap_or_default(),
        Some(guild_id),
        "",
    );
    channel.position = position;
    changes.apply(&mut channel);
    world
        .guilds
        .entry(guild_id)
        .and_modify(|guild| guild.channels.push(channel.id));
    world.channels.insert(channel.id, channel.clone());
    world.tell_channel("CHANNEL_CREATE", &channel);
    world.note_audit(guild_id, "CHANNEL_CREATE", channel.id.0, call.reason());
    Reply::created(world.channel_json(&channel))
}

/// `PATCH /channels/{channel.id}`: a channel, or a thread.
pub(super) fn edit(world: &mut World, call: &Call<'_>) -> Answer {
    let (channel, rights) = world.bot_channel(call.id(0)?)?;
    let guild_id = channel.guild.ok_or(error::NOT_ON_A_DM)?;
    if channel.thread.is_some() {
        return threads::edit(world, call);
    }
    if !rights.contains(Permissions::MANAGE_CHANNELS) {
        return Err(error::MISSING_PERMISSIONS);
    }
    let errors = FormErrors::default();
    let changes = Changes::read(&Form::new(call.body, "", &errors));
    errors.finish()?;
    changes.check(world, guild_id)?;
    let mut channel = channel.clone();
    changes.apply(&mut channel);
    world.channels.insert(channel.id, channel.clone());
    world.tell_channel("CHANNEL_UPDATE", &channel);
    world.note_audit(guild_id, "CHANNEL_UPDATE", channel.id.0, call.reason());
    Reply::ok(world.channel_json(&channel))
}

/// `DELETE /channels/{channel.id}`
pub(super) fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let (channel, rights) = world.bot_channel(call.id(0)?)?;
    let channel = channel.clone();
    let Some(guild) = channel.guild else {
        return Reply::ok(world.channel_json(&channel));
    };
    let (needed, action) = if channel.kind.is_thread() {
        (Permissions::MANAGE_THREADS, "THREAD_DELETE")
    } else {
        (Permissions::MANAGE_CHANNELS, "CHANNEL_DELETE")
    };
    if !rights.contains(needed) {
        return Err(error::MISSING_PERMISSIONS);
    }
    remove(world, channel.id);
    world.note_audit(guild, action, channel.id.0, call.reason());
    Reply::ok(world.channel_json(&channel))
}

/// Takes a channel away with its threads and messages, and tells the bot.
pub(crate) fn remove(world: &mut World, id: ChannelId) {
    let Some(channel) = world.channels.remove(&id) else {
        return;
    };
    let threads: Vec<ChannelId> = world
        .channels
        .values()
        .filter(|other| other.kind.is_thread() && other.parent == Some(id))
        .map(|thread| thread.id)
        .collect();
    for thread in threads {
        remove(world, thread);
    }
    for message in &channel.messages {
        world.messages.remove(message);
    }
    world.webhooks.retain(|_, webhook| webhook.channel != id);
    let Some(guild_id) = channel.guild else {
        return;
    };
    if let Some(guild) = world.guilds.get_mut(&guild_id) {
        guild.channels.retain(|other| *other != id);
        guild.threads.retain(|other| *other != id);
    }
    let event = if channel.kind.is_thread() {
        "THREAD_DELETE"
    } else {
        "CHANNEL_DELETE"
    };
    world.tell_channel(event, &channel);
}

/// `POST /channels/{channel.id}/typing`
pub(super) fn typing(world: &mut World, call: &Call<'_>) -> Answer {
    let (channel, rights) = world.bot_channel(call.id(0)?)?;
    if channel.guild.is_some() && !rights.contains(Permissions::SEND_MESSAGES) {
        return Err(error::MISSING_PERMISSIONS);
    }
    Reply::nothing()
}

/// `PUT /channels/{channel.id}/permissions/{overwrite.id}`
pub(super) fn put_overwrite(world: &mut World, call: &Call<'_>) -> Answer {
    let errors = FormErrors::default();
    let form = Form::new(call.body, "", &errors);
    form.require("type");
    let kind = form.int("type", 0..=1).unwrap_or(0);
    let allow = form
        .parsed::<u64>("allow")
        .map_or(Permissions::NONE, Permissions);
    let deny = form
        .parsed::<u64>("deny")
        .map_or(Permissions::NONE, Permissions);
    errors.finish()?;
    let target = call.id::<u64>(1)?;
    let target = if kind == 0 {
        OverwriteTarget::Role(RoleId(target))
    } else {
        OverwriteTarget::Member(UserId(target))
    };
    change_overwrites(world, call, |overwrites| {
        overwrites.retain(|other| other.target != target);
        if overwrites.len() >= OVERWRITES {
            return Err(error::TOO_MANY_OVERWRITES);
        }
        overwrites.push(Overwrite {
            target,
            allow,
            deny,
        });
        Ok(())
    })
}

/// `DELETE /channels/{channel.id}/permissions/{overwrite.id}`
pub(super) fn delete_overwrite(world: &mut World, call: &Call<'_>) -> Answer {
    let target = call.id::<u64>(1)?;
    change_overwrites(world, call, |overwrites| {
        let count = overwrites.len();
        overwrites.retain(|other| match other.target {
            OverwriteTarget::Role(role) => role.0 != target,
            OverwriteTarget::Member(user) => user.0 != target,
        });
        if overwrites.len() == count {
            Err(error::UNKNOWN_OVERWRITE)
        } else {
            Ok(())
        }
    })
}

fn change_overwrites(
    world: &mut World,
    call: &Call<'_>,
    change: impl FnOnce(&mut Vec<Overwrite>) -> Result<(), ApiError>,
) -> Answer {
    let (channel, rights) = world.bot_channel(call.id(0)?)?;
    if channel.guild.is_none() || channel.kind.is_thread() {
        return Err(error::WRONG_CHANNEL_TYPE);
    }
    if !rights.contains(Permissions::MANAGE_ROLES) {
        return Err(error::MISSING_PERMISSIONS);
    }
    let mut channel = channel.clone();
    change(&mut channel.overwrites)?;
    world.channels.insert(channel.id, channel.clone());
    world.tell_channel("CHANNEL_UPDATE", &channel);
    Reply::nothing()
}

/// What a body changes in a channel.
struct Changes {
    name: Option<String>,
    topic: Option<Option<String>>,
    position: Option<i64>,
    slowmode_s: Option<i64>,
    nsfw: Option<bool>,
    parent: Option<Option<ChannelId>>,
    overwrites: Option<Vec<Overwrite>>,
}

impl Changes {
    fn read(form: &Form<'_>) -> Self {
        let overwrites = form.has("permission_overwrites").then(|| {
            let listed = form.list("permission_overwrites", 0..=OVERWRITES);
            listed
                .into_iter()
                .filter_map(|(path, value)| read_overwrite(&Form::new(value, path, form.errors())))
                .collect()
        });
        Self {
            name: form.text("name", 1..=100).map(str::to_owned),
            topic: form
                .has("topic")
                .then(|| form.text("topic", 0..=1024).map(str::to_owned)),
            position: form.int("position", 0..=i64::from(i32::MAX)),
            slowmode_s: form.int("rate_limit_per_user", 0..=21_600),
            nsfw: form.bool("nsfw"),
            parent: form.has("parent_id").then(|| form.id("parent_id")),
            overwrites,
        }
    }

    fn check(&self, world: &World, guild: GuildId) -> Result<(), ApiError> {
        let Some(Some(parent)) = self.parent else {
            return Ok(());
        };
        let is_category = |channel: &Channel| {
            channel.guild == Some(guild) && channel.kind == ChannelKind::Category
        };
        if world.channels.get(&parent).is_some_and(is_category) {
            Ok(())
        } else {
            Err(ApiError::form(
                "parent_id",
                "CHANNEL_PARENT_INVALID",
                "Category does not exist",
            ))
        }
    }

    fn apply(self, channel: &mut Channel) {
        if let Some(name) = self.name {
            // Text channels are written in lower case with dashes.
            let plain = matches!(
                channel.kind,
                ChannelKind::Text | ChannelKind::Announcement | ChannelKind::Forum
            );
            channel.name = if plain {
                name.to_lowercase().replace(' ', "-")
            } else {
                name
            };
        }
        if let Some(topic) = self.topic {
            channel.topic = topic;
        }
        channel.position = self.position.unwrap_or(channel.position);
        channel.slowmode_s = self.slowmode_s.unwrap_or(channel.slowmode_s);
        channel.nsfw = self.nsfw.unwrap_or(channel.nsfw);
        channel.parent = self.parent.unwrap_or(channel.parent);
        if let Some(overwrites) = self.overwrites {
            channel.overwrites = overwrites;
        }
    }
}

fn read_overwrite(form: &Form<'_>) -> Option<Overwrite> {
    form.require("id");
    let id: u64 = form.id("id")?;
    // The type may be a number or its name.
    let member = matches!(form.get("type"), Some(Value::Number(number)) if number.as_u64() == Some(1))
        || form
            .get("type")
            .and_then(Value::as_str)
            .is_some_and(|kind| matches!(kind, "member" | "1"));
    let bits = |key: &str| {
        form.parsed::<u64>(key)
            .map_or(Permissions::NONE, Permissions)
    };
    let target = if member {
        OverwriteTarget::Member(UserId(id))
    } else {
        OverwriteTarget::Role(RoleId(id))
    };
    Some(Overwrite {
        target,
        allow: bits("allow"),
        deny: bits("deny"),
    })
}
