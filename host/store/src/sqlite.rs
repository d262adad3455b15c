//! SQLite: the only module that speaks to it. A second database is a second module like this one.
//!
//! One connection writes, because SQLite has one write lock; four read. Each has a deadline that
//! its progress handler looks at, so a statement can be stopped from outside, also when nobody waits
//! for its rows any more.
//!
//! sqlx gives every connection a thread, and going there and back costs more than most statements
//! do. So what belongs together travels together ([`Batch`]): `begin` with the first statement of a
//! transaction, `commit` with the last ones.

mod batch;
mod checkpoint;

pub mod inspect;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use parking_lot::Mutex;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{
    AssertSqlSafe, Column, ConnectOptions, Connection as _, Either, Executor as _, Row as _,
    SqlSafeStr, SqlStr, TypeInfo, ValueRef,
};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;

use crate::error::StoreError;
use crate::value::Value;

pub(crate) use batch::Batch;

/// Readers beside the one writer.
const READERS: usize = 4;

/// The longest time that one statement may take.
const STATEMENT_TIME: Duration = Duration::from_millis(250);

/// How many of SQLite's own steps pass between two looks at the deadline.
const STEPS_BETWEEN_LOOKS: i32 = 1000;

/// Before the first statement of a transaction that writes: it takes the write lock.
const BEGIN: &str = "begin immediate;\n";

/// After its last one.
const COMMIT: &str = "commit";

/// How often a reader or writer is waited for before the process counts as stuck.
const OPEN_TIME: Duration = Duration::from_secs(10);

/// How much of a crash the database survives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Durability {
    /// What was committed survives a killed process (`synchronous=normal`).
    #[default]
    Process,
    /// What was committed survives a power cut (`synchronous=full`), at half the speed.
    Power,
}

/// An open SQLite file.
#[derive(Debug)]
pub(crate) struct Sqlite {
    readers: Arc<Pool>,
    writer: Arc<Pool>,
    checkpoints: AbortHandle,
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.checkpoints.abort();
    }
}

#[derive(Debug)]
struct Pool {
    free: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
    commits: AtomicU32,
    checkpoint_due: Notify,
}

/// One connection with its deadline.
#[derive(Debug)]
struct Connection {
    inner: SqliteConnection,
    stop_at: Arc<StopAt>,
    transaction: Transaction,
}

/// Where a connection stands between `begin` and `commit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transaction {
    None,
    /// It begins together with the first statement.
    Due,
    /// It may be open: whoever takes the connection next rolls it back first.
    Open,
}

/// When the running statement has to stop, in microseconds since `origin`.
#[derive(Debug)]
struct StopAt {
    origin: Instant,
    micros: AtomicI64,
}

impl StopAt {
    fn micros_now(&self) -> i64 {
        i64::try_from(self.origin.elapsed().as_micros()).unwrap_or(i64::MAX)
    }
}

/// A connection in use. Dropping it stops its statement; an open transaction is rolled back before
/// anybody else gets the connection.
#[derive(Debug)]
pub(crate) struct Lease {
    connection: Option<Connection>,
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            // The past: whatever still runs stops at its next look.
            connection.stop_at.micros.store(-1, Ordering::Relaxed);
            self.pool.free.lock().push(connection);
        }
    }
}

impl Sqlite {
    pub async fn open(path: &Path, durability: Durability) -> Result<Self, StoreError> {
        let failed = |source: sqlx::Error| StoreError::Open {
            path: path.display().to_string(),
            source: source.into(),
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(match durability {
                Durability::Process => SqliteSynchronous::Normal,
                Durability::Power => SqliteSynchronous::Full,
            })
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("wal_autocheckpoint", checkpoint::LAST_RESORT.to_string())
            .statement_cache_capacity(256)
            .disable_statement_logging();
        let mut writer = Connection::open(&options).await.map_err(failed)?;
        host_migrations()
            .run(&mut writer.inner)
            .await
            .map_err(|source| StoreError::Open {
                path: path.display().to_string(),
                source: source.into(),
            })?;
        let mut readers = Vec::new();
        let read_options = options.pragma("query_only", "1");
        for _ in 0..READERS {
            readers.push(Connection::open(&read_options).await.map_err(failed)?);
        }
        let (readers, writer) = (Pool::of(readers), Pool::of(vec![writer]));
        let checkpoints = checkpoint::keep(Arc::clone(&readers), Arc::clone(&writer));
        Ok(Self {
            checkpoints: tokio::spawn(checkpoints).abort_handle(),
            readers,
            writer,
        })
    }

    /// A connection for reading; sees all that is committed.
    pub async fn reader(&self) -> Result<Lease, StoreError> {
        Pool::take(&self.readers).await
    }

    /// The writing connection, first come, first served, in a fresh transaction.
    pub async fn writer(&self) -> Result<Lease, StoreError> {
        let mut lease = Pool::take(&self.writer).await?;
        lease.connection().transaction = Transaction::Due;
        Ok(lease)
    }
}

/// The host's own schema. Reversible; see `migrations/host`.
fn host_migrations() -> Migrator {
    let step = |version, kind, sql: &'static str| {
        Migration::new(
            version,
            "host".into(),
            kind,
            sqlx::SqlSafeStr::into_sql_str(sql),
            false,
        )
    };
    macro_rules! steps {
        ($($version:literal => $name:literal),*) => {
            vec![$(
                step(
                    $version,
                    MigrationType::ReversibleUp,
                    include_str!(concat!("../../../migrations/host/", $name, ".up.sql")),
                ),
                step(
                    $version,
                    MigrationType::ReversibleDown,
                    include_str!(concat!("../../../migrations/host/", $name, ".down.sql")),
                ),
            )*]
        };
    }
    let steps = steps![1 => "0001_host", 2 => "0002_records"];
    let mut migrator = Migrator::with_migrations(steps);
    migrator.dangerous_set_table_name("host_migration");
    migrator
}

