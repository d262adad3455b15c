//! One activity at a time: who has a run or a headcount that is not over posts no other, where the guild
//! wants it so. What nobody can see any more is cleared away by the question, and keeps nobody.

use muster_sdk::ids::UserId;
use muster_sdk::imports::DiscordError;
use muster_sdk::{Ctx, Handled, tell_member};

use crate::config::Config;
use crate::run::{ActivityError, Posted, may_post};
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
        let was_never_shown =
            run.may_be_ghost(now) && !queries::has_raiders(ctx, run.id, organizer)?;
        if was_never_shown || is_gone(ctx, run.posted) {
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
        let was_never_shown =
            headcount.may_be_ghost(now) && queries::load_turnout(ctx, headcount.id)?.is_empty();
        if (was_never_shown || is_gone(ctx, headcount.posted))
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

/// Whether somebody deleted the message, or its channel, unheard by the host. If Discord cannot say, it stands.
pub fn is_gone(ctx: &mut Ctx, posted: Option<Posted>) -> bool {
    posted.is_some_and(|Posted { channel, message }| {
        let stands = ctx.message_exists(channel, message);
        matches!(stands, Ok(false) | Err(DiscordError::NotFound(_)))
    })
}
