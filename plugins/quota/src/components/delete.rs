//! **Delete Quota**, confirmed: nobody owes it any more. What was earned stays.

use muster_sdk::ids::RoleId;
use muster_sdk::{ComponentSpec, Ctx, Handled, Place, Press, tell_member};
use serde_json::json;

use super::panel;
use crate::names::{ConfigView, PanelName, TimerName};
use crate::queries::quotas;
use crate::{resets, views};

/// For moderators.
pub fn spec() -> ComponentSpec {
    panel::spec()
}

/// Settings, overrides and the ranking go; entries and the archive stay.
pub fn handle(ctx: &mut Ctx, press: Press<RoleId>) -> Handled {
    panel::check_own(ctx, press.member)?;
    let role = press.data;
    let quota = quotas::find(ctx, role)?;
    let quota = quota.ok_or_else(|| tell_member(views::no_quota(role)))?;
    quotas::delete(ctx, role)?;
    ctx.cancel_timer(TimerName::Reset(role))?;
    ctx.cancel_timer(TimerName::Refresh(role))?;
    if quota.panel_channel.is_some() {
        ctx.delete_message(&Place::panel(PanelName::Ranking(role)), ())?;
    }
    let meta = json!({
        "previous": {
            "required_points": quota.required.to_string(),
            "period_start_at": quota.schedule.start.iso8601(),
            "reset_at": quota.schedule.reset_at.iso8601(),
            "overrides": quota.overrides.len(),
        },
        "new": null,
    });
    ctx.audit("quota.config.delete", resets::subject(role), &meta)?;
    panel::turn(ctx, role, press.member, ConfigView::Main)?;
    ctx.reply_private(views::deleted(role))
}
