//! Where things go: every place that a plugin names must belong to this guild.

use std::sync::Arc;

use muster_core::address::Address;
use muster_core::guild::{ChannelKind, GuildSnapshot};
use muster_core::ids::ChannelId;
use muster_core::permissions::Permissions;
use tracing::warn;

use super::{CallState, DiscordError};
use crate::lookup::Lookup;

/// Why something was not queued: the plugin is told, or Discord is asked first.
pub(super) enum Stop {
    Told(DiscordError),
    Ask(Lookup),
}

impl From<DiscordError> for Stop {
    fn from(error: DiscordError) -> Self {
        Self::Told(error)
    }
}

impl From<Lookup> for Stop {
    fn from(lookup: Lookup) -> Self {
        Self::Ask(lookup)
    }
}

impl CallState {
    /// The guild, as far as it is known at present.
    pub(super) fn snapshot(&self) -> Result<Arc<GuildSnapshot>, DiscordError> {
        self.scene.snapshot.clone().ok_or_else(|| {
            DiscordError::Unavailable("Discord reports this server as unavailable just now.".into())
        })
    }

    /// Reads a text address.
    pub(super) fn address(&self, text: &str) -> Result<Address, DiscordError> {
        text.parse()
            .map_err(|error: muster_core::address::NotAnAddress| {
                DiscordError::Invalid(error.to_string())
            })
    }

    /// The channel mapped to a key.
    pub(super) fn mapped_channel(&self, key: &str) -> Result<ChannelId, DiscordError> {
        let channel = self.scene.config.channels.get(key).copied();
        channel.ok_or_else(|| {
            DiscordError::NotFound(format!(
                "No channel is mapped to `{key}`. Map one with `/setchannels`."
            ))
        })
    }

    /// A channel or thread of this guild that a plugin named by its id.
    pub(super) fn check_channel(&self, channel: ChannelId) -> Result<(), DiscordError> {
        if self.snapshot()?.channels.contains_key(&channel) {
            return Ok(());
        }
        // Worth a look: either the channel is gone, or somebody tries another guild's.
        warn!(
            guild.id = %self.scene.guild, plugin.name = %self.plugin(), channel.id = %channel,
            "a plugin named a channel that this guild does not have"
        );
        Err(DiscordError::NotFound(
            "This server has no such channel.".into(),
        ))
    }

    /// Checks a place where a message or panel is to be posted.
    pub(super) fn check_posting(&self, to: &Address) -> Result<(), Stop> {
        let channel = match to {
            Address::Channel(channel) => *channel,
            Address::Key(key) => self.mapped_channel(key)?,
            // Members only: a plugin must not write to strangers.
            Address::Dm(user) => return self.require_member(*user).map(drop),
            // What the plugin made itself; it is found when it is needed, or the effect fails with
            // the one that was to make it.
            Address::Name(_) => return Ok(()),
            Address::Panel(_) | Address::Message(..) => {
                let problem = format!("`{to}` is a message, not a place for one");
                return Err(DiscordError::Invalid(problem).into());
            }
        };
        self.check_channel(channel)?;
        self.check_bot_in(channel, Self::needed_to_post)?;
        Ok(())
    }

    /// Checks that an address names a message.
    pub(super) fn check_message_address(&self, message: &Address) -> Result<(), DiscordError> {
        match message {
            Address::Name(_) | Address::Panel(_) => Ok(()),
            Address::Message(channel, _) => self.check_channel(*channel),
            _ => Err(DiscordError::Invalid(format!(
                "`{message}` is no message; use `name:`, `panel:` or `message:`"
            ))),
        }
    }

    /// Checks that an address names a thread.
    pub(super) fn check_thread_address(&self, thread: &Address) -> Result<(), DiscordError> {
        match thread {
            Address::Name(_) => Ok(()),
            Address::Channel(channel) => self.check_channel(*channel),
            _ => Err(DiscordError::Invalid(format!(
                "`{thread}` is no thread; use `name:` or `channel:`"
            ))),
        }
    }

    /// Checks where a thread is to be opened.
    pub(super) fn check_thread_parent(&self, on: &Address) -> Result<(), DiscordError> {
        let channel = match on {
            Address::Channel(channel) => *channel,
            Address::Key(key) => self.mapped_channel(key)?,
            _ => return self.check_message_address(on),
        };
        self.check_channel(channel)?;
        self.check_bot_in(channel, |_| {
            Permissions::VIEW_CHANNEL | Permissions::CREATE_PUBLIC_THREADS
        })
    }

    fn needed_to_post(kind: ChannelKind) -> Permissions {
        let posting = match kind {
            ChannelKind::Thread => Permissions::SEND_MESSAGES_IN_THREADS,
            _ => Permissions::SEND_MESSAGES,
        };
        Permissions::VIEW_CHANNEL | posting
    }

    /// Refuses what the bot may not do in a channel, naming what it lacks.
    fn check_bot_in(
        &self,
        channel: ChannelId,
        needed: impl Fn(ChannelKind) -> Permissions,
    ) -> Result<(), DiscordError> {
        let snapshot = self.snapshot()?;
        let Some(place) = snapshot.channels.get(&channel) else {
            return Ok(());
        };
        // A thread whose channel is not known says nothing about permissions; Discord will.
        let Some(has) = snapshot.bot_permissions_in(channel) else {
            return Ok(());
        };
        let missing = has.missing(needed(place.kind));
        if missing.is_empty() {
            return Ok(());
        }
        Err(DiscordError::BotLacks(format!(
            "I lack {missing} in <#{channel}>. Allow it in the channel's settings, Permissions."
        )))
    }
}
