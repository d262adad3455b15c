//! What a plugin says of itself in `describe`: the only manifest there is.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::address::is_name;
use crate::rate::Rate;
use crate::roles::{MinimumRole, RoleKey};

/// The name of a plugin: 1 to 32 of `a-z`, `0-9` and `-`, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PluginName(String);

/// The name under which the host itself speaks in custom ids, events and the audit.
pub const HOST: &str = "host";

/// Why a text is no plugin name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no plugin name: use 1 to 32 of a-z, 0-9 and `-`, beginning with a letter; \
     `host` is taken"
)]
pub struct NotAPluginName(String);

impl PluginName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as it begins the plugin's table names: `-` becomes `_`.
    pub fn sql_name(&self) -> String {
        self.0.replace('-', "_")
    }
}

impl FromStr for PluginName {
    type Err = NotAPluginName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let starts = text.starts_with(|c: char| c.is_ascii_lowercase());
        let fits = text.len() <= 32 && text != HOST;
        let made_of = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if starts && fits && made_of && !text.ends_with('-') && !text.contains("--") {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAPluginName(text.chars().take(40).collect()))
        }
    }
}

impl TryFrom<String> for PluginName {
    type Error = NotAPluginName;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PluginName> for String {
    fn from(name: PluginName) -> Self {
        name.0
    }
}

impl fmt::Display for PluginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A plugin's description of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Its name.
    pub name: PluginName,
    /// Its version, as in Cargo: `1.2.3`.
    pub version: String,
    /// One line for guild owners.
    pub summary: String,
    /// Slash commands.
    #[serde(default)]
    pub commands: Vec<CommandSpec>,
    /// Buttons, menus and modals, by the action that begins their custom id.
    #[serde(default)]
    pub components: Vec<ComponentSpec>,
    /// Channels that a guild may map with `/setchannels`.
    #[serde(default)]
    pub channel_keys: Vec<KeySpec>,
    /// Roles outside the hierarchy that a guild may map with `/setroles`.
    #[serde(default)]
    pub role_keys: Vec<KeySpec>,
    /// Settings per guild.
    #[serde(default)]
    pub settings: Vec<SettingSpec>,
    /// Its database schema, oldest first.
    #[serde(default)]
    pub migrations: Vec<MigrationSpec>,
    /// Topics that it wants to hear.
    #[serde(default)]
    pub subscribes: Vec<String>,
    /// Topics that it emits.
    #[serde(default)]
    pub emits: Vec<String>,
    /// Discord permissions that it needs, by the API's names (`MANAGE_ROLES`), and what is lost
    /// without each.
    #[serde(default)]
    pub discord_permissions: Vec<PermissionSpec>,
    /// Privileged intents that it can use (`GUILD_MEMBERS`), and what is lost without each.
    #[serde(default)]
    pub intents: Vec<PermissionSpec>,
    /// What it stores about people, in words for them.
    #[serde(default)]
    pub personal_data: Vec<String>,
}

/// A slash command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandSpec {
    /// 1 to 32 characters, lower case.
    pub name: String,
    /// 1 to 100 characters.
    pub description: String,
    /// Options in Discord's documented shape
    /// ([Discord Docs/Application Commands](https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-structure)).
    #[serde(default)]
    pub options: Vec<Value>,
    /// Who may use it.
    pub minimum_role: MinimumRole,
    /// The heading in `/help`.
    #[serde(default)]
    pub category: Category,
    /// How often; 5 in 10 s if nothing is said.
    #[serde(default = "Rate::of_commands")]
    pub rate: Rate,
    /// Whether its answer is seen by the asker only. Fixed here, because a deferred answer must
    /// match the later one.
    #[serde(default = "yes")]
    pub private: bool,
    /// Whether its answer may be a modal. Then it is never deferred, and must answer at once.
    #[serde(default)]
    pub opens_modal: bool,
}

/// The headings of `/help`.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Runs, headcounts, keys.
    RaidManagement,
    /// Warnings, suspensions, notes.
    Moderation,
    /// Roles, channels, settings.
    Configuration,
    /// Points and leaderboards.
    Statistics,
    /// The rest.
    #[default]
    Utility,
}

impl Category {
    /// All headings, in the order of `/help`.
    pub const ALL: [Self; 5] = [
        Self::RaidManagement,
        Self::Moderation,
        Self::Configuration,
        Self::Statistics,
        Self::Utility,
    ];

    /// The heading.
    pub const fn label(self) -> &'static str {
        match self {
            Self::RaidManagement => "Raid Management",
            Self::Moderation => "Moderation",
            Self::Configuration => "Configuration",
            Self::Statistics => "Statistics",
            Self::Utility => "Utility",
        }
    }
}

