//! Registering commands ([Discord Docs/Application Commands]).

use serde_json::{Value, json};

use crate::check::command as check;
use crate::error::{self, ApiError, FormErrors};
use crate::form::Form;
use crate::id::{ApplicationId, CommandId, GuildId};
use crate::model::command::Command;
use crate::permission::Permissions;
use crate::rest::call::{Answer, Call, Reply};
use crate::rule::Rule;
use crate::topic::Topic;
use crate::world::World;

/// "Registering a Command": 100 slash commands, 15 of each context menu, 200 creates a day.
const SLASH: usize = 100;
const CONTEXT_MENU: usize = 15;
const CREATES_PER_DAY: u32 = 200;

pub(super) fn list_global(world: &mut World, call: &Call<'_>) -> Answer {
    list(world, scope(world, call, false)?)
}

pub(super) fn list_guild(world: &mut World, call: &Call<'_>) -> Answer {
    list(world, scope(world, call, true)?)
}

pub(super) fn create_global(world: &mut World, call: &Call<'_>) -> Answer {
    let scope = scope(world, call, false)?;
    create(world, call, scope)
}

pub(super) fn create_guild(world: &mut World, call: &Call<'_>) -> Answer {
    let scope = scope(world, call, true)?;
    create(world, call, scope)
}

pub(super) fn put_global(world: &mut World, call: &Call<'_>) -> Answer {
    let scope = scope(world, call, false)?;
    put(world, call, scope)
}

pub(super) fn put_guild(world: &mut World, call: &Call<'_>) -> Answer {
    let scope = scope(world, call, true)?;
    put(world, call, scope)
}

pub(super) fn get_global(world: &mut World, call: &Call<'_>) -> Answer {
    let scope = scope(world, call, false)?;
    Reply::ok(find(world, scope, call.id(1)?)?.to_json(world.config.application.id))
}

pub(super) fn get_guild(world: &mut World, call: &Call<'_>) -> Answer {
    let scope = scope(world, call, true)?;
    Reply::ok(find(world, scope, call.id(2)?)?.to_json(world.config.application.id))
}

pub(super) fn edit_global(world: &mut World, call: &Call<'_>) -> Answer {
    let scope = scope(world, call, false)?;
    edit(world, call, scope, call.id(1)?)
}

pub(super) fn edit_guild(world: &mut World, call: &Call<'_>) -> Answer {
    let scope = scope(world, call, true)?;
    edit(world, call, scope, call.id(2)?)
}

pub(super) fn delete_global(world: &mut World, call: &Call<'_>) -> Answer {
    let scope = scope(world, call, false)?;
    delete(world, scope, call.id(1)?)
}

pub(super) fn delete_guild(world: &mut World, call: &Call<'_>) -> Answer {
    let scope = scope(world, call, true)?;
    delete(world, scope, call.id(2)?)
}

/// The guild whose commands are meant, or none for the global ones.
type Scope = Option<GuildId>;

fn scope(world: &World, call: &Call<'_>, of_guild: bool) -> Result<Scope, ApiError> {
    if call.id::<ApplicationId>(0)? != world.config.application.id {
        return Err(error::UNKNOWN_APPLICATION);
    }
    if !of_guild {
        return Ok(None);
    }
    let guild = call.id::<GuildId>(1)?;
    // "Missing Access" is what Discord says of guilds that did not add the application.
    world.bot_guild(guild).map_err(|_| error::MISSING_ACCESS)?;
    Ok(Some(guild))
}

fn find(world: &World, scope: Scope, id: CommandId) -> Result<&Command, ApiError> {
    world
        .commands
        .get(&id)
        .filter(|command| command.guild == scope)
        .ok_or(error::UNKNOWN_COMMAND)
}

fn list(world: &World, scope: Scope) -> Answer {
    let application = world.config.application.id;
    let commands = world
        .commands
        .values()
        .filter(|command| command.guild == scope);
    Reply::ok(
        commands
            .map(|command| command.to_json(application))
            .collect(),
    )
}

fn create(world: &mut World, call: &Call<'_>, scope: Scope) -> Answer {
    let errors = FormErrors::default();
    check::check(call.body, "", &errors);
    errors.finish()?;
    let (kind, name) = key(call.body);
    let known = known_id(world, scope, kind, name);
    if known.is_none() {
        let limit = if kind == 1 { SLASH } else { CONTEXT_MENU };
        let of_kind = world
            .commands
            .values()
            .filter(|other| other.guild == scope && other.kind == kind);
        if of_kind.count() >= limit && world.keeps(Rule::CommandLimit) {
            return Err(error::TOO_MANY_COMMANDS);
        }
        count_creates(world, scope, 1)?;
    }
    let id = known.unwrap_or_else(|| world.next_id());
    let json = put_one(world, scope, id, call.body.clone());
    // Posting an existing name updates it.
    if known.is_some() {
        Reply::ok(json)
    } else {
        Reply::created(json)
    }
}

