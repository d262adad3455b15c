//! A role's quota in front of a moderator: everything that can be set.

use muster_sdk::ids::{RoleId, UserId};
use muster_sdk::message::Message;
use muster_sdk::{Ctx, Failure};

use crate::manifest;
use crate::names::ConfigView;
use crate::queries::quotas;
use crate::views;

/// Draws it. A role without a quota shows how to begin one.
pub fn render(
    ctx: &mut Ctx,
    (role, _, view): (RoleId, UserId, ConfigView),
) -> Result<Option<Message>, Failure> {
    let quota = quotas::find(ctx, role)?;
    let name = ctx.find_role_info(role)?.map(|role| role.name);
    let (zone, zone_is_known) = manifest::time_zone(ctx);
    let shown = views::Configured {
        role,
        name: name.as_deref(),
        quota: quota.as_ref(),
        now: ctx.now(),
        zone: &zone,
        zone_is_known,
    };
    Ok(Some(views::config(&shown, view)))
}