/// A button, menu or modal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComponentSpec {
    /// What begins its custom id: `join` of `join/42`.
    pub action: String,
    /// Who may use it.
    pub minimum_role: MinimumRole,
    /// How often; 5 in 8 s if nothing is said.
    #[serde(default = "Rate::of_components")]
    pub rate: Rate,
    /// Whether its answer may be a modal. Then it is never deferred, and must answer at once.
    #[serde(default)]
    pub opens_modal: bool,
}

/// A channel or role that guilds map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySpec {
    /// 1 to 32 of `a-z` and `_`.
    pub key: String,
    /// What it is for, 1 to 100 characters.
    pub description: String,
    /// Role keys only: whether the plugin may give and take the mapped role.
    #[serde(default)]
    pub grants: bool,
    /// Channel keys only: Discord permissions that the bot needs there beside seeing, writing and embedding,
    /// by the API's names.
    #[serde(default)]
    pub needs: Vec<String>,
}

/// A setting per guild.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SettingSpec {
    /// 1 to 48 of `a-z` and `_`.
    pub key: String,
    /// What it does, with its unit.
    pub description: String,
    /// What it may be.
    #[serde(flatten)]
    pub kind: SettingKind,
    /// What it is if nobody says anything; null where there is no value.
    pub default: Value,
}

/// What a setting may be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SettingKind {
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer {
        /// Smallest.
        min: i64,
        /// Greatest.
        max: i64,
        /// Whether it may be unset (null).
        #[serde(default)]
        optional: bool,
    },
    /// A text.
    Text {
        /// Most characters.
        max_length: usize,
    },
    /// One of some words.
    Choice {
        /// The words.
        choices: Vec<String>,
    },
}

impl SettingSpec {
    /// `None` if `value` fits, else what would.
    pub fn refusal(&self, value: &Value) -> Option<String> {
        let key = &self.key;
        match &self.kind {
            SettingKind::Boolean if value.is_boolean() => None,
            SettingKind::Boolean => Some(format!("`{key}` is true or false")),
            SettingKind::Integer { optional: true, .. } if value.is_null() => None,
            SettingKind::Integer { min, max, .. } => match value.as_i64() {
                Some(number) if (*min..=*max).contains(&number) => None,
                _ => Some(format!("`{key}` is a whole number from {min} to {max}")),
            },
            SettingKind::Text { max_length } => match value.as_str() {
                Some(text) if text.chars().count() <= *max_length => None,
                _ => Some(format!(
                    "`{key}` is a text of at most {max_length} characters"
                )),
            },
            SettingKind::Choice { choices } => match value.as_str() {
                Some(word) if choices.iter().any(|choice| choice == word) => None,
                _ => Some(format!("`{key}` is one of: {}", choices.join(", "))),
            },
        }
    }
}

/// One step of a plugin's schema, written as if its guild were alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MigrationSpec {
    /// 1, 2, 3 without gaps.
    pub number: u32,
    /// What it is about.
    pub name: String,
    /// The statements that make the step.
    pub up: String,
    /// The statements that take it back.
    pub down: String,
}

/// A permission or intent, and what it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionSpec {
    /// Discord's API name.
    pub name: String,
    /// What does not work without it.
    pub without: String,
}

const fn yes() -> bool {
    true
}

impl Manifest {
    /// Reads and checks what `describe` returned.
    ///
    /// # Errors
    /// Every problem at once, each a sentence for the plugin's author.
    pub fn parse(json: &str) -> Result<Self, Vec<String>> {
        let manifest: Self = serde_json::from_str(json)
            .map_err(|error| vec![format!("`describe` returned no valid manifest: {error}")])?;
        let problems = manifest.problems();
        if problems.is_empty() {
            Ok(manifest)
        } else {
            Err(problems)
        }
    }

    /// The command of this name.
    pub fn command(&self, name: &str) -> Option<&CommandSpec> {
        self.commands.iter().find(|command| command.name == name)
    }

    /// The component whose custom ids begin with `action`.
    pub fn component(&self, action: &str) -> Option<&ComponentSpec> {
        self.components
            .iter()
            .find(|component| component.action == action)
    }

