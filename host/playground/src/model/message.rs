//! Messages, as they are kept and as people look at them.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::iso8601;
use crate::id::{
    AttachmentId, ChannelId, GuildId, InteractionId, MessageId, RoleId, UserId, WebhookId,
};

/// Only the user who acted sees the message.
pub const EPHEMERAL: u64 = 1 << 6;
/// "<bot> is thinking…".
pub const LOADING: u64 = 1 << 7;
/// The message is laid out by components alone.
pub const IS_COMPONENTS_V2: u64 = 1 << 15;

/// A file that hangs on a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// The file's id.
    pub id: AttachmentId,
    /// Its name.
    pub filename: String,
    /// Alt text.
    pub description: Option<String>,
    /// Its media type, if it was sent.
    pub content_type: Option<String>,
    /// What is in it.
    #[serde(with = "crate::save::as_base64")]
    pub data: Bytes,
}

/// A message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// The message's id.
    pub id: MessageId,
    /// Where it stands.
    pub channel: ChannelId,
    /// The guild of its channel.
    pub guild: Option<GuildId>,
    /// Who wrote it.
    pub author: UserId,
    /// Its text.
    pub content: String,
    /// When it was sent, in Unix milliseconds.
    pub sent_ms: i64,
    /// When it was last edited.
    pub edited_ms: Option<i64>,
    /// Read aloud.
    pub tts: bool,
    /// Whether it pings everyone.
    pub mention_everyone: bool,
    /// Users it pings.
    pub mentions: Vec<UserId>,
    /// Roles it pings.
    pub mention_roles: Vec<RoleId>,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// Its embeds, as sent.
    pub embeds: Vec<Value>,
    /// Its components, as sent.
    pub components: Vec<Value>,
    /// Whether it is pinned.
    pub pinned: bool,
    /// Discord's message type: 0 plain, 19 reply, 20 slash command, 23 context menu.
    pub kind: u8,
    /// Discord's message flags.
    pub flags: u64,
    /// What the sender marked it with.
    pub nonce: Option<Value>,
    /// The message this one replies to.
    pub reference: Option<MessageId>,
    /// The thread that hangs on it.
    pub thread: Option<ChannelId>,
    /// Who alone sees it, if it is ephemeral.
    pub visible_to: Option<UserId>,
    /// The interaction that it answers.
    pub interaction: Option<InteractionId>,
    pub(crate) interaction_metadata: Option<Value>,
    /// The webhook that posted it, and under which name; then `author` has the webhook's id.
    pub webhook: Option<(WebhookId, String)>,
    /// Emoji and who reacted with it.
    pub reactions: Vec<(String, Vec<UserId>)>,
}

impl Message {
    /// Whether only one person sees it.
    pub fn is_ephemeral(&self) -> bool {
        self.flags & EPHEMERAL != 0
    }

    /// Whether it still shows "is thinking…".
    pub fn is_loading(&self) -> bool {
        self.flags & LOADING != 0
    }

    /// The title of the first embed.
    pub fn title(&self) -> Option<&str> {
        self.embeds.first()?["title"].as_str()
    }

    /// The description of the first embed.
    pub fn description(&self) -> Option<&str> {
        self.embeds.first()?["description"].as_str()
    }

    /// The value of the embed field with this name.
    pub fn field(&self, name: &str) -> Option<&str> {
        let fields = self
            .embeds
            .iter()
            .filter_map(|embed| embed["fields"].as_array())
            .flatten();
        fields
            .into_iter()
            .find(|field| field["name"] == name)
            .and_then(|field| field["value"].as_str())
    }

    /// All that can be read in it: content, and the texts of embeds and text displays, by lines.
    pub fn text(&self) -> String {
        let mut lines = vec![self.content.clone()];
        for embed in &self.embeds {
            let texts = ["title", "description"]
                .iter()
                .filter_map(|key| embed[*key].as_str());
            lines.extend(texts.map(str::to_owned));
            for field in embed["fields"].as_array().into_iter().flatten() {
                let part = |key: &str| field[key].as_str().unwrap_or_default().to_owned();
                lines.push(format!("{}: {}", part("name"), part("value")));
            }
            lines.extend(embed["footer"]["text"].as_str().map(str::to_owned));
        }
        each_component(&self.components, &mut |component| {
            if component["type"] == 10 {
                lines.extend(component["content"].as_str().map(str::to_owned));
            }
        });
        lines.retain(|line| !line.is_empty());
        lines.join("\n")
    }

