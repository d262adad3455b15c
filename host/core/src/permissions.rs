//! Discord's permission bits
//! ([Discord Docs/Permissions](https://discord.com/developers/docs/topics/permissions)).

use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Not};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A set of Discord permissions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Permissions(u64);

macro_rules! permissions {
    ($($name:ident = $bit:literal, $label:literal;)*) => {
        impl Permissions {
            $(#[doc = concat!("Discord's \"", $label, "\".")]
            pub const $name: Self = Self(1 << $bit);)*

            /// The names, as Discord's settings show them, of all permissions of this set that
            /// the bot knows.
            pub fn labels(self) -> Vec<&'static str> {
                let mut labels = Vec::new();
                $(if self.contains(Self::$name) { labels.push($label); })*
                labels
            }

            /// The permission that Discord's API calls `name`, such as `MANAGE_ROLES`.
            pub fn by_name(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($name) => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

permissions! {
    KICK_MEMBERS = 1, "Kick Members";
    BAN_MEMBERS = 2, "Ban Members";
    ADMINISTRATOR = 3, "Administrator";
    MANAGE_CHANNELS = 4, "Manage Channels";
    MANAGE_GUILD = 5, "Manage Server";
    ADD_REACTIONS = 6, "Add Reactions";
    VIEW_CHANNEL = 10, "View Channel";
    SEND_MESSAGES = 11, "Send Messages";
    MANAGE_MESSAGES = 13, "Manage Messages";
    EMBED_LINKS = 14, "Embed Links";
    ATTACH_FILES = 15, "Attach Files";
    READ_MESSAGE_HISTORY = 16, "Read Message History";
    MENTION_EVERYONE = 17, "Mention Everyone";
    USE_EXTERNAL_EMOJIS = 18, "Use External Emojis";
    CHANGE_NICKNAME = 26, "Change Nickname";
    MANAGE_NICKNAMES = 27, "Manage Nicknames";
    MANAGE_ROLES = 28, "Manage Roles";
    USE_APPLICATION_COMMANDS = 31, "Use Application Commands";
    MANAGE_THREADS = 34, "Manage Threads";
    CREATE_PUBLIC_THREADS = 35, "Create Public Threads";
    CREATE_PRIVATE_THREADS = 36, "Create Private Threads";
    SEND_MESSAGES_IN_THREADS = 38, "Send Messages in Threads";
    MODERATE_MEMBERS = 40, "Timeout Members";
}

impl Permissions {
    /// What gives power over others or over the guild: nothing that a plugin hands out by itself. Bits that
    /// the bot has no name for are among them: the audit log (7), muting, deafening and moving members (22
    /// to 24), webhooks, expressions and events (29, 30, 33), and creator monetization insights (41).
    pub const PRIVILEGED: Self = Self(
        Self::KICK_MEMBERS.0
            | Self::BAN_MEMBERS.0
            | Self::ADMINISTRATOR.0
            | Self::MANAGE_CHANNELS.0
            | Self::MANAGE_GUILD.0
            | Self::MANAGE_MESSAGES.0
            | Self::MENTION_EVERYONE.0
            | Self::MANAGE_NICKNAMES.0
            | Self::MANAGE_ROLES.0
            | Self::MANAGE_THREADS.0
            | Self::MODERATE_MEMBERS.0
            | 1 << 7
            | 1 << 22
            | 1 << 23
            | 1 << 24
            | 1 << 29
            | 1 << 30
            | 1 << 33
            | 1 << 41,
    );

    /// The set with these bits, known or not.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The bits as Discord counts them.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Every permission there is.
    pub const fn all() -> Self {
        Self(u64::MAX)
    }

    /// Whether all of `other` are in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// What of `needed` is not in this set.
    pub const fn missing(self, needed: Self) -> Self {
        Self(needed.0 & !self.0)
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl BitOr for Permissions {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Permissions {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for Permissions {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Not for Permissions {
    type Output = Self;
    fn not(self) -> Self {
        Self(!self.0)
    }
}

impl fmt::Display for Permissions {
    /// `Manage Roles, Send Messages`, for sentences.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.labels().join(", "))
    }
}

impl Serialize for Permissions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Permissions {
    /// Discord writes the bits as a decimal text, because they outgrow 53 bits.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse()
            .map(Self)
            .map_err(|_| de::Error::custom("permissions are a decimal text"))
    }
}
