//! Raids: an organizer posts a run, members join from its panel, the roster is logged at the end.

pub mod config;
pub mod custom_id;
pub mod panel_name;
pub mod run;
pub mod views;
