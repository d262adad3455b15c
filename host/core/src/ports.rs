//! The traits that point upwards: implemented by crates that know more, handed over by `app`.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

use crate::call::{Call, CallOutcome};
use crate::guild::GuildSnapshot;
use crate::ids::{ChannelId, GuildId, MessageId, RoleId, UserId};
use crate::interaction::Member;
use crate::manifest::{Manifest, PluginName};

/// The plugins, as whoever delivers events sees them. Implemented by the runtime.
#[async_trait]
pub trait Plugins: Send + Sync + 'static {
    /// What is installed, in the order of `plugins.toml`.
    fn installed(&self) -> Arc<Vec<Arc<Manifest>>>;

    /// Runs one call to its end: committed, or without a trace.
    async fn call(&self, call: Call) -> CallOutcome;

    /// Asks for suggestions while a member types; read-only, never queued. The result is Discord's
    /// `choices` array, checked.
    async fn suggest(&self, call: Call) -> Result<Value, CallOutcome>;

    /// Asks for the present view of a panel; read-only, never queued. `None`: the plugin says that
    /// the panel no longer exists.
    async fn render(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        panel: &str,
    ) -> Result<Option<Value>, CallOutcome>;
}

/// What the host holds of the guilds in memory. Implemented by the gateway's side.
pub trait Directory: Send + Sync + 'static {
    /// The guild as last described, or `None` if the bot is not in it (or it is unavailable).
    fn guild(&self, guild: GuildId) -> Option<Arc<GuildSnapshot>>;
}

/// Why a look-up brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// Discord could not be asked just now.
    #[error("Discord could not be asked: {0}")]
    Unavailable(String),
    /// The bot lacks an intent or permission for it.
    #[error("{0}")]
    Denied(String),
}

/// What has to be asked of Discord. Implemented by the REST side.
#[async_trait]
pub trait Lookups: Send + Sync + 'static {
    /// A member by id; `None` if there is no such member.
    async fn member(&self, guild: GuildId, user: UserId) -> Result<Option<Member>, LookupError>;

    /// Members whose name starts with `text`, at most `limit` (1 to 100).
    async fn search_members(
        &self,
        guild: GuildId,
        text: &str,
        limit: u16,
    ) -> Result<Vec<Member>, LookupError>;

    /// Whether a message of the guild still stands in that channel.
    async fn message_exists(
        &self,
        guild: GuildId,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<bool, LookupError> {
        let _ = (guild, channel, message);
        Err(LookupError::Unavailable(
            "messages are not looked up".into(),
        ))
    }

    /// The holders of a role. Only who has Discord's members intent can know them.
    async fn role_holders(&self, guild: GuildId, role: RoleId) -> Result<Vec<UserId>, LookupError> {
        let _ = (guild, role);
        Err(LookupError::Denied(
            "I cannot list the holders of a role: that needs Discord's Server Members intent."
                .into(),
        ))
    }
}
