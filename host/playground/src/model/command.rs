//! Application commands as registered, and what a client reads from them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::id::{ApplicationId, CommandId, GuildId};
use crate::permission::Permissions;

/// Discord's option types ("Application Command Option Type").
pub(crate) mod option_type {
    pub(crate) const SUBCOMMAND: u64 = 1;
    pub(crate) const GROUP: u64 = 2;
    pub(crate) const STRING: u64 = 3;
    pub(crate) const INTEGER: u64 = 4;
    pub(crate) const BOOLEAN: u64 = 5;
    pub(crate) const USER: u64 = 6;
    pub(crate) const CHANNEL: u64 = 7;
    pub(crate) const ROLE: u64 = 8;
    pub(crate) const MENTIONABLE: u64 = 9;
    pub(crate) const NUMBER: u64 = 10;
    pub(crate) const ATTACHMENT: u64 = 11;
}

/// A registered command.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// The command's id.
    pub id: CommandId,
    /// Its guild; none for a global command.
    pub guild: Option<GuildId>,
    /// 1 slash, 2 user, 3 message.
    pub kind: u8,
    /// Its name.
    pub name: String,
    /// The bits a member needs; none means everybody, empty means administrators only.
    pub default_member_permissions: Option<Permissions>,
    /// Where it can be used: 0 guild, 1 bot DM, 2 other private channels.
    pub contexts: Vec<i64>,
    /// The body as it was registered.
    pub body: Value,
    /// Rises with every change.
    pub version: u64,
}

impl Command {
    pub(crate) fn to_json(&self, application: ApplicationId) -> Value {
        let body = &self.body;
        let or = |key: &str, default: Value| match &body[key] {
            Value::Null => default,
            value => value.clone(),
        };
        let mut json = json!({
            "id": self.id, "application_id": application, "version": self.version.to_string(),
            "type": self.kind, "name": self.name,
            "name_localizations": body["name_localizations"],
            "description": or("description", json!("")),
            "description_localizations": body["description_localizations"],
            "default_member_permissions": self.default_member_permissions,
            "dm_permission": self.contexts.contains(&1),
            "integration_types": or("integration_types", json!([0])),
            "nsfw": or("nsfw", json!(false)),
            "contexts": body["contexts"],
        });
        if self.kind == 1 && !body["options"].is_null() {
            json["options"] = body["options"].clone();
        }
        if let Some(guild) = self.guild {
            json["guild_id"] = json!(guild);
        }
        json
    }

    /// The options of the command itself, or of the subcommand that `path` leads to.
    pub(crate) fn options_at<'a>(&'a self, path: &[&str]) -> Option<&'a [Value]> {
        let mut options = self.body["options"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        for name in path {
            let inner = options.iter().find(|option| {
                option["name"] == *name && matches!(option["type"].as_u64(), Some(1 | 2))
            })?;
            options = inner["options"].as_array().map_or(&[][..], Vec::as_slice);
        }
        Some(options)
    }
}
