//! The ledger, and the sums that are kept beside it.

use std::collections::BTreeMap;

use muster_sdk::ids::{RoleId, UserId};
use muster_sdk::imports::Value;
use muster_sdk::sql::IntoValue;
use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Failure};

use crate::entry::{Action, Entry};
use crate::points::Points;
use crate::queries::many::insert_many;

const EVENT_COLUMNS: usize = 13;

/// Books entries, each subject once, and adds them to the sums. Says which were booked: what counted before
/// is left out.
pub fn book(ctx: &mut Ctx, entries: &[Entry]) -> Result<Vec<bool>, Failure> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    // Calls of one guild come one after another, so the next number is nobody else's.
    let first: i64 = ctx.query_value("select coalesce(max(id), 0) + 1 from quota_event", ())?;
    let statements = insert_many(
        "insert into quota_event
                (id, actor_user_id, action, subject_id, period_start_at, dungeon_key, amount, points,
                 quota_points, quota_role_id, logged_by, reason, created_at)",
        (first..).zip(entries).map(|(id, entry)| event(id, entry)),
        "on conflict (subject_id, period_start_at) do nothing returning id",
    );
    let mut booked = vec![false; entries.len()];
    for inserted in ctx.batch(&statements)? {
        for (id,) in inserted.read::<(i64,)>()? {
            if let Some(entry) = usize::try_from(id - first)
                .ok()
                .and_then(|at| booked.get_mut(at))
            {
                *entry = true;
            }
        }
    }
    let counted = entries.iter().zip(&booked).filter(|(_, booked)| **booked);
    add_up(ctx, counted.map(|(entry, _)| entry))?;
    Ok(booked)
}

fn event(id: i64, entry: &Entry) -> [Value; EVENT_COLUMNS] {
    [
        id.into_value(),
        entry.user.into_value(),
        entry.action.as_str().into_value(),
        entry.subject.clone().into_value(),
        entry.once_in.map_or(0, Timestamp::millis).into_value(),
        entry.dungeon.clone().into_value(),
        entry.amount.into_value(),
        entry.points.into_value(),
        entry.quota_points.into_value(),
        entry.role.into_value(),
        entry.by.into_value(),
        entry.reason.clone().into_value(),
        entry.at.into_value(),
    ]
}

/// What is summed: whose, for what, in which dungeon.
type Key<'a> = (UserId, &'static str, &'a str);

/// Adds what was booked to the sums.
fn add_up<'a>(ctx: &mut Ctx, booked: impl Iterator<Item = &'a Entry>) -> Result<(), Failure> {
    let mut sums: BTreeMap<Key<'a>, Change> = BTreeMap::new();
    for entry in booked {
        let dungeon = entry.dungeon.as_deref().unwrap_or_default();
        let sum = sums
            .entry((entry.user, entry.action.as_str(), dungeon))
            .or_default();
        sum.amount += entry.amount;
        sum.points += entry.points;
        sum.quota_points += entry.quota_points;
    }
    change_sums(ctx, sums.into_iter())
}

/// By how much a sum changes.
#[derive(Clone, Copy, Default)]
struct Change {
    amount: i64,
    points: Points,
    quota_points: Points,
}

fn change_sums<'a>(
    ctx: &mut Ctx,
    changes: impl Iterator<Item = (Key<'a>, Change)>,
) -> Result<(), Failure> {
    let statements = insert_many(
        "insert into tally (user_id, action, dungeon_key, amount, points, quota_points)",
        changes.map(|((user, action, dungeon), change)| {
            [
                user.into_value(),
                action.into_value(),
                dungeon.into_value(),
                change.amount.into_value(),
                change.points.into_value(),
                change.quota_points.into_value(),
            ]
        }),
        "on conflict (user_id, action, dungeon_key) do update
            set amount = tally.amount + excluded.amount,
                points = tally.points + excluded.points,
                quota_points = tally.quota_points + excluded.quota_points",
    );
    if !statements.is_empty() {
        ctx.batch(&statements)?;
    }
    Ok(())
}

