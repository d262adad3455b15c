//! The database: the host's own tables, plugins' tables behind the [`gate`], and the transaction
//! that makes a handler all or nothing.
//!
//! A [`CallTx`] is one call of one plugin in one guild. It reads without a lock, takes the write lock at
//! its first write, and commits together what the plugin wrote and what it queued ([`Record`]).
//! What is queued comes out of the [`Feeds`], and after a restart out of the tables.

mod audit;
mod call_tx;
mod command_log;
mod commit;
mod error;
pub mod gate;
mod guild;
mod install;
mod interaction;
mod marks;
mod named;
mod outbox;
mod panel;
mod schedule;
mod sqlite;
mod upkeep;
mod value;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use muster_core::PluginName;
use muster_core::clock::SharedClock;
use muster_core::guild_config::Policy;
use parking_lot::{Mutex, RwLock};
use tokio::sync::{mpsc, watch};

pub use audit::{AuditLine, AuditQuery};
pub use call_tx::{CallMode, CallTx};
pub use command_log::{CommandLogEntry, redacted};
pub use commit::{Committed, Record};
pub use error::{InstallError, SqlError, StoreError};
pub use guild::MappingChange;
pub use interaction::{Unanswered, UnansweredState};
pub use marks::Mark;
pub use named::{Named, NamedKind};
pub use outbox::{After, OutboxRow, PanelTag};
pub use panel::{PanelNotice, PanelOptions, PanelRow, PanelState};
pub use schedule::{DueEvent, DueTimer, Pending};
pub use sqlite::Durability;
pub use sqlite::inspect::{Excerpt, Inspection};
pub use value::{Rows, Value};

use gate::GateCache;
use install::Schema;
use sqlite::Sqlite;

/// Confined statements that are kept ready for each plugin.
const STATEMENTS_KEPT: usize = 512;

/// The open database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    database: Sqlite,
    clock: SharedClock,
    policy: Policy,
    gate: GateCache,
    schemas: RwLock<HashMap<PluginName, Arc<Schema>>>,
    configs: RwLock<guild::Configs>,
    last_id: AtomicI64,
    outbox_feed: mpsc::UnboundedSender<OutboxRow>,
    panel_feed: mpsc::UnboundedSender<PanelNotice>,
    marks: marks::Marks,
    timers_changed: watch::Sender<u64>,
    events_changed: watch::Sender<u64>,
    feeds: Mutex<Option<Feeds>>,
}

/// What commits bring forth, for those who carry it out. What is lost here in a crash is in the
/// tables.
#[derive(Debug)]
pub struct Feeds {
    /// Effects to carry out.
    pub outbox: mpsc::UnboundedReceiver<OutboxRow>,
    /// Panels that were opened, renamed, closed, or may look different now.
    pub panels: mpsc::UnboundedReceiver<PanelNotice>,
}

impl Store {
    /// Opens the SQLite file at `path`, makes it if need be, and brings the host's tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Open`] says what to check.
    pub async fn open(
        path: &Path,
        durability: Durability,
        clock: SharedClock,
        policy: Policy,
    ) -> Result<Self, StoreError> {
        let database = Sqlite::open(path, durability).await?;
        let (outbox_feed, outbox) = mpsc::unbounded_channel();
        let (panel_feed, panels) = mpsc::unbounded_channel();
        let (marks, orders) = marks::Marks::new();
        let first_id = clock.now().as_ms().saturating_mul(1 << 10);
        let inner = Arc::new(Inner {
            database,
            clock,
            policy,
            gate: GateCache::new(STATEMENTS_KEPT),
            schemas: RwLock::default(),
            configs: RwLock::default(),
            last_id: AtomicI64::new(first_id),
            outbox_feed,
            panel_feed,
            marks,
            timers_changed: watch::Sender::new(0),
            events_changed: watch::Sender::new(0),
            feeds: Mutex::new(Some(Feeds { outbox, panels })),
        });
        tokio::spawn(marks::write_in_groups(Arc::downgrade(&inner), orders));
        Ok(Self { inner })
    }

    /// The one receiving end of what commits bring forth; `None` if it was taken before.
    pub fn take_feeds(&self) -> Option<Feeds> {
        self.inner.feeds.lock().take()
    }

    /// The clock that the store was opened with.
    pub fn clock(&self) -> &SharedClock {
        &self.inner.clock
    }

    /// Counts up whenever a timer was set.
    pub fn timers_changed(&self) -> watch::Receiver<u64> {
        self.inner.timers_changed.subscribe()
    }

    /// Counts up whenever an event was emitted.
    pub fn events_changed(&self) -> watch::Receiver<u64> {
        self.inner.events_changed.subscribe()
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Inner {
    /// A number for a row of the host's own: grows with time, never given twice by one process, and
    /// later than all of an earlier process.
    fn next_number(&self) -> i64 {
        let by_clock = self.clock.now().as_ms().saturating_mul(1 << 10);
        let before = self.last_id.fetch_max(by_clock, Ordering::Relaxed);
        if before < by_clock {
            return by_clock;
        }
        self.last_id.fetch_add(1, Ordering::Relaxed) + 1
    }
}
