//! Waiting without sleeping: whoever waits for a change of something is woken by that change.

use std::collections::HashMap;

use tokio::sync::{broadcast, watch};

use crate::id::{ChannelId, GuildId, InteractionId, MessageId, UserId};

/// From so many topics on, those that nobody waits on any more are thrown out.
const KEPT: usize = 1000;

/// So many changes wait for a slow follower.
const FOLLOWED: usize = 4096;

/// What can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    /// A message or the state of a channel, and ephemeral messages in it.
    Channel(ChannelId),
    /// An interaction's answers.
    Interaction(InteractionId),
    /// Roles, members, bans, channels of a guild.
    Guild(GuildId),
    /// Direct messages with a user.
    Dm(UserId),
    /// Registered commands.
    Commands,
    /// Gateway sessions.
    Sessions,
    /// The request log.
    Requests,
}

/// What changed, for those who follow everything: the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// A new message.
    Posted(MessageId, ChannelId),
    /// A message came, changed, or went.
    Message(MessageId, ChannelId),
    /// One member's roles, nickname or time-out.
    Member(GuildId, UserId),
    /// One channel or thread.
    Channel(GuildId, ChannelId),
    /// Anything of a guild.
    Guild(GuildId),
    /// Direct messages with a user exist.
    Dm(UserId),
    Commands,
    Sessions,
    Requests,
    /// All of it: another state was loaded.
    Everything,
}

/// Topics that somebody waits on. A topic nobody waits on costs nothing.
#[derive(Debug, Default)]
pub(crate) struct Topics {
    waiting: HashMap<Topic, watch::Sender<u64>>,
    feed: Option<broadcast::Sender<Change>>,
}

impl Topics {
    /// Wakes those who wait on `topic`, and tells those who follow everything.
    pub(crate) fn changed(&mut self, topic: Topic) {
        let change = match topic {
            // Messages tell of themselves, and interactions are of nobody else's concern.
            Topic::Channel(_) | Topic::Interaction(_) => None,
            Topic::Guild(guild) => Some(Change::Guild(guild)),
            Topic::Dm(user) => Some(Change::Dm(user)),
            Topic::Commands => Some(Change::Commands),
            Topic::Sessions => Some(Change::Sessions),
            Topic::Requests => Some(Change::Requests),
        };
        if let Some(change) = change {
            self.note(change);
        }
        self.wake(topic);
    }

    /// Like [`Topics::changed`], where it is known what exactly changed.
    pub(crate) fn changed_by(&mut self, topic: Topic, change: Change) {
        self.note(change);
        self.wake(topic);
    }

    /// Tells those who follow everything.
    pub(crate) fn note(&self, change: Change) {
        if let Some(feed) = &self.feed {
            // An error means that nobody follows at present.
            let _ = feed.send(change);
        }
    }

    fn wake(&mut self, topic: Topic) {
        let Some(sender) = self.waiting.get(&topic) else {
            return;
        };
        if sender.is_closed() {
            self.waiting.remove(&topic);
        } else {
            sender.send_modify(|version| *version += 1);
        }
    }

    /// Every change from now on. Who is slower than [`FOLLOWED`] changes is told so, and looks anew.
    pub(crate) fn follow(&mut self) -> broadcast::Receiver<Change> {
        self.feed
            .get_or_insert_with(|| broadcast::Sender::new(FOLLOWED))
            .subscribe()
    }

    /// Everything was replaced: wakes everybody, and lets those who follow everything begin anew.
    pub(crate) fn all_changed(&mut self) {
        for sender in self.waiting.values() {
            sender.send_modify(|version| *version += 1);
        }
        self.feed = None;
    }

    pub(crate) fn subscribe(&mut self, topic: Topic) -> watch::Receiver<u64> {
        if self.waiting.len() > KEPT {
            self.waiting.retain(|_, sender| !sender.is_closed());
        }
        self.waiting
            .entry(topic)
            .or_insert_with(|| watch::Sender::new(0))
            .subscribe()
    }
}
