//! Dungeons and classes of Realm of the Mad God, and the search that finds a dungeon while its name
//! is being typed.
//!
//! The data is in `data/*.toml`; a build script makes constants of it, so looking something up costs
//! no parsing in a plugin that is started anew for every call.

mod data;
mod fold;
mod search;
mod typo;

pub use data::{
    Asked, CLASSES, Class, DUNGEONS, Dungeon, REACTIONS, Reaction, ReactionKind, find_class,
    find_dungeon, find_reaction,
};
pub use search::{resolve, search};

/// A key that opens a dungeon, as a dungeon asks for it.
pub type KeyReaction = Asked;
