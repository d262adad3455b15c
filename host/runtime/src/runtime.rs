//! The installed plugins: how they come in, and what their calls share.

mod calls;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use muster_core::clock::SharedClock;
use muster_core::manifest::{Manifest, PluginName};
use muster_core::ports::{Directory, Lookups};
use muster_store::{InstallError, Store};
use tokio::sync::broadcast;
use tracing::info;

use crate::aside::Aside;
use crate::cache::Cache;
use crate::engine::{self, Pool, StartError, Ticker};
use crate::health::{Health, Pause};
use crate::load::{LoadError, LoadedPlugin, Loader};
use crate::mailbox::Mailboxes;
use crate::settings::{Limits, PluginOptions, Settings};
use crate::slots::Slots;

/// What the runtime stands on.
#[derive(Clone)]
pub struct Ports {
    /// The database.
    pub store: Store,
    /// What is known of the guilds.
    pub directory: Arc<dyn Directory>,
    /// What has to be asked of Discord.
    pub lookups: Arc<dyn Lookups>,
    /// The time.
    pub clock: SharedClock,
}

/// All installed plugins and their calls. One per process.
pub struct Runtime {
    pub(crate) ports: Ports,
    pub(crate) limits: Arc<Limits>,
    loader: Loader,
    installed: ArcSwap<Installed>,
    installing: tokio::sync::Mutex<()>,
    mailboxes: Mailboxes,
    slots: Slots,
    ticker: Ticker,
    aside: Aside,
    health: Health,
    observer: OnceLock<Observer>,
    pauses: broadcast::Sender<Pause>,
}

/// How one run of a plugin ended, for metrics.
#[derive(Debug, Clone)]
pub struct RunReport {
    /// The plugin.
    pub plugin: PluginName,
    /// The kind of export that was called: `command`, `component`, `autocomplete`, `view`, `timer`,
    /// `event` or `outcome`.
    pub export: &'static str,
    /// `ok`, `refused`, `owner`, `failed`, `limit`, `trap`, `invalid`, `host`, or `lookup` where it is run
    /// again once Discord has answered.
    pub outcome: &'static str,
    /// From start to end, without waiting for its turn and without the commit.
    pub duration: Duration,
    /// CPU time of its thread.
    pub cpu: Duration,
}

type Observer = Box<dyn Fn(&RunReport) + Send + Sync>;

#[derive(Default)]
struct Installed {
    manifests: Arc<Vec<Arc<Manifest>>>,
    plugins: HashMap<PluginName, Arc<LoadedPlugin>>,
}

/// How many pauses may wait for whoever tells the owners.
const PAUSES_KEPT: usize = 256;

impl Runtime {
    /// A runtime without plugins.
    ///
    /// # Errors
    /// The engine cannot start on this machine.
    pub fn new(ports: Ports, settings: Settings) -> Result<Arc<Self>, StartError> {
        let limits = Arc::new(settings.limits);
        let engine = engine::build(&limits)?;
        let pool = Pool::new(&limits);
        let ticker = Ticker::start(&engine)?;
        let loader = Loader::new(
            engine,
            pool.clone(),
            ticker.clone(),
            Cache::open(settings.cache.as_deref()),
            Arc::clone(&limits),
            Arc::clone(&ports.clock),
        )
        .map_err(StartError::Linker)?;
        Ok(Arc::new(Self {
            ports,
            loader,
            installed: ArcSwap::default(),
            installing: tokio::sync::Mutex::default(),
            mailboxes: Mailboxes::new(limits.waiting),
            slots: Slots::new(pool, &limits),
            ticker,
            aside: Aside::default(),
            health: Health::default(),
            observer: OnceLock::new(),
            pauses: broadcast::Sender::new(PAUSES_KEPT),
            limits,
        }))
    }

    /// Compiles a built plugin, or finds it compiled, and lets it describe itself. Changes nothing.
    ///
    /// # Errors
    /// A sentence that says why the file is no plugin for this host.
    pub async fn load(
        &self,
        wasm: impl Into<Arc<[u8]>>,
        options: PluginOptions,
    ) -> Result<LoadedPlugin, LoadError> {
        let started = Instant::now();
        let plugin = self.loader.load(wasm.into(), options).await?;
        let manifest = plugin.manifest();
        info!(
            plugin.name = %manifest.name, plugin.version = %manifest.version,
            duration_ms = started.elapsed().as_millis(), "loaded the plugin {}", manifest.name
        );
        Ok(plugin)
    }

    /// Makes the plugin's tables and puts it behind those that are installed, or in the place of an
    /// earlier version of itself: calls under way end on that one, later ones run on this.
    ///
    /// # Errors
    /// A migration was not accepted; what was installed stays.
    pub async fn install(&self, plugin: LoadedPlugin) -> Result<(), InstallError> {
        let _alone = self.installing.lock().await;
        self.ports.store.install(&plugin.manifest).await?;
        let name = plugin.manifest.name.clone();
        let manifest = Arc::clone(&plugin.manifest);
        self.change_installed(|manifests, plugins| {
            match manifests.iter_mut().find(|before| before.name == name) {
                Some(before) => *before = manifest,
                None => manifests.push(manifest),
            }
            plugins.insert(name, Arc::new(plugin));
        });
        Ok(())
    }

    /// Takes a plugin out. Its tables stay.
    pub async fn remove(&self, name: &PluginName) {
        let _alone = self.installing.lock().await;
        self.change_installed(|manifests, plugins| {
            manifests.retain(|manifest| manifest.name != *name);
            plugins.remove(name);
        });
    }

    fn change_installed(
        &self,
        change: impl FnOnce(&mut Vec<Arc<Manifest>>, &mut HashMap<PluginName, Arc<LoadedPlugin>>),
    ) {
        let before = self.installed.load();
        let mut manifests = before.manifests.to_vec();
        let mut plugins = before.plugins.clone();
        change(&mut manifests, &mut plugins);
        self.installed.store(Arc::new(Installed {
            manifests: Arc::new(manifests),
            plugins,
        }));
    }

    /// Has every run reported to `observer`, which must be quick. Only the first observer counts.
    pub fn observe(&self, observer: impl Fn(&RunReport) + Send + Sync + 'static) {
        // A second observer would mean that metrics are set up twice; the first goes on.
        let _ = self.observer.set(Box::new(observer));
    }

    /// Handlers that are paused from now on, for whoever tells the guilds' owners.
    pub fn pauses(&self) -> broadcast::Receiver<Pause> {
        self.pauses.subscribe()
    }
}
