//! What happens when its time has come, one file each.

pub mod auto_end;
pub mod headcount;
pub mod key_window;
pub mod party;
