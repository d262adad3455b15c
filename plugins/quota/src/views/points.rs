//! What raiders earn: the panel of `/configpoints`.

use muster_sdk::message::{Button, Color, Embed, Message, Row};

use super::{listed, menu_page};
use crate::names::PointsView;
use crate::points::Points;
use crate::queries::values::Earning;

/// Dungeons that a list names.
const LISTED: usize = 10;

/// The panel, or its menus of dungeons.
pub fn points(
    completions: &[(String, Points)],
    keys: &[(String, Points)],
    view: PointsView,
) -> Message {
    let embed = Embed::new()
        .title("Raider Points Configuration")
        .color(Color::BLURPLE)
        .description(format!(
            "A completed run gives **{}**, a popped key **{}**, unless a dungeon stands below.",
            Earning::Completion.usual(),
            Earning::Key.usual()
        ))
        .field("Completions", listed(completions, LISTED))
        .field("Keys", listed(keys, LISTED));
    let message = Message::new().embed(embed);
    match view {
        PointsView::Main => message.row(Row::buttons([
            Button::blue(
                "Configure Dungeons",
                turn(PointsView::Dungeons(Earning::Completion, 0)),
            )
            .emoji("🗺️"),
            Button::blue(
                "Configure Keys",
                turn(PointsView::Dungeons(Earning::Key, 0)),
            )
            .emoji("🔑"),
            Button::grey("Stop", "stop-points").emoji("🛑"),
        ])),
        PointsView::Dungeons(earning, page) => {
            let own = match earning {
                Earning::Completion => completions,
                Earning::Key => keys,
            };
            let menus = menu_page(page, own, |at| {
                format!("pick-value/{}/{at}", earning.as_str())
            });
            let mut buttons = vec![Button::grey("Back", turn(PointsView::Main))];
            if page > 0 {
                buttons.push(Button::grey(
                    "◀",
                    turn(PointsView::Dungeons(earning, page - 1)),
                ));
            }
            if menus.has_next {
                buttons.push(Button::grey(
                    "▶",
                    turn(PointsView::Dungeons(earning, page + 1)),
                ));
            }
            message.rows(menus.rows).row(Row::buttons(buttons))
        }
        PointsView::Stopped => message,
    }
}

fn turn(view: PointsView) -> String {
    format!("values/{view}")
}
