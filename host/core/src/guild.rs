//! What the host knows of a guild from the gateway: roles, channels and the bot's own place in it.

use std::collections::BTreeMap;

use crate::ids::{ChannelId, GuildId, RoleId, UserId};
use crate::permissions::Permissions;

/// A guild as the gateway last described it. A hint, not truth: Discord may have moved on.
#[derive(Debug, Clone, PartialEq)]
pub struct GuildSnapshot {
    /// The guild.
    pub id: GuildId,
    /// Its name.
    pub name: String,
    /// Its owner, who may do everything.
    pub owner: UserId,
    /// All roles, `@everyone` included.
    pub roles: BTreeMap<RoleId, Role>,
    /// All channels and known threads.
    pub channels: BTreeMap<ChannelId, Channel>,
    /// The bot itself.
    pub bot: UserId,
    /// The bot's roles here.
    pub bot_roles: Vec<RoleId>,
}

/// A role of a guild.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Higher stands above; ties are ordered by id.
    pub position: i64,
    /// What it allows in the whole guild.
    pub permissions: Permissions,
    /// Whether an integration owns it: nobody can give it by hand.
    pub managed: bool,
}

/// A channel or thread of a guild.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its name.
    pub name: String,
    /// Discord's channel type.
    pub kind: ChannelKind,
    /// The category of a channel, or the channel of a thread.
    pub parent: Option<ChannelId>,
    /// Exceptions to the roles' permissions.
    pub overwrites: Vec<Overwrite>,
}

/// The channel types that make a difference to the bot
/// ([Discord Docs/Channel, "Channel Types"](https://discord.com/developers/docs/resources/channel#channel-object-channel-types)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelKind {
    /// A text channel (0) or announcement channel (5).
    Text,
    /// A thread (10, 11, 12).
    Thread,
    /// Anything else.
    Other(u8),
}

impl ChannelKind {
    /// From Discord's number.
    pub const fn from_discord(number: u8) -> Self {
        match number {
            0 | 5 => Self::Text,
            10..=12 => Self::Thread,
            other => Self::Other(other),
        }
    }
}

/// An exception for one role or member in one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overwrite {
    /// Whom it is for.
    pub subject: OverwriteSubject,
    /// What it adds.
    pub allow: Permissions,
    /// What it takes.
    pub deny: Permissions,
}

/// Whom an overwrite is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverwriteSubject {
    /// Holders of a role.
    Role(RoleId),
    /// One member.
    Member(UserId),
}

impl GuildSnapshot {
    /// Permissions in the whole guild of somebody with `roles`.
    pub fn permissions_of(&self, user: UserId, roles: &[RoleId]) -> Permissions {
        if user == self.owner {
            return Permissions::all();
        }
        let mut sum = Permissions::default();
        for role in roles.iter().chain([&self.id.everyone()]) {
            if let Some(role) = self.roles.get(role) {
                sum |= role.permissions;
            }
        }
        if sum.contains(Permissions::ADMINISTRATOR) {
            Permissions::all()
        } else {
            sum
        }
    }

    /// Permissions in one channel, by Discord's order: `@everyone`'s overwrite, then all role
    /// overwrites together, then the member's own; threads use their channel's overwrites
    /// ([Discord Docs/Permissions, "Permission Overwrites"](https://discord.com/developers/docs/topics/permissions#permission-overwrites)).
    /// `None` if the channel is not known to be this guild's.
    pub fn permissions_in(
        &self,
        channel: ChannelId,
        user: UserId,
        roles: &[RoleId],
    ) -> Option<Permissions> {
        let mut place = self.channels.get(&channel)?;
        if place.kind == ChannelKind::Thread {
            place = self.channels.get(&place.parent?)?;
        }
        let base = self.permissions_of(user, roles);
        if base.contains(Permissions::ADMINISTRATOR) {
            return Some(base);
        }
        let mut sum = base;
        let mut apply = |applies: &dyn Fn(OverwriteSubject) -> bool| {
            let (mut allow, mut deny) = (Permissions::default(), Permissions::default());
            for overwrite in place.overwrites.iter().filter(|o| applies(o.subject)) {
                allow |= overwrite.allow;
                deny |= overwrite.deny;
            }
            sum = (sum & !deny) | allow;
        };
        let everyone = self.id.everyone();
        apply(&|subject| subject == OverwriteSubject::Role(everyone));
        apply(
            &|subject| matches!(subject, OverwriteSubject::Role(role) if role != everyone && roles.contains(&role)),
        );
        apply(&|subject| subject == OverwriteSubject::Member(user));
        if !sum.contains(Permissions::VIEW_CHANNEL) {
            return Some(Permissions::default());
        }
        Some(sum)
    }

    /// What the bot may do in `channel`; `None` if it is not this guild's.
    pub fn bot_permissions_in(&self, channel: ChannelId) -> Option<Permissions> {
        self.permissions_in(channel, self.bot, &self.bot_roles)
    }

