//! The **Create Headcount** button below the menus of `/headcount`.

use muster_sdk::{ComponentSpec, Ctx, Handled, Press, Rank, tell_member};

use crate::config::Config;
use crate::headcount::{DraftId, SelectionStatus};
use crate::panel_name::PanelName;
use crate::timer_name::TimerName;
use crate::{activity, counting, queries, views};

/// As often as any button.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_rank(Rank::Organizer)
}

/// Posts what was picked.
pub fn handle(ctx: &mut Ctx, press: Press<DraftId>) -> Handled {
    let (id, config) = (press.data, Config::of(ctx));
    let selection = queries::load_selection(ctx, id)?;
    if selection.organizer != press.member {
        return Err(tell_member(views::not_your_menus()));
    }
    selection
        .finish(ctx.now())
        .map_err(|why| tell_member(views::no_selection(why)))?;
    activity::refuse_second(ctx, press.member, &config)?;
    queries::put_selection_status(ctx, id, SelectionStatus::Posted)?;
    ctx.close_panel(PanelName::HeadcountDraft(id))?;
    ctx.cancel_timer(TimerName::HeadcountDraft(id))?;
    counting::post(ctx, &selection, &config)
}
