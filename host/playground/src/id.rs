//! Snowflakes: the ids that Discord gives to everything, as one newtype per kind of thing.
//!
//! See [Discord Docs/API Reference, "Snowflakes"]: milliseconds since 2015-01-01 in the upper 42
//! bits, then worker, process and a counter. In JSON they are strings.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The first millisecond of 2015 in Unix time, from where snowflakes count.
pub const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl $name {
            /// When the thing was made, in Unix milliseconds, as its id tells.
            pub fn created_ms(self) -> i64 {
                (self.0 >> 22) as i64 + DISCORD_EPOCH_MS
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl From<u64> for $name {
            fn from(raw: u64) -> Self {
                Self(raw)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                raw(deserializer).map(Self)
            }
        }
    )*};
}

ids! {
    /// A guild.
    GuildId;
    /// A user: a person, or the bot.
    UserId;
    /// A role. The @everyone role has the guild's id.
    RoleId;
    /// A channel, thread or direct message.
    ChannelId;
    /// A message.
    MessageId;
    /// An application command.
    CommandId;
    /// An interaction.
    InteractionId;
    /// An application.
    ApplicationId;
    /// An attached file.
    AttachmentId;
    /// A webhook of a channel.
    WebhookId;
}

/// An id as a JSON string, as Discord writes it, or as a number, as people write it in data files.
fn raw<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    struct Raw;
    impl serde::de::Visitor<'_> for Raw {
        type Value = u64;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a snowflake")
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<u64, E> {
            text.parse().map_err(E::custom)
        }
        fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<u64, E> {
            Ok(number)
        }
        fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<u64, E> {
            u64::try_from(number).map_err(E::custom)
        }
    }
    deserializer.deserialize_any(Raw)
}

/// Makes snowflakes that rise with the clock, and never twice the same.
#[derive(Debug, Default)]
pub(crate) struct Snowflakes {
    last: u64,
}

impl Snowflakes {
    /// No later id is below one that is taken.
    pub(crate) fn take(&mut self, id: u64) {
        self.last = self.last.max(id);
    }

    /// The next id for the moment `now_ms` (Unix milliseconds).
    pub(crate) fn next(&mut self, now_ms: i64) -> u64 {
        let since = u64::try_from(now_ms - DISCORD_EPOCH_MS).unwrap_or(0);
        // Worker 1, process 0; the counter overflows into the next millisecond, which keeps order.
        let floor = (since << 22) | (1 << 17);
        self.last = floor.max(self.last + 1);
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_within_one_millisecond_and_tell_their_time() {
        let mut ids = Snowflakes::default();
        let now = 1_790_000_000_000;
        let made: Vec<u64> = (0..5000).map(|_| ids.next(now)).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(MessageId(made[0]).created_ms(), now);
    }

    #[test]
    fn ids_are_strings_in_json_and_read_from_numbers_too() {
        assert_eq!(serde_json::to_string(&GuildId(7)).expect("plain"), "\"7\"");
        assert_eq!(
            serde_json::from_str::<GuildId>("7").expect("number"),
            GuildId(7)
        );
        assert!(serde_json::from_str::<GuildId>("\"x\"").is_err());
    }
}
