//! Options that offer choices while somebody types.

use muster_harness::{Stage, says};
use muster_playground::Persona;
use serde_json::{Value, json};

/// The command with its subcommands, and each option of it that offers choices.
fn offering(name: &str, options: &Value, found: &mut Vec<(String, String)>) {
    for option in options.as_array().into_iter().flatten() {
        let own = option["name"].as_str().expect("a name");
        if matches!(option["type"].as_u64(), Some(1 | 2)) {
            offering(&format!("{name} {own}"), &option["options"], found);
        } else if option["autocomplete"] == true {
            found.push((name.to_owned(), own.to_owned()));
        }
    }
}

/// The names of what is offered.
async fn offered(person: &Persona, command: &str, option: &str, text: &str) -> Vec<String> {
    let asked = person.types(command, option, text, json!({}));
    let act = asked.unwrap_or_else(|refused| panic!("{command} {option}: {refused}"));
    let answer = act.answer().await;
    let answer = answer.unwrap_or_else(|failed| panic!("{command} {option}: {failed}"));
    let choices = answer.answer.choices().iter();
    choices.map(|choice| choice.name.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_option_that_offers_choices_answers_before_anything_is_typed() {
    let stage = Stage::evening().await;
    stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    let ada = stage.person("Ada", "organizers");
    let mut options = Vec::new();
    for command in ada.commands() {
        let name = format!("/{}", command.name);
        offering(&name, &command.body["options"], &mut options);
    }
    assert!(
        options.len() >= 5,
        "the options were not found: {options:?}"
    );
    for (command, option) in options {
        let choices = offered(&ada, &command, &option, "").await;
        // No period is over, every plugin is on, a value depends on which setting it is for, and the type of
        // a key on the dungeon.
        let may_be_empty = matches!(option.as_str(), "period" | "value" | "key_type")
            || command == "/plugins enable";
        assert!(
            may_be_empty || !choices.is_empty(),
            "{command} offers nothing for {option}"
        );
        assert!(choices.len() <= 25, "{command} {option}: {choices:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_guild_did_last_is_offered_first() {
    let stage = Stage::evening().await;
    let otto = stage.person("Otto", "organizers");
    stage
        .posts_a_run("Otto", json!({ "dungeon": "UNDEAD_LAIR" }))
        .await;
    let choices = offered(&otto, "/run", "dungeon", "").await;
    assert_eq!(
        choices.first().map(String::as_str),
        Some("Undead Lair"),
        "{choices:?}"
    );
    let nina = stage.person("Nina", "general");
    let told = says(nina.uses("/run", json!({ "dungeon": "SHATTERS" }))).await;
    assert!(
        told.contains("organizer"),
        "choices are no permission: {told}"
    );
}
