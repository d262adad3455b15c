//! `headcount/7`: what everybody sees; `hc-organizer/7/1`: what an organizer sees in private; `hc-starter/7`:
//! what begins its thread in the raid log; `hc-draft/3`: the menus of `/headcount`.

use muster_sdk::ids::UserId;
use muster_sdk::message::Message;
use muster_sdk::{Ctx, Failure};

use crate::config::Config;
use crate::headcount::{DraftId, HeadcountId};
use crate::views::Starter;
use crate::{queries, views};

type View = Result<Option<Message>, Failure>;

/// The panel of a headcount, or nothing if there is no such headcount.
pub fn render(ctx: &mut Ctx, id: HeadcountId) -> View {
    let Some(headcount) = queries::find_headcount(ctx, id)? else {
        return Ok(None);
    };
    let turnout = queries::load_turnout(ctx, id)?;
    let config = Config::of(ctx);
    Ok(Some(views::headcount_panel(&headcount, &turnout, &config)))
}

/// The organizer's panel; the same for everybody who may look at it.
pub fn render_organizer(ctx: &mut Ctx, (id, _): (HeadcountId, UserId)) -> View {
    let Some(headcount) = queries::find_headcount(ctx, id)? else {
        return Ok(None);
    };
    let turnout = queries::load_turnout(ctx, id)?;
    Ok(Some(views::headcount_organizer_panel(&headcount, &turnout)))
}

/// The message that the thread hangs on.
pub fn render_starter(ctx: &mut Ctx, id: HeadcountId) -> View {
    let headcount = queries::find_headcount(ctx, id)?;
    Ok(headcount.map(|headcount| Starter::of_headcount(&headcount).message))
}

/// The menus, for who used `/headcount`.
pub fn render_draft(ctx: &mut Ctx, id: DraftId) -> View {
    let selection = queries::find_selection(ctx, id)?;
    Ok(selection.map(|selection| views::selection(&selection)))
}
