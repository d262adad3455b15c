//! Menus: pick from a list, or pick people.

use std::fmt::Display;

use serde::Serialize;

use super::Emoji;
use super::button::{CUSTOM_ID, is_false};
use crate::ids::UserId;
use crate::text;

/// A menu in a message. What was picked arrives at the component that its custom id names.
///
/// See [Discord Docs/String Select](https://discord.com/developers/docs/components/reference#string-select)
/// and [User Select](https://discord.com/developers/docs/components/reference#user-select).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Select {
    #[serde(rename = "type")]
    kind: u8,
    custom_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    placeholder: String,
    min_values: u8,
    max_values: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<Vec<SelectOption>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    default_values: Vec<DefaultUser>,
    #[serde(skip_serializing_if = "is_false")]
    disabled: bool,
}

/// One line of a menu.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SelectOption {
    label: String,
    value: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    emoji: Option<Emoji>,
    #[serde(skip_serializing_if = "is_false")]
    default: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct DefaultUser {
    id: UserId,
    #[serde(rename = "type")]
    kind: &'static str,
}

const STRING_SELECT: u8 = 3;
const USER_SELECT: u8 = 5;
const OPTIONS: usize = 25;
const OPTION_TEXT: usize = 100;
const PLACEHOLDER: usize = 150;

impl Select {
    /// A menu of up to 25 options; more are left out. Discord refuses a menu without any.
    pub fn options(
        custom_id: impl Display,
        options: impl IntoIterator<Item = SelectOption>,
    ) -> Self {
        let options = options.into_iter().take(OPTIONS).collect();
        Self::new(STRING_SELECT, custom_id, Some(options))
    }

    /// A menu of the guild's members.
    pub fn users(custom_id: impl Display) -> Self {
        Self::new(USER_SELECT, custom_id, None)
    }

    fn new(kind: u8, custom_id: impl Display, options: Option<Vec<SelectOption>>) -> Self {
        Self {
            kind,
            custom_id: text::beginning(&custom_id.to_string(), CUSTOM_ID),
            placeholder: String::new(),
            min_values: 1,
            max_values: 1,
            options,
            default_values: Vec::new(),
            disabled: false,
        }
    }

    /// What the menu says while nothing is picked, up to 150 characters.
    #[must_use]
    pub fn placeholder(mut self, placeholder: impl AsRef<str>) -> Self {
        self.placeholder = text::cut(placeholder.as_ref(), PLACEHOLDER);
        self
    }

    /// How many must and may be picked: 1 and 1 unless told, at most 25 and at most as many as there
    /// are options.
    #[must_use]
    pub fn picks(mut self, min: u8, max: u8) -> Self {
        let most = self
            .options
            .as_ref()
            .map_or(OPTIONS, Vec::len)
            .clamp(1, OPTIONS);
        let most = u8::try_from(most).unwrap_or(u8::MAX);
        self.max_values = max.clamp(1, most);
        self.min_values = min.min(self.max_values);
        self
    }

    /// A member who is picked already; for a menu of members.
    #[must_use]
    pub fn default_user(mut self, user: UserId) -> Self {
        self.default_values.push(DefaultUser {
            id: user,
            kind: "user",
        });
        self
    }

    /// Whether the menu is shown but cannot be used.
    #[must_use]
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }
}

impl SelectOption {
    /// A line of up to 100 characters, and the value that the plugin gets when it is picked: up to
    /// 100 characters, and unlike the others.
    pub fn new(label: impl AsRef<str>, value: impl Display) -> Self {
        Self {
            label: text::cut(label.as_ref(), OPTION_TEXT),
            value: text::beginning(&value.to_string(), OPTION_TEXT),
            description: String::new(),
            emoji: None,
            default: false,
        }
    }

    /// A smaller second line, up to 100 characters.
    #[must_use]
    pub fn description(mut self, description: impl AsRef<str>) -> Self {
        self.description = text::cut(description.as_ref(), OPTION_TEXT);
        self
    }

    /// The emoji before the label.
    #[must_use]
    pub fn emoji(mut self, emoji: impl Into<Emoji>) -> Self {
        self.emoji = Some(emoji.into());
        self
    }

    /// Whether the line is picked already.
    #[must_use]
    pub fn picked(mut self, picked: bool) -> Self {
        self.default = picked;
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_menu_is_written_as_discord_documents_it() {
        let menu = Select::options(
            "class/42",
            [SelectOption::new("Wizard", "WIZARD")
                .emoji("🧙")
                .description("staff")
                .picked(true)],
        )
        .placeholder("Choose your class");
        assert_eq!(
            serde_json::to_value(&menu).expect("plain data"),
            json!({
                "type": 3, "custom_id": "class/42", "placeholder": "Choose your class",
                "min_values": 1, "max_values": 1,
                "options": [{
                    "label": "Wizard", "value": "WIZARD", "description": "staff",
                    "emoji": {"name": "🧙"}, "default": true,
                }],
            })
        );
        assert_eq!(
            serde_json::to_value(Select::users("who/1").default_user(UserId(7)))
                .expect("plain data"),
            json!({
                "type": 5, "custom_id": "who/1", "min_values": 1, "max_values": 1,
                "default_values": [{"id": "7", "type": "user"}],
            })
        );
    }

    #[test]
    fn a_menu_holds_25_options_and_asks_for_no_more_than_it_has() {
        let menu = Select::options("x", (0..30).map(|n| SelectOption::new("x", n))).picks(3, 30);
        assert_eq!(menu.options.as_ref().map(Vec::len), Some(25));
        assert_eq!((menu.min_values, menu.max_values), (3, 25));

        let menu = Select::options("x", (0..2).map(|n| SelectOption::new("x", n))).picks(5, 10);
        assert_eq!((menu.min_values, menu.max_values), (2, 2));
    }
}
