//! A leaderboard: one page, who looks at it, and arrows.

use muster_sdk::message::{Button, Color, Embed, Message, Row};

use super::dungeon_label;
use crate::leaderboard::{Leaderboard, pages};
use crate::queries::leaderboards::{BoardId, Line, Page, Who};

/// One page. The buttons go once it is closed.
pub fn leaderboard(id: BoardId, board: &Leaderboard, page: &Page) -> Message {
    let pages = pages(page.all);
    let lines: Vec<String> = page.lines.iter().map(|line| shown(board, line)).collect();
    let list = if lines.is_empty() {
        "*nothing to rank yet*".to_owned()
    } else {
        lines.join("\n")
    };
    let own = match &page.own {
        Some(own) => format!("\n\nYour place: {}", shown(board, own)),
        None => String::new(),
    };
    let embed = Embed::new()
        .title(format!("🏆 {}", board.kind.label()))
        .color(Color::BLURPLE)
        .description(format!("{}\n\n{list}{own}", scope(board)))
        .footer(format!("Page {} of {pages}", board.page + 1));
    let message = Message::new().embed(embed);
    if board.closed {
        return message;
    }
    let arrow = |label: &str, to: &str, is_at_end: bool| {
        Button::grey(label, format!("page/{id}/{to}")).disabled(is_at_end)
    };
    let (is_first, is_last) = (board.page == 0, board.page + 1 >= pages);
    message.row(Row::buttons([
        arrow("⏮", "first", is_first),
        arrow("◀", "prev", is_first),
        arrow("▶", "next", is_last),
        arrow("⏭", "last", is_last),
    ]))
}

/// What of all there is counts here.
fn scope(board: &Leaderboard) -> String {
    let dungeon = board
        .dungeon
        .as_deref()
        .map_or("All dungeons".to_owned(), dungeon_label);
    let mut parts = vec![dungeon, board.sort.label().to_owned()];
    if let Some(since) = board.since {
        parts.push(format!("since {}", since.full()));
    }
    if let Some(until) = board.until {
        parts.push(format!("until {}", until.full()));
    }
    parts.join(" · ")
}

fn shown(board: &Leaderboard, line: &Line) -> String {
    let who = match &line.who {
        Who::User(user) => user.mention(),
        Who::Dungeon(key) if key.is_empty() => "no dungeon".to_owned(),
        Who::Dungeon(key) => dungeon_label(key),
    };
    format!("{}. {who} **{}**", line.place, board.kind.shown(line.total))
}
