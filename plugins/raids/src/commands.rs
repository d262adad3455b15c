//! Slash commands, one file each.

pub mod configrolepings;
pub mod headcount;
pub mod party;
pub mod preferences;
pub mod run;
pub mod runhistory;
pub mod sendrolepingembed;
pub mod taken;
pub mod viewrun;
