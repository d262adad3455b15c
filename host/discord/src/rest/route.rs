//! What can be asked of Discord: method, path, and what its limits go by.

use reqwest::Method;

use muster_core::ids::{
    ApplicationId, ChannelId, GuildId, InteractionId, MessageId, RoleId, UserId,
};

/// Who waits first where Discord lets only some through. Earlier is sooner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Answers to interactions. They pass no limiter of ours at all.
    Answer,
    /// What an answer waits for.
    Awaited,
    /// Panels.
    Panel,
    /// Messages, threads and log lines.
    Message,
    /// Roles, nicknames, bans.
    Role,
    /// Direct messages, and what nobody waits for.
    Dm,
}

/// How a route is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purse {
    /// By the bot's token, under the route's bucket and the global limit.
    Bot,
    /// By an interaction's token, under that token's own limit.
    InteractionToken,
    /// The first answer to an interaction: no limit, no waiting.
    Callback,
}

/// One request's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// What it does, for logs and errors.
    pub(crate) name: &'static str,
    pub(crate) method: Method,
    /// Under the base address, without a leading `/`.
    pub(crate) path: String,
    /// What shares a limit: the path with only its top-level resource filled in
    /// ([Discord Docs/Rate Limits](https://discord.com/developers/docs/topics/rate-limits#rate-limits)).
    pub(crate) bucket: String,
    pub(crate) purse: Purse,
    /// Whether carrying it out twice is as good as once.
    pub(crate) is_idempotent: bool,
}

impl Route {
    fn bot(name: &'static str, method: Method, path: String, bucket: String) -> Self {
        let is_idempotent = method != Method::POST;
        Self {
            name,
            method,
            path,
            bucket,
            purse: Purse::Bot,
            is_idempotent,
        }
    }

    /// For paths that hold nothing but their top-level resource.
    fn plain(name: &'static str, method: Method, path: String) -> Self {
        Self::bot(name, method, path.clone(), path)
    }

    /// Marks a request that Discord itself recognises when it comes twice.
    pub(crate) fn idempotent(mut self) -> Self {
        self.is_idempotent = true;
        self
    }

    pub(crate) fn gateway_bot() -> Self {
        Self::plain("get gateway", Method::GET, "gateway/bot".into())
    }

    pub(crate) fn create_message(channel: ChannelId) -> Self {
        Self::plain(
            "create message",
            Method::POST,
            format!("channels/{channel}/messages"),
        )
    }

    fn message(name: &'static str, method: Method, channel: ChannelId, message: MessageId) -> Self {
        Self::bot(
            name,
            method,
            format!("channels/{channel}/messages/{message}"),
            format!("channels/{channel}/messages/-"),
        )
    }

    /// An edit of a message that the bot posted: what a panel is refreshed by.
    pub fn edit_message(channel: ChannelId, message: MessageId) -> Self {
        Self::message("edit message", Method::PATCH, channel, message)
    }

    pub(crate) fn delete_message(channel: ChannelId, message: MessageId) -> Self {
        Self::message("delete message", Method::DELETE, channel, message)
    }

    pub(crate) fn get_message(channel: ChannelId, message: MessageId) -> Self {
        Self::message("get message", Method::GET, channel, message)
    }

    pub(crate) fn thread_on(channel: ChannelId, message: MessageId) -> Self {
        // One thread per message is possible (160004), so a repetition is recognised.
        Self::bot(
            "start thread on message",
            Method::POST,
            format!("channels/{channel}/messages/{message}/threads"),
            format!("channels/{channel}/messages/-/threads"),
        )
        .idempotent()
    }

    pub(crate) fn thread_in(channel: ChannelId) -> Self {
        Self::plain(
            "start thread",
            Method::POST,
            format!("channels/{channel}/threads"),
        )
    }

    fn channel(name: &'static str, method: Method, channel: ChannelId) -> Self {
        Self::plain(name, method, format!("channels/{channel}"))
    }

    pub(crate) fn edit_channel(channel: ChannelId) -> Self {
        Self::channel("edit channel", Method::PATCH, channel)
    }

    pub(crate) fn delete_channel(channel: ChannelId) -> Self {
        Self::channel("delete channel", Method::DELETE, channel)
    }

    pub(crate) fn get_channel(channel: ChannelId) -> Self {
        Self::channel("get channel", Method::GET, channel)
    }

