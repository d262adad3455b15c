//! The command line of a Discord client: which commands are offered, and which options it takes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};

use crate::guild::{find_channel, find_member};
use crate::id::{AttachmentId, ChannelId, GuildId, RoleId, UserId};
use crate::model::channel::Channel;
use crate::model::command::{Command, option_type};
use crate::model::message::Attachment;
use crate::permission::Permissions;
use crate::persona::payload::ATTACHMENT_LIMIT;
use crate::persona::{Persona, Refused, bad, name_of};
use crate::world::World;

/// A command with its options, as it will be sent.
pub(super) struct Typed {
    pub command: Command,
    pub options: Value,
    pub resolved: Resolved,
}

/// Ids that options name, to be sent along in full.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    pub users: Vec<UserId>,
    pub roles: Vec<RoleId>,
    pub channels: Vec<ChannelId>,
    pub files: Vec<AttachmentId>,
}

/// Whether a client offers a command: the bot is there, the place is right, and the person has the
/// rights ([Discord Docs/Application Commands, "Permissions", "Contexts"]).
pub(super) fn offered(
    world: &World,
    persona: &Persona,
    channel: &Channel,
    command: &Command,
) -> bool {
    let Some(guild) = channel.guild.and_then(|id| world.guilds.get(&id)) else {
        return command.guild.is_none() && command.contexts.contains(&1);
    };
    if !guild.has_bot
        || command.guild.is_some_and(|id| id != guild.id)
        || !command.contexts.contains(&0)
    {
        return false;
    }
    let rights = world.permissions_in(persona.user, channel);
    if !rights.contains(Permissions::USE_APPLICATION_COMMANDS) {
        return false;
    }
    match command.default_member_permissions {
        None => true,
        // "0" disables the command for everyone but administrators.
        Some(Permissions::NONE) => rights.contains(Permissions::ADMINISTRATOR),
        Some(needed) => rights.contains(needed),
    }
}

/// The command of this name that the person is offered; the guild's own comes first.
pub(super) fn visible(
    world: &World,
    persona: &Persona,
    channel: &Channel,
    name: &str,
    kind: u8,
) -> Result<Command, Refused> {
    let named = |command: &&Command| {
        command.name == name && command.kind == kind && offered(world, persona, channel, command)
    };
    let found = world
        .commands
        .values()
        .filter(named)
        .max_by_key(|command| command.guild.is_some());
    let unknown = || Refused::NoSuchCommand {
        who: name_of(world, persona.user),
        command: name.to_owned(),
    };
    found.cloned().ok_or_else(unknown)
}

/// Reads `/name sub option:value ...` and `given`. With `focused`, the named option is being typed,
/// and others may still be missing.
pub(super) fn typed(
    world: &mut World,
    persona: &Persona,
    channel: &Channel,
    text: &str,
    given: &Value,
    focused: Option<(&str, &str)>,
) -> Result<Typed, Refused> {
    let mut words = text
        .trim()
        .trim_start_matches('/')
        .split(' ')
        .filter(|word| !word.is_empty())
        .peekable();
    let name = words.next().unwrap_or_default();
    let command = visible(world, persona, channel, name, 1)?;
    let mut path: Vec<String> = Vec::new();
    let mut level = command.options_at(&[]).unwrap_or_default();
    while let Some(inner) = words.peek().and_then(|word| {
        level
            .iter()
            .find(|option| option["name"] == **word && is_nested(option))
    }) {
        path.push(inner["name"].as_str().unwrap_or_default().to_owned());
        level = inner["options"].as_array().map_or(&[][..], Vec::as_slice);
        words.next();
    }
    if level.iter().any(is_nested) {
        return Err(Refused::SubcommandMissing(
            [vec![name.to_owned()], path].concat().join(" "),
        ));
    }
    let rest: Vec<&str> = words.collect();
    let mut values = from_text(level, &rest)?;
    for (key, value) in given.as_object().into_iter().flatten() {
        values.insert(key.clone(), value.clone());
    }
    if let Some((option, text)) = focused {
        values.insert(option.to_owned(), json!(text));
    }
    let mut resolved = Resolved::default();
    let mut sent = Vec::new();
    if let Some(unknown) = values
        .keys()
        .find(|key| !level.iter().any(|option| option["name"] == key.as_str()))
    {
        return Err(Refused::NoSuchOption(unknown.clone()));
    }
    for option in level {
        let name = option["name"].as_str().unwrap_or_default();
        let Some(value) = values.get(name).filter(|value| !value.is_null()) else {
            if option["required"] == true && focused.is_none() {
                return Err(Refused::OptionMissing(name.to_owned()));
            }
            continue;
        };
        let is_focused = focused.is_some_and(|(focused, _)| focused == name);
        if is_focused {
            if option["autocomplete"] != true {
                return Err(bad(name, value, "it has no autocomplete"));
            }
            // The focused value is a string, even of a number option.
            sent.push(
                json!({ "name": name, "type": option["type"], "value": value, "focused": true }),
            );
            continue;
        }
        let value = fit(world, channel.guild, option, value, &mut resolved)?;
        sent.push(json!({ "name": name, "type": option["type"], "value": value }));
    }
    let mut options = Value::Array(sent);
    for (depth, name) in path.iter().enumerate().rev() {
        let is_group = depth == 0 && path.len() == 2;
        let kind = if is_group {
            option_type::GROUP
        } else {
            option_type::SUBCOMMAND
        };
        options = json!([{ "name": name, "type": kind, "options": options }]);
    }
    Ok(Typed {
        command,
        options,
        resolved,
    })
}

