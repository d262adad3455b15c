//! The task that owns all panels: it hears what changed, and gives each line its next job.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use muster_core::Address;
use muster_core::call::InteractionRef;
use muster_core::effect::{PanelChange, PanelPlace, WhenDeleted};
use muster_core::ids::{ChannelId, MessageId, UserId};
use muster_core::{GuildId, PluginName, Timestamp};
use muster_store::{PanelNotice, PanelRow, PanelState};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::answer::AnswerTask;
use super::job::{End, Job, Task};
use super::line::{Line, LineKey, Turn};
use super::panel::{AnswerHome, Home, Panel, PanelId, PanelKey};
use super::post::PostTask;
use super::{PanelPosted, Shared};
use crate::rest::MessageRef;

/// Panels of one guild that are worked on at once: one guild's trouble must not hold up another's.
const GUILD_JOBS: usize = 8;

/// Notices taken at once.
const NOTICES: usize = 256;

/// How long after the start to ask about answers that nobody has vouched for: whoever answers what an
/// earlier process left is through by then.
const FIND_AFTER: Duration = Duration::from_secs(10);

/// Above this many lines, idle ones are forgotten.
const MANY_LINES: usize = 256;

/// Panels that ended lately and whose message may still be asked for.
const REMEMBERED: usize = 256;

/// What the keeper is told, beside the notices of commits.
pub(super) enum Command {
    Renewed {
        message: MessageId,
        reference: InteractionRef,
    },
    Answered {
        key: PanelKey,
        reference: Box<InteractionRef>,
        message: Option<MessageRef>,
        digest: String,
    },
    Overwritten(MessageId),
    Stale(PanelKey),
    Ended(PanelKey),
    NameMade(PanelKey),
    /// Where is it? `None` is answered if the keeper does not know, unless it `is_certain` that there is
    /// such a panel: then the answer comes once the keeper has heard of it.
    Posted {
        key: PanelKey,
        is_certain: bool,
        answer: oneshot::Sender<Option<PanelPosted>>,
    },
    MessageDeleted(MessageId),
    ChannelDeleted(GuildId, ChannelId),
    RefreshAll(GuildId, PluginName),
    Shutdown(oneshot::Sender<()>),
}

/// What ran in the background.
pub(super) enum Ran {
    Job(End),
    /// Something nobody waits for.
    Aside,
}

pub(super) struct Keeper {
    pub(super) shared: Arc<Shared>,
    pub(super) panels: HashMap<PanelId, Panel>,
    names: HashMap<(GuildId, PluginName), BTreeMap<String, PanelId>>,
    pub(super) lines: HashMap<LineKey, Line>,
    wakes: BinaryHeap<Reverse<(Timestamp, LineKey)>>,
    pub(super) jobs: JoinSet<Ran>,
    running: HashMap<GuildId, usize>,
    parked: HashMap<GuildId, VecDeque<LineKey>>,
    waiting: HashMap<PanelKey, Vec<oneshot::Sender<Option<PanelPosted>>>>,
    ended_lately: VecDeque<(PanelKey, ChannelId, MessageId)>,
    last_id: u64,
}

impl Keeper {
    /// A keeper of the panels of an earlier process. Each is looked at once.
    pub fn new(shared: Arc<Shared>, rows: Vec<PanelRow>) -> Self {
        let find_at = shared.store.clock().now().plus(FIND_AFTER);
        let mut keeper = Self {
            shared,
            panels: HashMap::new(),
            names: HashMap::new(),
            lines: HashMap::new(),
            wakes: BinaryHeap::new(),
            jobs: JoinSet::new(),
            running: HashMap::new(),
            parked: HashMap::new(),
            waiting: HashMap::new(),
            ended_lately: VecDeque::new(),
            last_id: 0,
        };
        for row in rows {
            let panel = Panel::recovered(row, find_at);
            if let Some(message) = panel.message() {
                keeper
                    .shared
                    .index
                    .put(message, panel.key.guild, panel.pressed());
            }
            keeper.insert(panel);
        }
        keeper
    }

