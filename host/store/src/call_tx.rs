//! One call of one plugin in one guild, as the database sees it.

use std::sync::Arc;

use muster_core::{GuildId, PluginName};

use crate::error::{SqlError, StoreError};
use crate::gate::{ColumnType, Confined, Dialect, StatementKind, Type, ViolationKind};
use crate::install::Schema;
use crate::sqlite::Lease;
use crate::value::{Rows, Value};
use crate::{Inner, Store};

/// The most rows that one statement may return.
const MOST_ROWS: usize = 10_000;

/// Whether a call may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallMode {
    /// A handler.
    Write,
    /// Autocomplete, views, slots: reads what is committed.
    ReadOnly,
}

/// A plugin's transaction. It holds nothing until the first statement, a reading connection until the
/// first write, and from then on the write lock. Dropping it rolls back and stops what still runs.
///
/// Reads before the first write are safe without a lock: the plugin's mailbox is the only writer of
/// these rows.
pub struct CallTx {
    pub(crate) store: Arc<Inner>,
    pub(crate) guild: GuildId,
    pub(crate) plugin: PluginName,
    mode: CallMode,
    schema: Option<Arc<Schema>>,
    reader: Option<Lease>,
    pub(crate) writer: Option<Lease>,
}

impl Store {
    /// Begins a call. No I/O happens before its first statement.
    pub fn begin(&self, guild: GuildId, plugin: &PluginName, mode: CallMode) -> CallTx {
        CallTx {
            store: Arc::clone(&self.inner),
            guild,
            plugin: plugin.clone(),
            mode,
            schema: self.inner.schemas.read().get(plugin).cloned(),
            reader: None,
            writer: None,
        }
    }
}

impl CallTx {
    /// Whether the call holds the one write lock, so that others wait for it.
    pub fn holds_write_lock(&self) -> bool {
        self.writer.is_some()
    }

    /// Runs one statement of the plugin and returns its rows.
    ///
    /// # Errors
    /// [`SqlError`], in the author's words.
    pub async fn query(&mut self, text: &str, parameters: &[Value]) -> Result<Rows, SqlError> {
        let (confined, bound) = self.confine(text, parameters)?;
        let columns = &confined.columns;
        let lease = self.lease_for(confined.kind).await?;
        let found = lease
            .query(sqlx::AssertSqlSafe(confined.sql.clone()), &bound, MOST_ROWS)
            .await
            .map_err(|error| self.explain(error))?
            .ok_or_else(|| SqlError::TooMuch(format!("more than {MOST_ROWS} rows: add a limit")))?;
        let mut rows = found;
        restore_booleans(columns, &mut rows);
        Ok(Rows {
            columns: columns.iter().map(|column| column.name.clone()).collect(),
            rows,
        })
    }

    /// Runs one statement of the plugin and returns how many rows it touched.
    ///
    /// # Errors
    /// [`SqlError`], in the author's words.
    pub async fn execute(&mut self, text: &str, parameters: &[Value]) -> Result<u64, SqlError> {
        let (confined, bound) = self.confine(text, parameters)?;
        let lease = self.lease_for(confined.kind).await?;
        let done = lease
            .execute(sqlx::AssertSqlSafe(confined.sql.clone()), &bound)
            .await;
        done.map_err(|error| self.explain(error))
    }

    /// The next number of a series: 1, 2, 3 in this guild. A call that fails gives its numbers back.
    ///
    /// # Errors
    /// [`SqlError::ReadOnly`], or the database failed.
    pub async fn next_id(&mut self, series: &str) -> Result<i64, SqlError> {
        let parameters = [self.guild.into(), (&self.plugin).into(), series.into()];
        let lease = self.lease_for(StatementKind::Write).await?;
        let found = lease
            .query(
                "insert into series (guild_id, plugin, series, value) values ($1, $2, $3, 1)
                 on conflict (guild_id, plugin, series) do update set value = series.value + 1
                 returning value",
                &parameters,
                1,
            )
            .await
            .map_err(|error| self.explain(error))?;
        match found.as_deref() {
            Some([row]) if matches!(row[..], [Value::Integer(_)]) => {
                let [Value::Integer(number)] = row[..] else {
                    unreachable!("matched above")
                };
                Ok(number)
            }
            _ => Err(SqlError::Internal("a series did not count".into())),
        }
    }

