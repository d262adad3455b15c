//! The menus of `/headcount`.

use muster_sdk::{ComponentSpec, Ctx, Handled, Pick, Rank, tell_member};

use crate::headcount::{DraftId, MenuId};
use crate::panel_name::PanelName;
use crate::{queries, views};

/// Ten dungeons are picked and unpicked in less than a minute.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_rank(Rank::Organizer).rate("headcount-pick", 20, 30)
}

/// What stands in one menu now; the text counts along.
pub fn handle(ctx: &mut Ctx, pick: Pick<(DraftId, MenuId)>) -> Handled {
    let (id, menu) = pick.data;
    let selection = queries::load_selection(ctx, id)?;
    if selection.organizer != pick.member {
        return Err(tell_member(views::not_your_menus()));
    }
    selection
        .check_choosing(ctx.now())
        .map_err(|why| tell_member(views::no_selection(why)))?;
    queries::put_picked(ctx, id, &selection.pick(menu, &pick.values))?;
    ctx.refresh(PanelName::HeadcountDraft(id))
}
