//! Channels, threads and direct messages.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::iso8601;
use crate::id::{ChannelId, GuildId, MessageId, UserId};
use crate::permission::{Overwrite, OverwriteTarget};

/// Discord's channel types, as far as the playground has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// A text channel of a guild.
    #[default]
    Text,
    /// A conversation of a user with the bot.
    Dm,
    /// A voice channel.
    Voice,
    /// A heading above channels.
    Category,
    /// An announcement channel.
    Announcement,
    /// A thread that all may see who see its parent.
    PublicThread,
    /// A thread for those who were invited.
    PrivateThread,
    /// A stage channel.
    Stage,
    /// A forum: holds threads only.
    Forum,
}

impl ChannelKind {
    const NUMBERS: [(Self, u8); 9] = [
        (Self::Text, 0),
        (Self::Dm, 1),
        (Self::Voice, 2),
        (Self::Category, 4),
        (Self::Announcement, 5),
        (Self::PublicThread, 11),
        (Self::PrivateThread, 12),
        (Self::Stage, 13),
        (Self::Forum, 15),
    ];

    /// The number in Discord's JSON ("Channel Types").
    pub fn number(self) -> u8 {
        Self::NUMBERS
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or(0, |(_, number)| *number)
    }

    pub(crate) fn from_number(number: i64) -> Option<Self> {
        Self::NUMBERS
            .iter()
            .find(|(_, known)| i64::from(*known) == number)
            .map(|(kind, _)| *kind)
    }

    /// Whether it is a thread.
    pub fn is_thread(self) -> bool {
        matches!(self, Self::PublicThread | Self::PrivateThread)
    }

    /// Whether messages can be posted.
    pub fn holds_messages(self) -> bool {
        !matches!(self, Self::Category | Self::Forum)
    }
}

/// What only threads have.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThreadState {
    /// Who opened it.
    pub owner: UserId,
    /// Whether it is archived.
    pub archived: bool,
    /// Whether only those with MANAGE_THREADS may write or reopen it.
    pub locked: bool,
    /// Minutes without a message until it is archived.
    pub auto_archive_minutes: i64,
    /// When `archived` last changed, in Unix milliseconds.
    pub archive_changed_ms: i64,
    /// Whether members may invite others (private threads).
    pub invitable: bool,
    /// Who is in it.
    pub members: Vec<UserId>,
}

/// A channel, thread or direct message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// The channel's id.
    pub id: ChannelId,
    /// What it is.
    pub kind: ChannelKind,
    /// The guild, unless it is a direct message.
    pub guild: Option<GuildId>,
    /// The category, or the channel a thread hangs on.
    pub parent: Option<ChannelId>,
    /// The name; empty for a direct message.
    pub name: String,
    /// The topic.
    pub topic: Option<String>,
    /// Where it stands in the list.
    pub position: i64,
    /// Exceptions to the roles' permissions.
    pub overwrites: Vec<Overwrite>,
    /// Slowmode in seconds.
    pub slowmode_s: i64,
    /// Age-restricted.
    pub nsfw: bool,
    /// The other side of a direct message.
    pub recipient: Option<UserId>,
    /// What only threads have.
    pub thread: Option<ThreadState>,
    /// Its messages, oldest first; ephemeral ones are not here.
    #[serde(skip)]
    pub(crate) messages: Vec<MessageId>,
    /// Messages ever posted in it.
    pub(crate) message_count: u32,
}

impl Channel {
    pub(crate) fn new(
        id: ChannelId,
        kind: ChannelKind,
        guild: Option<GuildId>,
        name: &str,
    ) -> Self {
        Self {
            id,
            kind,
            guild,
            parent: None,
            name: name.to_owned(),
            topic: None,
            position: 0,
            overwrites: Vec::new(),
            slowmode_s: 0,
            nsfw: false,
            recipient: None,
            thread: None,
            messages: Vec::new(),
            message_count: 0,
        }
    }

    /// The channel as Discord writes it. `recipient` is given for direct messages.
    pub(crate) fn to_json(&self, recipient: Option<Value>) -> Value {
        let mut json = json!({
            "id": self.id, "type": self.kind.number(), "flags": 0,
            "last_message_id": self.messages.last(),
        });
        let Some(guild) = self.guild else {
            json["recipients"] = Value::Array(recipient.into_iter().collect());
            return json;
        };
        json["guild_id"] = json!(guild);
        json["name"] = json!(self.name);
        json["parent_id"] = json!(self.parent);
        json["rate_limit_per_user"] = json!(self.slowmode_s);
        if let Some(thread) = &self.thread {
            json["owner_id"] = json!(thread.owner);
            json["message_count"] = json!(self.message_count);
            json["total_message_sent"] = json!(self.message_count);
            json["member_count"] = json!(thread.members.len().min(50));
            json["thread_metadata"] = json!({
                "archived": thread.archived, "locked": thread.locked,
                "auto_archive_duration": thread.auto_archive_minutes,
                "archive_timestamp": iso8601(thread.archive_changed_ms),
                "create_timestamp": iso8601(self.id.created_ms()),
            });
            if self.kind == ChannelKind::PrivateThread {
                json["thread_metadata"]["invitable"] = json!(thread.invitable);
            }
            return json;
        }
        json["position"] = json!(self.position);
        json["topic"] = json!(self.topic);
        json["nsfw"] = json!(self.nsfw);
        json["permission_overwrites"] = self.overwrites.iter().map(overwrite_json).collect();
        if matches!(self.kind, ChannelKind::Voice | ChannelKind::Stage) {
            json["bitrate"] = json!(64_000);
            json["user_limit"] = json!(0);
            json["rtc_region"] = Value::Null;
        }
        if self.kind == ChannelKind::Forum {
            json["available_tags"] = json!([]);
            json["default_reaction_emoji"] = Value::Null;
            json["default_sort_order"] = Value::Null;
            json["default_forum_layout"] = json!(0);
        }
        json
    }
}

fn overwrite_json(overwrite: &Overwrite) -> Value {
    let (id, kind) = match overwrite.target {
        OverwriteTarget::Role(role) => (role.0, 0),
        OverwriteTarget::Member(user) => (user.0, 1),
    };
    json!({ "id": id.to_string(), "type": kind, "allow": overwrite.allow, "deny": overwrite.deny })
}
