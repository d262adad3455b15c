//! The **Convert to Run** button on an organizer's panel.

use std::time::Duration;

use muster_sdk::ids::UserId;
use muster_sdk::{Ctx, Failure, Handled, Press};

pub use super::end::spec;
use super::organizer::load_organized;
use super::refused;
use crate::components::organizer;
use crate::config::Config;
use crate::headcount::{Headcount, HeadcountId};
use crate::run::Run;
use crate::{acting, counting, queries, views};

/// How long the menu of dungeons is open.
const CHOOSING: Duration = Duration::from_secs(60);

/// Makes a run of it, and shows its panel; if there are several dungeons, asks which.
pub fn handle(ctx: &mut Ctx, press: Press<HeadcountId>) -> Handled {
    let headcount = load_organized(ctx, press.data, press.member)?;
    if let [only] = headcount.dungeons.as_slice() {
        let run = convert(ctx, &headcount, only, press.member)?;
        return organizer::show(ctx, &run, press.member);
    }
    let turnout = queries::load_turnout(ctx, headcount.id)?;
    let until = ctx.now().plus(CHOOSING);
    ctx.reply_private(views::convert_menu(&headcount, &turnout, until))
}

/// The run of that dungeon.
pub fn convert(
    ctx: &mut Ctx,
    headcount: &Headcount,
    dungeon: &str,
    member: UserId,
) -> Result<Run, Failure> {
    let actor = acting::organizer(ctx, member);
    let conversion = headcount
        .convert(actor, dungeon, ctx.now())
        .map_err(|why| refused(headcount, why))?;
    counting::convert(ctx, headcount, &conversion, &Config::of(ctx))
}