fn put(world: &mut World, call: &Call<'_>, scope: Scope) -> Answer {
    let bodies = check::check_all(call.body)?;
    for kind in 1..=3 {
        let limit = if kind == 1 { SLASH } else { CONTEXT_MENU };
        let count = bodies.iter().filter(|body| key(body).0 == kind).count();
        if count > limit && world.keeps(Rule::CommandLimit) {
            return Err(error::TOO_MANY_COMMANDS);
        }
    }
    let ids: Vec<Option<CommandId>> = bodies
        .iter()
        .map(|body| {
            let (kind, name) = key(body);
            known_id(world, scope, kind, name)
        })
        .collect();
    count_creates(
        world,
        scope,
        ids.iter().filter(|id| id.is_none()).count() as u32,
    )?;
    let keep_ids = world.switches.put_keeps_command_ids;
    world.commands.retain(|_, command| command.guild != scope);
    let mut answer = Vec::with_capacity(bodies.len());
    for (body, known) in bodies.iter().zip(ids) {
        let id = known
            .filter(|_| keep_ids)
            .unwrap_or_else(|| world.next_id());
        answer.push(put_one(world, scope, id, body.clone()));
    }
    world.topics.changed(Topic::Commands);
    Reply::ok(Value::Array(answer))
}

fn edit(world: &mut World, call: &Call<'_>, scope: Scope, id: CommandId) -> Answer {
    let mut body = find(world, scope, id)?.body.clone();
    for (key, value) in call.body.as_object().into_iter().flatten() {
        if key != "type" {
            body[key] = value.clone();
        }
    }
    let errors = FormErrors::default();
    check::check(&body, "", &errors);
    errors.finish()?;
    let (kind, name) = key(&body);
    if known_id(world, scope, kind, name).is_some_and(|other| other != id) {
        return Err(ApiError::form(
            "name",
            "APPLICATION_COMMANDS_DUPLICATE_NAME",
            "Application command names must be unique",
        ));
    }
    let json = put_one(world, scope, id, body);
    Reply::ok(json)
}

fn delete(world: &mut World, scope: Scope, id: CommandId) -> Answer {
    find(world, scope, id)?;
    world.commands.remove(&id);
    world.topics.changed(Topic::Commands);
    Reply::nothing()
}

fn key(body: &Value) -> (u8, &str) {
    (
        body["type"].as_u64().unwrap_or(1) as u8,
        body["name"].as_str().unwrap_or_default(),
    )
}

fn known_id(world: &World, scope: Scope, kind: u8, name: &str) -> Option<CommandId> {
    let same = |other: &&Command| other.guild == scope && other.kind == kind && other.name == name;
    world.commands.values().find(same).map(|command| command.id)
}

/// 200 creates per day and guild; global ones are counted together.
fn count_creates(world: &mut World, scope: Scope, creates: u32) -> Result<(), ApiError> {
    let today = world.now().div_euclid(86_400_000);
    let count = match scope.and_then(|guild| world.guilds.get_mut(&guild)) {
        Some(guild) => &mut guild.command_creates,
        None => &mut world.global_command_creates,
    };
    if count.0 != today {
        *count = (today, 0);
    }
    if count.1 + creates > CREATES_PER_DAY {
        return Err(error::TOO_MANY_COMMAND_CREATES);
    }
    count.1 += creates;
    Ok(())
}

fn put_one(world: &mut World, scope: Scope, id: CommandId, mut body: Value) -> Value {
    let errors = FormErrors::default();
    let form = Form::new(&body, "", &errors);
    let default_member_permissions = form
        .parsed::<u64>("default_member_permissions")
        .map(Permissions);
    let listed: Option<Vec<i64>> = body["contexts"]
        .as_array()
        .map(|list| list.iter().filter_map(Value::as_i64).collect());
    let in_dms = body["dm_permission"].as_bool().unwrap_or(true);
    let everywhere = if in_dms { vec![0, 1] } else { vec![0] };
    let contexts = if scope.is_some() {
        vec![0]
    } else {
        listed.unwrap_or(everywhere)
    };
    let (kind, name) = key(&body);
    let name = name.to_owned();
    fill_options(&mut body);
    let command = Command {
        id,
        guild: scope,
        kind,
        name,
        default_member_permissions,
        contexts,
        body,
        version: world.next_id(),
    };
    let json = command.to_json(world.config.application.id);
    world.commands.insert(id, command);
    world.topics.changed(Topic::Commands);
    json
}

/// Options are answered with their defaults written out.
fn fill_options(body: &mut Value) {
    for option in body
        .get_mut("options")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        if matches!(option["type"].as_u64(), Some(1 | 2)) {
            fill_options(option);
        } else if option["required"].is_null() {
            option["required"] = json!(false);
        }
    }
}
