//! The guild's audit, read back: who did what to whom.

use std::time::Duration;

use muster_core::effect::AuditEntry;
use muster_core::host_settings::AUDIT_KEEP_DAYS;
use muster_core::ids::UserId;
use muster_core::manifest::HOST;
use muster_core::{GuildId, Timestamp};

use crate::Store;
use crate::commit::insert_audit;
use crate::error::StoreError;
use crate::sqlite::Batch;
use crate::value::{Row, Value};

/// A line of the audit.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditLine {
    /// When.
    pub at: Timestamp,
    /// The plugin that wrote it, or `host`.
    pub source: String,
    /// Who did it; `None` where nobody acted.
    pub actor: Option<UserId>,
    /// What was done, such as `run.end`.
    pub action: String,
    /// To what or whom.
    pub subject: String,
    /// The details, as a JSON object.
    pub meta: serde_json::Value,
}

/// Which lines are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Only this action.
    pub action: Option<String>,
    /// Only what this user did, or what was done to them.
    pub user: Option<UserId>,
    /// Only lines that hold this text.
    pub text: Option<String>,
    /// From then on.
    pub since: Option<Timestamp>,
    /// Until then.
    pub until: Option<Timestamp>,
}

/// A statement about the lines that a query means. `$1` is the guild.
macro_rules! wanted {
    ($select:literal, $order:literal) => {
        concat!(
            $select,
            " from audit where guild_id = $1
                and ($2 is null or action = $2)
                and ($3 is null or actor_id = $3 or subject = $4 or subject like $5)
                and ($6 is null or action like $6 escape '!' or subject like $6 escape '!'
                     or meta like $6 escape '!')
                and created_at >= $7 and created_at <= $8 ",
            $order
        )
    };
}

impl AuditQuery {
    fn values(&self, guild: GuildId) -> Vec<Value> {
        let user = self.user.map(|user| user.to_string());
        let like = |text: &str| {
            let escaped = text
                .replace('!', "!!")
                .replace('%', "!%")
                .replace('_', "!_");
            format!("%{escaped}%")
        };
        vec![
            guild.into(),
            self.action.clone().into(),
            self.user.into(),
            user.clone().into(),
            user.map(|user| format!("%:{user}")).into(),
            self.text.as_deref().map(like).into(),
            self.since.unwrap_or(Timestamp::from_ms(0)).into(),
            self.until.unwrap_or(Timestamp::from_ms(i64::MAX)).into(),
        ]
    }
}

impl Store {
    /// Writes a line of the host's own into the audit.
    ///
    /// # Errors
    /// The database failed.
    pub async fn write_audit(&self, guild: GuildId, entry: &AuditEntry) -> Result<(), StoreError> {
        let now = self.inner.clock.now();
        let mut batch = Batch::default();
        insert_audit(&mut batch, &self.inner, guild, HOST, entry, now);
        self.inner.database.writer().await?.commit_with(batch).await
    }

    /// Lines of the audit, newest first, from place `offset` on.
    ///
    /// # Errors
    /// The database failed.
    pub async fn audit_lines(
        &self,
        guild: GuildId,
        query: &AuditQuery,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<AuditLine>, StoreError> {
        let select = wanted!(
            "select created_at, plugin, actor_id, action, subject, meta",
            "order by created_at desc, audit_id desc limit $9 offset $10"
        );
        let mut values = query.values(guild);
        values.extend([i64::from(limit).into(), i64::from(offset).into()]);
        let mut reader = self.inner.database.reader().await?;
        let rows = reader.query(select, &values, usize::MAX).await?;
        let read = |row: Vec<Value>| {
            let row = Row(row);
            Ok(AuditLine {
                at: row.at(0)?,
                source: row.text(1)?.to_owned(),
                actor: row.optional_integer(2)?.and_then(UserId::from_sql),
                action: row.text(3)?.to_owned(),
                subject: row.text(4)?.to_owned(),
                meta: row.json(5)?,
            })
        };
        rows.unwrap_or_default().into_iter().map(read).collect()
    }

    /// How many lines the query means.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_audit_lines(
        &self,
        guild: GuildId,
        query: &AuditQuery,
    ) -> Result<u32, StoreError> {
        let select = wanted!("select count(*)", "");
        let mut reader = self.inner.database.reader().await?;
        let rows = reader.query(select, &query.values(guild), 1).await?;
        let first = rows.unwrap_or_default().into_iter().next();
        let count = first.map(|row| Row(row).integer(0)).transpose()?;
        Ok(u32::try_from(count.unwrap_or(0)).unwrap_or(u32::MAX))
    }

    /// The actions that stand in the guild's audit, by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn audit_actions(&self, guild: GuildId) -> Result<Vec<String>, StoreError> {
        let select = "select distinct action from audit where guild_id = $1 order by action";
        let mut reader = self.inner.database.reader().await?;
        let rows = reader.query(select, &[guild.into()], usize::MAX).await?;
        let read = |row: Vec<Value>| Row(row).text(0).map(ToOwned::to_owned);
        rows.unwrap_or_default().into_iter().map(read).collect()
    }

    /// Moves lines that are older than each guild keeps into the archive.
    pub(crate) async fn archive_audit(&self, now: Timestamp) -> Result<(), StoreError> {
        for guild in self.guilds().await? {
            let before = self.kept_since(guild, AUDIT_KEEP_DAYS, now).await?;
            let values = [guild.into(), before.into()];
            let mut writer = self.inner.database.writer().await?;
            for step in [
                "insert into audit_archive
                        (guild_id, audit_id, plugin, actor_id, action, subject, meta, created_at)
                 select guild_id, audit_id, plugin, actor_id, action, subject, meta, created_at
                   from audit where guild_id = $1 and created_at < $2
                 on conflict (guild_id, audit_id) do nothing",
                "delete from audit where guild_id = $1 and created_at < $2",
            ] {
                writer.execute(step, &values).await?;
            }
            writer.commit().await?;
        }
        Ok(())
    }

    /// Since when the guild keeps what `setting` is about.
    pub(crate) async fn kept_since(
        &self,
        guild: GuildId,
        setting: &str,
        now: Timestamp,
    ) -> Result<Timestamp, StoreError> {
        let config = self.guild_config(guild).await?;
        let days = config.host_setting(setting).and_then(|days| days.as_i64());
        let days = u64::try_from(days.unwrap_or(i64::MAX)).unwrap_or(0);
        let span = Duration::from_secs(days.saturating_mul(24 * 3600));
        let span_ms = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        Ok(Timestamp::from_ms(now.as_ms().saturating_sub(span_ms)))
    }

    /// Every guild that the bot knows.
    pub(crate) async fn guilds(&self) -> Result<Vec<GuildId>, StoreError> {
        let mut reader = self.inner.database.reader().await?;
        let select = "select guild_id from guild order by guild_id";
        let rows = reader.query(select, &[], usize::MAX).await?;
        let read = |row: Vec<Value>| Row(row).guild(0);
        rows.unwrap_or_default().into_iter().map(read).collect()
    }
}
