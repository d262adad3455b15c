//! What the host has to ask Discord; what it hears about members is kept for a moment.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use muster_core::ids::{ChannelId, MessageId};
use muster_core::interaction::Member;
use muster_core::ports::{Directory, LookupError, Lookups};
use muster_core::{GuildId, RoleId, Timestamp, UserId};
use parking_lot::Mutex;

use crate::rest::{Priority, Rest, RestError, RestErrorKind};

/// How long an answer is believed. One handler asks about a member several times; what it does about
/// them is checked again by Discord.
const KEPT: Duration = Duration::from_secs(15);
/// How long the holders of a role are believed: finding them goes through all members.
const HOLDERS_KEPT: Duration = Duration::from_secs(60);
/// How long it is believed that nobody may be listed. Asking again and again what is forbidden makes Discord
/// lock a bot out
/// ([Discord Docs/Rate Limits, "Invalid Request Limit"](https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans)).
const DENIAL_KEPT: Duration = Duration::from_secs(600);
/// Most answers that are kept.
const MOST: usize = 2000;

/// Thousands of members that are gone through for the holders of a role. A bigger guild is not asked
/// at all: it would take Discord's patience and our memory.
const MOST_PAGES: usize = 25;
const PAGE: usize = 1000;

/// When Discord was asked, and whom it named.
type Known = (Timestamp, Option<Member>);

/// Until when an answer about the holders of a role is believed, and what it was.
type Holders = (Timestamp, Result<Vec<UserId>, LookupError>);

/// Look-ups over REST.
pub struct RestLookups {
    rest: Rest,
    directory: Arc<dyn Directory>,
    members: Mutex<HashMap<(GuildId, UserId), Known>>,
    holders: Mutex<HashMap<(GuildId, RoleId), Holders>>,
}

impl RestLookups {
    /// Look-ups over this API; `directory` tells what roles allow.
    pub fn new(rest: Rest, directory: Arc<dyn Directory>) -> Self {
        Self {
            rest,
            directory,
            members: Mutex::default(),
            holders: Mutex::default(),
        }
    }

    /// Forgets what is known of a member, because it changed.
    pub fn forget(&self, guild: GuildId, user: UserId) {
        self.members.lock().remove(&(guild, user));
    }

    fn known(&self, guild: GuildId, user: UserId) -> Option<Option<Member>> {
        let now = self.rest.clock().now();
        let members = self.members.lock();
        let (at, found) = members.get(&(guild, user))?;
        (at.plus(KEPT) > now).then(|| found.clone())
    }

    fn keep(&self, guild: GuildId, user: UserId, found: Option<Member>) {
        let now = self.rest.clock().now();
        let mut members = self.members.lock();
        if members.len() >= MOST {
            members.retain(|_, (at, _)| at.plus(KEPT) > now);
            if members.len() >= MOST {
                members.clear();
            }
        }
        members.insert((guild, user), (now, found));
    }

    /// Fills in what the member may do in the whole guild.
    fn with_permissions(&self, guild: GuildId, mut member: Member) -> Member {
        if let Some(snapshot) = self.directory.guild(guild) {
            member.permissions = snapshot.permissions_of(member.user, &member.roles);
        }
        member
    }
}

fn failed(error: &RestError) -> LookupError {
    match &error.kind {
        RestErrorKind::Forbidden { message, .. } => LookupError::Denied(message.clone()),
        kind => LookupError::Unavailable(kind.to_string()),
    }
}

#[async_trait]
impl Lookups for RestLookups {
    async fn member(&self, guild: GuildId, user: UserId) -> Result<Option<Member>, LookupError> {
        if let Some(known) = self.known(guild, user) {
            return Ok(known);
        }
        let found = match self.rest.get_member(guild, user, Priority::Awaited).await {
            Ok(member) => Some(self.with_permissions(guild, member)),
            Err(error) if error.is_gone() => None,
            Err(error) => return Err(failed(&error)),
        };
        self.keep(guild, user, found.clone());
        Ok(found)
    }

    async fn search_members(
        &self,
        guild: GuildId,
        text: &str,
        limit: u16,
    ) -> Result<Vec<Member>, LookupError> {
        let limit = limit.clamp(1, 100);
        let found = self
            .rest
            .search_members(guild, text, limit, Priority::Awaited)
            .await
            .map_err(|error| failed(&error))?;
        Ok(found
            .into_iter()
            .map(|member| self.with_permissions(guild, member))
            .collect())
    }

    async fn message_exists(
        &self,
        _: GuildId,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<bool, LookupError> {
        let found = self.rest.get_message(channel, message, Priority::Awaited);
        match found.await {
            Ok(_) => Ok(true),
            Err(error) if error.is_gone() => Ok(false),
            Err(error) => Err(failed(&error)),
        }
    }

    async fn role_holders(&self, guild: GuildId, role: RoleId) -> Result<Vec<UserId>, LookupError> {
        if let Some(known) = self.known_holders(guild, role) {
            return known;
        }
        let found = self.list_holders(guild, role).await;
        self.keep_holders(guild, role, &found);
        found
    }
}

impl RestLookups {
    fn known_holders(
        &self,
        guild: GuildId,
        role: RoleId,
    ) -> Option<Result<Vec<UserId>, LookupError>> {
        let now = self.rest.clock().now();
        let holders = self.holders.lock();
        let (until, found) = holders.get(&(guild, role))?;
        (*until > now).then(|| found.clone())
    }

    fn keep_holders(&self, guild: GuildId, role: RoleId, found: &Result<Vec<UserId>, LookupError>) {
        let kept = match found {
            Ok(_) => HOLDERS_KEPT,
            Err(LookupError::Denied(_)) => DENIAL_KEPT,
            Err(LookupError::Unavailable(_)) => KEPT,
        };
        let now = self.rest.clock().now();
        let mut holders = self.holders.lock();
        holders.retain(|_, (until, _)| *until > now);
        if holders.len() >= MOST {
            holders.clear();
        }
        holders.insert((guild, role), (now.plus(kept), found.clone()));
    }

    async fn list_holders(&self, guild: GuildId, role: RoleId) -> Result<Vec<UserId>, LookupError> {
        let mut holders = Vec::new();
        let mut after = None;
        for _ in 0..MOST_PAGES {
            let page = self
                .rest
                .list_members(guild, after, Priority::Role)
                .await
                .map_err(|error| match &error.kind {
                    RestErrorKind::Forbidden { .. } => LookupError::Denied(NO_LIST.into()),
                    _ => failed(&error),
                })?;
            after = page.last().map(|member| member.user);
            let is_last = page.len() < PAGE;
            let with_role = page.iter().filter(|member| member.roles.contains(&role));
            holders.extend(with_role.map(|member| member.user));
            if is_last {
                return Ok(holders);
            }
        }
        Err(LookupError::Unavailable(format!(
            "this server has more than {} members, too many to go through",
            MOST_PAGES * PAGE
        )))
    }
}

/// Said where Discord lists no members.
const NO_LIST: &str = "I cannot list the holders of a role: that needs Discord's Server Members intent, \
                       which the bot's operator switches on in the Developer Portal.";
