//! The arrows below a leaderboard: for who asked for it, and for five minutes.

use muster_sdk::{ComponentSpec, Ctx, Handled, Press, Rank, tell_member};

use crate::names::PanelName;
use crate::queries::leaderboards::{self, BoardId};
use crate::views;

/// For verified raiders, like the command.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_rank(Rank::VerifiedRaider)
}

/// Turns to the page.
pub fn handle(ctx: &mut Ctx, press: Press<(BoardId, String)>) -> Handled {
    let (id, to) = press.data;
    let board = leaderboards::find(ctx, id)?.filter(|board| !board.closed);
    let board = board.ok_or_else(|| tell_member(views::BOARD_CLOSED))?;
    if board.viewer != press.member {
        return Err(tell_member(views::NOT_YOUR_PANEL));
    }
    let all = leaderboards::load_page(ctx, &board)?.all;
    let last = crate::leaderboard::pages(all) - 1;
    let page = match to.as_str() {
        "first" => 0,
        "prev" => board.page - 1,
        "next" => board.page + 1,
        _ => last,
    };
    leaderboards::turn(ctx, id, page.clamp(0, last))?;
    ctx.refresh(PanelName::Leaderboard(id))
}
