//! A role's quota in the quota channel: who has earned how much.

use muster_sdk::ids::RoleId;
use muster_sdk::imports::PanelError;
use muster_sdk::message::Message;
use muster_sdk::{Ctx, Failure, Handled, Panel, Place, tell_member};

use crate::manifest::{self, QUOTA};
use crate::names::PanelName;
use crate::queries::{quotas, standings};
use crate::quota::Quota;
use crate::{booking, resets, views};

/// Draws it. Those who gave the role back drop out of the list, where the host can tell.
pub fn render(ctx: &mut Ctx, role: RoleId) -> Result<Option<Message>, Failure> {
    let Some(quota) = quotas::find(ctx, role)? else {
        return Ok(None);
    };
    let (zone, _) = manifest::time_zone(ctx);
    let period = quota.schedule.period_at(ctx.now(), &zone);
    let name = ctx.find_role_info(role)?.map(|role| role.name);
    let holders = resets::find_holders(ctx, role)?;
    let mut lines = standings::list(ctx, role, period.start, period.end)?;
    if let Some(holders) = &holders {
        lines.retain(|line| holders.contains(&line.user));
    }
    let holders = holders.map(|holders| holders.len());
    Ok(Some(views::ranking(
        name.as_deref(),
        &quota,
        &period,
        &lines,
        holders,
    )))
}

/// Shows it in the quota channel: posts it, or posts it anew if the channel has moved since.
///
/// # Errors
/// Told to the member: no channel is mapped, or the bot may not post there.
pub fn publish(ctx: &mut Ctx, quota: &Quota) -> Handled {
    let Some(channel) = ctx.find_channel(QUOTA) else {
        return Err(tell_member(views::NO_CHANNEL));
    };
    let name = PanelName::Ranking(quota.role);
    let opened = ctx.open_panel(&Panel::new(&name, Place::key(QUOTA)));
    opened.map_err(|error| match error {
        PanelError::BadPlace(why) => tell_member(views::no_posting(&why)),
        error => error.into(),
    })?;
    if quota.panel_channel.is_some_and(|before| before != channel) {
        ctx.repost_panel(&name)?;
    }
    ctx.refresh(&name)?;
    quotas::put_panel_channel(ctx, quota.role, Some(channel))?;
    booking::look_again(ctx)
}

/// Posts it anew at the end of its channel.
pub fn repost(ctx: &mut Ctx, quota: &Quota) -> Handled {
    publish(ctx, quota)?;
    if quota.panel_channel.is_some() {
        ctx.repost_panel(PanelName::Ranking(quota.role))?;
    }
    Ok(())
}

/// Every ranking goes where the quota channel is now. One that cannot be posted there does not keep the others.
pub fn follow_channel(ctx: &mut Ctx) -> Handled {
    let Some(channel) = ctx.find_channel(QUOTA) else {
        return Ok(());
    };
    for quota in quotas::list(ctx)? {
        let has_moved = quota.panel_channel.is_some_and(|before| before != channel);
        if !has_moved {
            continue;
        }
        if let Err(Failure::Member(why)) = publish(ctx, &quota) {
            ctx.log(
                muster_sdk::Level::Warn,
                format!("a ranking did not follow its channel: {why}"),
            );
        }
    }
    Ok(())
}
