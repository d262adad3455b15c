//! Threads ([Discord Docs/Threads], [Discord Docs/Channel Resource]).

use serde_json::json;

use crate::check::draft::{Draft, Way};
use crate::clock::iso8601;
use crate::error::{self, ApiError, FormErrors};
use crate::form::Form;
use crate::id::{ChannelId, GuildId, MessageId, UserId};
use crate::model::channel::{Channel, ChannelKind, ThreadState};
use crate::permission::Permissions;
use crate::rest::call::{Answer, Call, Reply};
use crate::rest::messages;
use crate::rule::Rule;
use crate::world::{Audience, World, intent};

/// What a body says about a thread.
struct Wanted {
    name: Option<String>,
    auto_archive_minutes: Option<i64>,
    slowmode_s: Option<i64>,
    archived: Option<bool>,
    locked: Option<bool>,
    invitable: Option<bool>,
}

fn read(form: &Form<'_>) -> Wanted {
    let auto_archive_minutes = form.int("auto_archive_duration", 0..=i64::from(i32::MAX));
    if auto_archive_minutes.is_some_and(|minutes| !matches!(minutes, 60 | 1440 | 4320 | 10_080)) {
        form.fault(
            "auto_archive_duration",
            "BASE_TYPE_CHOICES",
            "Value must be one of (60, 1440, 4320, 10080).",
        );
    }
    Wanted {
        name: form.text("name", 1..=100).map(str::to_owned),
        auto_archive_minutes,
        slowmode_s: form.int("rate_limit_per_user", 0..=21_600),
        archived: form.bool("archived"),
        locked: form.bool("locked"),
        invitable: form.bool("invitable"),
    }
}

/// `POST /channels/{channel.id}/messages/{message.id}/threads`: a public thread on a message, with
/// the message's id.
pub(super) fn from_message(world: &mut World, call: &Call<'_>) -> Answer {
    let errors = FormErrors::default();
    let form = Form::new(call.body, "", &errors);
    form.require("name");
    let wanted = read(&form);
    errors.finish()?;
    let (channel, rights) = world.bot_channel(call.id(0)?)?;
    let (parent, guild) = (channel.id, channel.guild.ok_or(error::NOT_ON_A_DM)?);
    if !matches!(channel.kind, ChannelKind::Text | ChannelKind::Announcement) {
        return Err(error::WRONG_CHANNEL_TYPE);
    }
    if !rights.contains(Permissions::CREATE_PUBLIC_THREADS) {
        return Err(error::MISSING_PERMISSIONS);
    }
    let message = world.channel_message(parent, call.id::<MessageId>(1)?)?;
    let id = message.id;
    let exists = message.thread.is_some() || world.channels.contains_key(&ChannelId(id.0));
    if exists && world.keeps(Rule::OneThreadPerMessage) {
        return Err(error::THREAD_EXISTS);
    }
    let thread = open(
        world,
        ChannelId(id.0),
        guild,
        parent,
        ChannelKind::PublicThread,
        &wanted,
    );
    // HAS_THREAD
    world.change_message(id, |message| {
        message.thread = Some(thread.id);
        message.flags |= 1 << 5;
    });
    world.note_audit(guild, "THREAD_CREATE", thread.id.0, call.reason());
    Reply::created(world.channel_json(&thread))
}

/// `POST /channels/{channel.id}/threads`: private unless `type` says otherwise; in a forum a post.
pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let errors = FormErrors::default();
    let form = Form::new(call.body, "", &errors);
    form.require("name");
    let wanted = read(&form);
    let kind = form.int("type", 10..=12);
    let (channel, rights) = world.bot_channel(call.id(0)?)?;
    let is_forum = channel.kind == ChannelKind::Forum;
    if is_forum {
        form.require("message");
    }
    let first = call.body.get("message").filter(|_| is_forum);
    errors.finish()?;
    let (parent, guild) = (channel.id, channel.guild.ok_or(error::NOT_ON_A_DM)?);
    if !matches!(
        channel.kind,
        ChannelKind::Text | ChannelKind::Announcement | ChannelKind::Forum
    ) {
        return Err(error::WRONG_CHANNEL_TYPE);
    }
    let kind = match kind {
        _ if is_forum => ChannelKind::PublicThread,
        Some(10 | 11) => ChannelKind::PublicThread,
        // "type currently defaults to PRIVATE_THREAD".
        _ => ChannelKind::PrivateThread,
    };
    let needed = match kind {
        _ if is_forum => Permissions::SEND_MESSAGES,
        ChannelKind::PublicThread => Permissions::CREATE_PUBLIC_THREADS,
        _ => Permissions::CREATE_PRIVATE_THREADS,
    };
    if !rights.contains(needed) {
        return Err(error::MISSING_PERMISSIONS);
    }
    let draft = first
        .map(|first| Draft::read(first, "message", call.files, Way::Channel, None))
        .transpose()?;
    if draft.as_ref().is_some_and(Draft::is_empty) {
        return Err(error::EMPTY_MESSAGE);
    }
    let id = world.next_id();
    let thread = open(world, id, guild, parent, kind, &wanted);
    let mut json = world.channel_json(&thread);
    if let Some(draft) = draft {
        let bot = world.bot();
        let mut message = messages::new_message(world, id, bot, draft, 0);
        // The first message of a post has the post's id.
        message.id = MessageId(id.0);
        let message = world.post(message);
        json["message"] = world.message_reply(&message);
    }
    world.note_audit(guild, "THREAD_CREATE", id.0, call.reason());
    Reply::created(json)
}

