//! What happens when its time has come.

use muster_sdk::ids::RoleId;
use muster_sdk::{Ctx, Handled, Timer};

use crate::names::PanelName;
use crate::panels::ranking;
use crate::queries::leaderboards::{self, BoardId};
use crate::queries::quotas;
use crate::{booking, resets};

/// A role's period ends.
pub fn reset(ctx: &mut Ctx, timer: Timer<RoleId>) -> Handled {
    resets::carry_out(ctx, timer.data)
}

/// Something was booked for a role.
pub fn refresh(ctx: &mut Ctx, timer: Timer<RoleId>) -> Handled {
    booking::refresh_now(ctx, timer.data)
}

/// Members may have come and gone, and channels moved, without anything being booked.
pub fn refresh_all(ctx: &mut Ctx, _: Timer) -> Handled {
    ranking::follow_channel(ctx)?;
    let shown = quotas::list(ctx)?
        .into_iter()
        .filter(|quota| quota.panel_channel.is_some());
    let mut is_any = false;
    for quota in shown {
        is_any = true;
        ctx.refresh(PanelName::Ranking(quota.role))?;
    }
    if is_any {
        booking::look_again(ctx)
    } else {
        Ok(())
    }
}

/// A leaderboard has been open for long enough.
pub fn close(ctx: &mut Ctx, timer: Timer<BoardId>) -> Handled {
    leaderboards::close(ctx, timer.data)?;
    ctx.close_panel(PanelName::Leaderboard(timer.data))
}
