//! What people used in which story, read from what playgrounds wrote down.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::table::{Item, Kind, Table};

/// What was used, and the stories in which it was.
#[derive(Debug, Default)]
pub struct Used {
    by: BTreeMap<Item, BTreeSet<String>>,
}

impl Used {
    /// Reads all transcripts of a folder.
    ///
    /// # Errors
    /// The folder or a transcript cannot be read.
    pub fn read(folder: &Path, table: &Table) -> Result<Self> {
        let mut used = Self::default();
        let entries = fs::read_dir(folder)
            .with_context(|| format!("cannot read the folder {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            let what = || format!("the transcript {}", path.display());
            let mut lines = BufReader::new(File::open(&path)?).lines();
            let Some(first) = lines.next() else { continue };
            let start: Value = serde_json::from_str(&first?).with_context(what)?;
            let story = story(&start);
            for line in lines {
                let line: Value = serde_json::from_str(&line?).with_context(what)?;
                if line["event"] == "INTERACTION_CREATE"
                    && let Some(item) = item(&line["data"], table)
                {
                    used.note(item, &story);
                }
            }
        }
        Ok(used)
    }

    /// A story used something.
    pub fn note(&mut self, item: Item, story: &str) {
        self.by.entry(item).or_default().insert(story.to_owned());
    }

    /// The stories that used it.
    pub fn stories(&self, item: &Item) -> impl Iterator<Item = &str> {
        self.by.get(item).into_iter().flatten().map(String::as_str)
    }

    /// Everything that was used.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.by.keys()
    }
}

/// `runs::the_name_of_the_test`, or `a-run.story`.
fn story(start: &Value) -> String {
    let arguments = start["arguments"].as_array().into_iter().flatten();
    let script = arguments
        .filter_map(Value::as_str)
        .find(|argument| argument.ends_with(".story"));
    if let Some(script) = script {
        return script.rsplit('/').next().unwrap_or(script).to_owned();
    }
    let program = start["program"].as_str().unwrap_or_default();
    // Cargo names test programs `runs-0123456789abcdef`.
    let name = program.rsplit_once('-').map_or(program, |(name, _)| name);
    format!("{name}::{}", start["thread"].as_str().unwrap_or_default())
}

/// What an interaction is the use of.
fn item(interaction: &Value, table: &Table) -> Option<Item> {
    let data = &interaction["data"];
    match interaction["type"].as_u64()? {
        2 => {
            let (name, _) = path(data);
            let owner = table.owner_of(data["name"].as_str()?)?.to_owned();
            let kind = Kind::Command;
            Some(Item { owner, kind, name })
        }
        4 => {
            let (name, options) = path(data);
            let focused = options.iter().find(|option| option["focused"] == true)?;
            Some(Item {
                owner: table.owner_of(data["name"].as_str()?)?.to_owned(),
                kind: Kind::Typing,
                name: format!("{name} {}", focused["name"].as_str()?),
            })
        }
        3 if data["component_type"] == 2 => action(data, Kind::Button),
        3 => action(data, Kind::Menu),
        5 => action(data, Kind::Form),
        _ => None,
    }
}

/// The command with its subcommands, and the options at the end of it.
fn path(data: &Value) -> (String, &[Value]) {
    let mut name = data["name"].as_str().unwrap_or_default().to_owned();
    let mut options = data["options"].as_array().map_or(&[][..], Vec::as_slice);
    while let [only] = options
        && matches!(only["type"].as_u64(), Some(1 | 2))
    {
        name.push(' ');
        name.push_str(only["name"].as_str().unwrap_or_default());
        options = only["options"].as_array().map_or(&[][..], Vec::as_slice);
    }
    (name, options)
}

/// `raids:join/42` is the action `join` of `raids`. Clients of tests write ids of their own.
fn action(data: &Value, kind: Kind) -> Option<Item> {
    let custom_id = data["custom_id"].as_str()?;
    let action = custom_id.split('/').next().unwrap_or_default();
    let (owner, name) = action.split_once(':')?;
    Some(Item {
        owner: owner.to_owned(),
        kind,
        name: name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table() -> Table {
        Table::read("[commands.garden]\n\"plan new\" = \"makes a plan\"\n").expect("a table")
    }

    fn used(interaction: &Value) -> String {
        let item = item(interaction, &table()).expect("something is used");
        format!("{} {} {}", item.owner, item.kind, item.name)
    }

    #[test]
    fn every_kind_of_use_is_recognised() {
        let new = json!([{ "type": 1, "name": "new", "options": [{ "type": 3, "name": "title", "focused": true }] }]);
        let command = json!({ "name": "plan", "options": new });
        assert_eq!(
            used(&json!({ "type": 2, "data": command })),
            "garden command plan new"
        );
        assert_eq!(
            used(&json!({ "type": 4, "data": command })),
            "garden typing plan new title"
        );
        let of_a_test = json!({ "type": 2, "data": { "name": "ring" } });
        assert_eq!(item(&of_a_test, &table()), None);
        let press = |kind: u64, data: Value| used(&json!({ "type": kind, "data": data }));
        let button = json!({ "custom_id": "garden:join/42", "component_type": 2 });
        assert_eq!(press(3, button), "garden button join");
        let menu = json!({ "custom_id": "garden:tool/42", "component_type": 3 });
        assert_eq!(press(3, menu), "garden menu tool");
        assert_eq!(
            press(5, json!({ "custom_id": "garden:note/42" })),
            "garden form note"
        );
    }

    #[test]
    fn stories_are_named_as_people_find_them() {
        let test =
            json!({ "program": "runs-0123456789abcdef", "thread": "a_run", "arguments": [] });
        assert_eq!(story(&test), "runs::a_run");
        let script = json!({
            "program": "muster", "thread": "main", "arguments": ["play", "--script", "/x/a-run.story"],
        });
        assert_eq!(story(&script), "a-run.story");
    }
}
