//! Which role a dungeon's runs ping, and the messages with the buttons for these roles.

use muster_sdk::ids::RoleId;
use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Failure, Handled};

/// The role that runs of a dungeon ping.
pub fn find_ping_role(ctx: &mut Ctx, dungeon: &str) -> Result<Option<RoleId>, Failure> {
    let role: Option<(RoleId,)> = ctx.query_one(
        "select discord_role_id
           from dungeon_role_ping
          where dungeon_key = $1",
        (dungeon,),
    )?;
    Ok(role.map(|(role,)| role))
}

/// Every dungeon that has a role, by key.
pub fn list_ping_roles(ctx: &mut Ctx) -> Result<Vec<(String, RoleId)>, Failure> {
    Ok(ctx.query_all(
        "select dungeon_key, discord_role_id
           from dungeon_role_ping
          order by dungeon_key
          limit 250",
        (),
    )?)
}

/// The role of a dungeon from now on.
pub fn put_ping_role(ctx: &mut Ctx, dungeon: &str, role: RoleId, now: Timestamp) -> Handled {
    ctx.execute(
        "insert into dungeon_role_ping (dungeon_key, discord_role_id, created_at, updated_at)
         values ($1, $2, $3, $3)
         on conflict (dungeon_key) do update
            set discord_role_id = excluded.discord_role_id, updated_at = excluded.updated_at",
        (dungeon, role, now),
    )?;
    Ok(())
}

/// The dungeon pings no role any more.
pub fn delete_ping_role(ctx: &mut Ctx, dungeon: &str) -> Handled {
    ctx.execute(
        "delete from dungeon_role_ping
          where dungeon_key = $1",
        (dungeon,),
    )?;
    Ok(())
}

/// The last sending of the buttons, and how many messages it took.
pub fn find_role_panel(ctx: &mut Ctx) -> Result<Option<(i64, u32)>, Failure> {
    Ok(ctx.query_one(
        "select id, pages
           from role_ping_panel
          order by id desc
          limit 1",
        (),
    )?)
}

/// A sending of the buttons, in place of the one before.
pub fn put_role_panel(ctx: &mut Ctx, id: i64, pages: u32) -> Handled {
    ctx.execute(
        "delete from role_ping_panel
          where id <> $1",
        (id,),
    )?;
    ctx.execute(
        "insert into role_ping_panel (id, pages)
         values ($1, $2)",
        (id, pages),
    )?;
    Ok(())
}
