//! Messages, modals and choices: what a plugin shows people.
//!
//! The types here are written as the JSON that Discord documents. They keep its limits: text that
//! is too long is cut and ends in `…`, so that a member's long note never costs the whole message.
//! Text that a person typed must still be made inert with [`escape`](crate::text::escape).
//!
//! ```
//! use muster_sdk::message::{Button, Embed, Message, Row};
//!
//! let message = Message::new()
//!     .embed(Embed::new().title("Shatters - run 42").description("Organizer: <@1>"))
//!     .row(Row::buttons([Button::green("Join", "join/42"), Button::red("Leave", "leave/42")]));
//!
//! let json = serde_json::to_value(&message)?;
//! assert_eq!(json["components"][0]["components"][0]["custom_id"], "join/42");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! Custom ids are the plugin's own (`join/42`): the host puts the plugin's name in front. Discord
//! allows 100 characters for both.

mod button;
mod choice;
mod draw;
mod embed;
mod modal;
mod row;
mod select;

use serde::Serialize;

pub use button::{Button, ButtonStyle, Emoji};
pub use choice::{Choice, ChoiceValue};
pub use draw::{draw, draw_json, draw_modal};
pub use embed::{Color, Embed};
pub use modal::{Modal, TextInput};
pub use row::Row;
pub use select::{Select, SelectOption};

use crate::ids::{RoleId, UserId};
use crate::text;

/// A message: text, embeds, rows of components, and whom it may ping.
///
/// Written in full, empty parts included, so that an edit also removes what is no longer there. Nobody
/// is pinged unless a `pings_..` method says so.
///
/// See [Discord Docs/Create Message](https://discord.com/developers/docs/resources/message#create-message).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Message {
    content: String,
    embeds: Vec<Embed>,
    components: Vec<Row>,
    allowed_mentions: AllowedMentions,
}

/// Who may be pinged. An empty `parse` and no ids: nobody.
///
/// See [Discord Docs/Allowed Mentions](https://discord.com/developers/docs/resources/message#allowed-mentions-object).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct AllowedMentions {
    parse: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    users: Vec<UserId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<RoleId>,
}

const CONTENT: usize = 2000;
const EMBEDS: usize = 10;
const EMBED_TEXTS_IN_ALL: usize = 6000;
const ROWS: usize = 5;
const PINGED_IDS: usize = 100;

impl Message {
    /// An empty message. Discord refuses to send one that stays empty.
    pub fn new() -> Self {
        Self::default()
    }

    /// A message of text alone.
    pub fn text(content: impl AsRef<str>) -> Self {
        Self::new().content(content)
    }

    /// The text above the embeds, up to 2000 characters.
    #[must_use]
    pub fn content(mut self, content: impl AsRef<str>) -> Self {
        self.content = text::cut(content.as_ref(), CONTENT);
        self
    }

    /// Adds an embed, up to 10, whose texts have at most 6000 characters in all: the longest texts
    /// of the last embed are cut first.
    #[must_use]
    pub fn embed(mut self, mut embed: Embed) -> Self {
        if self.embeds.len() < EMBEDS {
            let used: usize = self.embeds.iter().map(Embed::length).sum();
            embed.shorten(EMBED_TEXTS_IN_ALL.saturating_sub(used));
            self.embeds.push(embed);
        }
        self
    }

    /// Adds a row of components. A sixth row is left out, as Discord would refuse the message for it.
    #[must_use]
    pub fn row(mut self, row: Row) -> Self {
        if self.components.len() < ROWS && !row.is_empty() {
            self.components.push(row);
        }
        self
    }

    /// Adds rows of components, as [`row`](Self::row) does.
    #[must_use]
    pub fn rows(self, rows: impl IntoIterator<Item = Row>) -> Self {
        rows.into_iter().fold(self, Self::row)
    }

    /// Lets `@here` and `@everyone` in the content ping. Needs the mention capability.
    #[must_use]
    pub fn pings_here(mut self) -> Self {
        if self.allowed_mentions.parse.is_empty() {
            self.allowed_mentions.parse.push("everyone");
        }
        self
    }

    /// Lets a mention of this user ping; up to 100 of them.
    #[must_use]
    pub fn pings_user(mut self, user: UserId) -> Self {
        let users = &mut self.allowed_mentions.users;
        if users.len() < PINGED_IDS && !users.contains(&user) {
            users.push(user);
        }
        self
    }

    /// Lets a mention of this role ping; up to 100 of them.
    #[must_use]
    pub fn pings_role(mut self, role: RoleId) -> Self {
        let roles = &mut self.allowed_mentions.roles;
        if roles.len() < PINGED_IDS && !roles.contains(&role) {
            roles.push(role);
        }
        self
    }
}

impl From<&str> for Message {
    fn from(content: &str) -> Self {
        Self::text(content)
    }
}

impl From<String> for Message {
    fn from(content: String) -> Self {
        Self::text(content)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn json(message: &Message) -> serde_json::Value {
        serde_json::to_value(message).expect("builders hold nothing that JSON lacks")
    }

    #[test]
    fn an_empty_message_says_so_in_full_and_pings_nobody() {
        assert_eq!(
            json(&Message::new()),
            json!({"content": "", "embeds": [], "components": [], "allowed_mentions": {"parse": []}})
        );
    }

    #[test]
    fn pings_are_named_one_by_one() {
        let message = Message::text("@here <@1> <@&2>")
            .pings_here()
            .pings_here()
            .pings_user(UserId(1))
            .pings_user(UserId(1))
            .pings_role(RoleId(2));
        assert_eq!(
            json(&message)["allowed_mentions"],
            json!({"parse": ["everyone"], "users": ["1"], "roles": ["2"]})
        );
    }

    #[test]
    fn content_is_cut_to_two_thousand() {
        let message = Message::text("x".repeat(2001));
        let content = json(&message)["content"].as_str().map(text::length);
        assert_eq!(content, Some(2000));
    }

    #[test]
    fn all_embeds_together_stay_within_six_thousand() {
        let long = "x".repeat(5000);
        let message = (0..4).fold(Message::new(), |message, _| {
            message.embed(Embed::new().title("t").description(&long).field("f", &long))
        });
        let total: usize = message.embeds.iter().map(Embed::length).sum();
        assert!(total <= 6000, "{total}");
        assert_eq!(message.embeds[0].length(), 1 + 4096 + 1 + 1024);
    }

    #[test]
    fn a_sixth_row_is_left_out_and_an_empty_one_does_not_count() {
        let rows = (0..7).map(|n| Row::buttons([Button::grey("x", n)]));
        let message = Message::new().row(Row::buttons([])).rows(rows);
        assert_eq!(message.components.len(), 5);
    }
}
