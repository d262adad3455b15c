//! The differential oracle: the author's text on a database that holds one guild, against the
//! confined text on a database that holds three.
//!
//! All guilds have rows under the same keys. In the foreign ones every other value is poison: 0,
//! the smallest number, a text where a number belongs, a text that ends with a backslash. So a
//! statement that looks at a foreign row returns something else, changes something else, or fails
//! where the plain one does not.

#![allow(dead_code, reason = "each test file uses its own part of this one")]

#[path = "rows.rs"]
mod rows;

use muster_store::gate::{Catalogue, Dialect, GateError, MigrationStep, Table, confine};
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Executor, Row, SqliteConnection, ValueRef};

/// The schema of a raid bot, as its author writes it. It runs as it is on the plain database.
///
/// Its primary keys say `not null`: without, SQLite alone would let null into the plain ones, while
/// the gate lets none into its own.
pub const SCHEMA: &str = "
    create table run (
        id           bigint not null primary key,
        dungeon      text not null,
        organizer_id bigint not null,
        status       text not null default 'open',
        seats        bigint not null default 20,
        locked       boolean not null default false,
        party        text,
        score        double precision,
        created_at   bigint not null default 0,
        ended_at     bigint,
        constraint run_seats_positive check (seats > 0)
    );
    create unique index run_one_open_per_organizer
        on run (organizer_id) where status in ('open', 'live');
    create index run_by_status on run (status, created_at);

    create table reaction (
        run_id     bigint not null,
        user_id    bigint not null,
        state      text not null,
        class      text,
        joined_at  bigint not null default 0,
        primary key (run_id, user_id),
        constraint reaction_of_run foreign key (run_id) references run (id) on delete cascade
    );
    create index reaction_by_user on reaction (user_id) where state = 'join';

    create table points (
        user_id bigint not null primary key,
        total   bigint not null default 0,
        week    bigint not null default 0
    );

    create table key_log (
        id        bigint not null primary key,
        user_id   bigint not null,
        run_id    bigint references run on delete cascade,
        kind      text not null,
        amount    bigint not null default 1,
        logged_at bigint not null default 0
    );

    create table template (
        id       bigint not null primary key,
        owner_id bigint not null,
        name     text not null,
        body     text,
        shared   boolean not null default false,
        constraint template_name_once unique (owner_id, name)
    );

    create table memo (
        about bigint,
        n     bigint,
        note  text
    );
";

/// The guild whose plugin acts. One foreign guild sorts before it, one behind.
pub const OWN: i64 = 5;
/// The guilds whose rows are poison.
pub const FOREIGN: [i64; 2] = [3, 9];
const PLUGIN: &str = "acme";

/// A value of a row or a parameter.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub enum Value {
    /// NULL
    Null,
    /// INTEGER
    Int(i64),
    /// REAL
    Real(f64),
    /// TEXT
    Text(String),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// How many rows each guild holds.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Runs; the other tables follow.
    pub runs: i64,
    /// Whether the planner has statistics.
    pub analyzed: bool,
}

impl Size {
    /// Enough for every statement to find something.
    pub const SMALL: Self = Self {
        runs: 12,
        analyzed: false,
    };
}

/// The catalogue of [`SCHEMA`] and the statements that build it.
pub fn schema(dialect: Dialect) -> (Catalogue, Vec<MigrationStep>) {
    let mut catalogue = Catalogue::new(PLUGIN).expect("a good plugin name");
    let steps = catalogue
        .migrate(dialect, SCHEMA)
        .expect("the schema is accepted");
    (catalogue, steps)
}

/// What became of one statement.
#[derive(Debug)]
pub enum Outcome {
    /// The gate refused it.
    Refused(GateError),
    /// Both databases did the same.
    Equal {
        /// Rows that came back.
        rows: usize,
        /// Rows of the own guild that differ from before.
        changed: usize,
        /// Whether both failed.
        failed: bool,
        /// The rows, for those who look closer.
        result: Vec<Vec<Value>>,
    },
    /// They did not; in words.
    Different(String),
}

/// The two databases.
pub struct Worlds {
    /// What the gate knows.
    pub catalogue: Catalogue,
    plain: SqliteConnection,
    confined: SqliteConnection,
    before: Rows,
    foreign_before: Rows,
}

type Rows = Vec<Vec<Value>>;

