//! What keeps the process honest: the allowance of gateway sessions, and the row counts of events.

use std::time::Duration;

use muster_core::Timestamp;

use crate::Store;
use crate::error::StoreError;
use crate::value::Row;

/// Sessions that the host begins at most in 24 hours: half of Discord's allowance of 1,000, whose
/// overrun resets the bot's token
/// ([Discord Docs/Gateway, "Session Start Limit"](https://discord.com/developers/docs/events/gateway#session-start-limit-object)).
const SESSIONS_PER_DAY: i64 = 500;

impl Store {
    /// Takes one gateway session out of the day's allowance; false if it is used up. Kept in the
    /// database, so that a crash loop cannot forget it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn take_session(&self, shard: u32, now: Timestamp) -> Result<bool, StoreError> {
        let day_ago = now.as_ms() - Duration::from_secs(24 * 3600).as_millis() as i64;
        let mut writer = self.inner.database.writer().await?;
        writer
            .execute(
                "delete from identify where started_at <= $1",
                &[day_ago.into()],
            )
            .await?;
        let rows = writer
            .query("select count(*) from identify", &[], 1)
            .await?
            .unwrap_or_default();
        let used = rows
            .into_iter()
            .next()
            .map(|row| Row(row).integer(0))
            .transpose()?
            .unwrap_or(0);
        if used >= SESSIONS_PER_DAY {
            return Ok(false);
        }
        let insert =
            "insert into identify (shard, started_at) values ($1, $2) on conflict do nothing";
        writer
            .execute(insert, &[i64::from(shard).into(), now.into()])
            .await?;
        writer.commit().await?;
        Ok(true)
    }

    /// When the last gateway session of this or an earlier process began, if one did in the last day.
    ///
    /// # Errors
    /// The database failed.
    pub async fn last_session(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut reader = self.inner.database.reader().await?;
        let rows = reader
            .query("select max(started_at) from identify", &[], 1)
            .await?
            .unwrap_or_default();
        let last = rows
            .into_iter()
            .next()
            .map(|row| Row(row).optional_integer(0))
            .transpose()?;
        Ok(last.flatten().map(Timestamp::from_ms))
    }

    /// Deletes what nobody can need any more: events that everybody applied, interactions of
    /// yesterday, and records older than each guild keeps them. To be called now and then.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        self.forget_old_interactions().await?;
        let mut writer = self.inner.database.writer().await?;
        let delete = "delete from event
                       where not exists (select 1 from event_delivery d
                                          where d.guild_id = event.guild_id and d.event_id = event.event_id)";
        writer.execute(delete, &[]).await?;
        writer.commit().await?;
        let now = self.inner.clock.now();
        self.archive_audit(now).await?;
        self.prune_command_log(now).await
    }
}
