//! `muster:sql`: the plugin's own tables.

use muster_store::{Rows, SqlError, Value};

use super::CallState;

/// One statement and its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// As if the guild were alone in the database.
    pub text: String,
    /// `$1`, `$2`, ...
    pub parameters: Vec<Value>,
}

/// Why a statement did not run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// A budget of this call is used up.
    #[error("{0}")]
    Limit(String),
    /// The gate or the database refused it.
    #[error(transparent)]
    Sql(#[from] SqlError),
}

impl CallState {
    /// Runs a SELECT, or a statement with RETURNING.
    ///
    /// # Errors
    /// For the plugin to react to.
    pub async fn sql_query(
        &mut self,
        text: &str,
        parameters: &[Value],
    ) -> Result<Rows, StatementError> {
        self.admit(text, parameters)?;
        let wait = self.meter.wait_for_database();
        let result = self.transaction.query(text, parameters).await;
        drop(wait);
        let rows = self.judge(result)?;
        self.count_rows(&rows).map_err(StatementError::Limit)?;
        Ok(rows)
    }

    /// Runs an INSERT, UPDATE or DELETE. Returns the number of rows that it touched.
    ///
    /// # Errors
    /// For the plugin to react to.
    pub async fn sql_execute(
        &mut self,
        text: &str,
        parameters: &[Value],
    ) -> Result<u64, StatementError> {
        self.admit(text, parameters)?;
        let wait = self.meter.wait_for_database();
        let result = self.transaction.execute(text, parameters).await;
        drop(wait);
        self.judge(result)
    }

    /// Runs several statements in order, in one crossing; stops at the first error. Returns the rows
    /// of each (empty for those without).
    ///
    /// # Errors
    /// Of the first statement that failed.
    pub async fn sql_batch(
        &mut self,
        statements: &[Statement],
    ) -> Result<Vec<Rows>, StatementError> {
        let mut all = Vec::with_capacity(statements.len().min(self.limits.statements as usize));
        for statement in statements {
            all.push(
                self.sql_query(&statement.text, &statement.parameters)
                    .await?,
            );
        }
        Ok(all)
    }

    /// The next number of a series: 1, 2, 3, never given twice.
    ///
    /// # Errors
    /// For the plugin to react to.
    pub async fn sql_next_id(&mut self, series: &str) -> Result<i64, StatementError> {
        super::json::check_name(series).map_err(SqlError::Refused)?;
        self.count_statements(1).map_err(StatementError::Limit)?;
        if !self.scene.writes {
            return Err(SqlError::ReadOnly.into());
        }
        let wait = self.meter.wait_for_database();
        let result = self.transaction.next_id(series).await;
        drop(wait);
        self.judge(result)
    }

    fn admit(&mut self, text: &str, parameters: &[Value]) -> Result<(), StatementError> {
        self.count_statements(1).map_err(StatementError::Limit)?;
        self.check_size("a statement", text)
            .map_err(StatementError::Limit)?;
        for parameter in parameters {
            if let Value::Text(text) = parameter {
                self.check_size("a parameter", text)
                    .map_err(StatementError::Limit)?;
            }
        }
        Ok(())
    }

    /// Notes what a statement changed for the call as a whole.
    fn judge<T>(&mut self, result: Result<T, SqlError>) -> Result<T, StatementError> {
        if self.transaction.holds_write_lock() {
            self.meter.write_lock_taken();
        }
        if let Err(SqlError::Internal(problem)) = &result {
            self.database_problem = Some(problem.clone());
        }
        result.map_err(|error| match error {
            SqlError::TooMuch(problem) => StatementError::Limit(problem),
            error => StatementError::Sql(error),
        })
    }
}