fn is_nested(option: &Value) -> bool {
    matches!(
        option["type"].as_u64(),
        Some(option_type::SUBCOMMAND | option_type::GROUP)
    )
}

/// `name:value` pairs; a value goes on until the next known name.
fn from_text(options: &[Value], words: &[&str]) -> Result<Map<String, Value>, Refused> {
    let mut values: Map<String, Value> = Map::new();
    let mut current: Option<String> = None;
    for word in words {
        let pair = word.split_once(':');
        let known = pair.filter(|(name, _)| options.iter().any(|option| option["name"] == *name));
        match (known, &current) {
            (Some((name, value)), _) => {
                values.insert(name.to_owned(), json!(value));
                current = Some(name.to_owned());
            }
            (None, Some(name)) => {
                let longer = format!("{} {word}", values[name].as_str().unwrap_or_default());
                values.insert(name.clone(), json!(longer.trim_start()));
            }
            (None, None) => return Err(Refused::NoSuchOption((*word).to_owned())),
        }
    }
    Ok(values)
}

/// A value as the client sends it, if the option takes it.
fn fit(
    world: &mut World,
    guild: Option<GuildId>,
    option: &Value,
    value: &Value,
    resolved: &mut Resolved,
) -> Result<Value, Refused> {
    let name = option["name"].as_str().unwrap_or_default();
    let kind = option["type"].as_u64().unwrap_or(0);
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    if let Some(choices) = option["choices"]
        .as_array()
        .filter(|choices| !choices.is_empty())
    {
        // A number may have been typed as text.
        let number: Option<Value> = serde_json::from_str(&text).ok();
        let chosen = choices.iter().find(|choice| {
            choice["name"] == text.as_str()
                || choice["value"] == *value
                || number.as_ref() == Some(&choice["value"])
        });
        return chosen
            .map(|choice| choice["value"].clone())
            .ok_or_else(|| bad(name, value, "it is not among the choices"));
    }
    match kind {
        option_type::STRING => {
            let count = text.chars().count() as u64;
            let (min, max) = (
                option["min_length"].as_u64().unwrap_or(0),
                option["max_length"].as_u64().unwrap_or(6000),
            );
            if count < min || count > max || count == 0 {
                return Err(bad(
                    name,
                    value,
                    format!("it takes {min} to {max} characters"),
                ));
            }
            Ok(json!(text))
        }
        option_type::INTEGER | option_type::NUMBER => {
            let number: f64 = text
                .parse()
                .map_err(|_| bad(name, value, "it is no number"))?;
            let whole = kind == option_type::INTEGER;
            let min = option["min_value"].as_f64().unwrap_or(f64::MIN);
            let max = option["max_value"].as_f64().unwrap_or(f64::MAX);
            if number < min || number > max {
                return Err(bad(name, value, format!("it takes {min} to {max}")));
            }
            if whole && number.fract() != 0.0 {
                return Err(bad(name, value, "it is no whole number"));
            }
            Ok(if whole {
                json!(number as i64)
            } else {
                json!(number)
            })
        }
        option_type::BOOLEAN => match text.to_lowercase().as_str() {
            "true" => Ok(json!(true)),
            "false" => Ok(json!(false)),
            _ => Err(bad(name, value, "it is neither true nor false")),
        },
        option_type::ATTACHMENT => upload(world, name, value, resolved),
        _ => {
            let found = entity(world, guild, kind, &text)
                .ok_or_else(|| bad(name, value, "nobody and nothing has this name"))?;
            if let Found::Channel(id) = found
                && let Some(allowed) = option["channel_types"]
                    .as_array()
                    .filter(|allowed| !allowed.is_empty())
            {
                let number = world
                    .channels
                    .get(&id)
                    .map(|channel| u64::from(channel.kind.number()));
                if !allowed.iter().any(|kind| kind.as_u64() == number) {
                    return Err(bad(name, value, "the channel is of another type"));
                }
            }
            Ok(json!(found.note(resolved)))
        }
    }
}

