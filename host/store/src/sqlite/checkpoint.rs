//! Checkpoints: what the log holds is copied into the file beside the commits and not within one, where
//! everybody who writes would wait for the disk.

use std::sync::Arc;

use super::{Pool, SqlSafeStr, StoreError};
use crate::value::{Row, Value};

/// So many commits lie between two checkpoints: about 1000 pages, as SQLite's own rule has it.
pub(super) const COMMITS: u32 = 128;

/// A log of this many pages (32 MiB) was never fully copied because somebody always wrote: then writers
/// wait once. Where nothing else works, SQLite does the same at twice the size.
const LONGEST_LOG: i64 = 8192;

/// The size at which SQLite makes a checkpoint within a commit by itself.
pub(super) const LAST_RESORT: i64 = 2 * LONGEST_LOG;

/// Makes a checkpoint whenever one is due.
pub(super) async fn keep(readers: Arc<Pool>, writer: Arc<Pool>) {
    loop {
        writer.checkpoint_due.notified().await;
        if let Err(error) = checkpoint(&readers, &writer).await {
            tracing::warn!(%error, "the database's log could not be copied into its file; trying again later");
        }
    }
}

async fn checkpoint(readers: &Arc<Pool>, writer: &Arc<Pool>) -> Result<(), StoreError> {
    let mut connection = Pool::take(readers).await?;
    // A connection that only queries may do this as well.
    let passive = "pragma wal_checkpoint(passive)".into_sql_str();
    let rows = connection.query(passive, &[], 1).await?.unwrap_or_default();
    let pages = rows
        .into_iter()
        .next()
        .map_or(Ok(0), |row: Vec<Value>| Row(row).integer(1))?;
    if pages > LONGEST_LOG {
        let _nobody_writes = Pool::take(writer).await?;
        let truncate = "pragma wal_checkpoint(truncate)".into_sql_str();
        connection.query(truncate, &[], 1).await?;
    }
    Ok(())
}
