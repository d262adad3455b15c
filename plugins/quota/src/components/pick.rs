//! The menus of **Configure Dungeons**: choosing a dungeon asks what it counts for the role.

use muster_sdk::ids::RoleId;
use muster_sdk::{ComponentSpec, Ctx, Handled, Pick, tell_member};

use super::panel;
use crate::views;

/// For moderators.
pub fn spec() -> ComponentSpec {
    panel::spec().opens_modal()
}

/// Asks.
pub fn handle(ctx: &mut Ctx, pick: Pick<(RoleId, u16)>) -> Handled {
    panel::check_own(ctx, pick.member)?;
    let (role, _) = pick.data;
    let quota = panel::load(ctx, role)?;
    let chosen = pick
        .values
        .first()
        .and_then(|key| muster_dungeons::find_dungeon(key));
    let dungeon = chosen.ok_or_else(|| tell_member(views::OUTDATED))?;
    ctx.modal(&views::override_form(&quota, dungeon))
}
