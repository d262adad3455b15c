//! Who has most of what: summed, sorted and limited by the database, out of the kept sums, or out of the
//! ledger where only a span of time counts.

use muster_sdk::ids::UserId;
use muster_sdk::imports::{Rows, Statement, Value};
use muster_sdk::sql::IntoValue;
use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Failure};

use crate::leaderboard::{Kind, Leaderboard, PAGE_LINES, Sort};

/// One line of a leaderboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place, from 1; equals share one.
    pub place: i64,
    /// Who; or which dungeon.
    pub who: Who,
    /// How much, in hundredths where it is points.
    pub total: i64,
}

/// What is ranked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A member.
    User(UserId),
    /// A dungeon, by key.
    Dungeon(String),
}

/// A page, and what stands around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Its lines.
    pub lines: Vec<Line>,
    /// How many lines there are on all pages.
    pub all: i64,
    /// The viewer's own line, wherever it is.
    pub own: Option<Line>,
}

/// The page that the leaderboard is opened at.
pub fn load_page(ctx: &mut Ctx, board: &Leaderboard) -> Result<Page, Failure> {
    let ranked = Ranked::of(board);
    let mut statements = vec![ranked.count(), ranked.page(board.page)];
    if board.kind != Kind::Dungeons {
        statements.push(ranked.own(board.viewer));
    }
    let mut found = ctx.batch(&statements)?.into_iter();
    let all = found.next().unwrap_or_default().read::<(i64,)>()?;
    let lines = found.next().unwrap_or_default();
    let own = found.next().unwrap_or_default();
    Ok(Page {
        lines: read(board.kind, lines)?,
        all: all.first().map_or(0, |(count,)| *count),
        own: read(board.kind, own)?.pop(),
    })
}

