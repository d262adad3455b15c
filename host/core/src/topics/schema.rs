//! The part of JSON Schema that the shapes of events are written in
//! ([JSON Schema, draft 2020-12](https://json-schema.org/draft/2020-12/schema)). A schema with any other
//! word is not read: what is written there holds.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// What a value must look like.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Schema {
    #[serde(rename = "$schema")]
    _dialect: Option<String>,
    #[serde(rename = "title")]
    _title: Option<String>,
    #[serde(rename = "description")]
    _description: Option<String>,
    #[serde(rename = "type")]
    kinds: Kinds,
    #[serde(default)]
    properties: BTreeMap<String, Schema>,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default = "yes")]
    additional_properties: bool,
    items: Option<Box<Schema>>,
    max_items: Option<usize>,
    minimum: Option<i64>,
    maximum: Option<i64>,
    min_length: Option<usize>,
    max_length: Option<usize>,
    pattern: Option<Pattern>,
    #[serde(rename = "enum")]
    words: Option<Vec<String>>,
}

const fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Kinds {
    One(Kind),
    Some(Vec<Kind>),
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Object,
    Array,
    String,
    Integer,
    Boolean,
    Null,
}

/// The patterns that are known, so that none needs an engine.
#[derive(Debug, Clone, Copy, Deserialize)]
enum Pattern {
    /// An id of Discord as a text.
    #[serde(rename = "^[0-9]{1,20}$")]
    Digits,
}

impl Kind {
    fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Object(_) => Self::Object,
            Value::Array(_) => Self::Array,
            Value::String(_) => Self::String,
            Value::Number(number) if number.is_i64() || number.is_u64() => Self::Integer,
            Value::Number(_) => return None,
            Value::Bool(_) => Self::Boolean,
            Value::Null => Self::Null,
        })
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "a list",
            Self::String => "a text",
            Self::Integer => "a whole number",
            Self::Boolean => "true or false",
            Self::Null => "null",
        }
    }
}

impl Schema {
    /// Checks `value`.
    ///
    /// # Errors
    /// Where it does not fit, and what would.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        self.check_at(value, "it")
    }

    fn kinds(&self) -> &[Kind] {
        match &self.kinds {
            Kinds::One(kind) => std::slice::from_ref(kind),
            Kinds::Some(kinds) => kinds,
        }
    }

    fn check_at(&self, value: &Value, at: &str) -> Result<(), String> {
        if !Kind::of(value).is_some_and(|kind| self.kinds().contains(&kind)) {
            let words: Vec<&str> = self.kinds().iter().map(|kind| kind.word()).collect();
            return Err(format!("{} is not {}", shown(at), words.join(" or ")));
        }
        match value {
            Value::Object(fields) => self.check_fields(fields, at),
            Value::Array(items) => self.check_items(items, at),
            Value::String(text) => self.check_text(text, at),
            Value::Number(number) => {
                // A number above i64 is above every maximum; without one, it is a whole number.
                let number = number.as_i64().unwrap_or(i64::MAX);
                let fits = self.minimum.is_none_or(|least| number >= least)
                    && self.maximum.is_none_or(|most| number <= most);
                fits.then_some(())
                    .ok_or_else(|| format!("{} is out of range: {number}", shown(at)))
            }
            Value::Bool(_) | Value::Null => Ok(()),
        }
    }

    fn check_fields(
        &self,
        fields: &serde_json::Map<String, Value>,
        at: &str,
    ) -> Result<(), String> {
        let path = |key: &str| match at {
            "it" => key.to_owned(),
            at => format!("{at}.{key}"),
        };
        if let Some(missing) = self.required.iter().find(|key| !fields.contains_key(*key)) {
            return Err(format!("{} is missing", shown(&path(missing))));
        }
        for (key, value) in fields {
            match self.properties.get(key) {
                Some(schema) => schema.check_at(value, &path(key))?,
                None if self.additional_properties => {}
                None => return Err(format!("{} is not part of it", shown(&path(key)))),
            }
        }
        Ok(())
    }

    fn check_items(&self, items: &[Value], at: &str) -> Result<(), String> {
        if self.max_items.is_some_and(|most| items.len() > most) {
            return Err(format!(
                "{} has {} entries, too many",
                shown(at),
                items.len()
            ));
        }
        let Some(schema) = &self.items else {
            return Ok(());
        };
        for (place, item) in items.iter().enumerate() {
            schema.check_at(item, &format!("{at}[{place}]"))?;
        }
        Ok(())
    }

    fn check_text(&self, text: &str, at: &str) -> Result<(), String> {
        let length = text.chars().count();
        let fits = self.min_length.is_none_or(|least| length >= least)
            && self.max_length.is_none_or(|most| length <= most);
        if !fits {
            return Err(format!("{} has {length} characters", shown(at)));
        }
        if let Some(words) = &self.words
            && !words.iter().any(|word| word == text)
        {
            return Err(format!("{} is not one of: {}", shown(at), words.join(", ")));
        }
        match self.pattern {
            Some(Pattern::Digits)
                if !(1..=20).contains(&length) || !text.bytes().all(|b| b.is_ascii_digit()) =>
            {
                Err(format!("{} is no id: a text of digits", shown(at)))
            }
            _ => Ok(()),
        }
    }
}

fn shown(at: &str) -> String {
    match at {
        "it" => "it".to_owned(),
        at => format!("`{at}`"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(value: &Value) -> String {
        let schema = json!({ "type": "object", "additionalProperties": false, "required": ["n"],
            "properties": {
                "n": { "type": "integer", "minimum": 1, "maximum": 9 },
                "who": { "type": ["string", "null"], "pattern": "^[0-9]{1,20}$" },
                "word": { "type": "string", "enum": ["a", "b"], "maxLength": 1 },
                "list": { "type": "array", "maxItems": 1, "items": { "type": "boolean" } },
            } });
        let schema: Schema = serde_json::from_value(schema).expect("known words");
        schema.check(value).err().unwrap_or_default()
    }

    #[test]
    fn what_fits_passes() {
        let value = json!({ "n": 9, "who": null, "word": "a", "list": [true] });
        assert_eq!(told(&value), "");
    }

    #[test]
    fn what_does_not_fit_is_told_where_and_how() {
        for (value, expected) in [
            (json!([]), "it is not an object"),
            (json!({}), "`n` is missing"),
            (json!({ "n": 1.5 }), "`n` is not a whole number"),
            (json!({ "n": 10 }), "`n` is out of range: 10"),
            (json!({ "n": 1, "m": 1 }), "`m` is not part of it"),
            (
                json!({ "n": 1, "who": "x" }),
                "`who` is no id: a text of digits",
            ),
            (json!({ "n": 1, "who": 5 }), "`who` is not a text or null"),
            (json!({ "n": 1, "word": "c" }), "`word` is not one of: a, b"),
            (json!({ "n": 1, "word": "ab" }), "`word` has 2 characters"),
            (
                json!({ "n": 1, "list": [1] }),
                "`list[0]` is not true or false",
            ),
            (
                json!({ "n": 1, "list": [true, true] }),
                "`list` has 2 entries, too many",
            ),
        ] {
            assert_eq!(told(&value), expected);
        }
    }

    #[test]
    fn a_word_that_would_not_hold_is_no_schema() {
        for schema in [
            json!({ "type": "string", "pattern": "^a$" }),
            json!({ "type": "string", "format": "date" }),
            json!({ "type": "number" }),
        ] {
            assert!(serde_json::from_value::<Schema>(schema).is_err());
        }
    }
}
