//! Look-ups: what the host knows, or asks Discord for.

use crate::ctx::{Ctx, from_host};
use crate::ids::{ChannelId, MessageId, RoleId, UserId};
use crate::imports::DiscordError;
use crate::{Failure, Member, Role};

/// Look-ups. One that the host cannot answer from memory ends the call unseen and runs it again with the
/// answer at hand; so look up before you do anything slow.
impl Ctx<'_> {
    /// A member of the guild, if they are one.
    pub fn find_member(&mut self, user: UserId) -> Result<Option<Member>, Failure> {
        let member = self.host.member(user.0)?;
        member.as_deref().map(read).transpose()
    }

    /// The Discord role mapped to a role key.
    pub fn find_role(&mut self, key: &str) -> Option<RoleId> {
        self.host.role(key).map(RoleId)
    }

    /// The channel mapped to a channel key.
    pub fn find_channel(&mut self, key: &str) -> Option<ChannelId> {
        self.host.channel(key).map(ChannelId)
    }

    /// Whether the acting member may kick, ban, silence, rename or change the roles of `user`.
    ///
    /// # Errors
    /// With `?`, the acting member reads why not.
    pub fn may_act_on(&mut self, user: UserId) -> Result<(), DiscordError> {
        self.host.may_act_on(user.0)
    }

    /// What the bot may do in a channel, as permission bits.
    pub fn bot_permissions(&mut self, channel: ChannelId) -> Result<u64, DiscordError> {
        self.host.bot_permissions(channel.0)
    }

    /// Whether a message still stands in a channel or thread of the guild.
    ///
    /// # Errors
    /// [`DiscordError::NotFound`] if the channel is gone.
    pub fn message_exists(
        &mut self,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<bool, DiscordError> {
        self.host.message_exists(channel.0, message.0)
    }

    /// Who holds a role key. Needs the members intent.
    pub fn role_holders(&mut self, key: &str) -> Result<Vec<UserId>, DiscordError> {
        let users = self.host.role_holders(key)?;
        Ok(users.into_iter().map(UserId).collect())
    }

    /// A role of the guild, if there is one with this id.
    pub fn find_role_info(&mut self, role: RoleId) -> Result<Option<Role>, Failure> {
        let found = self.host.role_info(role.0)?;
        let read = |json: &str| Role::from_json(&from_host("role", json)?);
        found.as_deref().map(read).transpose()
    }

    /// Who holds a role of the guild. Needs the members intent.
    pub fn holders_of(&mut self, role: RoleId) -> Result<Vec<UserId>, DiscordError> {
        let users = self.host.holders_of(role.0)?;
        Ok(users.into_iter().map(UserId).collect())
    }

    /// The bot's own user.
    pub fn bot_user(&mut self) -> Result<UserId, DiscordError> {
        self.host.bot_user().map(UserId)
    }

    /// Members whose name begins with `text`, at most `limit` (1 to 100).
    pub fn search_members(&mut self, text: &str, limit: u16) -> Result<Vec<Member>, Failure> {
        let found = self.host.search_members(text, limit)?;
        found.iter().map(|json| read(json)).collect()
    }
}

fn read(json: &str) -> Result<Member, Failure> {
    Member::from_json(&from_host("member", json)?)
}
