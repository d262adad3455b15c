//! Ready-made guilds as data: who is there, with which roles, in which channels.

use serde::{Deserialize, Serialize};

use crate::id::{ChannelId, GuildId, RoleId, UserId};
use crate::model::channel::{Channel, ChannelKind};
use crate::model::guild::{Guild, Member, Role, User};
use crate::permission::{Overwrite, OverwriteTarget, Permissions};
use crate::world::World;

/// A guild to be made. Reads from JSON and TOML; everything but the name has a default.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GuildSpec {
    /// A fixed id, if stories need one.
    pub id: Option<GuildId>,
    /// The guild's name.
    pub name: String,
    /// The name of the owner, who is added if `members` does not have them.
    pub owner: String,
    /// The guild's language.
    pub locale: Option<String>,
    /// What @everyone may do; Discord's default if absent.
    pub everyone: Option<Permissions>,
    /// Roles, the highest first.
    pub roles: Vec<RoleSpec>,
    /// Channels from the top; one text channel `general` if empty.
    pub channels: Vec<ChannelSpec>,
    /// People.
    pub members: Vec<MemberSpec>,
    /// The bot in this guild.
    pub bot: BotSpec,
}

impl GuildSpec {
    /// A guild with an owner, a channel `general`, and the bot on top.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            owner: "Olivia".to_owned(),
            ..Self::default()
        }
    }
}

/// A role to be made.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoleSpec {
    /// A fixed id.
    pub id: Option<RoleId>,
    /// The role's name.
    pub name: String,
    /// What it allows.
    pub permissions: Permissions,
    /// 0xRRGGBB.
    pub color: u32,
    /// Shown apart in the member list.
    pub hoist: bool,
    /// Anybody may mention it.
    pub mentionable: bool,
    /// Made by an integration, so not to be given by hand.
    pub managed: bool,
}

/// A channel to be made.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChannelSpec {
    /// A fixed id.
    pub id: Option<ChannelId>,
    /// The channel's name.
    pub name: String,
    /// What it is; a text channel if absent.
    pub kind: ChannelKind,
    /// The name of the category above it.
    pub parent: Option<String>,
    /// The topic.
    pub topic: Option<String>,
    /// Exceptions to the roles' permissions.
    pub overwrites: Vec<OverwriteSpec>,
}

/// An exception for a role or a member.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OverwriteSpec {
    /// A role by name; `@everyone` for all. Either this or `member`.
    pub role: Option<String>,
    /// A member by name.
    pub member: Option<String>,
    /// Given here.
    pub allow: Permissions,
    /// Taken here.
    pub deny: Permissions,
}

/// A person to be added.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MemberSpec {
    /// A fixed id.
    pub id: Option<UserId>,
    /// The user's name. Somebody of this name in another guild is the same person.
    pub name: String,
    /// The nickname here.
    pub nick: Option<String>,
    /// Names of roles.
    pub roles: Vec<String>,
    /// The language of their client; `en-US` if absent.
    pub locale: Option<String>,
    /// Takes no direct messages.
    pub dms_closed: bool,
    /// Another bot.
    pub bot: bool,
}

/// The bot's place in a guild.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BotSpec {
    /// Whether it is there at all.
    pub present: bool,
    /// The role that its own role stands right below; on top if absent.
    pub below: Option<String>,
    /// What its own role allows.
    pub permissions: Permissions,
}

impl Default for BotSpec {
    fn default() -> Self {
        Self {
            present: true,
            below: None,
            permissions: Self::USUAL,
        }
    }
}

impl BotSpec {
    /// What a bot that posts, keeps threads and roles, and moderates usually asks for: all that,
    /// but not ADMINISTRATOR.
    pub const USUAL: Permissions = Permissions(
        Permissions::EVERYONE.0
            | Permissions::KICK_MEMBERS.0
            | Permissions::BAN_MEMBERS.0
            | Permissions::MANAGE_CHANNELS.0
            | Permissions::MANAGE_MESSAGES.0
            | Permissions::MANAGE_NICKNAMES.0
            | Permissions::MANAGE_ROLES.0
            | Permissions::MANAGE_THREADS.0
            | Permissions::MODERATE_MEMBERS.0
            | Permissions::PIN_MESSAGES.0,
    );
}

