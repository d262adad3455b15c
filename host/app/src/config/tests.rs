use muster_store::Durability;
use serde_json::json;

use super::*;

fn read_with(text: &str, environment: &Environment) -> Loaded {
    Config::read(Some(Path::new("plugins.toml")), text, environment, &[])
}

fn problems(text: &str) -> Vec<String> {
    let loaded = read_with(text, &Environment::default());
    loaded.problems.iter().map(Problem::to_string).collect()
}

fn environment_problems(text: &str, environment: Environment) -> Vec<String> {
    let loaded = read_with(text, &environment);
    loaded.problems.iter().map(Problem::to_string).collect()
}

#[test]
fn a_misspelt_key_is_named_with_its_line_and_the_nearest_valid_key() {
    let text = "[plugins.notes]\nsource = \"builtin\"\n\nenabeld = true\n";
    assert_eq!(
        problems(text),
        ["plugins.toml:4: unknown key `enabeld` in [plugins.notes]; did you mean `enabled`?"]
    );
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_file() {
    let text = r#"
[hots]
[host]
durability = "disk"
database = 5
colour = "blue"
[discord]
api_base = "http://discord.com/api/v10"
[limits]
cpu_ms = 0
wall_ms = "2s"
[plugins.Notes]
source = "builtin"
[plugins.notes]
enabled = "yes"
[plugins.team]
source = "builtin"
path = "team.wasm"
[guilds.my-guild.plugins.team]
enabled = true
[guilds."123".plugins.taem]
enabled = true
"#;
    assert_eq!(
        problems(text),
        [
            "plugins.toml:2: unknown key `hots` in this file; did you mean `host`?",
            "plugins.toml:4: `durability` in [host] is \"process\" or \"power\", not \"disk\"",
            "plugins.toml:5: `database` in [host] is a text in quotation marks, not 5",
            "plugins.toml:6: unknown key `colour` in [host]; known are `database`, `plugin_cache`, \
             `durability`, `log`, `log_format`",
            "plugins.toml:8: `api_base` `http://discord.com/api/v10` is refused: outside this machine only \
             https:// will do, or the bot's token could be read on the way",
            "plugins.toml:10: `cpu_ms` in [limits] is a whole number from 1 to 60000, not 0",
            "plugins.toml:11: `wall_ms` in [limits] is a whole number from 10 to 60000, not \"2s\"",
            "plugins.toml:12: `Notes` is no plugin name: use 1 to 32 of a-z, 0-9 and `-`, beginning with a \
             letter; `host` is taken",
            "plugins.toml:14: [plugins.notes] does not say where the plugin is; add `source = \"builtin\"` \
             or `path = \"notes.wasm\"`",
            "plugins.toml:15: `enabled` in [plugins.notes] is true or false, not \"yes\"",
            "plugins.toml:16: [plugins.team] has a `source` and a `path`; keep one of them",
            "plugins.toml:19: `my-guild` is no guild id; in Discord, switch on Developer Mode, right-click \
             the guild and choose Copy Server ID",
            "plugins.toml:21: no plugin `taem` is installed; did you mean `team`?",
        ]
    );
}

#[test]
fn what_is_no_toml_is_told_with_its_line_and_the_rest_is_still_read() {
    let told =
        problems("[plugins.notes]\nsource = \"builtin\nenabeld = true\n[host]\ncolour = 1\n");
    assert!(
        told.iter().any(|text| text.starts_with("plugins.toml:2: ")),
        "{told:#?}"
    );
    assert!(
        told.iter()
            .any(|text| text.starts_with("plugins.toml:5: unknown key `colour`")),
        "{told:#?}"
    );
}

#[test]
fn a_key_given_twice_is_told() {
    let told = problems("[host]\nlog = \"info\"\nlog = \"debug\"\n");
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(
        told[0].starts_with("plugins.toml:3: duplicate key"),
        "{told:#?}"
    );
}

#[test]
fn the_environment_stands_above_the_file() {
    let environment = Environment::from([
        ("MUSTER_HOST_DURABILITY", "power"),
        ("MUSTER_LIMITS_CPU_MS", "750"),
        ("MUSTER_PLUGINS_NOTES_ENABLED", "false"),
        ("MUSTER_PLUGINS_NOTES_SETTINGS_MOST_NOTES", "7"),
        ("DISCORD_API_BASE", "http://127.0.0.1:4100/api/v10"),
        ("MUSTER_DISCORD_API_BASE", "https://proxy.example/api"),
        ("DISCORD_TOKEN", "not a setting"),
    ]);
    let text =
        "[host]\ndurability = \"process\"\n[plugins.notes]\nsource = \"builtin\"\nenabled = true\n";
    let config = read_with(text, &environment).into_valid().expect("valid");
    assert_eq!(config.host.durability, Durability::Power);
    assert_eq!(config.limits.cpu_ms, 750);
    assert!(config.discord.api_base.is_loopback());
    let notes = &config.plugins.installed[0].choices;
    assert_eq!(notes.enabled, Some(false));
    assert_eq!(notes.settings["most_notes"].value, json!(7));
}

#[test]
fn what_is_wrong_in_the_environment_is_told_by_the_variable() {
    let environment = Environment::from([
        ("MUSTER_HOST_DURABILTY", "power"),
        ("MUSTER_LIMITS_CPU_MS", "fast"),
        ("DISCORD_API_BASE", "http://10.0.0.1/api"),
    ]);
    assert_eq!(
        environment_problems("", environment),
        [
            "DISCORD_API_BASE: `api_base` `http://10.0.0.1/api` is refused: outside this machine only \
             https:// will do, or the bot's token could be read on the way",
            "MUSTER_HOST_DURABILTY: is no setting; did you mean `MUSTER_HOST_DURABILITY`?",
            "MUSTER_LIMITS_CPU_MS: is a whole number from 1 to 60000, not \"fast\"",
        ]
    );
}

#[test]
fn numbers_may_be_written_as_toml_writes_them() {
    let text = "[limits]\nvalue_bytes = 2_097_152\nmemory_bytes = 0x200_0000\n";
    let config = read_with(text, &Environment::default())
        .into_valid()
        .expect("valid");
    assert_eq!(config.limits.value_bytes, 2 << 20);
    assert_eq!(config.limits.memory_bytes, 32 << 20);
}

#[test]
fn plugins_keep_the_order_of_the_file_and_become_the_stores_policy() {
    let text = r#"
[plugins.team]
path = "build/team.wasm"
settings = { greeting = "Hi" }
[plugins.notes]
source = "builtin"
enabled = false
[guilds."123".plugins.notes]
enabled = true
settings = { most_notes = 3 }
"#;
    let folder = Path::new("/etc/muster/plugins.toml");
    let loaded = Config::read(Some(folder), text, &Environment::default(), &[]);
    let config = loaded.into_valid().expect("valid");
    let built = PluginSource::Path("/etc/muster/build/team.wasm".into());
    assert_eq!(config.plugins.installed[0].source, built);
    let policy = config.policy();
    let names: Vec<&str> = policy
        .plugins
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["team", "notes"]);
    assert_eq!(policy.plugins[0].1.settings["greeting"], json!("Hi"));
    assert_eq!(policy.plugins[1].1.enabled, Some(false));
    let (_, pinned) = policy.guilds.first_key_value().expect("one guild");
    let (_, notes) = pinned.first_key_value().expect("one plugin");
    assert_eq!(
        (notes.enabled, &notes.settings["most_notes"]),
        (Some(true), &json!(3))
    );
}