    /// Takes the write lock, unless the call holds it.
    pub(crate) async fn lock(&mut self) -> Result<&mut Lease, StoreError> {
        if self.writer.is_none() {
            self.reader = None;
            self.writer = Some(self.store.database.writer().await?);
        }
        Ok(self.writer.as_mut().expect("just taken"))
    }

    async fn lease_for(&mut self, kind: StatementKind) -> Result<&mut Lease, SqlError> {
        let internal = |error: StoreError| SqlError::Internal(error.to_string());
        if kind == StatementKind::Write {
            if self.mode == CallMode::ReadOnly {
                return Err(SqlError::ReadOnly);
            }
            return self.lock().await.map_err(internal);
        }
        if self.writer.is_none() && self.reader.is_none() {
            self.reader = Some(self.store.database.reader().await.map_err(internal)?);
        }
        Ok(self
            .writer
            .as_mut()
            .or(self.reader.as_mut())
            .expect("one was just taken"))
    }

    fn confine(
        &self,
        text: &str,
        parameters: &[Value],
    ) -> Result<(Arc<Confined>, Vec<Value>), SqlError> {
        let schema = self.schema.as_ref().ok_or_else(|| {
            SqlError::Refused("this plugin has no tables: its manifest lists no migrations".into())
        })?;
        let confined = self
            .store
            .gate
            .confine(&schema.catalogue, Dialect::Sqlite, text)
            .map_err(|refusal| SqlError::Refused(refusal.to_string()))?;
        if confined.parameters != parameters.len() {
            return Err(SqlError::Refused(format!(
                "the statement has {} parameters, {} were given",
                confined.parameters,
                parameters.len()
            )));
        }
        let mut bound = Vec::with_capacity(parameters.len() + 1);
        bound.push(self.guild.into());
        bound.extend_from_slice(parameters);
        Ok((confined, bound))
    }

    /// From the database's words to the author's; the rest goes to the log, never to the plugin.
    fn explain(&self, error: StoreError) -> SqlError {
        let StoreError::Database(sqlx::Error::Database(raw)) = &error else {
            return match error {
                StoreError::Interrupted => SqlError::Timeout,
                other => self.internal(&other),
            };
        };
        let violation = self
            .schema
            .as_ref()
            .and_then(|schema| schema.catalogue.constraint_for_violation(raw.message()));
        if let Some(violation) = violation {
            let name = violation
                .name
                .unwrap_or_else(|| violation.columns.join(", "));
            return match violation.kind {
                ViolationKind::Unique => SqlError::Unique(name),
                ViolationKind::Check => SqlError::Check(name),
                ViolationKind::ForeignKey => SqlError::ForeignKey(name),
                ViolationKind::NotNull => SqlError::NotNull(name),
            };
        }
        if raw.message().contains("overflow") || raw.message().contains("datatype mismatch") {
            return SqlError::Overflow;
        }
        self.internal(&error)
    }

    fn internal(&self, error: &StoreError) -> SqlError {
        tracing::error!(plugin.name = %self.plugin, guild.id = %self.guild, %error, "a statement failed");
        SqlError::Internal(error.to_string())
    }
}

/// SQLite keeps booleans as 1 and 0.
fn restore_booleans(columns: &[ColumnType], rows: &mut [Vec<Value>]) {
    for (place, column) in columns.iter().enumerate() {
        if column.ty != Some(Type::Boolean) {
            continue;
        }
        for value in rows.iter_mut().filter_map(|row| row.get_mut(place)) {
            if let Value::Integer(number) = value {
                *value = Value::Boolean(*number != 0);
            }
        }
    }
}