fn read(kind: Kind, rows: Rows) -> Result<Vec<Line>, Failure> {
    if kind == Kind::Dungeons {
        let rows: Vec<(i64, String, i64)> = rows.read()?;
        let line = |(place, dungeon, total)| Line {
            place,
            who: Who::Dungeon(dungeon),
            total,
        };
        return Ok(rows.into_iter().map(line).collect());
    }
    let rows: Vec<(i64, UserId, i64)> = rows.read()?;
    let line = |(place, user, total)| Line {
        place,
        who: Who::User(user),
        total,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// The ranking as SQL, and its parameters.
struct Ranked {
    /// `select place, who, total ...`, without order or limit.
    text: String,
    /// What the ranking is ordered by.
    order: &'static str,
    parameters: Vec<Value>,
}

impl Ranked {
    fn of(board: &Leaderboard) -> Self {
        let mut parameters = Vec::new();
        let mut conditions = Vec::new();
        let mut parameter = |value: Value| {
            parameters.push(value);
            format!("${}", parameters.len())
        };
        if let Some(action) = board.kind.action() {
            let action = parameter(action.as_str().into_value());
            conditions.push(format!("entry.action = {action}"));
        }
        if let Some(dungeon) = &board.dungeon {
            let dungeon = parameter(dungeon.into_value());
            conditions.push(format!("entry.dungeon_key = {dungeon}"));
        }
        let is_spanned = board.since.is_some() || board.until.is_some();
        if is_spanned {
            let since = board.since.unwrap_or(Timestamp::from_millis(0));
            let until = board.until.unwrap_or(Timestamp::from_millis(i64::MAX));
            let (since, until) = (parameter(since.into_value()), parameter(until.into_value()));
            conditions.push(format!(
                "entry.created_at >= {since} and entry.created_at < {until}"
            ));
        }
        let (table, user) = if is_spanned {
            ("quota_event", "entry.actor_user_id")
        } else {
            ("tally", "entry.user_id")
        };
        let by = if board.kind == Kind::Dungeons {
            "entry.dungeon_key"
        } else {
            user
        };
        let measure = board.kind.column();
        let condition = match conditions.as_slice() {
            [] => String::new(),
            all => format!("where {}", all.join(" and ")),
        };
        let sums = format!(
            "select {by} as who, sum(entry.{measure}) as total
               from {table} as entry {condition}
              group by {by} having sum(entry.{measure}) <> 0"
        );
        let named = board.sort == Sort::Alphabetical && board.kind != Kind::Dungeons;
        let (names, order) = match board.sort {
            Sort::Descending => ("", "sums.total desc"),
            Sort::Ascending => ("", "sums.total"),
            // Who was never seen under a name stands last.
            Sort::Alphabetical if named => (
                "left join member_name on member_name.user_id = sums.who",
                "case when member_name.name is null then 1 else 0 end, lower(member_name.name), sums.who",
            ),
            Sort::Alphabetical => ("", "sums.who"),
        };
        Self {
            text: format!(
                "select rank() over (order by {order}) as place, sums.who as who, sums.total as total
                   from ({sums}) as sums {names}"
            ),
            order: "ranked.place, ranked.who",
            parameters,
        }
    }

    fn count(&self) -> Statement {
        let Self {
            text, parameters, ..
        } = self;
        Statement::new(
            format!("select count(*) as lines from ({text}) as ranked"),
            parameters.clone(),
        )
    }

    fn page(&self, page: i64) -> Statement {
        let Self {
            text,
            order,
            parameters,
        } = self;
        let mut parameters = parameters.clone();
        let next = parameters.len() + 1;
        parameters.extend([PAGE_LINES.into_value(), (page * PAGE_LINES).into_value()]);
        let limit = format!("limit ${next} offset ${}", next + 1);
        Statement::new(
            format!(
                "select ranked.place as place, ranked.who as who, ranked.total as total
                   from ({text}) as ranked
                  order by {order} {limit}"
            ),
            parameters,
        )
    }

    fn own(&self, viewer: UserId) -> Statement {
        let Self {
            text, parameters, ..
        } = self;
        let mut parameters = parameters.clone();
        parameters.push(viewer.into_value());
        let viewer = parameters.len();
        Statement::new(
            format!(
                "select ranked.place as place, ranked.who as who, ranked.total as total
                   from ({text}) as ranked
                  where ranked.who = ${viewer}"
            ),
            parameters,
        )
    }
}

muster_sdk::row_id! {
    /// A leaderboard that somebody is paging through.
    pub struct BoardId;
}

/// Keeps what a leaderboard shows.
pub fn open(ctx: &mut Ctx, board: &Leaderboard) -> Result<BoardId, Failure> {
    let id: BoardId = ctx.next_id("leaderboard")?;
    let now = ctx.now();
    ctx.execute(
        "insert into leaderboard_view
                (id, viewer_id, kind, dungeon_key, sort, since_at, until_at, page, opened_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        (
            id,
            board.viewer,
            board.kind.as_str(),
            board.dungeon.clone(),
            board.sort.as_str(),
            board.since,
            board.until,
            board.page,
            now,
        ),
    )?;
    Ok(id)
}

type Kept = (
    UserId,
    String,
    Option<String>,
    String,
    Option<Timestamp>,
    Option<Timestamp>,
    i64,
    bool,
);

/// What a leaderboard shows; nothing if it was forgotten.
pub fn find(ctx: &mut Ctx, id: BoardId) -> Result<Option<Leaderboard>, Failure> {
    let found: Option<Kept> = ctx.query_one(
        "select viewer_id, kind, dungeon_key, sort, since_at, until_at, page, closed
           from leaderboard_view
          where id = $1",
        (id,),
    )?;
    Ok(found.and_then(
        |(viewer, kind, dungeon, sort, since, until, page, closed)| {
            Some(Leaderboard {
                viewer,
                kind: Kind::parse(&kind)?,
                dungeon,
                sort: Sort::parse(&sort)?,
                since,
                until,
                page,
                closed,
            })
        },
    ))
}

/// Opens it at another page.
pub fn turn(ctx: &mut Ctx, id: BoardId, page: i64) -> Result<(), Failure> {
    ctx.execute(
        "update leaderboard_view set page = $2 where id = $1",
        (id, page),
    )?;
    Ok(())
}

/// It is paged no more; those that were closed a day ago are forgotten.
pub fn close(ctx: &mut Ctx, id: BoardId) -> Result<(), Failure> {
    const A_DAY_MS: i64 = 24 * 3600 * 1000;
    let old = Timestamp::from_millis(ctx.now().millis() - A_DAY_MS);
    ctx.batch(&[
        Statement::new(
            "update leaderboard_view set closed = true where id = $1",
            (id,),
        ),
        Statement::new(
            "delete from leaderboard_view where closed and opened_at < $1",
            (old,),
        ),
    ])?;
    Ok(())
}
