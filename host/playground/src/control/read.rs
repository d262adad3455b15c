//! What the page reads: what a person sees, and what the operator's drawer shows.

use axum::http::Uri;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::{Failure, Reply, from_query, log, view};
use crate::id::{ChannelId, GuildId, MessageId, UserId};
use crate::persona::Persona;
use crate::playground::Playground;
use crate::world::World;

/// Messages that one look at a channel brings.
const MESSAGES: usize = 50;
/// People that one search brings.
const PEOPLE: usize = 50;
/// Rows of a table that one look brings.
const ROWS: u32 = 100;

/// Answers `GET /playground/{name}`.
pub(super) async fn answer(playground: &Playground, name: &str, uri: &Uri) -> Reply {
    match name {
        "start" => Ok(start(playground)),
        "home" => home(playground, from_query(uri)?),
        "people" => people(playground, from_query(uri)?),
        "guild" => guild(playground, from_query(uri)?),
        "channel" => channel(playground, from_query(uri)?),
        "commands" => commands(playground, from_query(uri)?),
        "log" => Ok(playground.world(|world| log::newest(world))),
        "faults" => Ok(playground.world(|world| world.faults.to_json())),
        "tables" => tables(playground).await,
        "rows" => rows(playground, from_query(uri)?).await,
        _ => Err(Failure::Missing("this")),
    }
}

fn start(playground: &Playground) -> Value {
    let given = &playground.shared.given;
    let (try_this, has_records) = (
        given.try_this.read().clone(),
        given.records.read().is_some(),
    );
    let permissions = crate::permission::names().map(|(name, bit)| json!([name, bit]));
    playground.world(|world| {
        let guilds: Vec<Value> = world.guilds.values().map(view::guild_name).collect();
        json!({
            "bot": { "id": world.bot(), "name": world.config.application.name },
            "now_ms": world.now(), "offset_ms": world.clock.offset(), "guilds": guilds,
            "online": world.sessions.connected() > 0, "try_this": try_this,
            "has_records": has_records, "permissions": permissions.collect::<Value>(),
        })
    })
}

#[derive(Deserialize)]
struct OfPersona {
    persona: UserId,
}

/// The rail: guilds and direct messages.
fn home(playground: &Playground, query: OfPersona) -> Reply {
    playground.world(|world| {
        let user = world
            .users
            .get(&query.persona)
            .ok_or(Failure::Missing("this person"))?;
        let guilds = world.guilds.values();
        let guilds: Vec<Value> = guilds
            .filter(|guild| guild.members.contains_key(&user.id))
            .map(view::guild_name)
            .collect();
        let dm = world
            .dms
            .get(&user.id)
            .and_then(|id| world.channels.get(id));
        Ok(json!({
            "id": user.id, "name": user.name, "guilds": guilds, "dms_closed": user.dms_closed,
            "dm": dm.and_then(|channel| view::channel(world, channel, Some(user.id))),
        }))
    })
}

#[derive(Deserialize)]
struct Search {
    guild: Option<GuildId>,
    #[serde(default)]
    text: String,
}

/// People to be, by name: those with the highest roles first.
fn people(playground: &Playground, query: Search) -> Reply {
    let text = query.text.to_lowercase();
    playground.world(|world| {
        let guild = match query.guild {
            Some(id) => world.guilds.get(&id),
            None => world.guilds.values().next(),
        };
        let guild = guild.ok_or(Failure::Missing("this guild"))?;
        let mut found: Vec<(i64, String, Value)> = Vec::new();
        for member in guild.members.values() {
            let Some(user) = world.users.get(&member.user).filter(|user| !user.bot) else {
                continue;
            };
            let nick = member.nick.as_deref().unwrap_or_default().to_lowercase();
            if !user.name.to_lowercase().contains(&text) && !nick.contains(&text) {
                continue;
            }
            let rank = if guild.owner == user.id {
                i64::MAX
            } else {
                guild.highest_role(member).position
            };
            found.push((rank, user.name.clone(), view::member(world, guild, member)));
        }
        let total = found.len();
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let people: Vec<Value> = found
            .into_iter()
            .take(PEOPLE)
            .map(|entry| entry.2)
            .collect();
        Ok(json!({ "people": people, "total": total }))
    })
}

