//! What an organizer does while a run is on. Each change asks again that the run is not over, and says
//! whether it was.

use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Failure, Handled};

use super::runs::run_columns;
use crate::run::{Run, RunId, Stage, StageChange};

/// Whether joining is locked.
pub fn put_lock(ctx: &mut Ctx, id: RunId, locked: bool) -> Result<bool, Failure> {
    let rows = ctx.execute(
        "update run
            set join_locked = $2
          where id = $1 and status in ('open', 'live')",
        (id, locked),
    )?;
    Ok(rows == 1)
}

/// How many keys are planned.
pub fn put_chain(ctx: &mut Ctx, id: RunId, amount: u32) -> Result<bool, Failure> {
    let rows = ctx.execute(
        "update run
            set chain_amount = $2
          where id = $1 and status in ('open', 'live')",
        (id, amount),
    )?;
    Ok(rows == 1)
}

/// How far the realm is, while it is open.
pub fn put_score(ctx: &mut Ctx, id: RunId, percent: u32) -> Result<bool, Failure> {
    let rows = ctx.execute(
        "update run
            set realm_score = $2
          where id = $1 and status = 'live' and o3_stage is null",
        (id, percent),
    )?;
    Ok(rows == 1)
}

/// The next stage of Oryx 3, if it is still the one before.
pub fn put_stage(ctx: &mut Ctx, id: RunId, change: &StageChange) -> Result<bool, Failure> {
    let rows = ctx.execute(
        "update run
            set o3_stage = $3, miniboss = coalesce($4, miniboss)
          where id = $1 and status = 'live' and coalesce(o3_stage, '') = $2",
        (
            id,
            change.from.map_or("", Stage::as_str),
            change.to.as_str(),
            change.miniboss,
        ),
    )?;
    Ok(rows == 1)
}

/// The picture that shows that the organizer holds the portal.
pub fn put_screenshot(ctx: &mut Ctx, id: RunId, url: &str) -> Handled {
    ctx.execute(
        "update run
            set screenshot_url = $2
          where id = $1",
        (id, url),
    )?;
    Ok(())
}

/// When a run's people were pinged, and in how many messages.
pub fn put_ping(ctx: &mut Ctx, id: RunId, messages: u32, now: Timestamp) -> Handled {
    ctx.execute(
        "update run
            set pinged_at = $3, ping_messages = $2
          where id = $1",
        (id, messages, now),
    )?;
    Ok(())
}

/// That the organizer is told that all needed classes are there. Says whether they were not before.
pub fn put_needs_told(ctx: &mut Ctx, id: RunId) -> Result<bool, Failure> {
    let rows = ctx.execute(
        "update run
            set needs_told = true
          where id = $1 and not needs_told",
        (id,),
    )?;
    Ok(rows == 1)
}

/// All runs that are not over, the oldest first.
pub fn list_all_active(ctx: &mut Ctx) -> Result<Vec<Run>, Failure> {
    Ok(ctx.query_all(
        concat!(
            "select ",
            run_columns!(),
            " from run
             where run.status in ('open', 'live') and run.deleted_at is null
             order by run.created_at
             limit 200"
        ),
        (),
    )?)
}
