//! A run that nobody ended ends by itself.

use muster_sdk::{Ctx, Handled, Timer};

use crate::config::Config;
use crate::run::RunId;
use crate::timer_name::TimerName;
use crate::{closing, queries};

/// Ends the run as its organizer would. Nothing to do for one that is gone or over.
pub fn fire(ctx: &mut Ctx, timer: Timer<RunId>) -> Handled {
    let Some(run) = queries::find_run(ctx, timer.data)? else {
        return Ok(());
    };
    match run.auto_end(&Config::of(ctx), ctx.now()) {
        Some(ending) => closing::end(ctx, &run, &ending).map(drop),
        None if run.status.is_over() => Ok(()),
        None => ctx.timer(TimerName::AutoEnd(run.id), run.auto_end_at()),
    }
}
