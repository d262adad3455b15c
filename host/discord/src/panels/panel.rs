//! One panel as the keeper holds it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use muster_core::call::InteractionRef;
use muster_core::effect::{PanelPlace, WhenDeleted};
use muster_core::ids::{ChannelId, MessageId, UserId};
use muster_core::{GuildId, PluginName, Timestamp};
use muster_store::{PanelOptions, PanelRow, PanelState};

use super::index::PressedPanel;
use super::line::{Line, LineKey, is_old};
use crate::rest::MessageRef;

/// How long after its interaction an answer is edited for the last time. The token dies at 15 min
/// ([Discord Docs/Receiving and Responding](https://discord.com/developers/docs/interactions/receiving-and-responding)).
const LIVE_FOR: Duration = Duration::from_secs(14 * 60 + 30);

/// An answer that is still not known to stand in Discord after this long will not be sent any more.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(15 * 60);

/// More presses than this are not kept as possible renewals; the latest count.
const MOST_CANDIDATES: usize = 4;

/// A panel's number in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct PanelId(pub u64);

/// What a panel is called.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct PanelKey {
    pub guild: GuildId,
    pub plugin: PluginName,
    pub name: String,
}

impl PanelKey {
    pub fn new(guild: GuildId, plugin: &PluginName, name: &str) -> Self {
        Self {
            guild,
            plugin: plugin.clone(),
            name: name.to_owned(),
        }
    }
}

/// Where a panel stands in Discord.
#[derive(Debug, Clone)]
pub(super) enum Home {
    /// Nowhere yet.
    Nowhere,
    /// In a message that the bot's own token edits.
    Message(ChannelId, MessageId),
    /// In the answer to an interaction, which that interaction's token edits.
    Answer(AnswerHome),
}

/// An interaction's answer that shows a panel.
#[derive(Debug, Clone)]
pub(super) struct AnswerHome {
    /// Whether one member only sees it. A public one becomes a [`Home::Message`] once it is known.
    pub is_private: bool,
    /// Its message, once known.
    pub message: Option<MessageRef>,
    /// The interaction whose first answer (`@original`) is this message.
    pub access: Option<InteractionRef>,
    /// Interactions that may be such, latest last. Discord is asked before one is used: a press that was
    /// answered by a new message edits that one instead.
    pub candidates: Vec<InteractionRef>,
    /// When to ask Discord which message it is.
    pub find_at: Option<Timestamp>,
    /// When every token ever heard of is dead.
    forget_at: Timestamp,
}

impl AnswerHome {
    pub fn new(is_private: bool) -> Self {
        Self {
            is_private,
            message: None,
            access: None,
            candidates: Vec::new(),
            find_at: None,
            forget_at: Timestamp::from_ms(0),
        }
    }

    /// An interaction that this is the answer of, or that renewed it.
    pub fn heard_of(&mut self, reference: &InteractionRef) {
        let end = reference.id.created_at().plus(FORGOTTEN_AFTER);
        self.forget_at = self.forget_at.max(end);
    }

    /// One more interaction whose token may edit the message.
    pub fn add_candidate(&mut self, reference: InteractionRef) {
        self.heard_of(&reference);
        self.candidates.retain(|known| known.id != reference.id);
        self.candidates.push(reference);
        if self.candidates.len() > MOST_CANDIDATES {
            self.candidates.remove(0);
        }
    }

    /// When the last edit is due, or, if no token edits it, when to forget it.
    pub fn ends_at(&self) -> Timestamp {
        match &self.access {
            Some(access) => live_until(access),
            None => self.forget_at,
        }
    }
}

/// Until when a token is used.
pub(super) fn live_until(reference: &InteractionRef) -> Timestamp {
    reference.id.created_at().plus(LIVE_FOR)
}

/// A panel.
#[derive(Debug)]
pub(super) struct Panel {
    pub key: PanelKey,
    pub opened_by: Option<UserId>,
    pub when_deleted: WhenDeleted,
    pub place: PanelPlace,
    pub home: Home,
    /// Digest of what Discord shows; `None` if that is not known.
    pub digest: Option<String>,
    pub state: PanelState,
    /// Whether it may look different now. Shared with the job that draws it: what changes while the
    /// job waits for its turn is drawn by that job.
    pub stale: Arc<AtomicBool>,
    /// Counts up when what a job under way believes about the panel is no longer so.
    pub epoch: u32,
    /// The line that it stands in.
    pub queued: Option<LineKey>,
    /// Whether a job is under way.
    pub busy: bool,
    /// It pauses until then.
    pub not_before: Timestamp,
    /// Failures in a row.
    pub failures: u32,
    /// Whether somebody deleted its message, so that it is to be posted again.
    pub is_deleted: bool,
    /// Reposts in quick succession, because somebody keeps deleting it.
    pub reposts: u32,
    /// Whether an attempt to post it may have left a message with another view.
    pub maybe_posted: bool,
    /// Why it is not in Discord.
    pub problem: Option<String>,
}

impl Panel {
    pub fn new(
        key: PanelKey,
        place: PanelPlace,
        when_deleted: WhenDeleted,
        opened_by: Option<UserId>,
    ) -> Self {
        let home = match &place {
            PanelPlace::At(_) => Home::Nowhere,
            PanelPlace::PrivateAnswer => Home::Answer(AnswerHome::new(true)),
            PanelPlace::PublicAnswer => Home::Answer(AnswerHome::new(false)),
        };
        Self {
            key,
            opened_by,
            when_deleted,
            home,
            digest: None,
            state: PanelState::Open,
            // An answer is drawn by whoever sends it.
            stale: Arc::new(AtomicBool::new(matches!(place, PanelPlace::At(_)))),
            place,
            epoch: 0,
            queued: None,
            busy: false,
            not_before: Timestamp::from_ms(i64::MIN),
            failures: 0,
            is_deleted: false,
            reposts: 0,
            maybe_posted: false,
            problem: None,
        }
    }