impl Worlds {
    /// Builds both.
    pub async fn new(size: Size) -> Self {
        let (catalogue, steps) = schema(Dialect::Sqlite);
        let mut plain = connect().await;
        let mut confined = connect().await;
        run_raw(&mut plain, SCHEMA).await;
        for step in steps {
            assert!(!step.per_guild, "the schema moves no rows");
            run_raw(&mut confined, &step.sql).await;
        }
        for connection in [&mut plain, &mut confined] {
            // Tables come in the order of their names, which is not that of their references.
            run_raw(connection, "begin; pragma defer_foreign_keys = on").await;
        }
        for table in catalogue.tables() {
            fill(&mut plain, &mut confined, table, size).await;
        }
        for connection in [&mut plain, &mut confined] {
            run_raw(connection, "commit").await;
            if size.analyzed {
                run_raw(connection, "analyze").await;
            }
        }
        let mut worlds = Self {
            catalogue,
            plain,
            confined,
            before: Vec::new(),
            foreign_before: Vec::new(),
        };
        worlds.before = worlds.plain_state().await;
        let (own, foreign) = worlds.confined_state().await;
        worlds.foreign_before = foreign;
        assert_eq!(worlds.before, own, "equal at the start");
        worlds
    }

    /// Runs the author's text on one and the confined text on the other, compares, and takes
    /// both back.
    pub async fn compare(&mut self, text: &str, parameters: &[Value]) -> Outcome {
        self.compare_changed(text, parameters, str::to_owned).await
    }

    /// The same with a confined text that was tampered with, for testing the oracle itself.
    pub async fn compare_changed(
        &mut self,
        text: &str,
        parameters: &[Value],
        change: impl Fn(&str) -> String,
    ) -> Outcome {
        let confined = match confine(&self.catalogue, Dialect::Sqlite, text) {
            Ok(confined) => confined,
            Err(refused) => return Outcome::Refused(refused),
        };
        assert_eq!(
            confined.parameters,
            parameters.len(),
            "parameters of {text}"
        );
        let sql = change(&confined.sql);
        let mut all = vec![Value::Int(OWN)];
        all.extend_from_slice(parameters);
        let writes = confined.kind == muster_store::gate::StatementKind::Write;
        if writes {
            self.on_both("begin").await;
        }
        let (plain, own) = tokio::join!(
            fetch(&mut self.plain, text, parameters),
            fetch(&mut self.confined, &sql, &all)
        );
        let mut outcome = self.judge(&plain, &own, &confined.columns.len());
        if writes {
            if let Outcome::Equal { changed, .. } = &mut outcome {
                match self.judge_tables().await {
                    Ok(rows) => *changed = rows,
                    Err(difference) => outcome = Outcome::Different(difference),
                }
            }
            self.on_both("rollback").await;
        }
        if let Outcome::Different(difference) = outcome {
            return Outcome::Different(format!(
                "{difference}\n  author:   {text}\n  confined: {sql}\n  with:     {parameters:?}"
            ));
        }
        outcome
    }

    async fn on_both(&mut self, sql: &str) {
        tokio::join!(
            run_raw(&mut self.plain, sql),
            run_raw(&mut self.confined, sql)
        );
    }

    fn judge(
        &self,
        plain: &Result<Rows, String>,
        own: &Result<Rows, String>,
        columns: &usize,
    ) -> Outcome {
        match (plain, own) {
            (Err(plain), Err(own)) => {
                if self.catalogue.constraint_for_violation(own).is_none()
                    && own.contains("constraint failed")
                {
                    return Outcome::Different(format!("not mapped: {own} (plain: {plain})"));
                }
                Outcome::Equal {
                    rows: 0,
                    changed: 0,
                    failed: true,
                    result: Vec::new(),
                }
            }
            (Ok(_), Err(error)) => Outcome::Different(format!("only the confined fails: {error}")),
            (Err(error), Ok(_)) => Outcome::Different(format!("only the plain fails: {error}")),
            (Ok(plain), Ok(own)) => {
                if own.iter().any(|row| row.len() != *columns) {
                    return Outcome::Different(format!("not the {columns} columns announced"));
                }
                if sorted(plain.clone()) != sorted(own.clone()) {
                    return Outcome::Different(format!("rows: plain {plain:?}, confined {own:?}"));
                }
                Outcome::Equal {
                    rows: own.len(),
                    changed: 0,
                    failed: false,
                    result: own.clone(),
                }
            }
        }
    }

    async fn judge_tables(&mut self) -> Result<usize, String> {
        let (own, foreign) = self.confined_state().await;
        if foreign != self.foreign_before {
            let changed: Vec<_> = foreign
                .iter()
                .filter(|row| !self.foreign_before.contains(row))
                .collect();
            return Err(format!(
                "foreign rows changed: {} rows before, {} after, new {changed:?}",
                self.foreign_before.len(),
                foreign.len()
            ));
        }
        let plain = self.plain_state().await;
        if plain != own {
            return Err(format!("tables differ: plain {plain:?}, confined {own:?}"));
        }
        let kept = shared(&own, &self.before);
        Ok((own.len() - kept).max(self.before.len().saturating_sub(kept)))
    }

    /// Every row of the plain database behind the name of its table, sorted.
    async fn plain_state(&mut self) -> Rows {
        let mut sql = String::new();
        for table in self.catalogue.tables() {
            let columns = columns(table);
            sql.push_str(&format!("select '{0}', {columns} from {0};", table.name));
        }
        sorted(load(&mut self.plain, sql).await)
    }

