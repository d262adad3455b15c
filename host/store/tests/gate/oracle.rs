//! The differential oracle: the author's text on a database that holds one guild, against the
//! confined text on a database that holds three.
//!
//! All guilds have rows under the same keys. In the foreign ones every other value is poison: 0,
//! the smallest number, a text where a number belongs, a text that ends with a backslash. So a
//! statement that looks at a foreign row returns something else, changes something else, or fails
//! where the plain one does not.

#![allow(dead_code, reason = "each test file uses its own part of this one")]

use muster_store::gate::{Catalogue, Dialect, GateError, MigrationStep, confine};
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Executor, Row, SqliteConnection, ValueRef};

/// The schema of a raid bot, as its author writes it. It runs as it is on the plain database.
pub const SCHEMA: &str = "
    create table run (
        id           bigint primary key,
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
        user_id bigint primary key,
        total   bigint not null default 0,
        week    bigint not null default 0
    );

    create table key_log (
        id        bigint primary key,
        user_id   bigint not null,
        run_id    bigint references run on delete cascade,
        kind      text not null,
        amount    bigint not null default 1,
        logged_at bigint not null default 0
    );

    create table template (
        id       bigint primary key,
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
const PLUGIN: &str = "raids";

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
    before: State,
    foreign_before: Rows,
}

type Rows = Vec<Vec<Value>>;
/// The own rows of every table, sorted.
type State = Vec<Rows>;

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
            let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
            let names = names.join(", ");
            let key: Vec<usize> = table
                .columns
                .iter()
                .enumerate()
                .filter(|(_, column)| is_key(&table.name, &column.name))
                .map(|(position, _)| position)
                .collect();
            for (number, row) in rows_of(&table.name, size).into_iter().enumerate() {
                let sql = format!(
                    "insert into {} ({names}) values ({})",
                    table.name,
                    list(&row)
                );
                run_raw(&mut plain, &sql).await;
                for guild in FOREIGN.into_iter().chain([OWN]) {
                    let values = if guild == OWN {
                        row.clone()
                    } else {
                        poison(&row, &key, &table.name, number)
                    };
                    let sql = format!(
                        "insert into {} (guild_id, {names}) values ({guild}, {})",
                        table.physical,
                        list(&values)
                    );
                    run_raw(&mut confined, &sql).await;
                }
            }
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
        worlds.foreign_before = worlds.foreign_state().await;
        let own = worlds.own_state().await;
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
            run_raw(&mut self.plain, "begin").await;
            run_raw(&mut self.confined, "begin").await;
        }
        let plain = fetch(&mut self.plain, text, parameters).await;
        let own = fetch(&mut self.confined, &sql, &all).await;
        let mut outcome = self.judge(&plain, &own, &confined.columns.len());
        if writes {
            if let Outcome::Equal { changed, .. } = &mut outcome {
                match self.judge_tables().await {
                    Ok(rows) => *changed = rows,
                    Err(difference) => outcome = Outcome::Different(difference),
                }
            }
            run_raw(&mut self.plain, "rollback").await;
            run_raw(&mut self.confined, "rollback").await;
        }
        if let Outcome::Different(difference) = outcome {
            return Outcome::Different(format!(
                "{difference}\n  author:   {text}\n  confined: {sql}\n  with:     {parameters:?}"
            ));
        }
        outcome
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
        let foreign = self.foreign_state().await;
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
        let (plain, own) = (self.plain_state().await, self.own_state().await);
        if plain != own {
            return Err(format!("tables differ: plain {plain:?}, confined {own:?}"));
        }
        let changed = own.iter().zip(&self.before).map(|(after, before)| {
            let kept = after.iter().filter(|row| before.contains(row)).count();
            (after.len() - kept).max(before.len().saturating_sub(kept))
        });
        Ok(changed.sum())
    }

    async fn plain_state(&mut self) -> State {
        let mut state = Vec::new();
        for table in self.catalogue.tables() {
            let sql = format!("select {} from {}", columns(table), table.name);
            state.push(sorted(load(&mut self.plain, &sql).await));
        }
        state
    }

    async fn own_state(&mut self) -> State {
        let mut state = Vec::new();
        for table in self.catalogue.tables() {
            let sql = format!(
                "select {} from {} where guild_id = {OWN}",
                columns(table),
                table.physical
            );
            state.push(sorted(load(&mut self.confined, &sql).await));
        }
        state
    }

    /// Every row of the others, with its place in the file.
    async fn foreign_state(&mut self) -> Rows {
        let mut rows = Vec::new();
        for table in self.catalogue.tables() {
            let sql = format!(
                "select '{}', rowid, * from {} where guild_id <> {OWN} order by rowid",
                table.name, table.physical
            );
            rows.extend(load(&mut self.confined, &sql).await);
        }
        rows
    }
}

