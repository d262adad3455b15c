//! What raiders earn, in front of a moderator.

use muster_sdk::ids::UserId;
use muster_sdk::message::Message;
use muster_sdk::{Ctx, Failure};

use crate::names::PointsView;
use crate::queries::values::{self, Earning};
use crate::views;

/// Draws it.
pub fn render(ctx: &mut Ctx, (_, view): (UserId, PointsView)) -> Result<Option<Message>, Failure> {
    let completions = values::list(ctx, Earning::Completion)?;
    let keys = values::list(ctx, Earning::Key)?;
    Ok(Some(views::points(&completions, &keys, view)))
}
