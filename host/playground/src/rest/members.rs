//! Members: reading, nicknames, roles, time-outs, kicks ([Discord Docs/Guild Resource], [Discord
//! Docs/Permissions, "Permission Hierarchy"]).

use crate::clock::parse_iso8601;
use crate::error::{self, ApiError, FormErrors};
use crate::form::Form;
use crate::id::{GuildId, RoleId, UserId};
use crate::model::guild::{Guild, Member};
use crate::permission::Permissions;
use crate::rest::call::{Answer, Call, Reply};
use crate::rest::guilds;
use crate::rule::Rule;
use crate::world::World;

/// "up to 28 days in the future".
const LONGEST_TIME_OUT_MS: i64 = 28 * 24 * 60 * 60 * 1000;

fn find(guild: &Guild, user: UserId) -> Result<&Member, ApiError> {
    guild.members.get(&user).ok_or(error::UNKNOWN_MEMBER)
}

/// The member, with the error Discord gives for people who do not exist at all.
fn find_known<'a>(world: &World, guild: &'a Guild, user: UserId) -> Result<&'a Member, ApiError> {
    if world.users.contains_key(&user) {
        find(guild, user)
    } else {
        Err(error::UNKNOWN_USER)
    }
}

/// `GET /guilds/{guild.id}/members/{user.id}`
pub(super) fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let guild = world.bot_guild(call.id(0)?)?;
    let member = find_known(world, guild, call.id(1)?)?;
    Reply::ok(world.member_json(member))
}

/// `GET /guilds/{guild.id}/members`: needs the GUILD_MEMBERS intent.
pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let guild = world.bot_guild(call.id(0)?)?;
    if world.switches.member_list_needs_intent && !world.config.application.guild_members_intent {
        return Err(error::MISSING_ACCESS);
    }
    let limit = within(call, "limit", 1, 1000, 1)?;
    let after = UserId(call.query_number("after").unwrap_or(0));
    let members = guild
        .members
        .values()
        .filter(|member| member.user > after)
        .take(limit);
    Reply::ok(members.map(|member| world.member_json(member)).collect())
}

/// `GET /guilds/{guild.id}/members/search`: names that start with the query.
pub(super) fn search(world: &mut World, call: &Call<'_>) -> Answer {
    let guild = world.bot_guild(call.id(0)?)?;
    let missing = || ApiError::form("query", "BASE_TYPE_REQUIRED", "This field is required");
    let query = call.query("query").ok_or_else(missing)?.to_lowercase();
    let limit = within(call, "limit", 1, 1000, 1)?;
    let starts = |text: &str| text.to_lowercase().starts_with(&query);
    let fits = |member: &&Member| {
        member.nick.as_deref().is_some_and(starts)
            || world
                .users
                .get(&member.user)
                .is_some_and(|user| starts(&user.name))
    };
    let members = guild.members.values().filter(fits).take(limit);
    Reply::ok(members.map(|member| world.member_json(member)).collect())
}

fn within(
    call: &Call<'_>,
    name: &str,
    min: u64,
    max: u64,
    default: usize,
) -> Result<usize, ApiError> {
    match call.query_number(name) {
        None => Ok(default),
        Some(number) if (min..=max).contains(&number) => Ok(number as usize),
        Some(_) => {
            let message = format!("int value should be between {min} and {max}.");
            Err(ApiError::form(name, "NUMBER_TYPE_MAX", message))
        }
    }
}

/// `PATCH /guilds/{guild.id}/members/@me`: the bot's own nickname.
pub(super) fn edit_me(world: &mut World, call: &Call<'_>) -> Answer {
    let errors = FormErrors::default();
    let form = Form::new(call.body, "", &errors);
    let nick = form.has("nick").then(|| nickname(&form));
    errors.finish()?;
    let id: GuildId = call.id(0)?;
    let guild = world.bot_guild(id)?;
    world.bot_needs_by(guild, Permissions::CHANGE_NICKNAME, Rule::OwnNameNeedsRight)?;
    let bot = world.bot();
    finish(world, id, bot, |member| {
        if let Some(nick) = nick {
            member.nick = nick;
        }
    })
}

