//! Roles that a guild lets a plugin hand out besides those mapped to role keys: somebody of rank chose each
//! of them in a command of the plugin. Such a role may be one to be pinged by or to see a channel with; it
//! never makes anybody staff.

use std::collections::BTreeMap;

use crate::guild::GuildSnapshot;
use crate::ids::RoleId;
use crate::permissions::Permissions;
use crate::roles::RoleKey;

/// Who may let a plugin adopt a role.
pub const LEAST_RANK: RoleKey = RoleKey::Moderator;

/// Why members cannot be given this role by a plugin that adopts it; `None` if they can. Asked when it is
/// adopted and each time that it is given, since roles change.
pub fn refusal(
    snapshot: &GuildSnapshot,
    mapped: &BTreeMap<String, RoleId>,
    role: RoleId,
) -> Option<String> {
    if let Some(why) = snapshot.cannot_give(role) {
        return Some(why);
    }
    let found = snapshot.roles.get(&role)?;
    let name = &found.name;
    if let Some((key, _)) = mapped.iter().find(|(_, mapped)| **mapped == role) {
        return Some(format!(
            "The role {name} stands for `{key}` here: who holds it has rights with the bot. Choose another one."
        ));
    }
    let rules = found.permissions & Permissions::PRIVILEGED;
    if rules.is_empty() {
        return None;
    }
    let labels = rules.labels();
    let which = if labels.is_empty() {
        "permissions over others".to_owned()
    } else {
        labels.join(", ")
    };
    Some(format!(
        "The role {name} carries {which}: such a role is not handed out by a button. Choose another one."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guild::Role;
    use crate::guild::tests::{guild, id};

    /// The guild of the other tests with one more role, below the bot's.
    fn with_role(permissions: Permissions) -> GuildSnapshot {
        let mut guild = guild();
        let role = Role {
            name: "Ping".into(),
            position: 1,
            permissions,
            managed: false,
        };
        guild.roles.insert(id(11), role);
        guild
    }

    fn asked(guild: &GuildSnapshot, role: u64) -> Option<String> {
        let mapped = [("organizer".to_owned(), id(10))].into();
        refusal(guild, &mapped, id(role))
    }

    #[test]
    fn a_role_without_power_can_be_handed_out() {
        let harmless = Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES;
        assert_eq!(asked(&with_role(harmless), 11), None);
    }

    #[test]
    fn a_role_that_rules_others_cannot() {
        let why = asked(&with_role(Permissions::MANAGE_MESSAGES), 11).expect("refused");
        assert!(why.contains("Manage Messages"), "{why}");
        // Manage Webhooks, which the bot has no name for.
        let why = asked(&with_role(Permissions::from_bits(1 << 29)), 11).expect("refused");
        assert!(why.contains("permissions over others"), "{why}");
    }

    #[test]
    fn a_role_that_is_mapped_cannot() {
        let why = asked(&guild(), 10).expect("refused");
        assert!(why.contains("`organizer`"), "{why}");
    }

    #[test]
    fn a_role_above_the_bot_and_one_that_is_gone_cannot() {
        assert!(asked(&guild(), 30).is_some_and(|why| why.contains("not above")));
        assert!(asked(&guild(), 12).is_some_and(|why| why.contains("no longer exists")));
    }
}
