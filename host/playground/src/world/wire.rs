//! The world's things in Discord's JSON, where that needs more than the thing itself.

use serde_json::{Value, json};

use crate::clock::iso8601;
use crate::id::{ChannelId, GuildId, UserId};
use crate::model::channel::Channel;
use crate::model::guild::{Guild, Member};
use crate::model::message::{Message, MessageParts};
use crate::model::webhook::Webhook;
use crate::world::World;
use crate::world::dispatch::intent;

impl World {
    pub(crate) fn user_json(&self, id: UserId) -> Value {
        match self.users.get(&id) {
            Some(user) => user.to_json(),
            None => json!({
                "id": id, "username": "Deleted User", "discriminator": "0", "avatar": null,
                "global_name": null, "bot": false, "public_flags": 0,
            }),
        }
    }

    pub(crate) fn member_json(&self, member: &Member) -> Value {
        let mut json = member.to_json(None);
        json["user"] = self.user_json(member.user);
        json
    }

    pub(crate) fn channel_json(&self, channel: &Channel) -> Value {
        channel.to_json(channel.recipient.map(|user| self.user_json(user)))
    }

    /// A message as the bot gets it.
    pub(crate) fn message_json(&self, message: &Message) -> Value {
        self.message_json_at_depth(message, true)
    }

    fn message_json_at_depth(&self, message: &Message, with_reference: bool) -> Value {
        let referenced = message
            .reference
            .filter(|_| with_reference)
            .and_then(|id| self.messages.get(&id))
            .map(|earlier| self.message_json_at_depth(earlier, false));
        let thread = message.thread.and_then(|id| self.channels.get(&id));
        let mut json = message.to_json(MessageParts {
            author: match &message.webhook {
                Some((id, name)) => Webhook::author_json(*id, name),
                None => self.user_json(message.author),
            },
            mentions: message
                .mentions
                .iter()
                .map(|user| self.user_json(*user))
                .collect(),
            referenced,
            thread: thread.map(|thread| thread.to_json(None)),
            file_base: self.base_url.clone(),
            application: message
                .interaction
                .map(|_| json!(self.config.application.id)),
        });
        // What a message that is replied to replied to itself is not told.
        if !with_reference && let Some(fields) = json.as_object_mut() {
            fields.remove("referenced_message");
        }
        json
    }

    /// Whether the five content fields are empty for an application without MESSAGE_CONTENT
    /// ([Discord Docs/Gateway, "Message Content Intent"]): not for its own messages, direct
    /// messages, and messages that mention it.
    pub(crate) fn content_is_hidden(&self, message: &Message, intents: u64) -> bool {
        intents & intent::MESSAGE_CONTENT == 0
            && message.author != self.bot()
            && message.guild.is_some()
            && !message.mentions.contains(&self.bot())
    }

    pub(crate) fn hide_content(json: &mut Value) {
        json["content"] = json!("");
        for key in ["embeds", "attachments", "components"] {
            json[key] = json!([]);
        }
        if json["referenced_message"].is_object() {
            json["referenced_message"] = Value::Null;
        }
    }

    /// A message as a REST answer.
    pub(crate) fn message_reply(&self, message: &Message) -> Value {
        let mut json = self.message_json(message);
        let intents = if self.config.application.message_content_intent {
            u64::MAX
        } else {
            0
        };
        if self.content_is_hidden(message, intents) {
            Self::hide_content(&mut json);
        }
        json
    }

    /// GUILD_CREATE ("Guild Create Extra Fields"). Without GUILD_PRESENCES only the bot is among
    /// the members.
    pub(crate) fn guild_create_json(&self, guild: &Guild) -> Value {
        let mut json = guild.to_json();
        let bot = self.bot();
        let channel = |id: &ChannelId| {
            self.channels
                .get(id)
                .map(|channel| self.channel_json(channel))
        };
        let visible = |id: &&ChannelId| {
            self.channels.get(id).is_some_and(|channel| {
                channel
                    .thread
                    .as_ref()
                    .is_some_and(|thread| !thread.archived)
                    && self.permissions_in(bot, channel) != crate::permission::Permissions::NONE
            })
        };
        let own = guild.members.get(&bot);
        let joined_ms = own.map_or(0, |member| member.joined_ms);
        json["joined_at"] = json!(iso8601(joined_ms));
        json["large"] = json!(guild.members.len() > 250);
        json["unavailable"] = json!(false);
        json["member_count"] = json!(guild.members.len());
        json["voice_states"] = json!([]);
        json["members"] = own
            .map(|member| self.member_json(member))
            .into_iter()
            .collect();
        json["channels"] = guild.channels.iter().filter_map(channel).collect();
        json["threads"] = guild
            .threads
            .iter()
            .filter(visible)
            .filter_map(channel)
            .collect();
        json["presences"] = json!([]);
        json["stage_instances"] = json!([]);
        json["guild_scheduled_events"] = json!([]);
        json["soundboard_sounds"] = json!([]);
        json["embedded_activities"] = json!([]);
        json
    }

    /// The bot's application.
    pub(crate) fn application_json(&self) -> Value {
        let application = &self.config.application;
        // GATEWAY_PRESENCE_LIMITED 13, GATEWAY_GUILD_MEMBERS_LIMITED 15,
        // GATEWAY_MESSAGE_CONTENT_LIMITED 19 ("Application Flags").
        let flags = (u64::from(application.guild_presences_intent) << 13)
            | (u64::from(application.guild_members_intent) << 15)
            | (u64::from(application.message_content_intent) << 19);
        let owner = json!({
            "id": "1", "username": "owner", "discriminator": "0", "avatar": null,
            "global_name": null, "public_flags": 0, "flags": 0, "primary_guild": null,
        });
        json!({
            "id": application.id, "name": application.name, "icon": null, "description": "",
            "bot_public": true, "bot_require_code_grant": false, "verify_key": "0".repeat(64),
            "flags": flags, "flags_new": flags.to_string(), "owner": owner, "team": null,
            "bot": self.user_json(self.bot()), "redirect_uris": application.redirect_uris, "integration_types_config": { "0": {} },
            "approximate_guild_count": self.guilds.values().filter(|guild| guild.has_bot).count(),
            "interactions_endpoint_url": null, "role_connections_verification_url": null,
            "approximate_user_install_count": 0, "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0, "eligible_oauth2_scopes": [], "type": null, "tags": [],
            "rpc_origins": [],
        })
    }

    /// The guild id under which an event of a channel is sent.
    pub(crate) fn guild_of(&self, channel: ChannelId) -> Option<GuildId> {
        self.channels.get(&channel)?.guild
    }
}
