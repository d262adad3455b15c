//! Buttons that only turn a role's panel to another view: **Configure Dungeons**, **Reset Panel** and **Delete
//! Quota** before they are confirmed, and the ways back.

use muster_sdk::ids::RoleId;
use muster_sdk::{ComponentSpec, Ctx, Handled, Press};

use super::panel;
use crate::names::ConfigView;

/// For moderators.
pub fn spec() -> ComponentSpec {
    panel::spec()
}

/// Turns.
pub fn handle(ctx: &mut Ctx, press: Press<(RoleId, ConfigView)>) -> Handled {
    panel::check_own(ctx, press.member)?;
    let (role, view) = press.data;
    panel::turn(ctx, role, press.member, view)
}
