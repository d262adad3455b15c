//! From a file to a plugin that can be called, or to a sentence that says why not.

mod recognise;
mod surface;

use std::sync::Arc;

use muster_core::clock::{SharedClock, Timestamp};
use muster_core::manifest::Manifest;
use tokio::sync::Semaphore;
use tokio::task::JoinError;
use wasmtime::Engine;
use wasmtime::component::{Component, InstancePre, Linker};

use crate::bindings::{self, Exports};
use crate::cache::Cache;
use crate::call::new_store;
use crate::deadline::{LimitHit, Meter};
use crate::engine::{Pool, Ticker};
use crate::guest::{Guest, Output};
use crate::settings::{Limits, PluginOptions, Wasi};

/// Why a file is not a plugin that this host can run. Each is a sentence for whoever installs it.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Larger than the limit.
    #[error("the file has {size_mib} MiB, and a plugin may have {limit_mib} MiB")]
    TooLarge {
        /// Its size, rounded up.
        size_mib: usize,
        /// The limit.
        limit_mib: usize,
    },
    /// Something else than WebAssembly.
    #[error(
        "this is no WebAssembly file: it begins with {0}. A plugin is the .wasm that its build made"
    )]
    NotWasm(String),
    /// A module instead of a component.
    #[error(
        "this is a core WebAssembly module, not a component. Build for `wasm32-wasip2`, or wrap it with \
         `wasm-tools component new`"
    )]
    CoreModule,
    /// Cut off.
    #[error("the file is cut off: a section of {expected} bytes ends after {found}. Copy it again")]
    Truncated {
        /// Bytes that the section should have.
        expected: usize,
        /// Bytes that are there.
        found: usize,
    },
    /// Damaged, or newer than this host's engine.
    #[error("the file is damaged or uses WebAssembly features that this host does not know: {0}")]
    Invalid(String),
    /// It asks for what plugins may not have, or for a version that this host does not have.
    #[error("{0}")]
    Imports(String),
    /// It answers to a contract that this host does not speak.
    #[error("{0}")]
    Exports(String),
    /// It uses the host's packages in a way that this host does not offer.
    #[error(
        "it does not fit this host's interfaces: {0}. It was most likely built against another version \
         of Muster: rebuild it, or use that version"
    )]
    Incompatible(String),
    /// `describe` crashed or ran into a limit.
    #[error("`describe` failed: {0}")]
    Describe(String),
    /// The manifest has problems.
    #[error("its manifest has {} problem(s): {}", .0.len(), .0.join("; "))]
    Manifest(Vec<String>),
    /// The compiler failed. That is never the plugin's fault.
    #[error("the compiler failed: {0}")]
    Compiler(JoinError),
}

/// A plugin that can be called. It has not been installed: its tables may not exist.
pub struct LoadedPlugin {
    pub(crate) manifest: Arc<Manifest>,
    pub(crate) instances: InstancePre<Guest>,
    pub(crate) exports: Exports,
}

impl LoadedPlugin {
    /// What it says of itself.
    pub fn manifest(&self) -> &Arc<Manifest> {
        &self.manifest
    }
}

/// Turns files into plugins.
pub(crate) struct Loader {
    engine: Engine,
    pool: Pool,
    ticker: Ticker,
    cache: Arc<Cache>,
    limits: Arc<Limits>,
    clock: SharedClock,
    minimal: Linker<Guest>,
    full_empty: Linker<Guest>,
    /// Compiling takes all processors and much memory: one at a time.
    compiler: Semaphore,
}

impl Loader {
    pub fn new(
        engine: Engine,
        pool: Pool,
        ticker: Ticker,
        cache: Cache,
        limits: Arc<Limits>,
        clock: SharedClock,
    ) -> wasmtime::Result<Self> {
        Ok(Self {
            minimal: bindings::linker(&engine, Wasi::Minimal)?,
            full_empty: bindings::linker(&engine, Wasi::FullEmpty)?,
            engine,
            pool,
            ticker,
            cache: Arc::new(cache),
            limits,
            clock,
            compiler: Semaphore::new(1),
        })
    }