/// 1-32 characters; empty or null clears it.
fn nickname(form: &Form<'_>) -> Option<String> {
    form.text("nick", 0..=32)
        .filter(|nick| !nick.is_empty())
        .map(str::to_owned)
}

/// `PATCH /guilds/{guild.id}/members/{user.id}`: nickname, roles, time-out.
pub(super) fn edit(world: &mut World, call: &Call<'_>) -> Answer {
    let errors = FormErrors::default();
    let form = Form::new(call.body, "", &errors);
    let nick = form.has("nick").then(|| nickname(&form));
    let roles: Option<Vec<RoleId>> = form.ids("roles", 250);
    let key = "communication_disabled_until";
    let time_out = form.has(key).then(|| read_time_out(world, &form, key));
    errors.finish()?;
    let (id, user): (GuildId, UserId) = (call.id(0)?, call.id(1)?);
    let guild = world.bot_guild(id)?;
    let member = find_known(world, guild, user)?;
    if nick.is_some() {
        may_rename(world, guild, member)?;
    }
    if let Some(roles) = &roles {
        may_set_roles(world, guild, member, roles)?;
    }
    if time_out.is_some() {
        may_time_out(world, guild, member)?;
    }
    let replaces = world.keeps(Rule::RoleListReplaces);
    let action = if roles.is_some() {
        "MEMBER_ROLE_UPDATE"
    } else {
        "MEMBER_UPDATE"
    };
    world.note_audit(id, action, user.0, call.reason());
    finish(world, id, user, |member| {
        if let Some(nick) = nick {
            member.nick = nick;
        }
        if let Some(roles) = roles {
            if replaces {
                member.roles.clear();
            }
            member.roles.extend(roles);
        }
        if let Some(until) = time_out {
            member.timed_out_until_ms = until;
        }
    })
}

/// The owner's nickname can never be changed by a bot; one's own needs another right.
fn may_rename(world: &World, guild: &Guild, member: &Member) -> Result<(), ApiError> {
    if member.user == world.bot() {
        let right = Permissions::CHANGE_NICKNAME;
        return world.bot_needs_by(guild, right, Rule::OwnNameNeedsRight);
    }
    let right = Permissions::MANAGE_NICKNAMES;
    world.bot_needs_by(guild, right, Rule::RenamingNeedsRight)?;
    if member.user == guild.owner && world.keeps(Rule::OwnerIsNotRenamed) {
        return Err(error::MISSING_PERMISSIONS.by(Rule::OwnerIsNotRenamed));
    }
    if !world.bot_outranks(guild, member) && world.keeps(Rule::RenamedIsLower) {
        return Err(error::MISSING_PERMISSIONS.by(Rule::RenamedIsLower));
    }
    Ok(())
}

/// Only what is added or taken is checked.
fn may_set_roles(
    world: &World,
    guild: &Guild,
    member: &Member,
    roles: &[RoleId],
) -> Result<(), ApiError> {
    world.bot_needs_by(guild, Permissions::MANAGE_ROLES, Rule::GivingNeedsRight)?;
    let added = roles.iter().filter(|role| !member.roles.contains(role));
    let removed = member.roles.iter().filter(|role| !roles.contains(role));
    let mut changed = added.chain(removed);
    changed.try_for_each(|role| world.assignable_role(guild, member, *role))
}

fn may_time_out(world: &World, guild: &Guild, member: &Member) -> Result<(), ApiError> {
    let right = Permissions::MODERATE_MEMBERS;
    world.bot_needs_by(guild, right, Rule::TimeOutNeedsRight)?;
    let is_exempt = guild
        .permissions_of(member)
        .contains(Permissions::ADMINISTRATOR);
    if is_exempt && world.keeps(Rule::TimeOutSparesAdministrators) {
        return Err(error::MISSING_PERMISSIONS.by(Rule::TimeOutSparesAdministrators));
    }
    match world.bot_may_punish(guild, member) {
        true => Ok(()),
        false => Err(error::MISSING_PERMISSIONS.by(Rule::PunishedIsLower)),
    }
}