/// What is wrong with a guild's data.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum SpecError {
    /// A name that nothing has.
    #[error("{place} names {kind} {name:?}, which the guild does not have")]
    Unknown {
        /// Where the name stands.
        place: String,
        /// `the role`, `the member` or `the category`.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// A name that is there twice.
    #[error("the guild has {kind} {name:?} twice")]
    Twice {
        /// `the role` or `the member`.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// An id that is taken.
    #[error("the id {0} is taken")]
    IdTaken(u64),
}

impl World {
    /// Makes a guild, and tells the bot if it is in it.
    pub(crate) fn build_guild(&mut self, spec: &GuildSpec) -> Result<GuildId, SpecError> {
        let id = spec.id.unwrap_or_else(|| self.next_id());
        if self.guilds.contains_key(&id) {
            return Err(SpecError::IdTaken(id.0));
        }
        let roles = self.build_roles(id, spec)?;
        let people = self.build_members(spec, &roles)?;
        let owner = people
            .iter()
            .find(|(name, _)| *name == spec.owner)
            .map(|(_, member)| member.user);
        let mut guild = Guild {
            id,
            name: spec.name.clone(),
            owner: owner.unwrap_or(UserId(0)),
            locale: spec.locale.clone().unwrap_or_else(|| "en-US".into()),
            roles: roles.iter().map(|role| (role.id, role.clone())).collect(),
            members: people
                .iter()
                .map(|(_, member)| (member.user, member.clone()))
                .collect(),
            bans: std::collections::BTreeMap::new(),
            channels: Vec::new(),
            threads: Vec::new(),
            has_bot: false,
            unavailable: false,
            blocked_words: Vec::new(),
            command_creates: (0, 0),
        };
        let channels = self.build_channels(id, spec, &roles, &people)?;
        guild.channels = channels.iter().map(|channel| channel.id).collect();
        self.channels
            .extend(channels.into_iter().map(|channel| (channel.id, channel)));
        self.guilds.insert(id, guild);
        if spec.bot.present {
            self.put_bot_in(id);
        }
        Ok(id)
    }

    /// The bot joins: its own role is there already.
    pub(crate) fn put_bot_in(&mut self, id: GuildId) {
        let (bot, joined_ms) = (self.bot(), self.now());
        let Some(guild) = self.guilds.get_mut(&id) else {
            return;
        };
        let own = guild
            .roles
            .values()
            .find(|role| role.bot == Some(bot))
            .map(|role| role.id);
        guild.has_bot = true;
        guild.members.insert(
            bot,
            Member {
                user: bot,
                nick: None,
                roles: own.into_iter().collect(),
                joined_ms,
                timed_out_until_ms: None,
            },
        );
        self.announce_guild(id);
    }

    /// GUILD_CREATE to sessions that are already there.
    pub(crate) fn announce_guild(&mut self, id: GuildId) {
        let Some(guild) = self.guilds.get(&id) else {
            return;
        };
        let body = self.guild_create_json(guild);
        let audience = crate::world::Audience::guild(id, crate::world::intent::GUILDS);
        self.dispatch("GUILD_CREATE", audience, &body);
        self.topics.changed(crate::topic::Topic::Guild(id));
    }

    /// All roles, @everyone first, positions from the bottom.
    fn build_roles(&mut self, guild: GuildId, spec: &GuildSpec) -> Result<Vec<Role>, SpecError> {
        let role = |id, name: &str, permissions| Role {
            id,
            name: name.to_owned(),
            position: 0,
            permissions,
            color: 0,
            hoist: false,
            mentionable: false,
            managed: false,
            bot: None,
        };
        let mut from_top = Vec::new();
        let mut own = role(
            self.next_id(),
            &self.config.application.name.clone(),
            spec.bot.permissions,
        );
        own.managed = true;
        own.bot = Some(self.bot());
        let mut own = Some(own);
        if spec.bot.below.is_none() {
            from_top.extend(own.take());
        }
        for wanted in &spec.roles {
            if spec
                .roles
                .iter()
                .filter(|other| other.name == wanted.name)
                .count()
                > 1
            {
                return Err(SpecError::Twice {
                    kind: "the role",
                    name: wanted.name.clone(),
                });
            }
            let id = wanted.id.unwrap_or_else(|| self.next_id());
            from_top.push(Role {
                color: wanted.color,
                hoist: wanted.hoist,
                mentionable: wanted.mentionable,
                managed: wanted.managed,
                ..role(id, &wanted.name, wanted.permissions)
            });
            if spec.bot.below.as_deref() == Some(wanted.name.as_str()) {
                from_top.extend(own.take());
            }
        }
        if own.is_some() {
            let name = spec.bot.below.clone().unwrap_or_default();
            return Err(SpecError::Unknown {
                place: "the bot's place".into(),
                kind: "the role",
                name,
            });
        }
        from_top.push(role(
            RoleId(guild.0),
            "@everyone",
            spec.everyone.unwrap_or(Permissions::EVERYONE),
        ));
        from_top.reverse();
        for (position, role) in from_top.iter_mut().enumerate() {
            role.position = position as i64;
        }
        Ok(from_top)
    }

    fn build_members(
        &mut self,
        spec: &GuildSpec,
        roles: &[Role],
    ) -> Result<Vec<(String, Member)>, SpecError> {
        let mut people = Vec::new();
        let owner = MemberSpec {
            name: spec.owner.clone(),
            ..MemberSpec::default()
        };
        let missing =
            !spec.owner.is_empty() && spec.members.iter().all(|member| member.name != spec.owner);
        for wanted in spec.members.iter().chain(missing.then_some(&owner)) {
            if people.iter().any(|(name, _)| *name == wanted.name) {
                return Err(SpecError::Twice {
                    kind: "the member",
                    name: wanted.name.clone(),
                });
            }
            people.push((wanted.name.clone(), self.build_member(wanted, roles)?));
        }
        Ok(people)
    }

    /// A member with the roles named; the user is made, unless somebody of that name exists.
    pub(crate) fn build_member(
        &mut self,
        spec: &MemberSpec,
        roles: &[Role],
    ) -> Result<Member, SpecError> {
        let role = |name: &String| {
            let found = roles
                .iter()
                .find(|role| role.name == *name)
                .map(|role| role.id);
            let place = format!("the member {:?}", spec.name);
            found.ok_or_else(|| SpecError::Unknown {
                place,
                kind: "the role",
                name: name.clone(),
            })
        };
        let roles = spec.roles.iter().map(role).collect::<Result<Vec<_>, _>>()?;
        let user = self.user_named(spec);
        Ok(Member {
            user,
            nick: spec.nick.clone(),
            roles,
            joined_ms: self.now(),
            timed_out_until_ms: None,
        })
    }

    /// The user of this name, made if there is none.
    pub(crate) fn user_named(&mut self, spec: &MemberSpec) -> UserId {
        let same = |user: &&User| match spec.id {
            Some(id) => user.id == id,
            None => user.name == spec.name && !user.bot,
        };
        if let Some(known) = self.users.values().find(same) {
            return known.id;
        }
        let id = spec.id.unwrap_or_else(|| self.next_id());
        let user = User {
            id,
            name: spec.name.clone(),
            bot: spec.bot,
            locale: spec.locale.clone().unwrap_or_else(|| "en-US".into()),
            dms_closed: spec.dms_closed,
        };
        self.users.insert(id, user);
        id
    }

    fn build_channels(
        &mut self,
        guild: GuildId,
        spec: &GuildSpec,
        roles: &[Role],
        people: &[(String, Member)],
    ) -> Result<Vec<Channel>, SpecError> {
        let general = [ChannelSpec {
            name: "general".into(),
            ..ChannelSpec::default()
        }];
        let wanted = if spec.channels.is_empty() {
            &general[..]
        } else {
            &spec.channels
        };
        let mut channels: Vec<Channel> = Vec::new();
        for (position, channel_spec) in wanted.iter().enumerate() {
            let place = || format!("the channel {:?}", channel_spec.name);
            let id = channel_spec.id.unwrap_or_else(|| self.next_id());
            if self.channels.contains_key(&id) {
                return Err(SpecError::IdTaken(id.0));
            }
            let mut channel = Channel::new(id, channel_spec.kind, Some(guild), &channel_spec.name);
            channel.topic = channel_spec.topic.clone();
            channel.position = position as i64;
            if let Some(parent) = &channel_spec.parent {
                let is_parent =
                    |other: &&Channel| other.kind == ChannelKind::Category && other.name == *parent;
                let found = channels.iter().find(is_parent).map(|category| category.id);
                let unknown = || SpecError::Unknown {
                    place: place(),
                    kind: "the category",
                    name: parent.clone(),
                };
                channel.parent = Some(found.ok_or_else(unknown)?);
            }
            for overwrite in &channel_spec.overwrites {
                channel
                    .overwrites
                    .push(read_overwrite(overwrite, &place(), roles, people)?);
            }
            channels.push(channel);
        }
        Ok(channels)
    }
}

fn read_overwrite(
    spec: &OverwriteSpec,
    place: &str,
    roles: &[Role],
    people: &[(String, Member)],
) -> Result<Overwrite, SpecError> {
    let unknown = |kind, name: &str| SpecError::Unknown {
        place: place.to_owned(),
        kind,
        name: name.to_owned(),
    };
    let target = match (&spec.role, &spec.member) {
        (Some(name), _) => {
            let role = roles
                .iter()
                .find(|role| role.name == *name)
                .ok_or_else(|| unknown("the role", name))?;
            OverwriteTarget::Role(role.id)
        }
        (None, Some(name)) => {
            let found = people
                .iter()
                .find(|(other, _)| other == name)
                .ok_or_else(|| unknown("the member", name))?;
            OverwriteTarget::Member(found.1.user)
        }
        (None, None) => return Err(unknown("the role", "")),
    };
    Ok(Overwrite {
        target,
        allow: spec.allow,
        deny: spec.deny,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::Clock;
    use crate::config::Config;
    use crate::inspect::Inspectors;

    fn world() -> World {
        World::new(
            Arc::new(Config::default()),
            Clock::new(),
            "http://127.0.0.1:1".into(),
            Inspectors::default(),
        )
    }

    fn spec(toml: &str) -> GuildSpec {
        toml::from_str(toml).expect("a guild")
    }

    #[test]
    fn a_guild_is_read_from_toml_with_roles_from_the_top() {
        let mut world = world();
        let spec = spec(
            r#"
            name = "Testing"
            owner = "Ann"
            bot = { below = "Admin" }
            roles = [
                { name = "Admin", permissions = ["ADMINISTRATOR"] },
                { name = "Member", color = 0x00FF00 },
            ]
            channels = [
                { name = "Staff", kind = "category" },
                { name = "plans", parent = "Staff", overwrites = [
                    { role = "@everyone", deny = ["VIEW_CHANNEL"] },
                    { member = "Ann", allow = ["VIEW_CHANNEL"] },
                ] },
            ]
            members = [{ name = "Ann", roles = ["Admin"] }, { name = "Ben", roles = ["Member"] }]
            "#,
        );
        let id = world.build_guild(&spec).expect("a guild");
        let guild = &world.guilds[&id];
        let position = |name: &str| {
            guild
                .roles
                .values()
                .find(|role| role.name == name)
                .map(|role| role.position)
        };
        assert_eq!(position("Admin"), Some(3));
        assert_eq!(position("Muster"), Some(2), "the bot's own role");
        assert_eq!(position("Member"), Some(1));
        let plans = &world.channels[&guild.channels[1]];
        let ben = guild
            .members
            .values()
            .find(|member| world.users[&member.user].name == "Ben")
            .expect("Ben");
        assert_eq!(world.permissions_in(ben.user, plans), Permissions::NONE);
        assert!(
            world
                .permissions_in(guild.owner, plans)
                .contains(Permissions::ALL)
        );
    }

    #[test]
    fn what_a_guild_does_not_have_is_named() {
        let wrong = [
            (
                "name = 'T'\nmembers = [{ name = 'Ben', roles = ['Nobody'] }]",
                "the member \"Ben\" names the role \"Nobody\", which the guild does not have",
            ),
            (
                "name = 'T'\nmembers = [{ name = 'Ben' }, { name = 'Ben' }]",
                "the guild has the member \"Ben\" twice",
            ),
            (
                "name = 'T'\nbot = { below = 'Up' }",
                "the bot's place names the role \"Up\", which the guild does not have",
            ),
        ];
        for (toml, message) in wrong {
            let error = world().build_guild(&spec(toml)).expect_err("wrong data");
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn people_of_one_name_are_one_person_in_two_guilds() {
        let mut world = world();
        let of = |name: &str| spec(&format!("name = '{name}'\nowner = 'Ann'"));
        let (one, two) = (
            world.build_guild(&of("One")).expect("one"),
            world.build_guild(&of("Two")).expect("two"),
        );
        assert_eq!(world.guilds[&one].owner, world.guilds[&two].owner);
    }
}
