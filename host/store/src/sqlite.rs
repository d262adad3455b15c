//! SQLite: the only module that speaks to it. A second database is a second module like this one.
//!
//! One connection writes, because SQLite has one write lock; four read. Each has a deadline that
//! its progress handler looks at, so a statement can be stopped from outside, also when nobody waits
//! for its rows any more.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use parking_lot::Mutex;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Connection as _, Row as _, TypeInfo, ValueRef};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::StoreError;
use crate::value::Value;

/// Readers beside the one writer.
const READERS: usize = 4;

/// The longest time that one statement may take.
const STATEMENT_TIME: Duration = Duration::from_millis(250);

/// How many of SQLite's own steps pass between two looks at the deadline.
const STEPS_BETWEEN_LOOKS: i32 = 1000;

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
}

#[derive(Debug)]
struct Pool {
    free: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

/// One connection with its deadline.
#[derive(Debug)]
struct Connection {
    inner: SqliteConnection,
    stop_at: Arc<StopAt>,
    /// Set while a transaction is open: whoever takes the connection next rolls it back first.
    in_transaction: bool,
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
        Ok(Self {
            readers: Pool::of(readers),
            writer: Pool::of(vec![writer]),
        })
    }

    /// A connection for reading; sees all that is committed.
    pub async fn reader(&self) -> Result<Lease, StoreError> {
        Pool::take(&self.readers).await
    }

    /// The writing connection, first come, first served, in a fresh transaction.
    pub async fn writer(&self) -> Result<Lease, StoreError> {
        let mut lease = Pool::take(&self.writer).await?;
        lease.begin().await?;
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
        })
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
        if lease.connection().in_transaction {
            lease.rollback().await?;
        }
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
            in_transaction: false,
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

    async fn plain(&mut self, text: &'static str) -> Result<(), StoreError> {
        self.wind_up(OPEN_TIME);
        sqlx::query(text)
            .execute(&mut self.connection().inner)
            .await
            .map_err(from_sqlx)?;
        Ok(())
    }

    async fn begin(&mut self) -> Result<(), StoreError> {
        self.connection().in_transaction = true;
        self.plain("begin immediate").await
    }

    /// Commits what was written and gives the connection back.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.plain("commit").await?;
        self.connection().in_transaction = false;
        Ok(())
    }

    async fn rollback(&mut self) -> Result<(), StoreError> {
        // An interrupted statement may have ended the transaction already.
        match self.plain("rollback").await {
            Err(StoreError::Database(sqlx::Error::Database(error)))
                if error.message().contains("no transaction is active") => {}
            other => other?,
        }
        self.connection().in_transaction = false;
        Ok(())
    }

    /// Runs a statement and returns its rows.
    ///
    /// Stops with `None` in place of the rows once more than `most_rows` came.
    pub async fn query(
        &mut self,
        text: impl sqlx::SqlSafeStr + Send,
        parameters: &[Value],
        most_rows: usize,
    ) -> Result<Option<Vec<Vec<Value>>>, StoreError> {
        self.wind_up(STATEMENT_TIME);
        let mut found = Vec::new();
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
        text: impl sqlx::SqlSafeStr + Send,
        parameters: &[Value],
    ) -> Result<u64, StoreError> {
        self.wind_up(STATEMENT_TIME);
        let query = sqlx::query_with(text, arguments(parameters)?);
        let done = query
            .execute(&mut self.connection().inner)
            .await
            .map_err(from_sqlx)?;
        Ok(done.rows_affected())
    }

    /// Runs a change of the schema, which may take its time.
    pub async fn change_schema(
        &mut self,
        text: String,
        parameters: &[Value],
    ) -> Result<(), StoreError> {
        self.wind_up(Duration::from_secs(600));
        let query = sqlx::query_with(AssertSqlSafe(text), arguments(parameters)?).persistent(false);
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
    use sqlx::Arguments as _;
    let mut arguments = SqliteArguments::default();
    for parameter in parameters {
        let added = match parameter {
            Value::Null => arguments.add(None::<i64>),
            Value::Boolean(flag) => arguments.add(i64::from(*flag)),
            Value::Integer(number) => arguments.add(*number),
            Value::Real(number) => arguments.add(*number),
            Value::Text(text) => arguments.add(text.clone()),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
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