fn open(
    world: &mut World,
    id: ChannelId,
    guild: GuildId,
    parent: ChannelId,
    kind: ChannelKind,
    wanted: &Wanted,
) -> Channel {
    let (now, bot) = (world.now(), world.bot());
    let mut thread = Channel::new(
        id,
        kind,
        Some(guild),
        wanted.name.as_deref().unwrap_or_default(),
    );
    thread.parent = Some(parent);
    thread.slowmode_s = wanted.slowmode_s.unwrap_or(0);
    thread.thread = Some(ThreadState {
        owner: bot,
        archived: false,
        locked: false,
        auto_archive_minutes: wanted.auto_archive_minutes.unwrap_or(1440),
        archive_changed_ms: now,
        invitable: wanted.invitable.unwrap_or(true),
        members: vec![bot],
    });
    world.channels.insert(id, thread.clone());
    if let Some(guild) = world.guilds.get_mut(&guild) {
        guild.threads.push(id);
    }
    let mut body = world.channel_json(&thread);
    body["newly_created"] = json!(true);
    body["member"] = thread_member(id, bot, now);
    world.dispatch(
        "THREAD_CREATE",
        Audience::guild(guild, intent::GUILDS),
        &body,
    );
    let change = crate::topic::Change::Channel(guild, id);
    world
        .topics
        .changed_by(crate::topic::Topic::Guild(guild), change);
    world.topics.changed(crate::topic::Topic::Channel(parent));
    thread
}

fn thread_member(thread: ChannelId, user: UserId, now_ms: i64) -> serde_json::Value {
    json!({ "id": thread, "user_id": user, "join_timestamp": iso8601(now_ms), "flags": 0 })
}

/// `PATCH /channels/{channel.id}` on a thread.
pub(super) fn edit(world: &mut World, call: &Call<'_>) -> Answer {
    let errors = FormErrors::default();
    let wanted = read(&Form::new(call.body, "", &errors));
    errors.finish()?;
    let (channel, rights) = world.bot_channel(call.id(0)?)?;
    let (bot, now) = (world.bot(), world.now());
    let mut channel = channel.clone();
    let guild = channel.guild.ok_or(error::NOT_ON_A_DM)?;
    let thread = channel.thread.as_mut().ok_or(error::WRONG_CHANNEL_TYPE)?;
    let manages = rights.contains(Permissions::MANAGE_THREADS);
    let own = thread.owner == bot;
    let (archives, unarchives) = (
        wanted.archived == Some(true),
        wanted.archived == Some(false) && thread.archived,
    );
    let other = wanted.name.is_some()
        || wanted.slowmode_s.is_some()
        || wanted.auto_archive_minutes.is_some()
        || wanted.invitable.is_some();
    // "Locking and unlocking needs MANAGE_THREADS"; the creator may rename and archive; reopening
    // needs SEND_MESSAGES_IN_THREADS, and MANAGE_THREADS if it is locked.
    let refused = wanted.locked.is_some_and(|locked| locked != thread.locked) && !manages
        || (archives || other) && !(manages || own)
        || unarchives
            && !(manages
                || !thread.locked && rights.contains(Permissions::SEND_MESSAGES_IN_THREADS));
    if refused {
        return Err(error::MISSING_PERMISSIONS);
    }
    // An archived thread takes no change but its reopening.
    if thread.archived
        && !unarchives
        && (other || wanted.locked.is_some_and(|locked| locked != thread.locked))
    {
        return Err(error::THREAD_ARCHIVED);
    }
    if archives != thread.archived && wanted.archived.is_some() {
        thread.archived = archives;
        thread.archive_changed_ms = now;
    }
    thread.locked = wanted.locked.unwrap_or(thread.locked);
    thread.invitable = wanted.invitable.unwrap_or(thread.invitable);
    thread.auto_archive_minutes = wanted
        .auto_archive_minutes
        .unwrap_or(thread.auto_archive_minutes);
    channel.slowmode_s = wanted.slowmode_s.unwrap_or(channel.slowmode_s);
    channel.name = wanted.name.unwrap_or(channel.name);
    world.channels.insert(channel.id, channel.clone());
    world.tell_channel("THREAD_UPDATE", &channel);
    world.note_audit(guild, "THREAD_UPDATE", channel.id.0, call.reason());
    Reply::ok(world.channel_json(&channel))
}

