//! What plugins and the host tell each other: the topics that everybody knows, the shape of their bodies,
//! and who may emit which.
//!
//! A plugin emits under its own name (`acme.something`) as it likes. The shared topics (`run.ended`) belong
//! to nobody: each has a schema in `wit/events/topics`, and the operator grants it in `plugins.toml`. So a
//! subscriber can believe what it hears, whichever plugin said it.

mod schema;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde_json::Value;

use crate::manifest::{Manifest, PluginName, is_topic};
use schema::Schema;

/// The topics of the host itself, which no plugin can be granted.
pub const HOST_TOPICS: [&str; 10] = [
    "channel.deleted",
    "guild.returned",
    "mapping.changed",
    "member.joined",
    "member.left",
    "member.roles-changed",
    "panel.lost",
    "plugin.enabled",
    "role.deleted",
    "settings.changed",
];

/// Topic and schema of every file beside the contract, by name.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/topics.rs"));

static SCHEMAS: LazyLock<BTreeMap<&'static str, Schema>> = LazyLock::new(|| {
    let read = |(topic, text): &(&'static str, &str)| {
        let schema = serde_json::from_str(text);
        (*topic, schema.expect("a test reads every schema"))
    };
    FILES.iter().map(read).collect()
});

/// Every topic that has a schema, by name.
pub fn known() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(topic, _)| *topic)
}

/// Checks what is said about a topic against its schema. A plugin's own topics have none.
///
/// # Errors
/// A sentence for the emitter's author: where it does not fit, and what would.
pub fn check_body(topic: &str, body: &Value) -> Result<(), String> {
    match SCHEMAS.get(topic) {
        Some(schema) => schema
            .check(body)
            .map_err(|problem| format!("the body of `{topic}`: {problem}")),
        None => Ok(()),
    }
}

/// A topic, or all whose names begin alike, that a plugin may emit: `run.ended`, `run.*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicGrant(String);

/// Why a text is no grant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no topic; write one like `run.ended`, or `run.*` for all that begin so")]
pub struct NotAGrant(String);

impl FromStr for TopicGrant {
    type Err = NotAGrant;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let any = text.strip_suffix(".*").map(|stem| format!("{stem}.any"));
        if is_topic(any.as_deref().unwrap_or(text)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAGrant(text.chars().take(80).collect()))
        }
    }
}

impl fmt::Display for TopicGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TopicGrant {
    /// Whether it lets `topic` through.
    pub fn covers(&self, topic: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(stem) => topic.starts_with(stem),
            None => topic == self.0,
        }
    }
}

/// Why this plugin may not be installed with these grants, a sentence for the operator each: topics of
/// its manifest that nobody knows, that are the host's, or that were not granted.
pub fn refusals(manifest: &Manifest, grants: &[TopicGrant]) -> Vec<String> {
    let name = &manifest.name;
    let mut refusals = Vec::new();
    let mut ungranted = Vec::new();
    for topic in &manifest.emits {
        match standing(name, topic, grants) {
            Standing::May => {}
            Standing::Hosts => refusals.push(format!(
                "`{name}` wants to emit `{topic}`, which only the host emits; use a build of it that does not"
            )),
            Standing::Unknown => refusals.push(format!(
                "`{name}` wants to emit `{topic}`, which this host does not know; its author writes \
                 `{name}.{topic}`, or one of: {}",
                known().filter(|topic| !HOST_TOPICS.contains(topic)).collect::<Vec<_>>().join(", ")
            )),
            Standing::Ungranted => ungranted.push(format!("{topic:?}")),
        }
    }
    if !ungranted.is_empty() {
        refusals.push(format!(
            "`{name}` wants to tell other plugins what was not granted to it; if it may, add to \
             `emits` in [plugins.{name}]: {}",
            ungranted.join(", ")
        ));
    }
    refusals
}

enum Standing {
    May,
    Hosts,
    Unknown,
    Ungranted,
}

fn standing(plugin: &PluginName, topic: &str, grants: &[TopicGrant]) -> Standing {
    let rest = topic.strip_prefix(plugin.as_str());
    if HOST_TOPICS.contains(&topic) {
        Standing::Hosts
    } else if rest.is_some_and(|rest| rest.starts_with('.')) {
        Standing::May
    } else if !SCHEMAS.contains_key(topic) {
        Standing::Unknown
    } else if grants.iter().any(|grant| grant.covers(topic)) {
        Standing::May
    } else {
        Standing::Ungranted
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn manifest(emits: &[&str]) -> Manifest {
        let json = json!({ "name": "acme", "version": "0.1.0", "summary": "s", "emits": emits });
        Manifest::parse(&json.to_string()).expect("valid")
    }

    fn refused(emits: &[&str], grants: &[&str]) -> Vec<String> {
        let grants = grants.iter().map(|grant| grant.parse().expect("a grant"));
        refusals(&manifest(emits), &grants.collect::<Vec<_>>())
    }

    #[test]
    fn every_schema_is_read_and_belongs_to_a_topic() {
        for (topic, text) in FILES {
            assert!(is_topic(topic), "{topic}");
            let file: Value = serde_json::from_str(text).expect(topic);
            assert_eq!(file["title"], *topic);
            assert!(SCHEMAS.contains_key(topic), "{topic} cannot be read");
        }
        for topic in HOST_TOPICS {
            assert!(SCHEMAS.contains_key(topic), "{topic} has no schema");
        }
    }

    #[test]
    fn a_shared_topic_is_granted_and_an_own_one_needs_no_grant() {
        assert!(refused(&["acme.done", "run.ended"], &["run.*"]).is_empty());
        assert!(refused(&["run.ended"], &["run.ended"]).is_empty());
        let refused = refused(&["run.ended", "run.started", "key.logged"], &["key.*"]);
        assert_eq!(refused.len(), 1, "{refused:?}");
        let asked = "add to `emits` in [plugins.acme]: \"run.ended\", \"run.started\"";
        assert!(refused[0].ends_with(asked), "{refused:?}");
    }

    #[test]
    fn nobody_speaks_for_the_host_or_of_what_nobody_knows() {
        let refused = refused(&["member.joined", "run.exploded"], &["member.*", "run.*"]);
        assert!(refused[0].contains("only the host"), "{refused:?}");
        assert!(refused[1].contains("acme.run.exploded"), "{refused:?}");
    }

    #[test]
    fn a_grant_is_a_topic_or_the_beginning_of_some() {
        for good in ["run.ended", "run.*", "member.roles-changed"] {
            assert!(good.parse::<TopicGrant>().is_ok(), "{good}");
        }
        for bad in ["", "*", "run", "run*", ".*", "Run.ended"] {
            assert!(bad.parse::<TopicGrant>().is_err(), "{bad}");
        }
        let all: TopicGrant = "run.*".parse().expect("a grant");
        assert!(all.covers("run.ended") && !all.covers("runner.up"));
    }

    #[test]
    fn a_body_that_does_not_fit_is_told_where() {
        let mut body = json!({ "run_id": 4, "organizer_id": "1", "dungeon_key": "X", "auto": false,
            "awards": true, "participants": ["2"], "key_pops": 0 });
        assert_eq!(check_body("run.ended", &body), Ok(()));
        body["participants"][0] = json!(2);
        let told = check_body("run.ended", &body).expect_err("a number");
        assert!(told.contains("`participants[0]`"), "{told}");
        assert_eq!(check_body("acme.done", &json!({})), Ok(()));
    }
}
