//! The host, put together: database, plugins, Discord.

use std::sync::Arc;

use anyhow::{Context, Result};
use muster_core::GuildId;
use muster_core::clock::SharedClock;
use muster_core::effect::AuditEntry;
use muster_core::ports::{Directory, Lookups, Plugins};
use muster_discord::service::{Discord, Parts};
use muster_discord::{BotToken, GatewayConfig, GatewayError, GuildDirectory, Rest, RestLookups};
use muster_runtime::{Pause, Ports, Runtime, Scheduler, Settings};
use muster_store::Store;
use tokio::sync::broadcast;

use crate::BadConfig;
use crate::config::Config;
use crate::installation;

/// A running bot.
pub struct Host {
    discord: Discord,
    runtime: Arc<Runtime>,
    store: Store,
    scheduler: Scheduler,
    pauses: tokio::task::JoinHandle<()>,
}

impl Host {
    /// Opens the database, loads the plugins, and connects.
    ///
    /// # Errors
    /// [`BadConfig`] with every problem of the plugins, or a sentence for the operator.
    pub async fn start(config: &Config, token: BotToken, clock: SharedClock) -> Result<Self> {
        let settings = &config.host;
        let store = Store::open(
            &settings.database,
            settings.durability,
            clock.clone(),
            config.policy(),
        );
        let store = store.await?;
        let rest = Rest::new(config.discord.api_base.clone(), &token, clock.clone())?;
        let directory = Arc::new(GuildDirectory::default());
        let of_guilds: Arc<dyn Directory> = directory.clone();
        let lookups: Arc<dyn Lookups> = Arc::new(RestLookups::new(rest.clone(), of_guilds.clone()));
        let ports = Ports {
            store: store.clone(),
            directory: of_guilds,
            lookups: lookups.clone(),
            clock,
        };
        let cache = settings.plugin_cache.clone();
        let runtime = Runtime::new(
            ports,
            Settings {
                limits: config.limits.clone(),
                cache,
            },
        )?;
        let (plugins, problems) = installation::load(config, &runtime).await;
        if !problems.is_empty() {
            return Err(BadConfig(problems).into());
        }
        for plugin in plugins {
            let name = plugin.manifest().name.clone();
            let installed = runtime.install(plugin).await;
            installed.with_context(|| format!("installing the plugin {name}"))?;
        }
        let plugins: Arc<dyn Plugins> = runtime.clone();
        let gateway = GatewayConfig {
            members_intent: config.discord.members_intent,
            ..GatewayConfig::new(token)
        };
        let parts = Parts {
            rest,
            gateway,
            store: store.clone(),
            plugins,
            directory,
            lookups,
        };
        let heard = runtime.pauses();
        let scheduler = Scheduler::start(&runtime);
        let discord = Discord::start(parts).await?;
        let pauses = tell_of_pauses(heard, store.clone(), discord.owner_notices());
        let pauses = tokio::spawn(pauses);
        Ok(Self {
            discord,
            runtime,
            store,
            scheduler,
            pauses,
        })
    }

    /// Completes once the bot is connected, and the commands of every guild are registered.
    ///
    /// # Errors
    /// Why it never will be.
    pub async fn until_ready(&mut self) -> Result<(), Option<GatewayError>> {
        let mut readiness = self.discord.readiness();
        tokio::select! {
            end = self.discord.ended() => Err(end),
            // The sender lives as long as `discord`.
            _ = readiness.wait_for(|is_ready| *is_ready) => Ok(()),
        }
    }

    /// Completes when the bot cannot go on by itself.
    pub async fn ended(&mut self) -> Option<GatewayError> {
        self.discord.ended().await
    }

    /// The plugins.
    pub fn runtime(&self) -> &Arc<Runtime> {
        &self.runtime
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Disconnects and writes what is to be written. What is queued waits in the database.
    pub async fn stop(self) {
        self.pauses.abort();
        drop(self.scheduler);
        self.discord.stop().await;
    }
}

/// Handlers that keep failing are paused: the operator reads of it in the log, the guild's owner in its
/// `bot_log`, and of a whole plugin in the audit.
async fn tell_of_pauses(
    mut pauses: broadcast::Receiver<Pause>,
    store: Store,
    tell_owner: impl Fn(GuildId, String),
) {
    loop {
        let pause = match pauses.recv().await {
            Ok(pause) => pause,
            Err(broadcast::error::RecvError::Lagged(_)) => continue,
            Err(broadcast::error::RecvError::Closed) => return,
        };
        let Pause {
            plugin,
            guild,
            reference,
            ..
        } = &pause;
        let handler = pause.handler.as_ref();
        let of = handler.map_or_else(|| "all of it".to_owned(), ToString::to_string);
        tracing::warn!(
            plugin.name = %plugin, guild.id = %guild, reference,
            "{of} failed too often and is paused in one guild"
        );
        let until = pause.until.as_seconds();
        tell_owner(
            *guild,
            format!(
                "`{plugin}`: {of} failed several times in a row and is paused until <t:{until}:T>. \
                 The bot's operator finds the reason in the log by {reference}."
            ),
        );
        if handler.is_none() {
            let entry = AuditEntry {
                action: "plugin.crash".into(),
                subject: format!("plugin:{plugin}"),
                actor: None,
                meta: serde_json::json!({ "reference": reference, "until": until }),
            };
            if let Err(error) = store.write_audit(*guild, &entry).await {
                tracing::error!(%error, "a crash could not be written into the audit");
            }
        }
    }
}
