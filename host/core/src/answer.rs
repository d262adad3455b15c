//! What the host tells Discord in answer to an interaction.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The one answer of a call to the interaction that it is about. Stored with the interaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum Answer {
    /// A message.
    Message {
        /// Discord's message object, checked.
        body: Value,
        /// Whether only the acting member sees it.
        private: bool,
    },
    /// The pressed message is replaced.
    Update {
        /// Discord's message object, checked.
        body: Value,
    },
    /// A form opens.
    Modal {
        /// Discord's modal object, checked.
        body: Value,
    },
    /// Suggestions while typing.
    Choices {
        /// Discord's choices, at most 25.
        choices: Value,
    },
    /// The view of a panel that this call opened.
    Panel {
        /// The panel's name.
        name: String,
        /// Whether only the acting member sees it.
        private: bool,
    },
    /// Nothing to say: a press ends its spinner; a command is told "Done.".
    Nothing,
    /// First the effects with these tags, then `effects.outcome` answers.
    After {
        /// The tags to wait for.
        tags: Vec<String>,
        /// How long at most, in milliseconds.
        within_ms: u64,
        /// Whether the answer to come is private.
        private: bool,
    },
}

impl Answer {
    /// A private message of plain text, which pings nobody.
    pub fn tell(text: impl Into<String>) -> Self {
        Self::Message {
            body: serde_json::json!({ "content": text.into(), "allowed_mentions": { "parse": [] } }),
            private: true,
        }
    }
}