/// Somebody or something that a value names.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found {
    User(UserId),
    Role(RoleId),
    Channel(ChannelId),
}

impl Found {
    /// Notes it for `resolved`, and gives its id.
    pub(super) fn note(self, resolved: &mut Resolved) -> String {
        match self {
            Self::User(id) => {
                resolved.users.push(id);
                id.to_string()
            }
            Self::Role(id) => {
                resolved.roles.push(id);
                id.to_string()
            }
            Self::Channel(id) => {
                resolved.channels.push(id);
                id.to_string()
            }
        }
    }
}

/// A user, role or channel by name, mention or id, as an option or menu of this type takes it.
pub(super) fn entity(
    world: &World,
    guild: Option<GuildId>,
    kind: u64,
    text: &str,
) -> Option<Found> {
    let bare = text.trim_matches(['<', '>', '@', '#', '&', '!']);
    let id: Option<u64> = bare.parse().ok();
    let user = || {
        let by_name = || {
            let everywhere = || {
                world
                    .users
                    .values()
                    .find(|user| user.name == bare)
                    .map(|user| user.id)
            };
            guild
                .and_then(|guild| find_member(world, guild, bare))
                .or_else(everywhere)
        };
        let by_id = id.map(UserId).filter(|id| world.users.contains_key(id));
        by_id.or_else(by_name).map(Found::User)
    };
    let role = || {
        let roles = &guild.and_then(|guild| world.guilds.get(&guild))?.roles;
        let by_id = id.map(RoleId).filter(|id| roles.contains_key(id));
        let by_name = || {
            roles
                .values()
                .find(|role| role.name.trim_start_matches('@') == bare)
                .map(|role| role.id)
        };
        by_id.or_else(by_name).map(Found::Role)
    };
    let channel = || {
        let by_id = id
            .map(ChannelId)
            .filter(|id| world.channels.contains_key(id));
        by_id
            .or_else(|| find_channel(world, guild?, bare))
            .map(Found::Channel)
    };
    match kind {
        option_type::USER => user(),
        option_type::ROLE => role(),
        option_type::CHANNEL => channel(),
        option_type::MENTIONABLE => user().or_else(role),
        _ => None,
    }
}

/// A file given to an option or a modal.
pub(super) fn upload(
    world: &mut World,
    name: &str,
    value: &Value,
    resolved: &mut Resolved,
) -> Result<Value, Refused> {
    let Some(filename) = value["filename"].as_str() else {
        return Err(bad(
            name,
            value,
            "a file is {\"filename\": .., \"content\": ..}",
        ));
    };
    let data = match value["content_base64"].as_str() {
        Some(text) => BASE64
            .decode(text)
            .map_err(|_| bad(name, filename, "its content is no base64"))?,
        None => value["content"].as_str().unwrap_or_default().into(),
    };
    if data.len() as u64 > ATTACHMENT_LIMIT {
        return Err(bad(name, filename, "a file has 10 MiB at most"));
    }
    let id: AttachmentId = world.next_id();
    let file = Attachment {
        id,
        filename: filename.to_owned(),
        description: None,
        content_type: value["content_type"].as_str().map(str::to_owned),
        data: data.into(),
    };
    world.put_upload(file);
    resolved.files.push(id);
    Ok(json!(id))
}
