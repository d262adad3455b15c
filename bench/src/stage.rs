//! The playground in this process, and the whole host as a child process, started as `muster play`
//! starts it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use muster::config::LogFormat;
use muster::play::{HostProcess, Launch};
use muster::story::Narrator;
use muster_builtin::PLAYGROUND;
use muster_playground::{Act, Config, GuildHandle, GuildSpec, Playground, Refused};
use serde_json::json;

use crate::workbench::RAIDS;

/// Everything that is waited for comes within this time, or never: the raid log of a crowd leaves
/// under Discord's limit of 5 messages in 5 s.
const PATIENCE: Duration = Duration::from_secs(300);

/// The span in which Discord takes one IDENTIFY, and a little more.
const BETWEEN_STARTS: Duration = Duration::from_secs(6);

/// One guild, and what a bot in it is started with.
pub struct Stage {
    /// The offline Discord, with its rate limits in force.
    pub playground: Playground,
    /// The guild.
    pub guild: GuildHandle,
    launch: Launch,
}

/// A bot that is ready.
pub struct Host {
    process: HostProcess,
    /// Its process.
    pub pid: u32,
}

impl Stage {
    /// The ready-made guild of the plugin, and a database that is not made yet.
    pub async fn open(folder: &Path) -> Result<Self> {
        let playground = Playground::start(Config {
            patience: PATIENCE,
            ..Config::default()
        })
        .await?;
        let guild = playground.add_guild(&ready_made()?)?;
        let launch = Launch {
            config: Some(write_config(folder)?),
            database: folder.join("host.db"),
            api_base: playground.api_url(),
            token: playground.token().to_owned(),
            log: "error".to_owned(),
            log_format: LogFormat::Pretty,
        };
        Ok(Self {
            playground,
            guild,
            launch,
        })
    }

    /// Another guild like the first.
    pub fn add_guild(&self, name: &str) -> Result<GuildHandle> {
        let spec = GuildSpec {
            name: name.to_owned(),
            ..ready_made()?
        };
        Ok(self.playground.add_guild(&spec)?)
    }

    /// Makes sure that Discord takes another start of the bot.
    pub async fn admit_start(&self) -> Result<()> {
        self.playground.wait_for_no_session().await?;
        self.playground.clock().advance(BETWEEN_STARTS);
        Ok(())
    }

    /// Starts the bot and waits until it is ready.
    pub async fn start(&self) -> Result<Host> {
        let clock = self.playground.clock().clone();
        let process = HostProcess::start(self.launch.clone(), clock, Narrator::Silent);
        let pid = process.until_ready().await?;
        Ok(Host { process, pid })
    }

    /// The owner maps the roles and channels that runs need.
    pub async fn configure(&self) -> Result<()> {
        let owner = self.guild.owner();
        let roles = json!({
            "administrator": "Administrator", "organizer": "Organizer",
            "verified_raider": "Verified Raider",
        });
        let told = told(owner.uses("/setroles", roles)).await?;
        ensure!(told.contains("Role mappings"), "/setroles: {told}");
        let channels = json!({ "raid": "raid", "raid_log": "raid-log" });
        let told = self::told(owner.uses("/setchannels", channels)).await?;
        ensure!(told.contains("Channel mappings"), "/setchannels: {told}");
        Ok(())
    }
}

impl Host {
    /// Stops the bot in good order.
    pub async fn stop(self) {
        self.process.stop().await;
    }
}

/// The guild that the plugin brings for the playground.
fn ready_made() -> Result<GuildSpec> {
    let found = PLAYGROUND
        .iter()
        .find(|file| file.plugin == RAIDS && file.name == "guild.toml");
    Ok(toml::from_str(
        found.context("the plugin brings no guild")?.text,
    )?)
}

/// What somebody is told in answer to what they did.
pub async fn told(act: Result<Act, Refused>) -> Result<String> {
    Ok(act?.answer().await?.answer.text())
}

/// What Muster comes with, all of it on; and a cache of compiled plugins that nobody else fills.
fn write_config(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("plugins.toml");
    let mut config: toml::Table = toml::from_str(include_str!("../../plugins.toml"))?;
    let host = config
        .entry("host")
        .or_insert_with(|| toml::Table::new().into());
    let host = host.as_table_mut().context("[host] is a table")?;
    let cache = folder.join("compiled").display().to_string();
    host.insert("plugin_cache".to_owned(), cache.into());
    std::fs::write(&path, toml::to_string(&config)?)
        .with_context(|| format!("writing {}", path.display()))?;
    Ok(path)
}
