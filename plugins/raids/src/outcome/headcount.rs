//! The answer to **Create Headcount**.

use muster_sdk::{Ctx, Handled, Outcome, Outcomes};

use super::log_problem;
use crate::headcount::{Headcount, HeadcountId};
use crate::run::Posted;
use crate::{counting, queries, raid_log, views};

/// Keeps where the headcount is shown, and links to it. One that cannot be shown ends: it would only keep
/// its organizer from posting another.
pub fn posted(ctx: &mut Ctx, id: HeadcountId, post: &Outcome, outcomes: &Outcomes) -> Handled {
    let headcount = queries::load_headcount(ctx, id)?;
    match (post.ok, post.problem.as_deref()) {
        (true, _) => {
            let thread = outcomes.find(&raid_log::headcount_thread(id));
            link(ctx, headcount, post, thread)
        }
        (false, Some(problem)) => {
            if let Some(orphaned) = headcount.orphan(ctx.now()) {
                counting::close(ctx, &headcount, &orphaned)?;
            }
            ctx.reply_private(views::headcount_not_posted(problem))
        }
        (false, None) => ctx.reply_private(views::headcount_still_posting()),
    }
}

fn link(
    ctx: &mut Ctx,
    mut headcount: Headcount,
    post: &Outcome,
    thread: Option<&Outcome>,
) -> Handled {
    let made = post.channel.zip(post.message);
    headcount.posted = made.map(|(channel, message)| Posted { channel, message });
    // A thread that is late still comes.
    headcount.logged = thread.is_some_and(|thread| thread.ok || thread.problem.is_none());
    let thread_id = thread.and_then(|thread| thread.channel);
    queries::put_headcount_places(ctx, &headcount, thread_id)?;

    let link = headcount.posted.map(|posted| posted.link(ctx.guild()));
    let problems = log_problem(ctx, headcount.logged, thread);
    ctx.reply_private(views::headcount_posted(
        &headcount,
        link.as_deref(),
        &problems,
    ))
}
