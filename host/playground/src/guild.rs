//! A guild from the outside: its people, channels and roles, and what an admin does to them.

use std::sync::Arc;

use crate::id::{ChannelId, GuildId, RoleId, UserId};
use crate::message::MessageHandle;
use crate::model::channel::{Channel, ChannelKind};
use crate::model::guild::{Member, Role};
use crate::model::message::Message;
use crate::model::webhook::Webhook;
use crate::permission::{Overwrite, Permissions};
use crate::persona::Persona;
use crate::playground::{Playground, TimedOut};
use crate::rest::{channels, guilds, members, roles};
use crate::spec::{MemberSpec, SpecError};
use crate::topic::Topic;
use crate::world::World;

/// A guild of a playground.
#[derive(Clone, Debug)]
pub struct GuildHandle {
    playground: Playground,
    id: GuildId,
}

impl GuildHandle {
    pub(crate) fn new(playground: Playground, id: GuildId) -> Self {
        Self { playground, id }
    }

    /// The guild's id.
    pub fn id(&self) -> GuildId {
        self.id
    }

    /// The playground it is in.
    pub fn playground(&self) -> &Playground {
        &self.playground
    }

    /// The guild's name.
    pub fn name(&self) -> String {
        self.playground.world(|world| {
            world
                .guilds
                .get(&self.id)
                .map_or_else(String::new, |guild| guild.name.clone())
        })
    }

    /// The member of this name, who joins without any role if there is none yet.
    pub fn member(&self, name: &str) -> Persona {
        self.persona(name).unwrap_or_else(|| {
            let spec = MemberSpec {
                name: name.to_owned(),
                ..MemberSpec::default()
            };
            self.join(&spec)
                .expect("a member without roles names no role")
        })
    }

    /// The member of this name or nickname, if there is one.
    pub fn persona(&self, name: &str) -> Option<Persona> {
        let user = self
            .playground
            .world(|world| find_member(world, self.id, name))?;
        Some(self.persona_of(user))
    }

    /// The guild's owner.
    pub fn owner(&self) -> Persona {
        let owner = self.playground.world(|world| {
            world
                .guilds
                .get(&self.id)
                .map_or(UserId(0), |guild| guild.owner)
        });
        self.persona_of(owner)
    }

    fn persona_of(&self, user: UserId) -> Persona {
        let first = self.playground.world(|world| {
            let channels = world
                .guilds
                .get(&self.id)
                .map_or(&[][..], |guild| &guild.channels);
            let text = |id: &&ChannelId| {
                world
                    .channels
                    .get(id)
                    .is_some_and(|channel| channel.kind == ChannelKind::Text)
            };
            channels.iter().find(text).copied()
        });
        Persona::new(self.playground.clone(), user, Some(self.id), first)
    }

    /// Somebody joins (GUILD_MEMBER_ADD).
    ///
    /// # Errors
    /// If a role is named that the guild does not have.
    pub fn join(&self, spec: &MemberSpec) -> Result<Persona, SpecError> {
        let user = self.playground.world(|world| {
            let roles: Vec<Role> = world
                .guilds
                .get(&self.id)
                .map_or_else(Vec::new, |guild| guild.roles.values().cloned().collect());
            let member = world.build_member(spec, &roles)?;
            let user = member.user;
            world.guilds.entry(self.id).and_modify(|guild| {
                guild.members.insert(user, member);
            });
            world.tell_member("GUILD_MEMBER_ADD", self.id, user);
            Ok(user)
        })?;
        Ok(self.persona_of(user))
    }

    /// Somebody leaves, or is kicked by hand (GUILD_MEMBER_REMOVE).
    pub fn remove_member(&self, user: UserId) {
        self.playground
            .world(|world| guilds::take_member_out(world, self.id, user));
    }

    /// A member as of now.
    pub fn member_state(&self, user: UserId) -> Option<Member> {
        self.playground
            .world(|world| world.guild_member(self.id, user).cloned())
    }