#[test]
fn settings_are_checked_by_the_plugins_manifest() {
    let text = r#"
[plugins.notes]
source = "builtin"
settings = { most_nots = 3 }
[guilds."123".plugins.notes]
settings = { most_notes = 900, shown = "all" }
"#;
    let config = read_with(text, &Environment::default())
        .into_valid()
        .expect("valid so far");
    let manifest = muster_core::Manifest::parse(
        r#"{"name": "notes", "version": "0.1.0", "summary": "Notes", "settings": [
            {"key": "most_notes", "description": "d", "type": "integer", "min": 1, "max": 100, "default": 10},
            {"key": "shown", "description": "d", "type": "choice", "choices": ["own", "all"], "default": "own"}
        ]}"#,
    )
    .expect("valid");
    let told: Vec<String> = config
        .plugins
        .check_settings(&manifest)
        .iter()
        .map(Problem::to_string)
        .collect();
    assert_eq!(
        told,
        [
            "plugins.toml:4: unknown setting `most_nots` of `notes`; did you mean `most_notes`?",
            "plugins.toml:6: `most_notes` is a whole number from 1 to 100, not 900 (setting of `notes`)",
        ]
    );
}

#[test]
fn without_a_file_everything_built_in_is_installed() {
    let builtin: Vec<PluginName> = vec!["notes".parse().expect("a name")];
    let loaded = Config::read(None, "", &Environment::default(), &builtin);
    let config = loaded.into_valid().expect("valid");
    assert_eq!(config.plugins.installed[0].name, builtin[0]);
}

