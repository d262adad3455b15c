//! An evening in the playground, told by a script: who does what, what they must be told, and what
//! the panels must show in the end.
//!
//! The script brings every word that belongs to a plugin (commands, labels, answers); here are only
//! people, presses and counts. It is data beside the plugin, see [`script`] for its words.

mod act;
mod crowd;
mod expect;
mod figures;
mod narrator;
mod once;
mod script;
mod stage;
mod tokens;
mod verdict;

pub use figures::Figures;
pub use narrator::Narrator;
pub use script::{ScriptError, Story};
pub use stage::{Killed, Patience, Stage};
