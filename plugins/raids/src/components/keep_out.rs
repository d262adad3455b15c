//! **Deny**, when the organizer panel is that of somebody else's run.

use muster_sdk::{Ctx, Handled, Press};

pub use super::organizer::spec;
use crate::run::RunId;
use crate::{queries, views};

/// The question goes away.
pub fn handle(ctx: &mut Ctx, press: Press<RunId>) -> Handled {
    let run = queries::load_run(ctx, press.data)?;
    ctx.update(views::kept_out(&run))
}
