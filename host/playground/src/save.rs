//! The whole state as one JSON file, so that a guild that was set up once can be given to somebody else.
//!
//! Saved is what a Discord would still have tomorrow: users, guilds with roles, members, bans, channels and threads,
//! messages with their files, direct messages, webhooks and commands. Not saved is what belongs to the moment:
//! connections, interactions and their ephemeral answers, logs, faults, and how strict this playground is.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::check::draft::{Draft, Way};
use crate::error::{ApiError, FormErrors};
use crate::id::{ApplicationId, ChannelId, GuildId, UserId, WebhookId};
use crate::model::channel::{Channel, ChannelKind};
use crate::model::command::Command;
use crate::model::guild::{Guild, User};
use crate::model::message::Message;
use crate::model::webhook::Webhook;
use crate::playground::Playground;
use crate::server::StartError;
use crate::world::World;
use crate::{Config, check};

/// What the file says it is.
const FORMAT: &str = "muster-playground";
/// Rises when an older program could not read what a newer one wrote.
const VERSION: u32 = 1;
/// No file is read beyond this.
const FILE_BYTES: u64 = 256 * 1024 * 1024;

/// Why a state was not saved or loaded.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The file system said no.
    #[error("cannot {what} {path}")]
    File {
        /// `read` or `write`.
        what: &'static str,
        /// The file.
        path: String,
        /// What it said.
        source: io::Error,
    },
    /// It is no such file, or its JSON is broken, or a field is missing or unknown.
    #[error("this is no saved playground: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// Another program's file, or a newer one's.
    #[error(
        "this is no saved playground of version {VERSION}, but {0}; save it anew with this program"
    )]
    Format(String),
    /// Another application's.
    #[error(
        "it was saved for the application {saved}, and this playground has {here}: start it with that application's id"
    )]
    Application {
        /// The id in the file.
        saved: ApplicationId,
        /// The id here.
        here: ApplicationId,
    },
    /// Something in it contradicts itself or breaks a limit.
    #[error("{place}: {what}")]
    Wrong {
        /// Where in the file.
        place: String,
        /// What is wrong there.
        what: String,
    },
    /// The playground itself did not start.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// The file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    format: String,
    version: u32,
    application: ApplicationId,
    /// The playground's clock when it was saved, in Unix milliseconds. It never goes back.
    clock_ms: i64,
    users: Vec<User>,
    guilds: Vec<Guild>,
    channels: Vec<Channel>,
    messages: Vec<Message>,
    webhooks: Vec<Webhook>,
    commands: Vec<Command>,
}

impl Playground {
    /// The whole state as JSON.
    pub fn saved(&self) -> String {
        let saved = self.world(|world| Saved::of(world));
        serde_json::to_string(&saved).expect("ids are texts, and so are all keys")
    }

    /// Saves the whole state in a file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), SaveError> {
        let failed = |source| SaveError::File {
            what: "write",
            path: path.display().to_string(),
            source,
        };
        // Renamed, so that the old file is there until the new one is whole.
        let part = path.with_extension("part");
        std::fs::write(&part, self.saved()).map_err(failed)?;
        std::fs::rename(&part, path).map_err(failed)
    }

    /// Starts a playground with the state of a file.
    ///
    /// # Errors
    /// If the file cannot be read or says something impossible, or the playground does not start.
    pub async fn load(config: Config, path: &Path) -> Result<Self, SaveError> {
        let text = read(path)?;
        let playground = Self::start(config).await?;
        playground.restore(&text)?;
        Ok(playground)
    }

    /// Replaces the whole state by a saved one. A bot that is logged in is told that its session is
    /// over, and finds the saved guilds when it logs in again.
    ///
    /// # Errors
    /// If the text says something impossible; then nothing is changed.
    pub fn restore(&self, saved: &str) -> Result<(), SaveError> {
        let about: Value = serde_json::from_str(saved)?;
        let (format, version) = (&about["format"], &about["version"]);
        if *format != FORMAT || *version != VERSION {
            return Err(SaveError::Format(format!(
                "format {format}, version {version}"
            )));
        }
        let saved: Saved = serde_json::from_value(about)?;
        let here = self.application_id();
        if saved.application != here {
            let saved = saved.application;
            return Err(SaveError::Application { saved, here });
        }
        saved.check(self.bot_id())?;
        let behind_ms = saved.clock_ms - self.clock().now();
        if let Ok(ms @ 1..) = u64::try_from(behind_ms) {
            self.clock().advance(Duration::from_millis(ms));
        }
        self.world(|world| saved.put_into(world));
        self.faults().invalidate_session(false);
        Ok(())
    }
}