    /// A panel of an earlier process. `find_at`: when to ask about an answer that nobody vouches for.
    pub fn recovered(row: PanelRow, find_at: Timestamp) -> Self {
        let key = PanelKey {
            guild: row.guild,
            plugin: row.plugin,
            name: row.name,
        };
        let mut panel = Self::new(key, row.place, row.options.when_deleted, row.opened_by);
        panel.digest = row.view_hash.filter(|digest| !digest.is_empty());
        panel.state = row.state;
        panel.maybe_posted = true;
        panel.mark_stale();
        let message = row.channel.zip(row.message);
        match (&mut panel.home, message) {
            (Home::Answer(answer), message) if answer.is_private || message.is_none() => {
                answer.message = message.map(|(channel_id, id)| MessageRef { id, channel_id });
                if let Some(reference) = row.reference {
                    answer.heard_of(&reference);
                    if message.is_some() {
                        answer.access = Some(reference);
                    } else {
                        answer.candidates.push(reference);
                        answer.find_at = Some(find_at);
                    }
                }
            }
            (home, Some((channel, message))) => *home = Home::Message(channel, message),
            (_, None) => {}
        }
        panel
    }

    pub fn mark_stale(&self) {
        self.stale.store(true, Ordering::Release);
    }

    pub fn is_stale(&self) -> bool {
        self.stale.load(Ordering::Acquire)
    }

    /// The message that shows it.
    pub fn message(&self) -> Option<MessageId> {
        match &self.home {
            Home::Nowhere => None,
            Home::Message(_, message) => Some(*message),
            Home::Answer(answer) => answer.message.map(|message| message.id),
        }
    }

    /// The channel of its message.
    pub fn channel(&self) -> Option<ChannelId> {
        match &self.home {
            Home::Nowhere => None,
            Home::Message(channel, _) => Some(*channel),
            Home::Answer(answer) => answer.message.map(|message| message.channel_id),
        }
    }

    /// The panel as the store takes it, to note where its message is.
    pub fn row(&self) -> PanelRow {
        PanelRow {
            guild: self.key.guild,
            plugin: self.key.plugin.clone(),
            name: self.key.name.clone(),
            place: self.place.clone(),
            options: PanelOptions {
                when_deleted: self.when_deleted,
            },
            reference: None,
            opened_by: self.opened_by,
            channel: self.channel(),
            message: self.message(),
            view_hash: self.digest.clone(),
            state: self.state,
            posted_at: None,
            created_at: Timestamp::from_ms(0),
        }
    }

    /// When something may be done about it in its line.
    pub fn due(&self, line: &Line, now: Timestamp) -> Timestamp {
        let due = match &self.home {
            Home::Nowhere => self.not_before,
            Home::Message(..) if self.state == PanelState::Repost => self.not_before,
            Home::Message(_, message) => line.opens_at(is_old(message.created_at(), now)),
            Home::Answer(answer) if answer.message.is_none() => {
                answer.find_at.unwrap_or(answer.ends_at())
            }
            // Whether a token edits it has to be known before its time is over.
            Home::Answer(AnswerHome {
                access: None,
                candidates,
                ..
            }) if !candidates.is_empty() => now,
            Home::Answer(answer) if self.is_stale() && answer.access.is_some() => {
                line.opens_at(false).min(answer.ends_at())
            }
            Home::Answer(answer) => answer.ends_at(),
        };
        due.max(self.not_before)
    }

    /// How presses on it are looked up.
    pub fn pressed(&self) -> PressedPanel {
        PressedPanel {
            plugin: self.key.plugin.clone(),
            name: self.key.name.clone(),
            opened_by: self.opened_by,
        }
    }

    /// The line that it has to stand in, if anything is to be done.
    pub fn line(&self, id: PanelId) -> Option<LineKey> {
        match &self.home {
            Home::Nowhere => match &self.place {
                PanelPlace::At(address) => {
                    Some(LineKey::Posts(self.key.guild, address.to_string()))
                }
                PanelPlace::PrivateAnswer | PanelPlace::PublicAnswer => None,
            },
            Home::Message(channel, _) => match self.state {
                PanelState::Repost => {
                    Some(LineKey::Posts(self.key.guild, format!("channel:{channel}")))
                }
                PanelState::Open | PanelState::Closing => {
                    self.is_stale().then_some(LineKey::Edits(*channel))
                }
            },
            Home::Answer(_) => Some(LineKey::Answer(id)),
        }
    }

    /// The next pause after one more failure: `first`, doubling, up to `longest`.
    pub fn pause(&mut self, now: Timestamp, first: Duration, longest: Duration) -> Timestamp {
        let pause = first
            .saturating_mul(1 << self.failures.min(16))
            .min(longest);
        self.failures += 1;
        self.not_before = now.plus(pause);
        self.not_before
    }

    /// All is well again.
    pub fn recover(&mut self) {
        self.failures = 0;
        self.problem = None;
        self.not_before = Timestamp::from_ms(i64::MIN);
    }
}
