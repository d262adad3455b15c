//! What a guild may choose about its runs.

use std::ops::RangeInclusive;

use muster_sdk::{Ctx, Setting};
use serde_json::Value;

/// A guild's settings. What it has not chosen has the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Minutes after which a run that nobody ended is ended; 1 to 1440. A run keeps the value that it
    /// was posted with.
    pub auto_end_minutes: u32,
    /// Whether a run that is ended so without ever having started counts like any other.
    pub auto_end_awards_open: bool,
    /// Whether a run starts only once its party and its location are set.
    pub start_needs_party_location: bool,
    /// Whether an Oryx 3 run starts only once `/taken` has shown that the portal is held.
    pub start_needs_taken: bool,
    /// Whether the public panel says how many joined and how many are on the bench. Organizers see it
    /// in any case.
    pub public_raider_count: bool,
    /// Whether only verified raiders may join.
    pub join_requires_verified: bool,
    /// Seconds to join the party after a key was popped; 1 to 300.
    pub key_window_seconds: u32,
    /// Whether a class that the dungeon does not ask for is refused instead of accepted with a hint.
    pub strict_classes: bool,
    /// Hours after which a headcount that nobody ended or converted is ended; 1 to 168.
    pub headcount_close_hours: u32,
    /// Whether an organizer may have only one open or live run, or open headcount.
    pub one_active_per_organizer: bool,
    /// Whether the organizer joins the own run when posting it.
    pub organizer_auto_join: bool,
    /// Whether each run gets a role of its own, held by those who take part.
    pub run_role: bool,
    /// Days after which the log threads of runs that are over are deleted; never by default.
    pub raid_log_delete_days: Option<u32>,
}

/// A day is the longest that a run stays open.
pub const AUTO_END_MINUTES: RangeInclusive<u32> = 1..=1440;

/// A week is the longest that a headcount stays open.
pub const HEADCOUNT_CLOSE_HOURS: RangeInclusive<u32> = 1..=168;

/// A year is longer than anybody looks back; 0 keeps logs for ever.
pub const RAID_LOG_DELETE_DAYS: RangeInclusive<u32> = 0..=365;

/// Long enough for a portal's whole life.
pub const KEY_WINDOW_SECONDS: RangeInclusive<u32> = 1..=300;

impl Default for Config {
    fn default() -> Self {
        Self {
            auto_end_minutes: 120,
            auto_end_awards_open: true,
            start_needs_party_location: false,
            start_needs_taken: false,
            public_raider_count: true,
            join_requires_verified: false,
            key_window_seconds: 30,
            strict_classes: false,
            headcount_close_hours: 6,
            one_active_per_organizer: true,
            organizer_auto_join: false,
            run_role: false,
            raid_log_delete_days: None,
        }
    }
}

impl Config {
    /// What this guild has chosen.
    pub fn of(ctx: &Ctx<'_>) -> Self {
        Self::read(|key| ctx.setting(key).ok())
    }

    /// What guilds are asked.
    pub fn settings() -> Vec<Setting> {
        let default = Self::default();
        let number = |key, description, default: u32, range: RangeInclusive<u32>| {
            let range = i64::from(*range.start())..=i64::from(*range.end());
            Setting::integer(key, description, default.into(), range)
        };
        vec![
            number(
                "auto_end_minutes",
                "Minutes after which a run that nobody ended ends by itself",
                default.auto_end_minutes,
                AUTO_END_MINUTES,
            ),
            Setting::boolean(
                "auto_end_awards_open",
                "Whether a run that ends by itself without having been started gives points",
                default.auto_end_awards_open,
            ),
            Setting::boolean(
                "start_needs_party_location",
                "Whether party and location must be set before a run starts",
                default.start_needs_party_location,
            ),
            Setting::boolean(
                "start_needs_taken",
                "Whether an Oryx 3 run starts only after `/taken`",
                default.start_needs_taken,
            ),
            Setting::boolean(
                "public_raider_count",
                "Whether the panel says how many raiders joined; organizers always see it",
                default.public_raider_count,
            ),
            Setting::boolean(
                "join_requires_verified",
                "Whether only verified raiders may join",
                default.join_requires_verified,
            ),
            number(
                "key_window_seconds",
                "Seconds in which raiders join the party after a key was popped",
                default.key_window_seconds,
                KEY_WINDOW_SECONDS,
            ),
            Setting::boolean(
                "strict_classes",
                "Whether a class that the dungeon does not ask for is refused",
                default.strict_classes,
            ),
            number(
                "headcount_close_hours",
                "Hours after which a headcount that nobody ended or converted ends by itself",
                default.headcount_close_hours,
                HEADCOUNT_CLOSE_HOURS,
            ),
            Setting::boolean(
                "one_active_per_organizer",
                "Whether an organizer has one run or headcount at a time",
                default.one_active_per_organizer,
            ),
            Setting::boolean(
                "organizer_auto_join",
                "Whether organizers join their own runs when they post them",
                default.organizer_auto_join,
            ),
            Setting::boolean(
                "run_role",
                "Whether each run gets a role of its own for those who take part",
                default.run_role,
            ),
            number(
                "raid_log_delete_days",
                "Days after which the log of a run that is over is deleted; 0 keeps it",
                default.raid_log_delete_days.unwrap_or(0),
                RAID_LOG_DELETE_DAYS,
            ),
        ]
    }

