//! Who takes part in a run: one row for each member, so a press costs the same at 2 raiders and at 200.

use muster_sdk::ids::UserId;
use muster_sdk::imports::{SqlError, Statement};
use muster_sdk::sql::{FromRow, Row};
use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Failure, Handled};

use super::runs::{gone, run_columns};
use super::words;
use crate::run::{Run, RunId, Seat, State, Tally};

/// A run and a member's row in it.
pub struct RunAndSeat {
    /// The run.
    pub run: Run,
    /// The member's row, if there is one.
    pub seat: Option<Seat>,
    /// How many take part.
    pub joined: u32,
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

words!(State);
