//! Questions to the world: who may do what where.

use std::sync::Arc;

use crate::error::{self, ApiError};
use crate::id::{ChannelId, GuildId, InteractionId, MessageId, RoleId, UserId};
use crate::model::channel::{Channel, ChannelKind};
use crate::model::guild::{Guild, Member};
use crate::model::message::Message;
use crate::permission::{self, Permissions, Rank};
use crate::world::World;

impl World {
    /// The guild, if the bot is in it: otherwise it does not exist for the bot (10004), which is
    /// what Discord says of guilds that it never joined.
    pub(crate) fn bot_guild(&self, id: GuildId) -> Result<&Guild, ApiError> {
        let guild = self.guilds.get(&id).ok_or(error::UNKNOWN_GUILD)?;
        if guild.has_bot {
            Ok(guild)
        } else {
            Err(error::MISSING_ACCESS)
        }
    }

    pub(crate) fn bot_guild_mut(&mut self, id: GuildId) -> Result<&mut Guild, ApiError> {
        self.bot_guild(id)?;
        self.guilds.get_mut(&id).ok_or(error::UNKNOWN_GUILD)
    }

    pub(crate) fn guild_member(&self, guild: GuildId, user: UserId) -> Option<&Member> {
        self.guilds.get(&guild)?.members.get(&user)
    }

    /// A member's rights in a channel (section "Permission Overwrites"); threads ask their parent.
    pub(crate) fn permissions_in(&self, user: UserId, channel: &Channel) -> Permissions {
        let Some(guild) = channel.guild.and_then(|id| self.guilds.get(&id)) else {
            return if channel.recipient == Some(user) || user == self.bot() {
                Permissions::EVERYONE
            } else {
                Permissions::NONE
            };
        };
        let Some(member) = guild.members.get(&user) else {
            return Permissions::NONE;
        };
        let base = guild.permissions_of(member);
        let is_thread = channel.kind.is_thread();
        let rules = match channel.parent {
            Some(parent) if is_thread => self.channels.get(&parent),
            _ => Some(channel),
        };
        let overwrites = rules.map_or(&[][..], |rules| &rules.overwrites);
        let mut sum =
            permission::in_channel(base, user, guild.everyone(), &member.roles, overwrites);
        if Guild::is_timed_out(member, self.now()) {
            sum = permission::while_timed_out(sum);
        }
        if channel.kind == ChannelKind::PrivateThread && !sum.contains(Permissions::MANAGE_THREADS)
        {
            let inside = channel
                .thread
                .as_ref()
                .is_some_and(|thread| thread.members.contains(&user));
            if !inside {
                return Permissions::NONE;
            }
        }
        permission::with_implied(sum, is_thread)
    }

    /// A member's rights in the guild as a whole.
    pub(crate) fn permissions_in_guild(&self, guild: &Guild, user: UserId) -> Permissions {
        let Some(member) = guild.members.get(&user) else {
            return Permissions::NONE;
        };
        let sum = guild.permissions_of(member);
        if Guild::is_timed_out(member, self.now()) {
            permission::while_timed_out(sum)
        } else {
            sum
        }
    }

    /// The channel, if the bot can see it: 10003 if there is none, 50001 if it is hidden.
    pub(crate) fn bot_channel(&self, id: ChannelId) -> Result<(&Channel, Permissions), ApiError> {
        let channel = self.channels.get(&id).ok_or(error::UNKNOWN_CHANNEL)?;
        let rights = self.permissions_in(self.bot(), channel);
        if channel.guild.is_some() && !rights.contains(Permissions::VIEW_CHANNEL) {
            return Err(error::MISSING_ACCESS);
        }
        Ok((channel, rights))
    }

    /// A message that the channel routes know: ephemeral ones do not exist there (10008).
    pub(crate) fn channel_message(
        &self,
        channel: ChannelId,
        id: MessageId,
    ) -> Result<&Arc<Message>, ApiError> {
        let message = self.messages.get(&id).ok_or(error::UNKNOWN_MESSAGE)?;
        if message.channel != channel || message.is_ephemeral() {
            return Err(error::UNKNOWN_MESSAGE);
        }
        Ok(message)
    }

    /// Refuses what the bot has no right to in the guild (50013).
    pub(crate) fn bot_needs(&self, guild: &Guild, needed: Permissions) -> Result<(), ApiError> {
        if self
            .permissions_in_guild(guild, self.bot())
            .contains(needed)
        {
            Ok(())
        } else {
            Err(error::MISSING_PERMISSIONS)
        }
    }

    /// Where the bot stands in a guild.
    pub(crate) fn bot_rank(&self, guild: &Guild) -> Rank {
        let lowest = Rank {
            position: 0,
            role: guild.everyone(),
        };
        guild
            .members
            .get(&self.bot())
            .map_or(lowest, |member| guild.highest_role(member))
    }

    /// Whether the bot stands above a role ("Permission Hierarchy"). An owner stands above all.
    pub(crate) fn bot_outranks_role(&self, guild: &Guild, role: Rank) -> bool {
        guild.owner == self.bot()
            || permission::outranks(
                self.bot_rank(guild),
                role,
                self.switches.equal_positions_rank_by_id,
            )
    }

    /// Whether the bot may kick, ban, time out or rename a member: never the owner, and only those
    /// whose highest role is lower.
    pub(crate) fn bot_outranks_member(&self, guild: &Guild, member: &Member) -> bool {
        member.user != guild.owner && self.bot_outranks_role(guild, guild.highest_role(member))
    }

    /// The role to give, checked against the hierarchy.
    pub(crate) fn assignable_role(&self, guild: &Guild, role: RoleId) -> Result<(), ApiError> {
        let role = guild.roles.get(&role).ok_or(error::UNKNOWN_ROLE)?;
        if role.managed || role.id == guild.everyone() {
            return Err(if self.switches.managed_role_is_invalid {
                error::INVALID_ROLE
            } else {
                error::MISSING_PERMISSIONS
            });
        }
        if self.bot_outranks_role(guild, role.rank()) {
            Ok(())
        } else {
            Err(error::MISSING_PERMISSIONS)
        }
    }

    /// Whether a user and the bot are together in any guild.
    pub(crate) fn shares_guild(&self, user: UserId) -> bool {
        self.guilds
            .values()
            .any(|guild| guild.has_bot && guild.members.contains_key(&user))
    }

    /// An interaction by its token.
    pub(crate) fn interaction_by_token(&self, token: &str) -> Option<InteractionId> {
        self.interactions_by_token.get(token).copied()
    }

    /// Whether a person can see a message.
    pub(crate) fn can_see(&self, user: UserId, message: &Message) -> bool {
        let Some(channel) = self.channels.get(&message.channel) else {
            return false;
        };
        message.visible_to.is_none_or(|only| only == user)
            && self
                .permissions_in(user, channel)
                .contains(Permissions::VIEW_CHANNEL)
    }
}
