//! **Stop** on the panel of raiders' points.

use muster_sdk::{ComponentSpec, Ctx, Handled, Press, tell_member};

use super::panel;
use crate::names::{PanelName, PointsView};
use crate::views;

/// For moderators.
pub fn spec() -> ComponentSpec {
    panel::spec()
}

/// Shows it a last time, without its buttons.
pub fn handle(ctx: &mut Ctx, press: Press) -> Handled {
    panel::check_own(ctx, press.member)?;
    let old = ctx
        .pressed_panel()
        .ok_or_else(|| tell_member(views::OUTDATED))?;
    let last = PanelName::Points(press.member, PointsView::Stopped);
    ctx.rename_panel(old, &last)?;
    ctx.close_panel(last)
}