    /// What the bot may do in the whole guild.
    pub fn bot_permissions(&self) -> Permissions {
        self.permissions_of(self.bot, &self.bot_roles)
    }

    /// The place of the highest of `roles`: position, then id, as Discord orders them.
    pub fn highest_place(&self, roles: &[RoleId]) -> RolePlace {
        roles
            .iter()
            .filter_map(|id| self.place_of(*id))
            .max()
            .unwrap_or(RolePlace::LOWEST)
    }

    /// Where a role stands; `None` if the guild has no such role.
    pub fn place_of(&self, role: RoleId) -> Option<RolePlace> {
        // Of two roles at one position the older (smaller id) stands higher.
        self.roles
            .get(&role)
            .map(|found| RolePlace(found.position, std::cmp::Reverse(role.get())))
    }

    /// Why the bot cannot give or take `role`; `None` if it can
    /// ([Discord Docs/Permissions, "Permission Hierarchy"](https://discord.com/developers/docs/topics/permissions#permission-hierarchy)).
    pub fn cannot_give(&self, role: RoleId) -> Option<String> {
        let Some(found) = self.roles.get(&role) else {
            return Some("That role no longer exists. Map another one with `/setroles`.".into());
        };
        let name = &found.name;
        if role == self.id.everyone() {
            return Some("`@everyone` is no role that can be given.".into());
        }
        if found.managed {
            return Some(format!(
                "The role {name} belongs to an integration; nobody can give it."
            ));
        }
        if !self.bot_permissions().contains(Permissions::MANAGE_ROLES) {
            return Some("I need the permission Manage Roles for that.".into());
        }
        if self.place_of(role) >= Some(self.highest_place(&self.bot_roles)) {
            return Some(format!(
                "My highest role is not above {name}. Move it above {name} in Server Settings, Roles."
            ));
        }
        None
    }
}

/// Where a role stands among the guild's roles; greater is higher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RolePlace(i64, std::cmp::Reverse<u64>);

impl RolePlace {
    /// Where somebody without any role stands.
    pub const LOWEST: Self = Self(i64::MIN, std::cmp::Reverse(u64::MAX));
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn id(raw: u64) -> RoleId {
        RoleId::new(raw).expect("not 0")
    }

    pub(crate) fn user(raw: u64) -> UserId {
        UserId::new(raw).expect("not 0")
    }

    pub(crate) fn guild() -> GuildSnapshot {
        let role = |name: &str, position, permissions| Role {
            name: name.into(),
            position,
            permissions,
            managed: false,
        };
        let see = Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES;
        GuildSnapshot {
            id: GuildId::new(1).expect("not 0"),
            name: "Test".into(),
            owner: user(100),
            roles: [
                (id(1), role("@everyone", 0, see)),
                (id(10), role("Organizer", 1, Permissions::default())),
                (
                    id(20),
                    role(
                        "Muster",
                        5,
                        Permissions::MANAGE_ROLES | Permissions::KICK_MEMBERS,
                    ),
                ),
                (id(30), role("Admin", 9, Permissions::ADMINISTRATOR)),
            ]
            .into(),
            channels: [(
                ChannelId::new(500).expect("not 0"),
                Channel {
                    name: "events".into(),
                    kind: ChannelKind::Text,
                    parent: None,
                    overwrites: vec![Overwrite {
                        subject: OverwriteSubject::Role(id(1)),
                        allow: Permissions::default(),
                        deny: Permissions::SEND_MESSAGES,
                    }],
                },
            )]
            .into(),
            bot: user(200),
            bot_roles: vec![id(20)],
        }
    }

    #[test]
    fn an_overwrite_takes_what_the_role_gave() {
        let guild = guild();
        let channel = ChannelId::new(500).expect("not 0");
        let may = guild.bot_permissions_in(channel).expect("known channel");
        assert!(!may.contains(Permissions::SEND_MESSAGES));
        assert!(may.contains(Permissions::VIEW_CHANNEL));
    }

    #[test]
    fn a_foreign_channel_is_not_known() {
        assert_eq!(
            guild().bot_permissions_in(ChannelId::new(501).expect("not 0")),
            None
        );
    }

    #[test]
    fn a_role_above_the_bot_cannot_be_given() {
        let text = guild().cannot_give(id(30)).expect("refused");
        assert!(text.contains("not above Admin"), "{text}");
        assert_eq!(guild().cannot_give(id(10)), None);
    }

    #[test]
    fn of_two_roles_at_one_position_the_older_stands_higher() {
        let mut guild = guild();
        let twin = guild.roles[&id(20)].clone();
        guild.roles.insert(id(21), twin);
        assert!(guild.place_of(id(20)) > guild.place_of(id(21)));
    }
}