impl Pool {
    fn of(connections: Vec<Connection>) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(connections.len()));
        Arc::new(Self {
            free: Mutex::new(connections),
            permits,
            commits: AtomicU32::new(0),
            checkpoint_due: Notify::new(),
        })
    }

    fn count_commit(&self) {
        let commits = self.commits.fetch_add(1, Ordering::Relaxed) + 1;
        if commits.is_multiple_of(checkpoint::COMMITS) {
            self.checkpoint_due.notify_one();
        }
    }

    async fn take(pool: &Arc<Self>) -> Result<Lease, StoreError> {
        let permit = Arc::clone(&pool.permits);
        let permit = tokio::time::timeout(OPEN_TIME, permit.acquire_owned())
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)?
            .map_err(|_| sqlx::Error::PoolClosed)?;
        let connection = pool.free.lock().pop().ok_or(sqlx::Error::PoolClosed)?;
        let mut lease = Lease {
            connection: Some(connection),
            pool: Arc::clone(pool),
            _permit: permit,
        };
        lease.rollback().await?;
        Ok(lease)
    }
}

impl Connection {
    async fn open(options: &SqliteConnectOptions) -> Result<Self, sqlx::Error> {
        let mut inner = SqliteConnection::connect_with(options).await?;
        let stop_at = Arc::new(StopAt {
            origin: Instant::now(),
            micros: AtomicI64::new(i64::MAX),
        });
        let watched = Arc::clone(&stop_at);
        inner
            .lock_handle()
            .await?
            .set_progress_handler(STEPS_BETWEEN_LOOKS, move || {
                watched.micros_now() < watched.micros.load(Ordering::Relaxed)
            });
        Ok(Self {
            inner,
            stop_at,
            transaction: Transaction::None,
        })
    }
}

impl Lease {
    fn connection(&mut self) -> &mut Connection {
        self.connection
            .as_mut()
            .expect("taken out only when dropped")
    }

    /// Gives the coming statement its time.
    fn wind_up(&mut self, time: Duration) {
        let stop_at = &self.connection().stop_at;
        let micros = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        stop_at.micros.store(
            stop_at.micros_now().saturating_add(micros),
            Ordering::Relaxed,
        );
    }

    /// The text with `begin` before it, if the transaction is still to begin.
    fn beginning(&mut self, text: impl SqlSafeStr) -> SqlStr {
        let text = text.into_sql_str();
        let transaction = &mut self.connection().transaction;
        if *transaction != Transaction::Due {
            return text;
        }
        *transaction = Transaction::Open;
        AssertSqlSafe(format!("{BEGIN}{}", text.as_str())).into_sql_str()
    }

    /// Runs statements and returns how many rows the last of them touched.
    async fn run(&mut self, text: SqlStr, arguments: SqliteArguments) -> Result<u64, StoreError> {
        let mut touched = 0;
        let query = sqlx::query_with(text, arguments);
        let mut steps = self.connection().inner.fetch_many(query);
        while let Some(step) = steps.try_next().await.map_err(from_sqlx)? {
            if let Either::Left(done) = step {
                touched = done.rows_affected();
            }
        }
        Ok(touched)
    }

