//! Roles ([Discord Docs/Guild Resource, "Create Guild Role"], [Discord Docs/Permissions,
//! "Permission Hierarchy"]).

use serde_json::json;

use crate::error::{self, ApiError, FormErrors};
use crate::form::Form;
use crate::id::{GuildId, RoleId};
use crate::model::guild::{Guild, Role};
use crate::permission::{Permissions, Rank};
use crate::rest::call::{Answer, Call, Reply};
use crate::rule::Rule;
use crate::world::{Audience, World, intent};

/// "Maximum number of guild roles reached (250)".
const ROLES: usize = 250;

/// `GET /guilds/{guild.id}/roles`
pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let guild = world.bot_guild(call.id(0)?)?;
    Reply::ok(guild.roles.values().map(Role::to_json).collect())
}

/// `GET /guilds/{guild.id}/roles/{role.id}`
pub(super) fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let guild = world.bot_guild(call.id(0)?)?;
    let role = guild.roles.get(&call.id(1)?).ok_or(error::UNKNOWN_ROLE)?;
    Reply::ok(role.to_json())
}

/// `POST /guilds/{guild.id}/roles`
pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let changes = Changes::read(call)?;
    let guild_id: GuildId = call.id(0)?;
    let guild = world.bot_guild(guild_id)?;
    world.bot_needs(guild, Permissions::MANAGE_ROLES)?;
    if guild.roles.len() >= ROLES && world.keeps(Rule::RoleLimit) {
        return Err(error::TOO_MANY_ROLES);
    }
    let everyone = guild
        .roles
        .get(&guild.everyone())
        .map_or(Permissions::NONE, |role| role.permissions);
    may_grant(
        world,
        guild,
        changes.permissions.unwrap_or(Permissions::NONE),
    )?;
    let mut role = Role {
        id: world.next_id(),
        name: "new role".into(),
        position: 1,
        permissions: everyone,
        color: 0,
        hoist: false,
        mentionable: false,
        managed: false,
        bot: None,
    };
    changes.apply(&mut role);
    put_in(world, guild_id, role.clone());
    world.note_audit(guild_id, "ROLE_CREATE", role.id.0, call.reason());
    Reply::ok(role.to_json())
}

/// Adds a role at its position; those from there on move up by one.
pub(crate) fn put_in(world: &mut World, guild_id: GuildId, role: Role) {
    let Some(guild) = world.guilds.get_mut(&guild_id) else {
        return;
    };
    let mut moved = Vec::new();
    for other in guild
        .roles
        .values_mut()
        .filter(|other| other.position >= role.position && other.position > 0)
    {
        other.position += 1;
        moved.push(other.clone());
    }
    guild.roles.insert(role.id, role.clone());
    tell(world, "GUILD_ROLE_CREATE", guild_id, &role);
    for other in &moved {
        tell(world, "GUILD_ROLE_UPDATE", guild_id, other);
    }
}

/// `PATCH /guilds/{guild.id}/roles/{role.id}`
pub(super) fn edit(world: &mut World, call: &Call<'_>) -> Answer {
    let changes = Changes::read(call)?;
    let (guild_id, id): (GuildId, RoleId) = (call.id(0)?, call.id(1)?);
    let guild = world.bot_guild(guild_id)?;
    let mut role = manageable(world, guild, id)?.clone();
    if let Some(permissions) = changes.permissions {
        // Only bits that the bot has can be given; those that the role has may stay.
        may_grant(world, guild, permissions.without(role.permissions))?;
    }
    changes.apply(&mut role);
    replace(world, guild_id, role.clone());
    world.note_audit(guild_id, "ROLE_UPDATE", id.0, call.reason());
    Reply::ok(role.to_json())
}

/// Puts a changed role in place of the old one, and tells the bot.
pub(crate) fn replace(world: &mut World, guild_id: GuildId, role: Role) {
    if let Some(guild) = world.guilds.get_mut(&guild_id) {
        guild.roles.insert(role.id, role.clone());
    }
    tell(world, "GUILD_ROLE_UPDATE", guild_id, &role);
}

/// `DELETE /guilds/{guild.id}/roles/{role.id}`
pub(super) fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let (guild_id, id): (GuildId, RoleId) = (call.id(0)?, call.id(1)?);
    let guild = world.bot_guild(guild_id)?;
    let role = manageable(world, guild, id)?;
    if role.managed || id == guild.everyone() {
        return Err(error::INVALID_ROLE);
    }
    remove(world, guild_id, id);
    world.note_audit(guild_id, "ROLE_DELETE", id.0, call.reason());
    Reply::nothing()
}

