//! The panel keeper: messages that always show what a plugin's tables hold.
//!
//! A plugin names a panel (`run/42`) and says when it may look different. The keeper edits at most one
//! message per channel and 1.2 s, asks the plugin for the view once it holds the place to send it, and
//! sends only what changed: 200 presses cause a handful of edits, and the last state always arrives.
//! After a restart every open panel is looked at once; one that somebody deleted comes back, or its
//! plugin is told.
//!
//! One task owns all panels ([`keeper`]). It hears what changed ([`hear`]), decides whose turn it is
//! ([`line`], [`turn`]), sends a job on its way ([`job`]), and decides what its end means ([`settle`]).

mod answer;
mod hear;
mod index;
mod job;
mod keeper;
mod line;
mod panel;
mod post;
mod settle;
mod turn;
mod view;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use muster_core::call::{CallOutcome, InteractionRef};
use muster_core::effect::EffectResult;
use muster_core::ids::{ChannelId, MessageId};
use muster_core::ports::{Directory, Plugins};
use muster_core::{GuildId, PluginName, Timestamp};
use muster_store::{PanelNotice, Store, StoreError};
use serde_json::Value;
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::identity::SharedIdentity;
use crate::outbox::{Notices, OwnerNotice};
use crate::rest::{MessageRef, Rest};
use keeper::{Command, Keeper};
use panel::PanelKey;

pub use index::PressedPanel;

/// Views that are drawn at once; the rest wait. Enough to keep two processors busy.
const RENDERS_AT_ONCE: usize = 16;

/// Where a panel was posted, or why it was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanelPosted {
    /// Whether it stands in Discord.
    pub ok: bool,
    /// Its channel.
    pub channel: Option<ChannelId>,
    /// Its message; unknown for an answer that Discord has not described yet.
    pub message: Option<MessageId>,
    /// Why not, as a sentence for the member.
    pub problem: Option<String>,
}

impl PanelPosted {
    fn at(channel: Option<ChannelId>, message: Option<MessageId>) -> Self {
        Self {
            ok: true,
            channel,
            message,
            problem: None,
        }
    }

    fn failed(problem: impl Into<String>) -> Self {
        Self {
            ok: false,
            channel: None,
            message: None,
            problem: Some(problem.into()),
        }
    }

    /// The same as the result of an effect with this mark.
    pub fn into_result(self, tag: impl Into<String>) -> EffectResult {
        EffectResult {
            tag: tag.into(),
            ok: self.ok,
            problem: self.problem,
            channel: self.channel,
            message: self.message,
            role: None,
        }
    }
}

/// What the keeper has done since it began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PanelStats {
    /// Messages edited.
    pub edits: u64,
    /// Messages posted.
    pub posts: u64,
    /// Views drawn that Discord shows already.
    pub skipped: u64,
}

/// What the keeper and its jobs share.
struct Shared {
    rest: Rest,
    store: Store,
    plugins: Arc<dyn Plugins>,
    directory: Arc<dyn Directory>,
    identity: SharedIdentity,
    notices: Notices,
    index: index::Index,
    renders: Semaphore,
    edits: AtomicU64,
    posts: AtomicU64,
    skipped: AtomicU64,
}

/// Keeps every panel up to date. Cheap to clone; it works until all clones are gone or
/// [`PanelKeeper::shutdown`].
#[derive(Clone)]
pub struct PanelKeeper {
    shared: Arc<Shared>,
    commands: mpsc::UnboundedSender<Command>,
}

impl PanelKeeper {
    /// Reads what panels there are and begins to keep them. To be called before the first interaction
    /// is handled: a press on a panel that is not known is turned away.
    ///
    /// # Errors
    /// The database failed.
    pub async fn start(
        rest: Rest,
        store: Store,
        plugins: Arc<dyn Plugins>,
        directory: Arc<dyn Directory>,
        identity: SharedIdentity,
        feed: mpsc::UnboundedReceiver<PanelNotice>,
        owner_notices: mpsc::UnboundedSender<OwnerNotice>,
    ) -> Result<Self, StoreError> {
        let rows = store.panels().await?;
        let shared = Arc::new(Shared {
            rest,
            notices: Notices::new(owner_notices, store.clock().clone()),
            store,
            plugins,
            directory,
            identity,
            index: index::Index::default(),
            renders: Semaphore::new(RENDERS_AT_ONCE),
            edits: AtomicU64::new(0),
            posts: AtomicU64::new(0),
            skipped: AtomicU64::new(0),
        });
        let (commands, orders) = mpsc::unbounded_channel();
        let keeper = Keeper::new(shared.clone(), rows);
        tokio::spawn(keeper.run(feed, orders));
        Ok(Self { shared, commands })
    }

    /// The panel that this message shows.
    pub fn pressed(&self, guild: GuildId, message: MessageId) -> Option<PressedPanel> {
        let (found_in, panel) = self.shared.index.find(message)?;
        (found_in == guild).then_some(panel)
    }

    /// The panel that this message shows, and its guild: a press in direct messages names none.
    pub fn pressed_anywhere(&self, message: MessageId) -> Option<(GuildId, PressedPanel)> {
        self.shared.index.find(message)
    }

