//! Carrying out resets: the period that ended is kept with its standings, told in the quota channel, and the next
//! one begins. All of it in one transaction, so that a reset happens once, whenever the bot is killed.

use muster_sdk::ids::{RoleId, UserId};
use muster_sdk::imports::DiscordError;
use muster_sdk::{Ctx, Failure, Handled, NewMessage, Place};
use serde_json::json;

use crate::booking;
use crate::manifest::{self, QUOTA};
use crate::names::TimerName;
use crate::period::Ended;
use crate::points::Points;
use crate::queries::archive::{self, Archived};
use crate::queries::{quotas, standings};
use crate::quota::Quota;
use crate::recurrence::Recurrence;
use crate::views;

/// Ends the periods that are due, and waits for the next one.
pub fn carry_out(ctx: &mut Ctx, role: RoleId) -> Handled {
    let Some(mut quota) = quotas::find(ctx, role)? else {
        return Ok(());
    };
    let (zone, _) = manifest::time_zone(ctx);
    let now = ctx.now();
    let recurs = quota.schedule.recurrence != Recurrence::Never;
    let ended = quota.schedule.advance(now, &zone);
    // Everything is read before the first write: writing holds up the other guilds.
    let mut archived = Vec::with_capacity(ended.len());
    for period in ended {
        archived.push(sum_up(ctx, &quota, period, None)?);
    }
    for archived in &archived {
        keep(ctx, &quota, archived)?;
        if recurs {
            announce(ctx, &quota, archived)?;
        }
    }
    quotas::put(ctx, &quota)?;
    schedule(ctx, &quota)?;
    booking::refresh_now(ctx, role)
}

/// Ends the present period by hand.
pub fn by_hand(ctx: &mut Ctx, quota: &mut Quota, by: UserId) -> Handled {
    let (zone, _) = manifest::time_zone(ctx);
    let ended = quota.schedule.reset_by_hand(ctx.now(), &zone);
    if let Some(period) = ended {
        let archived = sum_up(ctx, quota, period, Some(by))?;
        keep(ctx, quota, &archived)?;
        announce(ctx, quota, &archived)?;
    }
    quotas::put(ctx, quota)?;
    schedule(ctx, quota)
}

/// Waits for the quota's next reset, if one is to come.
pub fn schedule(ctx: &mut Ctx, quota: &Quota) -> Handled {
    let schedule = &quota.schedule;
    if schedule.recurrence == Recurrence::Never && schedule.start >= schedule.reset_at {
        return ctx.cancel_timer(TimerName::Reset(quota.role));
    }
    ctx.timer(TimerName::Reset(quota.role), schedule.reset_at)
}

/// Who holds the role, where the host can list them.
pub fn find_holders(ctx: &mut Ctx, role: RoleId) -> Result<Option<Vec<UserId>>, Failure> {
    match ctx.holders_of(role) {
        Ok(holders) => Ok(Some(holders)),
        // Without the members intent nobody knows; a deleted role has none to list. A period ends all the same.
        Err(
            DiscordError::BotLacks(_)
            | DiscordError::Denied(_)
            | DiscordError::NotFound(_)
            | DiscordError::Unavailable(_),
        ) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn sum_up(
    ctx: &mut Ctx,
    quota: &Quota,
    period: Ended,
    reset_by: Option<UserId>,
) -> Result<Archived, Failure> {
    let holders = find_holders(ctx, quota.role)?;
    let standings = standings::list(ctx, quota.role, period.start, Some(period.end))?;
    let met = match &holders {
        Some(holders) if quota.required == Points::ZERO => holders.len(),
        _ => standings
            .iter()
            .filter(|line| line.total >= quota.required)
            .count(),
    };
    Ok(Archived {
        period,
        required: quota.required,
        standings,
        holders: holders.map(|holders| i64::try_from(holders.len()).unwrap_or(i64::MAX)),
        met: i64::try_from(met).unwrap_or(i64::MAX),
        reset_by,
    })
}

fn keep(ctx: &mut Ctx, quota: &Quota, archived: &Archived) -> Handled {
    archive::put(ctx, quota.role, archived)?;
    let meta = json!({
        "start": archived.period.start.iso8601(),
        "end": archived.period.end.iso8601(),
        "required": archived.required.to_string(),
        "met": archived.met,
        "next_reset": quota.schedule.reset_at.iso8601(),
    });
    ctx.audit("quota.period.reset", subject(quota.role), &meta)
}

/// Posts how a period ended. Without a channel for it, it stands in the archive.
fn announce(ctx: &mut Ctx, quota: &Quota, archived: &Archived) -> Handled {
    if ctx.find_channel(QUOTA).is_none() {
        return Ok(());
    }
    let message = views::period_ended(quota.role, archived);
    match ctx.send_message(NewMessage::to(Place::key(QUOTA), message)) {
        Ok(()) => Ok(()),
        // The reset itself must not depend on a permission.
        Err(DiscordError::BotLacks(why) | DiscordError::NotFound(why)) => {
            ctx.log(
                muster_sdk::Level::Warn,
                format!("the standings of a quota were not posted: {why}"),
            );
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// What the audit calls a role's quota.
pub fn subject(role: RoleId) -> String {
    format!("role:{role}")
}
