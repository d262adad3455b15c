//! **More Moderation Points**: what letters, names and notes count. A form has no room for all six.

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
        Step::Ask => ctx.modal(&views::work_more_form(&quota)),
        Step::Set(form) => {
            let before = shown(&quota);
            quota.staff_work.modmail_reply = panel::amount(&form, "modmail", "Modmail reply")?;
            quota.staff_work.edit_name = panel::amount(&form, "name", "Edited name")?;
            quota.staff_work.add_note = panel::amount(&form, "note", "Note")?;
            panel::keep(ctx, &quota, &before, &shown(&quota))
        }
    }
}

fn shown(quota: &Quota) -> Value {
    json!({
        "modmail_reply_points": quota.staff_work.modmail_reply.to_string(),
        "editname_points": quota.staff_work.edit_name.to_string(),
        "addnote_points": quota.staff_work.add_note.to_string(),
    })
}
