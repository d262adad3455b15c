//! Settings: what a guild may choose.

use std::ops::RangeInclusive;

use serde::Serialize;
use serde_json::Value;

/// Something that a guild may choose, by command or on the dashboard. A handler reads it with
/// [`Ctx::setting`](crate::Ctx::setting).
#[derive(Clone, Debug, Serialize)]
pub struct Setting {
    key: String,
    description: String,
    #[serde(flatten)]
    kind: Kind,
    default: Value,
}

#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Kind {
    Boolean,
    Integer { min: i64, max: i64, optional: bool },
    Text { max_length: usize },
    Choice { choices: Vec<String> },
}

impl Setting {
    /// Yes or no.
    pub fn boolean(key: &str, description: &str, default: bool) -> Self {
        Self::new(key, description, Kind::Boolean, default.into())
    }

    /// A whole number. Say its unit in the description.
    pub fn integer(key: &str, description: &str, default: i64, range: RangeInclusive<i64>) -> Self {
        let (min, max) = range.into_inner();
        let optional = false;
        let kind = Kind::Integer { min, max, optional };
        Self::new(key, description, kind, default.into())
    }

    /// A whole number that is not set unless the guild sets it.
    pub fn optional_integer(key: &str, description: &str, range: RangeInclusive<i64>) -> Self {
        let (min, max) = range.into_inner();
        let optional = true;
        let kind = Kind::Integer { min, max, optional };
        Self::new(key, description, kind, Value::Null)
    }

    /// A text of at most so many characters.
    pub fn text(key: &str, description: &str, default: &str, max_length: usize) -> Self {
        Self::new(key, description, Kind::Text { max_length }, default.into())
    }

    /// One of some words.
    pub fn choice(key: &str, description: &str, default: &str, choices: &[&str]) -> Self {
        let choices = choices.iter().map(|word| (*word).to_owned()).collect();
        Self::new(key, description, Kind::Choice { choices }, default.into())
    }

    fn new(key: &str, description: &str, kind: Kind, default: Value) -> Self {
        Self {
            key: key.to_owned(),
            description: description.to_owned(),
            kind,
            default,
        }
    }
}
