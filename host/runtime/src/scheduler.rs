//! What is due: timers fire, and events reach those who subscribed.
//!
//! Both live in the database and are gone from it only in the transaction of the call that they cause,
//! so a restart loses nothing and a second delivery does nothing. What fails comes again with growing
//! pauses; what nobody took for a week is dropped and counted.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use muster_core::call::{Call, CallOutcome, Cause, Input};
use muster_core::clock::Timestamp;
use muster_core::ids::GuildId;
use muster_core::manifest::PluginName;
use muster_core::ports::Plugins;
use muster_store::{DueEvent, DueTimer, Store, StoreError};
use parking_lot::Mutex;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tracing::{Instrument, error, info_span, warn};

use crate::runtime::Runtime;

/// Due things that are looked at together.
const BATCH: u32 = 512;
/// Guilds and plugins that are called at once: background work leaves slots to members.
const AT_ONCE: usize = 16;
/// First pause after a failure; it doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// What is older than this is dropped.
const KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
/// While something due is under way, the next thing may fall due unseen; look again after this.
const MEANWHILE: Duration = Duration::from_millis(500);
/// After the database failed.
const AFTER_ERROR: Duration = Duration::from_secs(5);

/// The tasks that call plugins when something is due. Dropping it ends them; calls under way are rolled
/// back and made again at the next start.
#[derive(Debug)]
pub struct Scheduler {
    _tasks: JoinSet<()>,
}

impl Scheduler {
    /// Starts calling. What fell due during downtime is caught up at once.
    pub fn start(runtime: &Arc<Runtime>) -> Self {
        let mut tasks = JoinSet::new();
        let timers = runtime.ports.store.timers_changed();
        tasks.spawn(tend::<DueTimer>(Arc::clone(runtime), timers));
        let events = runtime.ports.store.events_changed();
        tasks.spawn(tend::<DueEvent>(Arc::clone(runtime), events));
        Self { _tasks: tasks }
    }
}

type Key = (GuildId, PluginName);

