//! `/sendrolepingembed`: posts the buttons with which members give themselves the roles of dungeons.

use muster_sdk::imports::PanelError;
use muster_sdk::{Category, Command, CommandSpec, Ctx, Handled, Panel, Place, Rank, tell_member};
use serde_json::json;

use crate::manifest::ROLE_PING;
use crate::panel_name::PanelName;
use crate::{queries, role_pings, views};

/// For administrators; only they see the answer.
pub fn spec() -> CommandSpec {
    CommandSpec::new("Posts the buttons that give members the roles which runs ping")
        .minimum_role(Rank::Administrator)
        .category(Category::Configuration)
        .rate("config", 2, 5)
}

/// Posts them in the mapped channel; those of before go.
pub fn handle(ctx: &mut Ctx, _: Command) -> Handled {
    let Some(channel) = ctx.find_channel(ROLE_PING) else {
        return Err(tell_member(views::no_role_ping_channel()));
    };
    let mapped = queries::list_ping_roles(ctx)?;
    let pages = role_pings::pages(role_pings::dungeons(&mapped).len());
    if pages == 0 {
        return Err(tell_member(views::no_ping_roles()));
    }
    if let Some((before, pages)) = queries::find_role_panel(ctx)? {
        for page in 0..pages {
            let message = Place::panel(PanelName::RolePings(before, page));
            ctx.delete_message(&message, ())?;
        }
    }
    let id: i64 = ctx.next_id("role_ping_panel")?;
    for page in 0..pages {
        let panel = Panel::new(PanelName::RolePings(id, page), Place::key(ROLE_PING));
        ctx.open_panel(&panel).map_err(|error| match error {
            PanelError::BadPlace(sentence) => {
                tell_member(format!("The buttons cannot be posted. {sentence}"))
            }
            error => error.into(),
        })?;
    }
    queries::put_role_panel(ctx, id, pages)?;
    ctx.audit("role_ping.send", "guild", &json!({ "pages": pages }))?;
    ctx.reply_private(views::role_pings_sent(channel))
}
