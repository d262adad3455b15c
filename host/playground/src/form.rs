//! Reading a JSON body field by field, noting every fault under its path as Discord does.

use std::ops::RangeInclusive;
use std::str::FromStr;

use serde_json::{Map, Value};

use crate::error::FormErrors;

/// An object inside a request body.
#[derive(Clone)]
pub(crate) struct Form<'a> {
    map: &'a Map<String, Value>,
    path: String,
    errors: &'a FormErrors,
}

impl<'a> Form<'a> {
    /// Reads `value` as an object; anything else is a fault, and reads as empty.
    pub(crate) fn new(value: &'a Value, path: impl Into<String>, errors: &'a FormErrors) -> Self {
        static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
        let path = path.into();
        let map = value.as_object().unwrap_or_else(|| {
            errors.add(
                &path,
                "DICT_TYPE_CONVERT",
                "Only dictionaries may be used in a DictType",
            );
            &EMPTY
        });
        Self { map, path, errors }
    }

    /// The path of a key, as it stands in an error.
    pub(crate) fn path(&self, key: &str) -> String {
        match (self.path.is_empty(), key.is_empty()) {
            (true, _) => key.to_owned(),
            (false, true) => self.path.clone(),
            (false, false) => format!("{}.{key}", self.path),
        }
    }

    /// Notes a fault at `key` (or at the object itself, if `key` is empty).
    pub(crate) fn fault(&self, key: &str, code: &'static str, message: impl Into<String>) {
        self.errors.add(&self.path(key), code, message);
    }

    pub(crate) fn errors(&self) -> &'a FormErrors {
        self.errors
    }

    /// The value of a key; absent and null read the same.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// Whether the key was sent, even as null.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    /// Notes that a key is missing, unless it is there.
    pub(crate) fn require(&self, key: &str) -> Option<&'a Value> {
        let value = self.get(key);
        if value.is_none() {
            self.fault(key, "BASE_TYPE_REQUIRED", "This field is required");
        }
        value
    }

    /// A text of a length in characters.
    pub(crate) fn text(&self, key: &str, length: RangeInclusive<usize>) -> Option<&'a str> {
        let value = self.get(key)?;
        let Some(text) = value.as_str() else {
            self.fault(
                key,
                "STRING_TYPE_CONVERT",
                "Could not interpret value as string.",
            );
            return None;
        };
        let count = text.chars().count();
        if length.contains(&count) {
            return Some(text);
        }
        let (min, max) = (length.start(), length.end());
        if *min == 0 {
            let message = format!("Must be {max} or fewer in length.");
            self.fault(key, "BASE_TYPE_MAX_LENGTH", message);
        } else if count == 0 {
            self.fault(key, "BASE_TYPE_REQUIRED", "This field is required");
        } else {
            let message = format!("Must be between {min} and {max} in length.");
            self.fault(key, "BASE_TYPE_BAD_LENGTH", message);
        }
        None
    }

    pub(crate) fn require_text(&self, key: &str, length: RangeInclusive<usize>) -> Option<&'a str> {
        self.require(key)?;
        self.text(key, length)
    }

    /// A whole number within a range.
    pub(crate) fn int(&self, key: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let value = self.get(key)?;
        let number = value
            .as_i64()
            .or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        let Some(number) = number else {
            self.fault(
                key,
                "NUMBER_TYPE_COERCE",
                format!("Value {value} is not int."),
            );
            return None;
        };
        if number < *range.start() {
            let message = format!(
                "int value should be greater than or equal to {}.",
                range.start()
            );
            self.fault(key, "NUMBER_TYPE_MIN", message);
        } else if number > *range.end() {
            let message = format!("int value should be less than or equal to {}.", range.end());
            self.fault(key, "NUMBER_TYPE_MAX", message);
        } else {
            return Some(number);
        }
        None
    }

    pub(crate) fn bool(&self, key: &str) -> Option<bool> {
        let value = self.get(key)?;
        if value.as_bool().is_none() {
            self.fault(key, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.");
        }
        value.as_bool()
    }

    /// A snowflake: digits in a string, or a number.
    pub(crate) fn id<T: From<u64>>(&self, key: &str) -> Option<T> {
        let value = self.get(key)?;
        let id = snowflake(value);
        if id.is_none() {
            let message = format!("Value {value} is not snowflake.");
            self.fault(key, "NUMBER_TYPE_COERCE", message);
        }
        id.map(T::from)
    }

    /// A list with at most `max` entries, each with its path.
    pub(crate) fn list(&self, key: &str, range: RangeInclusive<usize>) -> Vec<(String, &'a Value)> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let Some(list) = value.as_array() else {
            self.fault(
                key,
                "LIST_TYPE_CONVERT",
                "Only iterables may be used in a ListType",
            );
            return Vec::new();
        };
        if !range.contains(&list.len()) {
            let (min, max) = (range.start(), range.end());
            if *min == 0 {
                let message = format!("Must be {max} or fewer in length.");
                self.fault(key, "BASE_TYPE_MAX_LENGTH", message);
            } else {
                let message = format!("Must be between {min} and {max} in length.");
                self.fault(key, "BASE_TYPE_BAD_LENGTH", message);
            }
            return Vec::new();
        }
        let path = self.path(key);
        list.iter()
            .enumerate()
            .map(|(at, item)| (format!("{path}.{at}"), item))
            .collect()
    }

    /// A list of snowflakes.
    pub(crate) fn ids<T: From<u64>>(&self, key: &str, max: usize) -> Option<Vec<T>> {
        self.get(key)?;
        let read = |(path, value): (String, &Value)| {
            let id = snowflake(value);
            if id.is_none() {
                let message = format!("Value {value} is not snowflake.");
                self.errors.add(&path, "NUMBER_TYPE_COERCE", message);
            }
            id.map(T::from)
        };
        Some(
            self.list(key, 0..=max)
                .into_iter()
                .filter_map(read)
                .collect(),
        )
    }

    /// A nested object.
    pub(crate) fn object(&self, key: &str) -> Option<Form<'a>> {
        self.get(key)
            .map(|value| Form::new(value, self.path(key), self.errors))
    }

    /// Something that is a string of digits or a name in its own way, such as permissions.
    pub(crate) fn parsed<T: FromStr>(&self, key: &str) -> Option<T> {
        let value = self.get(key)?;
        let parsed = match value {
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => number.to_string().parse().ok(),
            _ => None,
        };
        if parsed.is_none() {
            self.fault(
                key,
                "NUMBER_TYPE_COERCE",
                format!("Value {value} is not int."),
            );
        }
        parsed
    }
}

/// A snowflake as clients write it.
pub(crate) fn snowflake(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_u64(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_are_counted_in_characters() {
        let (errors, body) = (FormErrors::default(), json!({ "a": "äöü", "b": "äöüß" }));
        let form = Form::new(&body, "", &errors);
        assert_eq!(form.text("a", 1..=3), Some("äöü"));
        assert_eq!(form.text("b", 1..=3), None);
        let body = errors.finish().expect_err("b is too long").body();
        assert_eq!(
            body["errors"]["b"]["_errors"][0]["code"],
            "BASE_TYPE_BAD_LENGTH"
        );
    }

    #[test]
    fn what_is_required_and_missing_is_named() {
        let (errors, body) = (FormErrors::default(), json!({ "name": null }));
        let form = Form::new(&body, "data", &errors);
        assert!(form.require_text("name", 1..=5).is_none());
        let body = errors.finish().expect_err("no name").body();
        assert_eq!(
            body["errors"]["data"]["name"]["_errors"][0]["code"],
            "BASE_TYPE_REQUIRED"
        );
    }
}
