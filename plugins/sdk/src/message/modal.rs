//! Modals: a small window that asks for text.

use std::fmt::Display;

use serde::Serialize;

use super::button::CUSTOM_ID;
use crate::text;

/// A window with one to five inputs. What was typed arrives at the modal that its custom id names.
///
/// See [Discord Docs/Modals](https://discord.com/developers/docs/components/using-modal-components).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Modal {
    custom_id: String,
    title: String,
    components: Vec<InputRow>,
}

/// One line of a modal. Serenity, which the host reads interactions with, loses what is typed into
/// Discord's newer `Label` form; each input gets an action row.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct InputRow {
    #[serde(rename = "type")]
    kind: u8,
    components: [TextInput; 1],
}

/// A text to be typed into a modal.
///
/// See [Discord Docs/Text Input](https://discord.com/developers/docs/components/reference#text-input).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TextInput {
    #[serde(rename = "type")]
    kind: u8,
    custom_id: String,
    label: String,
    style: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_length: Option<u16>,
    max_length: u16,
    required: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    value: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    placeholder: String,
}

const ACTION_ROW: u8 = 1;
const TEXT_INPUT: u8 = 4;
const SHORT: u8 = 1;
const PARAGRAPH: u8 = 2;
const INPUTS: usize = 5;
const TITLE: usize = 45;
const LABEL: usize = 45;
const PLACEHOLDER: usize = 100;
const VALUE: u16 = 4000;

impl Modal {
    /// A window with a title of up to 45 characters.
    pub fn new(custom_id: impl Display, title: impl AsRef<str>) -> Self {
        Self {
            custom_id: text::beginning(&custom_id.to_string(), CUSTOM_ID),
            title: text::cut(title.as_ref(), TITLE),
            components: Vec::new(),
        }
    }

    /// Adds an input. A sixth one is left out; Discord refuses a modal without any.
    #[must_use]
    pub fn input(mut self, input: TextInput) -> Self {
        if self.components.len() < INPUTS {
            self.components.push(InputRow {
                kind: ACTION_ROW,
                components: [input],
            });
        }
        self
    }
}

impl TextInput {
    /// An input of one line: the name that the plugin reads it by, and a label of up to 45
    /// characters.
    pub fn short(name: impl Display, label: impl AsRef<str>) -> Self {
        Self::new(SHORT, name, label)
    }

    /// An input of several lines.
    pub fn paragraph(name: impl Display, label: impl AsRef<str>) -> Self {
        Self::new(PARAGRAPH, name, label)
    }

    fn new(style: u8, name: impl Display, label: impl AsRef<str>) -> Self {
        Self {
            kind: TEXT_INPUT,
            custom_id: text::beginning(&name.to_string(), CUSTOM_ID),
            label: text::cut(label.as_ref(), LABEL),
            style,
            min_length: None,
            max_length: VALUE,
            required: true,
            value: String::new(),
            placeholder: String::new(),
        }
    }

    /// Lets the input stay empty. An input must be filled unless this is said.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// The fewest and the most characters that may be typed, 4000 at most.
    #[must_use]
    pub fn length(mut self, min: u16, max: u16) -> Self {
        self.max_length = max.clamp(1, VALUE);
        self.min_length = (min > 0).then_some(min.min(self.max_length));
        self.value = text::beginning(&self.value, usize::from(self.max_length));
        self
    }

    /// What stands in the input already. Cut to what may be typed: Discord refuses more.
    #[must_use]
    pub fn value(mut self, value: impl AsRef<str>) -> Self {
        self.value = text::beginning(value.as_ref(), usize::from(self.max_length));
        self
    }

    /// What an empty input says, up to 100 characters.
    #[must_use]
    pub fn placeholder(mut self, placeholder: impl AsRef<str>) -> Self {
        self.placeholder = text::cut(placeholder.as_ref(), PLACEHOLDER);
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_modal_is_written_as_discord_documents_it() {
        let modal = Modal::new("party/42", "Set party").input(
            TextInput::short("party", "Party")
                .length(0, 100)
                .optional()
                .value("Ann"),
        );
        assert_eq!(
            serde_json::to_value(&modal).expect("plain data"),
            json!({
                "custom_id": "party/42",
                "title": "Set party",
                "components": [{"type": 1, "components": [{
                    "type": 4, "custom_id": "party", "label": "Party", "style": 1,
                    "max_length": 100, "required": false, "value": "Ann",
                }]}],
            })
        );
    }

    #[test]
    fn titles_labels_and_values_are_cut_and_a_sixth_input_left_out() {
        let long = "x".repeat(5000);
        let modal = (0..6).fold(Modal::new("m", &long), |modal, n| {
            modal.input(
                TextInput::paragraph(n, &long)
                    .placeholder(&long)
                    .value(&long)
                    .length(1, 10),
            )
        });
        assert_eq!(modal.components.len(), 5);
        assert_eq!(text::length(&modal.title), 45);
        let [input] = &modal.components[0].components;
        assert_eq!(text::length(&input.label), 45);
        assert_eq!(text::length(&input.placeholder), 100);
        assert_eq!(input.value, "x".repeat(10));
    }
}
