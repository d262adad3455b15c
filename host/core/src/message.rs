//! Messages and modals of plugins: checked against Discord's limits, and rebuilt from an allow-list
//! of fields, so that nothing passes that the host does not know.
//!
//! Limits: [Discord Docs/Message](https://discord.com/developers/docs/resources/message) and
//! [Discord Docs/Component Reference](https://discord.com/developers/docs/components/reference).

mod component;
mod embed;
mod modal;

use serde_json::{Map, Value, json};

use crate::manifest::PluginName;

pub use modal::check_modal;

/// Why a message cannot be sent as it is: where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct MessageProblem {
    /// Where in the message, such as `embeds[0].title`.
    pub path: String,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl MessageProblem {
    pub(crate) fn at(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            problem: problem.into(),
        }
    }
}

/// Most characters of a message's text.
pub const MAX_CONTENT: usize = 2000;

/// Checks a message that a plugin wrote and returns what may be sent: custom ids carry the plugin's
/// name, and nobody is mentioned unless `allowed_mentions` asks for it.
///
/// # Errors
/// The first problem found.
pub fn check_message(message: &Value, plugin: &PluginName) -> Result<Value, MessageProblem> {
    let fields = Fields::of(message, "message")?;
    fields.only(&["content", "embeds", "components", "allowed_mentions"])?;
    let mut out = Map::new();

    let content = fields.text("content", 0, MAX_CONTENT)?.unwrap_or_default();
    let embeds = embed::check_all(fields.list("embeds", 10)?)?;
    let components = component::check_rows(fields.list("components", 5)?, plugin)?;
    if content.trim().is_empty() && embeds.is_empty() && components.is_empty() {
        return Err(MessageProblem::at(
            "message",
            "is empty: give it content, an embed or components",
        ));
    }
    // All three are always sent, so that an edit also takes away what the new view lacks.
    out.insert("content".into(), content.into());
    out.insert("embeds".into(), embeds.into());
    out.insert("components".into(), components.into());
    out.insert(
        "allowed_mentions".into(),
        check_mentions(fields.get("allowed_mentions"))?,
    );
    Ok(Value::Object(out))
}

fn check_mentions(asked: Option<&Value>) -> Result<Value, MessageProblem> {
    let Some(asked) = asked else {
        return Ok(json!({ "parse": [] }));
    };
    let fields = Fields::of(asked, "allowed_mentions")?;
    fields.only(&["parse", "users", "roles"])?;
    let parse = fields.list("parse", 3)?;
    let known = |kind: &Value| matches!(kind.as_str(), Some("everyone" | "users" | "roles"));
    if let Some(odd) = parse.iter().find(|kind| !known(kind)) {
        let problem = format!("{odd} is not one of \"everyone\", \"users\", \"roles\"");
        return Err(MessageProblem::at("allowed_mentions.parse", problem));
    }
    let mut out = Map::from_iter([("parse".to_owned(), Value::from(parse.to_vec()))]);
    for kind in ["users", "roles"] {
        let ids = fields.list(kind, 100)?;
        if ids.is_empty() {
            continue;
        }
        let path = format!("allowed_mentions.{kind}");
        if parse.iter().any(|parsed| parsed == kind) {
            let problem = format!("name the {kind} or ask for all in `parse`, not both");
            return Err(MessageProblem::at(path, problem));
        }
        if ids
            .iter()
            .any(|id| id.as_str().is_none_or(|id| id.parse::<u64>().is_err()))
        {
            return Err(MessageProblem::at(path, "holds Discord ids as texts"));
        }
        out.insert(kind.into(), ids.to_vec().into());
    }
    Ok(Value::Object(out))
}

