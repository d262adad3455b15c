//! Snowflakes: one type per kind of thing, so that a role can never be passed for a member.
//!
//! A snowflake holds the moment of its making in its upper 42 bits, in milliseconds since
//! 2015-01-01 ([Discord Docs/Reference, "Snowflakes"](https://discord.com/developers/docs/reference#snowflakes)).

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::clock::Timestamp;

/// First second of 2015, from which Discord counts snowflakes, in Unix milliseconds.
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

/// Why a text is no snowflake.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a Discord id: ids are whole numbers of 15 to 20 digits")]
pub struct NotASnowflake(pub String);

macro_rules! snowflake {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(NonZeroU64);

        impl $name {
            /// The id with this number; `None` for 0, which Discord never gives out.
            pub const fn new(raw: u64) -> Option<Self> {
                match NonZeroU64::new(raw) {
                    Some(id) => Some(Self(id)),
                    None => None,
                }
            }

            /// The bare number, as Discord counts it.
            pub const fn get(self) -> u64 {
                self.0.get()
            }

            /// The number as the signed 64 bits that the databases hold.
            pub const fn to_sql(self) -> i64 {
                self.0.get().cast_signed()
            }

            /// Back from a database's signed 64 bits.
            pub const fn from_sql(raw: i64) -> Option<Self> {
                Self::new(raw.cast_unsigned())
            }

            /// When Discord made this id.
            pub const fn created_at(self) -> Timestamp {
                Timestamp::from_ms((self.0.get() >> 22) as i64 + DISCORD_EPOCH_MS)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotASnowflake;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse::<u64>()
                    .ok()
                    .and_then(Self::new)
                    .ok_or_else(|| NotASnowflake(text.chars().take(32).collect()))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(SnowflakeVisitor).and_then(|raw| {
                    Self::new(raw).ok_or_else(|| de::Error::custom("a Discord id is never 0"))
                })
            }
        }
    )*};
}

struct SnowflakeVisitor;

impl de::Visitor<'_> for SnowflakeVisitor {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Discord id, as a text or a number")
    }

    fn visit_u64<E: de::Error>(self, raw: u64) -> Result<u64, E> {
        Ok(raw)
    }

    fn visit_i64<E: de::Error>(self, raw: i64) -> Result<u64, E> {
        u64::try_from(raw).map_err(|_| E::custom("a Discord id is never negative"))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<u64, E> {
        text.parse()
            .map_err(|_| E::custom(NotASnowflake(text.chars().take(32).collect())))
    }
}

snowflake! {
    /// A guild (what people call a server).
    GuildId;
    /// A channel or thread.
    ChannelId;
    /// A user, and so also the member that the user is in a guild.
    UserId;
    /// A role of a guild. `@everyone` has the guild's own number.
    RoleId;
    /// A message.
    MessageId;
    /// One interaction: a command, press, select, modal or autocomplete request.
    InteractionId;
    /// The bot's application.
    ApplicationId;
}

impl GuildId {
    /// The `@everyone` role, whose id is the guild's.
    pub const fn everyone(self) -> RoleId {
        RoleId(self.0)
    }
}

impl UserId {
    /// How a text mentions this member.
    pub fn mention(self) -> String {
        format!("<@{self}>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snowflake_travels_as_text_and_back() {
        let id: GuildId = serde_json::from_str("\"175928847299117063\"").expect("a valid id");
        assert_eq!(
            serde_json::to_string(&id).expect("serialises"),
            "\"175928847299117063\""
        );
        assert_eq!(GuildId::from_sql(id.to_sql()), Some(id));
    }

    #[test]
    fn a_snowflake_knows_when_it_was_made() {
        // The example of Discord's own documentation.
        let id = UserId::new(175_928_847_299_117_063).expect("not 0");
        assert_eq!(id.created_at(), Timestamp::from_ms(1_462_015_105_796));
    }

    #[test]
    fn zero_and_words_are_refused() {
        assert!("0".parse::<RoleId>().is_err());
        assert!("abc".parse::<RoleId>().is_err());
        assert!(serde_json::from_str::<RoleId>("-4").is_err());
    }
}
