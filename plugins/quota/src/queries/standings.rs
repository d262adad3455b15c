//! What holders of a role earned for its quota in a period: summed, sorted and limited by the database.

use muster_sdk::ids::{RoleId, UserId};
use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Failure};

use crate::points::Points;

/// What somebody earned in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Who.
    pub user: UserId,
    /// Their quota points.
    pub total: Points,
    /// The runs they organized.
    pub runs: i64,
}

muster_sdk::from_row!(Line { user, total, runs });

/// More staff than any guild has.
pub const MOST_LINES: i64 = 1000;

/// Who earned something for a role's quota in `[start, end)`, best first: points, then runs, then the older
/// account.
pub fn list(
    ctx: &mut Ctx,
    role: RoleId,
    start: Timestamp,
    end: Option<Timestamp>,
) -> Result<Vec<Line>, Failure> {
    let end = end.unwrap_or(Timestamp::from_millis(i64::MAX));
    Ok(ctx.query_all(
        "select actor_user_id as user,
                sum(quota_points) as total,
                sum(case when action = 'run_completed' then amount else 0 end) as runs
           from quota_event
          where quota_role_id = $1 and created_at >= $2 and created_at < $3
          group by actor_user_id
         having sum(quota_points) > 0
          order by sum(quota_points) desc,
                   sum(case when action = 'run_completed' then amount else 0 end) desc,
                   actor_user_id
          limit $4",
        (role, start, end, MOST_LINES),
    )?)
}
