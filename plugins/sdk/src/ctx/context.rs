//! Who acted, where and when, and what the guild has set.

use serde::de::DeserializeOwned;

use super::{Ctx, from_host};
use crate::ids::{ChannelId, GuildId, MessageId, RoleId, UserId};
use crate::time::Timestamp;
use crate::{Attachment, Failure, Rank, broken};

impl Ctx<'_> {
    /// The guild. Rarely needed: SQL sees this guild's rows only.
    pub fn guild(&self) -> GuildId {
        GuildId(self.host.guild_id())
    }

    /// The member who acted.
    ///
    /// # Errors
    /// To the operator: nobody acted, as in a timer. There, ask [`find_acting`](Self::find_acting).
    pub fn member(&self) -> Result<UserId, Failure> {
        self.find_acting()
            .ok_or_else(|| broken("nobody acted in this call"))
    }

    /// The member who acted, if one did.
    pub fn find_acting(&self) -> Option<UserId> {
        self.host.user_id().map(UserId)
    }

    /// Where the member acted: a channel or thread.
    ///
    /// # Errors
    /// To the operator: nobody acted.
    pub fn channel_id(&self) -> Result<ChannelId, Failure> {
        let id = self.host.channel_id().map(ChannelId);
        id.ok_or_else(|| broken("this call is about no channel"))
    }

    /// What others see of the acting member. Typed by a person: see [`escape`](crate::text::escape).
    pub fn display_name(&self) -> String {
        self.host.display_name()
    }

    /// The Discord roles of the acting member.
    pub fn member_roles(&self) -> Vec<RoleId> {
        self.host.member_roles().into_iter().map(RoleId).collect()
    }

    /// The role keys that the acting member holds, ranks and extra keys alike.
    pub fn role_keys(&self) -> Vec<String> {
        self.host.internal_roles()
    }

    /// Whether the acting member holds this role key.
    pub fn holds(&self, key: &str) -> bool {
        self.host.internal_roles().iter().any(|held| held == key)
    }

    /// Whether the acting member has this rank or a higher one.
    pub fn ranks_at_least(&self, rank: Rank) -> bool {
        self.host.ranks_at_least(rank.key())
    }

    /// The acting member's Discord permissions in that channel, as bits.
    pub fn permissions(&self) -> u64 {
        self.host.permissions()
    }

    /// The acting member's language, such as `en-US`.
    pub fn locale(&self) -> String {
        self.host.locale()
    }

    /// When this call began; the same all through it.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.host.now())
    }

    /// The message that was pressed.
    pub fn pressed_message(&self) -> Option<MessageId> {
        self.host.pressed_message().map(MessageId)
    }

    /// The name of the panel that the pressed message shows.
    pub fn pressed_panel(&self) -> Option<String> {
        self.host.pressed_panel()
    }

    /// Whose command or press opened the pressed panel.
    pub fn panel_opened_by(&self) -> Option<UserId> {
        self.host.panel_opened_by().map(UserId)
    }

    /// The files that this interaction received.
    ///
    /// # Errors
    /// To the operator: the host's JSON was not understood.
    pub fn attachments(&self) -> Result<Vec<Attachment>, Failure> {
        let attachments = from_host("attachments", &self.host.attachments())?;
        let list = attachments.as_array().into_iter().flatten();
        Ok(list.filter_map(Attachment::from_json).collect())
    }

    /// The guild's value of one of the plugin's settings, or the manifest's default. Use an `Option` for
    /// one that may be unset.
    ///
    /// # Errors
    /// To the operator: the manifest has no such setting, or of another type.
    pub fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<T, Failure> {
        let value = self.host.setting(key);
        let value = value.ok_or_else(|| broken(format!("the manifest has no setting `{key}`")))?;
        serde_json::from_value(from_host("setting", &value)?)
            .map_err(|_| broken(format!("the setting `{key}` is of another type")))
    }

    /// The guild's time zone by its IANA name, such as `Europe/Berlin`; `UTC` if it chose none.
    pub fn time_zone(&self) -> String {
        self.host.time_zone()
    }
}