fn read(path: &Path) -> Result<String, SaveError> {
    let failed = |source| SaveError::File {
        what: "read",
        path: path.display().to_string(),
        source,
    };
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > FILE_BYTES {
        return Err(failed(io::Error::other("it is larger than 256 MiB")));
    }
    std::fs::read_to_string(path).map_err(failed)
}

impl Saved {
    fn of(world: &World) -> Self {
        let mut users: Vec<User> = world.users.values().cloned().collect();
        users.sort_by_key(|user| user.id);
        let mut channels: Vec<Channel> = world.channels.values().cloned().collect();
        channels.sort_by_key(|channel| channel.id);
        let lasting = world
            .messages
            .values()
            .filter(|message| !message.is_ephemeral());
        let mut messages: Vec<Message> = lasting.map(|message| (**message).clone()).collect();
        messages.sort_by_key(|message| message.id);
        Self {
            format: FORMAT.into(),
            version: VERSION,
            application: world.config.application.id,
            clock_ms: world.now(),
            users,
            guilds: world.guilds.values().cloned().collect(),
            channels,
            messages,
            webhooks: world.webhooks.values().cloned().collect(),
            commands: world.commands.values().cloned().collect(),
        }
    }

    fn put_into(self, world: &mut World) {
        world.users = self.users.into_iter().map(|user| (user.id, user)).collect();
        world.guilds = self
            .guilds
            .into_iter()
            .map(|guild| (guild.id, guild))
            .collect();
        world.webhooks = self
            .webhooks
            .into_iter()
            .map(|hook| (hook.id, hook))
            .collect();
        world.commands = self
            .commands
            .into_iter()
            .map(|command| (command.id, command))
            .collect();
        world.channels = self
            .channels
            .into_iter()
            .map(|channel| (channel.id, channel))
            .collect();
        world.dms = world
            .channels
            .values()
            .filter_map(|channel| Some((channel.recipient?, channel.id)))
            .collect();
        world.forget_the_moment();
        for message in self.messages {
            world.put_message(Arc::new(message));
        }
        world.everything_changed();
    }

    /// Whether everything that is named is there, and nothing is beyond what Discord allows.
    fn check(&self, bot: UserId) -> Result<(), SaveError> {
        let users = unique("users", self.users.iter().map(|user| user.id.0))?;
        let guilds = unique("guilds", self.guilds.iter().map(|guild| guild.id.0))?;
        unique("channels", self.channels.iter().map(|channel| channel.id.0))?;
        unique("messages", self.messages.iter().map(|message| message.id.0))?;
        unique("webhooks", self.webhooks.iter().map(|hook| hook.id.0))?;
        unique("commands", self.commands.iter().map(|command| command.id.0))?;
        let channels: BTreeMap<ChannelId, &Channel> = self
            .channels
            .iter()
            .map(|channel| (channel.id, channel))
            .collect();
        for user in &self.users {
            sized(&format!("user {}", user.id), &user.name, 32)?;
        }
        for guild in &self.guilds {
            check_guild(guild, &users, &channels, bot)?;
        }
        for channel in &self.channels {
            check_channel(channel, self.guild(channel.guild), &channels, &users)?;
        }
        let hooks: BTreeSet<WebhookId> = self.webhooks.iter().map(|hook| hook.id).collect();
        for hook in &self.webhooks {
            let place = format!("webhook {}", hook.id);
            sized(&place, &hook.name, 80)?;
            let home = channels
                .get(&hook.channel)
                .and_then(|channel| channel.guild);
            ensure(
                home == Some(hook.guild),
                &place,
                "its channel is not in its guild",
            )?;
        }
        for message in &self.messages {
            let is_known = users.contains(&message.author.0)
                || message
                    .webhook
                    .as_ref()
                    .is_some_and(|(id, _)| hooks.contains(id) || message.author.0 == id.0);
            check_message(message, channels.get(&message.channel), is_known)?;
        }
        for command in &self.commands {
            let place = format!("command {}", command.id);
            let is_home = command.guild.is_none_or(|guild| guilds.contains(&guild.0));
            ensure(is_home, &place, "its guild is not there")?;
            let errors = FormErrors::default();
            check::command::check(&command.body, "body", &errors);
            errors.finish().map_err(|error| refused(&place, &error))?;
        }
        Ok(())
    }

    fn guild(&self, id: Option<GuildId>) -> Option<&Guild> {
        self.guilds.iter().find(|guild| Some(guild.id) == id)
    }
}

fn ensure(holds: bool, place: &str, what: &str) -> Result<(), SaveError> {
    match holds {
        true => Ok(()),
        false => Err(SaveError::Wrong {
            place: place.to_owned(),
            what: what.to_owned(),
        }),
    }
}

fn refused(place: &str, error: &ApiError) -> SaveError {
    SaveError::Wrong {
        place: place.to_owned(),
        what: error.body().to_string(),
    }
}

