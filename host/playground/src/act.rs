//! What a person did, and what came of it: the acknowledgement within 3 s, and the whole answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::id::{ChannelId, InteractionId, MessageId};
use crate::message::MessageHandle;
use crate::model::interaction::{Ack, Interaction, InteractionKind, Seen};
use crate::persona::Persona;
use crate::rule::Rule;
use crate::topic::Topic;
use crate::world::World;

/// An interaction under way.
#[derive(Clone, Debug)]
pub struct Act {
    persona: Persona,
    id: InteractionId,
}

/// The first answer, with the time it took from the dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    /// What kind it was.
    pub ack: Ack,
    /// Real time from sending the dispatch.
    pub after: Duration,
}

/// The whole answer, with the time it took from the dispatch.
#[derive(Clone, Debug)]
pub struct Answered {
    /// What the person sees.
    pub answer: Answer,
    /// Real time from sending the dispatch.
    pub after: Duration,
}

/// What the person sees in the end.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A new message, public or ephemeral.
    Message(MessageHandle),
    /// The message that was acted on changed.
    Updated(MessageHandle),
    /// A modal.
    Modal(ModalHandle),
    /// Choices for an option.
    Choices(Vec<Choice>),
}

impl Answer {
    /// The message, new or changed.
    pub fn message(&self) -> Option<&MessageHandle> {
        match self {
            Self::Message(message) | Self::Updated(message) => Some(message),
            Self::Modal(_) | Self::Choices(_) => None,
        }
    }

    /// The modal.
    pub fn modal(&self) -> Option<&ModalHandle> {
        match self {
            Self::Modal(modal) => Some(modal),
            _ => None,
        }
    }

    /// The choices; empty if the answer was something else.
    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::Choices(choices) => choices,
            _ => &[],
        }
    }

    /// What can be read in the message now, by lines; empty if there is none.
    pub fn text(&self) -> String {
        self.message()
            .and_then(MessageHandle::now)
            .map_or_else(String::new, |message| message.text())
    }
}

/// A choice that was suggested.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What is shown.
    pub name: String,
    /// What is sent.
    pub value: Value,
}

/// A modal that is open in front of somebody.
#[derive(Clone, Debug)]
pub struct ModalHandle {
    pub(crate) interaction: InteractionId,
    pub(crate) channel: Option<ChannelId>,
    pub(crate) modal: Arc<Value>,
}

impl ModalHandle {
    /// The title.
    pub fn title(&self) -> &str {
        self.modal["title"].as_str().unwrap_or_default()
    }

    /// The custom ID.
    pub fn custom_id(&self) -> &str {
        self.modal["custom_id"].as_str().unwrap_or_default()
    }

    /// The modal as Discord's JSON.
    pub fn json(&self) -> &Value {
        &self.modal
    }

    /// Labels of its fields, in order.
    pub fn labels(&self) -> Vec<&str> {
        let components = self.modal["components"].as_array().into_iter().flatten();
        components
            .filter_map(|top| {
                top["label"]
                    .as_str()
                    .or_else(|| top["components"][0]["label"].as_str())
            })
            .collect()
    }
}

/// What the person saw instead of an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// Three seconds passed. The text is the client's.
    #[error("{0}")]
    NotAnswered(&'static str),
    /// Acknowledged, but nothing more came: within 15 minutes of the playground's clock, or within
    /// `Config::patience` of real time.
    #[error("it was acknowledged with {0:?}, and then nothing came")]
    LeftWaiting(Ack),
}

impl Act {
    pub(crate) fn new(persona: Persona, id: InteractionId) -> Self {
        Self { persona, id }
    }

    /// The interaction's id.
    pub fn id(&self) -> InteractionId {
        self.id
    }

    /// Who acted.
    pub fn persona(&self) -> &Persona {
        &self.persona
    }

    /// Waits for the first answer.
    ///
    /// # Errors
    /// If none comes within 3 s of the playground's clock: what the client shows then.
    pub async fn acknowledged(&self) -> Result<Acknowledged, Failed> {
        let strict = self.persona.playground.keeps_rule(Rule::FailureAfter3s);
        let deadline = self.look(|interaction| {
            let end_ms = match strict {
                true => interaction.deadline_ms(),
                false => interaction.token_ends_ms(),
            };
            (end_ms, interaction.kind)
        });
        let Some((deadline_ms, kind)) = deadline else {
            return Err(Failed::NotAnswered("Forgotten"));
        };
        let acked = |interaction: &Interaction| {
            interaction.ack.map(|(ack, at)| Acknowledged {
                ack,
                after: since(interaction, at),
            })
        };
        let found = self.until(deadline_ms, acked).await;
        found.ok_or(Failed::NotAnswered(match kind {
            InteractionKind::Command => "The application did not respond",
            InteractionKind::Component => "This interaction failed",
            InteractionKind::Autocomplete => "Loading options failed",
            InteractionKind::Modal => "Something went wrong. Try again.",
        }))
    }

