//! Choices: what autocomplete offers while a member types.

use serde::Serialize;

use crate::text;

/// One line of autocomplete. Discord shows at most 25.
///
/// See [Discord Docs/Autocomplete](https://discord.com/developers/docs/interactions/application-commands#autocomplete).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Choice {
    name: String,
    value: ChoiceValue,
}

/// What the option holds once its line is picked: of the option's own type.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ChoiceValue {
    /// For a string option: up to 100 characters.
    Text(String),
    /// For an integer option: within ±(2^53 - 1).
    Integer(i64),
}

const NAME: usize = 100;

impl Choice {
    /// A line of up to 100 characters, and the value that it stands for.
    pub fn new(name: impl AsRef<str>, value: impl Into<ChoiceValue>) -> Self {
        Self {
            name: text::cut(name.as_ref(), NAME),
            value: value.into(),
        }
    }
}

impl From<&str> for ChoiceValue {
    fn from(value: &str) -> Self {
        Self::Text(text::beginning(value, NAME))
    }
}

impl From<i64> for ChoiceValue {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_choice_holds_a_text_or_a_number() {
        let choices = [
            Choice::new("Shatters", "SHATTERS"),
            Choice::new("Run 42", 42),
        ];
        assert_eq!(
            serde_json::to_value(choices).expect("plain data"),
            json!([{"name": "Shatters", "value": "SHATTERS"}, {"name": "Run 42", "value": 42}])
        );
    }
}