fn read_time_out(world: &World, form: &Form<'_>, key: &str) -> Option<i64> {
    let text = form.get(key)?;
    let until = text.as_str().and_then(parse_iso8601);
    match until {
        None => form.fault(
            key,
            "DATE_TIME_TYPE_PARSE",
            format!("Value {text} is not a valid ISO8601 timestamp"),
        ),
        Some(until) if until > world.now() + LONGEST_TIME_OUT_MS => {
            form.fault(
                key,
                "INVALID_COMMUNICATION_DISABLED_TIMESTAMP",
                "You can only timeout users for up to 28 days.",
            );
        }
        Some(_) => {}
    }
    until
}

fn finish(
    world: &mut World,
    id: GuildId,
    user: UserId,
    change: impl FnOnce(&mut Member),
) -> Answer {
    let member = world
        .bot_guild_mut(id)?
        .members
        .get_mut(&user)
        .ok_or(error::UNKNOWN_MEMBER)?;
    change(member);
    world.tell_member("GUILD_MEMBER_UPDATE", id, user);
    let member = world.guild_member(id, user).ok_or(error::UNKNOWN_MEMBER)?;
    Reply::ok(world.member_json(member))
}

/// `DELETE /guilds/{guild.id}/members/{user.id}`
pub(super) fn kick(world: &mut World, call: &Call<'_>) -> Answer {
    let (id, user): (GuildId, UserId) = (call.id(0)?, call.id(1)?);
    let guild = world.bot_guild(id)?;
    let member = find_known(world, guild, user)?;
    world.bot_needs_by(guild, Permissions::KICK_MEMBERS, Rule::KickNeedsRight)?;
    if user == world.bot() || !world.bot_may_punish(guild, member) {
        return Err(error::MISSING_PERMISSIONS.by(Rule::PunishedIsLower));
    }
    guilds::take_member_out(world, id, user);
    world.note_audit(id, "MEMBER_KICK", user.0, call.reason());
    Reply::nothing()
}

/// `PUT /guilds/{guild.id}/members/{user.id}/roles/{role.id}`
pub(super) fn add_role(world: &mut World, call: &Call<'_>) -> Answer {
    set_role(world, call, true)
}

/// `DELETE /guilds/{guild.id}/members/{user.id}/roles/{role.id}`
pub(super) fn remove_role(world: &mut World, call: &Call<'_>) -> Answer {
    set_role(world, call, false)
}

/// The member's own rank does not matter here: only the role's.
fn set_role(world: &mut World, call: &Call<'_>, has: bool) -> Answer {
    let (id, user, role): (GuildId, UserId, RoleId) = (call.id(0)?, call.id(1)?, call.id(2)?);
    let guild = world.bot_guild(id)?;
    let member = find_known(world, guild, user)?;
    if !guild.roles.contains_key(&role) {
        return Err(error::UNKNOWN_ROLE);
    }
    world.bot_needs_by(guild, Permissions::MANAGE_ROLES, Rule::GivingNeedsRight)?;
    world.assignable_role(guild, member, role)?;
    if member.roles.contains(&role) != has {
        give_role(world, id, user, role, has);
        world.note_audit(id, "MEMBER_ROLE_UPDATE", user.0, call.reason());
    } else if !world.keeps(Rule::RoleTwiceIsFine) {
        return Err(error::INVALID_ROLE);
    }
    Reply::nothing()
}

/// Gives or takes a role, and tells the bot.
pub(crate) fn give_role(world: &mut World, guild: GuildId, user: UserId, role: RoleId, has: bool) {
    let member = world
        .guilds
        .get_mut(&guild)
        .and_then(|guild| guild.members.get_mut(&user));
    let Some(member) = member else { return };
    member.roles.retain(|other| *other != role);
    if has {
        member.roles.push(role);
    }
    world.tell_member("GUILD_MEMBER_UPDATE", guild, user);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_nickname_clears_it_and_33_characters_are_refused() {
        let errors = FormErrors::default();
        let read = |nick: &str| {
            let body = serde_json::json!({ "nick": nick });
            nickname(&Form::new(&body, "", &errors))
        };
        assert_eq!(read(""), None);
        assert_eq!(read(&"n".repeat(32)).map(|nick| nick.len()), Some(32));
        read(&"n".repeat(33));
        assert!(errors.finish().is_err());
    }
}