    /// Keeps panels until all handles are gone or somebody shuts it down.
    pub async fn run(
        mut self,
        mut feed: mpsc::UnboundedReceiver<PanelNotice>,
        mut commands: mpsc::UnboundedReceiver<Command>,
    ) {
        let clock = self.shared.store.clock().clone();
        let mut notices = Vec::new();
        let mut feed_is_open = true;
        let known: Vec<PanelId> = self.panels.keys().copied().collect();
        for id in known {
            self.schedule(id);
        }
        loop {
            let wake_at = self.wakes.peek().map(|Reverse((at, _))| *at);
            let wake = async {
                match wake_at {
                    Some(at) => clock.sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                heard = feed.recv_many(&mut notices, NOTICES), if feed_is_open => {
                    feed_is_open = heard > 0;
                    for notice in notices.drain(..) {
                        self.hear(notice);
                    }
                }
                command = commands.recv() => match command {
                    Some(Command::Shutdown(done)) => {
                        while self.jobs.join_next().await.is_some() {}
                        // Whoever asked may have stopped waiting.
                        let _ = done.send(());
                        return;
                    }
                    Some(command) => self.obey(command),
                    None => return,
                },
                Some(ran) = self.jobs.join_next() => match ran {
                    Ok(Ran::Job(end)) => self.settle(end),
                    Ok(Ran::Aside) => {}
                    Err(error) => tracing::error!(%error, "a panel's job was lost"),
                },
                () = wake => self.wake(),
            }
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.shared.store.clock().now()
    }

    // What commits say.

    fn hear(&mut self, notice: PanelNotice) {
        let PanelNotice {
            guild,
            plugin,
            change,
            interaction,
            opened_by,
        } = notice;
        match change {
            PanelChange::Open {
                name,
                place,
                when_deleted,
                tag: _,
            } => {
                let key = PanelKey {
                    guild,
                    plugin,
                    name,
                };
                self.open(key, place, when_deleted, interaction, opened_by);
            }
            PanelChange::Refresh { name } => {
                for id in self.matching(guild, plugin, &name) {
                    self.refresh(id);
                }
            }
            PanelChange::Rename { from, to } => self.rename(guild, plugin, &from, to),
            PanelChange::Repost { name } => {
                for id in self.matching(guild, plugin, &name) {
                    self.repost(id);
                }
            }
            PanelChange::Close { name } => {
                for id in self.matching(guild, plugin, &name) {
                    self.close(id);
                }
            }
        }
    }

    fn open(
        &mut self,
        key: PanelKey,
        place: PanelPlace,
        when_deleted: WhenDeleted,
        interaction: Option<InteractionRef>,
        opened_by: Option<UserId>,
    ) {
        let is_answer = !matches!(place, PanelPlace::At(_));
        let known = self.find(&key);
        let mut panel = Panel::new(key, place, when_deleted, opened_by);
        if let (Home::Answer(answer), Some(reference)) = (&mut panel.home, &interaction) {
            answer.heard_of(reference);
        }
        let Some(id) = known else {
            let id = self.insert(panel);
            self.schedule(id);
            return;
        };
        let Some(before) = self.panels.get_mut(&id) else {
            return;
        };
        if is_answer {
            // A new message takes the old one's place.
            if let Some(message) = before.message() {
                self.shared.index.remove(message);
            }
            panel.epoch = before.epoch + 1;
            (panel.queued, panel.busy) = (before.queued, before.busy);
            *before = panel;
        } else {
            before.state = match before.state {
                PanelState::Closing => PanelState::Open,
                state => state,
            };
            before.mark_stale();
        }
        self.schedule(id);
    }

    pub(super) fn refresh(&mut self, id: PanelId) {
        if let Some(panel) = self.panels.get(&id) {
            panel.mark_stale();
            self.schedule(id);
        }
    }

    fn rename(&mut self, guild: GuildId, plugin: PluginName, from: &str, to: String) {
        let Some(names) = self.names.get_mut(&(guild, plugin)) else {
            return;
        };
        let Some(id) = names.remove(from) else { return };
        names.insert(to.clone(), id);
        let Some(panel) = self.panels.get_mut(&id) else {
            return;
        };
        panel.key.name = to;
        panel.epoch += 1;
        panel.digest = None;
        panel.mark_stale();
        if let Some(message) = panel.message() {
            self.shared.index.put(message, guild, panel.pressed());
        }
        self.schedule(id);
    }

    fn repost(&mut self, id: PanelId) {
        let Some(panel) = self.panels.get_mut(&id) else {
            return;
        };
        if panel.state == PanelState::Open && matches!(panel.home, Home::Message(..)) {
            panel.state = PanelState::Repost;
            self.schedule(id);
        }
    }

    fn close(&mut self, id: PanelId) {
        let Some(panel) = self.panels.get_mut(&id) else {
            return;
        };
        panel.state = PanelState::Closing;
        panel.mark_stale();
        self.schedule(id);
    }

    /// The panel of this name, or all with this beginning if the name ends in `*`.
    fn matching(&self, guild: GuildId, plugin: PluginName, pattern: &str) -> Vec<PanelId> {
        let Some(names) = self.names.get(&(guild, plugin)) else {
            return Vec::new();
        };
        let Some(start) = pattern.strip_suffix('*') else {
            return names.get(pattern).copied().into_iter().collect();
        };
        let from = (Bound::Included(start), Bound::Unbounded);
        names
            .range::<str, _>(from)
            .take_while(|(name, _)| name.starts_with(start))
            .map(|(_, id)| *id)
            .collect()
    }

    // What the host says.

    fn obey(&mut self, command: Command) {
        match command {
            Command::Renewed { message, reference } => {
                let Some(id) = self.by_message(message) else {
                    return;
                };
                if let Some(Panel {
                    home: Home::Answer(answer),
                    ..
                }) = self.panels.get_mut(&id)
                {
                    answer.add_candidate(reference);
                    self.schedule(id);
                }
            }
            Command::Answered {
                key,
                reference,
                message,
                digest,
            } => {
                self.answered(&key, *reference, message, digest);
            }
            Command::Overwritten(message) => {
                let found = self.by_message(message);
                if let Some(panel) = found.and_then(|id| self.panels.get_mut(&id)) {
                    panel.epoch += 1;
                    panel.digest = None;
                    let PanelKey {
                        guild,
                        plugin,
                        name,
                    } = panel.key.clone();
                    let unknown =
                        muster_store::Mark::PanelShown(guild, plugin, name, String::new());
                    self.shared.store.mark(unknown);
                }
            }
            Command::Stale(key) => {
                if let Some(id) = self.find(&key) {
                    self.refresh(id);
                }
            }
            Command::Ended(key) => {
                if let Some(id) = self.find(&key) {
                    self.forget(id);
                }
            }
            Command::NameMade(key) => self.name_made(&key),
            Command::Posted {
                key,
                is_certain,
                answer,
            } => self.ask(key, is_certain, answer),
            Command::MessageDeleted(message) => {
                let found = self.by_message(message);
                self.shared.index.remove(message);
                let is_shown = |id: &PanelId| {
                    self.panels
                        .get(id)
                        .is_some_and(|panel| panel.message() == Some(message))
                };
                if let Some(id) = found.filter(is_shown) {
                    self.message_gone(id);
                }
            }
            Command::ChannelDeleted(guild, channel) => {
                let stood_there = |panel: &Panel| {
                    let at = PanelPlace::At(Address::Channel(channel));
                    panel.key.guild == guild
                        && (panel.channel() == Some(channel)
                            || (panel.message().is_none() && panel.place == at))
                };
                for id in self.all(stood_there) {
                    self.lost(id, "Its channel was deleted.");
                }
            }
            Command::RefreshAll(guild, plugin) => {
                let is_its = |panel: &Panel| panel.key.guild == guild && panel.key.plugin == plugin;
                for id in self.all(is_its) {
                    if let Some(panel) = self.panels.get_mut(&id) {
                        panel.recover();
                    }
                    self.refresh(id);
                }
            }
            Command::Shutdown(_) => unreachable!("handled by the loop"),
        }
    }

    fn answered(
        &mut self,
        key: &PanelKey,
        reference: InteractionRef,
        message: Option<MessageRef>,
        digest: String,
    ) {
        let now = self.now();
        let id = self.find(key);
        let Some((id, panel)) = id.and_then(|id| Some((id, self.panels.get_mut(&id)?))) else {
            if let Some(message) = message {
                self.shared.index.remove(message.id);
            }
            return;
        };
        let Home::Answer(answer) = &mut panel.home else {
            return;
        };
        panel.epoch += 1;
        panel.digest = Some(digest);
        match message {
            Some(message) if answer.is_private => {
                answer.message = Some(message);
                answer.heard_of(&reference);
                if reference.origin.has_message() {
                    // It may be a second message beside the pressed one.
                    answer.add_candidate(reference);
                } else {
                    answer.access = Some(reference);
                }
            }
            Some(message) => panel.home = Home::Message(message.channel_id, message.id),
            None => {
                answer.add_candidate(reference);
                answer.find_at = Some(now);
            }
        }
        if message.is_some() {
            self.stands(id);
        }
        self.schedule(id);
    }

    fn name_made(&mut self, key: &PanelKey) {
        let address = Address::Name(key.name.clone());
        let line = LineKey::Posts(key.guild, address.to_string());
        let place = PanelPlace::At(address);
        let waits = |panel: &Panel| {
            panel.key.guild == key.guild && panel.key.plugin == key.plugin && panel.place == place
        };
        for id in self.all(waits) {
            if let Some(panel) = self.panels.get_mut(&id) {
                panel.recover();
            }
        }
        self.run_line(line);
    }

    /// Answers where a panel is, now or later.
    fn ask(
        &mut self,
        key: PanelKey,
        is_certain: bool,
        answer: oneshot::Sender<Option<PanelPosted>>,
    ) {
        let posted = match self.find(&key).and_then(|id| self.panels.get(&id)) {
            Some(panel) => match (&panel.home, &panel.problem) {
                (Home::Nowhere, None) => None,
                (Home::Nowhere, Some(problem)) => Some(Some(PanelPosted::failed(problem.clone()))),
                _ => Some(Some(PanelPosted::at(panel.channel(), panel.message()))),
            },
            None => match self
                .ended_lately
                .iter()
                .rev()
                .find(|(ended, ..)| *ended == key)
            {
                Some((_, channel, message)) => {
                    Some(Some(PanelPosted::at(Some(*channel), Some(*message))))
                }
                None if is_certain => None,
                None => Some(None),
            },
        };
        match posted {
            // Whoever asked may have stopped waiting.
            Some(posted) => drop(answer.send(posted)),
            None => {
                let waiting = self.waiting.entry(key).or_default();
                waiting.retain(|other| !other.is_closed());
                waiting.push(answer);
            }
        }
    }

    /// Tells those who wait for this panel.
    pub(super) fn tell_waiting(&mut self, key: &PanelKey, posted: &PanelPosted) {
        for waiting in self.waiting.remove(key).unwrap_or_default() {
            // Whoever asked may have stopped waiting.
            drop(waiting.send(Some(posted.clone())));
        }
    }

    // Keeping track.

    pub(super) fn find(&self, key: &PanelKey) -> Option<PanelId> {
        let names = self.names.get(&(key.guild, key.plugin.clone()))?;
        names.get(&key.name).copied()
    }

    fn by_message(&self, message: MessageId) -> Option<PanelId> {
        let (guild, panel) = self.shared.index.find(message)?;
        self.find(&PanelKey {
            guild,
            plugin: panel.plugin,
            name: panel.name,
        })
    }

    fn all(&self, wanted: impl Fn(&Panel) -> bool) -> Vec<PanelId> {
        self.panels
            .iter()
            .filter(|(_, panel)| wanted(panel))
            .map(|(id, _)| *id)
            .collect()
    }

    fn insert(&mut self, panel: Panel) -> PanelId {
        self.last_id += 1;
        let id = PanelId(self.last_id);
        let owner = (panel.key.guild, panel.key.plugin.clone());
        self.names
            .entry(owner)
            .or_default()
            .insert(panel.key.name.clone(), id);
        self.panels.insert(id, panel);
        id
    }

    /// Drops a panel from memory.
    pub(super) fn remove(&mut self, id: PanelId) -> Option<Panel> {
        let panel = self.panels.remove(&id)?;
        let owner = (panel.key.guild, panel.key.plugin.clone());
        if let Some(names) = self.names.get_mut(&owner) {
            names.remove(&panel.key.name);
            if names.is_empty() {
                self.names.remove(&owner);
            }
        }
        if let Some(message) = panel.message() {
            self.shared.index.remove(message);
            if let Some(channel) = panel.channel() {
                self.ended_lately
                    .push_back((panel.key.clone(), channel, message));
                if self.ended_lately.len() > REMEMBERED {
                    self.ended_lately.pop_front();
                }
            }
        }
        Some(panel)
    }

    /// Does something that nobody waits for; a shutdown does.
    pub(super) fn aside(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        self.jobs.spawn(async move {
            work.await;
            Ran::Aside
        });
    }

    // Whose turn it is.

    /// Puts a panel into the line that it has to stand in, if anything is to be done about it.
    pub(super) fn schedule(&mut self, id: PanelId) {
        let Some(panel) = self.panels.get_mut(&id) else {
            return;
        };
        if panel.busy {
            return;
        }
        if panel.state == PanelState::Closing && panel.message().is_none() {
            self.forget(id);
            return;
        }
        let Some(key) = panel.line(id) else { return };
        if panel.queued {
            if matches!(key, LineKey::Answer(_)) {
                self.run_line(key);
            }
            return;
        }
        panel.queued = true;
        if self.lines.len() >= MANY_LINES && !self.lines.contains_key(&key) {
            let now = self.now();
            self.lines.retain(|_, line| !line.is_idle(now));
        }
        self.lines
            .entry(key.clone())
            .or_default()
            .queue
            .push_back(id);
        self.run_line(key);
    }

    /// Gives a line its next job, or notes when to look at it again.
    pub(super) fn run_line(&mut self, key: LineKey) {
        let now = self.now();
        let mut elsewhere = Vec::new();
        loop {
            let Some(line) = self.lines.get_mut(&key) else {
                break;
            };
            if line.busy || line.parked {
                break;
            }
            let panels = &self.panels;
            // One that is gone is due at once, so that it leaves the queue.
            let long_ago = Timestamp::from_ms(i64::MIN);
            match line.turn(now, |id| {
                panels
                    .get(&id)
                    .map_or(long_ago, |panel| panel.due(line, now))
            }) {
                Turn::Never => break,
                Turn::At(at) => {
                    if line.wake_at.is_none_or(|wake| at < wake) {
                        line.wake_at = Some(at);
                        self.wakes.push(Reverse((at, key)));
                    }
                    break;
                }
                Turn::Now(place) => {
                    let Some(id) = line.queue.remove(place) else {
                        break;
                    };
                    let Some(panel) = self.panels.get_mut(&id) else {
                        continue;
                    };
                    panel.queued = false;
                    if panel.line(id).as_ref() != Some(&key) {
                        elsewhere.push(id);
                        continue;
                    }
                    let running = self.running.entry(panel.key.guild).or_default();
                    if *running >= GUILD_JOBS {
                        panel.queued = true;
                        line.parked = true;
                        line.queue.push_front(id);
                        self.parked
                            .entry(panel.key.guild)
                            .or_default()
                            .push_back(key);
                        break;
                    }
                    let Some(job) = prepare(id, panel, key.clone(), now) else {
                        self.forget(id);
                        continue;
                    };
                    *running += 1;
                    panel.busy = true;
                    line.busy = true;
                    let shared = self.shared.clone();
                    self.jobs
                        .spawn(async move { Ran::Job(job.run(shared).await) });
                    break;
                }
            }
        }
        for id in elsewhere {
            self.schedule(id);
        }
    }

    fn wake(&mut self) {
        let now = self.now();
        while let Some(Reverse((at, _))) = self.wakes.peek()
            && *at <= now
        {
            let Some(Reverse((at, key))) = self.wakes.pop() else {
                return;
            };
            if let Some(line) = self.lines.get_mut(&key)
                && line.wake_at == Some(at)
            {
                line.wake_at = None;
            }
            self.run_line(key);
        }
    }

    /// A job of this guild is through: the line may go on, and another that waits for its guild.
    pub(super) fn release(&mut self, guild: GuildId, key: &LineKey) {
        if let Some(line) = self.lines.get_mut(key) {
            line.busy = false;
        }
        if let Some(running) = self.running.get_mut(&guild) {
            *running = running.saturating_sub(1);
            if *running == 0 {
                self.running.remove(&guild);
            }
        }
        let Some(parked) = self.parked.get_mut(&guild) else {
            return;
        };
        let next = parked.pop_front();
        if parked.is_empty() {
            self.parked.remove(&guild);
        }
        if let Some(next) = next {
            if let Some(line) = self.lines.get_mut(&next) {
                line.parked = false;
            }
            self.run_line(next);
        }
    }
}

/// The job that a panel needs now; `None` if nothing can be done about it any more.
fn prepare(id: PanelId, panel: &mut Panel, line: LineKey, now: Timestamp) -> Option<Job> {
    let is_stale = panel.is_stale();
    let task = match &mut panel.home {
        Home::Nowhere => Task::Post(PostTask {
            maybe_posted: panel.maybe_posted,
            old: None,
            old_is_there: false,
        }),
        Home::Message(channel, message) if panel.state == PanelState::Repost => {
            Task::Post(PostTask {
                maybe_posted: panel.maybe_posted,
                old: Some((*channel, *message)),
                old_is_there: !panel.is_deleted,
            })
        }
        Home::Message(channel, message) => Task::Edit(*channel, *message),
        Home::Answer(answer) => Task::Answer(prepare_answer(answer, is_stale, now)?),
    };
    Some(Job {
        id,
        key: panel.key.clone(),
        line,
        epoch: panel.epoch,
        stale: panel.stale.clone(),
        shown: panel.digest.clone(),
        task,
    })
}

fn prepare_answer(answer: &mut AnswerHome, is_stale: bool, now: Timestamp) -> Option<AnswerTask> {
    let is_beyond_reach = answer.access.is_none() && answer.candidates.is_empty();
    if is_beyond_reach && answer.ends_at() <= now {
        return None;
    }
    answer.find_at = None;
    Some(AnswerTask {
        is_private: answer.is_private,
        message: answer.message,
        access: answer.access.clone(),
        candidates: std::mem::take(&mut answer.candidates),
        is_stale,
    })
}
