//! The command log: who used which command, with what, and how it went. Written in groups with the marks,
//! so that no member waits for it.

use muster_core::host_settings::COMMAND_LOG_KEEP_DAYS;
use muster_core::ids::{ChannelId, UserId};
use muster_core::{GuildId, Timestamp};
use serde_json::Value as Json;

use crate::error::StoreError;
use crate::sqlite::Lease;
use crate::value::{Row, to_json};
use crate::{Inner, Store};

/// A line of the command log.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandLogEntry {
    /// Where.
    pub guild: GuildId,
    /// Where, more precisely.
    pub channel: ChannelId,
    /// Who.
    pub user: UserId,
    /// The command.
    pub command: String,
    /// `group.sub`, where it has one.
    pub subcommand: Option<String>,
    /// The options as given, secrets replaced.
    pub options: Json,
    /// `None` for success, else a code such as `MISSING_PERMISSIONS`.
    pub error_code: Option<String>,
    /// From Discord's making of the interaction to the answer, in milliseconds.
    pub latency_ms: i64,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// The guild's latest lines, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn command_log(
        &self,
        guild: GuildId,
        limit: u32,
    ) -> Result<Vec<CommandLogEntry>, StoreError> {
        let select = "select channel_id, user_id, command_name, subcommand, options, error_code,
                             latency_ms, created_at
                        from command_log where guild_id = $1
                       order by log_id desc limit $2";
        let mut reader = self.inner.database.reader().await?;
        let values = [guild.into(), i64::from(limit).into()];
        let rows = reader.query(select, &values, usize::MAX).await?;
        let read = |row: Vec<crate::Value>| {
            let row = Row(row);
            let user = UserId::from_sql(row.integer(1)?);
            Ok(CommandLogEntry {
                guild,
                channel: row
                    .optional_channel(0)?
                    .ok_or_else(|| crate::value::corrupt(0, "a channel"))?,
                user: user.ok_or_else(|| crate::value::corrupt(1, "a user"))?,
                command: row.text(2)?.to_owned(),
                subcommand: row.optional_text(3)?.map(ToOwned::to_owned),
                options: row.json(4)?,
                error_code: row.optional_text(5)?.map(ToOwned::to_owned),
                latency_ms: row.integer(6)?,
                at: row.at(7)?,
            })
        };
        rows.unwrap_or_default().into_iter().map(read).collect()
    }

    /// Forgets what is older than each guild keeps.
    pub(crate) async fn prune_command_log(&self, now: Timestamp) -> Result<(), StoreError> {
        let delete = "delete from command_log where guild_id = $1 and created_at < $2";
        for guild in self.guilds().await? {
            let before = self.kept_since(guild, COMMAND_LOG_KEEP_DAYS, now).await?;
            let mut writer = self.inner.database.writer().await?;
            writer
                .execute(delete, &[guild.into(), before.into()])
                .await?;
            writer.commit().await?;
        }
        Ok(())
    }
}

pub(crate) async fn insert(
    store: &Inner,
    writer: &mut Lease,
    entry: &CommandLogEntry,
) -> Result<(), StoreError> {
    let values = [
        entry.guild.into(),
        store.next_number().into(),
        entry.channel.into(),
        entry.user.into(),
        entry.command.as_str().into(),
        entry.subcommand.clone().into(),
        to_json(&entry.options),
        entry.error_code.is_none().into(),
        entry.error_code.clone().into(),
        entry.latency_ms.into(),
        entry.at.into(),
    ];
    let insert = "insert into command_log
                         (guild_id, log_id, channel_id, user_id, command_name, subcommand, options,
                          success, error_code, latency_ms, created_at)
                  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    writer.execute(insert, &values).await?;
    Ok(())
}

/// Words in an option's name that make its value a secret.
const SECRET_WORDS: [&str; 5] = ["token", "password", "secret", "api_key", "apikey"];

/// The options without secrets, at every depth. Discord's shape is `[{"name", "value" | "options"}]`.
pub fn redacted(options: &Json) -> Json {
    match options {
        Json::Array(list) => list.iter().map(redacted).collect(),
        Json::Object(object) => {
            let name = object
                .get("name")
                .and_then(Json::as_str)
                .unwrap_or_default()
                .to_lowercase();
            let is_secret = SECRET_WORDS.iter().any(|word| name.contains(word));
            object
                .iter()
                .map(|(key, value)| {
                    let hide = is_secret && key == "value";
                    (
                        key.clone(),
                        if hide {
                            "[REDACTED]".into()
                        } else {
                            redacted(value)
                        },
                    )
                })
                .collect()
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_never_reach_the_log_at_any_depth() {
        let options = json!([{ "name": "sub", "options": [
            { "name": "bot_token", "value": "abc" }, { "name": "dungeon", "value": "X" } ] }]);
        let expected = json!([{ "name": "sub", "options": [
            { "name": "bot_token", "value": "[REDACTED]" }, { "name": "dungeon", "value": "X" } ] }]);
        assert_eq!(redacted(&options), expected);
    }
}
