//! Names as last seen, to sort by.

use muster_sdk::ids::UserId;
use muster_sdk::text::{cut, plain};
use muster_sdk::{Ctx, Handled};

/// Longer than Discord's names.
const MOST_CHARACTERS: usize = 100;

/// Somebody was seen under this name.
pub fn put(ctx: &mut Ctx, user: UserId, name: &str) -> Handled {
    let name = cut(&plain(name), MOST_CHARACTERS);
    if name.is_empty() {
        return Ok(());
    }
    let now = ctx.now();
    ctx.execute(
        "insert into member_name (user_id, name, seen_at)
         values ($1, $2, $3)
         on conflict (user_id) do update
            set name = excluded.name, seen_at = excluded.seen_at",
        (user, name, now),
    )?;
    Ok(())
}
