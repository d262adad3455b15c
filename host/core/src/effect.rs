//! What a plugin asked for and the host will carry out after the commit.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::address::Address;
use crate::clock::Timestamp;
use crate::ids::{ChannelId, MessageId, RoleId, UserId};

/// One queued action on Discord. Stored as JSON in the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// The plugin's mark for it, by which `effects.outcome` reports; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tag: String,
    /// The member on whose behalf it happens, for targeting rules and the audit reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<UserId>,
    /// Discord's audit-log reason, at most 512 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What to do.
    #[serde(flatten)]
    pub action: Action,
}

/// What can be queued.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// Posts a message.
    SendMessage {
        /// Where.
        to: Address,
        /// Discord's message object, checked.
        message: Value,
        /// The name by which the plugin finds it again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Files, sent along.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<File>,
    },
    /// Deletes a message: `name:`, `panel:` or `message:`.
    DeleteMessage {
        /// Which.
        message: Address,
    },
    /// Opens a thread: on a message (`name:`, `panel:`, `message:`), else in a channel.
    ThreadCreate {
        /// On what, or where.
        on: Address,
        /// The thread's name, at most 100 characters.
        title: String,
        /// Minutes without a message until Discord archives it: 60, 1440, 4320 or 10080.
        archive_minutes: u16,
        /// The name by which the plugin finds it again.
        name: String,
    },
    /// Archives or reopens, locks or unlocks a thread.
    ThreadEdit {
        /// The thread.
        thread: Address,
        /// New state, if it changes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        archived: Option<bool>,
        /// New state, if it changes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        locked: Option<bool>,
    },
    /// Deletes a thread that the plugin made, with all that stands in it.
    ThreadDelete {
        /// The thread's name.
        name: String,
    },
    /// Gives or takes a role.
    MemberRole {
        /// Whose.
        user: UserId,
        /// Which.
        role: RoleRef,
        /// Gives if true, takes if false.
        give: bool,
    },
    /// Sets or clears a nickname.
    Nickname {
        /// Whose.
        user: UserId,
        /// 1 to 32 characters; `None` clears.
        nickname: Option<String>,
    },
    /// Silences a member for a while, or lifts it.
    Timeout {
        /// Whom.
        user: UserId,
        /// Until when, at most 28 days ahead; `None` lifts.
        until: Option<Timestamp>,
    },
    /// Removes a member from the guild.
    Kick {
        /// Whom.
        user: UserId,
    },
    /// Bans.
    Ban {
        /// Whom.
        user: UserId,
        /// How many seconds of messages to delete, at most 604,800.
        delete_message_seconds: u32,
    },
    /// Lifts a ban.
    Unban {
        /// Whom.
        user: UserId,
    },
    /// Makes a role that this plugin may then give and delete.
    RoleCreate {
        /// The name by which the plugin finds it again.
        name: String,
        /// The role's title, at most 100 characters.
        title: String,
        /// 24-bit RGB.
        color: u32,
        /// Whether everybody may mention it.
        mentionable: bool,
    },
    /// Deletes a role that this plugin made.
    RoleDelete {
        /// The plugin's name for it.
        name: String,
    },
    /// Lets the plugin give and take a role that somebody of rank chose for it.
    RoleAdopt {
        /// The name by which the plugin finds it again.
        name: String,
        /// The role.
        role: RoleId,
    },
    /// Ends that. The role stays.
    RoleForget {
        /// The plugin's name for it.
        name: String,
    },
    /// A line for a log channel or thread; lines that wait for one place leave as one message.
    LogLine {
        /// Where.
        to: Address,
        /// The text.
        line: String,
    },
}

/// A role that a plugin may name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleRef {
    /// The role that the guild mapped to this key (granted to the plugin).
    Key(String),
    /// A role that the plugin made under this name.
    Name(String),
    /// A role by its id: one that the plugin made or was granted.
    Id(RoleId),
}

/// A file to upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Where its bytes come from.
    #[serde(flatten)]
    pub content: FileContent,
}

/// Where a file's bytes come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileContent {
    /// The text itself.
    Text(String),
    /// The address of an attachment that this interaction received: fetched from Discord's CDN and sent
    /// again.
    Received(String),
}

/// How an effect ended, for `effects.outcome`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectResult {
    /// The plugin's mark.
    pub tag: String,
    /// Whether it was carried out.
    pub ok: bool,
    /// Why not, as a sentence for the member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// The channel of what was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelId>,
    /// The message that was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// The role that was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleId>,
}

/// What happens to a panel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum PanelChange {
    /// Posts a new panel. Opening one that is open does nothing.
    Open {
        /// The plugin's name for it.
        name: String,
        /// Where it goes.
        place: PanelPlace,
        /// What happens when somebody deletes its message.
        when_deleted: WhenDeleted,
        /// The plugin's mark, by which `effects.outcome` reports the post; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        tag: String,
    },
    /// Its view may have changed. A name that ends in `*` means every open panel with that start.
    Refresh {
        /// Which.
        name: String,
    },
    /// The message stays and shows another view from now on.
    Rename {
        /// The name so far.
        from: String,
        /// The name from now on.
        to: String,
    },
    /// Posts it anew at the end of its channel and deletes the old message.
    Repost {
        /// Which.
        name: String,
    },
    /// Shows its view once more and then leaves the message alone. `*` as in `Refresh`.
    Close {
        /// Which.
        name: String,
    },
}

/// Where a panel is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PanelPlace {
    /// A channel, thread or direct messages.
    At(Address),
    /// The answer to this interaction, visible to the acting member only, live while its token is.
    PrivateAnswer,
    /// The answer to this interaction, visible to all; kept like a message of the channel.
    PublicAnswer,
}

/// What happens when a panel's message is deleted by hand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenDeleted {
    /// It is posted again.
    #[default]
    Repost,
    /// The plugin is told by the event `panel.lost`.
    Report,
}

/// A timer set or cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum TimerChange {
    /// Sets a timer; one of the same name is replaced.
    Set {
        /// The plugin's name for it.
        name: String,
        /// When it fires; after downtime, at once.
        at: Timestamp,
        /// What the plugin wants back.
        payload: String,
    },
    /// Cancels a timer, if it is set.
    Cancel {
        /// Which.
        name: String,
    },
}

/// An event for the other plugins of the guild.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Emitted {
    /// Such as `run.ended`.
    pub topic: String,
    /// A JSON object.
    pub body: Value,
}

/// A line of the audit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Such as `guild.roles.set`.
    pub action: String,
    /// What it was done to, such as `run:42`.
    pub subject: String,
    /// Who did it; `None` for the system.
    pub actor: Option<UserId>,
    /// Details, a JSON object.
    pub meta: Value,
}
