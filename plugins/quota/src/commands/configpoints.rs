//! `/configpoints`: what raiders earn by taking part and by popping keys.

use muster_sdk::{Category, Command, CommandSpec, Ctx, Handled, Panel, Rank};

use crate::names::{PanelName, PointsView};

/// For moderators; only who asked sees the panel.
pub fn spec() -> CommandSpec {
    CommandSpec::new("Sets what raiders earn by completions and keys")
        .minimum_role(Rank::Moderator)
        .category(Category::Configuration)
        .rate("config", 2, 5)
}

/// Opens the panel.
pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
    let name = PanelName::Points(command.member, PointsView::Main);
    Ok(ctx.open_panel(&Panel::private_answer(name))?)
}
