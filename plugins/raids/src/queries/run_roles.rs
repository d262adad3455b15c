//! Roles of runs.

use muster_sdk::ids::RoleId;
use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Failure, Handled};

use super::runs::run_columns;
use crate::run::{Run, RunId};

/// For so long a role is tried to be deleted. Whoever wants it away later does it by hand.
const TRIED_FOR_MS: i64 = 24 * 60 * 60 * 1000;

/// At most so many a sweep: each is a request to Discord.
const MOST: u32 = 50;

/// The role that was made for a run.
pub fn put_role(ctx: &mut Ctx, id: RunId, role: RoleId) -> Handled {
    ctx.execute(
        "update run
            set role_id = $2
          where id = $1 and has_role",
        (id, role),
    )?;
    Ok(())
}

/// A role is gone.
pub fn forget_role(ctx: &mut Ctx, role: RoleId) -> Handled {
    ctx.execute(
        "update run
            set has_role = false, role_id = null
          where has_role and role_id = $1",
        (role,),
    )?;
    Ok(())
}

/// Runs that are over and still have their role.
pub fn list_orphaned_roles(ctx: &mut Ctx, now: Timestamp) -> Result<Vec<Run>, Failure> {
    Ok(ctx.query_all(
        concat!(
            "select ",
            run_columns!(),
            " from run
             where run.has_role and run.status in ('ended', 'cancelled') and run.ended_at > $1
             order by run.ended_at
             limit $2"
        ),
        (tried_since(now), MOST),
    )?)
}

/// Whether there is any role to look after.
pub fn has_roles(ctx: &mut Ctx, now: Timestamp) -> Result<bool, Failure> {
    let runs: u32 = ctx.query_value(
        "select count(*)
           from run
          where has_role and (status in ('open', 'live') or ended_at > $1)",
        (tried_since(now),),
    )?;
    Ok(runs > 0)
}

fn tried_since(now: Timestamp) -> Timestamp {
    Timestamp::from_millis(now.millis() - TRIED_FOR_MS)
}
