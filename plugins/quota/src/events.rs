//! What other plugins and the host tell.

pub mod host;
pub mod keys;
pub mod runs;
pub mod staff;
