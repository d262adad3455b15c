//! Every 15 minutes, roles of runs that are over and were not deleted are deleted again.

use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Handled, Timer};

use super::on_the;
use crate::run::RunId;
use crate::timer_name::TimerName;
use crate::{queries, run_role};

const MINUTES: u64 = 15;

/// When the next sweep is.
pub fn next(now: Timestamp) -> Timestamp {
    on_the(MINUTES, now)
}

/// Everybody who takes part gets the run's role.
pub fn give(ctx: &mut Ctx, timer: Timer<RunId>) -> Handled {
    let Some(run) = queries::find_run(ctx, timer.data)? else {
        return Ok(());
    };
    if run.status.is_over() {
        return Ok(());
    }
    for user in queries::list_joined(ctx, run.id)? {
        run_role::give(ctx, &run, user);
    }
    Ok(())
}

/// Deletes roles that are recorded here, and no others: whatever a guild calls its own roles, they stay.
pub fn fire(ctx: &mut Ctx, _: Timer) -> Handled {
    let now = ctx.now();
    for run in queries::list_orphaned_roles(ctx, now)? {
        run_role::delete(ctx, &run);
    }
    if queries::has_roles(ctx, now)? {
        ctx.timer(TimerName::RunRoles, next(now))?;
    }
    Ok(())
}
