//! The plugin's own tables, as if its guild were alone in the database.

use super::Ctx;
use crate::imports::{Rows, SqlError, Statement};
use crate::sql::{FromRow, FromValue, IntoParameters, Row};

impl Ctx<'_> {
    /// Runs a `select` or a statement with `returning`, and reads every row.
    ///
    /// # Errors
    /// The statement failed, or a row does not fit `T`.
    pub fn query_all<T: FromRow>(
        &mut self,
        text: &str,
        parameters: impl IntoParameters,
    ) -> Result<Vec<T>, SqlError> {
        let rows = self.host.query(text, &parameters.into_parameters())?;
        rows.read()
    }

    /// As [`query_all`](Self::query_all), for what gives one row at most. Further rows are not looked at.
    ///
    /// # Errors
    /// The statement failed, or the row does not fit `T`.
    pub fn query_one<T: FromRow>(
        &mut self,
        text: &str,
        parameters: impl IntoParameters,
    ) -> Result<Option<T>, SqlError> {
        let Rows { columns, rows } = self.host.query(text, &parameters.into_parameters())?;
        let first = rows.into_iter().next();
        first
            .map(|values| T::from_row(&mut Row::new(&columns, values)))
            .transpose()
    }

    /// The one value of a query that always gives one row with one column: `select count(*) ...`.
    ///
    /// # Errors
    /// The statement failed or gave nothing, or the value does not fit `T`.
    pub fn query_value<T: FromValue>(
        &mut self,
        text: &str,
        parameters: impl IntoParameters,
    ) -> Result<T, SqlError> {
        let row = self.query_one::<(T,)>(text, parameters)?;
        row.map(|(value,)| value)
            .ok_or_else(|| SqlError::Other("the query gave no row".into()))
    }

    /// Runs an `insert`, `update` or `delete`, and says how many rows it touched.
    ///
    /// # Errors
    /// The statement failed.
    pub fn execute(
        &mut self,
        text: &str,
        parameters: impl IntoParameters,
    ) -> Result<u64, SqlError> {
        self.host.execute(text, &parameters.into_parameters())
    }

    /// Runs several statements in order, and gives the rows of each. Cheaper than one by one: there is a
    /// price for each crossing to the host.
    ///
    /// # Errors
    /// The first statement that failed; those behind it did not run.
    pub fn batch(&mut self, statements: &[Statement]) -> Result<Vec<Rows>, SqlError> {
        self.host.batch(statements)
    }

    /// The next number of a series in this guild: 1, 2, 3, none ever given twice.
    ///
    /// # Errors
    /// The database failed.
    pub fn next_id<T: From<i64>>(&mut self, series: &str) -> Result<T, SqlError> {
        self.host.next_id(series).map(T::from)
    }
}

impl Rows {
    /// Every row as a `T`.
    ///
    /// # Errors
    /// A row does not fit `T`.
    pub fn read<T: FromRow>(self) -> Result<Vec<T>, SqlError> {
        let Self { columns, rows } = self;
        rows.into_iter()
            .map(|values| T::from_row(&mut Row::new(&columns, values)))
            .collect()
    }
}
