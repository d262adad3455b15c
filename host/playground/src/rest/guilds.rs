//! Guilds as a whole, and bans ([Discord Docs/Guild Resource]).

use serde_json::{Value, json};

use crate::error::{self, FormErrors};
use crate::form::Form;
use crate::id::{GuildId, UserId};
use crate::permission::Permissions;
use crate::rest::call::{Answer, Call, Reply};
use crate::rule::Rule;
use crate::world::{Audience, World, intent};

/// `GET /guilds/{guild.id}`
pub(super) fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let guild = world.bot_guild(call.id(0)?)?;
    let mut json = guild.to_json();
    if call.query_is_true("with_counts") {
        json["approximate_member_count"] = json!(guild.members.len());
        json["approximate_presence_count"] = json!(guild.members.len());
    }
    Reply::ok(json)
}

/// `GET /guilds/{guild.id}/channels`: all of them, also hidden ones; no threads.
pub(super) fn channels(world: &mut World, call: &Call<'_>) -> Answer {
    let guild = world.bot_guild(call.id(0)?)?;
    let channels = guild
        .channels
        .iter()
        .filter_map(|id| world.channels.get(id));
    Reply::ok(
        channels
            .map(|channel| world.channel_json(channel))
            .collect(),
    )
}

/// `GET /guilds/{guild.id}/threads/active`
pub(super) fn active_threads(world: &mut World, call: &Call<'_>) -> Answer {
    let guild = world.bot_guild(call.id(0)?)?;
    let bot = world.bot();
    let threads: Vec<Value> = guild
        .threads
        .iter()
        .filter_map(|id| world.channels.get(id))
        .filter(|thread| thread.thread.as_ref().is_some_and(|state| !state.archived))
        .filter(|thread| {
            world
                .permissions_in(bot, thread)
                .contains(Permissions::VIEW_CHANNEL)
        })
        .map(|thread| world.channel_json(thread))
        .collect();
    Reply::ok(json!({ "threads": threads, "members": [] }))
}

/// `DELETE /users/@me/guilds/{guild.id}`
pub(super) fn leave(world: &mut World, call: &Call<'_>) -> Answer {
    let guild: GuildId = call.id(0)?;
    world.bot_guild(guild)?;
    take_bot_out(world, guild);
    Reply::nothing()
}

/// The bot leaves, or is thrown out: GUILD_DELETE without `unavailable`.
pub(crate) fn take_bot_out(world: &mut World, id: GuildId) {
    let bot = world.bot();
    world.dispatch(
        "GUILD_DELETE",
        Audience::guild(id, intent::GUILDS),
        &json!({ "id": id }),
    );
    if let Some(guild) = world.guilds.get_mut(&id) {
        guild.has_bot = false;
        guild.members.remove(&bot);
    }
    world
        .commands
        .retain(|_, command| command.guild != Some(id));
    world.topics.changed(crate::topic::Topic::Guild(id));
}

/// `GET /guilds/{guild.id}/audit-logs`: what the bot did, the newest first.
pub(super) fn audit_log(world: &mut World, call: &Call<'_>) -> Answer {
    let id: GuildId = call.id(0)?;
    let guild = world.bot_guild(id)?;
    world.bot_needs(guild, Permissions::VIEW_AUDIT_LOG)?;
    let limit = call.query_number("limit").unwrap_or(50).clamp(1, 100) as usize;
    let before = call.query_number("before").unwrap_or(u64::MAX);
    let kind = call.query_number("action_type");
    let by = call.query_number("user_id");
    let entries = world.audit.iter().rev().filter(|entry| {
        entry.guild == id
            && entry.id < before
            && kind.is_none_or(|kind| entry.action_type() == kind)
            && by.is_none_or(|user| entry.by.0 == user)
    });
    let entries: Vec<Value> = entries.take(limit).map(|entry| entry.to_json()).collect();
    Reply::ok(json!({
        "audit_log_entries": entries, "users": [world.user_json(world.bot())],
        "application_commands": [], "auto_moderation_rules": [], "guild_scheduled_events": [],
        "integrations": [], "threads": [], "webhooks": [],
    }))
}

/// `GET /guilds/{guild.id}/bans`
pub(super) fn bans(world: &mut World, call: &Call<'_>) -> Answer {
    let guild = world.bot_guild(call.id(0)?)?;
    world.bot_needs(guild, Permissions::BAN_MEMBERS)?;
    let limit = call.query_number("limit").unwrap_or(1000).min(1000) as usize;
    let bans = guild.bans.iter().take(limit);
    Reply::ok(
        bans.map(|(user, reason)| json!({ "user": world.user_json(*user), "reason": reason }))
            .collect(),
    )
}

