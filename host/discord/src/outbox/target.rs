//! What an effect is about: the target that it waits for its turn at, the names that it makes and
//! uses, and what a later effect makes needless.

use muster_core::effect::{Action, RoleRef};
use muster_core::guild_config::GuildConfig;
use muster_core::ids::{ChannelId, UserId};
use muster_core::{Address, GuildId, PluginName};

/// Effects on one target are carried out one after another, in the order in which they were queued.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct LaneKey {
    pub guild: GuildId,
    pub target: Target,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Target {
    Channel(ChannelId),
    /// A channel key that stands for nothing.
    Key(String),
    /// What a plugin made under this name.
    Named(PluginName, String),
    Panel(PluginName, String),
    Dm(UserId),
    Member(UserId),
    Role(PluginName, String),
}

/// Targets that share a limit of Discord's, so that only some are worked on at once: one guild's flood
/// must not take everybody's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Class {
    Places(GuildId),
    Members(GuildId),
    Roles(GuildId),
    Dms,
}

impl Class {
    /// How many targets are worked on at once.
    pub const fn width(self) -> usize {
        match self {
            Self::Places(_) => 16,
            Self::Members(_) | Self::Dms => 4,
            Self::Roles(_) => 1,
        }
    }
}

impl LaneKey {
    pub fn of(
        guild: GuildId,
        plugin: &PluginName,
        action: &Action,
        config: Option<&GuildConfig>,
    ) -> Self {
        let place = |address: &Address| match address {
            Address::Channel(channel) | Address::Message(channel, _) => Target::Channel(*channel),
            Address::Key(key) => match config.and_then(|config| config.channels.get(key)) {
                Some(channel) => Target::Channel(*channel),
                None => Target::Key(key.clone()),
            },
            Address::Dm(user) => Target::Dm(*user),
            Address::Name(name) => Target::Named(plugin.clone(), name.clone()),
            Address::Panel(name) => Target::Panel(plugin.clone(), name.clone()),
        };
        let target = match action {
            Action::SendMessage { to, .. } | Action::LogLine { to, .. } => place(to),
            Action::DeleteMessage { message } => place(message),
            Action::ThreadCreate { on, .. } => place(on),
            Action::ThreadEdit { thread, .. } => place(thread),
            Action::ThreadDelete { name } => Target::Named(plugin.clone(), name.clone()),
            Action::MemberRole { user, .. }
            | Action::Nickname { user, .. }
            | Action::Timeout { user, .. }
            | Action::Kick { user }
            | Action::Ban { user, .. }
            | Action::Unban { user } => Target::Member(*user),
            Action::RoleCreate { name, .. }
            | Action::RoleDelete { name }
            | Action::RoleAdopt { name, .. }
            | Action::RoleForget { name } => Target::Role(plugin.clone(), name.clone()),
        };
        Self { guild, target }
    }

    pub const fn class(&self) -> Class {
        match self.target {
            Target::Channel(_) | Target::Key(_) | Target::Named(..) | Target::Panel(..) => {
                Class::Places(self.guild)
            }
            Target::Dm(_) => Class::Dms,
            Target::Member(_) => Class::Members(self.guild),
            Target::Role(..) => Class::Roles(self.guild),
        }
    }
}

/// The name under which an effect makes something.
pub(super) fn name_made(action: &Action) -> Option<&str> {
    match action {
        Action::SendMessage { name, .. } => name.as_deref(),
        Action::ThreadCreate { name, .. }
        | Action::RoleCreate { name, .. }
        | Action::RoleAdopt { name, .. } => Some(name),
        _ => None,
    }
}

/// The name of what an effect is about.
pub(super) fn name_used(action: &Action) -> Option<&str> {
    match address(action) {
        Some(Address::Name(name)) => Some(name),
        _ => match action {
            Action::MemberRole {
                role: RoleRef::Name(name),
                ..
            }
            | Action::RoleDelete { name }
            | Action::RoleForget { name }
            | Action::ThreadDelete { name } => Some(name),
            _ => None,
        },
    }
}

/// The panel whose message an effect is about.
pub(super) fn panel_used(action: &Action) -> Option<&str> {
    match address(action) {
        Some(Address::Panel(name)) => Some(name),
        _ => None,
    }
}

fn address(action: &Action) -> Option<&Address> {
    match action {
        Action::SendMessage { to, .. } | Action::LogLine { to, .. } => Some(to),
        Action::DeleteMessage { message } => Some(message),
        Action::ThreadCreate { on, .. } => Some(on),
        Action::ThreadEdit { thread, .. } => Some(thread),
        _ => None,
    }
}

/// Whether `later` makes `earlier`, on the same target, needless: both set the same thing.
pub(super) fn replaces(later: &Action, earlier: &Action) -> bool {
    match (later, earlier) {
        (Action::MemberRole { role, .. }, Action::MemberRole { role: before, .. }) => {
            role == before
        }
        (Action::Nickname { .. }, Action::Nickname { .. })
        | (Action::Timeout { .. }, Action::Timeout { .. }) => true,
        _ => false,
    }
}

/// Whether what came before an effect must not be moved past it.
pub(super) const fn is_turning_point(action: &Action) -> bool {
    matches!(
        action,
        Action::Kick { .. } | Action::Ban { .. } | Action::Unban { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(raw: u64) -> UserId {
        UserId::new(raw).expect("not 0")
    }

    fn role(key: &str, give: bool) -> Action {
        Action::MemberRole {
            user: user(1),
            role: RoleRef::Key(key.into()),
            give,
        }
    }

    #[test]
    fn a_key_and_the_channel_that_it_stands_for_are_one_target() {
        let (guild, channel) = (
            GuildId::new(1).expect("not 0"),
            ChannelId::new(5).expect("not 0"),
        );
        let plugin: PluginName = "notes".parse().expect("a name");
        let mut config = GuildConfig::default();
        config.channels.insert("log".into(), channel);
        let line = |to| Action::LogLine {
            to,
            line: "x".into(),
        };
        let by_key = line(Address::Key("log".into()));
        let by_id = line(Address::Channel(channel));
        let lane = |action| LaneKey::of(guild, &plugin, action, Some(&config));
        assert_eq!(lane(&by_key), lane(&by_id));
        assert_ne!(lane(&by_key), LaneKey::of(guild, &plugin, &by_key, None));
    }

    #[test]
    fn only_the_same_role_or_the_same_kind_of_state_is_replaced() {
        assert!(replaces(&role("a", false), &role("a", true)));
        assert!(!replaces(&role("b", false), &role("a", true)));
        let nickname = Action::Nickname {
            user: user(1),
            nickname: None,
        };
        assert!(replaces(&nickname, &nickname));
        assert!(!replaces(&nickname, &role("a", true)));
        let kick = Action::Kick { user: user(1) };
        assert!(!replaces(&kick, &kick));
    }

    #[test]
    fn a_thread_on_a_named_message_uses_one_name_and_makes_another() {
        let action = Action::ThreadCreate {
            on: Address::Name("log/1".into()),
            title: "Run 1".into(),
            archive_minutes: 60,
            name: "thread/1".into(),
        };
        assert_eq!(
            (name_used(&action), name_made(&action)),
            (Some("log/1"), Some("thread/1"))
        );
    }
}