    fn member(name: &'static str, method: Method, guild: GuildId, user: UserId) -> Self {
        Self::bot(
            name,
            method,
            format!("guilds/{guild}/members/{user}"),
            format!("guilds/{guild}/members/-"),
        )
    }

    pub(crate) fn get_member(guild: GuildId, user: UserId) -> Self {
        Self::member("get member", Method::GET, guild, user)
    }

    pub(crate) fn edit_member(guild: GuildId, user: UserId) -> Self {
        Self::member("edit member", Method::PATCH, guild, user)
    }

    pub(crate) fn kick(guild: GuildId, user: UserId) -> Self {
        Self::member("kick member", Method::DELETE, guild, user)
    }

    pub(crate) fn search_members(guild: GuildId, query: &str) -> Self {
        Self::bot(
            "search members",
            Method::GET,
            format!("guilds/{guild}/members/search?{query}"),
            format!("guilds/{guild}/members/search"),
        )
    }

    /// Members after `after`, at most 1000, in the order of their ids. Needs the members intent.
    pub(crate) fn list_members(guild: GuildId, after: u64) -> Self {
        Self::bot(
            "list members",
            Method::GET,
            format!("guilds/{guild}/members?limit=1000&after={after}"),
            format!("guilds/{guild}/members"),
        )
    }

    pub(crate) fn member_role(give: bool, guild: GuildId, user: UserId, role: RoleId) -> Self {
        let (name, method) = if give {
            ("give role", Method::PUT)
        } else {
            ("take role", Method::DELETE)
        };
        Self::bot(
            name,
            method,
            format!("guilds/{guild}/members/{user}/roles/{role}"),
            format!("guilds/{guild}/members/-/roles/-"),
        )
    }

    pub(crate) fn ban(is_banned: bool, guild: GuildId, user: UserId) -> Self {
        let (name, method) = if is_banned {
            ("ban", Method::PUT)
        } else {
            ("lift ban", Method::DELETE)
        };
        Self::bot(
            name,
            method,
            format!("guilds/{guild}/bans/{user}"),
            format!("guilds/{guild}/bans/-"),
        )
    }

    pub(crate) fn create_role(guild: GuildId) -> Self {
        Self::plain("create role", Method::POST, format!("guilds/{guild}/roles"))
    }

    pub(crate) fn delete_role(guild: GuildId, role: RoleId) -> Self {
        Self::bot(
            "delete role",
            Method::DELETE,
            format!("guilds/{guild}/roles/{role}"),
            format!("guilds/{guild}/roles/-"),
        )
    }

    pub(crate) fn create_dm() -> Self {
        // Discord returns the channel that is there.
        Self::plain(
            "open direct messages",
            Method::POST,
            "users/@me/channels".into(),
        )
        .idempotent()
    }

    /// All commands of one guild: `PUT` replaces them.
    pub(crate) fn guild_commands(
        method: Method,
        application: ApplicationId,
        guild: GuildId,
    ) -> Self {
        let name = if method == Method::PUT {
            "register commands"
        } else {
            "get commands"
        };
        Self::bot(
            name,
            method,
            format!("applications/{application}/guilds/{guild}/commands"),
            format!("applications/{application}/guilds/-/commands"),
        )
    }

    pub(crate) fn callback(id: InteractionId, token: &str, with_response: bool) -> Self {
        let query = if with_response {
            "?with_response=true"
        } else {
            ""
        };
        Self {
            name: "answer interaction",
            method: Method::POST,
            path: format!("interactions/{id}/{token}/callback{query}"),
            bucket: String::new(),
            purse: Purse::Callback,
            // A second one is refused with 40060, which says that the first arrived.
            is_idempotent: true,
        }
    }

    pub(crate) fn original(
        name: &'static str,
        method: Method,
        application: ApplicationId,
        token: &str,
    ) -> Self {
        Self {
            name,
            method,
            path: format!("webhooks/{application}/{token}/messages/@original"),
            bucket: token.to_owned(),
            purse: Purse::InteractionToken,
            is_idempotent: true,
        }
    }

    pub(crate) fn followup(application: ApplicationId, token: &str) -> Self {
        Self {
            name: "follow up interaction",
            method: Method::POST,
            path: format!("webhooks/{application}/{token}?wait=true"),
            bucket: token.to_owned(),
            purse: Purse::InteractionToken,
            is_idempotent: false,
        }
    }
}
