//! Webhooks of channels ("Incoming Webhooks").

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::id::{ApplicationId, ChannelId, GuildId, UserId, WebhookId};

/// A webhook of a channel.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// The webhook's id.
    pub id: WebhookId,
    /// Where it posts.
    pub channel: ChannelId,
    /// The guild of that channel.
    pub guild: GuildId,
    /// The name it posts under unless a message says otherwise.
    pub name: String,
    /// Whoever has this may post.
    pub token: String,
    /// Who made it.
    pub made_by: UserId,
}

impl Webhook {
    /// The webhook as Discord writes it; `user` is left out for those who only have the token.
    pub(crate) fn to_json(&self, application: ApplicationId, user: Option<Value>) -> Value {
        let mut json = json!({
            "id": self.id, "type": 1, "guild_id": self.guild, "channel_id": self.channel,
            "name": self.name, "avatar": null, "token": self.token, "application_id": application,
        });
        if let Some(user) = user {
            json["user"] = user;
        }
        json
    }

    /// The author of its messages.
    pub(crate) fn author_json(id: WebhookId, name: &str) -> Value {
        json!({
            "id": id, "username": name, "global_name": null, "discriminator": "0000",
            "avatar": null, "bot": true, "public_flags": 0, "flags": 0,
        })
    }
}
