//! Embeds ([Discord Docs/Message, "Embed Limits"](https://discord.com/developers/docs/resources/message#embed-object-embed-limits)).

use serde_json::{Map, Value, json};

use super::{Fields, MessageProblem};

/// Most characters of all embeds of one message together.
const MAX_TOTAL: usize = 6000;

/// Checks the embeds of one message.
pub(super) fn check_all(embeds: &[Value]) -> Result<Vec<Value>, MessageProblem> {
    let mut total = 0;
    let checked = embeds
        .iter()
        .enumerate()
        .map(|(index, embed)| check(embed, index, &mut total))
        .collect::<Result<Vec<_>, _>>()?;
    if total > MAX_TOTAL {
        let problem = format!("have {total} characters together, at most {MAX_TOTAL} fit");
        return Err(MessageProblem::at("embeds", problem));
    }
    Ok(checked)
}

fn check(embed: &Value, index: usize, total: &mut usize) -> Result<Value, MessageProblem> {
    let fields = Fields::of(embed, format!("embeds[{index}]"))?;
    fields.only(&[
        "title",
        "description",
        "url",
        "timestamp",
        "color",
        "footer",
        "image",
        "thumbnail",
        "author",
        "fields",
    ])?;
    let mut out = Map::new();
    let mut put_text = |key: &str, most: usize| -> Result<(), MessageProblem> {
        if let Some(text) = fields.text(key, 0, most)?.filter(|text| !text.is_empty()) {
            *total += text.chars().count();
            out.insert(key.into(), text.into());
        }
        Ok(())
    };
    put_text("title", 256)?;
    put_text("description", 4096)?;
    if let Some(url) = web_address(&fields, "url")? {
        out.insert("url".into(), url.into());
    }
    if let Some(timestamp) = fields.text("timestamp", 20, 40)? {
        out.insert("timestamp".into(), timestamp.into());
    }
    if let Some(color) = fields.integer("color", 0, 0xff_ff_ff)? {
        out.insert("color".into(), color.into());
    }
    for picture in ["image", "thumbnail"] {
        if let Some(value) = fields.get(picture) {
            let inner = Fields::of(value, fields.path(picture))?;
            inner.only(&["url"])?;
            if let Some(url) = web_address(&inner, "url")? {
                out.insert(picture.into(), json!({ "url": url }));
            }
        }
    }
    for (part, text_key, most) in [("footer", "text", 2048), ("author", "name", 256)] {
        let Some(value) = fields.get(part) else {
            continue;
        };
        let inner = Fields::of(value, fields.path(part))?;
        inner.only(&[text_key, "icon_url"])?;
        let text = inner.required_text(text_key, 1, most)?;
        *total += text.chars().count();
        let mut made = Map::from_iter([(text_key.to_owned(), Value::from(text))]);
        if let Some(url) = web_address(&inner, "icon_url")? {
            made.insert("icon_url".into(), url.into());
        }
        out.insert(part.into(), made.into());
    }
    let mut list = Vec::new();
    for (place, field) in fields.list("fields", 25)?.iter().enumerate() {
        let inner = Fields::of(field, format!("{}[{place}]", fields.path("fields")))?;
        inner.only(&["name", "value", "inline"])?;
        let name = inner.required_text("name", 1, 256)?;
        let value = inner.required_text("value", 1, 1024)?;
        *total += name.chars().count() + value.chars().count();
        let inline = inner.flag("inline")?.unwrap_or(false);
        list.push(json!({ "name": name, "value": value, "inline": inline }));
    }
    if !list.is_empty() {
        out.insert("fields".into(), list.into());
    }
    Ok(out.into())
}

fn web_address<'a>(fields: &Fields<'a>, key: &str) -> Result<Option<&'a str>, MessageProblem> {
    let Some(url) = fields.text(key, 1, 2048)? else {
        return Ok(None);
    };
    if url.starts_with("https://") || url.starts_with("http://") {
        return Ok(Some(url));
    }
    Err(fields.problem(key, "must begin with https:// or http://"))
}
