//! The **Realm Closed** button on the organizer's panel of an Oryx 3 run.

use muster_sdk::{Ctx, Handled, Press};

pub use super::leading::spec;
use super::{leading, stage};
use crate::run::{RunId, Stage};
use crate::{acting, queries};

/// The realm is closed, and everybody is in the castle.
pub fn handle(ctx: &mut Ctx, press: Press<RunId>) -> Handled {
    let run = queries::load_run(ctx, press.data)?;
    let actor = acting::organizer(ctx, press.member);
    let change = run
        .begin_stage(actor, Stage::Closed)
        .map_err(leading::refused(&run))?;
    stage::press(ctx, &run, press.member, &change)
}
