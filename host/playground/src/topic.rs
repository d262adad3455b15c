//! Waiting without sleeping: whoever waits for a change of something is woken by that change.

use std::collections::HashMap;

use tokio::sync::watch;

use crate::id::{ChannelId, GuildId, InteractionId, UserId};

/// From so many topics on, those that nobody waits on any more are thrown out.
const KEPT: usize = 1000;

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

/// Topics that somebody waits on. A topic nobody waits on costs nothing.
#[derive(Debug, Default)]
pub(crate) struct Topics(HashMap<Topic, watch::Sender<u64>>);

impl Topics {
    /// Wakes those who wait on `topic`.
    pub(crate) fn changed(&mut self, topic: Topic) {
        let Some(sender) = self.0.get(&topic) else {
            return;
        };
        if sender.is_closed() {
            self.0.remove(&topic);
        } else {
            sender.send_modify(|version| *version += 1);
        }
    }

    pub(crate) fn subscribe(&mut self, topic: Topic) -> watch::Receiver<u64> {
        if self.0.len() > KEPT {
            self.0.retain(|_, sender| !sender.is_closed());
        }
        self.0
            .entry(topic)
            .or_insert_with(|| watch::Sender::new(0))
            .subscribe()
    }
}
