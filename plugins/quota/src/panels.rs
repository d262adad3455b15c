//! What the host asks for when it may draw.

pub mod config;
pub mod leaderboard;
pub mod points;
pub mod ranking;
