//! The answer to `/party`.

use muster_sdk::{Ctx, Handled, Outcome, Outcomes};

use crate::party::PartyId;
use crate::run::Posted;
use crate::{party_life, queries, views};

/// Keeps where the party is shown, and links to it. One that cannot be shown is closed: it would only keep
/// its owner from opening another.
pub fn posted(ctx: &mut Ctx, id: PartyId, post: &Outcome, outcomes: &Outcomes) -> Handled {
    let party = queries::load_party(ctx, id)?;
    let thread = outcomes.find(&party_life::thread(id));
    match (post.channel.zip(post.message), post.problem.as_deref()) {
        (Some((channel, message)), _) if post.ok => {
            let posted = Posted { channel, message };
            // A thread that is late still comes.
            let has_thread = thread.is_some_and(|thread| thread.ok || thread.problem.is_none());
            queries::put_party_place(ctx, id, posted, has_thread)?;
            let link = posted.link(ctx.guild());
            let problem = thread.and_then(|thread| thread.problem.as_deref());
            ctx.reply_private(views::party_posted(&party, &link, problem))
        }
        (_, Some(problem)) => {
            if let Some(orphaned) = party.orphan(ctx.now()) {
                party_life::close(ctx, &party, &orphaned)?;
            }
            ctx.reply_private(views::party_not_posted(problem))
        }
        _ => ctx.reply_private(views::party_still_posting()),
    }
}
