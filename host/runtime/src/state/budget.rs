//! What a call has used of its budgets.

use super::CallState;

/// Counters of one call.
#[derive(Debug, Default)]
pub(super) struct Used {
    pub statements: u32,
    pub rows: u64,
    pub result_bytes: usize,
    pub queued: u32,
    pub queued_bytes: usize,
}

impl CallState {
    /// Counts one queued thing, and the bytes of the texts that it holds.
    pub(super) fn count_queued(&mut self, bytes: usize) -> Result<(), String> {
        let limit = self.limits.effects;
        if self.used.queued >= limit {
            return Err(format!(
                "one call may queue {limit} things (effects, panel changes, timers, events, audit lines)"
            ));
        }
        let bytes = self.used.queued_bytes.saturating_add(bytes);
        if bytes > self.limits.queued_bytes {
            let mib = self.limits.queued_bytes >> 20;
            return Err(format!(
                "one call may queue {mib} MiB of messages, files and payloads"
            ));
        }
        self.used.queued += 1;
        self.used.queued_bytes = bytes;
        Ok(())
    }

    /// Counts statements before they run.
    pub(super) fn count_statements(&mut self, count: usize) -> Result<(), String> {
        let limit = self.limits.statements;
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let used = self.used.statements.saturating_add(count);
        if used > limit {
            return Err(format!(
                "one call may run {limit} statements; a multi-row insert counts as one"
            ));
        }
        self.used.statements = used;
        Ok(())
    }

    /// Counts what a statement returned.
    pub(super) fn count_rows(&mut self, rows: &muster_store::Rows) -> Result<(), String> {
        let row_limit = self.limits.rows;
        self.used.rows = self.used.rows.saturating_add(rows.rows.len() as u64);
        if self.used.rows > row_limit {
            return Err(format!(
                "one call may read {row_limit} rows; ask for fewer with `limit`"
            ));
        }
        for value in rows.rows.iter().flatten() {
            let size = match value {
                muster_store::Value::Text(text) => text.len(),
                _ => 8,
            };
            if size > self.limits.value_bytes {
                return Err(self.too_long("a value read", size));
            }
            self.used.result_bytes += size;
        }
        let byte_limit = self.limits.result_bytes;
        if self.used.result_bytes > byte_limit {
            return Err(format!(
                "one call may read {} MiB of rows",
                byte_limit >> 20
            ));
        }
        Ok(())
    }

    /// Refuses a text that is longer than a value may be.
    pub(super) fn check_size(&self, what: &str, text: &str) -> Result<(), String> {
        if text.len() > self.limits.value_bytes {
            return Err(self.too_long(what, text.len()));
        }
        Ok(())
    }

    fn too_long(&self, what: &str, size: usize) -> String {
        let limit_kib = self.limits.value_bytes >> 10;
        format!(
            "{what} has {} KiB, and one value may have {limit_kib} KiB",
            size.div_ceil(1024)
        )
    }
}
