//! One activity at a time: who has a run or a headcount that is not over posts no other, where the guild
//! wants it so.

use muster_sdk::ids::UserId;
use muster_sdk::{Ctx, Handled, tell_member};

use crate::config::Config;
use crate::run::{ActivityError, may_post};
use crate::{closing, counting, queries, views};

/// Turns away who has one already, and says where it is. One that was never shown is cleared away.
///
/// # Errors
/// Told to the organizer.
pub fn refuse_second(ctx: &mut Ctx, organizer: UserId, config: &Config) -> Handled {
    refuse_second_run(ctx, organizer, config)?;
    refuse_second_headcount(ctx, organizer, config)
}

fn refuse_second_run(ctx: &mut Ctx, organizer: UserId, config: &Config) -> Handled {
    let now = ctx.now();
    for run in queries::list_active_runs(ctx, organizer)? {
        if run.may_be_ghost(now) && !queries::has_raiders(ctx, run.id, organizer)? {
            if let Some(orphaned) = run.orphan(now) {
                closing::cancel(ctx, &run, &orphaned)?;
            }
            continue;
        }
        may_post(Some(&run), config).map_err(|why| {
            let ActivityError::AlreadyActive(run) = why;
            let link = run.posted.map(|posted| posted.link(ctx.guild()));
            tell_member(views::already_active(why, link.as_deref()))
        })?;
    }
    Ok(())
}

fn refuse_second_headcount(ctx: &mut Ctx, organizer: UserId, config: &Config) -> Handled {
    let now = ctx.now();
    for headcount in queries::list_open_headcounts(ctx, organizer)? {
        if headcount.may_be_ghost(now)
            && queries::load_turnout(ctx, headcount.id)?.is_empty()
            && let Some(orphaned) = headcount.orphan(now)
        {
            counting::close(ctx, &headcount, &orphaned)?;
            continue;
        }
        if config.one_active_per_organizer {
            let link = headcount.posted.map(|posted| posted.link(ctx.guild()));
            let told = views::already_counting(&headcount, link.as_deref());
            return Err(tell_member(told));
        }
    }
    Ok(())
}
