//! The host, put together: database, plugins, Discord.

use std::sync::Arc;

use anyhow::{Context, Result};
use muster_core::clock::SharedClock;
use muster_core::ports::{Directory, Lookups, Plugins};
use muster_discord::service::{Discord, Parts};
use muster_discord::{BotToken, GatewayConfig, GatewayError, GuildDirectory, Rest, RestLookups};
use muster_runtime::{Ports, Runtime, Scheduler, Settings};
use muster_store::Store;

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
        let pauses = tokio::spawn(log_pauses(runtime.clone()));
        let scheduler = Scheduler::start(&runtime);
        let discord = Discord::start(parts).await?;
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

/// Handlers that keep failing are paused; the operator reads of it here.
async fn log_pauses(runtime: Arc<Runtime>) {
    let mut pauses = runtime.pauses();
    loop {
        match pauses.recv().await {
            Ok(pause) => {
                let of = pause
                    .handler
                    .map_or_else(|| "all of it".to_owned(), |handler| handler.to_string());
                tracing::warn!(
                    plugin.name = %pause.plugin, guild.id = %pause.guild, reference = pause.reference,
                    "{of} failed too often and is paused in one guild"
                );
            }
            Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
            Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
        }
    }
}
