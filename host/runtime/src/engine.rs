//! The engine: how plugins are compiled, where their memory lies, and the clock tick that takes the
//! processor away from one that does not give it back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::settings::Limits;

/// How often a running guest must let others run.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// How often the ticker looks whether it is still needed while nothing runs.
const IDLE_LOOK: Duration = Duration::from_secs(10);

/// Core instances, memories and tables of one component. A Rust plugin has about four instances, one
/// memory and two tables; interpreters that link libraries have a few dozen instances.
const CORE_INSTANCES_PER_PLUGIN: u32 = 64;
const MEMORIES_PER_PLUGIN: u32 = 2;
const TABLES_PER_PLUGIN: u32 = 16;
const TABLES_ON_AVERAGE: u32 = 4;
/// Entries of a table: functions whose address is taken.
const TABLE_ELEMENTS: usize = 20_000;

/// Native stack for a guest: half for its own frames, the rest for the host functions that it calls.
const WASM_STACK: usize = 512 << 10;
const ASYNC_STACK: usize = 1 << 20;

/// Memory of a slot that is wiped by hand instead of being given back to the kernel. Measured best
/// between 0 and 128 KiB.
const MEMORY_KEPT: usize = 128 << 10;
const TABLE_KEPT: usize = 16 << 10;

/// The engine cannot be set up on this machine.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address space or the processor does not allow it.
    #[error(
        "the plugin engine cannot start: {0:#}. It reserves about {1} GiB of address space; \
         lower `instances`, or raise the limit (`ulimit -v`)"
    )]
    Engine(wasmtime::Error, usize),
    /// The contract's own definitions do not fit together.
    #[error("the plugin engine cannot link the host's interfaces: {0:#}")]
    Linker(wasmtime::Error),
    /// A thread could not be started.
    #[error("the plugin engine's clock cannot start: {0}")]
    Ticker(std::io::Error),
}

/// An engine for plugins with these limits.
pub(crate) fn build(limits: &Limits) -> Result<Engine, StartError> {
    Engine::new(&config(limits)).map_err(|error| {
        let slots = limits.instances as usize * MEMORIES_PER_PLUGIN as usize;
        StartError::Engine(error, (slots * (limits.memory_bytes + (32 << 20))) >> 30)
    })
}

fn config(limits: &Limits) -> Config {
    let slots = limits.instances;
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(slots)
        .max_core_instances_per_component(CORE_INSTANCES_PER_PLUGIN)
        .max_memories_per_component(MEMORIES_PER_PLUGIN)
        .max_tables_per_component(TABLES_PER_PLUGIN)
        .total_core_instances(slots * CORE_INSTANCES_PER_PLUGIN)
        .total_memories(slots * MEMORIES_PER_PLUGIN)
        .total_tables((slots * TABLES_ON_AVERAGE).max(TABLES_PER_PLUGIN))
        .total_stacks(slots)
        .max_memory_size(limits.memory_bytes)
        .table_elements(TABLE_ELEMENTS)
        .linear_memory_keep_resident(MEMORY_KEPT)
        .table_keep_resident(TABLE_KEPT);
    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .epoch_interruption(true)
        .max_wasm_stack(WASM_STACK)
        .async_stack_size(ASYNC_STACK)
        .memory_reservation(limits.memory_bytes as u64)
        .wasm_memory64(false)
        .wasm_backtrace_max_frames(std::num::NonZeroUsize::new(20));
    config
}

/// Advances the engine's epoch while guests run, and sleeps while none does.
#[derive(Debug, Clone)]
pub(crate) struct Ticker {
    running: Arc<AtomicUsize>,
    thread: Thread,
}

/// Somebody runs; dropping it says that they are done.
#[derive(Debug)]
pub(crate) struct Running(Arc<AtomicUsize>);

impl Ticker {
    /// Starts the thread, which ends some time after the engine.
    pub fn start(engine: &Engine) -> Result<Self, StartError> {
        let engine = engine.weak();
        let running = Arc::new(AtomicUsize::new(0));
        let seen = Arc::downgrade(&running);
        let started = thread::Builder::new()
            .name("muster-epoch".into())
            .spawn(move || {
                while let (Some(running), Some(engine)) = (seen.upgrade(), engine.upgrade()) {
                    let idle = running.load(Ordering::Acquire) == 0;
                    engine.increment_epoch();
                    drop((running, engine));
                    if idle {
                        // Whoever begins to run wakes it; the limit lets it notice the engine's end.
                        thread::park_timeout(IDLE_LOOK);
                    }
                    thread::sleep(TICK);
                }
            });
        let thread = started.map_err(StartError::Ticker)?.thread().clone();
        Ok(Self { running, thread })
    }

    /// Ticks at least until the returned value is dropped.
    pub fn run(&self) -> Running {
        if self.running.fetch_add(1, Ordering::AcqRel) == 0 {
            self.thread.unpark();
        }
        Running(Arc::clone(&self.running))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The places in the pool. A full pool makes instantiation fail, so calls wait here instead.
#[derive(Debug, Clone)]
pub(crate) struct Pool(Arc<Semaphore>);

impl Pool {
    pub fn new(limits: &Limits) -> Self {
        Self(Arc::new(Semaphore::new(limits.instances as usize)))
    }

    pub async fn place(&self) -> OwnedSemaphorePermit {
        let place = self.0.clone().acquire_owned().await;
        place.expect("the pool's semaphore is never closed")
    }
}
