//! What plugin authors depend on.

#![deny(missing_docs)]

pub mod ids;
pub mod message;
pub mod text;
pub mod time;