/// `PUT /channels/{channel.id}/thread-members/@me`
pub(super) fn join(world: &mut World, call: &Call<'_>) -> Answer {
    let bot = world.bot();
    set_member(world, call, bot, true)
}

/// `DELETE /channels/{channel.id}/thread-members/@me`
pub(super) fn leave(world: &mut World, call: &Call<'_>) -> Answer {
    let bot = world.bot();
    set_member(world, call, bot, false)
}

/// `PUT /channels/{channel.id}/thread-members/{user.id}`
pub(super) fn add_member(world: &mut World, call: &Call<'_>) -> Answer {
    let user = call.id(1)?;
    set_member(world, call, user, true)
}

/// `DELETE /channels/{channel.id}/thread-members/{user.id}`
pub(super) fn remove_member(world: &mut World, call: &Call<'_>) -> Answer {
    let user = call.id(1)?;
    set_member(world, call, user, false)
}

fn set_member(world: &mut World, call: &Call<'_>, user: UserId, inside: bool) -> Answer {
    let (channel, rights) = world.bot_channel(call.id(0)?)?;
    let mut channel = channel.clone();
    let guild = channel.guild.ok_or(error::WRONG_CHANNEL_TYPE)?;
    let bot = world.bot();
    if world.guild_member(guild, user).is_none() {
        return Err(error::UNKNOWN_MEMBER);
    }
    let thread = channel.thread.as_mut().ok_or(error::WRONG_CHANNEL_TYPE)?;
    if thread.archived {
        return Err(error::THREAD_ARCHIVED);
    }
    // Adding needs the right to send there; removing others needs MANAGE_THREADS, or a private
    // thread of one's own.
    let own_private = thread.owner == bot && channel.kind == ChannelKind::PrivateThread;
    let may = match inside {
        _ if user == bot => true,
        true => rights.contains(Permissions::SEND_MESSAGES_IN_THREADS),
        false => rights.contains(Permissions::MANAGE_THREADS) || own_private,
    };
    if !may {
        return Err(error::MISSING_PERMISSIONS);
    }
    thread.members.retain(|other| *other != user);
    if inside {
        thread.members.push(user);
    }
    let count = thread.members.len();
    world.channels.insert(channel.id, channel.clone());
    tell_members(world, &channel, user, inside, count)?;
    Reply::nothing()
}

fn tell_members(
    world: &mut World,
    channel: &Channel,
    user: UserId,
    inside: bool,
    count: usize,
) -> Result<(), ApiError> {
    let guild = channel.guild.ok_or(error::WRONG_CHANNEL_TYPE)?;
    let now = world.now();
    let mut body = json!({ "id": channel.id, "guild_id": guild, "member_count": count });
    if inside {
        let mut member = thread_member(channel.id, user, now);
        member["member"] = world
            .guild_member(guild, user)
            .map(|known| world.member_json(known))
            .into();
        member["presence"] = json!(null);
        body["added_members"] = json!([member]);
    } else {
        body["removed_member_ids"] = json!([user]);
    }
    // The bot hears of itself with GUILDS, of others with GUILD_MEMBERS.
    let intents = if user == world.bot() {
        intent::GUILDS
    } else {
        intent::GUILD_MEMBERS
    };
    world.dispatch(
        "THREAD_MEMBERS_UPDATE",
        Audience::guild(guild, intents),
        &body,
    );
    world
        .topics
        .changed(crate::topic::Topic::Channel(channel.id));
    Ok(())
}
