//! The task that owns all panels: it hears what changed, and gives each line its next job.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use muster_core::call::InteractionRef;
use muster_core::ids::{ChannelId, MessageId};
use muster_core::{GuildId, PluginName, Timestamp};
use muster_store::{PanelNotice, PanelRow};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::job::End;
use super::line::{Line, LineKey};
use super::panel::{Panel, PanelId, PanelKey};
use super::{PanelPosted, Shared};
use crate::rest::MessageRef;

/// Notices taken at once.
const NOTICES: usize = 256;

/// How long after the start to ask about answers that nobody has vouched for: whoever answers what an
/// earlier process left is through by then.
const FIND_AFTER: Duration = Duration::from_secs(10);

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
    Job(Box<End>),
    /// Something nobody waits for.
    Aside,
}

pub(super) struct Keeper {
    pub(super) shared: Arc<Shared>,
    pub(super) panels: HashMap<PanelId, Panel>,
    pub(super) names: HashMap<(GuildId, PluginName), BTreeMap<String, PanelId>>,
    pub(super) lines: HashMap<LineKey, Line>,
    pub(super) wakes: BinaryHeap<Reverse<(Timestamp, LineKey)>>,
    pub(super) jobs: JoinSet<Ran>,
    pub(super) running: HashMap<GuildId, usize>,
    pub(super) parked: HashMap<GuildId, VecDeque<LineKey>>,
    pub(super) waiting: HashMap<PanelKey, Vec<oneshot::Sender<Option<PanelPosted>>>>,
    pub(super) ended_lately: VecDeque<(PanelKey, ChannelId, MessageId)>,
    last_id: u64,
}

impl Keeper {
    /// A keeper of the panels of an earlier process. Each is looked at once.
    pub fn new(shared: Arc<Shared>, rows: Vec<PanelRow>) -> Self {
        let now = shared.store.clock().now();
        let find_at = now.plus(FIND_AFTER);
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
            let channel = panel.channel();
            let id = keeper.insert(panel);
            let lines = [channel.map(LineKey::Edits), Some(LineKey::Answer(id))];
            for line in lines.into_iter().flatten() {
                keeper.lines.insert(line, Line::after_restart(now));
            }
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
        let mut known: Vec<PanelId> = self.panels.keys().copied().collect();
        known.sort_unstable();
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
                    Ok(Ran::Job(end)) => self.settle(*end),
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

    // Keeping track.

    pub(super) fn find(&self, key: &PanelKey) -> Option<PanelId> {
        let names = self.names.get(&(key.guild, key.plugin.clone()))?;
        names.get(&key.name).copied()
    }

    pub(super) fn by_message(&self, message: MessageId) -> Option<PanelId> {
        let (guild, panel) = self.shared.index.find(message)?;
        self.find(&PanelKey {
            guild,
            plugin: panel.plugin,
            name: panel.name,
        })
    }

    pub(super) fn all(&self, wanted: impl Fn(&Panel) -> bool) -> Vec<PanelId> {
        self.panels
            .iter()
            .filter(|(_, panel)| wanted(panel))
            .map(|(id, _)| *id)
            .collect()
    }

    pub(super) fn insert(&mut self, panel: Panel) -> PanelId {
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
}