/// `GET /guilds/{guild.id}/bans/{user.id}`
pub(super) fn ban(world: &mut World, call: &Call<'_>) -> Answer {
    let guild = world.bot_guild(call.id(0)?)?;
    world.bot_needs(guild, Permissions::BAN_MEMBERS)?;
    let user: UserId = call.id(1)?;
    let reason = guild.bans.get(&user).ok_or(error::UNKNOWN_BAN)?;
    Reply::ok(json!({ "user": world.user_json(user), "reason": reason }))
}

/// `PUT /guilds/{guild.id}/bans/{user.id}`
pub(super) fn put_ban(world: &mut World, call: &Call<'_>) -> Answer {
    let errors = FormErrors::default();
    let form = Form::new(call.body, "", &errors);
    let seconds = form.int("delete_message_seconds", 0..=604_800).unwrap_or(0);
    form.int("delete_message_days", 0..=7);
    errors.finish()?;
    let (id, user): (GuildId, UserId) = (call.id(0)?, call.id(1)?);
    let guild = world.bot_guild(id)?;
    world.bot_needs_by(guild, Permissions::BAN_MEMBERS, Rule::BanNeedsRight)?;
    if !world.users.contains_key(&user) {
        return Err(error::UNKNOWN_USER);
    }
    let refused = guild
        .members
        .get(&user)
        .is_some_and(|member| !world.bot_may_punish(guild, member));
    if refused {
        return Err(error::MISSING_PERMISSIONS.by(Rule::PunishedIsLower));
    }
    let reason = call.reason.clone();
    if let Some(guild) = world.guilds.get_mut(&id) {
        guild.bans.insert(user, reason);
    }
    world.note_audit(id, "MEMBER_BAN_ADD", user.0, call.reason());
    let body = json!({ "guild_id": id, "user": world.user_json(user) });
    world.dispatch(
        "GUILD_BAN_ADD",
        Audience::guild(id, intent::GUILD_MODERATION),
        &body,
    );
    take_member_out(world, id, user);
    if seconds > 0 {
        delete_recent(world, id, user, seconds);
    }
    Reply::nothing()
}

fn delete_recent(world: &mut World, guild: GuildId, user: UserId, seconds: i64) {
    let since = world.now() - seconds * 1000;
    let recent = world.messages.values().filter(|message| {
        message.guild == Some(guild) && message.author == user && message.sent_ms >= since
    });
    let ids: Vec<_> = recent.map(|message| message.id).collect();
    for id in ids {
        world.remove_message(id, true);
    }
}

/// `DELETE /guilds/{guild.id}/bans/{user.id}`
pub(super) fn delete_ban(world: &mut World, call: &Call<'_>) -> Answer {
    let (id, user): (GuildId, UserId) = (call.id(0)?, call.id(1)?);
    let guild = world.bot_guild(id)?;
    world.bot_needs(guild, Permissions::BAN_MEMBERS)?;
    world
        .bot_guild_mut(id)?
        .bans
        .remove(&user)
        .ok_or(error::UNKNOWN_BAN)?;
    world.note_audit(id, "MEMBER_BAN_REMOVE", user.0, call.reason());
    let body = json!({ "guild_id": id, "user": world.user_json(user) });
    world.dispatch(
        "GUILD_BAN_REMOVE",
        Audience::guild(id, intent::GUILD_MODERATION),
        &body,
    );
    world.topics.changed(crate::topic::Topic::Guild(id));
    Reply::nothing()
}

/// A member is gone, by whatever way: GUILD_MEMBER_REMOVE.
pub(crate) fn take_member_out(world: &mut World, id: GuildId, user: UserId) {
    let removed = world
        .guilds
        .get_mut(&id)
        .and_then(|guild| guild.members.remove(&user));
    if removed.is_some() {
        let body = json!({ "guild_id": id, "user": world.user_json(user) });
        world.dispatch(
            "GUILD_MEMBER_REMOVE",
            Audience::guild(id, intent::GUILD_MEMBERS),
            &body,
        );
    }
    let change = crate::topic::Change::Member(id, user);
    world
        .topics
        .changed_by(crate::topic::Topic::Guild(id), change);
}
