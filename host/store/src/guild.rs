//! Guilds and what they configured: mappings of role and channel keys, plugins, settings.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use muster_core::effect::{AuditEntry, Emitted};
use muster_core::guild_config::{GuildConfig, OwnChoices, Policy};
use muster_core::ids::{ChannelId, RoleId};
use muster_core::manifest::HOST;
use muster_core::{GuildId, PluginName};

use crate::commit::insert_audit;
use crate::error::StoreError;
use crate::sqlite::{Batch, Lease};
use crate::value::{Row, corrupt, to_json};
use crate::{Store, schedule};

/// A change of one mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MappingChange {
    /// A role key stands for this Discord role from now on, or for none.
    Role(String, Option<RoleId>),
    /// A channel key stands for this channel from now on, or for none.
    Channel(String, Option<ChannelId>),
}

/// Configurations that were read, by guild.
#[derive(Default)]
pub(crate) struct Configs {
    read: HashMap<GuildId, Arc<GuildConfig>>,
    changes: u64,
}

impl Configs {
    fn get(&self, guild: GuildId) -> Option<Arc<GuildConfig>> {
        self.read.get(&guild).cloned()
    }

    fn changes(&self) -> u64 {
        self.changes
    }

    /// Keeps what was read, unless something was changed since the reading began: then it may be of before.
    fn keep(&mut self, guild: GuildId, config: Arc<GuildConfig>, read_at: u64) {
        if self.changes == read_at {
            self.read.insert(guild, config);
        }
    }

    fn forget(&mut self, guild: GuildId) {
        self.changes += 1;
        self.read.remove(&guild);
    }
}

impl Store {
    /// The guild's configuration; read once and kept until it changes.
    ///
    /// # Errors
    /// The database failed.
    pub async fn guild_config(&self, guild: GuildId) -> Result<Arc<GuildConfig>, StoreError> {
        if let Some(found) = self.inner.configs.read().get(guild) {
            return Ok(found);
        }
        let read_at = self.inner.configs.read().changes();
        let config = self.read_config(guild).await?;
        self.inner
            .configs
            .write()
            .keep(guild, Arc::clone(&config), read_at);
        Ok(config)
    }

    /// What `plugins.toml` says of guilds.
    pub fn policy(&self) -> &Policy {
        &self.inner.policy
    }

