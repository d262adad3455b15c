//! The **Organizer Panel** button on a headcount.

use muster_sdk::ids::UserId;
use muster_sdk::{Ctx, Failure, Handled, Panel, Press};

pub use super::super::organizer::spec;
use super::refused;
use crate::headcount::{Headcount, HeadcountId};
use crate::panel_name::PanelName;
use crate::views::{self, HeadcountLine};
use crate::{acting, queries, raid_log};

/// Shows the panel to who posted the headcount. Others who may lead it are asked first.
pub fn handle(ctx: &mut Ctx, press: Press<HeadcountId>) -> Handled {
    let headcount = load_organized(ctx, press.data, press.member)?;
    if headcount.organizer == press.member {
        show(ctx, &headcount, press.member)
    } else {
        ctx.reply_private(views::somebody_elses_headcount(&headcount))
    }
}

/// The headcount, if this member may act as its organizer now.
pub fn load_organized(
    ctx: &mut Ctx,
    id: HeadcountId,
    member: UserId,
) -> Result<Headcount, Failure> {
    let headcount = queries::load_headcount(ctx, id)?;
    headcount
        .check_organizes(acting::organizer(ctx, member))
        .map_err(|why| refused(&headcount, why))?;
    Ok(headcount)
}

/// The panel is the answer, for this member's eyes.
pub fn show(ctx: &mut Ctx, headcount: &Headcount, member: UserId) -> Handled {
    let name = PanelName::HeadcountOrganizer(headcount.id, member);
    ctx.open_panel(&Panel::private_answer(name))?;
    let line = HeadcountLine::PanelOpened { by: member };
    raid_log::write_headcount(ctx, headcount, &line);
    Ok(())
}
