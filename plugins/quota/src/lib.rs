//! Quota: what staff owe per period, what raiders earn, and the leaderboards of both.
//!
//! Two currencies that never mix: **quota points** for what staff do, credited to one of their roles, and
//! **points** for raiders. Whatever earns or costs some becomes an [`entry`] of the ledger; what an entry is worth is
//! decided once, when it is booked. Rules are plain functions; handlers load, decide, book, and mark as stale what
//! shows it.

mod autocomplete;
mod booking;
mod commands;
mod components;
pub mod dates;
pub mod entry;
mod events;
pub mod leaderboard;
mod manifest;
mod members;
mod names;
mod panels;
pub mod period;
pub mod points;
mod queries;
pub mod quota;
pub mod recurrence;
mod resets;
pub mod stats;
mod timers;
pub mod views;

pub use names::{ConfigView, PointsView};
pub use queries::archive::Archived;
pub use queries::leaderboards::{BoardId, Line as BoardLine, Page, Who};
pub use queries::ledger::Sum;
pub use queries::standings::Line;
pub use queries::values::Earning;

muster_sdk::plugin! {
    manifest: manifest::manifest,
    commands: {
        "logrun" => commands::logrun,
        "logkey" => commands::logkey,
        "addpoints" => commands::addpoints,
        "addquotapoints" => commands::addquotapoints,
        "stats" => commands::stats,
        "leaderboard" => commands::leaderboard,
        "quotahistory" => commands::quotahistory,
        "configquota" => commands::configquota,
        "configpoints" => commands::configpoints,
    },
    components: {
        "stats" => components::stats,
        "page" => components::page,
        "basic" => components::basic,
        "base" => components::base,
        "work" => components::work,
        "work-more" => components::work_more,
        "pick" => components::pick,
        "override" => components::set_override,
        "show" => components::show,
        "publish" => components::publish,
        "reset" => components::reset,
        "recalculate" => components::recalculate,
        "delete" => components::delete,
        "stop" => components::stop,
        "values" => components::values,
        "pick-value" => components::pick_value,
        "value" => components::value,
        "stop-points" => components::stop_points,
    },
    autocomplete: {
        "logrun" => autocomplete::dungeons,
        "logkey" => autocomplete::dungeons_and_keys,
        "leaderboard" => autocomplete::dungeons,
        "quotahistory" => autocomplete::periods,
    },
    panels: {
        "ranking" => panels::ranking::render,
        "config" => panels::config::render,
        "points" => panels::points::render,
        "leaderboard" => panels::leaderboard::render,
    },
    timers: {
        "reset" => timers::reset,
        "refresh" => timers::refresh,
        "refresh-all" => timers::refresh_all,
        "close" => timers::close,
    },
    events: {
        "run.ended" => events::runs::ended,
        "run.key_popped" => events::runs::key_popped,
        "key.logged" => events::keys::logged,
        "member.verified" => events::staff::verified,
        "moderation.warned" => events::staff::warned,
        "moderation.suspended" => events::staff::suspended,
        "member.renamed" => events::staff::renamed,
        "note.created" => events::staff::noted,
        "modmail.replied" => events::staff::replied,
        "mapping.changed" => events::host::mapping_changed,
        "settings.changed" => events::host::settings_changed,
        "role.deleted" => events::host::role_deleted,
    },
}
