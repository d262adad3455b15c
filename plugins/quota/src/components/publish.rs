//! **Update Panel**: the role's ranking stands in the quota channel, and is up to date.

use muster_sdk::ids::RoleId;
use muster_sdk::{ComponentSpec, Ctx, Handled, Press, tell_member};
use serde_json::json;

use super::panel;
use crate::panels::ranking;
use crate::queries::quotas;
use crate::{resets, views};

/// For moderators.
pub fn spec() -> ComponentSpec {
    panel::spec()
}

/// Posts it, or draws it anew.
pub fn handle(ctx: &mut Ctx, press: Press<RoleId>) -> Handled {
    panel::check_own(ctx, press.member)?;
    let quota = quotas::find(ctx, press.data)?;
    let quota = quota.ok_or_else(|| tell_member(views::nothing_owed(press.data)))?;
    ranking::publish(ctx, &quota)?;
    let meta = json!({ "channel_id": ctx.find_channel(crate::manifest::QUOTA) });
    ctx.audit("quota.panel.posted", resets::subject(quota.role), &meta)?;
    ctx.reply_private(views::PUBLISHED)
}
