//! An interaction from the press to its last followup.
//!
//! See [Discord Docs/Receiving and Responding to Interactions]: the first answer is due within 3 s,
//! the token lives 15 minutes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::id::{ChannelId, InteractionId, MessageId, UserId};

/// How long Discord waits for the first answer.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// How long followups and edits are taken.
pub const TOKEN_LIVES: Duration = Duration::from_secs(15 * 60);

/// What a person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InteractionKind {
    /// Used a command.
    Command,
    /// Pressed a button or chose from a menu.
    Component,
    /// Typed in an option with autocomplete.
    Autocomplete,
    /// Sent a modal.
    Modal,
}

impl InteractionKind {
    /// The number in Discord's JSON ("Interaction Type").
    pub fn number(self) -> u8 {
        match self {
            Self::Command => 2,
            Self::Component => 3,
            Self::Autocomplete => 4,
            Self::Modal => 5,
        }
    }
}

/// The first answer, by its callback type ("Interaction Callback Type").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ack {
    /// 4: a message.
    Message,
    /// 5: "is thinking…".
    Thinking,
    /// 6: nothing to see, the spinner stops.
    DeferredUpdate,
    /// 7: the message it sits on changed.
    Update,
    /// 8: choices.
    Choices,
    /// 9: a modal.
    Modal,
}

impl Ack {
    /// The number in Discord's JSON.
    pub fn number(self) -> u8 {
        match self {
            Self::Message => 4,
            Self::Thinking => 5,
            Self::DeferredUpdate => 6,
            Self::Update => 7,
            Self::Choices => 8,
            Self::Modal => 9,
        }
    }
}

/// What the person saw as the whole answer.
#[derive(Clone, Debug)]
pub(crate) enum Seen {
    Message(MessageId),
    Updated(MessageId),
    Choices(Arc<Vec<Value>>),
    Modal(Arc<Value>),
}

#[derive(Clone, Debug)]
pub(crate) struct Interaction {
    pub id: InteractionId,
    pub token: Arc<str>,
    pub kind: InteractionKind,
    /// Of the command: 1 slash, 2 user, 3 message.
    pub command_kind: u8,
    /// The command's name; empty for other kinds.
    pub command: String,
    pub user: UserId,
    pub channel: ChannelId,
    /// The message that a component sits on; also of a modal that came from one.
    pub source: Option<MessageId>,
    /// Set on modal submits that answer a modal opened by a command.
    pub metadata: Value,
    pub created_ms: i64,
    pub sent: Instant,
    pub ack: Option<(Ack, Instant)>,
    pub seen: Option<(Seen, Instant)>,
    /// What `@original` means.
    pub original: Option<MessageId>,
    pub followups: Vec<MessageId>,
    /// The deprecated habit: the first followup after 5 fills the loading message.
    pub loading_open: bool,
    /// Callbacks refused because it was already answered.
    pub double_answers: u32,
}

impl Interaction {
    pub(crate) fn deadline_ms(&self) -> i64 {
        self.created_ms + ANSWER_WITHIN.as_millis() as i64
    }

    pub(crate) fn token_ends_ms(&self) -> i64 {
        self.created_ms + TOKEN_LIVES.as_millis() as i64
    }
}
