//! Every hour, runs whose channel or panel is gone are cancelled. Mostly the host has told of it before; this
//! finds what nobody told.

use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Handled, Timer};

use super::on_the;
use crate::run::RunId;
use crate::timer_name::TimerName;
use crate::{activity, closing, queries};

const MINUTES: u64 = 60;

/// When it is looked next.
pub fn next(now: Timestamp) -> Timestamp {
    on_the(MINUTES, now)
}

/// Has each run looked at by itself: what is wrong with one keeps no other, and Discord may be asked about
/// each.
pub fn fire(ctx: &mut Ctx, _: Timer) -> Handled {
    let now = ctx.now();
    let active = queries::list_all_active(ctx)?;
    for run in &active {
        ctx.timer(TimerName::Orphan(run.id), now)?;
    }
    if !active.is_empty() {
        ctx.timer(TimerName::Orphans, next(now))?;
    }
    Ok(())
}

/// Cancels the run if nobody can see it; it counts for nobody.
pub fn look(ctx: &mut Ctx, timer: Timer<RunId>) -> Handled {
    let now = ctx.now();
    let Some(run) = queries::find_run(ctx, timer.data)? else {
        return Ok(());
    };
    let was_never_shown =
        run.may_be_ghost(now) && !queries::has_raiders(ctx, run.id, run.organizer)?;
    if !was_never_shown && !activity::is_gone(ctx, run.posted) {
        return Ok(());
    }
    match run.orphan(now) {
        Some(orphaned) => closing::cancel(ctx, &run, &orphaned).map(drop),
        None => Ok(()),
    }
}
