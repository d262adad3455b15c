//! What Discord's gateway tells the host, as plain data.

use serde_json::Value;

use crate::clock::Timestamp;
use crate::guild::{Channel, GuildSnapshot, Role};
use crate::ids::{ApplicationId, ChannelId, GuildId, InteractionId, MessageId, RoleId, UserId};
use crate::permissions::Permissions;

/// Something that happened on Discord.
#[derive(Debug, Clone)]
pub enum Event {
    /// The gateway is ready (a new session, not a resumed one): what the host believes about
    /// guilds may be out of date and is sent again, guild by guild.
    Ready {
        /// The bot's application.
        application: ApplicationId,
        /// The bot's own user.
        bot: UserId,
        /// Guilds that this session serves.
        guilds: Vec<GuildId>,
        /// Whether this is the process's first session.
        first: bool,
    },
    /// Somebody used a command, pressed, chose, submitted or is typing.
    Interaction(Box<Interaction>),
    /// A guild is there: at start, after an outage, or newly joined.
    GuildAvailable(Box<GuildSnapshot>),
    /// A guild cannot be reached for now; nothing about it is forgotten.
    GuildUnavailable(GuildId),
    /// The bot was removed from a guild.
    GuildRemoved(GuildId),
    /// A guild's name or owner changed.
    GuildChanged {
        /// The guild.
        guild: GuildId,
        /// Its name now.
        name: String,
        /// Its owner now.
        owner: UserId,
    },
    /// A role was made or changed.
    RolePut(GuildId, RoleId, Role),
    /// A role is gone.
    RoleDeleted(GuildId, RoleId),
    /// A channel or thread was made or changed.
    ChannelPut(GuildId, ChannelId, Channel),
    /// A channel or thread is gone.
    ChannelDeleted(GuildId, ChannelId),
    /// The bot's own roles changed.
    BotRoles(GuildId, Vec<RoleId>),
    /// A message is gone.
    MessageDeleted(GuildId, ChannelId, MessageId),
    /// A member joined, with their roles. Needs the members intent.
    MemberJoined(GuildId, UserId),
    /// A member left. Needs the members intent.
    MemberLeft(GuildId, UserId),
    /// A member's roles are now these. Needs the members intent.
    MemberRoles(GuildId, UserId, Vec<RoleId>),
}

/// A member of a guild, as an interaction or look-up describes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: UserId,
    /// The account's name.
    pub username: String,
    /// What others see: nickname, else global name, else account name.
    pub display_name: String,
    /// Whether it is a bot.
    pub is_bot: bool,
    /// Their Discord roles.
    pub roles: Vec<RoleId>,
    /// Their permissions in the channel of the interaction, computed by Discord; in a look-up,
    /// those in the whole guild.
    pub permissions: Permissions,
}

/// One interaction in a guild.
#[derive(Debug, Clone)]
pub struct Interaction {
    /// Its id: it is handled once, however often it arrives.
    pub id: InteractionId,
    /// The application it is for.
    pub application: ApplicationId,
    /// The secret that answers it. Never logged.
    pub token: String,
    /// The guild.
    pub guild: GuildId,
    /// The channel or thread.
    pub channel: ChannelId,
    /// Who acted.
    pub member: Member,
    /// What the bot may do in that channel.
    pub app_permissions: Permissions,
    /// The member's language, such as `en-US`.
    pub locale: String,
    /// When it reached this process.
    pub received_at: Timestamp,
    /// What was done.
    pub kind: InteractionKind,
}

/// What a member did.
#[derive(Debug, Clone)]
pub enum InteractionKind {
    /// Used a slash command.
    Command {
        /// The command's name.
        name: String,
        /// Discord's `options` and `resolved`, as it sent them.
        options: CommandOptions,
    },
    /// Is typing the value of an option.
    Autocomplete {
        /// The command's name.
        name: String,
        /// What has been entered so far; one option has `focused: true`.
        options: CommandOptions,
    },
    /// Pressed a button or chose from a menu.
    Component {
        /// The custom id that the host printed.
        custom_id: String,
        /// The values chosen from a menu; `None` for a button.
        values: Option<Vec<String>>,
        /// The message with the button.
        message: PressedMessage,
    },
    /// Submitted a modal.
    Modal {
        /// The custom id that the host printed.
        custom_id: String,
        /// Text inputs: custom id (as the plugin wrote it) and value.
        fields: Vec<(String, String)>,
        /// The message whose button opened the modal, if it was a button.
        message: Option<PressedMessage>,
    },
}

/// The options of a command as Discord nests them, and the objects that they mention.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CommandOptions {
    /// Discord's `data.options` array: `[{name, type, value | options, focused?}]`.
    pub options: Value,
    /// Discord's `data.resolved` object; null if nothing is resolved.
    pub resolved: Value,
}

/// The message on which somebody pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PressedMessage {
    /// Its id.
    pub id: MessageId,
    /// Where it is.
    pub channel: ChannelId,
    /// Who posted it.
    pub author: UserId,
    /// Whether only one member sees it.
    pub ephemeral: bool,
    /// The custom ids of all its components, as Discord holds them: a press whose id is not among
    /// them is forged.
    pub custom_ids: Vec<String>,
}

impl Interaction {
    /// The pressed message, where there is one.
    pub fn message(&self) -> Option<&PressedMessage> {
        match &self.kind {
            InteractionKind::Component { message, .. } => Some(message),
            InteractionKind::Modal { message, .. } => message.as_ref(),
            InteractionKind::Command { .. } | InteractionKind::Autocomplete { .. } => None,
        }
    }
}