    async fn read_config(&self, guild: GuildId) -> Result<Arc<GuildConfig>, StoreError> {
        let mut reader = self.inner.database.reader().await?;
        let mut rows = async |select: &'static str| -> Result<Vec<Row>, StoreError> {
            let rows = reader.query(select, &[guild.into()], usize::MAX).await?;
            Ok(rows.unwrap_or_default().into_iter().map(Row).collect())
        };
        let mut roles = BTreeMap::new();
        for row in
            rows("select role_key, discord_role_id from guild_role where guild_id = $1").await?
        {
            let role = RoleId::from_sql(row.integer(1)?).ok_or_else(|| corrupt(1, "a role"))?;
            roles.insert(row.text(0)?.to_owned(), role);
        }
        let mut channels = BTreeMap::new();
        let select =
            "select channel_key, discord_channel_id from guild_channel where guild_id = $1";
        for row in rows(select).await? {
            let channel = row
                .optional_channel(1)?
                .ok_or_else(|| corrupt(1, "a channel"))?;
            channels.insert(row.text(0)?.to_owned(), channel);
        }
        let mut own = OwnChoices::default();
        for row in rows("select plugin, enabled from plugin_state where guild_id = $1").await? {
            own.enabled.insert(row.plugin(0)?, row.integer(1)? != 0);
        }
        for row in rows("select plugin, key, value from guild_setting where guild_id = $1").await? {
            own.settings
                .entry(row.text(0)?.to_owned())
                .or_default()
                .insert(row.text(1)?.to_owned(), row.json(2)?);
        }
        Ok(self.inner.policy.resolve(guild, roles, channels, own))
    }

    /// Switches a plugin on or off in a guild, together with the line of the audit about it. What waited
    /// for a plugin that comes on is due at once; `tell` is what it hears of it.
    ///
    /// # Errors
    /// The database failed; nothing was changed.
    pub async fn switch_plugin(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        enabled: bool,
        audit: &AuditEntry,
        tell: Option<&Emitted>,
    ) -> Result<(), StoreError> {
        let now = self.inner.clock.now();
        let mut batch = Batch::default();
        let put = "insert into plugin_state (guild_id, plugin, enabled, updated_at)
                   values ($1, $2, $3, $4)
                   on conflict (guild_id, plugin) do update
                      set enabled = excluded.enabled, updated_at = excluded.updated_at";
        let values = [guild.into(), plugin.into(), enabled.into(), now.into()];
        batch.add(put, values);
        if enabled {
            schedule::wake(&mut batch, guild, plugin, now);
        }
        let hears = tell.map(|event| (event, std::slice::from_ref(plugin)));
        self.conclude(batch, guild, audit, hears).await
    }

    /// Sets or clears a setting of a guild, together with the line of the audit about it. `owner` is a plugin,
    /// or [`HOST`](muster_core::manifest::HOST); `tell` is what plugins hear of it.
    ///
    /// # Errors
    /// The database failed; nothing was changed.
    pub async fn put_setting(
        &self,
        guild: GuildId,
        owner: &str,
        key: &str,
        value: Option<&serde_json::Value>,
        audit: &AuditEntry,
        tell: Option<(&Emitted, &[PluginName])>,
    ) -> Result<(), StoreError> {
        let now = self.inner.clock.now();
        let mut batch = Batch::default();
        match value {
            Some(value) => {
                let put = "insert into guild_setting (guild_id, plugin, key, value, updated_at)
                           values ($1, $2, $3, $4, $5)
                           on conflict (guild_id, plugin, key) do update
                              set value = excluded.value, updated_at = excluded.updated_at";
                let values = [
                    guild.into(),
                    owner.into(),
                    key.into(),
                    to_json(value),
                    now.into(),
                ];
                batch.add(put, values);
            }
            None => {
                let delete =
                    "delete from guild_setting where guild_id = $1 and plugin = $2 and key = $3";
                batch.add(delete, [guild.into(), owner.into(), key.into()]);
            }
        }
        self.conclude(batch, guild, audit, tell).await
    }

    /// The end of a change of a guild's configuration: audited, told, and seen by whoever asks next.
    async fn conclude(
        &self,
        mut batch: Batch,
        guild: GuildId,
        audit: &AuditEntry,
        tell: Option<(&Emitted, &[PluginName])>,
    ) -> Result<(), StoreError> {
        let (store, now) = (&self.inner, self.inner.clock.now());
        insert_audit(&mut batch, store, guild, HOST, audit, now);
        if let Some((event, hearers)) = tell {
            schedule::insert_event(&mut batch, store, guild, HOST, event, now, hearers);
        }
        store.database.writer().await?.commit_with(batch).await?;
        store.configs.write().forget(guild);
        store.events_changed.send_modify(|count| *count += 1);
        store.timers_changed.send_modify(|count| *count += 1);
        Ok(())
    }

    /// Changes mappings, together with the line of the audit about it.
    ///
    /// # Errors
    /// The database failed; nothing was changed.
    pub async fn change_mappings(
        &self,
        guild: GuildId,
        changes: &[MappingChange],
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let now = self.inner.clock.now();
        let mut batch = Batch::default();
        for change in changes {
            let (key, put, delete, target) = match change {
                MappingChange::Role(key, role) => (
                    key,
                    "insert into guild_role (guild_id, role_key, discord_role_id, updated_at)
                     values ($1, $2, $3, $4)
                     on conflict (guild_id, role_key) do update
                        set discord_role_id = excluded.discord_role_id,
                            updated_at = excluded.updated_at",
                    "delete from guild_role where guild_id = $1 and role_key = $2",
                    role.map(RoleId::to_sql),
                ),
                MappingChange::Channel(key, channel) => (
                    key,
                    "insert into guild_channel (guild_id, channel_key, discord_channel_id, updated_at)
                     values ($1, $2, $3, $4)
                     on conflict (guild_id, channel_key) do update
                        set discord_channel_id = excluded.discord_channel_id,
                            updated_at = excluded.updated_at",
                    "delete from guild_channel where guild_id = $1 and channel_key = $2",
                    channel.map(ChannelId::to_sql),
                ),
            };
            let key = key.as_str().into();
            match target {
                Some(target) => batch.add(put, [guild.into(), key, target.into(), now.into()]),
                None => batch.add(delete, [guild.into(), key]),
            }
        }
        self.conclude(batch, guild, audit, None).await
    }

    /// Notes that the bot is in a guild of this name. True if it was not there before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn guild_present(&self, guild: GuildId, name: &str) -> Result<bool, StoreError> {
        let select = "select name, left_at from guild where guild_id = $1";
        let mut reader = self.inner.database.reader().await?;
        let found = reader
            .query(select, &[guild.into()], 1)
            .await?
            .unwrap_or_default()
            .pop()
            .map(Row);
        drop(reader);
        if let Some(row) = &found
            && row.text(0)? == name
            && row.optional_integer(1)?.is_none()
        {
            return Ok(false);
        }
        let put = "insert into guild (guild_id, name, created_at) values ($1, $2, $3)
                   on conflict (guild_id) do update set name = excluded.name, left_at = null";
        let mut writer = self.inner.database.writer().await?;
        writer
            .execute(
                put,
                &[guild.into(), name.into(), self.inner.clock.now().into()],
            )
            .await?;
        writer.commit().await?;
        Ok(found.is_none())
    }

    /// Notes that the bot was removed from a guild; its data stays for now.
    ///
    /// # Errors
    /// The database failed.
    pub async fn guild_left(&self, guild: GuildId) -> Result<(), StoreError> {
        let update = "update guild set left_at = $2 where guild_id = $1";
        let mut writer = self.inner.database.writer().await?;
        writer
            .execute(update, &[guild.into(), self.inner.clock.now().into()])
            .await?;
        writer.commit().await
    }

    /// What Discord was last told of the guild's commands.
    ///
    /// # Errors
    /// The database failed.
    pub async fn registered_commands(&self, guild: GuildId) -> Result<Option<String>, StoreError> {
        let select = "select digest from command_registration where guild_id = $1";
        let mut reader = self.inner.database.reader().await?;
        let found = reader
            .query(select, &[guild.into()], 1)
            .await?
            .unwrap_or_default()
            .pop()
            .map(Row);
        found
            .map(|row| row.text(0).map(ToOwned::to_owned))
            .transpose()
    }

    /// Notes what Discord was told of the guild's commands.
    ///
    /// # Errors
    /// The database failed.
    pub async fn put_registered_commands(
        &self,
        guild: GuildId,
        digest: &str,
    ) -> Result<(), StoreError> {
        let put = "insert into command_registration (guild_id, digest, registered_at)
                   values ($1, $2, $3)
                   on conflict (guild_id) do update
                      set digest = excluded.digest, registered_at = excluded.registered_at";
        let mut writer: Lease = self.inner.database.writer().await?;
        writer
            .execute(
                put,
                &[guild.into(), digest.into(), self.inner.clock.now().into()],
            )
            .await?;
        writer.commit().await
    }
}
