//! The guilds as the gateway describes them, kept up to date by its events.

use std::collections::HashMap;
use std::sync::Arc;

use muster_core::guild::{Channel, ChannelKind, GuildSnapshot, Role};
use muster_core::ids::{ChannelId, GuildId, RoleId, UserId};
use muster_core::ports::Directory;
use parking_lot::RwLock;

/// What the host holds of the guilds: names, roles, channels and threads, the bot's own roles. No
/// members: they come with each interaction.
#[derive(Debug, Default)]
pub struct GuildDirectory {
    guilds: RwLock<HashMap<GuildId, Arc<GuildSnapshot>>>,
}

impl Directory for GuildDirectory {
    fn guild(&self, guild: GuildId) -> Option<Arc<GuildSnapshot>> {
        self.guilds.read().get(&guild).cloned()
    }
}

impl GuildDirectory {
    /// All guilds that are there.
    pub fn guilds(&self) -> Vec<Arc<GuildSnapshot>> {
        self.guilds.read().values().cloned().collect()
    }

    /// Puts a whole guild.
    pub fn put(&self, guild: GuildSnapshot) {
        self.guilds.write().insert(guild.id, Arc::new(guild));
    }

    /// Forgets a guild that cannot be reached or that the bot left.
    pub fn remove(&self, guild: GuildId) {
        self.guilds.write().remove(&guild);
    }

    /// Forgets guilds of a shard that a new session no longer lists.
    pub(super) fn retain(&self, keep: impl Fn(GuildId) -> bool) {
        self.guilds.write().retain(|guild, _| keep(*guild));
    }

    pub(super) fn set_name_and_owner(&self, guild: GuildId, name: &str, owner: UserId) {
        self.change(guild, |guild| {
            name.clone_into(&mut guild.name);
            guild.owner = owner;
        });
    }

    pub(super) fn put_role(&self, guild: GuildId, id: RoleId, role: Role) {
        self.change(guild, |guild| {
            guild.roles.insert(id, role);
        });
    }

    pub(super) fn remove_role(&self, guild: GuildId, id: RoleId) {
        self.change(guild, |guild| {
            guild.roles.remove(&id);
            guild.bot_roles.retain(|role| *role != id);
        });
    }

    pub(super) fn put_channel(&self, guild: GuildId, id: ChannelId, channel: Channel) {
        self.change(guild, |guild| {
            guild.channels.insert(id, channel);
        });
    }

    /// A channel goes with its threads; what stands in a category outlives it.
    pub(super) fn remove_channel(&self, guild: GuildId, id: ChannelId) {
        self.change(guild, |guild| {
            guild.channels.retain(|other, channel| {
                let is_its_thread =
                    channel.kind == ChannelKind::Thread && channel.parent == Some(id);
                *other != id && !is_its_thread
            });
        });
    }

    pub(super) fn set_bot_roles(&self, guild: GuildId, roles: Vec<RoleId>) {
        self.change(guild, |guild| guild.bot_roles = roles);
    }

    fn change(&self, guild: GuildId, change: impl FnOnce(&mut GuildSnapshot)) {
        if let Some(snapshot) = self.guilds.write().get_mut(&guild) {
            change(Arc::make_mut(snapshot));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(raw: u64) -> ChannelId {
        ChannelId::new(raw).expect("not 0")
    }

    fn channel(kind: ChannelKind, parent: Option<u64>) -> Channel {
        Channel {
            name: "c".into(),
            kind,
            parent: parent.map(id),
            overwrites: vec![],
        }
    }

    #[test]
    fn a_channel_takes_its_threads_along_but_a_category_not_its_channels() {
        let directory = GuildDirectory::default();
        let guild = GuildId::new(1).expect("not 0");
        let bot = UserId::new(9).expect("not 0");
        directory.put(GuildSnapshot {
            id: guild,
            name: "Test".into(),
            owner: bot,
            roles: [].into(),
            channels: [
                (id(10), channel(ChannelKind::Other(4), None)),
                (id(11), channel(ChannelKind::Text, Some(10))),
                (id(12), channel(ChannelKind::Thread, Some(11))),
            ]
            .into(),
            bot,
            bot_roles: vec![],
        });
        let known = || -> Vec<u64> {
            let snapshot = directory.guild(guild).expect("there");
            snapshot.channels.keys().map(|id| id.get()).collect()
        };
        directory.remove_channel(guild, id(10));
        assert_eq!(known(), [11, 12]);
        directory.remove_channel(guild, id(11));
        assert_eq!(known(), [0_u64; 0]);
    }

    #[test]
    fn who_holds_a_snapshot_is_not_disturbed() {
        let directory = GuildDirectory::default();
        let guild = GuildId::new(1).expect("not 0");
        let bot = UserId::new(9).expect("not 0");
        directory.put(GuildSnapshot {
            id: guild,
            name: "Before".into(),
            owner: bot,
            roles: [].into(),
            channels: [].into(),
            bot,
            bot_roles: vec![],
        });
        let held = directory.guild(guild).expect("there");
        directory.set_name_and_owner(guild, "After", bot);
        assert_eq!(held.name, "Before");
        assert_eq!(directory.guild(guild).expect("there").name, "After");
    }
}