/// Takes a role away from the guild and from all who have it.
pub(crate) fn remove(world: &mut World, guild_id: GuildId, id: RoleId) {
    let Some(guild) = world.guilds.get_mut(&guild_id) else {
        return;
    };
    guild.roles.remove(&id);
    let mut bearers = Vec::new();
    for member in guild
        .members
        .values_mut()
        .filter(|member| member.roles.contains(&id))
    {
        member.roles.retain(|other| *other != id);
        bearers.push(member.user);
    }
    let body = json!({ "guild_id": guild_id, "role_id": id });
    world.dispatch(
        "GUILD_ROLE_DELETE",
        Audience::guild(guild_id, intent::GUILDS),
        &body,
    );
    for user in bearers {
        world.tell_member("GUILD_MEMBER_UPDATE", guild_id, user);
    }
    world.topics.changed(crate::topic::Topic::Guild(guild_id));
}

/// `PATCH /guilds/{guild.id}/roles`: moves roles.
pub(super) fn reorder(world: &mut World, call: &Call<'_>) -> Answer {
    let guild_id: GuildId = call.id(0)?;
    let guild = world.bot_guild(guild_id)?;
    let errors = FormErrors::default();
    let wrapped = json!({ "roles": call.body });
    let mut moves = Vec::new();
    for (path, entry) in Form::new(&wrapped, "", &errors).list("roles", 0..=ROLES) {
        let form = Form::new(entry, path, &errors);
        form.require("id");
        let (id, position) = (form.id::<RoleId>("id"), form.int("position", 0..=250));
        moves.extend(id.zip(position));
    }
    errors.finish()?;
    let mut changed = Vec::new();
    for (id, position) in moves {
        let mut role = manageable(world, guild, id)?.clone();
        // A role cannot be lifted to where the bot stands, or above.
        let lifted = !world.bot_outranks_role(guild, Rank { position, role: id });
        if lifted && world.keeps(Rule::ChangedRoleIsLower) {
            return Err(error::MISSING_PERMISSIONS.by(Rule::ChangedRoleIsLower));
        }
        role.position = position;
        changed.push(role);
    }
    for role in changed {
        replace(world, guild_id, role);
    }
    list(world, call)
}

/// A role that the bot may change: it has MANAGE_ROLES and stands above it.
fn manageable<'a>(world: &World, guild: &'a Guild, id: RoleId) -> Result<&'a Role, ApiError> {
    let role = guild.roles.get(&id).ok_or(error::UNKNOWN_ROLE)?;
    world.bot_needs(guild, Permissions::MANAGE_ROLES)?;
    if world.bot_outranks_role(guild, role.rank()) || !world.keeps(Rule::ChangedRoleIsLower) {
        Ok(role)
    } else {
        Err(error::MISSING_PERMISSIONS.by(Rule::ChangedRoleIsLower))
    }
}

/// "a bot can only grant permissions that it itself has".
fn may_grant(world: &World, guild: &Guild, permissions: Permissions) -> Result<(), ApiError> {
    world.bot_needs_by(guild, permissions, Rule::GrantsWhatItHas)
}

pub(crate) fn tell(world: &mut World, event: &'static str, guild: GuildId, role: &Role) {
    let body = json!({ "guild_id": guild, "role": role.to_json() });
    world.dispatch(event, Audience::guild(guild, intent::GUILDS), &body);
    world.topics.changed(crate::topic::Topic::Guild(guild));
}

struct Changes {
    name: Option<String>,
    permissions: Option<Permissions>,
    color: Option<u32>,
    hoist: Option<bool>,
    mentionable: Option<bool>,
}

impl Changes {
    fn read(call: &Call<'_>) -> Result<Self, ApiError> {
        let errors = FormErrors::default();
        let form = Form::new(call.body, "", &errors);
        let colors = form
            .object("colors")
            .and_then(|colors| colors.int("primary_color", 0..=0xFF_FFFF));
        let changes = Self {
            name: form.text("name", 1..=100).map(str::to_owned),
            permissions: form.parsed::<u64>("permissions").map(Permissions),
            color: colors
                .or_else(|| form.int("color", 0..=0xFF_FFFF))
                .map(|color| color as u32),
            hoist: form.bool("hoist"),
            mentionable: form.bool("mentionable"),
        };
        errors.finish()?;
        Ok(changes)
    }

    fn apply(self, role: &mut Role) {
        role.name = self.name.unwrap_or_else(|| std::mem::take(&mut role.name));
        role.permissions = self.permissions.unwrap_or(role.permissions);
        role.color = self.color.unwrap_or(role.color);
        role.hoist = self.hoist.unwrap_or(role.hoist);
        role.mentionable = self.mentionable.unwrap_or(role.mentionable);
    }
}
