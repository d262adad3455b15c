//! An evening in the playground, told by a script: who does what, what they must be told, and what
//! the panels must show in the end.
//!
//! The script brings every word that belongs to a plugin (commands, labels, answers); here are only
//! people, presses and counts. Its words are explained in `story/README.md`.

mod act;
mod crowd;
mod expect;
mod figures;
mod filling;
mod happen;
mod look;
mod narrator;
mod once;
mod reference;
mod script;
mod stage;
mod statement;
mod texts;
mod tokens;
mod unmet;
mod verdict;
mod want;

pub use figures::Figures;
pub use narrator::Narrator;
pub use script::{ScriptError, Story};
pub use stage::{Killed, Patience, Stage};
pub use unmet::Unmet;