/// Whether somebody was credited for this subject since then.
pub fn was_booked_since(ctx: &mut Ctx, subject: &str, since: Timestamp) -> Result<bool, Failure> {
    let found: i64 = ctx.query_value(
        "select count(*)
           from quota_event
          where subject_id = $1 and created_at >= $2",
        (subject, since),
    )?;
    Ok(found > 0)
}

/// The dungeon of the latest run that somebody organized.
pub fn find_latest_dungeon(ctx: &mut Ctx, organizer: UserId) -> Result<Option<String>, Failure> {
    let found: Option<(String,)> = ctx.query_one(
        "select dungeon_key
           from quota_event
          where actor_user_id = $1 and action = 'run_completed' and dungeon_key is not null
          order by created_at desc, id desc
          limit 1",
        (organizer,),
    )?;
    Ok(found.map(|(dungeon,)| dungeon))
}

/// One line of somebody's sums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// What for, as [`Action::as_str`] says it.
    pub action: String,
    /// The dungeon; empty for what is about none.
    pub dungeon_key: String,
    /// How many.
    pub amount: i64,
    /// Raider points.
    pub points: Points,
    /// Quota points.
    pub quota_points: Points,
}

muster_sdk::from_row!(Sum {
    action,
    dungeon_key,
    amount,
    points,
    quota_points
});

/// Everything that somebody has, summed up.
pub fn list_sums(ctx: &mut Ctx, user: UserId) -> Result<Vec<Sum>, Failure> {
    Ok(ctx.query_all(
        "select action, dungeon_key, amount, points, quota_points
           from tally
          where user_id = $1
          order by dungeon_key, action",
        (user,),
    )?)
}

/// What somebody has in all: raider points and quota points.
pub fn load_totals(ctx: &mut Ctx, user: UserId) -> Result<(Points, Points), Failure> {
    let found: Option<(Points, Points)> = ctx.query_one(
        "select coalesce(sum(points), 0) as points, coalesce(sum(quota_points), 0) as quota_points
           from tally
          where user_id = $1",
        (user,),
    )?;
    Ok(found.unwrap_or_default())
}

/// A run in the present period, as it was booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookedRun {
    /// The entry.
    pub id: i64,
    /// Who organized it.
    pub actor_user_id: UserId,
    /// Its dungeon.
    pub dungeon_key: Option<String>,
    /// How many runs.
    pub amount: i64,
    /// What they were worth together.
    pub quota_points: Points,
}

muster_sdk::from_row!(BookedRun {
    id,
    actor_user_id,
    dungeon_key,
    amount,
    quota_points
});

/// The most runs that a recalculation looks at.
pub const MOST_RUNS: usize = 5000;

/// The runs that were credited to a role since then.
pub fn list_runs_of_role(
    ctx: &mut Ctx,
    role: RoleId,
    since: Timestamp,
) -> Result<Vec<BookedRun>, Failure> {
    let most = i64::try_from(MOST_RUNS).unwrap_or(i64::MAX);
    Ok(ctx.query_all(
        "select id, actor_user_id, dungeon_key, amount, quota_points
           from quota_event
          where quota_role_id = $1 and created_at >= $2 and action = 'run_completed'
          order by id
          limit $3",
        (role, since, most),
    )?)
}

/// A dungeon's runs of a role are worth something else from now on, each `each` times its amount: sets what
/// was booked since then, one statement for all of them.
pub fn reprice(
    ctx: &mut Ctx,
    role: RoleId,
    since: Timestamp,
    dungeon: &str,
    each: Points,
) -> Result<(), Failure> {
    ctx.execute(
        "update quota_event
            set quota_points = amount * $4
          where quota_role_id = $1 and created_at >= $2 and action = 'run_completed'
            and coalesce(dungeon_key, '') = $3",
        (role, since, dungeon, each),
    )?;
    Ok(())
}

/// Adds differences to the quota points of organizers' sums.
pub fn shift_sums(ctx: &mut Ctx, by: &[(UserId, String, Points)]) -> Result<(), Failure> {
    let action = Action::RunCompleted.as_str();
    let changes = by.iter().map(|(user, dungeon, points)| {
        let change = Change {
            quota_points: *points,
            ..Change::default()
        };
        ((*user, action, dungeon.as_str()), change)
    });
    change_sums(ctx, changes)
}
