//! What the bot has stored, for the operator's drawer. The playground knows no database: whoever runs
//! it hands in something that can look.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use serde::Serialize;

/// An answer that comes later, or a sentence about why it does not.
pub type Looked<'a, T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send + 'a>>;

/// Looks at what the bot has stored, and changes nothing.
pub trait Records: Send + Sync + Debug {
    /// All tables, in the order to show them.
    fn tables(&self) -> Looked<'_, Vec<TableName>>;

    /// Rows of a table, the newest first, `limit` at most after the first `skip`.
    fn rows<'a>(&'a self, table: &'a str, skip: u32, limit: u32) -> Looked<'a, Table>;
}

/// A table, and how much is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableName {
    /// The table's name.
    pub name: String,
    /// How many rows it has.
    pub rows: u64,
}

/// A part of a table, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows; `None` is SQL's null.
    pub rows: Vec<Vec<Option<String>>>,
}