#[derive(Deserialize)]
struct OfGuild {
    guild: GuildId,
    /// Absent: the operator looks.
    persona: Option<UserId>,
}

fn guild(playground: &Playground, query: OfGuild) -> Reply {
    playground.world(|world| {
        let guild = match query.persona {
            Some(user) => view::guild_of_member(world, query.guild, user),
            None => world.guilds.get(&query.guild),
        };
        let guild = guild.ok_or(Failure::Missing("this guild"))?;
        Ok(view::guild(world, guild, query.persona))
    })
}

#[derive(Deserialize)]
struct OfChannel {
    persona: UserId,
    channel: ChannelId,
    /// Messages before this one; absent: the newest.
    before: Option<MessageId>,
}

/// A channel with its newest messages. Ephemeral ones are not among them: they are gone after a
/// reload, as on Discord.
fn channel(playground: &Playground, query: OfChannel) -> Reply {
    playground.world(|world| {
        let channel = world.channels.get(&query.channel);
        let seen = channel.and_then(|channel| view::channel(world, channel, Some(query.persona)));
        let (channel, seen) = channel.zip(seen).ok_or(Failure::Missing("this channel"))?;
        let end = query.before.map_or(channel.messages.len(), |before| {
            channel.messages.partition_point(|id| *id < before)
        });
        let from = end.saturating_sub(MESSAGES);
        let messages: Vec<Value> = channel.messages[from..end]
            .iter()
            .filter_map(|id| world.messages.get(id))
            .map(|message| view::message(world, query.persona, message))
            .collect();
        Ok(json!({ "channel": seen, "messages": messages, "has_more": from > 0 }))
    })
}

fn commands(playground: &Playground, query: OfChannel) -> Reply {
    let persona = persona_in(playground, query.persona, query.channel)?;
    let commands = persona.commands();
    let listed = commands.iter().map(|command| {
        json!({
            "id": command.id, "name": command.name, "kind": command.kind,
            "description": command.body["description"], "options": command.body["options"],
            "app": playground.shared.config.application.name,
        })
    });
    Ok(listed.collect())
}

/// A person in a channel, who must exist both.
pub(super) fn persona_in(
    playground: &Playground,
    user: UserId,
    channel: ChannelId,
) -> Result<Persona, Failure> {
    playground.world(|world| known(world, user, Some(channel)))?;
    Ok(Persona::new(playground.clone(), user, None, None).in_channel(channel))
}

/// Refuses ids that nobody and nothing has.
pub(super) fn known(
    world: &World,
    user: UserId,
    channel: Option<ChannelId>,
) -> Result<(), Failure> {
    if world.users.get(&user).is_none_or(|user| user.bot) {
        return Err(Failure::Missing("this person"));
    }
    if channel.is_some_and(|id| !world.channels.contains_key(&id)) {
        return Err(Failure::Missing("this channel"));
    }
    Ok(())
}

fn no_records() -> Failure {
    Failure::Refused("nobody told the playground where the bot stores things".into())
}

async fn tables(playground: &Playground) -> Reply {
    let records = playground.shared.given.records.read().clone();
    let tables = records.ok_or_else(no_records)?.tables().await;
    Ok(json!(tables.map_err(Failure::Refused)?))
}

#[derive(Deserialize)]
struct OfTable {
    table: String,
    #[serde(default)]
    skip: u32,
}

async fn rows(playground: &Playground, query: OfTable) -> Reply {
    let records = playground.shared.given.records.read().clone();
    let records = records.ok_or_else(no_records)?;
    let rows = records.rows(&query.table, query.skip, ROWS).await;
    Ok(json!(rows.map_err(Failure::Refused)?))
}