    /// Compiles `wasm` or finds it compiled, checks what it asks for, and lets it describe itself.
    pub async fn load(
        &self,
        wasm: Arc<[u8]>,
        options: PluginOptions,
    ) -> Result<LoadedPlugin, LoadError> {
        recognise::component(&wasm, self.limits.file_bytes)?;
        let component = self.compiled(wasm).await?;
        surface::check(&self.engine, &component, options.wasi)?;
        let linker = match options.wasi {
            Wasi::Minimal => &self.minimal,
            Wasi::FullEmpty => &self.full_empty,
        };
        let instances = linker
            .instantiate_pre(&component)
            .map_err(|error| LoadError::Incompatible(format!("{error:#}")))?;
        let exports = Exports::of(&component);
        let manifest = self.describe(&instances, &exports).await?;
        let missing = surface::missing_exports(&manifest, &exports);
        if !missing.is_empty() {
            return Err(LoadError::Manifest(missing));
        }
        Ok(LoadedPlugin {
            manifest: Arc::new(manifest),
            instances,
            exports,
        })
    }

    async fn compiled(&self, wasm: Arc<[u8]>) -> Result<Component, LoadError> {
        let _alone = self
            .compiler
            .acquire()
            .await
            .expect("the compiler is never closed");
        let (engine, cache) = (self.engine.clone(), Arc::clone(&self.cache));
        let compiling = tokio::task::spawn_blocking(move || {
            if let Some(component) = cache.find(&engine, &wasm) {
                return Ok(component);
            }
            let component = Component::from_binary(&engine, &wasm)?;
            cache.put(&engine, &wasm, &component);
            Ok(component)
        });
        let compiled: wasmtime::Result<_> = compiling.await.map_err(LoadError::Compiler)?;
        compiled.map_err(|error| LoadError::Invalid(format!("{error:#}")))
    }

    /// Asks the plugin who it is, in an instance that may do nothing, and checks on the way that its
    /// exports have the contract's types.
    async fn describe(
        &self,
        instances: &InstancePre<Guest>,
        exports: &Exports,
    ) -> Result<Manifest, LoadError> {
        let _place = self.pool.place().await;
        let _running = self.ticker.run();
        let output = Output::new(&self.limits);
        let now: Timestamp = self.clock.now();
        let mut store = new_store(&self.engine, Guest::new(None, &self.limits, now, &output));
        let meter = Meter::new(&self.limits, true);
        let described = meter
            .limit(async {
                let instance = instances.instantiate_async(&mut store).await?;
                let mistyped = exports.mistyped(&mut store, &instance);
                if !mistyped.is_empty() {
                    return Ok(Err(mistyped));
                }
                exports.describe(&mut store, &instance).await.map(Ok)
            })
            .await;
        let json = match described {
            Ok(Ok(Ok(json))) => json,
            Ok(Ok(Err(mistyped))) => return Err(surface::mistyped(&mistyped)),
            Ok(Err(error)) => return Err(self.undescribed(&error, &store.into_data(), &output)),
            Err(limit) => return Err(LoadError::Describe(limit.to_string())),
        };
        if json.len() > self.limits.value_bytes {
            let kib = self.limits.value_bytes >> 10;
            return Err(LoadError::Manifest(vec![format!(
                "it is longer than {kib} KiB"
            )]));
        }
        Manifest::parse(&json).map_err(LoadError::Manifest)
    }

    fn undescribed(&self, error: &wasmtime::Error, guest: &Guest, output: &Output) -> LoadError {
        let printed = output.printable();
        let why = if guest.memory.refused {
            LimitHit::Memory(self.limits.memory_bytes >> 20).to_string()
        } else {
            // The root says what happened; the rest is where.
            error.root_cause().to_string()
        };
        LoadError::Describe(if printed.is_empty() {
            why
        } else {
            format!("{why}; it printed: {printed}")
        })
    }
}
