//! Text addresses: how a plugin says where something goes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::{ChannelId, MessageId, UserId};

/// A place that a plugin may name.
///
/// | text | place |
/// |---|---|
/// | `channel:123` | that channel or thread, if it is this guild's |
/// | `key:log` | the channel that the guild mapped to this key |
/// | `dm:123` | the direct messages of that member |
/// | `name:log/42` | what this plugin made under this name in this guild |
/// | `panel:run/42` | the message of this plugin's panel |
/// | `message:123/456` | message 456 in channel 123, if that is this guild's |
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Address {
    /// A channel or thread by its id.
    Channel(ChannelId),
    /// The channel mapped to a key.
    Key(String),
    /// Direct messages of a member.
    Dm(UserId),
    /// What the plugin created under a name of its own choice.
    Name(String),
    /// The message of a panel.
    Panel(String),
    /// A message by its ids.
    Message(ChannelId, MessageId),
}

/// Why a text is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no address; use `channel:<id>`, `key:<channel key>`, `dm:<user id>`, `name:<your name>`, \
     `panel:<panel name>` or `message:<channel id>/<message id>`"
)]
pub struct NotAnAddress(String);

/// The most characters in a name that a plugin chooses.
pub const MAX_NAME: usize = 100;

/// Whether a plugin may choose `name` for a panel, timer, series or created thing: 1 to 100
/// printable characters without spaces.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().count() <= MAX_NAME
        && name.chars().all(|c| !c.is_whitespace() && !c.is_control())
}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || NotAnAddress(text.chars().take(60).collect());
        let (kind, rest) = text.split_once(':').ok_or_else(refuse)?;
        let named = |name: &str| is_name(name).then(|| name.to_owned()).ok_or_else(refuse);
        match kind {
            "channel" => rest.parse().map(Self::Channel).map_err(|_| refuse()),
            "dm" => rest.parse().map(Self::Dm).map_err(|_| refuse()),
            "key" => named(rest).map(Self::Key),
            "name" => named(rest).map(Self::Name),
            "panel" => named(rest).map(Self::Panel),
            "message" => {
                let (channel, message) = rest.split_once('/').ok_or_else(refuse)?;
                let channel = channel.parse().map_err(|_| refuse())?;
                Ok(Self::Message(
                    channel,
                    message.parse().map_err(|_| refuse())?,
                ))
            }
            _ => Err(refuse()),
        }
    }
}

impl TryFrom<String> for Address {
    type Error = NotAnAddress;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Channel(id) => write!(f, "channel:{id}"),
            Self::Key(key) => write!(f, "key:{key}"),
            Self::Dm(user) => write!(f, "dm:{user}"),
            Self::Name(name) => write!(f, "name:{name}"),
            Self::Panel(name) => write!(f, "panel:{name}"),
            Self::Message(channel, message) => write!(f, "message:{channel}/{message}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_as_written() {
        for text in [
            "channel:12",
            "key:log",
            "dm:7",
            "name:log/42",
            "panel:run/42",
            "message:1/2",
        ] {
            assert_eq!(text.parse::<Address>().expect(text).to_string(), text);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "channel",
            "channel:",
            "channel:x",
            "name:",
            "name:a b",
            "message:1",
            "web:1",
        ] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
