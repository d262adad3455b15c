//! The table lists just what plugins and host declare.

use std::collections::BTreeSet;

use muster_harness::{Stage, builtin_plugins};
use muster_test_coverage::{Item, Kind, Table};

/// Names of commands with their subcommands, and of their options with suggestions.
fn commands(owner: &str, name: &str, options: &[serde_json::Value], found: &mut BTreeSet<Item>) {
    let nested = options
        .iter()
        .filter(|option| matches!(option["type"].as_u64(), Some(1 | 2)));
    let mut is_group = false;
    for option in nested {
        is_group = true;
        let name = format!("{name} {}", option["name"].as_str().expect("a name"));
        let inner = option["options"].as_array().cloned().unwrap_or_default();
        commands(owner, &name, &inner, found);
    }
    let item = |kind, name: String| Item {
        owner: owner.to_owned(),
        kind,
        name,
    };
    if !is_group {
        found.insert(item(Kind::Command, name.to_owned()));
    }
    for option in options
        .iter()
        .filter(|option| option["autocomplete"] == true)
    {
        let option = option["name"].as_str().expect("a name");
        found.insert(item(Kind::Typing, format!("{name} {option}")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_has_a_row_for_everything_that_is_declared_and_for_nothing_else() {
    let stage = Stage::with_plugins(&builtin_plugins()).await;
    let table = Table::ours().expect("a table");
    let manifests = stage.manifests();
    let mut declared = BTreeSet::new();
    let mut actions = BTreeSet::new();
    for manifest in manifests.iter() {
        let owner = manifest.name.as_str();
        for command in &manifest.commands {
            commands(owner, &command.name, &command.options, &mut declared);
        }
        for component in &manifest.components {
            actions.insert((owner.to_owned(), component.action.clone()));
        }
    }
    for command in stage.playground.commands() {
        let is_plugins = manifests.iter().any(|manifest| {
            manifest
                .commands
                .iter()
                .any(|known| known.name == command.name)
        });
        if !is_plugins {
            let options = command.body["options"].as_array().cloned();
            commands(
                "host",
                &command.name,
                &options.unwrap_or_default(),
                &mut declared,
            );
        }
    }
    let is_typed = |item: &&Item| matches!(item.kind, Kind::Command | Kind::Typing);
    let listed: BTreeSet<Item> = table
        .rows()
        .map(|(item, _)| item)
        .filter(is_typed)
        .cloned()
        .collect();
    let missing: Vec<&Item> = declared.difference(&listed).collect();
    let stale: Vec<&Item> = listed.difference(&declared).collect();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "no row: {missing:#?}\nno such thing: {stale:#?}"
    );

    let is_control = |item: &&Item| !matches!(item.kind, Kind::Command | Kind::Typing);
    let listed: BTreeSet<(String, String)> = table
        .rows()
        .map(|(item, _)| item)
        .filter(is_control)
        // The host has no manifest; what it shows is found by its stories.
        .filter(|item| item.owner != "host")
        .map(|item| (item.owner.clone(), item.name.clone()))
        .collect();
    let missing: Vec<_> = actions.difference(&listed).collect();
    let stale: Vec<_> = listed.difference(&actions).collect();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "no row: {missing:#?}\nno such thing: {stale:#?}"
    );
}
