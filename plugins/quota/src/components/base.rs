//! **Base Points**: what runs count to which nothing else applies.

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
        Step::Ask => ctx.modal(&views::base_form(&quota)),
        Step::Set(form) => {
            let before = shown(&quota);
            quota.base_exalt = panel::amount(&form, "exalt", "Exaltation dungeons")?;
            quota.base_other = panel::amount(&form, "other", "Other dungeons")?;
            panel::keep(ctx, &quota, &before, &shown(&quota))
        }
    }
}

fn shown(quota: &Quota) -> Value {
    json!({
        "base_exalt_points": quota.base_exalt.to_string(),
        "base_non_exalt_points": quota.base_other.to_string(),
    })
}
