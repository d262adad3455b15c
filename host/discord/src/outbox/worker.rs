//! The task that owns all queues: it takes rows in, gives each target its next item, and settles what
//! became of it.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use muster_core::Timestamp;
use muster_core::answer::Answer;
use muster_store::OutboxRow;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::OutcomeReady;
use super::carry::{Carrier, Context, Done};
use super::lane::{Item, Lane, LaneState, Ref, RowKey, Work};
use super::name::{NameKey, Names};
use super::row::Progress;
use super::target::{Class, LaneKey, name_made, name_used, panel_used};
use super::trouble::Trouble;
use crate::panels::PanelPosted;

/// Rows taken in at once.
const ROWS: usize = 256;

/// The first pause between attempts.
pub(super) const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// How long an effect waits for the panel that it is about.
const PANEL_WITHIN: Duration = Duration::from_secs(600);

/// What runs beside the worker.
pub(super) enum Ran {
    /// An item was tried.
    Tried(LaneKey, Box<Item>, Result<Done, Trouble>),
    /// What the first item of a lane waited for is there.
    Waited(LaneKey, Option<PanelPosted>),
    /// A panel that an answer waits for was posted, or not.
    Panel(RowKey, String, PanelPosted),
    /// Whether an answer was given, after so many looks.
    Answered(RowKey, bool, usize),
}

/// What is to be looked at at some time.
pub(super) enum Wake {
    Lane(LaneKey),
    Outcome(RowKey),
    Answered(RowKey, usize),
}

/// Lanes of a class that wait, and how many are carried out.
#[derive(Default)]
pub(super) struct Crowd {
    pub(super) running: usize,
    queue: VecDeque<LaneKey>,
}

pub(super) struct Worker {
    pub(super) context: Arc<Context>,
    pub(super) outcomes: mpsc::UnboundedSender<OutcomeReady>,
    pub(super) rows: HashMap<RowKey, Progress>,
    pub(super) lanes: HashMap<LaneKey, Lane>,
    pub(super) classes: HashMap<Class, Crowd>,
    pub(super) names: Names,
    wakes: BTreeMap<(Timestamp, u64), Wake>,
    wake_count: u64,
    /// Items that are being carried out.
    work: JoinSet<Ran>,
    /// What can be dropped at any time.
    pub(super) waits: JoinSet<Ran>,
}

impl Worker {
    pub fn new(context: Arc<Context>, outcomes: mpsc::UnboundedSender<OutcomeReady>) -> Self {
        Self {
            context,
            outcomes,
            rows: HashMap::new(),
            lanes: HashMap::new(),
            classes: HashMap::new(),
            names: Names::default(),
            wakes: BTreeMap::new(),
            wake_count: 0,
            work: JoinSet::new(),
            waits: JoinSet::new(),
        }
    }