    /// Reads a JSON object. The host has checked it when it was set; what does not fit all the same
    /// costs that one setting, not the run.
    pub fn from_json(settings: &Value) -> Self {
        Self::read(|key| settings.get(key).cloned())
    }

    /// Reads each setting by its key.
    pub fn read(find: impl Fn(&str) -> Option<Value>) -> Self {
        let default = Self::default();
        let claim =
            |key: &str, default: bool| find(key).and_then(|v| v.as_bool()).unwrap_or(default);
        let number = |key: &str| find(key).and_then(|v| v.as_i64());
        let within = |key: &str, range: RangeInclusive<u32>, default: u32| {
            number(key).map_or(default, |value| clamp(value, range))
        };
        Self {
            auto_end_minutes: within(
                "auto_end_minutes",
                AUTO_END_MINUTES,
                default.auto_end_minutes,
            ),
            auto_end_awards_open: claim("auto_end_awards_open", default.auto_end_awards_open),
            start_needs_party_location: claim(
                "start_needs_party_location",
                default.start_needs_party_location,
            ),
            start_needs_taken: claim("start_needs_taken", default.start_needs_taken),
            public_raider_count: claim("public_raider_count", default.public_raider_count),
            join_requires_verified: claim("join_requires_verified", default.join_requires_verified),
            key_window_seconds: within(
                "key_window_seconds",
                KEY_WINDOW_SECONDS,
                default.key_window_seconds,
            ),
            strict_classes: claim("strict_classes", default.strict_classes),
            headcount_close_hours: within(
                "headcount_close_hours",
                HEADCOUNT_CLOSE_HOURS,
                default.headcount_close_hours,
            ),
            one_active_per_organizer: claim(
                "one_active_per_organizer",
                default.one_active_per_organizer,
            ),
            organizer_auto_join: claim("organizer_auto_join", default.organizer_auto_join),
            run_role: claim("run_role", default.run_role),
            raid_log_delete_days: number("raid_log_delete_days")
                .map(|days| clamp(days, RAID_LOG_DELETE_DAYS))
                .filter(|&days| days > 0),
        }
    }
}

fn clamp(value: i64, range: RangeInclusive<u32>) -> u32 {
    let value = value.clamp(i64::from(*range.start()), i64::from(*range.end()));
    u32::try_from(value).unwrap_or(*range.end())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_guild_that_chose_nothing_has_the_defaults() {
        assert_eq!(Config::from_json(&json!({})), Config::default());
        assert_eq!(Config::from_json(&Value::Null), Config::default());
    }

    #[test]
    fn every_setting_is_read() {
        let all = json!({
            "auto_end_minutes": 60, "auto_end_awards_open": false, "start_needs_party_location": true,
            "start_needs_taken": true, "public_raider_count": false, "join_requires_verified": true,
            "key_window_seconds": 25, "strict_classes": true, "headcount_close_hours": 12,
            "one_active_per_organizer": false,
            "organizer_auto_join": true, "run_role": true, "raid_log_delete_days": 14,
        });
        let expected = Config {
            auto_end_minutes: 60,
            auto_end_awards_open: false,
            start_needs_party_location: true,
            start_needs_taken: true,
            public_raider_count: false,
            join_requires_verified: true,
            key_window_seconds: 25,
            strict_classes: true,
            headcount_close_hours: 12,
            one_active_per_organizer: false,
            organizer_auto_join: true,
            run_role: true,
            raid_log_delete_days: Some(14),
        };
        assert_eq!(Config::from_json(&all), expected);
    }

    #[test]
    fn what_does_not_fit_costs_one_setting_only() {
        let odd = json!({
            "auto_end_minutes": 100_000, "key_window_seconds": -4, "strict_classes": "yes",
            "raid_log_delete_days": 0, "start_needs_taken": true, "unknown": 3,
        });
        let expected = Config {
            auto_end_minutes: 1440,
            key_window_seconds: 1,
            start_needs_taken: true,
            ..Config::default()
        };
        assert_eq!(Config::from_json(&odd), expected);
    }
}
