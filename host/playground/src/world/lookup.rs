//! Questions to the world: who may do what where.

use std::sync::Arc;

use crate::error::{self, ApiError};
use crate::id::{ChannelId, GuildId, InteractionId, MessageId, RoleId, UserId};
use crate::model::channel::{Channel, ChannelKind};
use crate::model::guild::{Guild, Member};
use crate::model::message::Message;
use crate::permission::{self, Permissions, Rank};
use crate::rule::Rule;
use crate::world::World;

impl World {
    /// The guild, if the bot is in it: otherwise it does not exist for the bot (10004), which is
    /// what Discord says of guilds that it never joined.
    pub(crate) fn bot_guild(&self, id: GuildId) -> Result<&Guild, ApiError> {
        let guild = self.guilds.get(&id).ok_or(error::UNKNOWN_GUILD)?;
        if guild.has_bot || !self.keeps(Rule::BotIsInGuild) {
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
        if channel.guild.is_some()
            && !rights.contains(Permissions::VIEW_CHANNEL)
            && self.keeps(Rule::ChannelIsSeen)
        {
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

    /// The same, for what has a rule of its own.
    pub(crate) fn bot_needs_by(
        &self,
        guild: &Guild,
        needed: Permissions,
        rule: Rule,
    ) -> Result<(), ApiError> {
        match self.keeps(rule) {
            true => self
                .bot_needs(guild, needed)
                .map_err(|error| error.by(rule)),
            false => Ok(()),
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
        let own = self.bot_rank(guild);
        let is_equal = own.position == role.position;
        guild.owner == self.bot()
            || permission::outranks(own, role, self.switches.equal_positions_rank_by_id)
            || is_equal && !self.keeps(Rule::EqualIsNotLower)
            || !self.keeps(Rule::AdministratorIsNotAbove)
                && self.bot_needs(guild, Permissions::ADMINISTRATOR).is_ok()
    }

    /// Whether the bot stands above a member's highest role.
    pub(crate) fn bot_outranks(&self, guild: &Guild, member: &Member) -> bool {
        self.bot_outranks_role(guild, guild.highest_role(member))
    }

    /// Whether the bot may kick, ban or time out a member: never the owner, and only those whose
    /// highest role is lower.
    pub(crate) fn bot_may_punish(&self, guild: &Guild, member: &Member) -> bool {
        !self.keeps(Rule::PunishedIsLower)
            || member.user != guild.owner && self.bot_outranks(guild, member)
    }

    /// The role to give to a member, checked against the hierarchy.
    pub(crate) fn assignable_role(
        &self,
        guild: &Guild,
        member: &Member,
        role: RoleId,
    ) -> Result<(), ApiError> {
        let role = guild.roles.get(&role).ok_or(error::UNKNOWN_ROLE)?;
        let by_hand = !role.managed && role.id != guild.everyone();
        if !by_hand && self.keeps(Rule::ManagedIsNotGiven) {
            return Err(match self.switches.managed_role_is_invalid {
                true => error::INVALID_ROLE,
                false => error::MISSING_PERMISSIONS.by(Rule::ManagedIsNotGiven),
            });
        }
        let ranks_matter = !self.keeps(Rule::GivingIgnoresRank);
        if ranks_matter && !self.bot_may_punish(guild, member)
            || self.keeps(Rule::GivenRoleIsLower) && !self.bot_outranks_role(guild, role.rank())
        {
            return Err(error::MISSING_PERMISSIONS.by(Rule::GivenRoleIsLower));
        }
        Ok(())
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
