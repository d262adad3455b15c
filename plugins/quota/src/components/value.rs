//! What a completion or a key gives in a dungeon: typed into the form behind a menu.

use muster_sdk::{ComponentSpec, Ctx, Form, Handled, tell_member};
use serde_json::json;

use super::panel;
use crate::names::PanelName;
use crate::queries::values::{self, Earning};
use crate::views;

/// For moderators.
pub fn spec() -> ComponentSpec {
    panel::spec()
}

/// The usual value removes what was set.
pub fn handle(ctx: &mut Ctx, form: Form<(Earning, String)>) -> Handled {
    panel::check_own(ctx, form.member)?;
    let (earning, key) = &form.data;
    let dungeon = muster_dungeons::find_dungeon(key).ok_or_else(|| tell_member(views::OUTDATED))?;
    let points = panel::amount(&form, "points", dungeon.label)?;
    let before = values::load(ctx, *earning, dungeon.key)?;
    values::put(ctx, *earning, dungeon.key, points)?;
    let action = match (*earning, points == earning.usual()) {
        (Earning::Completion, false) => "points.raider.set",
        (Earning::Completion, true) => "points.raider.remove",
        (Earning::Key, false) => "points.key.set",
        (Earning::Key, true) => "points.key.remove",
    };
    let meta = json!({ "previous": before.to_string(), "new": points.to_string() });
    ctx.audit(action, format!("dungeon:{}", dungeon.key), &meta)?;
    ctx.refresh(PanelName::ALL_POINTS)
}
