//! A message from the outside: what it shows now, and waiting for what it will show.

use std::sync::Arc;

use crate::id::{ChannelId, MessageId};
use crate::model::message::Message;
use crate::playground::{Playground, TimedOut};
use crate::topic::Topic;
use crate::world::World;

/// A message of a playground. It may be gone by now.
#[derive(Clone, Debug)]
pub struct MessageHandle {
    playground: Playground,
    id: MessageId,
    channel: ChannelId,
}

impl From<&MessageHandle> for MessageId {
    fn from(handle: &MessageHandle) -> Self {
        handle.id
    }
}

impl From<&Message> for MessageId {
    fn from(message: &Message) -> Self {
        message.id
    }
}

impl From<&Arc<Message>> for MessageId {
    fn from(message: &Arc<Message>) -> Self {
        message.id
    }
}

impl MessageHandle {
    pub(crate) fn new(playground: Playground, id: MessageId, channel: ChannelId) -> Self {
        Self {
            playground,
            id,
            channel,
        }
    }

    /// The message's id.
    pub fn id(&self) -> MessageId {
        self.id
    }

    /// Where it stands.
    pub fn channel(&self) -> ChannelId {
        self.channel
    }

    /// What it shows now; nothing if it was deleted.
    pub fn now(&self) -> Option<Arc<Message>> {
        self.playground
            .world(|world| world.messages.get(&self.id).cloned())
    }

    /// What it shows now, drawn as text.
    pub fn draw(&self) -> String {
        self.now().map_or_else(
            || "(deleted)\n".to_owned(),
            |message| self.playground.draw(&message),
        )
    }

    /// Waits until the message fits, and gives it as it was then.
    ///
    /// # Errors
    /// If it does not come in time; the error shows the message as it is.
    pub async fn wait_until(
        &self,
        fits: impl Fn(&Message) -> bool,
    ) -> Result<Arc<Message>, TimedOut> {
        let found = |world: &World| {
            world
                .messages
                .get(&self.id)
                .filter(|message| fits(message))
                .cloned()
        };
        let result = self
            .playground
            .wait(Topic::Channel(self.channel), "a message to change", found)
            .await;
        result.map_err(|error| TimedOut {
            what: format!("a message to change, which is\n{}", self.draw()),
            ..error
        })
    }

    /// Waits until the message is deleted.
    ///
    /// # Errors
    /// If it stays.
    pub async fn wait_until_gone(&self) -> Result<(), TimedOut> {
        let gone = |world: &World| (!world.messages.contains_key(&self.id)).then_some(());
        self.playground
            .wait(Topic::Channel(self.channel), "a message to go", gone)
            .await
    }

    /// Somebody with the right to deletes it.
    pub fn delete(&self) {
        self.playground
            .world(|world| world.remove_message(self.id, true));
    }
}
