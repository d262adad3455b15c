//! Keys that are logged after the end of a run.

use muster_sdk::ids::UserId;
use muster_sdk::imports::SqlError;
use muster_sdk::sql::{FromRow, Row};
use muster_sdk::{Ctx, Failure, Handled};

use crate::panel_name::KeyPanel;
use crate::run::{KeyDraft, KeyEntry, KeyLog, Reactor, RunId};

/// Menus hold 25 people; more are found by name.
const REACTORS: u32 = 25;

/// What was logged, and who offered keys.
pub fn load_key_log(ctx: &mut Ctx, id: RunId) -> Result<KeyLog, Failure> {
    let entries: Vec<(UserId, String, u32)> = ctx.query_all(
        "select user_id, key_type, amount
           from key_log
          where run_id = $1
          order by number",
        (id,),
    )?;
    let entries = entries
        .into_iter()
        .map(|(user, key, amount)| KeyEntry { user, key, amount });
    let offers: Vec<(UserId, Option<String>, String)> = ctx.query_all(
        "select user_id, user_name, key_type
           from key_reaction
          where run_id = $1
          order by created_at, user_id, key_type
          limit 500",
        (id,),
    )?;
    let mut reactors: Vec<Reactor> = Vec::new();
    for (user, name, key) in offers {
        match reactors.iter_mut().find(|reactor| reactor.user == user) {
            Some(reactor) => reactor.keys.push(key),
            None => reactors.push(Reactor {
                user,
                name,
                keys: vec![key],
            }),
        }
    }
    reactors.truncate(REACTORS as usize);
    Ok(KeyLog {
        entries: entries.collect(),
        reactors,
    })
}

/// What was picked on a panel so far.
pub fn load_key_draft(ctx: &mut Ctx, panel: KeyPanel) -> Result<KeyDraft, Failure> {
    let draft = ctx.query_one(
        "select user_id, user_name, key_type, is_closed
           from key_log_draft
          where run_id = $1 and viewer_id = $2",
        (panel.run, viewer(panel)),
    )?;
    Ok(draft.unwrap_or_default())
}

/// What is picked on a panel from now on.
pub fn put_key_draft(ctx: &mut Ctx, panel: KeyPanel, draft: &KeyDraft) -> Handled {
    ctx.execute(
        "insert into key_log_draft (run_id, viewer_id, user_id, user_name, key_type, is_closed)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (run_id, viewer_id) do update
            set user_id = excluded.user_id, user_name = excluded.user_name,
                key_type = excluded.key_type, is_closed = excluded.is_closed",
        (
            panel.run,
            viewer(panel),
            draft.user,
            draft.name.as_deref(),
            draft.key.as_deref(),
            draft.is_closed,
        ),
    )?;
    Ok(())
}

/// Keys that somebody is thanked for; `number` counts a run's entries from 1.
pub fn insert_key_entry(
    ctx: &mut Ctx,
    id: RunId,
    number: usize,
    entry: &KeyEntry,
    actor: UserId,
) -> Handled {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    let now = ctx.now();
    ctx.execute(
        "insert into key_log (run_id, number, user_id, key_type, amount, actor_id, logged_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        (id, number, entry.user, &entry.key, entry.amount, actor, now),
    )?;
    Ok(())
}

/// Keys that nobody is thanked for.
pub fn waive_keys(ctx: &mut Ctx, id: RunId, keys: u32) -> Handled {
    ctx.execute(
        "update run
            set keys_waived = keys_waived + $2
          where id = $1",
        (id, keys),
    )?;
    Ok(())
}

impl FromRow for KeyDraft {
    fn from_row(row: &mut Row<'_>) -> Result<Self, SqlError> {
        Ok(Self {
            user: row.get("user_id")?,
            name: row.get("user_name")?,
            key: row.get("key_type")?,
            is_closed: row.get("is_closed")?,
        })
    }
}

fn viewer(panel: KeyPanel) -> UserId {
    panel.viewer.unwrap_or(UserId(0))
}
