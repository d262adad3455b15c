//! The menu that **Miniboss** shows.

use muster_sdk::{Ctx, Handled, Pick};

pub use super::leading::spec;
use super::{leading, stage};
use crate::run::RunId;
use crate::{acting, queries, views};

/// Raiders are told which one it is; the menu becomes the answer.
pub fn handle(ctx: &mut Ctx, pick: Pick<RunId>) -> Handled {
    let run = queries::load_run(ctx, pick.data)?;
    let actor = acting::organizer(ctx, pick.member);
    let name = pick.values.first().map_or("", String::as_str);
    let change = run
        .begin_miniboss(actor, name)
        .map_err(leading::refused(&run))?;
    let run = stage::begin(ctx, &run, pick.member, &change)?;
    ctx.update(views::stage_begun(&run))
}
