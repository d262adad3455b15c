//! How the shards are: for `/ping`, health checks and metrics.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

/// One shard, as its own thread keeps it.
#[derive(Debug, Default)]
pub(super) struct ShardStatus {
    is_ready: AtomicBool,
    sessions: AtomicU32,
    /// Microseconds from heartbeat to acknowledgement; 0 if not known.
    latency_us: AtomicU64,
    unknown: Mutex<BTreeMap<String, u64>>,
}

impl ShardStatus {
    pub(super) fn set_ready(&self, is_ready: bool) {
        self.is_ready.store(is_ready, Ordering::Relaxed);
    }

    pub(super) fn is_ready(&self) -> bool {
        self.is_ready.load(Ordering::Relaxed)
    }

    pub(super) fn count_session(&self) {
        self.sessions.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes the latency; true if it changed, which a new acknowledgement makes it do.
    pub(super) fn set_latency(&self, latency: Option<Duration>) -> bool {
        let us = latency.map_or(0, |latency| u64::try_from(latency.as_micros()).unwrap_or(0));
        self.latency_us.swap(us, Ordering::Relaxed) != us
    }

    /// Counts an event that could not be read; returns how many of its kind there were.
    pub(super) fn count_unknown(&self, kind: &str) -> u64 {
        /// Kinds that are told apart; Discord has about a hundred.
        const MOST_KINDS: usize = 200;
        let mut unknown = self.unknown.lock();
        if let Some(count) = unknown.get_mut(kind) {
            *count += 1;
            return *count;
        }
        if unknown.len() < MOST_KINDS {
            unknown.insert(kind.to_owned(), 1);
        }
        1
    }
}

/// How the shards are.
#[derive(Debug, Clone, Default)]
pub struct GatewayStatus {
    pub(super) shards: Vec<(u32, Arc<ShardStatus>)>,
}

/// How one shard is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardHealth {
    /// Its number.
    pub number: u32,
    /// Whether it has a session.
    pub is_ready: bool,
    /// Sessions it began.
    pub sessions: u32,
    /// Time from heartbeat to acknowledgement, once measured.
    pub latency: Option<Duration>,
    /// Events that could not be read, by kind.
    pub unknown: BTreeMap<String, u64>,
}

impl GatewayStatus {
    /// Whether every shard has a session.
    pub fn is_ready(&self) -> bool {
        self.shards.iter().all(|(_, shard)| shard.is_ready())
    }

    /// The longest of the shards' latencies, for `/ping`.
    pub fn latency(&self) -> Option<Duration> {
        self.shards()
            .into_iter()
            .filter_map(|shard| shard.latency)
            .max()
    }

    /// Every shard.
    pub fn shards(&self) -> Vec<ShardHealth> {
        self.shards
            .iter()
            .map(|(number, shard)| ShardHealth {
                number: *number,
                is_ready: shard.is_ready(),
                sessions: shard.sessions.load(Ordering::Relaxed),
                latency: match shard.latency_us.load(Ordering::Relaxed) {
                    0 => None,
                    us => Some(Duration::from_micros(us)),
                },
                unknown: shard.unknown.lock().clone(),
            })
            .collect()
    }
}
