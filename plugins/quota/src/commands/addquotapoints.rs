//! `/addquotapoints`: quota points by hand.

use muster_sdk::ids::RoleId;
use muster_sdk::{Category, Command, CommandSpec, Ctx, Failure, Handled, OptionSpec, tell_member};
use serde_json::json;

use super::adjust::{self, Adjustment};
use crate::entry::{Action, Entry};
use crate::members::{self, credit_of};
use crate::points::Points;
use crate::queries::{ledger, quotas};
use crate::{booking, views};

/// For officers.
pub fn spec() -> CommandSpec {
    adjust::spec("Gives a member of staff quota points, or takes them")
        .category(Category::Statistics)
        .option(OptionSpec::role(
            "role",
            "For which role's quota; the most valuable, if left out",
        ))
}

/// Books an adjustment for one of the member's quotas, which is no run.
pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
    let adjustment = adjust::read(ctx, &command)?;
    let role = role_of(ctx, &command, &adjustment)?;
    let user = adjustment.member.id;
    let entry = Entry {
        amount: 0,
        quota_points: adjustment.amount,
        role,
        by: Some(adjustment.by),
        reason: adjustment.reason.clone(),
        ..Entry::new(user, Action::ManualAdjust, ctx.now())
    };
    members::seen(ctx, &adjustment.member)?;
    booking::book(ctx, &[entry])?;
    let (_, total) = ledger::load_totals(ctx, user)?;
    let meta = json!({
        "amount": adjustment.amount.to_string(),
        "total": total.to_string(),
        "role_id": role,
        "reason": adjustment.reason,
    });
    ctx.audit("quota.adjust_quota_points", format!("user:{user}"), &meta)?;
    ctx.reply_private(views::adjusted(
        "Quota Points",
        &adjustment.into_view(total, role),
    ))
}

/// The role that was named, which must have a quota and be the member's; else the one that a run of theirs
/// would be credited to.
fn role_of(
    ctx: &mut Ctx,
    command: &Command,
    adjustment: &Adjustment,
) -> Result<Option<RoleId>, Failure> {
    let Some(named) = command.find_role("role") else {
        let value = |quota: &crate::quota::Quota| quota.base_exalt.max(quota.base_other);
        let credit = credit_of(ctx, adjustment.member.id, value, Points::ZERO)?;
        return Ok(credit.role);
    };
    if quotas::find(ctx, named)?.is_none() {
        return Err(tell_member(views::no_quota(named)));
    }
    if !adjustment.member.roles.contains(&named) {
        return Err(tell_member(views::not_held(adjustment.member.id, named)));
    }
    Ok(Some(named))
}
