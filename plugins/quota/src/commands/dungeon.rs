//! The option `dungeon`, as several commands have it.

use muster_dungeons::{Dungeon, resolve};
use muster_sdk::{Command, Failure, OptionSpec, tell_member};

use crate::views;

/// Which dungeon, with suggestions while it is typed.
pub fn option(description: &str) -> OptionSpec {
    OptionSpec::text("dungeon", description).autocomplete()
}

/// What was picked or typed; nothing if it was left out.
///
/// # Errors
/// Told to the member: there is no such dungeon.
pub fn find(command: &Command) -> Result<Option<&'static Dungeon>, Failure> {
    let Some(typed) = command.find_text("dungeon") else {
        return Ok(None);
    };
    let found = resolve(&typed).ok_or_else(|| tell_member(views::no_dungeon(&typed)))?;
    Ok(Some(found))
}
