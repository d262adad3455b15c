//! The **Set Location** button on an organizer's panel, and its form.

use muster_sdk::{Ctx, Handled};

pub use super::detail::spec;
use super::detail::{self, Asked};
use crate::run::Detail;

/// Where in the game to go.
pub fn handle(ctx: &mut Ctx, asked: Asked) -> Handled {
    detail::handle(ctx, Detail::Location, asked)
}
