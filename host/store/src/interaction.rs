//! Interactions: handled once, answered once, also across a restart.

use std::time::Duration;

use muster_core::answer::Answer;
use muster_core::call::InteractionRef;
use muster_core::ids::InteractionId;
use muster_core::{GuildId, PluginName, Timestamp};

use crate::error::StoreError;
use crate::value::{Row, to_json};
use crate::{Inner, Store};

/// How long an interaction's token lives
/// ([Discord Docs/Receiving and Responding](https://discord.com/developers/docs/interactions/receiving-and-responding)).
const TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);

/// How long handled interactions are remembered, so that a late second delivery is known.
const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

/// An interaction that an earlier process left without its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Unanswered {
    /// The guild.
    pub guild: GuildId,
    /// The plugin that handles it.
    pub plugin: PluginName,
    /// How to answer it.
    pub reference: InteractionRef,
    /// Whether Discord was told to wait.
    pub deferred: bool,
    /// How far it came.
    pub state: UnansweredState,
}

/// How far an unanswered interaction came.
#[derive(Debug, Clone, PartialEq)]
pub enum UnansweredState {
    /// Its call was not committed: nothing happened.
    NotCommitted,
    /// Its call was committed with this answer.
    Answered(Answer),
    /// Its answer waits for effects of the outbox row of this number.
    Awaits(i64),
}

impl Store {
    /// Notes that Discord was told to wait for the answer, so that a restart can say what became of it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn note_deferral(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        reference: &InteractionRef,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let values = [
            guild.into(),
            reference.id.into(),
            plugin.into(),
            to_json(reference),
            now.into(),
        ];
        let put = "insert into interaction
                          (guild_id, interaction_id, plugin, reference, deferred, created_at)
                   values ($1, $2, $3, $4, 1, $5)
                   on conflict (guild_id, interaction_id) do update set deferred = 1";
        let mut writer = self.inner.database.writer().await?;
        writer.execute(put, &values).await?;
        writer.commit().await
    }

    /// The answer that an interaction was given when it was committed; `None` if it is not known or
    /// has none yet.
    ///
    /// # Errors
    /// The database failed.
    pub async fn answer_of(
        &self,
        guild: GuildId,
        interaction: InteractionId,
    ) -> Result<Option<Answer>, StoreError> {
        self.inner.answer_of(guild, interaction).await
    }

    /// What an earlier process left without its answer and can still be answered, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unanswered(&self) -> Result<Vec<Unanswered>, StoreError> {
        let since = self.inner.clock.now().as_ms() - TOKEN_LIFE.as_millis() as i64;
        let select = "select guild_id, plugin, reference, answer, awaits, deferred
                        from interaction
                       where sent = 0 and created_at > $1
                       order by created_at";
        let mut reader = self.inner.database.reader().await?;
        let rows = reader
            .query(select, &[since.into()], usize::MAX)
            .await?
            .unwrap_or_default();
        rows.into_iter()
            .map(|row| {
                let row = Row(row);
                let state = match (row.optional_text(3)?, row.optional_integer(4)?) {
                    (_, Some(outbox)) => UnansweredState::Awaits(outbox),
                    (Some(_), None) => UnansweredState::Answered(row.json(3)?),
                    (None, None) => UnansweredState::NotCommitted,
                };
                Ok(Unanswered {
                    guild: row.guild(0)?,
                    plugin: row.plugin(1)?,
                    reference: row.json(2)?,
                    deferred: row.integer(5)? != 0,
                    state,
                })
            })
            .collect()
    }

    /// Forgets interactions that nobody can deliver again.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_old_interactions(&self) -> Result<u64, StoreError> {
        let before = self.inner.clock.now().as_ms() - REMEMBERED.as_millis() as i64;
        let mut writer = self.inner.database.writer().await?;
        let delete = "delete from interaction where created_at < $1";
        let gone = writer.execute(delete, &[before.into()]).await?;
        writer.commit().await?;
        Ok(gone)
    }
}

impl Inner {
    pub(crate) async fn answer_of(
        &self,
        guild: GuildId,
        interaction: InteractionId,
    ) -> Result<Option<Answer>, StoreError> {
        let select = "select answer from interaction where guild_id = $1 and interaction_id = $2";
        let mut reader = self.database.reader().await?;
        let found = reader
            .query(select, &[guild.into(), interaction.into()], 1)
            .await?;
        let Some(row) = found.unwrap_or_default().pop().map(Row) else {
            return Ok(None);
        };
        row.optional_text(0)?.map(|_| row.json(0)).transpose()
    }
}
