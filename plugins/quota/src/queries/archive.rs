//! Ended periods and what they came to.

use muster_sdk::ids::{RoleId, UserId};
use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Failure, broken};

use super::standings::Line;
use crate::period::Ended;
use crate::points::Points;

/// A period that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    /// When it was.
    pub period: Ended,
    /// What each holder owed.
    pub required: Points,
    /// Who earned what, best first.
    pub standings: Vec<Line>,
    /// How many members owed it, where that was known.
    pub holders: Option<i64>,
    /// How many of them earned enough.
    pub met: i64,
    /// Who reset it by hand.
    pub reset_by: Option<UserId>,
}

/// Keeps a period. It is kept once: whoever comes second changes nothing, and is told so.
pub fn put(ctx: &mut Ctx, role: RoleId, archived: &Archived) -> Result<bool, Failure> {
    let now = ctx.now();
    let lines = archived.standings.iter();
    let standings: Vec<_> = lines
        .map(|line| (line.user, line.total.hundredths(), line.runs))
        .collect();
    let standings = serde_json::to_string(&standings)
        .map_err(|error| broken(format!("standings as JSON: {error}")))?;
    let rows = ctx.execute(
        "insert into quota_period_archive
                (discord_role_id, start_at, end_at, required_points, standings, holders, met, reset_by,
                 created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (discord_role_id, start_at) do nothing",
        (
            role,
            archived.period.start,
            archived.period.end,
            archived.required,
            standings,
            archived.holders,
            archived.met,
            archived.reset_by,
            now,
        ),
    )?;
    Ok(rows > 0)
}

/// Whether a period of the role that holds this moment is over and kept.
pub fn holds(ctx: &mut Ctx, role: RoleId, at: Timestamp) -> Result<bool, Failure> {
    let found: i64 = ctx.query_value(
        "select count(*)
           from quota_period_archive
          where discord_role_id = $1 and start_at <= $2 and end_at > $2",
        (role, at),
    )?;
    Ok(found > 0)
}

/// When the role's latest periods ended, the last one first.
pub fn list_ends(ctx: &mut Ctx, role: RoleId, most: i64) -> Result<Vec<Ended>, Failure> {
    let found: Vec<(Timestamp, Timestamp)> = ctx.query_all(
        "select start_at, end_at
           from quota_period_archive
          where discord_role_id = $1
          order by end_at desc
          limit $2",
        (role, most),
    )?;
    Ok(found
        .into_iter()
        .map(|(start, end)| Ended { start, end })
        .collect())
}

type Kept = (
    Timestamp,
    Timestamp,
    Points,
    String,
    Option<i64>,
    i64,
    Option<UserId>,
);

/// The `nth` latest period of the role, counted from 1.
pub fn find(ctx: &mut Ctx, role: RoleId, nth: i64) -> Result<Option<Archived>, Failure> {
    let found: Option<Kept> = ctx.query_one(
        "select start_at, end_at, required_points, standings, holders, met, reset_by
           from quota_period_archive
          where discord_role_id = $1
          order by end_at desc
          limit 1 offset $2",
        (role, nth - 1),
    )?;
    found.map(read).transpose()
}

fn read(
    (start, end, required, standings, holders, met, reset_by): Kept,
) -> Result<Archived, Failure> {
    let lines: Vec<(UserId, i64, i64)> = serde_json::from_str(&standings)
        .map_err(|error| broken(format!("archived standings: {error}")))?;
    let line = |(user, hundredths, runs)| Line {
        user,
        total: Points::from_hundredths(hundredths),
        runs,
    };
    Ok(Archived {
        period: Ended { start, end },
        required,
        standings: lines.into_iter().map(line).collect(),
        holders,
        met,
        reset_by,
    })
}

/// How many periods of the role are kept.
pub fn count(ctx: &mut Ctx, role: RoleId) -> Result<i64, Failure> {
    Ok(ctx.query_value(
        "select count(*) from quota_period_archive where discord_role_id = $1",
        (role,),
    )?)
}
