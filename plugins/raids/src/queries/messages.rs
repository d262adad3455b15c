//! Whom to write to.

use muster_sdk::ids::UserId;
use muster_sdk::{Ctx, Failure, Handled};

use crate::preferences::Preferences;
use crate::run::RunId;

/// As many as one call writes to; nobody reads a thousand messages that leave a minute later.
const MOST: u32 = 300;

/// What a member wants to be told.
pub fn find_preferences(ctx: &mut Ctx, user: UserId) -> Result<Preferences, Failure> {
    let found: Option<(bool, bool)> = ctx.query_one(
        "select run_dms, location_dms
           from preference
          where user_id = $1",
        (user,),
    )?;
    Ok(
        found.map_or_else(Preferences::default, |(run_dms, location_dms)| {
            Preferences {
                run_dms,
                location_dms,
            }
        }),
    )
}

/// What a member wants to be told from now on.
pub fn put_preferences(ctx: &mut Ctx, user: UserId, chosen: Preferences) -> Handled {
    ctx.execute(
        "insert into preference (user_id, run_dms, location_dms)
         values ($1, $2, $3)
         on conflict (user_id) do update
            set run_dms = excluded.run_dms, location_dms = excluded.location_dms",
        (user, chosen.run_dms, chosen.location_dms),
    )?;
    Ok(())
}

/// Who takes part and wants to know of start and end.
pub fn list_joined_with_dms(ctx: &mut Ctx, id: RunId) -> Result<Vec<UserId>, Failure> {
    let users: Vec<(UserId,)> = ctx.query_all(
        "select reaction.user_id
           from reaction
           join preference on preference.user_id = reaction.user_id
          where reaction.run_id = $1 and reaction.state = 'join' and preference.run_dms
          order by reaction.user_id
          limit $2",
        (id, MOST),
    )?;
    Ok(users.into_iter().map(|(user,)| user).collect())
}

/// Who offered a key and does not mind to be told where to go.
pub fn list_key_offerers_with_dms(ctx: &mut Ctx, id: RunId) -> Result<Vec<UserId>, Failure> {
    let users: Vec<(UserId,)> = ctx.query_all(
        "select distinct key_reaction.user_id
           from key_reaction
           left join preference on preference.user_id = key_reaction.user_id
          where key_reaction.run_id = $1 and coalesce(preference.location_dms, true)
          order by key_reaction.user_id
          limit $2",
        (id, MOST),
    )?;
    Ok(users.into_iter().map(|(user,)| user).collect())
}
