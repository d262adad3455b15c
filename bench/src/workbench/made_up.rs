//! What the runtime knows of Discord: guilds that nobody else knows.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use muster_core::guild::{Channel, ChannelKind, GuildSnapshot, Role};
use muster_core::ids::{ChannelId, UserId};
use muster_core::interaction::Member;
use muster_core::ports::{Directory, LookupError, Lookups};
use muster_core::{GuildId, Permissions};

use super::{CHANNELS, guild_id};

/// Users that no press comes from.
const OWNER: u64 = 1;
const BOT: u64 = 2;

/// Guilds in which the bot may do what it needs, and nobody to look up.
pub struct MadeUp(HashMap<GuildId, Arc<GuildSnapshot>>);

impl MadeUp {
    /// Guilds 1, 2, ...
    pub fn new(guilds: u64) -> Result<Self> {
        let guilds = (1..=guilds).map(|raw| {
            let id = guild_id(raw)?;
            Ok((id, Arc::new(snapshot(id)?)))
        });
        Ok(Self(guilds.collect::<Result<_>>()?))
    }
}

fn snapshot(id: GuildId) -> Result<GuildSnapshot> {
    let everyone = Role {
        name: "@everyone".into(),
        position: 0,
        permissions: Permissions::VIEW_CHANNEL
            | Permissions::SEND_MESSAGES
            | Permissions::EMBED_LINKS
            | Permissions::CREATE_PUBLIC_THREADS
            | Permissions::SEND_MESSAGES_IN_THREADS
            | Permissions::MENTION_EVERYONE,
        managed: false,
    };
    let channels = CHANNELS.map(|(name, raw)| {
        let channel = Channel {
            name: name.into(),
            kind: ChannelKind::Text,
            parent: None,
            overwrites: Vec::new(),
        };
        Ok((ChannelId::new(raw).context("0 is no channel")?, channel))
    });
    Ok(GuildSnapshot {
        id,
        name: "Workbench".into(),
        owner: UserId::new(OWNER).context("0 is no user")?,
        roles: [(id.everyone(), everyone)].into(),
        channels: channels.into_iter().collect::<Result<_>>()?,
        bot: UserId::new(BOT).context("0 is no user")?,
        bot_roles: Vec::new(),
    })
}

impl Directory for MadeUp {
    fn guild(&self, id: GuildId) -> Option<Arc<GuildSnapshot>> {
        self.0.get(&id).cloned()
    }
}

#[async_trait::async_trait]
impl Lookups for MadeUp {
    async fn member(&self, _: GuildId, _: UserId) -> Result<Option<Member>, LookupError> {
        Ok(None)
    }

    async fn search_members(
        &self,
        _: GuildId,
        _: &str,
        _: u16,
    ) -> Result<Vec<Member>, LookupError> {
        Ok(Vec::new())
    }
}
