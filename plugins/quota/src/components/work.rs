//! **Moderation Points**: what verifying, warning and suspending count.

use muster_sdk::ids::{RoleId, UserId};
use muster_sdk::{ComponentSpec, Ctx, Handled, Input};
use serde_json::{Value, json};

use super::panel::{self, Step};
use crate::quota::Quota;
use crate::views;

/// For moderators.
pub fn spec() -> ComponentSpec {
    panel::spec().opens_modal()
}

/// Asks, or keeps what was typed.
pub fn handle(ctx: &mut Ctx, (member, role, input): (UserId, RoleId, Input)) -> Handled {
    panel::check_own(ctx, member)?;
    let mut quota = panel::load(ctx, role)?;
    match Step::of(member, input) {
        Step::Ask => ctx.modal(&views::work_form(&quota)),
        Step::Set(form) => {
            let before = shown(&quota);
            quota.staff_work.verify = panel::amount(&form, "verify", "Verification")?;
            quota.staff_work.warn = panel::amount(&form, "warn", "Warning")?;
            quota.staff_work.suspend = panel::amount(&form, "suspend", "Suspension")?;
            panel::keep(ctx, &quota, &before, &shown(&quota))
        }
    }
}

fn shown(quota: &Quota) -> Value {
    json!({
        "verify_points": quota.staff_work.verify.to_string(),
        "warn_points": quota.staff_work.warn.to_string(),
        "suspend_points": quota.staff_work.suspend.to_string(),
    })
}
