//! The JSON that a plugin hands over: parsed once, with sentences that say what is wrong.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads the last parameter of many functions: a JSON object that may be empty.
pub(super) fn options<T: DeserializeOwned + Default>(text: &str) -> Result<T, String> {
    if text.is_empty() || text == "{}" {
        return Ok(T::default());
    }
    serde_json::from_str(text).map_err(|error| format!("options: {error}"))
}

/// Reads a JSON object.
pub(super) fn object(what: &str, text: &str) -> Result<Value, String> {
    match serde_json::from_str(text) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err(format!("{what} is no JSON object")),
        Err(error) => Err(format!("{what} is no JSON: {error}")),
    }
}

/// Counts characters as Discord does, and refuses what is outside.
pub(super) fn check_length(
    what: &str,
    text: &str,
    least: usize,
    most: usize,
) -> Result<(), String> {
    let length = text.chars().count();
    if (least..=most).contains(&length) {
        return Ok(());
    }
    Err(format!(
        "{what} has {length} characters, but must have {least} to {most}"
    ))
}

/// Refuses what is no name that a plugin may choose.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    if muster_core::address::is_name(name) {
        return Ok(());
    }
    let start: String = name.chars().take(40).collect();
    Err(format!(
        "`{start}` is no name: names are 1 to 100 printable characters without spaces"
    ))
}
