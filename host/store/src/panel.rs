//! Panels: which messages show what, and what they showed last.

use muster_core::call::InteractionRef;
use muster_core::effect::{PanelChange, PanelPlace, WhenDeleted};
use muster_core::ids::{ChannelId, MessageId, UserId};
use muster_core::{GuildId, PluginName, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::commit::Record;
use crate::error::StoreError;
use crate::sqlite::Batch;
use crate::value::{Row, Value, corrupt, to_json};

/// A panel as the database holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelRow {
    /// The guild.
    pub guild: GuildId,
    /// Whose panel it is.
    pub plugin: PluginName,
    /// The plugin's name for it.
    pub name: String,
    /// Where it goes.
    pub place: PanelPlace,
    /// How it is kept.
    pub options: PanelOptions,
    /// The interaction whose token edits it, where it is an answer. Every press renews it.
    pub reference: Option<InteractionRef>,
    /// Who opened it.
    pub opened_by: Option<UserId>,
    /// Where its message is, once posted.
    pub channel: Option<ChannelId>,
    /// Its message, once posted.
    pub message: Option<MessageId>,
    /// Digest of the view that Discord shows.
    pub view_hash: Option<String>,
    /// What is to become of it.
    pub state: PanelState,
    /// When its message was posted.
    pub posted_at: Option<Timestamp>,
    /// When it was opened.
    pub created_at: Timestamp,
}

/// How a panel is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PanelOptions {
    /// When somebody deletes its message.
    pub when_deleted: WhenDeleted,
}

/// What is to become of a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelState {
    /// It is kept up to date.
    Open,
    /// A new message is to be posted, the old one deleted.
    Repost,
    /// Its last view is to be shown, then it is forgotten.
    Closing,
}

impl PanelState {
    fn read(text: &str) -> Result<Self, StoreError> {
        match text {
            "open" => Ok(Self::Open),
            "repost" => Ok(Self::Repost),
            "closing" => Ok(Self::Closing),
            _ => Err(corrupt(10, "a panel's state")),
        }
    }
}

/// What a commit did to a panel.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelNotice {
    /// The guild.
    pub guild: GuildId,
    /// Whose panel.
    pub plugin: PluginName,
    /// What happened.
    pub change: PanelChange,
    /// The interaction of the call, where there is one.
    pub interaction: Option<InteractionRef>,
    /// The member who acted.
    pub opened_by: Option<UserId>,
}

const COLUMNS: &str = "guild_id, plugin, name, place, options, reference, opened_by, channel_id,
                       message_id, view_hash, state, posted_at, created_at";

fn read(row: &Row) -> Result<PanelRow, StoreError> {
    Ok(PanelRow {
        guild: row.guild(0)?,
        plugin: row.plugin(1)?,
        name: row.text(2)?.to_owned(),
        place: row.json(3)?,
        options: row.json(4)?,
        reference: row.optional_text(5)?.map(|_| row.json(5)).transpose()?,
        opened_by: row.optional_integer(6)?.and_then(UserId::from_sql),
        channel: row.optional_channel(7)?,
        message: row.optional_message(8)?,
        view_hash: row.optional_text(9)?.map(ToOwned::to_owned),
        state: PanelState::read(row.text(10)?)?,
        posted_at: row.optional_integer(11)?.map(Timestamp::from_ms),
        created_at: row.at(12)?,
    })
}