/// Something that the store holds until a plugin took it.
trait Due: Send + Sync + Sized + 'static {
    const KIND: &'static str;
    fn all(
        store: &Store,
        now: Timestamp,
    ) -> impl Future<Output = Result<Vec<Self>, StoreError>> + Send;
    fn next_at(store: &Store)
    -> impl Future<Output = Result<Option<Timestamp>, StoreError>> + Send;
    fn key(&self) -> Key;
    fn at(&self) -> Timestamp;
    fn attempts(&self) -> u32;
    fn call(&self) -> Call;
    fn postpone(
        &self,
        store: &Store,
        until: Timestamp,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
    fn drop_it(&self, store: &Store) -> impl Future<Output = Result<(), StoreError>> + Send;
    fn give_up(&self, store: &Store) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// Who is being called at present.
#[derive(Default)]
struct Busy {
    keys: Mutex<HashSet<Key>>,
    done: Notify,
}

/// Calls whatever is due, one thing after the other for each plugin and guild, different ones at once.
async fn tend<D: Due>(runtime: Arc<Runtime>, mut changed: watch::Receiver<u64>) {
    let busy = Arc::new(Busy::default());
    let mut tasks = JoinSet::new();
    loop {
        // What changes from here on wakes the wait below.
        changed.mark_unchanged();
        let now = runtime.ports.clock.now();
        let wake_at = match start_due::<D>(&runtime, &busy, &mut tasks, now).await {
            Ok(next) => next,
            Err(problem) => {
                error!(
                    blame = "host",
                    "cannot read which {}s are due: {problem}",
                    D::KIND
                );
                Some(now.plus(AFTER_ERROR))
            }
        };
        let alarm = async {
            match wake_at {
                Some(at) => runtime.ports.clock.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = alarm => {}
            () = busy.done.notified() => {}
            changed = changed.changed() => {
                if changed.is_err() {
                    return;
                }
            }
        }
        while tasks.try_join_next().is_some() {}
    }
}

/// Starts what is due and not under way. Returns when to look again, unless something changes before.
async fn start_due<D: Due>(
    runtime: &Arc<Runtime>,
    busy: &Arc<Busy>,
    tasks: &mut JoinSet<()>,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let store = &runtime.ports.store;
    let mut groups: HashMap<Key, Vec<D>> = HashMap::new();
    for due in D::all(store, now).await? {
        groups.entry(due.key()).or_default().push(due);
    }
    for (key, all) in groups {
        {
            let mut keys = busy.keys.lock();
            if keys.len() >= AT_ONCE || !keys.insert(key.clone()) {
                continue;
            }
        }
        let guard = Place {
            busy: Arc::clone(busy),
            key,
        };
        tasks.spawn(deliver(Arc::clone(runtime), all, guard));
    }
    let next = D::next_at(store).await?;
    Ok(next.map(|at| if at <= now { now.plus(MEANWHILE) } else { at }))
}

/// A place among those that are called at once; given back also if a call panics.
struct Place {
    busy: Arc<Busy>,
    key: Key,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.busy.keys.lock().remove(&self.key);
        self.busy.done.notify_one();
    }
}

async fn deliver<D: Due>(runtime: Arc<Runtime>, all: Vec<D>, _place: Place) {
    for due in all {
        let (guild, plugin) = due.key();
        let span = info_span!("event", guild.id = %guild, interaction.kind = D::KIND, plugin.name = %plugin);
        if let Err(problem) = deliver_one(&runtime, &due).instrument(span).await {
            // It is still due, and comes again.
            error!(
                blame = "host",
                "cannot note the end of a {}: {problem}",
                D::KIND
            );
            return;
        }
    }
}

async fn deliver_one<D: Due>(runtime: &Runtime, due: &D) -> Result<(), StoreError> {
    let store = &runtime.ports.store;
    let (guild, plugin) = due.key();
    let on = store.guild_config(guild).await?.is_enabled(&plugin)
        && runtime
            .installed()
            .iter()
            .any(|manifest| manifest.name == plugin);
    let outcome = if on {
        Some(runtime.call(due.call()).await)
    } else {
        None
    };
    let now = runtime.ports.clock.now();
    match outcome {
        Some(CallOutcome::Done(_)) => return Ok(()),
        // It was applied before, so nothing may keep it due.
        Some(CallOutcome::Duplicate(_)) => return due.drop_it(store).await,
        _ => {}
    }
    if now.since(due.at()) >= KEPT {
        warn!(plugin.name = %plugin, guild.id = %guild, dropped = 1, "dropped a {} that nobody took for a week", D::KIND);
        return due.give_up(store).await;
    }
    // Whoever switches the plugin on again makes due what waited for it.
    let until = if on {
        now.plus(growing_pause(due.attempts()))
    } else {
        due.at().plus(KEPT)
    };
    due.postpone(store, until).await
}

fn growing_pause(attempts: u32) -> Duration {
    FIRST_PAUSE
        .saturating_mul(1 << attempts.min(16))
        .min(LONGEST_PAUSE)
}

impl Due for DueTimer {
    const KIND: &'static str = "timer";

    async fn all(store: &Store, now: Timestamp) -> Result<Vec<Self>, StoreError> {
        store.due_timers(now, BATCH).await
    }
    async fn next_at(store: &Store) -> Result<Option<Timestamp>, StoreError> {
        store.next_timer_at().await
    }
    fn key(&self) -> Key {
        (self.guild, self.plugin.clone())
    }
    fn at(&self) -> Timestamp {
        self.at
    }
    fn attempts(&self) -> u32 {
        self.attempts
    }
    fn call(&self) -> Call {
        let cause = Cause::Timer {
            name: self.name.clone(),
            at: self.at,
        };
        let input = Input::Timer {
            name: self.name.clone(),
            payload: self.payload.clone(),
        };
        background_call(self.guild, &self.plugin, cause, input)
    }
    async fn postpone(&self, store: &Store, until: Timestamp) -> Result<(), StoreError> {
        store.postpone_timer(self, until).await
    }
    async fn drop_it(&self, store: &Store) -> Result<(), StoreError> {
        store.drop_timer(self).await
    }
    async fn give_up(&self, store: &Store) -> Result<(), StoreError> {
        store.give_up_timer(self).await
    }
}

impl Due for DueEvent {
    const KIND: &'static str = "event";

    async fn all(store: &Store, now: Timestamp) -> Result<Vec<Self>, StoreError> {
        store.due_events(now, BATCH).await
    }
    async fn next_at(store: &Store) -> Result<Option<Timestamp>, StoreError> {
        store.next_event_at().await
    }
    fn key(&self) -> Key {
        (self.guild, self.plugin.clone())
    }
    fn at(&self) -> Timestamp {
        self.at
    }
    fn attempts(&self) -> u32 {
        self.attempts
    }
    fn call(&self) -> Call {
        let input = Input::Event {
            topic: self.topic.clone(),
            source: self.source.clone(),
            at: self.at,
            body: self.body.clone(),
        };
        background_call(
            self.guild,
            &self.plugin,
            Cause::Event { id: self.id },
            input,
        )
    }
    async fn postpone(&self, store: &Store, until: Timestamp) -> Result<(), StoreError> {
        store.postpone_event(self, until).await
    }
    async fn drop_it(&self, store: &Store) -> Result<(), StoreError> {
        store.drop_event(self).await
    }
    async fn give_up(&self, store: &Store) -> Result<(), StoreError> {
        store.give_up_event(self).await
    }
}

fn background_call(guild: GuildId, plugin: &PluginName, cause: Cause, input: Input) -> Call {
    Call {
        guild,
        plugin: plugin.clone(),
        cause,
        input,
        actor: None,
        interaction: None,
        start_before: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_at_an_hour() {
        let seconds = |attempts| growing_pause(attempts).as_secs();
        assert_eq!(
            [0, 1, 2, 9, 10, 60].map(seconds),
            [5, 10, 20, 2560, 3600, 3600]
        );
    }
}
