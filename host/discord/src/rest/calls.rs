//! Messages, threads, channels, commands and the gateway's address.

use std::sync::Arc;

use bytes::Bytes;
use muster_core::ids::{ApplicationId, ChannelId, GuildId, MessageId, UserId};
use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::error::RestError;
use super::model::{GatewayBot, Made, MessageRef, PostedText};
use super::route::{Priority, Route};
use super::{Body, Rest, Upload, encode};

/// A message with what makes it come once only, and with its files.
#[derive(Serialize)]
struct NewMessage<'a> {
    #[serde(flatten)]
    message: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    enforce_nonce: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment<'a>>,
}

#[derive(Serialize)]
struct Attachment<'a> {
    id: usize,
    filename: &'a str,
}

impl Rest {
    /// Where the gateway is. Whoever connects checks the address with [`super::ApiBase::check_gateway`].
    ///
    /// # Errors
    /// If Discord cannot be asked.
    pub async fn gateway_bot(&self) -> Result<GatewayBot, RestError> {
        self.fetch(&Route::gateway_bot(), &Body::None, None, Priority::Awaited)
            .await
    }

    /// Posts a message. With a `nonce` (at most 25 characters) Discord returns the earlier message
    /// instead of posting a second one with the same nonce within a few minutes, so it may be
    /// repeated ([Discord Docs/Message, "Create Message"](https://discord.com/developers/docs/resources/message#create-message)).
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn create_message(
        &self,
        channel: ChannelId,
        message: &Value,
        nonce: Option<&str>,
        files: Vec<Upload>,
        priority: Priority,
    ) -> Result<MessageRef, RestError> {
        let attachments = files
            .iter()
            .enumerate()
            .map(|(id, file)| Attachment {
                id,
                filename: &file.name,
            })
            .collect();
        let body = encode(&NewMessage {
            message,
            nonce,
            enforce_nonce: nonce.is_some(),
            attachments,
        });
        let route = Route::create_message(channel);
        let route = if nonce.is_some() {
            route.idempotent()
        } else {
            route
        };
        self.fetch(&route, &with_files(body, files), None, priority)
            .await
    }

    /// Posts a text, and returns the message that now holds it: an earlier one, if one with this nonce
    /// was posted in the last few minutes, with the content that it has.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn post_text(
        &self,
        channel: ChannelId,
        message: &Value,
        nonce: &str,
        priority: Priority,
    ) -> Result<PostedText, RestError> {
        let body = NewMessage {
            message,
            nonce: Some(nonce),
            enforce_nonce: true,
            attachments: Vec::new(),
        };
        let route = Route::create_message(channel).idempotent();
        self.fetch(&route, &Body::json(&body), None, priority).await
    }

    /// Edits a message of the bot's.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn edit_message(
        &self,
        channel: ChannelId,
        message: MessageId,
        body: &Value,
        priority: Priority,
    ) -> Result<MessageRef, RestError> {
        let route = Route::edit_message(channel, message);
        self.fetch(&route, &Body::json(body), None, priority).await
    }

    /// Deletes a message.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn delete_message(
        &self,
        channel: ChannelId,
        message: MessageId,
        reason: Option<&str>,
        priority: Priority,
    ) -> Result<(), RestError> {
        let route = Route::delete_message(channel, message);
        self.send(&route, &Body::None, reason, priority)
            .await
            .map(drop)
    }

    /// Whether a message is there.
    ///
    /// # Errors
    /// As Discord answered, `Gone` if there is none.
    pub async fn get_message(
        &self,
        channel: ChannelId,
        message: MessageId,
        priority: Priority,
    ) -> Result<MessageRef, RestError> {
        let route = Route::get_message(channel, message);
        self.fetch(&route, &Body::None, None, priority).await
    }

    /// Opens a thread on a message. The thread gets the message's number, so a second attempt finds
    /// it ([Discord Docs/Channel, "Start Thread from Message"](https://discord.com/developers/docs/resources/channel#start-thread-from-message)).
    ///
    /// # Errors
    /// As Discord answered; `Invalid` with code 160004 if the message has a thread.
    pub async fn start_thread_on(
        &self,
        channel: ChannelId,
        message: MessageId,
        title: &str,
        archive_minutes: u16,
        reason: Option<&str>,
        priority: Priority,
    ) -> Result<ChannelId, RestError> {
        let body = Body::json(&json!({ "name": title, "auto_archive_duration": archive_minutes }));
        let route = Route::thread_on(channel, message);
        let made: Made<ChannelId> = self.fetch(&route, &body, reason, priority).await?;
        Ok(made.id)
    }

    /// Opens a public thread in a channel.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn start_thread_in(
        &self,
        channel: ChannelId,
        title: &str,
        archive_minutes: u16,
        reason: Option<&str>,
        priority: Priority,
    ) -> Result<ChannelId, RestError> {
        /// Without it Discord would make a private thread.
        const PUBLIC_THREAD: u8 = 11;
        let body = Body::json(&json!({
            "name": title,
            "auto_archive_duration": archive_minutes,
            "type": PUBLIC_THREAD,
        }));
        let route = Route::thread_in(channel);
        let made: Made<ChannelId> = self.fetch(&route, &body, reason, priority).await?;
        Ok(made.id)
    }

    /// Changes a channel or thread.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn edit_channel(
        &self,
        channel: ChannelId,
        body: &Value,
        reason: Option<&str>,
        priority: Priority,
    ) -> Result<(), RestError> {
        let route = Route::edit_channel(channel);
        self.send(&route, &Body::json(body), reason, priority)
            .await
            .map(drop)
    }

    /// Deletes a thread.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn delete_channel(
        &self,
        channel: ChannelId,
        reason: Option<&str>,
        priority: Priority,
    ) -> Result<(), RestError> {
        let route = Route::delete_channel(channel);
        self.send(&route, &Body::None, reason, priority)
            .await
            .map(drop)
    }

    /// A channel as Discord describes it.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn get_channel(
        &self,
        channel: ChannelId,
        priority: Priority,
    ) -> Result<Value, RestError> {
        self.fetch(&Route::get_channel(channel), &Body::None, None, priority)
            .await
    }

    /// The channel of a user's direct messages; Discord returns the one that is there.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn create_dm(
        &self,
        user: UserId,
        priority: Priority,
    ) -> Result<ChannelId, RestError> {
        let body = Body::json(&json!({ "recipient_id": user }));
        let made: Made<ChannelId> = self
            .fetch(&Route::create_dm(), &body, None, priority)
            .await?;
        Ok(made.id)
    }

    /// Replaces all commands of one guild.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn put_guild_commands(
        &self,
        application: ApplicationId,
        guild: GuildId,
        commands: &Value,
    ) -> Result<(), RestError> {
        let route = Route::guild_commands(Method::PUT, application, guild);
        self.send(&route, &Body::json(commands), None, Priority::Message)
            .await
            .map(drop)
    }

    /// The commands that one guild has.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn get_guild_commands(
        &self,
        application: ApplicationId,
        guild: GuildId,
    ) -> Result<Value, RestError> {
        let route = Route::guild_commands(Method::GET, application, guild);
        self.fetch(&route, &Body::None, None, Priority::Message)
            .await
    }
}

pub(super) fn with_files(json: Bytes, files: Vec<Upload>) -> Body {
    if files.is_empty() {
        Body::Json(json)
    } else {
        Body::Multipart {
            json,
            files: Arc::from(files),
        }
    }
}
