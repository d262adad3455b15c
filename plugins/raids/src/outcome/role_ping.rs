//! The answer to a button for a role.

use muster_sdk::{Ctx, Handled, Outcome};

use crate::views;

/// Whether the outcome is that of such a button, and if so, whether the role was given or taken.
pub fn toggled(outcome: &Outcome) -> Option<bool> {
    match outcome.tag.as_str() {
        "ping-on" => Some(true),
        "ping-off" => Some(false),
        _ => None,
    }
}

/// Says what became of it.
pub fn answer(ctx: &mut Ctx, given: bool, outcome: &Outcome) -> Handled {
    let problem = match (outcome.ok, outcome.problem.as_deref()) {
        (true, _) => return ctx.reply_private(views::ping_role_toggled(given, outcome.role)),
        (false, Some(problem)) => problem,
        (false, None) => "Discord is slow just now; it will be done soon.",
    };
    ctx.reply_private(views::ping_role_not_toggled(problem))
}
