//! What a handler is given: a command with its options, a press, a filled-in form, a timer, an event.

mod command;
mod component;
mod event;
mod outcome;

pub use command::{Command, Typing};
pub use component::{Form, FromInput, Input, Pick, Press, from_component};
pub use event::{Event, Timer};
pub use outcome::{Outcome, Outcomes};

use serde::Deserialize;

use crate::ids::{RoleId, UserId};

/// A member, as a look-up or a command's option describes them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Member {
    /// Who.
    pub id: UserId,
    /// The account's name.
    pub username: String,
    /// What others see: nickname, else global name, else account name. Typed by a person.
    pub display_name: String,
    /// Whether it is a bot.
    #[serde(default)]
    pub bot: bool,
    /// Their Discord roles.
    #[serde(default)]
    pub roles: Vec<RoleId>,
}

/// A file that an interaction received.
///
/// See [Discord Docs/Attachment](https://discord.com/developers/docs/resources/message#attachment-object).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Attachment {
    /// Its id, for [`NewMessage::received`](crate::NewMessage::received).
    pub id: String,
    /// Its name, as the member's computer has it.
    pub filename: String,
    /// Such as `image/png`; said by whoever uploaded it.
    pub content_type: Option<String>,
    /// How large it is.
    #[serde(rename = "size")]
    pub size_bytes: u64,
    /// Where it can be fetched for some hours.
    pub url: String,
}

impl Attachment {
    /// Whether it says that it is a picture.
    pub fn is_image(&self) -> bool {
        let kind = self.content_type.as_deref().unwrap_or_default();
        kind.starts_with("image/")
    }
}
