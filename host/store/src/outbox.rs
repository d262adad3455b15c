//! The outbox: what committed calls asked Discord for, until it is done.

use muster_core::call::InteractionRef;
use muster_core::effect::{Effect, EffectResult, PanelChange};
use muster_core::ids::UserId;
use muster_core::{GuildId, PluginName, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::error::StoreError;
use crate::sqlite::Batch;
use crate::value::{Row, to_json};

/// The effects of one call, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxRow {
    /// The guild.
    pub guild: GuildId,
    /// Its number; grows with time.
    pub id: i64,
    /// Who asked.
    pub plugin: PluginName,
    /// What to do. An effect is named by its place in this list.
    pub effects: Vec<Effect>,
    /// Panels whose posting the answer waits for.
    pub panels: Vec<PanelTag>,
    /// The answer that waits for some of them.
    pub after: Option<After>,
    /// Places that are through, with their results, when the row is read back after a restart.
    pub done: Vec<(usize, EffectResult)>,
}

/// A panel whose posting is reported under a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PanelTag {
    /// The plugin's mark.
    pub tag: String,
    /// The panel's name.
    pub panel: String,
}

impl PanelTag {
    pub(crate) fn of(change: &PanelChange) -> Option<Self> {
        match change {
            PanelChange::Open { name, tag, .. } if !tag.is_empty() => Some(Self {
                tag: tag.clone(),
                panel: name.clone(),
            }),
            _ => None,
        }
    }
}

/// An answer that waits for effects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct After {
    /// The marks to wait for.
    pub tags: Vec<String>,
    /// How long at most.
    pub until: Timestamp,
    /// The interaction to answer then.
    pub interaction: InteractionRef,
    /// The member who acted.
    pub actor: Option<UserId>,
}

/// What a row's column `body` holds.
#[derive(Deserialize)]
struct Body {
    effects: Vec<Effect>,
    #[serde(default)]
    panels: Vec<PanelTag>,
    #[serde(default)]
    after: Option<After>,
}

/// The same, to be written.
#[derive(Serialize)]
struct BodyRef<'a> {
    effects: &'a [Effect],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    panels: &'a [PanelTag],
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<&'a After>,
}

impl OutboxRow {
    pub(crate) fn insert(&self, batch: &mut Batch, now: Timestamp) {
        let body = BodyRef {
            effects: &self.effects,
            panels: &self.panels,
            after: self.after.as_ref(),
        };
        let insert = "insert into outbox (guild_id, outbox_id, plugin, body, created_at)
                      values ($1, $2, $3, $4, $5)";
        batch.add(
            insert,
            [
                self.guild.into(),
                self.id.into(),
                (&self.plugin).into(),
                to_json(&body),
                now.into(),
            ],
        );
    }
}

impl Store {
    /// What an earlier process left undone, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pending_outbox(&self) -> Result<Vec<OutboxRow>, StoreError> {
        let mut reader = self.inner.database.reader().await?;
        let select = "select guild_id, outbox_id, plugin, body from outbox order by outbox_id";
        let mut rows = Vec::new();
        for row in reader
            .query(select, &[], usize::MAX)
            .await?
            .unwrap_or_default()
        {
            let row = Row(row);
            let body: Body = row.json(3)?;
            rows.push(OutboxRow {
                guild: row.guild(0)?,
                id: row.integer(1)?,
                plugin: row.plugin(2)?,
                effects: body.effects,
                panels: body.panels,
                after: body.after,
                done: Vec::new(),
            });
        }
        let select = "select outbox_id, place, result from outbox_done";
        for row in reader
            .query(select, &[], usize::MAX)
            .await?
            .unwrap_or_default()
        {
            let row = Row(row);
            let (id, place) = (row.integer(0)?, row.integer(1)?);
            if let Some(found) = rows.iter_mut().find(|found| found.id == id) {
                let place = usize::try_from(place)
                    .map_err(|_| StoreError::Corrupt("a negative place in the outbox".into()))?;
                found.done.push((place, row.json(2)?));
            }
        }
        Ok(rows)
    }
}
