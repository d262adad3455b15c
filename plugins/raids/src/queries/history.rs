//! What was: the guild's runs, and who was in one of them.

use muster_sdk::imports::{SqlError, Statement};
use muster_sdk::sql::{FromRow, Row};
use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Failure, from_row};

use crate::history::{Filter, PEOPLE_PER_PAGE, PastRun, Person, RUNS_PER_PAGE, RunTitle, Totals};
use crate::run::{RunId, Status};

/// How many organizers and dungeons are named.
const TOP: u32 = 5;

/// How many runs autocomplete looks through.
const LOOKED_THROUGH: u32 = 200;

/// What a [`PastRun`] is read from.
macro_rules! past_run_columns {
    () => {
        "run.id, run.dungeon_label, run.organizer_id, run.status, run.created_at,
         run.started_at, run.ended_at,
         (select count(*)
            from reaction as raider
           where raider.run_id = run.id and raider.state = 'join') as raiders"
    };
}

/// The condition of a [`Filter`]: `$1` since when, `$2` member, `$3` dungeon.
macro_rules! in_filter {
    () => {
        "run.deleted_at is null and run.created_at >= $1
         and (cast($2 as bigint) is null or run.organizer_id = cast($2 as bigint)
              or run.id in (select seat.run_id
                              from reaction as seat
                             where seat.user_id = cast($2 as bigint) and seat.state = 'join'))
         and (cast($3 as text) is null or run.dungeon_key = cast($3 as text))"
    };
}

/// Who takes part in a run, and then who is there in reserve, as they came; one page of them.
pub fn list_people(ctx: &mut Ctx, id: RunId, page: u32) -> Result<Vec<Person>, Failure> {
    Ok(ctx.query_all(
        "select user_id, state, class
           from reaction
          where run_id = $1 and state <> 'leave'
          order by state desc, updated_at, user_id
          limit $2 offset $3",
        (id, PEOPLE_PER_PAGE, page * PEOPLE_PER_PAGE),
    )?)
}

/// The runs since then, the latest first, for autocomplete: a read at each letter, so nobody is counted.
pub fn list_latest_runs(ctx: &mut Ctx, since: Timestamp) -> Result<Vec<RunTitle>, Failure> {
    Ok(ctx.query_all(
        "select id, dungeon_label, organizer_name, status
           from run
          where deleted_at is null and created_at >= $1
          order by created_at desc, id desc
          limit $2",
        (since, LOOKED_THROUGH),
    )?)
}

/// One page of the runs of a filter, the latest first.
pub fn list_runs(
    ctx: &mut Ctx,
    filter: &Filter,
    since: Timestamp,
    page: u32,
) -> Result<Vec<PastRun>, Failure> {
    Ok(ctx.query_all(
        concat!(
            "select ",
            past_run_columns!(),
            " from run where ",
            in_filter!(),
            " order by run.created_at desc, run.id desc
              limit $4 offset $5"
        ),
        (
            since,
            filter.member,
            filter.dungeon.as_deref(),
            RUNS_PER_PAGE,
            page * RUNS_PER_PAGE,
        ),
    )?)
}

/// What all runs of a filter amount to.
pub fn count_runs(ctx: &mut Ctx, filter: &Filter, since: Timestamp) -> Result<Totals, Failure> {
    let dungeon = filter.dungeon.as_deref();
    let by_status = concat!(
        "select run.status, count(*) as runs from run where ",
        in_filter!(),
        " group by run.status"
    );
    let by_organizer = concat!(
        "select run.organizer_id, count(*) as runs from run where ",
        in_filter!(),
        " and run.status = 'ended'
          group by run.organizer_id
          order by count(*) desc, run.organizer_id
          limit $4"
    );
    let by_dungeon = concat!(
        "select min(run.dungeon_label) as label, count(*) as runs from run where ",
        in_filter!(),
        " and run.status = 'ended'
          group by run.dungeon_key
          order by count(*) desc, min(run.dungeon_label)
          limit $4"
    );
    let mut counted = ctx.batch(&[
        Statement::new(by_status, (since, filter.member, dungeon)),
        Statement::new(by_organizer, (since, filter.member, dungeon, TOP)),
        Statement::new(by_dungeon, (since, filter.member, dungeon, TOP)),
    ])?;
    let dungeons = counted.pop().unwrap_or_default().read()?;
    let organizers = counted.pop().unwrap_or_default().read()?;
    let statuses = counted.pop().unwrap_or_default();
    let mut totals = Totals {
        organizers,
        dungeons,
        ..Totals::default()
    };
    for (status, runs) in statuses.read::<(Status, u32)>()? {
        match status {
            Status::Open | Status::Live => totals.active += runs,
            Status::Ended => totals.ended += runs,
            Status::Cancelled => totals.cancelled += runs,
        }
    }
    Ok(totals)
}

impl FromRow for Person {
    fn from_row(row: &mut Row<'_>) -> Result<Self, SqlError> {
        Ok(Self {
            user: row.get("user_id")?,
            state: row.get("state")?,
            class: row.get("class")?,
        })
    }
}

from_row!(RunTitle {
    id,
    dungeon_label,
    organizer_name,
    status
});

impl FromRow for PastRun {
    fn from_row(row: &mut Row<'_>) -> Result<Self, SqlError> {
        Ok(Self {
            id: row.get("id")?,
            dungeon_label: row.get("dungeon_label")?,
            organizer: row.get("organizer_id")?,
            status: row.get("status")?,
            created_at: row.get("created_at")?,
            started_at: row.get("started_at")?,
            ended_at: row.get("ended_at")?,
            raiders: row.get("raiders")?,
        })
    }
}
