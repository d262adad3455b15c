//! Discord's ids, one type each, so that a role cannot be passed where a member is wanted.
//!
//! Discord writes ids ("snowflakes") as strings of digits in JSON, since they outgrow the numbers of
//! JavaScript; so do these types. They read strings and numbers, because a database column holds
//! a number.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(
            /// The number itself.
            pub u64,
        );

        impl $name {
            /// The id as a database column holds it. Discord's ids stay below 2^63 until the year 2084.
            pub fn to_i64(self) -> i64 {
                self.0.cast_signed()
            }

            /// The id from a database column.
            pub fn from_i64(value: i64) -> Self {
                Self(value.cast_unsigned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(IdVisitor).map(Self)
            }
        }
    };
}

id! {
    /// A guild: what people call a server.
    GuildId
}
id! {
    /// A user. The same person has one id in all guilds.
    UserId
}
id! {
    /// A channel or a thread.
    ChannelId
}
id! {
    /// A message. Unique by itself, but Discord wants its channel too.
    MessageId
}
id! {
    /// A role of a guild.
    RoleId
}

impl UserId {
    /// `<@1>`: shown as the member's name. Pings only where the message allows it.
    ///
    /// See [Discord Docs/Message Formatting](https://discord.com/developers/docs/reference#message-formatting).
    pub fn mention(self) -> String {
        format!("<@{}>", self.0)
    }
}

impl RoleId {
    /// `<@&1>`: shown as the role's name. Pings only where the message allows it.
    pub fn mention(self) -> String {
        format!("<@&{}>", self.0)
    }
}

impl ChannelId {
    /// `<#1>`: a link to the channel or thread.
    pub fn mention(self) -> String {
        format!("<#{}>", self.0)
    }
}

struct IdVisitor;

impl serde::de::Visitor<'_> for IdVisitor {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id: digits as a string, or a number")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<u64, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<u64, E> {
        Ok(value)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<u64, E> {
        u64::try_from(value).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_as_a_string_and_read_from_both() {
        let id = UserId(1_234_567_890_123_456_789);
        assert_eq!(
            serde_json::to_string(&id).expect("an id is a plain string"),
            "\"1234567890123456789\""
        );
        for text in ["\"1234567890123456789\"", "1234567890123456789"] {
            let read: UserId = serde_json::from_str(text).expect("both forms are documented");
            assert_eq!(read, id);
        }
    }

    #[test]
    fn an_id_that_is_none_is_refused() {
        for text in ["\"\"", "\"-1\"", "-1", "\"ann\"", "1.5", "null"] {
            assert!(serde_json::from_str::<UserId>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_id_survives_the_database() {
        let id = RoleId(1_234_567_890_123_456_789);
        assert_eq!(RoleId::from_i64(id.to_i64()), id);
    }
}