/// Writes what a call did to a panel. A refresh writes nothing: after a crash every open panel is
/// drawn again anyway.
pub(crate) fn apply(
    batch: &mut Batch,
    guild: GuildId,
    plugin: &PluginName,
    change: &PanelChange,
    record: &Record,
) {
    let key = |name: &str| [guild.into(), plugin.into(), Value::from(name)];
    match change {
        PanelChange::Refresh { .. } => {}
        PanelChange::Open {
            name,
            place,
            when_deleted,
            ..
        } => {
            let is_answer = !matches!(place, PanelPlace::At(_));
            let reference = record.interaction.as_ref().filter(|_| is_answer);
            let [guild, plugin, name] = key(name);
            let values = [
                guild,
                plugin,
                name,
                to_json(place),
                to_json(&PanelOptions {
                    when_deleted: *when_deleted,
                }),
                reference.map_or(Value::Null, to_json),
                record.actor.into(),
                record.now.into(),
            ];
            // An answer that is opened again is a new message; it takes the old one's place.
            let insert = if is_answer {
                "insert into panel
                        (guild_id, plugin, name, place, options, reference, opened_by, state, created_at)
                 values ($1, $2, $3, $4, $5, $6, $7, 'open', $8)
                 on conflict (guild_id, plugin, name) do update
                    set place = excluded.place, options = excluded.options, state = 'open',
                        reference = excluded.reference, opened_by = excluded.opened_by,
                        channel_id = null, message_id = null, view_hash = null, posted_at = null,
                        created_at = excluded.created_at"
            } else {
                "insert into panel
                        (guild_id, plugin, name, place, options, reference, opened_by, state, created_at)
                 values ($1, $2, $3, $4, $5, $6, $7, 'open', $8)
                 on conflict (guild_id, plugin, name) do update
                    set state = 'open' where panel.state = 'closing'"
            };
            batch.add(insert, values);
        }
        PanelChange::Rename { from, to } => {
            let [guild, plugin, from] = key(from);
            let update = "update panel set name = $4, view_hash = null
                           where guild_id = $1 and plugin = $2 and name = $3";
            batch.add(update, [guild, plugin, from, to.as_str().into()]);
        }
        PanelChange::Repost { name } => {
            let update = "update panel set state = 'repost'
                           where guild_id = $1 and plugin = $2 and name = $3 and state = 'open'";
            batch.add(update, key(name));
        }
        PanelChange::Close { name } => match name.strip_suffix('*') {
            None => {
                let update = "update panel set state = 'closing'
                               where guild_id = $1 and plugin = $2 and name = $3";
                batch.add(update, key(name));
            }
            Some(start) => {
                let length = i64::try_from(start.chars().count()).unwrap_or(i64::MAX);
                let [guild, plugin, start] = key(start);
                let update = "update panel set state = 'closing'
                               where guild_id = $1 and plugin = $2 and substr(name, 1, $4) = $3";
                batch.add(update, [guild, plugin, start, length.into()]);
            }
        },
    }
}

impl Store {
    /// Every panel that is kept, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn panels(&self) -> Result<Vec<PanelRow>, StoreError> {
        let mut reader = self.inner.database.reader().await?;
        let select = format!("select {COLUMNS} from panel order by created_at");
        let rows = reader
            .query(sqlx::AssertSqlSafe(select), &[], usize::MAX)
            .await?;
        rows.unwrap_or_default()
            .into_iter()
            .map(|row| read(&Row(row)))
            .collect()
    }

    /// One panel.
    ///
    /// # Errors
    /// The database failed.
    pub async fn panel(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        name: &str,
    ) -> Result<Option<PanelRow>, StoreError> {
        let mut reader = self.inner.database.reader().await?;
        let select = format!(
            "select {COLUMNS} from panel where guild_id = $1 and plugin = $2 and name = $3"
        );
        let key = [guild.into(), plugin.into(), name.into()];
        let rows = reader.query(sqlx::AssertSqlSafe(select), &key, 1).await?;
        rows.unwrap_or_default()
            .pop()
            .map(|row| read(&Row(row)))
            .transpose()
    }

    /// Notes the message that was posted for a panel, before anybody can press on it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn panel_posted(
        &self,
        panel: &PanelRow,
        channel: ChannelId,
        message: MessageId,
        view_hash: &str,
    ) -> Result<(), StoreError> {
        let values = [
            panel.guild.into(),
            (&panel.plugin).into(),
            panel.name.as_str().into(),
            channel.into(),
            message.into(),
            view_hash.into(),
            self.inner.clock.now().into(),
        ];
        let update = "update panel
                         set channel_id = $4, message_id = $5, view_hash = $6, posted_at = $7,
                             state = case when state = 'repost' then 'open' else state end
                       where guild_id = $1 and plugin = $2 and name = $3";
        let mut writer = self.inner.database.writer().await?;
        writer.execute(update, &values).await?;
        writer.commit().await
    }

    /// Forgets a panel: closed, or its message is gone for good.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_panel(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        name: &str,
    ) -> Result<(), StoreError> {
        let delete = "delete from panel where guild_id = $1 and plugin = $2 and name = $3";
        let mut writer = self.inner.database.writer().await?;
        writer
            .execute(delete, &[guild.into(), plugin.into(), name.into()])
            .await?;
        writer.commit().await
    }
}