/// The file at the root of the workspace: valid as it is, with every setting written down.
#[test]
fn the_shipped_file_lists_every_setting_with_its_default() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins.toml");
    let text = std::fs::read_to_string(path).expect("it is there");
    assert_eq!(problems(&text), [""; 0]);

    let is_key = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let is_setting = |line: &str| line.split_once(" = ").is_some_and(|(key, _)| is_key(key));
    let all: Vec<&str> = text
        .lines()
        .map(|line| {
            line.strip_prefix("# ")
                .filter(|line| is_setting(line))
                .unwrap_or(line)
        })
        .collect();
    let full = read_with(&all.join("\n"), &Environment::default())
        .into_valid()
        .expect("all defaults are valid");
    let empty = read_with("", &Environment::default())
        .into_valid()
        .expect("valid");
    assert_eq!(full.limits, empty.limits);
    assert_eq!(full.host.durability, empty.host.durability);
    assert_eq!(full.host.log_format, empty.host.log_format);
    assert_eq!(full.host.database, empty.host.database);
    assert_eq!(full.discord, empty.discord);

    // What is not known in any section is refused, so asking for nonsense lists what is known.
    for section in ["host", "discord", "limits"] {
        let told = problems(&format!("[{section}]\nxxxxxxxxxxxxxxxxxxxx = 1\n"));
        let known = told[0].split("known are ").nth(1).expect("a list");
        for key in known.split(", ").map(|key| key.trim_matches('`')) {
            assert!(
                all.iter()
                    .any(|line| line.starts_with(&format!("{key} = "))),
                "{section}.{key}"
            );
        }
    }
}

#[test]
fn what_a_plugin_tells_others_is_granted_in_the_file_or_named_with_its_line() {
    let text = r#"
[plugins.notes]
source = "builtin"
emits = ["note.*", "runs"]
[plugins.team]
source = "builtin"
emits = "run.ended"
"#;
    assert_eq!(
        problems(text),
        [
            "plugins.toml:4: `emits` in [plugins.notes]: `runs` is no topic; write one like `run.ended`, or \
             `run.*` for all that begin so",
            "plugins.toml:7: `emits` in [plugins.team] is a list of texts in quotation marks, not \"run.ended\"",
        ]
    );
    let emitting = muster_core::Manifest::parse(
        r#"{"name": "notes", "version": "0.1.0", "summary": "s", "emits": ["run.ended", "key.logged"]}"#,
    )
    .expect("valid");
    let refused = |emits: &str| -> Vec<String> {
        let text = format!("[plugins.notes]\nsource = \"builtin\"\nemits = {emits}\n");
        let config = read_with(&text, &Environment::default())
            .into_valid()
            .expect("valid so far");
        let problems = config.plugins.check_grants(&emitting);
        problems.iter().map(Problem::to_string).collect()
    };
    assert_eq!(refused(r#"["run.*", "key.logged"]"#), [""; 0]);
    assert_eq!(
        refused(r#"["run.*"]"#),
        [
            "plugins.toml:1: `notes` wants to tell other plugins what was not granted to it; if it may, add to \
             `emits` in [plugins.notes]: \"key.logged\""
        ]
    );
}

#[test]
fn without_a_file_the_grants_of_the_shipped_one_hold_and_the_environment_stands_above() {
    let builtin = crate::installation::builtin_names();
    let upper = builtin[0].sql_name().to_uppercase();
    let switched_off = format!("MUSTER_PLUGINS_{upper}_ENABLED");
    let environment = Environment::from([(switched_off.as_str(), "false")]);
    let loaded = Config::read(None, SHIPPED, &environment, &builtin);
    let config = loaded.into_valid().expect("valid");
    let find = |name: &PluginName| {
        let mut installed = config.plugins.installed.iter();
        installed.find(|plugin| plugin.name == *name).cloned()
    };
    let all: Vec<InstalledPlugin> = builtin.iter().filter_map(find).collect();
    assert_eq!(all.len(), config.plugins.installed.len());
    assert_eq!(all[0].choices.enabled, Some(false));
    assert!(all.iter().any(|plugin| !plugin.emits.is_empty()));
}
