//! **Stop**: the panel stays as it is, without its buttons.

use muster_sdk::ids::RoleId;
use muster_sdk::{ComponentSpec, Ctx, Handled, Press};

use super::panel;
use crate::names::{ConfigView, PanelName};

/// For moderators.
pub fn spec() -> ComponentSpec {
    panel::spec()
}

/// Shows it a last time.
pub fn handle(ctx: &mut Ctx, press: Press<RoleId>) -> Handled {
    panel::check_own(ctx, press.member)?;
    panel::turn(ctx, press.data, press.member, ConfigView::Stopped)?;
    ctx.close_panel(PanelName::Config(
        press.data,
        press.member,
        ConfigView::Stopped,
    ))
}