    /// Names of a member's roles.
    pub fn roles_of(&self, user: UserId) -> Vec<String> {
        self.playground.world(|world| {
            let Some(guild) = world.guilds.get(&self.id) else {
                return Vec::new();
            };
            let held = guild
                .members
                .get(&user)
                .map_or(&[][..], |member| &member.roles);
            held.iter()
                .filter_map(|id| guild.roles.get(id))
                .map(|role| role.name.clone())
                .collect()
        })
    }

    /// A member's rights in the guild as a whole.
    pub fn permissions_of(&self, user: UserId) -> Permissions {
        self.playground.world(|world| {
            world
                .guilds
                .get(&self.id)
                .map_or(Permissions::NONE, |guild| {
                    world.permissions_in_guild(guild, user)
                })
        })
    }

    /// Why somebody is banned, if they are.
    pub fn ban_of(&self, user: UserId) -> Option<Option<String>> {
        self.playground
            .world(|world| world.guilds.get(&self.id)?.bans.get(&user).cloned())
    }

    /// The role of this name.
    pub fn role(&self, name: &str) -> Option<Role> {
        self.playground.world(|world| {
            world
                .guilds
                .get(&self.id)?
                .roles
                .values()
                .find(|role| role.name == name)
                .cloned()
        })
    }

    /// All roles, the highest first.
    pub fn roles(&self) -> Vec<Role> {
        let mut roles: Vec<Role> = self.playground.world(|world| {
            world
                .guilds
                .get(&self.id)
                .map_or_else(Vec::new, |guild| guild.roles.values().cloned().collect())
        });
        roles.sort_by_key(|role| std::cmp::Reverse(role.position));
        roles
    }

    /// An admin gives a role by hand, or takes it.
    pub fn set_role(&self, user: UserId, role: RoleId, has: bool) {
        self.playground
            .world(|world| members::give_role(world, self.id, user, role, has));
    }

    /// An admin adds a role at the bottom, right above @everyone.
    pub fn add_role(&self, name: &str, permissions: Permissions) -> RoleId {
        self.playground.world(|world| {
            let role = Role {
                id: world.next_id(),
                name: name.to_owned(),
                position: 1,
                permissions,
                color: 0,
                hoist: false,
                mentionable: false,
                managed: false,
                bot: None,
            };
            let id = role.id;
            roles::put_in(world, self.id, role);
            id
        })
    }

    /// An admin changes a role.
    pub fn change_role(&self, id: RoleId, change: impl FnOnce(&mut Role)) {
        self.playground.world(|world| {
            let role = world
                .guilds
                .get(&self.id)
                .and_then(|guild| guild.roles.get(&id))
                .cloned();
            if let Some(mut role) = role {
                change(&mut role);
                roles::replace(world, self.id, role);
            }
        });
    }

    /// An admin deletes a role.
    pub fn delete_role(&self, id: RoleId) {
        self.playground
            .world(|world| roles::remove(world, self.id, id));
    }

    /// The bot's own role.
    pub fn bot_role(&self) -> Option<Role> {
        let bot = self.playground.bot_id();
        self.playground.world(|world| {
            world
                .guilds
                .get(&self.id)?
                .roles
                .values()
                .find(|role| role.bot == Some(bot))
                .cloned()
        })
    }

    /// The channel or thread of this name.
    pub fn channel(&self, name: &str) -> Option<ChannelId> {
        self.playground
            .world(|world| find_channel(world, self.id, name))
    }

    /// All threads, archived ones too.
    pub fn threads(&self) -> Vec<Channel> {
        self.playground.world(|world| {
            let threads = world
                .guilds
                .get(&self.id)
                .map_or(&[][..], |guild| &guild.threads);
            threads
                .iter()
                .filter_map(|id| world.channels.get(id))
                .cloned()
                .collect()
        })
    }

