//! How many keys members have popped.

use muster_sdk::ids::UserId;
use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Failure, Handled};

/// How many keys of this kind somebody has popped.
pub fn count(ctx: &mut Ctx, user: UserId, dungeon: &str, key_type: &str) -> Result<i64, Failure> {
    let found: Option<(i64,)> = ctx.query_one(
        "select count
           from key_pop
          where user_id = $1 and dungeon_key = $2 and key_type = $3",
        (user, dungeon, key_type),
    )?;
    Ok(found.map_or(0, |(count,)| count))
}

/// So many it is.
pub fn put(
    ctx: &mut Ctx,
    user: UserId,
    dungeon: &str,
    key_type: &str,
    count: i64,
    at: Timestamp,
) -> Handled {
    ctx.execute(
        "insert into key_pop (user_id, dungeon_key, key_type, count, last_popped_at)
         values ($1, $2, $3, $4, $5)
         on conflict (user_id, dungeon_key, key_type) do update
            set count = excluded.count, last_popped_at = excluded.last_popped_at",
        (user, dungeon, key_type, count, at),
    )?;
    Ok(())
}