/// A JSON object under inspection, and where it stands.
pub(crate) struct Fields<'a> {
    path: String,
    object: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(value: &'a Value, path: impl Into<String>) -> Result<Self, MessageProblem> {
        let path = path.into();
        match value.as_object() {
            Some(object) => Ok(Self { path, object }),
            None => Err(MessageProblem::at(path, "is not an object")),
        }
    }

    pub(crate) fn path(&self, key: &str) -> String {
        if self.path == "message" {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    pub(crate) fn problem(&self, key: &str, problem: impl Into<String>) -> MessageProblem {
        MessageProblem::at(self.path(key), problem)
    }

    pub(crate) fn only(&self, known: &[&str]) -> Result<(), MessageProblem> {
        match self
            .object
            .keys()
            .find(|key| !known.contains(&key.as_str()))
        {
            Some(key) => {
                let problem = format!("is not a field that plugins may set ({})", known.join(", "));
                Err(self.problem(key, problem))
            }
            None => Ok(()),
        }
    }

    /// The value, with null read as absent.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        self.object.get(key).filter(|value| !value.is_null())
    }

    pub(crate) fn text(
        &self,
        key: &str,
        least: usize,
        most: usize,
    ) -> Result<Option<&'a str>, MessageProblem> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let text = value
            .as_str()
            .ok_or_else(|| self.problem(key, "is not a text"))?;
        let length = text.chars().count();
        if (least..=most).contains(&length) {
            return Ok(Some(text));
        }
        let range = if least == 0 {
            format!("at most {most}")
        } else {
            format!("{least} to {most}")
        };
        Err(self.problem(
            key,
            format!("has {length} characters, but must have {range}"),
        ))
    }

    pub(crate) fn required_text(
        &self,
        key: &str,
        least: usize,
        most: usize,
    ) -> Result<&'a str, MessageProblem> {
        self.text(key, least, most)?
            .ok_or_else(|| self.problem(key, "is missing"))
    }

    pub(crate) fn list(&self, key: &str, most: usize) -> Result<&'a [Value], MessageProblem> {
        let Some(value) = self.get(key) else {
            return Ok(&[]);
        };
        let list = value
            .as_array()
            .ok_or_else(|| self.problem(key, "is not a list"))?;
        if list.len() > most {
            return Err(self.problem(
                key,
                format!("has {} entries, at most {most} fit", list.len()),
            ));
        }
        Ok(list)
    }

    pub(crate) fn flag(&self, key: &str) -> Result<Option<bool>, MessageProblem> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.problem(key, "is not true or false")),
        }
    }

    pub(crate) fn integer(
        &self,
        key: &str,
        least: i64,
        most: i64,
    ) -> Result<Option<i64>, MessageProblem> {
        match self.get(key) {
            None => Ok(None),
            Some(value) => match value.as_i64() {
                Some(number) if (least..=most).contains(&number) => Ok(Some(number)),
                _ => {
                    Err(self.problem(key, format!("is not a whole number from {least} to {most}")))
                }
            },
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn plugin() -> PluginName {
        "acme".parse().expect("a name")
    }

    fn problem(message: Value) -> String {
        check_message(&message, &plugin())
            .expect_err("refused")
            .to_string()
    }

    #[test]
    fn nobody_is_mentioned_unless_asked() {
        let sent = check_message(&json!({ "content": "@everyone" }), &plugin()).expect("fine");
        assert_eq!(sent["allowed_mentions"], json!({ "parse": [] }));
    }

    #[test]
    fn fields_that_the_host_does_not_know_are_refused_by_name() {
        assert!(problem(json!({ "content": "x", "tts": true })).starts_with("tts:"));
    }

    #[test]
    fn limits_name_the_place_and_the_figure() {
        let text = problem(json!({ "content": "x".repeat(2001) }));
        assert_eq!(
            text,
            "content: has 2001 characters, but must have at most 2000"
        );
        let long = json!({ "embeds": [{ "title": "x".repeat(257) }] });
        assert_eq!(
            problem(long),
            "embeds[0].title: has 257 characters, but must have at most 256"
        );
    }

    #[test]
    fn an_empty_message_is_refused() {
        assert!(problem(json!({ "content": " " })).contains("is empty"));
    }

    #[test]
    fn mentions_of_one_kind_are_named_or_parsed_not_both() {
        let both =
            json!({ "content": "x", "allowed_mentions": { "parse": ["users"], "users": ["1"] } });
        assert!(problem(both).contains("not both"));
    }
}
