//! A leaderboard that somebody is paging through.

use muster_sdk::message::Message;
use muster_sdk::{Ctx, Failure};

use crate::queries::leaderboards::{self, BoardId};
use crate::views;

/// Draws it.
pub fn render(ctx: &mut Ctx, id: BoardId) -> Result<Option<Message>, Failure> {
    let Some(board) = leaderboards::find(ctx, id)? else {
        return Ok(None);
    };
    let page = leaderboards::load_page(ctx, &board)?;
    Ok(Some(views::leaderboard(id, &board, &page)))
}