    pub async fn run(
        mut self,
        mut feed: mpsc::UnboundedReceiver<OutboxRow>,
        mut stop: watch::Receiver<bool>,
    ) {
        let clock = self.context.store.clock().clone();
        self.recover().await;
        let mut rows = Vec::new();
        let mut feed_is_open = true;
        loop {
            let wake_at = self.wakes.first_key_value().map(|((at, _), _)| *at);
            let wake = async {
                match wake_at {
                    Some(at) => clock.sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = stopped(&mut stop) => break,
                taken = feed.recv_many(&mut rows, ROWS), if feed_is_open => {
                    feed_is_open = taken > 0;
                    let mut touched = HashSet::new();
                    for row in rows.drain(..) {
                        self.take_in(row, false, &mut touched).await;
                    }
                    self.advance_all(touched);
                }
                Some(ran) = self.work.join_next() => self.settle_ran(ran),
                Some(ran) = self.waits.join_next() => self.settle_ran(ran),
                () = wake => self.wake(),
            }
        }
        self.waits.abort_all();
        // Nothing new begins, because nobody advances a lane any more.
        while let Some(ran) = self.work.join_next().await {
            if let Ok(Ran::Tried(_, item, result)) = ran {
                self.note(*item, result);
            }
        }
    }

    /// Takes in what an earlier process left.
    async fn recover(&mut self) {
        let left = loop {
            match self.context.store.pending_outbox().await {
                Ok(rows) => break rows,
                Err(error) => {
                    tracing::error!(%error, "what an earlier process left cannot be read; trying again");
                    self.context.store.clock().sleep(FIRST_PAUSE).await;
                }
            }
        };
        if !left.is_empty() {
            tracing::info!(
                rows = left.len(),
                "going on with what an earlier process left"
            );
        }
        let mut touched = HashSet::new();
        for row in left {
            self.take_in(row, true, &mut touched).await;
        }
        self.advance_all(touched);
    }

    /// Takes a row in. One that was committed while the worker began is there already.
    async fn take_in(&mut self, mut row: OutboxRow, is_left: bool, touched: &mut HashSet<LaneKey>) {
        let key: RowKey = (row.guild, row.id);
        if self.rows.contains_key(&key) {
            return;
        }
        if is_left && let Some(after) = &row.after {
            // Only an answer that still waits is asked for again.
            let answer = self
                .context
                .store
                .answer_of(row.guild, after.interaction.id)
                .await;
            if !matches!(answer, Ok(Some(Answer::After { .. })) | Err(_)) {
                row.after = None;
            }
        }
        let config = self.context.store.guild_config(row.guild).await.ok();
        let mut progress = Progress::new(&row);
        for (place, result) in std::mem::take(&mut row.done) {
            if let Some(action) = row.effects.get(place).map(|effect| &effect.action)
                && let Some(name) = name_made(action)
                && !result.ok
            {
                let problem = result.problem.clone().unwrap_or_default();
                self.names.make(name_key(&row, name)).tell(Err(problem));
            }
            progress.settle(place, result);
        }
        let queued_at = queued_at(row.id, self.now());
        for (place, effect) in std::mem::take(&mut row.effects).into_iter().enumerate() {
            if progress.is_settled(place) {
                continue;
            }
            let lane = LaneKey::of(row.guild, &row.plugin, &effect.action, config.as_deref());
            let (uses, makes) = (name_used(&effect.action), name_made(&effect.action));
            let is_same = uses.is_some() && uses == makes;
            let uses = uses.map(|name| self.names.use_name(name_key(&row, name), is_same));
            let making = makes.map(|name| self.names.make(name_key(&row, name)));
            let mut item = Item::new(row.plugin.clone(), effect, Ref { row: key, place });
            item.is_awaited = progress.awaits(place);
            item.queued_at = queued_at;
            item.recovered = is_left.then_some(key);
            (item.uses, item.making) = (uses, making);
            self.lanes.entry(lane.clone()).or_default().push(item);
            touched.insert(lane);
        }
        self.await_panels(key, &progress);
        if let Some(after) = &progress.after {
            self.wake_at(after.until, Wake::Outcome(key));
        }
        self.rows.insert(key, progress);
        self.review(key);
    }

    fn await_panels(&mut self, key: RowKey, progress: &Progress) {
        let Some(after) = &progress.after else { return };
        for panel in progress.panels() {
            let (panels, plugin) = (self.context.panels.clone(), progress.plugin.clone());
            let (tag, name, until) = (panel.tag.clone(), panel.panel.clone(), after.until);
            self.waits.spawn(async move {
                let posted = panels.posted(key.0, &plugin, &name, until).await;
                Ran::Panel(key, tag, posted)
            });
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.context.store.clock().now()
    }

    // Whose turn it is.

    fn advance_all(&mut self, lanes: HashSet<LaneKey>) {
        for lane in lanes {
            self.advance(lane);
        }
    }

    /// Brings the first item of a lane nearer to being carried out.
    pub(super) fn advance(&mut self, key: LaneKey) {
        let now = self.now();
        let Some(lane) = self.lanes.get_mut(&key) else {
            return;
        };
        if lane.state != LaneState::Idle {
            return;
        }
        if let Some(at) = lane.opens_at(now) {
            self.wake_at(at, Wake::Lane(key));
            return;
        }
        let Some(first) = lane.queue.front_mut() else {
            match lane.kept_until().filter(|until| *until > now) {
                Some(until) => self.wake_at(until, Wake::Lane(key)),
                None => drop(self.lanes.remove(&key)),
            }
            return;
        };
        let is_awaited = first.is_awaited;
        if let Some(wait) = waits_for(&self.context, first, key.clone(), now.plus(PANEL_WITHIN)) {
            lane.state = LaneState::Waiting;
            self.waits.spawn(wait);
            return;
        }
        lane.state = LaneState::Parked;
        let class = key.class();
        let crowd = self.classes.entry(class).or_default();
        if is_awaited {
            crowd.queue.push_front(key);
        } else {
            crowd.queue.push_back(key);
        }
        self.start(class);
    }

    /// Carries out as many items of a class as may be at once.
    pub(super) fn start(&mut self, class: Class) {
        let now = self.now();
        let Some(crowd) = self.classes.get_mut(&class) else {
            return;
        };
        while crowd.running < class.width()
            && let Some(key) = crowd.queue.pop_front()
        {
            let Some(lane) = self.lanes.get_mut(&key) else {
                continue;
            };
            let Some(item) = lane.queue.pop_front() else {
                lane.state = LaneState::Idle;
                continue;
            };
            lane.state = LaneState::Running;
            lane.not_before = None;
            crowd.running += 1;
            let refusal = lane.refusal(&item, now);
            let context = Arc::clone(&self.context);
            self.work.spawn(async move {
                if let Some(why) = refusal {
                    return Ran::Tried(key, Box::new(item), Err(Trouble::fail(why)));
                }
                let carrier = Carrier {
                    context: &context,
                    item: &item,
                };
                let carried = AssertUnwindSafe(carrier.carry_out()).catch_unwind().await;
                let result = carried.unwrap_or_else(|_| {
                    tracing::error!(plugin.name = %item.plugin, "an effect panicked");
                    Err(Trouble::fail("Something broke on our side."))
                });
                Ran::Tried(key, Box::new(item), result)
            });
        }
        if crowd.running == 0 && crowd.queue.is_empty() {
            self.classes.remove(&class);
        }
    }

    pub(super) fn wake_at(&mut self, at: Timestamp, wake: Wake) {
        self.wake_count += 1;
        self.wakes.insert((at, self.wake_count), wake);
    }

    fn wake(&mut self) {
        let now = self.now();
        while let Some(first) = self.wakes.first_entry()
            && first.key().0 <= now
        {
            match first.remove() {
                Wake::Lane(key) => self.advance(key),
                Wake::Outcome(key) => self.review(key),
                Wake::Answered(key, looks) => self.look_for_answer(key, looks),
            }
        }
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // Whoever runs the worker holds the sender, so this is no error.
    drop(stop.wait_for(|stop| *stop).await);
}

fn name_key(row: &OutboxRow, name: &str) -> NameKey {
    NameKey {
        guild: row.guild,
        plugin: row.plugin.clone(),
        name: name.to_owned(),
    }
}

/// When a row was queued: the store numbers rows by milliseconds in the upper bits. A number that makes
/// no sense as such tells nothing.
fn queued_at(row: i64, now: Timestamp) -> Option<Timestamp> {
    const MONTH: Duration = Duration::from_secs(30 * 24 * 3600);
    let at = Timestamp::from_ms(row >> 10);
    (at <= now && now.since(at) < MONTH).then_some(at)
}

/// What has to happen before an item can be carried out; `None` if nothing.
fn waits_for(
    context: &Context,
    item: &mut Item,
    lane: LaneKey,
    panel_until: Timestamp,
) -> Option<impl Future<Output = Ran> + Send + use<>> {
    let made = item.uses.as_ref().and_then(|uses| uses.made.clone());
    let made = made.filter(|made| made.borrow().is_none());
    let users_before = item
        .making
        .as_mut()
        .and_then(|making| making.users_before.take());
    let panel = match &item.work {
        Work::Effect(effect) if item.panel.is_none() => panel_used(&effect.action),
        _ => None,
    };
    let panel = panel.map(|name| {
        (
            context.panels.clone(),
            item.guild,
            item.plugin.clone(),
            name.to_owned(),
        )
    });
    if made.is_none() && users_before.is_none() && panel.is_none() {
        return None;
    }
    Some(async move {
        if let Some(mut made) = made {
            // An error means that the effect that makes it is gone without a word; the database knows.
            drop(made.wait_for(Option::is_some).await);
        }
        if let Some(mut users_before) = users_before {
            // Ends when nobody holds the other end any more.
            let _ = users_before.recv().await;
        }
        let posted = match panel {
            Some((panels, guild, plugin, name)) => {
                Some(panels.posted(guild, &plugin, &name, panel_until).await)
            }
            None => None,
        };
        Ran::Waited(lane, posted)
    })
}
