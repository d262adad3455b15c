//! **Confirm**, when the organizer panel is that of somebody else's run.

use muster_sdk::{Ctx, Handled, Press};

pub use super::organizer::spec;
use super::organizer::{load_organized, show};
use crate::run::RunId;

/// Shows the panel.
pub fn handle(ctx: &mut Ctx, press: Press<RunId>) -> Handled {
    let run = load_organized(ctx, press.data, press.member)?;
    show(ctx, &run, press.member)
}
