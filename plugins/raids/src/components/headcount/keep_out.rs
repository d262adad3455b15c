//! **Deny**, when the organizer panel is that of somebody else's headcount.

use muster_sdk::{Ctx, Handled, Press};

pub use super::organizer::spec;
use crate::headcount::HeadcountId;
use crate::{queries, views};

/// The question goes away.
pub fn handle(ctx: &mut Ctx, press: Press<HeadcountId>) -> Handled {
    let headcount = queries::load_headcount(ctx, press.data)?;
    ctx.update(views::headcount_kept_out(&headcount))
}
