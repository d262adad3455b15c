//! What this plugin hears of others, one file each.

pub mod panel_lost;
pub mod role_deleted;
