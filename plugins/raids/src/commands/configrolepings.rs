//! `/configrolepings`: which role the runs of a dungeon ping.

use muster_dungeons::resolve;
use muster_sdk::ids::RoleId;
use muster_sdk::{
    Category, Command, CommandSpec, Ctx, Failure, Handled, OptionSpec, Rank, tell_member,
};
use serde_json::json;

use crate::run::DraftError;
use crate::{queries, role_pings, views};

/// For moderators; only they see the answer.
pub fn spec() -> CommandSpec {
    CommandSpec::new("Chooses the role that runs of a dungeon ping, or none")
        .minimum_role(Rank::Moderator)
        .category(Category::Configuration)
        .rate("config", 2, 5)
        .option(
            OptionSpec::text("dungeon", "Which dungeon")
                .required()
                .autocomplete(),
        )
        .option(OptionSpec::role(
            "role",
            "The role; leave it out to ping none any more",
        ))
}

/// The role is the dungeon's, and members may give it to themselves.
pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
    let typed = command.text("dungeon")?;
    let dungeon = resolve(&typed);
    let dungeon = dungeon
        .ok_or_else(|| tell_member(views::no_draft(&DraftError::UnknownDungeon(typed.clone()))))?;
    let role = command.find_role("role");
    let before = queries::find_ping_role(ctx, dungeon.key)?;
    match role {
        Some(role) => {
            ctx.role_adopt(role_pings::name(role), role, ())?;
            queries::put_ping_role(ctx, dungeon.key, role, ctx.now())?;
        }
        None => queries::delete_ping_role(ctx, dungeon.key)?,
    }
    let mapped = queries::list_ping_roles(ctx)?;
    if let Some(before) = before.filter(|before| !role_pings::is_used(&mapped, *before)) {
        ctx.role_forget(role_pings::name(before), ())?;
    }
    let meta = json!({ "before": before, "after": role });
    ctx.audit("role_ping.set", format!("dungeon:{}", dungeon.key), &meta)?;
    let is_shown = refresh_panel(ctx, &mapped)?;
    ctx.reply_private(views::ping_role_set(dungeon, role, is_shown))
}

/// The buttons may be other ones now. Says whether all of them have a place.
fn refresh_panel(ctx: &mut Ctx, mapped: &[(String, RoleId)]) -> Result<bool, Failure> {
    let needed = role_pings::pages(role_pings::dungeons(mapped).len());
    let Some((id, pages)) = queries::find_role_panel(ctx)? else {
        return Ok(needed == 0);
    };
    ctx.refresh(format!("role-pings/{id}/*"))?;
    Ok(needed <= pages)
}
