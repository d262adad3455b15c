//! **Lock Join** and **Unlock Join** on an organizer's panel.

use muster_sdk::{Ctx, Handled, Press};
use serde_json::json;

use super::leading;
pub use super::leading::spec;
use crate::run::{Run, RunId};
use crate::views::LogLine;
use crate::{acting, closing, queries, views};

/// Nobody else may join, or everybody may again.
pub fn handle(ctx: &mut Ctx, press: Press<RunId>) -> Handled {
    let run = queries::load_run(ctx, press.data)?;
    let actor = acting::organizer(ctx, press.member);
    let locked = run.toggle_lock(actor).map_err(leading::refused(&run))?;
    if !queries::put_lock(ctx, run.id, locked)? {
        return Err(leading::came_too_late(ctx, run.id));
    }
    let run = Run {
        join_locked: locked,
        ..run
    };
    ctx.audit(
        "run.lock",
        closing::subject(&run),
        &json!({ "locked": locked }),
    )?;
    let by = press.member;
    leading::show(ctx, &run, &LogLine::Locked { by, locked })?;
    ctx.reply_private(views::lock_set(locked))
}
