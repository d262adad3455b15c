//! `/configquota`: what holders of a role owe, and what counts for it.

use muster_sdk::{Category, Command, CommandSpec, Ctx, Handled, OptionSpec, Panel, Rank};

use crate::names::{ConfigView, PanelName};

/// For moderators; only who asked sees the panel.
pub fn spec() -> CommandSpec {
    CommandSpec::new("Sets what holders of a role owe in each period")
        .minimum_role(Rank::Moderator)
        .category(Category::Configuration)
        .rate("config", 2, 5)
        .option(OptionSpec::role("role", "Whose quota").required())
}

/// Opens the role's panel.
pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
    let role = command.role("role")?;
    let name = PanelName::Config(role, command.member, ConfigView::Main);
    Ok(ctx.open_panel(&Panel::private_answer(name))?)
}
