//! A button for the role of a dungeon's runs.

use std::time::Duration;

use muster_sdk::{ComponentSpec, Ctx, Handled, Press, RoleRef, tell_member};

use crate::{queries, role_pings, views};

/// How long the answer waits for Discord to give the role.
const GIVEN_WITHIN: Duration = Duration::from_secs(10);

/// As often as any button.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_everyone()
}

/// The member gets the role, or loses it again. What became of it is told by [`crate::outcome`].
pub fn handle(ctx: &mut Ctx, press: Press<String>) -> Handled {
    let role = queries::find_ping_role(ctx, &press.data)?;
    let role = role.ok_or_else(|| tell_member(views::ping_role_gone()))?;
    let (named, holds) = (
        RoleRef::named(role_pings::name(role)),
        ctx.member_roles().contains(&role),
    );
    let tag = if holds { "ping-off" } else { "ping-on" };
    if holds {
        ctx.role_remove(press.member, named, tag)?;
    } else {
        ctx.role_add(press.member, named, tag)?;
    }
    ctx.reply_after(&[tag], GIVEN_WITHIN)
}
