//! Views as Discord takes them: compared by digest, and stripped of their buttons where nobody would
//! answer a press.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What a panel says once its token cannot edit it any more.
pub(super) const NOT_LIVE: &str = "This view is no longer live. Open it again to go on.";

/// What a panel says while its plugin is off.
pub(super) const OFF: &str = "This feature is switched off.";

/// Most characters of a message's text
/// ([Discord Docs/Message](https://discord.com/developers/docs/resources/message#create-message)).
const MAX_CONTENT: usize = 2000;

/// The view without buttons and menus, and with `line` below its text. An edit that leaves a field
/// out keeps what the message shows, so the embeds of `None` stay as they are.
pub(super) fn without_controls(view: Option<Value>, line: &str) -> Value {
    let Some(mut view) = view else {
        return json!({ "content": line, "components": [] });
    };
    let text = view
        .get("content")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let content = if text.is_empty() {
        line.to_owned()
    } else {
        let room = MAX_CONTENT - line.chars().count() - 1;
        let kept: String = text.chars().take(room).collect();
        format!("{kept}\n{line}")
    };
    view["content"] = content.into();
    view["components"] = json!([]);
    view
}

/// The view without buttons and menus: for a message of which nothing else is known.
pub(super) fn no_controls() -> Value {
    json!({ "components": [] })
}

/// A view as it is sent: nobody is mentioned unless it says so.
pub(super) fn quiet(mut view: Value) -> Value {
    if let Some(fields) = view.as_object_mut() {
        fields
            .entry("allowed_mentions")
            .or_insert_with(|| json!({ "parse": [] }));
    }
    view
}

/// A digest that is the same for the same view, in whatever order its fields stand.
pub(super) fn digest(view: &Value) -> String {
    let mut hasher = Sha256::new();
    feed(&mut hasher, view);
    let digest = hasher.finalize();
    digest[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn feed(hasher: &mut Sha256, value: &Value) {
    match value {
        Value::Object(fields) => {
            let mut keys: Vec<&String> = fields.keys().collect();
            keys.sort_unstable();
            hasher.update(b"{");
            for key in keys {
                feed_text(hasher, key);
                feed(hasher, &fields[key]);
            }
            hasher.update(b"}");
        }
        Value::Array(values) => {
            hasher.update(b"[");
            for value in values {
                feed(hasher, value);
            }
            hasher.update(b"]");
        }
        Value::String(text) => feed_text(hasher, text),
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            hasher.update(value.to_string().as_bytes());
            hasher.update(b",");
        }
    }
}

fn feed_text(hasher: &mut Sha256, text: &str) {
    hasher.update(b"\"");
    hasher.update(text.len().to_le_bytes());
    hasher.update(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_fields_makes_no_difference_but_every_value_does() {
        let view: Value = serde_json::from_str(r#"{"a": 1, "b": ["x", null]}"#).expect("JSON");
        let same: Value = serde_json::from_str(r#"{"b": ["x", null], "a": 1}"#).expect("JSON");
        let other: Value = serde_json::from_str(r#"{"b": ["x", null], "a": 2}"#).expect("JSON");
        assert_eq!(digest(&view), digest(&same));
        assert_ne!(digest(&view), digest(&other));
        assert_ne!(digest(&json!(["ab", "c"])), digest(&json!(["a", "bc"])));
    }

    #[test]
    fn a_view_that_is_not_live_keeps_its_embed_and_loses_its_buttons() {
        let view =
            json!({ "content": "", "embeds": [{ "title": "Run" }], "components": [{ "type": 1 }] });
        let last = without_controls(Some(view), NOT_LIVE);
        assert_eq!(
            last,
            json!({ "content": NOT_LIVE, "embeds": [{ "title": "Run" }], "components": [] })
        );
    }

    #[test]
    fn the_line_fits_below_the_longest_text() {
        let last = without_controls(Some(json!({ "content": "x".repeat(2000) })), OFF);
        let text = last["content"].as_str().expect("a text");
        assert!(text.ends_with(OFF));
        assert_eq!(text.chars().count(), 2000);
    }
}
