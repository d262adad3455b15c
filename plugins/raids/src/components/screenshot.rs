//! The **Submit Screenshot** button on the organizer's panel of an Oryx 3 run.

use muster_sdk::{Ctx, Handled, Press};

pub use super::leading::spec;
use super::organizer::load_organized;
use crate::run::RunId;
use crate::views;

/// A button cannot take a picture: it tells of the command that does.
pub fn handle(ctx: &mut Ctx, press: Press<RunId>) -> Handled {
    let run = load_organized(ctx, press.data, press.member)?;
    ctx.reply_private(views::how_to_take(&run))
}
