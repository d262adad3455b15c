//! The host's own commands. With these a guild is configured and looked after, whichever plugins it has:
//! `/ping`, `/help`, `/setroles`, `/setchannels`, `/config`, `/plugins`, `/audit`.

mod audit;
mod check;
mod config;
mod help;
mod known;
mod mappings;
mod ping;
mod plugins;
mod using;

use std::sync::Arc;
use std::time::Duration;

use muster_core::GuildId;
use muster_core::answer::Answer;
use muster_core::guild_config::GuildConfig;
use muster_core::manifest::{Category, CommandSpec, Manifest};
use muster_core::rate::Rate;
use muster_core::roles::{MinimumRole, RoleKey};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::rest::Upload;
pub(crate) use using::Use;

/// Tells how long the gateway's last heartbeat took, if there was one.
pub type HeartbeatLatency = Arc<dyn Fn() -> Option<Duration> + Send + Sync>;

/// The host's own commands.
#[derive(Clone)]
pub struct HostCommands {
    heartbeat: HeartbeatLatency,
    members_intent: bool,
    switched: mpsc::UnboundedSender<GuildId>,
}

/// Their names; they win against a plugin's.
const NAMES: [&str; 7] = [
    "ping",
    "help",
    "setroles",
    "setchannels",
    "config",
    "plugins",
    "audit",
];

/// The host's own channel key: what the bot has to say to staff.
pub(crate) const BOT_LOG: &str = "bot_log";

/// The most suggestions that Discord shows
/// ([Discord Docs/Receiving and Responding, "Autocomplete"](https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-autocomplete)).
const MOST_CHOICES: usize = 25;

/// What is said where the database does not answer.
const TRY_AGAIN: &str = "The database does not answer. Try again in a minute.";

/// Discord's option types
/// ([Discord Docs/Application Commands, "Option Type"](https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-type)).
mod option_type {
    pub const SUBCOMMAND: u8 = 1;
    pub const TEXT: u8 = 3;
    pub const INTEGER: u8 = 4;
    pub const BOOLEAN: u8 = 5;
    pub const USER: u8 = 6;
    pub const CHANNEL: u8 = 7;
    pub const ROLE: u8 = 8;
}

/// What a command says, and what follows.
pub(crate) struct Said {
    pub answer: Answer,
    pub then: Then,
}

/// What follows an answer.
pub(crate) enum Then {
    Nothing,
    /// The answer is replaced by what was measured.
    Measure,
    /// A file follows the answer.
    Send(Upload),
}

impl From<Answer> for Said {
    fn from(answer: Answer) -> Self {
        Self {
            answer,
            then: Then::Nothing,
        }
    }
}

impl HostCommands {
    /// The commands, with what `/ping` and `/config check` report. `switched` hears of guilds whose plugins
    /// were switched: their commands are to be registered anew.
    pub fn new(
        heartbeat: HeartbeatLatency,
        members_intent: bool,
        switched: mpsc::UnboundedSender<GuildId>,
    ) -> Self {
        Self {
            heartbeat,
            members_intent,
            switched,
        }
    }

    pub(crate) fn plugins_changed(&self, guild: GuildId) {
        // A closed channel means that the process is going down; the next start registers.
        let _ = self.switched.send(guild);
    }

    /// Whether the host itself answers this command.
    pub fn knows(&self, name: &str) -> bool {
        NAMES.contains(&name)
    }

    /// What each command looks like in a guild with these plugins.
    pub fn specs(&self, installed: &[Arc<Manifest>], config: &GuildConfig) -> Vec<CommandSpec> {
        NAMES
            .iter()
            .filter_map(|name| self.spec(name, installed, config))
            .collect()
    }

    /// What one command looks like.
    pub fn spec(
        &self,
        name: &str,
        installed: &[Arc<Manifest>],
        config: &GuildConfig,
    ) -> Option<CommandSpec> {
        let enabled = || {
            installed
                .iter()
                .filter(|manifest| config.is_enabled(&manifest.name))
        };
        Some(match name {
            "ping" => spec(name, "How fast the bot answers", vec![]),
            "help" => spec(name, "The commands that you can use here", help::options()),
            "setroles" => configuring(
                name,
                "Map the bot's role keys to roles of this server",
                mappings::role_options(enabled()),
            ),
            "setchannels" => configuring(
                name,
                "Map the bot's channel keys to channels of this server",
                mappings::channel_options(enabled()),
            ),
            "config" => configuring(
                name,
                "What this server has chosen, and what is missing",
                config::options(),
            ),
            "plugins" => CommandSpec {
                minimum_role: MinimumRole::Rank(RoleKey::Administrator),
                ..configuring(
                    name,
                    "Switch parts of the bot on and off in this server",
                    plugins::options(),
                )
            },
            "audit" => configuring(name, "Who did what on this server", audit::options()),
            _ => return None,
        })
    }

