//! **Configure Dungeons** and **Configure Keys** on the panel of raiders' points, and the ways back.

use muster_sdk::{ComponentSpec, Ctx, Handled, Press, tell_member};

use super::panel;
use crate::names::{PanelName, PointsView};
use crate::views;

/// For moderators.
pub fn spec() -> ComponentSpec {
    panel::spec()
}

/// Turns the panel.
pub fn handle(ctx: &mut Ctx, press: Press<PointsView>) -> Handled {
    panel::check_own(ctx, press.member)?;
    let old = ctx
        .pressed_panel()
        .ok_or_else(|| tell_member(views::OUTDATED))?;
    ctx.rename_panel(old, PanelName::Points(press.member, press.data))
}
