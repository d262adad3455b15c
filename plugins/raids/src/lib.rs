//! Raids: an organizer posts a run, members join from its panel, the roster is logged at the end.
//!
//! A handler loads a run, asks its rules ([`run`]), writes what they say, and marks as stale what shows it
//! ([`views`]). Every change that others may want to know of is announced and audited.

mod acting;
mod announcements;
mod autocomplete;
mod closing;
mod commands;
mod components;
pub mod config;
pub mod custom_id;
mod events;
mod manifest;
mod outcome;
pub mod panel_name;
mod panels;
mod queries;
mod raid_log;
pub mod run;
mod timer_name;
mod timers;
pub mod views;

muster_sdk::plugin! {
    manifest: manifest::manifest,
    commands: { "run" => commands::run },
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
    },
    autocomplete: { "run" => autocomplete::dungeons },
    panels: {
        "run" => panels::run::render,
        "organizer" => panels::organizer::render,
        "starter" => panels::starter::render,
    },
    timers: {
        "auto-end" => timers::auto_end::fire,
        "key-window" => timers::key_window::fire,
    },
    events: { "panel.lost" => events::panel_lost::hear },
    outcome: outcome::posted,
}
