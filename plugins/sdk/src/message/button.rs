//! Buttons, and the emojis on them.

use std::fmt::Display;

use serde::Serialize;

use crate::text;

/// A button. Its press arrives at the component that its custom id names.
///
/// See [Discord Docs/Button](https://discord.com/developers/docs/components/reference#button).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Button {
    #[serde(rename = "type")]
    kind: u8,
    style: ButtonStyle,
    #[serde(skip_serializing_if = "String::is_empty")]
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    emoji: Option<Emoji>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    disabled: bool,
}

/// The colour of a button, named as it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonStyle {
    /// Discord's "primary": the usual next step.
    Blue,
    /// Discord's "secondary": everything else.
    Grey,
    /// Discord's "success": take part, begin.
    Green,
    /// Discord's "danger": leave, end; what cannot be undone.
    Red,
    /// Opens an address. Sends nothing to the plugin.
    Link,
}

const BUTTON: u8 = 2;
const LABEL: usize = 80;
pub(super) const CUSTOM_ID: usize = 100;

impl Button {
    /// A button of any style but [`ButtonStyle::Link`]: a label of up to 80 characters, and the
    /// plugin's custom id of up to 100 together with the plugin's name.
    pub fn new(style: ButtonStyle, label: impl AsRef<str>, custom_id: impl Display) -> Self {
        Self {
            kind: BUTTON,
            style,
            label: text::cut(label.as_ref(), LABEL),
            emoji: None,
            custom_id: Some(text::beginning(&custom_id.to_string(), CUSTOM_ID)),
            url: None,
            disabled: false,
        }
    }

    /// A blue button.
    pub fn blue(label: impl AsRef<str>, custom_id: impl Display) -> Self {
        Self::new(ButtonStyle::Blue, label, custom_id)
    }

    /// A grey button.
    pub fn grey(label: impl AsRef<str>, custom_id: impl Display) -> Self {
        Self::new(ButtonStyle::Grey, label, custom_id)
    }

    /// A green button.
    pub fn green(label: impl AsRef<str>, custom_id: impl Display) -> Self {
        Self::new(ButtonStyle::Green, label, custom_id)
    }

    /// A red button.
    pub fn red(label: impl AsRef<str>, custom_id: impl Display) -> Self {
        Self::new(ButtonStyle::Red, label, custom_id)
    }

    /// A button that opens an address.
    pub fn link(label: impl AsRef<str>, url: impl Into<String>) -> Self {
        let mut button = Self::new(ButtonStyle::Link, label, "");
        (button.custom_id, button.url) = (None, Some(url.into()));
        button
    }

    /// The emoji before the label: `"🏰"`, or a guild's own as `"<:name:1>"`.
    #[must_use]
    pub fn emoji(mut self, emoji: impl Into<Emoji>) -> Self {
        self.emoji = Some(emoji.into());
        self
    }

    /// Whether the button is shown but cannot be pressed.
    #[must_use]
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }
}

impl Serialize for ButtonStyle {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(match self {
            Self::Blue => 1,
            Self::Grey => 2,
            Self::Green => 3,
            Self::Red => 4,
            Self::Link => 5,
        })
    }
}

/// An emoji on a button or option: a Unicode one, or one that was uploaded.
///
/// See [Discord Docs/Emoji Object](https://discord.com/developers/docs/resources/emoji#emoji-object).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Emoji {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    animated: bool,
}

impl From<&str> for Emoji {
    /// From `"🏰"`, `"<:name:1>"` or `"<a:name:1>"`.
    fn from(text: &str) -> Self {
        let uploaded = text
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix('>'));
        let mut parts = uploaded.into_iter().flat_map(|inner| inner.split(':'));
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(mark @ ("" | "a")), Some(name), Some(id), None) => Self {
                name: name.to_owned(),
                id: Some(id.to_owned()),
                animated: mark == "a",
            },
            _ => Self {
                name: text.to_owned(),
                id: None,
                animated: false,
            },
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out a reference"
)]
pub(super) fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn json(button: &Button) -> Value {
        serde_json::to_value(button).expect("plain data")
    }

    #[test]
    fn a_button_is_written_as_discord_documents_it() {
        assert_eq!(
            json(&Button::green("Join", "join/42")),
            json!({"type": 2, "style": 3, "label": "Join", "custom_id": "join/42"})
        );
        assert_eq!(
            json(&Button::grey("Keys", "k").emoji("🏰").disabled(true)),
            json!({"type": 2, "style": 2, "label": "Keys", "custom_id": "k", "emoji": {"name": "🏰"}, "disabled": true})
        );
        assert_eq!(
            json(&Button::link("Open", "https://a.example")),
            json!({"type": 2, "style": 5, "label": "Open", "url": "https://a.example"})
        );
    }

    #[test]
    fn uploaded_emojis_are_told_from_unicode_ones() {
        let emoji = |text: &str| serde_json::to_value(Emoji::from(text)).expect("plain data");
        assert_eq!(emoji("<:inc:12>"), json!({"name": "inc", "id": "12"}));
        assert_eq!(
            emoji("<a:inc:12>"),
            json!({"name": "inc", "id": "12", "animated": true})
        );
        assert_eq!(emoji("<odd>"), json!({"name": "<odd>"}));
    }

    #[test]
    fn a_long_label_is_cut() {
        let label = json(&Button::red("x".repeat(81), 1))["label"]
            .as_str()
            .map(text::length);
        assert_eq!(label, Some(80));
    }
}
