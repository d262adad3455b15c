//! The host's own commands: `/ping`, `/help`, `/setroles`, `/setchannels`. With these a fresh guild can be
//! configured by its owner before any plugin is asked.

mod help;
mod mappings;
mod ping;

use std::sync::Arc;
use std::time::Duration;

use muster_core::Standing;
use muster_core::answer::Answer;
use muster_core::guild_config::GuildConfig;
use muster_core::interaction::{CommandOptions, Interaction};
use muster_core::manifest::{Category, CommandSpec, Manifest};
use muster_core::rate::Rate;
use muster_core::roles::{MinimumRole, RoleKey};
use serde_json::{Value, json};

use crate::interactions::Inner;

/// Tells how long the gateway's last heartbeat took, if there was one.
pub type HeartbeatLatency = Arc<dyn Fn() -> Option<Duration> + Send + Sync>;

/// The host's own commands.
#[derive(Clone)]
pub struct HostCommands {
    heartbeat: HeartbeatLatency,
}

/// Their names; they win against a plugin's.
const NAMES: [&str; 4] = ["ping", "help", "setroles", "setchannels"];

impl HostCommands {
    /// The commands, with what `/ping` reports.
    pub fn new(heartbeat: HeartbeatLatency) -> Self {
        Self { heartbeat }
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
        let moderator = MinimumRole::Rank(RoleKey::Moderator);
        let config_rate = Rate {
            class: "config".into(),
            limit: 2,
            per_seconds: 5,
        };
        let info_rate = Rate {
            class: "info".into(),
            limit: 10,
            per_seconds: 15,
        };
        Some(match name {
            "ping" => CommandSpec {
                name: name.into(),
                description: "How fast the bot answers".into(),
                options: Vec::new(),
                minimum_role: MinimumRole::Everyone,
                category: Category::Utility,
                rate: info_rate,
                private: true,
                opens_modal: false,
            },
            "help" => CommandSpec {
                name: name.into(),
                description: "The commands that you can use here".into(),
                options: vec![help::category_option()],
                minimum_role: MinimumRole::Everyone,
                category: Category::Utility,
                rate: info_rate,
                private: true,
                opens_modal: false,
            },
            "setroles" => CommandSpec {
                name: name.into(),
                description: "Map the bot's role keys to roles of this server".into(),
                options: mappings::role_options(enabled()),
                minimum_role: moderator,
                category: Category::Configuration,
                rate: config_rate,
                private: true,
                opens_modal: false,
            },
            "setchannels" => CommandSpec {
                name: name.into(),
                description: "Map the bot's channel keys to channels of this server".into(),
                options: mappings::channel_options(enabled()),
                minimum_role: moderator,
                category: Category::Configuration,
                rate: config_rate,
                private: true,
                opens_modal: false,
            },
            _ => return None,
        })
    }

    /// Runs one. The door has been passed.
    ///
    /// # Errors
    /// A sentence for the member.
    pub(crate) async fn run(
        &self,
        host: &Inner,
        interaction: &Interaction,
        config: &GuildConfig,
        standing: &Standing,
        name: &str,
        options: &CommandOptions,
    ) -> Result<Answer, String> {
        match name {
            "ping" => Ok(private(json!({ "content": "Pinging…" }))),
            "help" => Ok(help::answer(self, host, config, standing, options)),
            "setroles" => mappings::set_roles(host, interaction, config, standing, options).await,
            "setchannels" => mappings::set_channels(host, interaction, config, options).await,
            _ => Err("This command is gone.".into()),
        }
    }

    /// What follows the answer.
    pub(crate) async fn after(&self, host: &Inner, interaction: &Interaction, name: &str) {
        if name == "ping" {
            ping::measure(host, interaction, (self.heartbeat)()).await;
        }
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

/// The value of an option of a command without subcommands.
fn option<'a>(options: &'a CommandOptions, name: &str) -> Option<&'a Value> {
    let list = options.options.as_array()?;
    list.iter()
        .find(|option| option["name"] == name)?
        .get("value")
}
