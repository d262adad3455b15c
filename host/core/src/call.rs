//! One call of a plugin: what caused it, what it is given, and how it ended.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::Answer;
use crate::clock::Timestamp;
use crate::ids::{ChannelId, GuildId, InteractionId, MessageId, UserId};
use crate::interaction::Member;
use crate::manifest::PluginName;
use crate::roles::Standing;

/// What made the host call a plugin. Its key is recorded in the call's own transaction, so a second
/// delivery is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// A member acted.
    Interaction {
        /// The interaction.
        id: InteractionId,
    },
    /// A timer is due.
    Timer {
        /// Its name.
        name: String,
        /// When it was due: a timer set anew in the meantime is another.
        at: Timestamp,
    },
    /// Another plugin, or the host, emitted an event.
    Event {
        /// The event's number in the store.
        id: i64,
    },
    /// Effects that an answer waits for are through.
    Outcome {
        /// The outbox row that held them.
        outbox: i64,
        /// The interaction that still waits for its answer.
        interaction: InteractionId,
    },
}

/// One call to be made.
#[derive(Debug, Clone)]
pub struct Call {
    /// In which guild.
    pub guild: GuildId,
    /// Of which plugin.
    pub plugin: PluginName,
    /// Why.
    pub cause: Cause,
    /// What the plugin is given.
    pub input: Input,
    /// The member who acted, where one did.
    pub actor: Option<Actor>,
    /// The interaction to answer, where there is one.
    pub interaction: Option<InteractionRef>,
    /// If it has not started by then it is not run at all: what may open a modal cannot be deferred.
    pub start_before: Option<Timestamp>,
}

/// The interaction that a call is to answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InteractionRef {
    /// Its id.
    pub id: InteractionId,
    /// The secret that answers it.
    pub token: String,
    /// Where it happened.
    pub channel: ChannelId,
    /// The member's language.
    pub locale: String,
    /// What it was.
    pub origin: Origin,
    /// Whether the answer of a command is private, as declared.
    pub private: bool,
}

/// What kind of interaction is to be answered; it decides which answers Discord takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A slash command.
    Command,
    /// A button or menu.
    Component,
    /// A modal that a command opened.
    ModalOfCommand,
    /// A modal that a button opened.
    ModalOfComponent,
    /// Typing.
    Autocomplete,
}

impl Origin {
    /// Whether the pressed message can be updated (callback types 6 and 7).
    pub const fn has_message(self) -> bool {
        matches!(self, Self::Component | Self::ModalOfComponent)
    }
}

/// The member who acted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The member, as the interaction described them.
    pub member: Member,
    /// Where they stand.
    pub standing: Standing,
    /// The message that they pressed, where there is one.
    pub pressed: Option<Pressed>,
}

/// The message on which somebody pressed, as a plugin may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pressed {
    /// Its id.
    pub message: MessageId,
    /// Where it is.
    pub channel: ChannelId,
    /// Whether only one member sees it.
    pub ephemeral: bool,
    /// The panel that it shows, if it is one.
    pub panel: Option<String>,
    /// Who opened that panel, if a member did.
    pub opened_by: Option<UserId>,
}

/// What a plugin is given.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// `commands.handle`.
    Command {
        /// The command's name.
        name: String,
        /// `{"options": [...], "resolved": {...}}` in Discord's shape.
        data: Value,
    },
    /// `components.handle`, a button.
    Button {
        /// The plugin's own custom id.
        custom_id: String,
    },
    /// `components.handle`, a menu.
    Select {
        /// The plugin's own custom id.
        custom_id: String,
        /// The chosen values.
        values: Vec<String>,
    },
    /// `components.handle`, a form.
    Modal {
        /// The plugin's own custom id.
        custom_id: String,
        /// Text inputs by custom id.
        fields: Vec<(String, String)>,
    },
    /// `timers.fire`.
    Timer {
        /// The timer's name.
        name: String,
        /// What the plugin stored with it.
        payload: String,
    },
    /// `events.handle`.
    Event {
        /// Such as `run.ended`.
        topic: String,
        /// The emitting plugin, or `host`.
        source: String,
        /// When it was emitted.
        at: Timestamp,
        /// A JSON object.
        body: Value,
    },
    /// `effects.outcome`.
    Outcome {
        /// `[{"tag", "ok", "problem"?, "channel"?, "message"?, "role"?}]`.
        results: Value,
    },
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq)]
pub enum CallOutcome {
    /// Committed; this is the answer, if the call was to give one. It is stored, too.
    Done(Option<Answer>),
    /// Refused with a sentence for the member; nothing was committed.
    Refused(String),
    /// This cause was applied before; if its answer is known, it is this.
    Duplicate(Option<Answer>),
    /// It could not start in time, or too many wait. Nothing was run.
    Busy,
    /// The plugin lacks something that the guild's owner must provide; nothing was committed.
    OwnerMustAct(String),
    /// The plugin or the host failed; nothing was committed.
    Failed {
        /// What the member is shown, and what stands in the log.
        reference: String,
    },
}
