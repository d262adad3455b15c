//! Looking at a database from outside, as the playground's drawer does: names of tables, and their rows
//! as text. Read only, beside a bot that is writing.

use std::path::PathBuf;

use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteConnectOptions;

use super::{Connection, Lease, Pool};
use crate::error::StoreError;
use crate::value::Value;

/// More tables than a bot has.
const TABLES: usize = 1000;

/// A database that is looked at. It may not be there yet: it is opened for each look.
#[derive(Debug, Clone)]
pub struct Inspection {
    path: PathBuf,
}

/// A part of a table, as text; `None` is null.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows, the newest first.
    pub rows: Vec<Vec<Option<String>>>,
}

impl Inspection {
    /// Looks at the database in this file.
    pub fn of(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// All tables by name, with how many rows each has.
    ///
    /// # Errors
    /// There is no database yet, or it cannot be read.
    pub async fn tables(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let mut lease = self.open().await?;
        let mut tables = Vec::new();
        for name in names(&mut lease).await? {
            let count = format!("select count(*) from {}", quoted(&name));
            let rows = lease.query(AssertSqlSafe(count), &[], 1).await?;
            let count = match rows.as_deref() {
                Some([row]) => row.first().map(integer).unwrap_or_default(),
                _ => 0,
            };
            tables.push((name, count));
        }
        Ok(tables)
    }

    /// Rows of a table, the newest first: `limit` of them after the first `skip`. A table that is not
    /// there has neither columns nor rows.
    ///
    /// # Errors
    /// There is no database yet, or it cannot be read.
    pub async fn rows(&self, table: &str, skip: u32, limit: u32) -> Result<Excerpt, StoreError> {
        let mut lease = self.open().await?;
        // A name from outside is used only if a table has it.
        if !names(&mut lease).await?.iter().any(|name| name == table) {
            return Ok(Excerpt::default());
        }
        let about = "select name from pragma_table_info($1) order by cid";
        let found = lease
            .query(about, &[Value::Text(table.to_owned())], TABLES)
            .await?;
        let columns: Vec<String> = found
            .unwrap_or_default()
            .iter()
            .map(|row| first(row))
            .collect();
        let shown: Vec<String> = columns
            .iter()
            .map(|name| {
                let name = quoted(name);
                format!(
                    "case typeof({name}) when 'blob' then length({name}) || ' bytes' else {name} end"
                )
            })
            .collect();
        let key = "select count(*) from pragma_table_list where name = $1 and wr = 1";
        let keyed = lease
            .query(key, &[Value::Text(table.to_owned())], 1)
            .await?;
        let has_rowid = keyed.is_some_and(|rows| rows.iter().all(|row| first(row) == "0"));
        let text = format!(
            "select {} from {} order by {} desc limit {limit} offset {skip}",
            shown.join(", "),
            quoted(table),
            if has_rowid { "rowid" } else { "1" },
        );
        let rows = lease
            .query(AssertSqlSafe(text), &[], limit as usize)
            .await?
            .unwrap_or_default();
        let rows = rows
            .iter()
            .map(|row| row.iter().map(text_of).collect())
            .collect();
        Ok(Excerpt { columns, rows })
    }

    async fn open(&self) -> Result<Lease, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(&self.path)
            .read_only(true)
            .pragma("query_only", "1");
        let failed = |source: sqlx::Error| StoreError::Open {
            path: self.path.display().to_string(),
            source: source.into(),
        };
        let connection = Connection::open(&options).await.map_err(failed)?;
        Pool::take(&Pool::of(vec![connection])).await
    }
}

async fn names(lease: &mut Lease) -> Result<Vec<String>, StoreError> {
    let all = "select name from sqlite_schema
                where type = 'table' and name not like 'sqlite\\_%' escape '\\'
                order by name";
    let found = lease.query(all, &[], TABLES).await?;
    Ok(found
        .unwrap_or_default()
        .iter()
        .map(|row| first(row))
        .collect())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn first(row: &[Value]) -> String {
    row.first().and_then(text_of).unwrap_or_default()
}

fn integer(value: &Value) -> u64 {
    match value {
        Value::Integer(number) => u64::try_from(*number).unwrap_or(0),
        _ => 0,
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Boolean(flag) => Some(flag.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Real(number) => Some(number.to_string()),
        Value::Text(text) => Some(text.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::{Durability, Sqlite};

    #[tokio::test]
    async fn tables_and_rows_are_read_and_nothing_else_is_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("muster.db");
        let inspection = Inspection::of(&path);
        inspection.tables().await.expect_err("no database yet");
        let store = Sqlite::open(&path, Durability::default())
            .await
            .expect("a database");
        let mut writer = store.writer().await.expect("a writer");
        let create = "create table \"odd \"\"name\" (a integer, b blob)".to_owned();
        writer.change_schema(create, &[]).await.expect("made");
        let fill = "insert into \"odd \"\"name\" values (1, x'00ff'), (2, null)".to_owned();
        writer.change_schema(fill, &[]).await.expect("filled");
        writer.commit().await.expect("committed");

        let tables = inspection.tables().await.expect("tables");
        assert!(tables.contains(&("odd \"name".to_owned(), 2)), "{tables:?}");
        let rows = inspection.rows("odd \"name", 0, 10).await.expect("rows");
        assert_eq!(rows.columns, ["a", "b"]);
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            rows.rows,
            [vec![text("2"), None], vec![text("1"), text("2 bytes")]]
        );
        let later = inspection.rows("odd \"name", 1, 1).await.expect("rows");
        assert_eq!(later.rows.len(), 1);
        let none = inspection.rows("x; drop table guild", 0, 1).await;
        assert_eq!(none.expect("nothing"), Excerpt::default());
    }
}
