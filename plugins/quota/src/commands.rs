//! Slash commands.

pub mod addpoints;
pub mod addquotapoints;
mod adjust;
pub mod configpoints;
pub mod configquota;
mod dungeon;
pub mod leaderboard;
pub mod logkey;
pub mod logrun;
pub mod quotahistory;
pub mod stats;
