//! Raids: an organizer posts a run, members join from its panel, the roster is logged at the end.
//!
//! A handler loads a run, asks its rules ([`run`]), writes what they say, and marks as stale what shows it
//! ([`views`]). Every change that others may want to know of is announced and audited.

mod acting;
mod activity;
mod announcements;
mod autocomplete;
mod closing;
mod commands;
mod components;
pub mod config;
mod counting;
pub mod custom_id;
mod events;
pub mod headcount;
pub mod history;
mod manifest;
mod notices;
mod outcome;
pub mod panel_name;
mod panels;
pub mod party;
mod party_life;
mod pings;
pub mod preferences;
mod queries;
mod raid_log;
mod role_pings;
pub mod run;
mod run_role;
mod timer_name;
mod timers;
pub mod views;

muster_sdk::plugin! {
    manifest: manifest::manifest,
    commands: {
        "run" => commands::run,
        "headcount" => commands::headcount,
        "viewrun" => commands::viewrun,
        "runhistory" => commands::runhistory,
        "party" => commands::party,
        "configrolepings" => commands::configrolepings,
        "sendrolepingembed" => commands::sendrolepingembed,
        "taken" => commands::taken,
        "preferences" => commands::preferences,
    },
    components: {
        "join" => components::join,
        "class" => components::class,
        "pick-class" => components::pick_class,
        "bench" => components::bench,
        "leave" => components::leave,
        "key" => components::key,
        "org" => components::organizer,
        "take-over" => components::take_over,
        "keep-out" => components::keep_out,
        "start" => components::start,
        "pop" => components::key_popped,
        "end" => components::end,
        "cancel" => components::cancel,
        "party" => components::party,
        "location" => components::location,
        "note" => components::note,
        "hc-pick" => components::headcount::pick,
        "hc-create" => components::headcount::create,
        "hc-join" => components::headcount::join,
        "hc-key" => components::headcount::key,
        "hc-org" => components::headcount::organizer,
        "hc-take-over" => components::headcount::take_over,
        "hc-keep-out" => components::headcount::keep_out,
        "hc-end" => components::headcount::end,
        "hc-convert" => components::headcount::convert,
        "hc-convert-to" => components::headcount::convert_to,
        "view-run" => components::view_page,
        "history" => components::history_page,
        "party-extend" => components::party_finder::extend,
        "party-close" => components::party_finder::close,
        "role-ping" => components::role_ping,
        "lock" => components::lock,
        "chain" => components::chain,
        "ping" => components::ping,
        "screenshot" => components::screenshot,
        "score" => components::score,
        "realm-closed" => components::realm_closed,
        "miniboss" => components::miniboss,
        "pick-miniboss" => components::pick_miniboss,
        "third-room" => components::third_room,
        "keys-who" => components::key_log::who,
        "keys-somebody" => components::key_log::somebody,
        "keys-name" => components::key_log::name,
        "keys-type" => components::key_log::key,
        "keys-amount" => components::key_log::amount,
        "keys-waive" => components::key_log::waive,
        "keys-close" => components::key_log::close,
    },
    autocomplete: {
        "run" => autocomplete::dungeons,
        "viewrun" => commands::viewrun::suggest,
        "runhistory" => autocomplete::dungeons,
        "party" => autocomplete::dungeons,
        "configrolepings" => autocomplete::dungeons,
    },
    panels: {
        "run" => panels::run::render,
        "organizer" => panels::organizer::render,
        "starter" => panels::starter::render,
        "hc-draft" => panels::headcount::render_draft,
        "headcount" => panels::headcount::render,
        "hc-organizer" => panels::headcount::render_organizer,
        "hc-starter" => panels::headcount::render_starter,
        "party" => panels::party::render,
        "role-pings" => panels::role_pings::render,
        "keys" => panels::keys::render,
    },
    timers: {
        "auto-end" => timers::auto_end::fire,
        "key-window" => timers::key_window::fire,
        "hc-draft" => timers::headcount::expire_draft,
        "hc-close" => timers::headcount::close,
        "party-close" => timers::party::close,
        "party-warning" => timers::party::warn,
        "orphans" => timers::orphans::fire,
        "orphan" => timers::orphans::look,
        "run-roles" => timers::run_roles::fire,
        "give-roles" => timers::run_roles::give,
        "delete-log" => timers::delete_log::of_run,
        "delete-hc-log" => timers::delete_log::of_headcount,
    },
    events: {
        "panel.lost" => events::panel_lost::hear,
        "role.deleted" => events::role_deleted::hear,
    },
    outcome: outcome::posted,
}
