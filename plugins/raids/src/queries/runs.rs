//! Runs themselves: found, posted, changed.

use muster_sdk::ids::{ChannelId, UserId};
use muster_sdk::imports::{SqlError, Value};
use muster_sdk::sql::{FromRow, FromValue, IntoValue, Row};
use muster_sdk::{Ctx, Failure, Handled, tell_member};

use super::words;
use crate::run::{Detail, DetailChange, EndReason, Posted, Run, RunId, Stage, Status, Transition};
use crate::views;

/// What a [`Run`] is read from.
macro_rules! run_columns {
    () => {
        "run.id, run.organizer_id, run.organizer_name, run.dungeon_key, run.dungeon_label,
         run.status, run.description, run.party, run.location, run.channel_id,
         run.post_message_id, run.logged, run.auto_end_minutes, run.key_window_ends_at,
         run.key_popped_at, run.key_pop_count, run.chain_amount, run.join_locked,
         run.screenshot_url, run.created_at, run.started_at, run.started_by, run.ended_at,
         run.ended_by, run.end_reason, run.headcount_id, run.o3_stage, run.miniboss,
         run.realm_score, run.pinged_at, run.ping_messages, run.needs_told, run.keys_waived,
         run.has_role, run.role_id"
    };
}

pub(super) use run_columns;

/// The run of that number.
pub fn find_run(ctx: &mut Ctx, id: RunId) -> Result<Option<Run>, Failure> {
    Ok(ctx.query_one(
        concat!(
            "select ",
            run_columns!(),
            " from run
             where run.id = $1 and run.deleted_at is null"
        ),
        (id,),
    )?)
}

/// The run of that number; the member is told if it is gone.
pub fn load_run(ctx: &mut Ctx, id: RunId) -> Result<Run, Failure> {
    find_run(ctx, id)?.ok_or_else(gone)
}

/// The runs of an organizer that are not over, the latest first.
pub fn list_active_runs(ctx: &mut Ctx, organizer: UserId) -> Result<Vec<Run>, Failure> {
    Ok(ctx.query_all(
        concat!(
            "select ",
            run_columns!(),
            " from run
             where run.organizer_id = $1 and run.status in ('open', 'live')
               and run.deleted_at is null
             order by run.created_at desc
             limit 20"
        ),
        (organizer,),
    )?)
}

/// A run that was just posted.
pub fn insert_run(ctx: &mut Ctx, run: &Run) -> Handled {
    ctx.execute(
        "insert into run
                (id, organizer_id, organizer_name, dungeon_key, dungeon_label, description, party,
                 location, logged, has_role, auto_end_minutes, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        (
            run.id,
            run.organizer,
            &run.organizer_name,
            &run.dungeon_key,
            &run.dungeon_label,
            run.note.as_deref(),
            run.party.as_deref(),
            run.location.as_deref(),
            run.logged,
            run.has_role,
            run.auto_end_minutes,
            run.created_at,
        ),
    )?;
    Ok(())
}

/// Where a run is shown and logged.
pub fn put_places(ctx: &mut Ctx, run: &Run, thread: Option<ChannelId>) -> Handled {
    ctx.execute(
        "update run
            set channel_id = $2, post_message_id = $3, logged = $4, log_thread_id = $5
          where id = $1",
        (
            run.id,
            run.posted.map(|posted| posted.channel),
            run.posted.map(|posted| posted.message),
            run.logged,
            thread,
        ),
    )?;
    Ok(())
}

/// Changes the status, if it is still what the change starts from. Says whether it did.
pub fn put_transition(ctx: &mut Ctx, id: RunId, change: &Transition) -> Result<bool, Failure> {
    let from = change.from.as_str();
    let rows = if change.to == Status::Live {
        ctx.execute(
            "update run
                set status = 'live', started_at = coalesce(started_at, $3),
                    started_by = coalesce(started_by, $4)
              where id = $1 and status = $2",
            (id, from, change.at, change.by),
        )?
    } else {
        ctx.execute(
            "update run
                set status = $3, ended_at = $4, ended_by = $5, end_reason = $6
              where id = $1 and status = $2",
            (
                id,
                from,
                change.to.as_str(),
                change.at,
                change.by,
                change.reason.map(EndReason::as_str),
            ),
        )?
    };
    Ok(rows == 1)
}

/// One of the organizer's texts, while the run is not over. Says whether it was written.
pub fn put_detail(ctx: &mut Ctx, id: RunId, change: &DetailChange) -> Result<bool, Failure> {
    let update = match change.detail {
        Detail::Party => {
            "update run
                set party = $2
              where id = $1 and status in ('open', 'live')"
        }
        Detail::Location => {
            "update run
                set location = $2
              where id = $1 and status in ('open', 'live')"
        }
        Detail::Note => {
            "update run
                set description = $2
              where id = $1 and status in ('open', 'live')"
        }
    };
    let rows = ctx.execute(update, (id, change.after.as_deref()))?;
    Ok(rows == 1)
}

/// What is told of a run that is not there.
pub(super) fn gone() -> Failure {
    tell_member(views::run_gone())
}

impl FromRow for Run {
    fn from_row(row: &mut Row<'_>) -> Result<Self, SqlError> {
        let channel: Option<ChannelId> = row.get("channel_id")?;
        let message = row.get("post_message_id")?;
        let posted = channel.zip(message);
        Ok(Self {
            id: row.get("id")?,
            organizer: row.get("organizer_id")?,
            organizer_name: row.get("organizer_name")?,
            dungeon_key: row.get("dungeon_key")?,
            dungeon_label: row.get("dungeon_label")?,
            status: row.get("status")?,
            party: row.get("party")?,
            location: row.get("location")?,
            note: row.get("description")?,
            created_at: row.get("created_at")?,
            auto_end_minutes: row.get("auto_end_minutes")?,
            started_at: row.get("started_at")?,
            started_by: row.get("started_by")?,
            ended_at: row.get("ended_at")?,
            ended_by: row.get("ended_by")?,
            end_reason: row.get("end_reason")?,
            key_window_ends_at: row.get("key_window_ends_at")?,
            key_popped_at: row.get("key_popped_at")?,
            key_pop_count: row.get("key_pop_count")?,
            chain_amount: row.get("chain_amount")?,
            join_locked: row.get("join_locked")?,
            screenshot_url: row.get("screenshot_url")?,
            stage: row.get("o3_stage")?,
            miniboss: row.get("miniboss")?,
            realm_score: row.get("realm_score")?,
            pinged_at: row.get("pinged_at")?,
            ping_messages: row.get("ping_messages")?,
            needs_told: row.get("needs_told")?,
            keys_waived: row.get("keys_waived")?,
            has_role: row.get("has_role")?,
            role: row.get("role_id")?,
            posted: posted.map(|(channel, message)| Posted { channel, message }),
            logged: row.get("logged")?,
            headcount: row.get("headcount_id")?,
        })
    }
}

impl From<i64> for RunId {
    fn from(number: i64) -> Self {
        Self(number)
    }
}

impl IntoValue for RunId {
    fn into_value(self) -> Value {
        Value::Integer(self.0)
    }
}

impl FromValue for RunId {
    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value).map(Self)
    }
}

words!(Status, EndReason, Stage);
