//! All SQL of this plugin, as if its guild were alone.

pub mod archive;
pub mod keys;
pub mod leaderboards;
pub mod ledger;
mod many;
pub mod names;
pub mod quotas;
pub mod standings;
pub mod values;