    /// Messages in a channel, oldest first, without ephemeral ones.
    pub fn messages(&self, channel: ChannelId) -> Vec<Arc<Message>> {
        self.playground.world(|world| {
            let ids = world
                .channels
                .get(&channel)
                .map_or(&[][..], |channel| &channel.messages);
            ids.iter()
                .filter_map(|id| world.messages.get(id))
                .cloned()
                .collect()
        })
    }

    /// An admin sets a channel's overwrites.
    pub fn set_overwrites(&self, channel: ChannelId, overwrites: Vec<Overwrite>) {
        self.playground.world(|world| {
            let Some(channel) = world.channels.get_mut(&channel) else {
                return;
            };
            channel.overwrites = overwrites;
            let channel = channel.clone();
            world.tell_channel("CHANNEL_UPDATE", &channel);
        });
    }

    /// An admin deletes a channel or thread.
    pub fn delete_channel(&self, channel: ChannelId) {
        self.playground
            .world(|world| channels::remove(world, channel));
    }

    /// An admin sets the words that AutoMod blocks in messages, small or capital.
    pub fn block_words(&self, words: &[&str]) {
        let words = words.iter().map(|word| word.to_lowercase()).collect();
        self.playground.world(|world| {
            world
                .guilds
                .entry(self.id)
                .and_modify(|guild| guild.blocked_words = words);
        });
    }

    /// The webhooks of its channels.
    pub fn webhooks(&self) -> Vec<Webhook> {
        self.playground.world(|world| {
            let webhooks = world.webhooks.values();
            webhooks
                .filter(|hook| hook.guild == self.id)
                .cloned()
                .collect()
        })
    }

    /// An admin throws the bot out (GUILD_DELETE without `unavailable`).
    pub fn kick_bot(&self) {
        self.playground
            .world(|world| guilds::take_bot_out(world, self.id));
    }

    /// An admin adds the bot (again).
    pub fn add_bot(&self) {
        self.playground.world(|world| world.put_bot_in(self.id));
    }

    /// Waits until a message in a channel fits.
    ///
    /// # Errors
    /// If none comes in time.
    pub async fn wait_for_message(
        &self,
        channel: ChannelId,
        fits: impl Fn(&Message) -> bool,
    ) -> Result<MessageHandle, TimedOut> {
        let found = |world: &World| {
            let ids = &world.channels.get(&channel)?.messages;
            ids.iter()
                .rev()
                .find(|id| world.messages.get(id).is_some_and(|message| fits(message)))
                .copied()
        };
        let id = self
            .playground
            .wait(Topic::Channel(channel), "a message", found)
            .await?;
        Ok(MessageHandle::new(self.playground.clone(), id, channel))
    }

    /// Waits until a member's roles, nickname or time-out fit; `None` if they left.
    ///
    /// # Errors
    /// If it does not come in time.
    pub async fn wait_for_member(
        &self,
        user: UserId,
        fits: impl Fn(Option<&Member>) -> bool,
    ) -> Result<(), TimedOut> {
        let check = |world: &World| fits(world.guild_member(self.id, user)).then_some(());
        self.playground
            .wait(Topic::Guild(self.id), "a change of a member", check)
            .await
    }
}

/// A member by name or nickname.
pub(crate) fn find_member(world: &World, guild: GuildId, name: &str) -> Option<UserId> {
    let members = world.guilds.get(&guild)?.members.values();
    let named = |member: &&Member| {
        world
            .users
            .get(&member.user)
            .is_some_and(|user| user.name == name)
    };
    let mut members =
        members.filter(|member| named(member) || member.nick.as_deref() == Some(name));
    members.next().map(|member| member.user)
}

/// A channel or thread by name.
pub(crate) fn find_channel(world: &World, guild: GuildId, name: &str) -> Option<ChannelId> {
    let guild = world.guilds.get(&guild)?;
    let named = |id: &&ChannelId| {
        world
            .channels
            .get(id)
            .is_some_and(|channel| channel.name == name)
    };
    guild
        .channels
        .iter()
        .chain(&guild.threads)
        .find(named)
        .copied()
}
