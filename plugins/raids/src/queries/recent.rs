//! What the guild ran last.

use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Failure, Handled};

/// How many dungeons autocomplete remembers.
const RECENT_DUNGEONS: i64 = 10;

/// Keys of the dungeons that the guild used last, the latest first.
pub fn list_recent_dungeons(ctx: &mut Ctx) -> Result<Vec<String>, Failure> {
    let keys: Vec<(String,)> = ctx.query_all(
        "select dungeon_key
           from recent_dungeon
          order by used_at desc, dungeon_key
          limit $1",
        (RECENT_DUNGEONS,),
    )?;
    Ok(keys.into_iter().map(|(key,)| key).collect())
}

/// A dungeon that was just used.
pub fn put_recent_dungeon(ctx: &mut Ctx, key: &str, now: Timestamp) -> Handled {
    ctx.execute(
        "insert into recent_dungeon (dungeon_key, used_at)
         values ($1, $2)
         on conflict (dungeon_key) do update set used_at = excluded.used_at",
        (key, now),
    )?;
    Ok(())
}
