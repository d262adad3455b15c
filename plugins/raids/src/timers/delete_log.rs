//! Logs of what has long been over are deleted, where the guild wants that.

use muster_sdk::{Ctx, Handled, Timer};

use crate::headcount::HeadcountId;
use crate::run::RunId;
use crate::{queries, raid_log};

/// The thread of a run.
pub fn of_run(ctx: &mut Ctx, timer: Timer<RunId>) -> Handled {
    let run = queries::find_run(ctx, timer.data)?;
    if let Some(run) = run.filter(|run| run.logged && run.status.is_over()) {
        raid_log::delete(ctx, &run);
    }
    Ok(())
}

/// The thread of a headcount that became no run.
pub fn of_headcount(ctx: &mut Ctx, timer: Timer<HeadcountId>) -> Handled {
    let headcount = queries::find_headcount(ctx, timer.data)?;
    if let Some(headcount) = headcount.filter(|headcount| headcount.logged) {
        raid_log::delete_headcount(ctx, &headcount);
    }
    Ok(())
}
