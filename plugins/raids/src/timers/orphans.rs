//! Every hour, runs whose channel is gone are cancelled. Mostly the host has told of it before; this finds
//! what happened while the bot was away.

use muster_sdk::imports::DiscordError;
use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Failure, Handled, Level, Timer};

use super::on_the;
use crate::run::Run;
use crate::timer_name::TimerName;
use crate::{closing, queries};

const MINUTES: u64 = 60;

/// When it is looked next.
pub fn next(now: Timestamp) -> Timestamp {
    on_the(MINUTES, now)
}

/// Cancels each of them by itself: what is wrong with one run keeps no other.
pub fn fire(ctx: &mut Ctx, _: Timer) -> Handled {
    let now = ctx.now();
    let active = queries::list_all_active(ctx)?;
    let mut left = active.len();
    for run in &active {
        if !is_orphan(ctx, run, now)? {
            continue;
        }
        let Some(orphaned) = run.orphan(now) else {
            continue;
        };
        match closing::cancel(ctx, run, &orphaned) {
            Ok(_) => left -= 1,
            Err(why) => ctx.log(Level::Error, format!("orphaned run {}: {why:?}", run.id)),
        }
    }
    if left > 0 {
        ctx.timer(TimerName::Orphans, next(now))?;
    }
    Ok(())
}

fn is_orphan(ctx: &mut Ctx, run: &Run, now: Timestamp) -> Result<bool, Failure> {
    match run.posted {
        Some(posted) => {
            let known = ctx.bot_permissions(posted.channel);
            Ok(matches!(known, Err(DiscordError::NotFound(_))))
        }
        None => Ok(run.may_be_ghost(now) && !queries::has_raiders(ctx, run.id, run.organizer)?),
    }
}
