//! **/help**: made from what is registered here, and only what the asker may use.

use muster_core::Standing;
use muster_core::answer::Answer;
use muster_core::guild_config::GuildConfig;
use muster_core::interaction::CommandOptions;
use muster_core::manifest::{Category, CommandSpec};
use serde_json::{Value, json};

use super::{HostCommands, option, private};
use crate::interactions::Inner;

/// Fields that an embed holds
/// ([Discord Docs/Message, "Embed Limits"](https://discord.com/developers/docs/resources/message#embed-object-embed-limits)).
const MOST_FIELDS: usize = 25;

/// The option that narrows the list to one heading.
pub(super) fn category_option() -> Value {
    let choices: Vec<Value> = std::iter::once("All")
        .chain(Category::ALL.iter().map(|category| category.label()))
        .map(|label| json!({ "name": label, "value": label }))
        .collect();
    json!({
        "type": 3, "name": "category", "description": "Only this kind of command", "choices": choices,
    })
}

pub(super) fn answer(
    own: &HostCommands,
    host: &Inner,
    config: &GuildConfig,
    standing: &Standing,
    options: &CommandOptions,
) -> Answer {
    let installed = host.plugins.installed();
    let mut commands = own.specs(&installed, config);
    for manifest in installed
        .iter()
        .filter(|manifest| config.is_enabled(&manifest.name))
    {
        for command in &manifest.commands {
            // The first who claims a name has it.
            if !commands.iter().any(|known| known.name == command.name) {
                commands.push(command.clone());
            }
        }
    }
    commands.retain(|command| {
        command
            .minimum_role
            .refusal(standing, &config.roles)
            .is_none()
    });
    let wanted = option(options, "category")
        .and_then(Value::as_str)
        .unwrap_or("All");
    private(view(&commands, wanted))
}

/// One embed per heading.
fn view(commands: &[CommandSpec], wanted: &str) -> Value {
    let embeds: Vec<Value> = Category::ALL
        .into_iter()
        .filter(|category| wanted == "All" || wanted == category.label())
        .filter_map(|category| {
            let fields: Vec<Value> = commands
                .iter()
                .filter(|command| command.category == category)
                .take(MOST_FIELDS)
                .map(|command| {
                    json!({
                        "name": format!("/{}", command.name),
                        "value": format!("{}\nFor: `{}`", command.description, command.minimum_role),
                    })
                })
                .collect();
            (!fields.is_empty()).then(|| json!({ "title": category.label(), "fields": fields }))
        })
        .collect();
    if embeds.is_empty() {
        return json!({ "content": "You can use no command of this kind here." });
    }
    json!({ "embeds": embeds })
}

#[cfg(test)]
mod tests {
    use muster_core::Manifest;

    use super::*;

    #[test]
    fn headings_without_commands_are_left_out() {
        let json = r#"{"name": "p", "version": "0.1.0", "summary": "s", "commands": [
            {"name": "warn", "description": "Warn somebody", "minimum_role": "security", "category": "moderation"}]}"#;
        let commands = Manifest::parse(json).expect("valid").commands;
        let all = view(&commands, "All");
        assert_eq!(all["embeds"].as_array().map(Vec::len), Some(1));
        assert_eq!(
            all["embeds"][0]["fields"][0]["value"],
            "Warn somebody\nFor: `security`"
        );
        assert!(view(&commands, "Statistics")["content"].is_string());
    }
}
