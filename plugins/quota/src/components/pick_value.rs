//! The menus of the raiders' points: choosing a dungeon asks what it gives.

use muster_sdk::{ComponentSpec, Ctx, Handled, Pick, tell_member};

use super::panel;
use crate::queries::values::{self, Earning};
use crate::views;

/// For moderators.
pub fn spec() -> ComponentSpec {
    panel::spec().opens_modal()
}

/// Asks.
pub fn handle(ctx: &mut Ctx, pick: Pick<(Earning, u16)>) -> Handled {
    panel::check_own(ctx, pick.member)?;
    let (earning, _) = pick.data;
    let chosen = pick
        .values
        .first()
        .and_then(|key| muster_dungeons::find_dungeon(key));
    let dungeon = chosen.ok_or_else(|| tell_member(views::OUTDATED))?;
    let now = values::load(ctx, earning, dungeon.key)?;
    ctx.modal(&views::value_form(earning, dungeon, now))
}