fn columns(table: &muster_store::gate::Table) -> String {
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

async fn load(connection: &mut SqliteConnection, sql: &str) -> Rows {
    match fetch(connection, sql, &[]).await {
        Ok(rows) => rows,
        Err(error) => panic!("{error}\n{sql}"),
    }
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

/// Columns that keep their value in the poisoned guilds, so that all guilds share their keys.
fn is_key(table: &str, column: &str) -> bool {
    matches!(
        (table, column),
        ("run" | "key_log" | "template", "id")
            | ("reaction", "run_id" | "user_id")
            | ("points", "user_id")
            | ("key_log", "run_id")
            | ("template", "owner_id" | "name")
            | ("run", "seats")
    )
}

/// The same keys, everything else as bad as it can be.
fn poison(row: &[Value], key: &[usize], table: &str, number: usize) -> Vec<Value> {
    const POISON: [&str; 3] = ["no number", "%SECRET ends with \\", ""];
    let numbers = [0, i64::MIN, i64::MAX, 123_456];
    row.iter()
        .enumerate()
        .map(|(position, value)| {
            let pick = number + position;
            match value {
                kept if key.contains(&position) => kept.clone(),
                // One text where a number belongs, which SQLite takes.
                Value::Int(_) if table == "memo" && number % 5 == 4 => "no number".into(),
                Value::Int(_) => numbers[pick % numbers.len()].into(),
                Value::Text(_) => POISON[pick % POISON.len()].into(),
                Value::Real(_) => Value::Real(-1e308),
                Value::Null => match pick % 3 {
                    0 => i64::MIN.into(),
                    1 => "SECRET\\".into(),
                    _ => Value::Null,
                },
            }
        })
        .collect()
}

/// The rows of the own guild.
fn rows_of(table: &str, size: Size) -> Vec<Vec<Value>> {
    let n = size.runs;
    let users = n + 4;
    let optional = |present: bool, value: Value| if present { value } else { Value::Null };
    match table {
        "run" => (1..=n)
            .map(|id| {
                let status = match id % 4 {
                    0 if id <= 8 => "open",
                    1 if id <= 8 => "live",
                    2 => "cancelled",
                    _ => "ended",
                };
                vec![
                    id.into(),
                    ["SHATTERS", "VOID", "NEST"][(id % 3) as usize].into(),
                    (100 + id).into(),
                    status.into(),
                    (10 + id % 5).into(),
                    (id % 2).into(),
                    optional(id % 3 != 0, format!("party {id}").as_str().into()),
                    optional(id % 2 == 0, Value::Real(id as f64 / 2.0)),
                    (1_000 + id * 10).into(),
                    optional(id % 4 == 3, (2_000 + id * 10).into()),
                ]
            })
            .collect(),
        "reaction" => (1..=n)
            .flat_map(|run| (1..=3).map(move |k| (run, 100 + (run * k) % users, k)))
            .scan(Vec::new(), |seen, (run, user, k)| {
                let fresh = !seen.contains(&(run, user));
                if seen.len() > 8 {
                    seen.remove(0);
                }
                seen.push((run, user));
                Some((fresh, run, user, k))
            })
            .filter(|(fresh, ..)| *fresh)
            .map(|(_, run, user, k)| {
                vec![
                    run.into(),
                    user.into(),
                    ["join", "bench", "leave"][((run + k) % 3) as usize].into(),
                    optional(k != 2, ["Wizard", "Priest"][(run % 2) as usize].into()),
                    (run * 100 + k).into(),
                ]
            })
            .collect(),
        "points" => (0..users)
            .map(|user| {
                vec![
                    (100 + user).into(),
                    (user * 3 % 7).into(),
                    (user % 2).into(),
                ]
            })
            .collect(),
        "key_log" => (1..=n)
            .map(|id| {
                vec![
                    id.into(),
                    (100 + id % 5).into(),
                    optional(id % 3 != 0, id.into()),
                    ["SHATTERS", "INC"][(id % 2) as usize].into(),
                    (id % 4 + 1).into(),
                    (1_500 + id).into(),
                ]
            })
            .collect(),
        "template" => (1..=(n / 2).max(3))
            .map(|id| {
                vec![
                    id.into(),
                    (100 + id % 3).into(),
                    format!("name {id}").as_str().into(),
                    optional(id % 2 == 0, "body".into()),
                    (id % 2).into(),
                ]
            })
            .collect(),
        "memo" => (1..=n)
            .map(|id| {
                vec![
                    optional(id % 5 != 0, (100 + id % 4).into()),
                    optional(id % 4 != 0, (id % 6 - 2).into()),
                    optional(
                        id % 3 != 0,
                        ["4", "-7", "abc", "x%y_z"][(id % 4) as usize].into(),
                    ),
                ]
            })
            .collect(),
        other => panic!("no rows for {other}"),
    }
}

/// "1, null, 'text'"
fn list(values: &[Value]) -> String {
    let printed: Vec<String> = values
        .iter()
        .map(|value| match value {
            Value::Null => "null".to_owned(),
            Value::Int(i64::MIN) => "(-9223372036854775807 - 1)".to_owned(),
            Value::Int(number) => number.to_string(),
            Value::Real(number) => format!("{number:e}"),
            Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
        })
        .collect();
    printed.join(", ")
}