    /// Every button and select, in order, as Discord's JSON.
    pub fn controls(&self) -> Vec<&Value> {
        let mut found = Vec::new();
        each_component(&self.components, &mut |component| {
            if matches!(component["type"].as_u64(), Some(2 | 3 | 5..=8)) {
                found.push(component);
            }
        });
        found
    }

    /// The button or select with this custom ID, label or placeholder.
    pub fn control(&self, name: &str) -> Option<&Value> {
        let controls = self.controls();
        let by = |key: &str| {
            controls
                .iter()
                .find(|control| control[key] == name)
                .copied()
        };
        by("custom_id")
            .or_else(|| by("label"))
            .or_else(|| by("placeholder"))
    }

    /// The labels of its buttons, in order.
    pub fn buttons(&self) -> Vec<&str> {
        self.controls()
            .iter()
            .filter_map(|control| control["label"].as_str())
            .collect()
    }
}

/// Visits all components, however deep they stand.
pub(crate) fn each_component<'a>(components: &'a [Value], visit: &mut impl FnMut(&'a Value)) {
    for component in components {
        visit(component);
        if let Some(children) = component["components"].as_array() {
            each_component(children, visit);
        }
        for key in ["accessory", "component"] {
            if component[key].is_object() {
                each_component(std::slice::from_ref(&component[key]), visit);
            }
        }
    }
}

/// What a message's JSON needs from elsewhere.
pub(crate) struct MessageParts {
    pub author: Value,
    pub mentions: Vec<Value>,
    pub referenced: Option<Value>,
    pub thread: Option<Value>,
    /// Where files are served.
    pub file_base: String,
    /// The application, on messages that its interactions made.
    pub application: Option<Value>,
}

impl Message {
    pub(crate) fn to_json(&self, parts: MessageParts) -> Value {
        let attachments: Vec<Value> = self
            .attachments
            .iter()
            .map(|file| {
                let url = format!(
                    "{}/attachments/{}/{}/{}",
                    parts.file_base, self.channel, file.id, file.filename
                );
                let mut json = json!({
                    "id": file.id, "filename": file.filename, "size": file.data.len(),
                    "url": url, "proxy_url": url,
                });
                if let Some(description) = &file.description {
                    json["description"] = json!(description);
                }
                if let Some(kind) = &file.content_type {
                    json["content_type"] = json!(kind);
                }
                if self.is_ephemeral() {
                    json["ephemeral"] = json!(true);
                }
                json
            })
            .collect();
        let mut json = json!({
            "id": self.id, "channel_id": self.channel, "author": parts.author,
            "content": self.content, "timestamp": iso8601(self.sent_ms),
            "edited_timestamp": self.edited_ms.map(iso8601), "tts": self.tts,
            "mention_everyone": self.mention_everyone, "mentions": parts.mentions,
            "mention_roles": self.mention_roles, "attachments": attachments,
            "embeds": self.embeds, "components": self.components, "pinned": self.pinned,
            "type": self.kind, "flags": self.flags,
        });
        if let Some(nonce) = &self.nonce {
            json["nonce"] = nonce.clone();
        }
        if !self.reactions.is_empty() {
            let reaction = |(emoji, users): &(String, Vec<UserId>)| {
                json!({
                    "count": users.len(), "count_details": { "burst": 0, "normal": users.len() },
                    "me": false, "me_burst": false, "burst_colors": [],
                    "emoji": { "id": null, "name": emoji },
                })
            };
            json["reactions"] = self.reactions.iter().map(reaction).collect();
        }
        if let Some(reference) = self.reference {
            json["message_reference"] = json!({
                "type": 0, "channel_id": self.channel, "message_id": reference, "guild_id": self.guild,
            });
            json["referenced_message"] = parts.referenced.unwrap_or(Value::Null);
        }
        if let Some(thread) = parts.thread {
            json["thread"] = thread;
        }
        if let Some(metadata) = &self.interaction_metadata {
            json["interaction_metadata"] = metadata.clone();
        }
        if let Some((webhook, _)) = &self.webhook {
            json["webhook_id"] = json!(webhook);
        }
        if let Some(application) = parts.application {
            json["webhook_id"] = application.clone();
            json["application_id"] = application;
        }
        json
    }
}
