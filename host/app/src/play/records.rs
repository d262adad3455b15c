//! What the bot has stored, shown in the playground's drawer: its database, read only.

use std::path::PathBuf;

use muster_playground::{Looked, Records, Table, TableName};
use muster_store::Inspection;

/// The database of the bot that plays.
#[derive(Debug)]
pub struct BotDatabase(Inspection);

impl BotDatabase {
    /// The database in this file, which the bot may not have made yet.
    pub fn at(path: PathBuf) -> Self {
        Self(Inspection::of(path))
    }
}

impl Records for BotDatabase {
    fn tables(&self) -> Looked<'_, Vec<TableName>> {
        Box::pin(async {
            let tables = self.0.tables().await.map_err(|error| error.to_string())?;
            let named = |(name, rows)| TableName { name, rows };
            Ok(tables.into_iter().map(named).collect())
        })
    }

    fn rows<'a>(&'a self, table: &'a str, skip: u32, limit: u32) -> Looked<'a, Table> {
        Box::pin(async move {
            let excerpt = self.0.rows(table, skip, limit).await;
            let excerpt = excerpt.map_err(|error| error.to_string())?;
            Ok(Table {
                columns: excerpt.columns,
                rows: excerpt.rows,
            })
        })
    }
}
