//! **Reset Panel**, confirmed: the present period ends now and a new one begins.

use muster_sdk::ids::RoleId;
use muster_sdk::{ComponentSpec, Ctx, Handled, Press, tell_member};

use super::panel;
use crate::names::ConfigView;
use crate::panels::ranking;
use crate::queries::quotas;
use crate::{booking, resets, views};

/// For moderators.
pub fn spec() -> ComponentSpec {
    panel::spec()
}

/// Keeps how it ended, and posts the ranking anew.
pub fn handle(ctx: &mut Ctx, press: Press<RoleId>) -> Handled {
    panel::check_own(ctx, press.member)?;
    let quota = quotas::find(ctx, press.data)?;
    let mut quota = quota.ok_or_else(|| tell_member(views::no_quota(press.data)))?;
    resets::by_hand(ctx, &mut quota, press.member)?;
    if quota.panel_channel.is_some() {
        ranking::repost(ctx, &quota)?;
    }
    booking::refresh_now(ctx, quota.role)?;
    panel::turn(ctx, quota.role, press.member, ConfigView::Main)?;
    ctx.reply_private(views::reset_done(&quota))
}
