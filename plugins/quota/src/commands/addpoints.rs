//! `/addpoints`: raider points by hand.

use muster_sdk::{Category, Command, CommandSpec, Ctx, Handled};
use serde_json::json;

use super::adjust;
use crate::entry::{Action, Entry};
use crate::queries::ledger;
use crate::{booking, members, views};

/// For officers.
pub fn spec() -> CommandSpec {
    adjust::spec("Gives a member raider points, or takes them").category(Category::Statistics)
}

/// Books an adjustment, which is no run.
pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
    let adjustment = adjust::read(ctx, &command)?;
    let user = adjustment.member.id;
    let entry = Entry {
        amount: 0,
        points: adjustment.amount,
        by: Some(adjustment.by),
        reason: adjustment.reason.clone(),
        ..Entry::new(user, Action::ManualAdjust, ctx.now())
    };
    members::seen(ctx, &adjustment.member)?;
    booking::book(ctx, &[entry])?;
    let (total, _) = ledger::load_totals(ctx, user)?;
    let meta = json!({
        "amount": adjustment.amount.to_string(),
        "total": total.to_string(),
        "reason": adjustment.reason,
    });
    ctx.audit("quota.adjust_points", format!("user:{user}"), &meta)?;
    ctx.reply_private(views::adjusted(
        "Points",
        &adjustment.into_view(total, None),
    ))
}
