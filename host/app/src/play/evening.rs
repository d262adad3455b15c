//! What a plugin brings in `playground/evening.toml`: how its guild is set up before anybody comes,
//! and what the page's first screen suggests.
//!
//! A set-up is what people do: they use the bot's commands, as they would on Discord, so that what
//! works here works there.

use anyhow::{Context, Result, bail};
use muster_builtin::PLAYGROUND;
use muster_playground::{GuildHandle, Persona, Playground, TryThis};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What stands in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Evening {
    /// What is done before anybody comes; not in a playground that begins empty.
    setup: Vec<Use>,
    /// Suggestions for the guild that is set up.
    ready: Vec<TryThis>,
    /// Suggestions for the guild that is not.
    empty: Vec<TryThis>,
}

/// Somebody uses a command.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Use {
    /// Their name.
    who: String,
    /// The command, with its options as they are typed.
    uses: String,
    /// Gives each option that takes a role or channel the one of its name, if the guild has it:
    /// `raid_log` is `#raid-log`, `head_organizer` is Head Organizer.
    #[serde(default)]
    by_name: bool,
}

fn evenings() -> Result<Vec<(&'static str, Evening)>> {
    let files = PLAYGROUND.iter().filter(|file| file.name == "evening.toml");
    files
        .map(|file| {
            let read = toml::from_str(file.text)
                .with_context(|| format!("evening.toml of the plugin {}", file.plugin));
            Ok((file.plugin, read?))
        })
        .collect()
}

/// What the first screen suggests: that of the plugins whose guild it is comes first.
///
/// # Errors
/// A file cannot be read.
pub fn suggestions(empty: bool) -> Result<Vec<TryThis>> {
    let of = |evening: Evening| if empty { evening.empty } else { evening.ready };
    let brings_guild = |plugin: &str| {
        PLAYGROUND
            .iter()
            .any(|file| file.plugin == plugin && file.name == "guild.toml")
    };
    let mut all = evenings()?;
    all.sort_by_key(|(plugin, _)| !brings_guild(plugin));
    Ok(all
        .into_iter()
        .flat_map(|(_, evening)| of(evening))
        .collect())
}

/// Sets the guilds up: each plugin's own, or the first one if it brings none.
///
/// # Errors
/// A file cannot be read, or the bot did not take a set-up.
pub async fn set_up(
    playground: &Playground,
    guild_of: impl Fn(&str) -> Option<GuildHandle>,
) -> Result<()> {
    for (plugin, evening) in evenings()? {
        let guild = guild_of(plugin).or_else(|| playground.guilds().into_iter().next());
        let Some(guild) = guild else { continue };
        for step in evening.setup {
            let done = use_command(&guild, &step).await;
            done.with_context(|| format!("{} could not use {}", step.who, step.uses))?;
        }
    }
    Ok(())
}

async fn use_command(guild: &GuildHandle, step: &Use) -> Result<()> {
    let persona = guild
        .persona(&step.who)
        .with_context(|| format!("the guild has nobody called {}", step.who))?;
    let options = if step.by_name {
        options_by_name(guild, &persona, &step.uses)
    } else {
        Value::Null
    };
    let answered = persona.uses(&step.uses, options)?.answer().await?;
    match answered.answer.message() {
        Some(_) => Ok(()),
        None => bail!("it was answered by something else than a message"),
    }
}

/// The options of a command that take a role or channel, each with the one of its name.
fn options_by_name(guild: &GuildHandle, persona: &Persona, command: &str) -> Value {
    /// Discord's option types.
    const CHANNEL: u64 = 7;
    const ROLE: u64 = 8;
    let name = command.trim_start_matches('/').split(' ').next();
    let (commands, roles) = (persona.commands(), guild.roles());
    let known = commands
        .iter()
        .find(|known| Some(known.name.as_str()) == name);
    let options = known.and_then(|command| command.body["options"].as_array());
    let mut given = Map::new();
    for option in options.into_iter().flatten() {
        let key = option["name"].as_str().unwrap_or_default();
        let is_called = |name: &str| name.to_lowercase().replace([' ', '-'], "_") == key;
        let found = match option["type"].as_u64() {
            Some(CHANNEL) => guild.channel(&key.replace('_', "-")).map(|id| json!(id)),
            Some(ROLE) => roles
                .iter()
                .find(|role| is_called(&role.name))
                .map(|role| json!(role.id)),
            _ => None,
        };
        given.extend(found.map(|value| (key.to_owned(), value)));
    }
    Value::Object(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_evening_can_be_read_and_names_who_is_there() {
        for (plugin, evening) in evenings().expect("readable") {
            let guild = PLAYGROUND
                .iter()
                .find(|file| file.plugin == plugin && file.name == "guild.toml");
            let Some(guild) = guild else { continue };
            let spec: muster_playground::GuildSpec = toml::from_str(guild.text).expect("a guild");
            let is_there = |name: &str| spec.members.iter().any(|member| member.name == name);
            let is_channel = |name: &str| spec.channels.iter().any(|channel| channel.name == name);
            for step in &evening.setup {
                assert!(is_there(&step.who), "{plugin}: {}", step.who);
            }
            for entry in evening.ready.iter().chain(&evening.empty) {
                assert!(is_there(&entry.persona), "{plugin}: {}", entry.persona);
                assert!(is_channel(&entry.channel), "{plugin}: {}", entry.channel);
                assert!(entry.beside.as_deref().is_none_or(is_there), "{plugin}");
                assert!(entry.beside_channel.as_deref().is_none_or(is_channel));
            }
        }
    }
}
