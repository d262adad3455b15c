//! What plugins created, or were given, under names of their own choice: messages, threads, roles.

use muster_core::ids::{ChannelId, MessageId, RoleId};
use muster_core::{GuildId, PluginName};

use crate::Store;
use crate::error::StoreError;
use crate::value::{Row, corrupt};

/// Something that a plugin created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// What it is.
    pub kind: NamedKind,
    /// The channel of a message, or the thread itself.
    pub channel: Option<ChannelId>,
    /// The message.
    pub message: Option<MessageId>,
    /// The role.
    pub role: Option<RoleId>,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedKind {
    /// A message.
    Message,
    /// A thread.
    Thread,
    /// A role that the plugin made.
    Role,
    /// A role of the guild that the plugin may give and take.
    AdoptedRole,
}

impl NamedKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Thread => "thread",
            Self::Role => "role",
            Self::AdoptedRole => "adopted_role",
        }
    }

    fn read(text: &str) -> Result<Self, StoreError> {
        match text {
            "message" => Ok(Self::Message),
            "thread" => Ok(Self::Thread),
            "role" => Ok(Self::Role),
            "adopted_role" => Ok(Self::AdoptedRole),
            _ => Err(corrupt(0, "a kind of named thing")),
        }
    }
}

impl Store {
    /// What the plugin created under `name` in this guild.
    ///
    /// # Errors
    /// The database failed.
    pub async fn named(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        name: &str,
    ) -> Result<Option<Named>, StoreError> {
        let select = "select kind, channel_id, message_id, role_id
                        from named
                       where guild_id = $1 and plugin = $2 and name = $3";
        let mut reader = self.inner.database.reader().await?;
        let found = reader
            .query(select, &[guild.into(), plugin.into(), name.into()], 1)
            .await?;
        let Some(row) = found.unwrap_or_default().pop().map(Row) else {
            return Ok(None);
        };
        Ok(Some(Named {
            kind: NamedKind::read(row.text(0)?)?,
            channel: row.optional_channel(1)?,
            message: row.optional_message(2)?,
            role: row.optional_integer(3)?.and_then(RoleId::from_sql),
        }))
    }

    /// Remembers what was created under a name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn put_named(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        name: &str,
        made: &Named,
    ) -> Result<(), StoreError> {
        let values = [
            guild.into(),
            plugin.into(),
            name.into(),
            made.kind.as_str().into(),
            made.channel.into(),
            made.message.into(),
            made.role.into(),
        ];
        let put =
            "insert into named (guild_id, plugin, name, kind, channel_id, message_id, role_id)
                   values ($1, $2, $3, $4, $5, $6, $7)
                   on conflict (guild_id, plugin, name) do update
                      set kind = excluded.kind, channel_id = excluded.channel_id,
                          message_id = excluded.message_id, role_id = excluded.role_id";
        let mut writer = self.inner.database.writer().await?;
        writer.execute(put, &values).await?;
        writer.commit().await
    }

    /// Forgets a name: what it stood for is gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_named(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        name: &str,
    ) -> Result<(), StoreError> {
        let delete = "delete from named where guild_id = $1 and plugin = $2 and name = $3";
        let mut writer = self.inner.database.writer().await?;
        writer
            .execute(delete, &[guild.into(), plugin.into(), name.into()])
            .await?;
        writer.commit().await
    }
}