    /// The setting of this key.
    pub fn setting(&self, key: &str) -> Option<&SettingSpec> {
        self.settings.iter().find(|setting| setting.key == key)
    }

    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut say = |problem: String| problems.push(problem);
        let parts: Vec<&str> = self.version.split('.').collect();
        if parts.len() != 3 || parts.iter().any(|part| part.parse::<u32>().is_err()) {
            say(format!(
                "version `{}` is not of the form 1.2.3",
                self.version
            ));
        }
        for name in repeated(self.commands.iter().map(|command| command.name.as_str())) {
            say(format!("command `{name}` is declared twice"));
        }
        for command in &self.commands {
            let name = &command.name;
            if !is_command_name(name) {
                say(format!(
                    "command `{name}`: names are 1 to 32 lower-case letters, digits, - or _"
                ));
            }
            let length = command.description.chars().count();
            if !(1..=100).contains(&length) {
                say(format!(
                    "command `{name}`: its description has {length} characters, not 1 to 100"
                ));
            }
            if command.options.len() > 25 {
                say(format!("command `{name}` has more than 25 options"));
            }
            check_rate(&command.rate, name, &mut say);
        }
        for action in repeated(self.components.iter().map(|spec| spec.action.as_str())) {
            say(format!("component `{action}` is declared twice"));
        }
        for component in &self.components {
            let action = &component.action;
            if !is_name(action) || action.contains('/') || action.chars().count() > 32 {
                say(format!(
                    "component `{action}`: an action is 1 to 32 characters without space or /"
                ));
            }
            check_rate(&component.rate, action, &mut say);
        }
        for spec in self.channel_keys.iter().chain(&self.role_keys) {
            if !is_key(&spec.key, 32) || RoleKey::by_key(&spec.key).is_some() {
                say(format!(
                    "key `{}`: keys are 1 to 32 of a-z and _, and no rank's name",
                    spec.key
                ));
            }
        }
        for setting in &self.settings {
            if !is_key(&setting.key, 48) {
                say(format!(
                    "setting `{}`: keys are 1 to 48 of a-z and _",
                    setting.key
                ));
            }
            if let Some(refusal) = setting.refusal(&setting.default) {
                say(format!(
                    "setting `{}`: its own default does not fit: {refusal}",
                    setting.key
                ));
            }
        }
        for (index, migration) in self.migrations.iter().enumerate() {
            if migration.number as usize != index + 1 {
                say(format!(
                    "migration {} stands at place {}",
                    migration.number,
                    index + 1
                ));
            }
        }
        for topic in self.subscribes.iter().chain(&self.emits) {
            if !is_topic(topic) {
                say(format!("topic `{topic}`: topics are like `run.ended`"));
            }
        }
        problems
    }
}

fn check_rate(rate: &Rate, of: &str, say: &mut impl FnMut(String)) {
    if rate.limit == 0 || rate.per_seconds == 0 || rate.per_seconds > 600 || rate.class.is_empty() {
        say(format!(
            "`{of}`: a rate is at least 1 use in 1 to 600 seconds, with a class name"
        ));
    }
}

fn repeated<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    names.filter(|name| !seen.insert(*name)).collect()
}

fn is_key(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Whether Discord takes `name` for a command
/// ([Discord Docs/Application Commands, "Application Command Naming"](https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-naming)).
pub fn is_command_name(name: &str) -> bool {
    (1..=32).contains(&name.chars().count())
        && name
            .chars()
            .all(|c| (c.is_alphanumeric() && !c.is_uppercase()) || c == '-' || c == '_')
}

/// Whether `text` can be a topic: 1 to 64 of `a-z`, `0-9`, `_`, `-` and at least one inner `.`.
pub fn is_topic(text: &str) -> bool {
    let made_of = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
    (3..=64).contains(&text.len())
        && text.bytes().all(made_of)
        && text.contains('.')
        && !text.starts_with('.')
        && !text.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_manifest_is_enough() {
        let json = r#"{"name": "hello", "version": "0.1.0", "summary": "Says hello",
            "commands": [{"name": "hello", "description": "Say it", "minimum_role": "everyone"}]}"#;
        let manifest = Manifest::parse(json).expect("valid");
        let command = manifest.command("hello").expect("declared");
        assert!(command.private && !command.opens_modal);
        assert_eq!(command.rate, Rate::of_commands());
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let json = r#"{"name": "hello", "version": "one", "summary": "",
            "commands": [{"name": "Hello", "description": "", "minimum_role": "organizer"}],
            "settings": [{"key": "n", "description": "d", "type": "integer", "min": 1, "max": 5, "default": 9}]}"#;
        let problems = Manifest::parse(json).expect_err("four problems");
        assert_eq!(problems.len(), 4, "{problems:#?}");
    }

    #[test]
    fn unknown_fields_are_named() {
        let json = r#"{"name": "a", "version": "0.1.0", "summary": "", "comands": []}"#;
        let problems = Manifest::parse(json).expect_err("a typing error");
        assert!(problems[0].contains("comands"), "{problems:?}");
    }

    #[test]
    fn plugin_names_stay_safe_for_tables_and_custom_ids() {
        for bad in ["", "Raid", "1a", "a--b", "a-", "host", "a:b", "a_b"] {
            assert!(bad.parse::<PluginName>().is_err(), "{bad}");
        }
        let name: PluginName = "acme-moderation".parse().expect("a name");
        assert_eq!(name.sql_name(), "acme_moderation");
    }
}
