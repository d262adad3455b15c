//! Who has which key, and the keys that were popped.

use muster_sdk::ids::UserId;
use muster_sdk::imports::SqlError;
use muster_sdk::sql::{FromRow, Row};
use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Failure, Handled};

use super::runs::{gone, run_columns};
use crate::run::{KeyPop, KeyToggle, Run, RunId};

/// A run and a member's offer of a key for it.
pub struct RunAndOffer {
    /// The run.
    pub run: Run,
    /// Whether the member offers the key.
    pub is_offered: bool,
    /// How many offer it.
    pub offers: u32,
}

/// The run with the member's offer of that key.
pub fn load_offer(
    ctx: &mut Ctx,
    id: RunId,
    user: UserId,
    key: &str,
) -> Result<RunAndOffer, Failure> {
    let found = ctx.query_one(
        concat!(
            "select ",
            run_columns!(),
            ",      offer.user_id as offered_by,
                    (select count(*)
                       from key_reaction as other
                      where other.run_id = run.id and other.key_type = $3) as offers
               from run
               left join key_reaction as offer
                 on offer.run_id = run.id and offer.user_id = $2 and offer.key_type = $3
              where run.id = $1 and run.deleted_at is null"
        ),
        (id, user, key),
    )?;
    found.ok_or_else(gone)
}

/// Who has which key, in the order of the offers.
pub fn list_key_holders(ctx: &mut Ctx, id: RunId) -> Result<Vec<(String, Vec<UserId>)>, Failure> {
    let offers: Vec<(String, UserId)> = ctx.query_all(
        "select key_type, user_id
           from key_reaction
          where run_id = $1
          order by created_at, user_id
          limit 2000",
        (id,),
    )?;
    let mut holders: Vec<(String, Vec<UserId>)> = Vec::new();
    for (key, user) in offers {
        match holders.iter_mut().find(|(known, _)| *known == key) {
            Some((_, users)) => users.push(user),
            None => holders.push((key, vec![user])),
        }
    }
    Ok(holders)
}

/// A member's key, offered or taken back. `name`: what they are called.
pub fn put_offer(
    ctx: &mut Ctx,
    id: RunId,
    (user, name): (UserId, &str),
    toggle: &KeyToggle,
    now: Timestamp,
) -> Handled {
    let key = toggle.key.key;
    if toggle.offered {
        ctx.execute(
            "insert into key_reaction (run_id, user_id, key_type, user_name, created_at)
             values ($1, $2, $3, $4, $5)
             on conflict (run_id, user_id, key_type) do nothing",
            (id, user, key, name, now),
        )?;
    } else {
        ctx.execute(
            "delete from key_reaction
              where run_id = $1 and user_id = $2 and key_type = $3",
            (id, user, key),
        )?;
    }
    Ok(())
}

/// Counts a key pop, if no other was counted meanwhile. Says whether it did.
pub fn put_pop(ctx: &mut Ctx, run: &Run, pop: &KeyPop) -> Result<bool, Failure> {
    let rows = ctx.execute(
        "update run
            set key_pop_count = $3, key_popped_at = $4, key_window_ends_at = $5
          where id = $1 and status = 'live' and key_pop_count = $2",
        (
            run.id,
            run.key_pop_count,
            pop.number,
            pop.at,
            pop.window_ends_at,
        ),
    )?;
    Ok(rows == 1)
}

/// Who is there for a key pop.
pub fn put_snapshot(ctx: &mut Ctx, id: RunId, pop: &KeyPop) -> Handled {
    ctx.execute(
        "insert into key_pop_snapshot (run_id, key_pop_number, user_id, class, snapshot_time)
         select run_id, cast($2 as bigint), user_id, class, cast($3 as bigint)
           from reaction
          where run_id = $1 and state = 'join'",
        (id, pop.number, pop.at),
    )?;
    Ok(())
}

/// Marks a key pop as completed, and gives who was there for it.
pub fn award_pop(
    ctx: &mut Ctx,
    id: RunId,
    number: u32,
    now: Timestamp,
) -> Result<Vec<UserId>, Failure> {
    let users: Vec<(UserId,)> = ctx.query_all(
        "update key_pop_snapshot
            set awarded_completion = true, awarded_at = $3
          where run_id = $1 and key_pop_number = $2 and not awarded_completion
      returning user_id",
        (id, number, now),
    )?;
    Ok(users.into_iter().map(|(user,)| user).collect())
}

impl FromRow for RunAndOffer {
    fn from_row(row: &mut Row<'_>) -> Result<Self, SqlError> {
        let offered_by: Option<UserId> = row.get("offered_by")?;
        Ok(Self {
            run: Run::from_row(row)?,
            is_offered: offered_by.is_some(),
            offers: row.get("offers")?,
        })
    }
}