    /// Waits for the whole answer: the first answer if it says something, else the edit or followup
    /// after it.
    ///
    /// # Errors
    /// If it is not acknowledged within 3 s, or nothing is said after that.
    pub async fn answer(&self) -> Result<Answered, Failed> {
        let acknowledged = self.acknowledged().await?;
        let left_waiting = Failed::LeftWaiting(acknowledged.ack);
        let end_ms = self.look(Interaction::token_ends_ms).unwrap_or(0);
        let seen = |interaction: &Interaction| {
            interaction
                .seen
                .clone()
                .map(|(seen, at)| (seen, since(interaction, at), interaction.channel))
        };
        let patience = self.persona.playground.shared.config.patience;
        let found = tokio::time::timeout(patience, self.until(end_ms, seen)).await;
        let (seen, after, channel) = found.ok().flatten().ok_or(left_waiting)?;
        Ok(Answered {
            answer: self.shown(seen, channel),
            after,
        })
    }

    /// Followups so far, without one that filled the answer.
    pub fn followups(&self) -> Vec<MessageHandle> {
        let found = self.look(|interaction| (interaction.followups.clone(), interaction.channel));
        let (ids, channel) = found.unwrap_or((Vec::new(), ChannelId(0)));
        ids.into_iter()
            .map(|id| self.message(id, channel))
            .collect()
    }

    /// Waits until there are so many followups.
    ///
    /// # Errors
    /// If they do not come in time.
    pub async fn wait_for_followups(
        &self,
        count: usize,
    ) -> Result<Vec<MessageHandle>, crate::TimedOut> {
        let enough = |world: &World| {
            (world.interactions.get(&self.id)?.followups.len() >= count).then_some(())
        };
        let what = format!("{count} followups");
        self.persona
            .playground
            .wait(Topic::Interaction(self.id), &what, enough)
            .await?;
        Ok(self.followups())
    }

    /// How often the bot tried to answer once more, and was refused (40060).
    pub fn double_answers(&self) -> u32 {
        self.look(|interaction| interaction.double_answers)
            .unwrap_or(0)
    }

    fn look<T>(&self, read: impl FnOnce(&Interaction) -> T) -> Option<T> {
        self.persona
            .playground
            .world(|world| world.interactions.get(&self.id).map(read))
    }

    fn message(&self, id: MessageId, channel: ChannelId) -> MessageHandle {
        MessageHandle::new(self.persona.playground.clone(), id, channel)
    }

    fn shown(&self, seen: Seen, channel: ChannelId) -> Answer {
        match seen {
            Seen::Message(id) => Answer::Message(self.message(id, channel)),
            Seen::Updated(id) => Answer::Updated(self.message(id, channel)),
            Seen::Modal(modal) => Answer::Modal(ModalHandle {
                interaction: self.id,
                channel: Some(channel),
                modal,
            }),
            Seen::Choices(choices) => {
                let choice = |choice: &Value| Choice {
                    name: choice["name"].as_str().unwrap_or_default().to_owned(),
                    value: choice["value"].clone(),
                };
                Answer::Choices(choices.iter().map(choice).collect())
            }
        }
    }

    /// Waits until `found` finds something, or the clock shows `end_ms`.
    async fn until<T>(&self, end_ms: i64, found: impl Fn(&Interaction) -> Option<T>) -> Option<T> {
        let playground = &self.persona.playground;
        let mut changes =
            playground.world(|world| world.topics.subscribe(Topic::Interaction(self.id)));
        loop {
            changes.borrow_and_update();
            let (result, late) = playground.world(|world| {
                (
                    world.interactions.get(&self.id).and_then(&found),
                    world.now() > end_ms,
                )
            });
            if result.is_some() || late {
                return result;
            }
            tokio::select! {
                _ = changes.changed() => {}
                () = playground.clock().sleep_until(end_ms + 1) => {}
            }
        }
    }
}

fn since(interaction: &Interaction, at: Instant) -> Duration {
    at.saturating_duration_since(interaction.sent)
}
