//! Is everything that people can use in Discord used by a story?
//!
//! [`table.toml`](../table.toml) lists every command, button, menu, form and option with suggestions, in
//! words. The stories of `tests/e2e` write down what people did in them; this crate runs them and prints the
//! table with the story that covers each row:
//!
//! ```sh
//! cargo coverage
//! ```
//!
//! It fails if a row is covered by none, if a story uses what has no row, or if a story fails. That the table
//! lists just what plugins and host declare is a test of its own (`tests/complete.rs`).

mod report;
mod table;
mod used;

pub use report::Report;
pub use table::{Item, Kind, Table};
pub use used::Used;