    /// The same of the own guild, and every row of the others with its place in the file.
    async fn confined_state(&mut self) -> (Rows, Rows) {
        let mut sql = String::new();
        for table in self.catalogue.tables() {
            let columns = columns(table);
            sql.push_str(&format!(
                "select guild_id, rowid, '{}', {columns} from {} order by rowid;",
                table.name, table.physical
            ));
        }
        let rows = load(&mut self.confined, sql).await;
        let (own, foreign): (Rows, Rows) = rows
            .into_iter()
            .partition(|row| row.first() == Some(&Value::Int(OWN)));
        let own = own.into_iter().map(|row| row.into_iter().skip(2).collect());
        (sorted(own.collect()), foreign)
    }
}

/// Puts rows into one table of both databases.
async fn fill(
    plain: &mut SqliteConnection,
    confined: &mut SqliteConnection,
    table: &Table,
    size: Size,
) {
    const CHUNK: usize = 200;
    let columns = columns(table);
    let keys: Vec<bool> = table
        .columns
        .iter()
        .map(|column| rows::is_key(&table.name, &column.name))
        .collect();
    for (chunk, part) in rows::rows_of(&table.name, size).chunks(CHUNK).enumerate() {
        let mut alone = Vec::new();
        let mut together = Vec::new();
        for (number, row) in part.iter().enumerate() {
            let values = rows::list(row);
            alone.push(format!("({values})"));
            for guild in FOREIGN {
                let poison = rows::poison(row, &keys, &table.name, chunk * CHUNK + number);
                together.push(format!("({guild}, {})", rows::list(&poison)));
            }
            together.push(format!("({OWN}, {values})"));
        }
        let sql = format!(
            "insert into {} ({columns}) values {}",
            table.name,
            alone.join(", ")
        );
        run_raw(plain, &sql).await;
        let sql = format!(
            "insert into {} (guild_id, {columns}) values {}",
            table.physical,
            together.join(", ")
        );
        run_raw(confined, &sql).await;
    }
}

/// How many rows two sorted lists share.
fn shared(left: &Rows, right: &Rows) -> usize {
    let mut right = right.iter().peekable();
    let mut count = 0;
    for row in left {
        while right.next_if(|other| *other < row).is_some() {}
        count += usize::from(right.next_if(|other| *other == row).is_some());
    }
    count
}

fn columns(table: &Table) -> String {
    let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    names.join(", ")
}

/// An empty database in memory.
pub async fn connect() -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(":memory:")
        .foreign_keys(true)
        .disable_statement_logging()
        .connect()
        .await
        .expect("a database in memory opens")
}

/// Runs host SQL that must succeed.
pub async fn run_raw(connection: &mut SqliteConnection, sql: &str) {
    let done = connection
        .execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned())))
        .await;
    if let Err(error) = done {
        panic!("{error}\n{sql}");
    }
}

/// Runs a statement with parameters; an error comes back as its words.
pub async fn fetch(
    connection: &mut SqliteConnection,
    sql: &str,
    parameters: &[Value],
) -> Result<Rows, String> {
    let mut query = sqlx::query(AssertSqlSafe(sql.to_owned())).persistent(false);
    for parameter in parameters {
        query = match parameter {
            Value::Null => query.bind(None::<i64>),
            Value::Int(number) => query.bind(*number),
            Value::Real(number) => query.bind(*number),
            Value::Text(text) => query.bind(text.clone()),
        };
    }
    match query.fetch_all(connection).await {
        Ok(rows) => Ok(rows.iter().map(read_row).collect()),
        Err(error) => Err(error.to_string()),
    }
}

/// Runs several host queries at once.
async fn load(connection: &mut SqliteConnection, sql: String) -> Rows {
    let rows = connection
        .fetch_all(sqlx::raw_sql(AssertSqlSafe(sql)))
        .await
        .expect("the tables can be read");
    rows.iter().map(read_row).collect()
}

fn read_row(row: &SqliteRow) -> Vec<Value> {
    (0..row.columns().len())
        .map(|position| {
            let raw = row.try_get_raw(position).expect("the column exists");
            if raw.is_null() {
                return Value::Null;
            }
            let kind = sqlx::TypeInfo::name(raw.type_info().as_ref()).to_owned();
            match kind.as_str() {
                "TEXT" => Value::Text(row.get_unchecked(position)),
                "REAL" => Value::Real(row.get_unchecked(position)),
                _ => Value::Int(row.get_unchecked(position)),
            }
        })
        .collect()
}

/// The names of a result's columns, as the database reports them.
pub async fn column_names(connection: &mut SqliteConnection, sql: &str) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(sql.to_owned()))
        .bind(OWN)
        .fetch_all(connection)
        .await
        .expect("the statement runs");
    let row = rows.first().expect("a row");
    row.columns().iter().map(|c| c.name().to_owned()).collect()
}

fn sorted(mut rows: Rows) -> Rows {
    rows.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    rows
}
