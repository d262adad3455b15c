//! The menu that **Convert to Run** shows if there are several dungeons.

use muster_sdk::{Ctx, Handled, Pick, tell_member};

use super::convert::convert;
pub use super::end::spec;
use super::organizer::load_organized;
use crate::components::organizer;
use crate::headcount::HeadcountId;
use crate::views;

/// Makes the run and shows its panel, unless the menu was open for too long.
pub fn handle(ctx: &mut Ctx, pick: Pick<(HeadcountId, i64)>) -> Handled {
    let (id, until) = pick.data;
    let headcount = load_organized(ctx, id, pick.member)?;
    if ctx.now().seconds() >= until {
        return Err(tell_member(views::convert_menu_closed()));
    }
    let dungeon = pick.values.first().map_or("", String::as_str);
    let run = convert(ctx, &headcount, dungeon, pick.member)?;
    organizer::show(ctx, &run, pick.member)
}