    /// Somebody pressed on an ephemeral panel, and the press was answered: if its token can edit the
    /// panel from now on (that is asked of Discord before it is used), the panel lives longer.
    pub fn renewed(&self, guild: GuildId, message: MessageId, reference: InteractionRef) {
        if self.pressed(guild, message).is_some() {
            self.tell(Command::Renewed { message, reference });
        }
    }

    /// The view for an answer that shows a panel; [`PanelKeeper::answered`] follows.
    ///
    /// # Errors
    /// As the plugin's `render` ended.
    pub async fn answer_view(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        name: &str,
    ) -> Result<Option<Value>, CallOutcome> {
        let drawn = self.shared.plugins.render(guild, plugin, name).await;
        match &drawn {
            Ok(Some(_)) => {}
            Ok(None) => self.tell(Command::Ended(PanelKey::new(guild, plugin, name))),
            // Whatever the member is shown instead, the panel is drawn as soon as it can be.
            Err(_) => self.tell(Command::Stale(PanelKey::new(guild, plugin, name))),
        }
        drawn
    }

    /// The interaction's answer shows this panel now; the keeper goes on from there. If Discord did not
    /// say which message it is, the keeper asks.
    pub fn answered(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        name: &str,
        reference: InteractionRef,
        message: Option<MessageRef>,
        view: &Value,
    ) {
        let key = PanelKey::new(guild, plugin, name);
        if let Some(message) = message {
            // At once: the member may press before the keeper's next turn.
            let panel = PressedPanel {
                plugin: plugin.clone(),
                name: name.to_owned(),
                opened_by: None,
            };
            self.shared.index.put(message.id, guild, panel);
        }
        let digest = view::digest(view);
        self.tell(Command::Answered {
            key,
            reference: Box::new(reference),
            message,
            digest,
        });
    }

    /// Something else than the panel's view stands in its message now, such as the answer
    /// `reply.update`. The next refresh shows the view again, whatever it showed before.
    pub fn overwritten(&self, guild: GuildId, message: MessageId) {
        if self.pressed(guild, message).is_some() {
            self.tell(Command::Overwritten(message));
        }
    }

    /// Waits until the panel stands in Discord or cannot be posted, at most until `until`.
    pub async fn posted(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        name: &str,
        until: Timestamp,
    ) -> PanelPosted {
        tokio::select! {
            posted = self.until_posted(guild, plugin, name) => posted,
            () = self.shared.store.clock().sleep_until(until) => PanelPosted::failed(
                "It could not be posted in time. It will be as soon as possible.",
            ),
        }
    }

    async fn until_posted(&self, guild: GuildId, plugin: &PluginName, name: &str) -> PanelPosted {
        let ended = || PanelPosted::failed("The bot is restarting. Try again in a minute.");
        for is_certain in [false, true] {
            let (answer, answered) = oneshot::channel();
            let key = PanelKey::new(guild, plugin, name);
            self.tell(Command::Posted {
                key,
                is_certain,
                answer,
            });
            match answered.await {
                Ok(Some(posted)) => return posted,
                // The keeper has not heard of it yet, or there is none.
                Ok(None) => match self.shared.store.panel(guild, plugin, name).await {
                    Ok(Some(_)) => {}
                    Ok(None) => break,
                    Err(error) => {
                        tracing::error!(%error, "a panel could not be read");
                        return PanelPosted::failed("Something broke on our side. Try again.");
                    }
                },
                Err(_) => return ended(),
            }
        }
        PanelPosted::failed("There is no such panel any more.")
    }

    /// The panel's message is about to be deleted by its plugin: the panel ends with it.
    pub(crate) fn deleting(&self, guild: GuildId, plugin: &PluginName, name: &str) {
        self.tell(Command::Ended(PanelKey::new(guild, plugin, name)));
    }

    /// Something was made under a name: panels that are to be posted there need not wait any longer.
    pub(crate) fn name_made(&self, guild: GuildId, plugin: &PluginName, name: &str) {
        let key = PanelKey::new(guild, plugin, name);
        self.tell(Command::NameMade(key));
    }

    /// A message is gone from Discord.
    pub fn message_deleted(&self, guild: GuildId, _channel: ChannelId, message: MessageId) {
        if self.pressed(guild, message).is_some() {
            self.tell(Command::MessageDeleted(message));
        }
    }

    /// A channel or thread is gone from Discord, with everything in it.
    pub fn channel_deleted(&self, guild: GuildId, channel: ChannelId) {
        self.tell(Command::ChannelDeleted(guild, channel));
    }

    /// Every panel of the plugin may look different: it was switched on or off, or replaced by another
    /// version.
    pub fn plugin_refresh_all(&self, guild: GuildId, plugin: &PluginName) {
        self.tell(Command::RefreshAll(guild, plugin.clone()));
    }

    /// Lets what is under way end, and begins nothing more.
    pub async fn shutdown(&self) {
        let (done, ended) = oneshot::channel();
        self.tell(Command::Shutdown(done));
        // An error means that the keeper has ended already.
        drop(ended.await);
    }

    /// What was done since the start.
    pub fn stats(&self) -> PanelStats {
        PanelStats {
            edits: self.shared.edits.load(Ordering::Relaxed),
            posts: self.shared.posts.load(Ordering::Relaxed),
            skipped: self.shared.skipped.load(Ordering::Relaxed),
        }
    }

    fn tell(&self, command: Command) {
        // A closed channel means that the keeper was shut down; the database remembers the rest.
        drop(self.commands.send(command));
    }
}