    /// Runs one. The door has been passed.
    ///
    /// # Errors
    /// A sentence for the member.
    pub(crate) async fn run(&self, name: &str, used: &Use<'_>) -> Result<Said, String> {
        Ok(match name {
            "ping" => Said {
                answer: private(json!({ "content": "Pinging…" })),
                then: Then::Measure,
            },
            "help" => help::answer(self, used)?.into(),
            "setroles" => mappings::set_roles(used).await?.into(),
            "setchannels" => mappings::set_channels(used).await?.into(),
            "config" => config::run(self, used).await?.into(),
            "plugins" => plugins::run(used).await?.into(),
            "audit" => audit::run(used).await?,
            _ => return Err("This command is gone.".into()),
        })
    }

    /// What is offered while an option is typed.
    pub(crate) async fn suggest(&self, name: &str, used: &Use<'_>) -> Vec<String> {
        let found = match name {
            "help" => help::suggest(self, used),
            "config" => config::suggest(self, used),
            "plugins" => plugins::suggest(used),
            "audit" => audit::suggest(used).await,
            _ => Vec::new(),
        };
        let typed = used.typed().to_lowercase();
        let fits = |text: &String| text.to_lowercase().contains(&typed);
        found.into_iter().filter(fits).take(MOST_CHOICES).collect()
    }

    /// A press on a message of one of these commands: `own` is what follows `host:` in its custom id.
    ///
    /// # Errors
    /// A sentence for the member.
    pub(crate) async fn press(&self, own: &str, used: &Use<'_>) -> Result<Answer, String> {
        let (command, rest) = own.split_once('/').unwrap_or((own, ""));
        match command {
            "help" => help::turn(self, used, rest),
            "audit" => audit::turn(used, rest).await,
            _ => Err("This button is outdated. Use the command again.".into()),
        }
    }

    /// What follows the answer.
    pub(crate) async fn after(&self, used: &Use<'_>, then: Then) {
        match then {
            Then::Nothing => {}
            Then::Measure => {
                ping::measure(used.host, used.interaction, (self.heartbeat)()).await;
            }
            Then::Send(file) => send_file(used, file).await,
        }
    }
}

/// A command that everybody may use, and that changes nothing.
fn spec(name: &str, description: &str, options: Vec<Value>) -> CommandSpec {
    CommandSpec {
        name: name.into(),
        description: description.into(),
        options,
        minimum_role: MinimumRole::Everyone,
        category: Category::Utility,
        rate: Rate {
            class: "info".into(),
            limit: 10,
            per_seconds: 15,
        },
        private: true,
        opens_modal: false,
    }
}

/// A command for those who look after the server.
fn configuring(name: &str, description: &str, options: Vec<Value>) -> CommandSpec {
    CommandSpec {
        minimum_role: MinimumRole::Rank(RoleKey::Moderator),
        category: Category::Configuration,
        rate: Rate {
            class: "config".into(),
            limit: 2,
            per_seconds: 5,
        },
        ..spec(name, description, options)
    }
}

/// A private answer that pings nobody.
fn private(mut body: Value) -> Answer {
    body["allowed_mentions"] = json!({ "parse": [] });
    Answer::Message {
        body,
        private: true,
    }
}

/// The pressed message, replaced; pings nobody.
fn replaced(mut body: Value) -> Answer {
    body["allowed_mentions"] = json!({ "parse": [] });
    Answer::Update { body }
}

/// An option of a command.
fn option_spec(kind: u8, name: &str, description: &str) -> Value {
    json!({ "type": kind, "name": name, "description": description })
}

/// Text of people between backticks, where it cannot format, mention or break out.
fn code(text: &str) -> String {
    let shown: String = text
        .chars()
        .map(|c| match c {
            '`' => 'ˋ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    format!("`{}`", if shown.is_empty() { "—" } else { &shown })
}

/// A text cut to so many characters, with a mark where it was.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{kept}…")
}

async fn send_file(used: &Use<'_>, file: Upload) {
    let host = used.host;
    let Some(identity) = host.identity.get() else {
        return;
    };
    let body = json!({ "flags": 64, "allowed_mentions": { "parse": [] } });
    let token = &used.interaction.token;
    let sent = host
        .rest
        .follow_up_with(identity.application, token, &body, vec![file]);
    if let Err(error) = sent.await {
        tracing::warn!(%error, "a file could not be sent");
        let text = "The file could not be sent. Use the command again in a minute.";
        let body = json!({ "content": text, "flags": 64 });
        // Whoever waits for it sees at least the first answer.
        let _ = host
            .rest
            .follow_up(identity.application, token, &body)
            .await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_people_stays_between_its_backticks() {
        assert_eq!(code("a`b\n*c*"), "`aˋb *c*`");
        assert_eq!(cut("abcdef", 4), "abc…");
    }
}
