//! All SQL of this plugin, as if its guild were alone.
//!
//! A member's seat in a run is one row, so a press costs the same at 2 raiders and at 200.

use muster_sdk::ids::{ChannelId, UserId};
use muster_sdk::imports::{SqlError, Statement, Value};
use muster_sdk::sql::{FromRow, FromValue, IntoValue, Row};
use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Failure, Handled, tell_member};

use crate::run::{
    Detail, DetailChange, EndReason, KeyPop, KeyToggle, Posted, Run, RunId, Seat, State, Status,
    Tally, Transition,
};
use crate::views;

/// How many dungeons autocomplete remembers.
const RECENT_DUNGEONS: i64 = 10;

/// What a [`Run`] is read from.
macro_rules! run_columns {
    () => {
        "run.id, run.organizer_id, run.organizer_name, run.dungeon_key, run.dungeon_label,
         run.status, run.description, run.party, run.location, run.channel_id,
         run.post_message_id, run.logged, run.auto_end_minutes, run.key_window_ends_at,
         run.key_popped_at, run.key_pop_count, run.chain_amount, run.join_locked,
         run.screenshot_url, run.created_at, run.started_at, run.started_by, run.ended_at,
         run.ended_by, run.end_reason"
    };
}

/// A run and a member's row in it.
pub struct RunAndSeat {
    /// The run.
    pub run: Run,
    /// The member's row, if there is one.
    pub seat: Option<Seat>,
    /// How many take part.
    pub joined: u32,
}

/// A run and a member's offer of a key for it.
pub struct RunAndOffer {
    /// The run.
    pub run: Run,
    /// Whether the member offers the key.
    pub is_offered: bool,
    /// How many offer it.
    pub offers: u32,
}

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

/// The run with the member's seat in it.
pub fn load_seat(ctx: &mut Ctx, id: RunId, user: UserId) -> Result<RunAndSeat, Failure> {
    let found = ctx.query_one(
        concat!(
            "select ",
            run_columns!(),
            ",      seat.state as seat_state,
                    seat.class as seat_class,
                    (select count(*)
                       from reaction as other
                      where other.run_id = run.id and other.state = 'join') as joined
               from run
               left join reaction as seat on seat.run_id = run.id and seat.user_id = $2
              where run.id = $1 and run.deleted_at is null"
        ),
        (id, user),
    )?;
    found.ok_or_else(gone)
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

/// Whether anybody but the organizer ever pressed a button of the run.
pub fn has_raiders(ctx: &mut Ctx, id: RunId, organizer: UserId) -> Result<bool, Failure> {
    let others: u32 = ctx.query_value(
        "select count(*)
           from reaction
          where run_id = $1 and user_id <> $2",
        (id, organizer),
    )?;
    Ok(others > 0)
}

/// The roster in numbers.
pub fn count_roster(ctx: &mut Ctx, id: RunId) -> Result<Tally, Failure> {
    let mut counted = ctx.batch(&[
        Statement::new(
            "select state, class, count(*) as people
               from reaction
              where run_id = $1 and state <> 'leave'
              group by state, class",
            (id,),
        ),
        Statement::new(
            "select key_type, count(*) as people
               from key_reaction
              where run_id = $1
              group by key_type
              order by key_type",
            (id,),
        ),
    ])?;
    let keys = counted.pop().unwrap_or_default();
    let seats = counted.pop().unwrap_or_default();
    let mut tally = Tally {
        keys: keys.read()?,
        ..Tally::default()
    };
    for (state, class, people) in seats.read::<(State, Option<String>, u32)>()? {
        match state {
            State::Join => {
                tally.joined += people;
                tally.classes.extend(class.map(|class| (class, people)));
            }
            State::Bench => tally.benched += people,
            State::Leave => {}
        }
    }
    Ok(tally)
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

/// Everybody who takes part.
pub fn list_joined(ctx: &mut Ctx, id: RunId) -> Result<Vec<UserId>, Failure> {
    let users: Vec<(UserId,)> = ctx.query_all(
        "select user_id
           from reaction
          where run_id = $1 and state = 'join'
          order by user_id",
        (id,),
    )?;
    Ok(users.into_iter().map(|(user,)| user).collect())
}

/// Keys of the dungeons that the guild used last, the latest first.
pub fn list_recent_dungeons(ctx: &mut Ctx) -> Result<Vec<String>, Failure> {
    let keys: Vec<(String,)> = ctx.query_all(
        "select dungeon_key
           from recent_dungeon
          order by used_at desc, dungeon_key
          limit $1",
        (RECENT_DUNGEONS,),
    )?;
    Ok(keys.into_iter().map(|(key,)| key).collect())
}

/// A run that was just posted.
pub fn insert_run(ctx: &mut Ctx, run: &Run) -> Handled {
    ctx.execute(
        "insert into run
                (id, organizer_id, organizer_name, dungeon_key, dungeon_label, description, party,
                 location, logged, auto_end_minutes, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
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
            run.auto_end_minutes,
            run.created_at,
        ),
    )?;
    Ok(())
}

/// A dungeon that was just used.
pub fn put_recent_dungeon(ctx: &mut Ctx, key: &str, now: Timestamp) -> Handled {
    ctx.execute(
        "insert into recent_dungeon (dungeon_key, used_at)
         values ($1, $2)
         on conflict (dungeon_key) do update set used_at = excluded.used_at",
        (key, now),
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

/// A member's seat.
pub fn put_seat(ctx: &mut Ctx, id: RunId, user: UserId, seat: &Seat, now: Timestamp) -> Handled {
    ctx.execute(
        "insert into reaction (run_id, user_id, state, class, updated_at)
         values ($1, $2, $3, $4, $5)
         on conflict (run_id, user_id) do update
            set state = excluded.state, class = excluded.class, updated_at = excluded.updated_at",
        (id, user, seat.state.as_str(), seat.class.as_deref(), now),
    )?;
    Ok(())
}

/// A member's key, offered or taken back.
pub fn put_offer(
    ctx: &mut Ctx,
    id: RunId,
    user: UserId,
    toggle: &KeyToggle,
    now: Timestamp,
) -> Handled {
    let key = toggle.key.key;
    if toggle.offered {
        ctx.execute(
            "insert into key_reaction (run_id, user_id, key_type, created_at)
             values ($1, $2, $3, $4)
             on conflict (run_id, user_id, key_type) do nothing",
            (id, user, key, now),
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

fn gone() -> Failure {
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
            posted: posted.map(|(channel, message)| Posted { channel, message }),
            logged: row.get("logged")?,
        })
    }
}

impl FromRow for RunAndSeat {
    fn from_row(row: &mut Row<'_>) -> Result<Self, SqlError> {
        let state: Option<State> = row.get("seat_state")?;
        let class = row.get("seat_class")?;
        Ok(Self {
            run: Run::from_row(row)?,
            seat: state.map(|state| Seat { state, class }),
            joined: row.get("joined")?,
        })
    }
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

/// A word of the database is read by the `parse` of its type.
macro_rules! words {
    ($($type:ty),*) => {$(
        impl FromValue for $type {
            fn from_value(value: Value) -> Option<Self> {
                Self::parse(&String::from_value(value)?)
            }
        }
    )*};
}

words!(Status, EndReason, State);