    /// Commits what was written and gives the connection back.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.commit_with(Batch::default()).await
    }

    /// Runs the statements, commits them with all that was written before, and gives the connection
    /// back.
    ///
    /// # Errors
    /// Of the first statement that failed: nothing is committed, and the next to write rolls back.
    pub async fn commit_with(mut self, mut batch: Batch) -> Result<(), StoreError> {
        if self.connection().transaction == Transaction::Due && batch.is_empty() {
            return Ok(());
        }
        for (text, parameters) in batch.take_surplus() {
            self.execute(text, &parameters).await?;
        }
        self.wind_up(OPEN_TIME);
        let (text, arguments) = batch.joined(COMMIT)?;
        let text = self.beginning(AssertSqlSafe(text));
        self.run(text, arguments).await?;
        self.connection().transaction = Transaction::None;
        self.pool.count_commit();
        Ok(())
    }

    /// Undoes what was written; the transaction is over.
    pub async fn rollback(&mut self) -> Result<(), StoreError> {
        if self.connection().transaction == Transaction::Open {
            self.wind_up(OPEN_TIME);
            let rollback = "rollback".into_sql_str();
            match self.run(rollback, SqliteArguments::default()).await {
                // An interrupted statement may have ended the transaction already.
                Err(StoreError::Database(sqlx::Error::Database(error)))
                    if error.message().contains("no transaction is active") => {}
                other => {
                    other?;
                }
            }
        }
        self.connection().transaction = Transaction::None;
        Ok(())
    }

    /// Runs a statement and returns its rows.
    ///
    /// Stops with `None` in place of the rows once more than `most_rows` came.
    pub async fn query(
        &mut self,
        text: impl SqlSafeStr,
        parameters: &[Value],
        most_rows: usize,
    ) -> Result<Option<Vec<Vec<Value>>>, StoreError> {
        self.wind_up(STATEMENT_TIME);
        let mut found = Vec::new();
        let text = self.beginning(text);
        let query = sqlx::query_with(text, arguments(parameters)?);
        let mut stream = query.fetch(&mut self.connection().inner);
        while let Some(row) = stream.try_next().await.map_err(from_sqlx)? {
            if found.len() == most_rows {
                return Ok(None);
            }
            found.push(decode(&row)?);
        }
        Ok(Some(found))
    }

    /// Runs a statement and returns how many rows it touched.
    pub async fn execute(
        &mut self,
        text: impl SqlSafeStr,
        parameters: &[Value],
    ) -> Result<u64, StoreError> {
        self.wind_up(STATEMENT_TIME);
        let arguments = arguments(parameters)?;
        let text = self.beginning(text);
        self.run(text, arguments).await
    }

    /// Runs a change of the schema, which may take its time.
    pub async fn change_schema(
        &mut self,
        text: String,
        parameters: &[Value],
    ) -> Result<(), StoreError> {
        self.wind_up(Duration::from_secs(600));
        let arguments = arguments(parameters)?;
        let text = self.beginning(AssertSqlSafe(text));
        let query = sqlx::query_with(text, arguments).persistent(false);
        query
            .execute(&mut self.connection().inner)
            .await
            .map_err(from_sqlx)?;
        Ok(())
    }
}

/// SQLite's code for a statement that its progress handler stopped.
const SQLITE_INTERRUPT: &str = "9";

fn from_sqlx(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(inner) if inner.code().as_deref() == Some(SQLITE_INTERRUPT) => {
            StoreError::Interrupted
        }
        _ => StoreError::Database(error),
    }
}

fn arguments(parameters: &[Value]) -> Result<SqliteArguments, StoreError> {
    let mut arguments = SqliteArguments::default();
    for parameter in parameters {
        bind(&mut arguments, parameter.clone())?;
    }
    Ok(arguments)
}

fn bind(arguments: &mut SqliteArguments, parameter: Value) -> Result<(), StoreError> {
    use sqlx::Arguments as _;
    let added = match parameter {
        Value::Null => arguments.add(None::<i64>),
        Value::Boolean(flag) => arguments.add(i64::from(flag)),
        Value::Integer(number) => arguments.add(number),
        Value::Real(number) => arguments.add(number),
        Value::Text(text) => arguments.add(text),
    };
    Ok(added.map_err(sqlx::Error::Encode)?)
}

fn decode(row: &SqliteRow) -> Result<Vec<Value>, StoreError> {
    row.columns()
        .iter()
        .map(|column| {
            let place = column.ordinal();
            let raw = row.try_get_raw(place)?;
            if raw.is_null() {
                return Ok(Value::Null);
            }
            let kind = raw.type_info().into_owned();
            Ok(match kind.name() {
                "INTEGER" | "BOOLEAN" | "INT8" => Value::Integer(row.try_get_unchecked(place)?),
                "REAL" => Value::Real(row.try_get_unchecked(place)?),
                _ => Value::Text(row.try_get_unchecked(place)?),
            })
        })
        .collect()
}
