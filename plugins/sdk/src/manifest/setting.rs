//! Settings: what a guild may choose.

use std::ops::RangeInclusive;

use serde::Serialize;

/// Something that a guild may choose, by command or on the dashboard. A handler reads it with
/// [`Ctx::setting`](crate::Ctx::setting).
#[derive(Clone, Debug, Serialize)]
pub struct Setting {
    key: String,
    description: String,
    #[serde(flatten)]
    kind: Kind,
    default: Default,
}

#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Kind {
    Boolean,
    Integer { min: i64, max: i64, optional: bool },
    Text { max_length: usize },
    Choice { choices: Vec<String> },
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Default {
    Boolean(bool),
    Integer(i64),
    Text(String),
    Unset,
}

impl Setting {
    /// Yes or no.
    pub fn boolean(key: &str, description: &str, default: bool) -> Self {
        Self::new(key, description, Kind::Boolean, Default::Boolean(default))
    }

    /// A whole number. Say its unit in the description.
    pub fn integer(key: &str, description: &str, default: i64, range: RangeInclusive<i64>) -> Self {
        let (min, max) = range.into_inner();
        let optional = false;
        let kind = Kind::Integer { min, max, optional };
        Self::new(key, description, kind, Default::Integer(default))
    }

    /// A whole number that is not set unless the guild sets it.
    pub fn optional_integer(key: &str, description: &str, range: RangeInclusive<i64>) -> Self {
        let (min, max) = range.into_inner();
        let optional = true;
        let kind = Kind::Integer { min, max, optional };
        Self::new(key, description, kind, Default::Unset)
    }

    /// A text of at most so many characters.
    pub fn text(key: &str, description: &str, default: &str, max_length: usize) -> Self {
        Self::new(
            key,
            description,
            Kind::Text { max_length },
            Default::Text(default.to_owned()),
        )
    }

    /// One of some words.
    pub fn choice(key: &str, description: &str, default: &str, choices: &[&str]) -> Self {
        let choices = choices.iter().map(|word| (*word).to_owned()).collect();
        Self::new(
            key,
            description,
            Kind::Choice { choices },
            Default::Text(default.to_owned()),
        )
    }

    fn new(key: &str, description: &str, kind: Kind, default: Default) -> Self {
        Self {
            key: key.to_owned(),
            description: description.to_owned(),
            kind,
            default,
        }
    }
}
