//! Embeds: their limits ([Discord Docs/Message Resource, "Embed Limits"]).

use serde_json::{Value, json};

use crate::error::FormErrors;
use crate::form::Form;

/// All texts of all embeds of a message together, in characters.
const SUM: usize = 6000;

/// Reads the list of embeds and gives them back as they will be shown.
pub(crate) fn read(form: &Form<'_>, key: &str) -> Vec<Value> {
    let listed = form.list(key, 0..=10);
    let mut sum = 0;
    let embeds: Vec<Value> = listed
        .iter()
        .map(|(path, value)| one(path, value, form.errors(), &mut sum))
        .collect();
    if sum > SUM {
        let message = format!("Embed size exceeds maximum size of {SUM}");
        form.fault(key, "MAX_EMBED_SIZE_EXCEEDED", message);
    }
    embeds
}

fn one(path: &str, value: &Value, errors: &FormErrors, sum: &mut usize) -> Value {
    let trimmed = trim(value);
    let embed = Form::new(&trimmed, path, errors);
    let mut count = |text: Option<&str>| *sum += text.map_or(0, |text| text.chars().count());
    count(embed.text("title", 0..=256));
    count(embed.text("description", 0..=4096));
    embed.int("color", 0..=0xFF_FFFF);
    web_address(&embed, "url", &["http", "https"]);
    if let Some(text) = embed.get("timestamp")
        && text
            .as_str()
            .and_then(crate::clock::parse_iso8601)
            .is_none()
    {
        let message = format!("Value {text} is not a valid ISO8601 timestamp");
        embed.fault("timestamp", "DATE_TIME_TYPE_PARSE", message);
    }
    if let Some(footer) = embed.object("footer") {
        count(footer.require_text("text", 0..=2048));
        web_address(&footer, "icon_url", &["http", "https", "attachment"]);
    }
    if let Some(author) = embed.object("author") {
        count(author.require_text("name", 0..=256));
        web_address(&author, "url", &["http", "https"]);
        web_address(&author, "icon_url", &["http", "https", "attachment"]);
    }
    for key in ["image", "thumbnail"] {
        if let Some(picture) = embed.object(key) {
            picture.require("url");
            web_address(&picture, "url", &["http", "https", "attachment"]);
        }
    }
    for (path, field) in embed.list("fields", 0..=25) {
        let field = Form::new(field, path, errors);
        count(field.require_text("name", 1..=256));
        count(field.require_text("value", 1..=1024));
        field.bool("inline");
    }
    let shows = [
        "title",
        "description",
        "fields",
        "footer",
        "author",
        "image",
        "thumbnail",
    ];
    if shows.iter().all(|key| embed.get(key).is_none()) {
        embed.fault(
            "description",
            "BASE_TYPE_REQUIRED",
            "This field is required",
        );
    }
    let mut shown = trimmed.clone();
    if shown.is_object() {
        shown["type"] = json!("rich");
        for field in shown["fields"].as_array_mut().into_iter().flatten() {
            if field["inline"].is_null() {
                field["inline"] = json!(false);
            }
        }
        if let Some(map) = shown.as_object_mut() {
            map.retain(|_, value| !value.is_null());
        }
    }
    shown
}

/// Discord trims white space before it counts.
fn trim(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.trim().to_owned()),
        Value::Array(list) => list.iter().map(trim).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), trim(value)))
            .collect(),
        other => other.clone(),
    }
}

fn web_address(form: &Form<'_>, key: &str, schemes: &[&str]) {
    let Some(text) = form.text(key, 0..=2048).filter(|text| !text.is_empty()) else {
        return;
    };
    let fits = text
        .split_once("://")
        .is_some_and(|(scheme, rest)| schemes.contains(&scheme) && !rest.is_empty());
    if !fits {
        let message = format!(
            "Scheme \"{}\" is not supported. Scheme must be one of {schemes:?}.",
            text.split(':').next().unwrap_or_default()
        );
        form.fault(key, "URL_TYPE_INVALID_SCHEME", message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(embeds: &Value) -> Value {
        let (errors, body) = (FormErrors::default(), json!({ "embeds": embeds }));
        read(&Form::new(&body, "", &errors), "embeds");
        errors.finish().map_or_else(
            |error| error.errors.expect("a form error"),
            |()| Value::Null,
        )
    }

    #[test]
    fn each_limit_is_refused_one_above_and_taken_at_it() {
        let long = |count: usize| "x".repeat(count);
        let fields = |count: usize| vec![json!({ "name": "n", "value": "v" }); count];
        for (key, ok, bad) in [
            ("title", json!(long(256)), json!(long(257))),
            ("description", json!(long(4096)), json!(long(4097))),
            (
                "footer",
                json!({ "text": long(2048) }),
                json!({ "text": long(2049) }),
            ),
            (
                "author",
                json!({ "name": long(256) }),
                json!({ "name": long(257) }),
            ),
            ("fields", json!(fields(25)), json!(fields(26))),
            (
                "fields",
                json!([{ "name": long(256), "value": "v" }]),
                json!([{ "name": long(257), "value": "v" }]),
            ),
            (
                "fields",
                json!([{ "name": "n", "value": long(1024) }]),
                json!([{ "name": "n", "value": long(1025) }]),
            ),
            (
                "fields",
                json!([{ "name": "n", "value": "v" }]),
                json!([{ "name": "n", "value": "" }]),
            ),
            (
                "image",
                json!({ "url": "https://x" }),
                json!({ "url": "ftp://x" }),
            ),
        ] {
            assert_eq!(
                faults(&json!([{ key: ok }])),
                Value::Null,
                "{key} at its limit"
            );
            assert_ne!(
                faults(&json!([{ key: bad }])),
                Value::Null,
                "{key} above its limit"
            );
        }
    }

    #[test]
    fn a_color_has_24_bits() {
        let embed = |color: u32| json!([{ "title": "t", "color": color }]);
        assert_eq!(faults(&embed(0xFF_FFFF)), Value::Null);
        assert_ne!(faults(&embed(0x100_0000)), Value::Null);
    }

    #[test]
    fn the_sum_over_all_embeds_is_6000() {
        let embed = json!({ "description": "x".repeat(3000) });
        assert_eq!(faults(&json!([embed, embed])), Value::Null);
        let over = faults(&json!([embed, embed, { "title": "x" }]));
        assert_eq!(
            over["embeds"]["_errors"][0]["code"],
            "MAX_EMBED_SIZE_EXCEEDED"
        );
    }

    #[test]
    fn eleven_embeds_and_empty_ones_are_refused() {
        assert_ne!(
            faults(&json!(vec![json!({ "title": "t" }); 11])),
            Value::Null
        );
        assert_ne!(faults(&json!([{}])), Value::Null);
    }
}
