//! The host's own settings of a guild, beside those that plugins declare: how long records are kept, the
//! guild's time zone, and who may use which command.

use serde_json::{Value, json};

use crate::manifest::{SettingKind, SettingSpec};
use crate::roles::{MinimumRole, RoleKey};

/// How many days the audit goes back; older lines are archived.
pub const AUDIT_KEEP_DAYS: &str = "audit_keep_days";
/// How many days the log of commands goes back.
pub const COMMAND_LOG_KEEP_DAYS: &str = "command_log_keep_days";
/// Whether every command leaves a line in the channel `bot_log`.
pub const LOG_COMMANDS: &str = "log_commands";
/// The guild's time zone, by its IANA name.
pub const TIME_ZONE: &str = "time_zone";

/// What begins the settings that say who may use a command: `min_role.ping`.
const MIN_ROLE: &str = "min_role.";

/// The key of the setting that says who may use a command.
pub fn minimum_role_key(command: &str) -> String {
    format!("{MIN_ROLE}{command}")
}

/// The command that a setting is about, if it says who may use one.
pub fn command_of(key: &str) -> Option<&str> {
    key.strip_prefix(MIN_ROLE)
}

/// The settings that every guild has, those about commands aside.
pub fn specs() -> Vec<SettingSpec> {
    let days = |key: &str, description: &str, default: i64| SettingSpec {
        key: key.into(),
        description: description.into(),
        kind: SettingKind::Integer {
            min: 1,
            max: 3650,
            optional: false,
        },
        default: default.into(),
    };
    vec![
        days(
            AUDIT_KEEP_DAYS,
            "How many days `/audit` goes back; older lines are archived",
            365,
        ),
        days(
            COMMAND_LOG_KEEP_DAYS,
            "How many days it is kept who used which command",
            90,
        ),
        SettingSpec {
            key: LOG_COMMANDS.into(),
            description: "Whether each command leaves a line in the channel `bot_log`".into(),
            kind: SettingKind::Boolean,
            default: false.into(),
        },
        SettingSpec {
            key: TIME_ZONE.into(),
            description: "The server's time zone, such as `Europe/Berlin`, for what recurs".into(),
            kind: SettingKind::Text { max_length: 64 },
            default: "UTC".into(),
        },
    ]
}

/// The setting of this key, if every guild has it.
pub fn spec(key: &str) -> Option<SettingSpec> {
    specs().into_iter().find(|spec| spec.key == key)
}

/// The setting that says who may use a command that declares this minimum role.
pub fn minimum_role_spec(command: &str, declared: MinimumRole) -> SettingSpec {
    let ranks = RoleKey::LADDER.iter().rev().map(|rank| rank.key());
    let choices = std::iter::once("everyone").chain(ranks);
    SettingSpec {
        key: minimum_role_key(command),
        description: format!("Who may use `/{command}`, at least"),
        kind: SettingKind::Choice {
            choices: choices.map(str::to_owned).collect(),
        },
        default: json!(declared),
    }
}

/// Reads a value as it is typed into a command: numbers and claims as such, all else as a text; an empty
/// one is no value.
pub fn typed(kind: &SettingKind, text: &str) -> Value {
    let text = text.trim();
    match kind {
        SettingKind::Boolean => match text.to_lowercase().as_str() {
            "true" | "yes" | "on" => true.into(),
            "false" | "no" | "off" => false.into(),
            _ => text.into(),
        },
        SettingKind::Integer { .. } if text.is_empty() || text.eq_ignore_ascii_case("none") => {
            Value::Null
        }
        SettingKind::Integer { .. } => text
            .parse::<i64>()
            .map_or_else(|_| text.into(), Value::from),
        SettingKind::Text { .. } | SettingKind::Choice { .. } => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_fits_its_own_setting() {
        let ping = minimum_role_spec("ping", MinimumRole::Everyone);
        let run = minimum_role_spec("run", MinimumRole::Rank(RoleKey::HeadOrganizer));
        for spec in specs().into_iter().chain([ping, run]) {
            assert_eq!(spec.refusal(&spec.default), None, "{}", spec.key);
        }
        assert_eq!(command_of("min_role.run"), Some("run"));
        assert_eq!(command_of("audit_keep_days"), None);
    }

    #[test]
    fn what_is_typed_becomes_what_the_setting_takes() {
        let number = SettingKind::Integer {
            min: 1,
            max: 9,
            optional: true,
        };
        assert_eq!(typed(&number, " 7 "), 7);
        assert_eq!(typed(&number, "none"), Value::Null);
        assert_eq!(typed(&number, "seven"), "seven");
        assert_eq!(typed(&SettingKind::Boolean, "On"), true);
        assert_eq!(typed(&SettingKind::Text { max_length: 9 }, "7"), "7");
    }
}
