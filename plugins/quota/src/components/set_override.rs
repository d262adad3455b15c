//! What a dungeon counts for a role: typed into the form behind a menu.

use muster_sdk::ids::RoleId;
use muster_sdk::{ComponentSpec, Ctx, Form, Handled, tell_member};
use serde_json::json;

use super::panel;
use crate::points::Points;
use crate::queries::quotas;
use crate::{booking, resets, views};

/// For moderators.
pub fn spec() -> ComponentSpec {
    panel::spec()
}

/// Nothing typed or a negative number: it counts what others do. 0: it counts nothing.
pub fn handle(ctx: &mut Ctx, form: Form<(RoleId, String)>) -> Handled {
    panel::check_own(ctx, form.member)?;
    let (role, key) = &form.data;
    let dungeon = muster_dungeons::find_dungeon(key).ok_or_else(|| tell_member(views::OUTDATED))?;
    let typed = form.text("points");
    let points = match typed {
        "" => None,
        typed => Points::parse(typed)
            .ok()
            .filter(|points| *points <= panel::MOST)
            .map(Some)
            .ok_or_else(|| tell_member(views::no_amount(dungeon.label, typed)))?,
    };
    let points = points.filter(|points| !points.is_negative());

    if quotas::find(ctx, *role)?.is_none() {
        let quota = panel::load(ctx, *role)?;
        quotas::put(ctx, &quota)?;
        resets::schedule(ctx, &quota)?;
    }
    let quota = panel::load(ctx, *role)?;
    let before = quota
        .overrides
        .iter()
        .find(|(known, _)| known == dungeon.key);
    let before = before.map(|(_, points)| points.to_string());
    let action = match points {
        Some(points) => {
            quotas::put_override(ctx, *role, dungeon.key, points)?;
            "quota.override.set"
        }
        None => {
            quotas::delete_override(ctx, *role, dungeon.key)?;
            "quota.override.remove"
        }
    };
    let after = points.map(|points| points.to_string());
    let meta = json!({ "dungeon_key": dungeon.key, "previous": before, "new": after });
    ctx.audit(action, resets::subject(*role), &meta)?;
    booking::refresh_now(ctx, *role)
}
