//! What a handler is given: a command with its options, a press, a filled-in form, a timer, an event.

mod command;
mod component;
mod event;
mod outcome;

pub use command::{Command, Typing};
pub use component::{Form, FromInput, Input, Pick, Press, from_component};
pub use event::{Event, Timer};
pub use outcome::{Outcome, Outcomes};

use std::str::FromStr;

use serde_json::Value;

use crate::ids::{RoleId, UserId};
use crate::{Failure, broken};

/// A member, as a look-up or a command's option describes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub id: UserId,
    /// The account's name.
    pub username: String,
    /// What others see: nickname, else global name, else account name. Typed by a person.
    pub display_name: String,
    /// Whether it is a bot.
    pub bot: bool,
    /// Their Discord roles.
    pub roles: Vec<RoleId>,
}

/// A role of the guild, as a look-up describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Which.
    pub id: RoleId,
    /// Its name. Typed by a person.
    pub name: String,
    /// Higher stands above; of two at one position, the one with the smaller id does.
    pub position: i64,
    /// Whether an integration owns it, so that nobody can give it.
    pub managed: bool,
}

/// A file that an interaction received.
///
/// See [Discord Docs/Attachment](https://discord.com/developers/docs/resources/message#attachment-object).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its id, for [`NewMessage::received`](crate::NewMessage::received).
    pub id: String,
    /// Its name, as the member's computer has it.
    pub filename: String,
    /// Such as `image/png`; said by whoever uploaded it.
    pub content_type: Option<String>,
    /// How large it is.
    pub size_bytes: u64,
    /// Where it can be fetched for some hours.
    pub url: String,
}

impl Member {
    /// A member as `discord.member` describes one.
    pub(crate) fn from_json(json: &Value) -> Result<Self, Failure> {
        let member = || {
            Some(Self {
                id: id(&json["id"])?,
                username: text(&json["username"])?,
                display_name: text(&json["display_name"])?,
                bot: json["bot"].as_bool().unwrap_or(false),
                roles: ids(&json["roles"]),
            })
        };
        member().ok_or_else(|| broken("the host's member lacks a field"))
    }
}

impl Role {
    /// A role as `discord.role-info` describes one.
    pub(crate) fn from_json(json: &Value) -> Result<Self, Failure> {
        let role = || {
            Some(Self {
                id: id(&json["id"])?,
                name: text(&json["name"])?,
                position: json["position"].as_i64()?,
                managed: json["managed"].as_bool().unwrap_or(false),
            })
        };
        role().ok_or_else(|| broken("the host's role lacks a field"))
    }
}

impl Attachment {
    pub(crate) fn from_json(json: &Value) -> Option<Self> {
        Some(Self {
            id: text(&json["id"])?,
            filename: text(&json["filename"])?,
            content_type: text(&json["content_type"]),
            size_bytes: json["size"].as_u64()?,
            url: text(&json["url"])?,
        })
    }

    /// Whether it says that it is a picture.
    pub fn is_image(&self) -> bool {
        let kind = self.content_type.as_deref().unwrap_or_default();
        kind.starts_with("image/")
    }
}

fn text(json: &Value) -> Option<String> {
    json.as_str().map(str::to_owned)
}

fn id<T: FromStr>(json: &Value) -> Option<T> {
    json.as_str()?.parse().ok()
}

fn ids<T: FromStr>(json: &Value) -> Vec<T> {
    list(json).iter().filter_map(id).collect()
}

fn list(json: &Value) -> &[Value] {
    json.as_array().map_or(&[], Vec::as_slice)
}
