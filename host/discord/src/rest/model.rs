//! What of Discord's answers the bot reads: the few fields it needs, so that new ones do no harm.

use muster_core::Permissions;
use muster_core::ids::{ChannelId, MessageId, RoleId, UserId};
use muster_core::interaction::Member;
use serde::Deserialize;

/// Where a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct MessageRef {
    /// Its id.
    pub id: MessageId,
    /// Its channel.
    pub channel_id: ChannelId,
}

/// A message with its text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PostedText {
    /// Where it is.
    #[serde(flatten)]
    pub message: MessageRef,
    /// What it says.
    pub content: String,
}

/// Something of which only the id matters.
#[derive(Debug, Deserialize)]
pub(super) struct Made<T> {
    pub id: T,
}

/// The answer to a callback sent with `with_response`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct CallbackResult {
    /// The message that shows the answer, if there is one and Discord said so.
    #[serde(default, rename = "resource")]
    message: Option<Resource>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Resource {
    #[serde(default)]
    message: Option<MessageRef>,
}

impl CallbackResult {
    /// The message that shows the answer.
    pub fn message(&self) -> Option<MessageRef> {
        self.message.as_ref()?.message
    }
}

/// Where the gateway is and how often the bot may begin a session
/// ([Discord Docs/Gateway, "Get Gateway Bot"](https://discord.com/developers/docs/events/gateway#get-gateway-bot)).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GatewayBot {
    /// `wss://…`
    pub url: String,
    /// Shards that Discord recommends.
    pub shards: u32,
    /// Sessions that may still begin.
    pub session_start_limit: SessionStartLimit,
}

/// Sessions that may still begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct SessionStartLimit {
    /// In all, per day.
    pub total: u32,
    /// Of these left.
    pub remaining: u32,
    /// Milliseconds until all are there again.
    pub reset_after: u64,
    /// How many may begin at once, each 5 s.
    pub max_concurrency: u32,
}

/// A member as Discord describes them.
#[derive(Debug, Deserialize)]
pub(super) struct MemberBody {
    user: UserBody,
    #[serde(default)]
    nick: Option<String>,
    #[serde(default)]
    roles: Vec<RoleId>,
}

#[derive(Debug, Deserialize)]
struct UserBody {
    id: UserId,
    username: String,
    #[serde(default)]
    global_name: Option<String>,
    #[serde(default)]
    bot: bool,
}

impl MemberBody {
    /// The member, with permissions left for whoever knows the guild.
    pub(super) fn into_member(self) -> Member {
        let Self { user, nick, roles } = self;
        Member {
            display_name: nick
                .or(user.global_name)
                .unwrap_or_else(|| user.username.clone()),
            user: user.id,
            username: user.username,
            is_bot: user.bot,
            roles,
            permissions: Permissions::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_called_by_what_others_see() {
        let mut json = serde_json::json!({ "user": { "id": "7", "username": "ben", "global_name": "Ben" },
            "roles": ["1", "2"], "nick": null, "flags": 0 });
        let read = |json: &serde_json::Value| {
            let body: MemberBody = serde_json::from_value(json.clone()).expect("a member");
            body.into_member().display_name
        };
        assert_eq!(read(&json), "Ben");
        json["nick"] = "Benny".into();
        assert_eq!(read(&json), "Benny");
        json["nick"] = serde_json::Value::Null;
        json["user"]["global_name"] = serde_json::Value::Null;
        assert_eq!(read(&json), "ben");
    }

    #[test]
    fn a_callback_without_a_message_is_no_error() {
        let json = r#"{"interaction": {"id": "1", "type": 3}}"#;
        let result: CallbackResult = serde_json::from_str(json).expect("parses");
        assert_eq!(result.message(), None);
        let json = r#"{"resource": {"type": 4, "message": {"id": "5", "channel_id": "6"}}}"#;
        let result: CallbackResult = serde_json::from_str(json).expect("parses");
        assert_eq!(result.message().map(|made| made.id.get()), Some(5));
    }
}
