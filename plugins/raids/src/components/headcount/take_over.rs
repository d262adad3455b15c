//! **Confirm**, when the organizer panel is that of somebody else's headcount.

use muster_sdk::{Ctx, Handled, Press};

pub use super::organizer::spec;
use super::organizer::{load_organized, show};
use crate::headcount::HeadcountId;

/// Shows the panel.
pub fn handle(ctx: &mut Ctx, press: Press<HeadcountId>) -> Handled {
    let headcount = load_organized(ctx, press.data, press.member)?;
    show(ctx, &headcount, press.member)
}
