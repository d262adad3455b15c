//! What `/run` offers while a dungeon is being typed: the guild's latest ones, then what fits.

use muster_dungeons::search;
use muster_sdk::message::Choice;
use muster_sdk::{Ctx, Failure, Typing};

use crate::queries;

/// Dungeons for what was typed. The database is asked only before the first letter.
pub fn dungeons(ctx: &mut Ctx, typing: Typing) -> Result<Vec<Choice>, Failure> {
    let recents = match typing.text.trim() {
        "" => queries::list_recent_dungeons(ctx)?,
        _ => Vec::new(),
    };
    let found = search(&typing.text, &recents).into_iter();
    Ok(found
        .map(|dungeon| Choice::new(dungeon.label, dungeon.key))
        .collect())
}
