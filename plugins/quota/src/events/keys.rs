//! Keys that were popped.

use muster_sdk::ids::UserId;
use muster_sdk::{Ctx, Event, Failure, Handled};
use serde::Deserialize;

use crate::booking;
use crate::entry::{Action, Entry, KeyChange, change_keys};
use crate::points::Points;
use crate::queries::keys;
use crate::queries::values::{self, Earning};

#[derive(Deserialize)]
struct Logged {
    user_id: UserId,
    dungeon_key: String,
    key_type: String,
    amount: i64,
    actor_id: Option<UserId>,
    subject: String,
}

/// Somebody wrote down that a member popped keys.
pub fn logged(ctx: &mut Ctx, event: Event) -> Handled {
    let body: Logged = event.body()?;
    let keys = Keys {
        user: body.user_id,
        dungeon: &body.dungeon_key,
        key_type: &body.key_type,
        amount: body.amount,
    };
    let (change, _) = decide(ctx, &keys)?;
    let mut entry = entry(
        &keys,
        &change,
        Entry::new(keys.user, Action::KeyPop, event.at),
    );
    entry.subject = Some(format!("key:{}", body.subject));
    entry.by = body.actor_id;
    if booking::book(ctx, &[entry])? {
        keys::put(
            ctx,
            keys.user,
            keys.dungeon,
            keys.key_type,
            change.total,
            event.at,
        )?;
    }
    Ok(())
}

/// Keys that somebody popped, or that are taken back.
#[derive(Clone, Copy, Debug)]
pub struct Keys<'a> {
    /// Who.
    pub user: UserId,
    /// Of which dungeon.
    pub dungeon: &'a str,
    /// Which key.
    pub key_type: &'a str,
    /// How many; negative takes back.
    pub amount: i64,
}

/// What becomes of a member's keys, and what each is worth.
pub fn decide(ctx: &mut Ctx, keys: &Keys<'_>) -> Result<(KeyChange, Points), Failure> {
    let each = values::load(ctx, Earning::Key, keys.dungeon)?;
    let before = keys::count(ctx, keys.user, keys.dungeon, keys.key_type)?;
    Ok((change_keys(before, keys.amount, each), each))
}

/// The change as a line of the ledger.
pub fn entry(keys: &Keys<'_>, change: &KeyChange, blank: Entry) -> Entry {
    Entry {
        dungeon: Some(keys.dungeon.to_owned()),
        amount: change.changed,
        points: change.points,
        ..blank
    }
}