fn unique(what: &str, ids: impl Iterator<Item = u64>) -> Result<BTreeSet<u64>, SaveError> {
    let mut seen = BTreeSet::new();
    for id in ids {
        ensure(seen.insert(id), what, &format!("{id} is there twice"))?;
    }
    Ok(seen)
}

fn sized(place: &str, name: &str, most: usize) -> Result<(), SaveError> {
    let fits = (1..=most).contains(&name.chars().count());
    ensure(fits, place, &format!("its name has 1 to {most} characters"))
}

fn check_guild(
    guild: &Guild,
    users: &BTreeSet<u64>,
    channels: &BTreeMap<ChannelId, &Channel>,
    bot: UserId,
) -> Result<(), SaveError> {
    let place = format!("guild {}", guild.id);
    sized(&place, &guild.name, 100)?;
    let has_everyone = guild.roles.contains_key(&guild.everyone());
    ensure(
        has_everyone,
        &place,
        "it has no @everyone, whose id is the guild's",
    )?;
    let has_bot = guild.members.contains_key(&bot);
    ensure(
        guild.has_bot == has_bot,
        &place,
        "`has_bot` is not what the members say",
    )?;
    for (id, role) in &guild.roles {
        let place = format!("{place}, role {id}");
        ensure(*id == role.id, &place, "its key is not its id")?;
        sized(&place, &role.name, 100)?;
    }
    for (id, member) in &guild.members {
        let place = format!("{place}, member {id}");
        ensure(*id == member.user, &place, "its key is not its id")?;
        ensure(users.contains(&id.0), &place, "there is no such user")?;
        let has_roles = member
            .roles
            .iter()
            .all(|role| guild.roles.contains_key(role));
        ensure(
            has_roles,
            &place,
            "it has a role that the guild does not have",
        )?;
    }
    for id in guild.channels.iter().chain(&guild.threads) {
        let home = channels.get(id).and_then(|channel| channel.guild);
        ensure(
            home == Some(guild.id),
            &place,
            &format!("its channel {id} is not there"),
        )?;
    }
    let is_owned = guild.owner == UserId(0) || guild.members.contains_key(&guild.owner);
    ensure(is_owned, &place, "its owner is no member")
}

fn check_channel(
    channel: &Channel,
    guild: Option<&Guild>,
    channels: &BTreeMap<ChannelId, &Channel>,
    users: &BTreeSet<u64>,
) -> Result<(), SaveError> {
    let place = format!("channel {}", channel.id);
    let is_thread = channel.kind.is_thread();
    ensure(
        is_thread == channel.thread.is_some(),
        &place,
        "only threads have `thread`",
    )?;
    if channel.kind == ChannelKind::Dm {
        let is_whole = channel
            .recipient
            .is_some_and(|user| users.contains(&user.0));
        return ensure(
            is_whole && channel.guild.is_none(),
            &place,
            "a direct message has a recipient and no guild",
        );
    }
    sized(&place, &channel.name, 100)?;
    let listed = guild.is_some_and(|guild| {
        let list = if is_thread {
            &guild.threads
        } else {
            &guild.channels
        };
        list.contains(&channel.id)
    });
    ensure(listed, &place, "its guild does not list it")?;
    let parent = channel.parent.map(|id| channels.get(&id));
    let fits = match parent {
        None => !is_thread,
        Some(parent) => parent.is_some_and(|parent| {
            let is_category = parent.kind == ChannelKind::Category;
            parent.guild == channel.guild && (is_thread != is_category) && !parent.kind.is_thread()
        }),
    };
    ensure(fits, &place, "its parent does not fit")
}

fn check_message(
    message: &Message,
    channel: Option<&&Channel>,
    author_is_known: bool,
) -> Result<(), SaveError> {
    let place = format!("message {}", message.id);
    let channel = channel.filter(|channel| channel.kind.holds_messages());
    let fits = channel.is_some_and(|channel| channel.guild == message.guild);
    ensure(fits, &place, "its channel and guild do not fit")?;
    ensure(author_is_known, &place, "nobody has its author's id")?;
    ensure(
        !message.is_ephemeral(),
        &place,
        "ephemeral messages are not kept",
    )?;
    let body = json!({
        "content": message.content, "embeds": message.embeds, "components": message.components,
        "flags": message.flags,
    });
    let draft = Draft::read(&body, "", &[], Way::Channel, Some(message.flags));
    draft.map(drop).map_err(|error| refused(&place, &error))
}

/// Files in base64.
pub(crate) mod as_base64 {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(data: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(data))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Bytes, D::Error> {
        let text = String::deserialize(deserializer)?;
        let data = STANDARD.decode(text).map_err(serde::de::Error::custom)?;
        Ok(data.into())
    }
}
