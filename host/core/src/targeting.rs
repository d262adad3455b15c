//! Who may act on whom: kicks, bans, timeouts, nicknames and roles of another member.

use crate::guild::GuildSnapshot;
use crate::ids::{RoleId, UserId};
use crate::permissions::Permissions;
use crate::roles::{RoleMap, Standing};

/// Somebody who is acted upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Who.
    pub user: UserId,
    /// Whether it is a bot.
    pub is_bot: bool,
    /// The Discord roles they hold now.
    pub roles: Vec<RoleId>,
}

/// `None` if `actor` may act on `target`, else the sentence for the actor.
///
/// Never oneself, never bots; a Discord Administrator only by the owner, the owner by nobody;
/// otherwise the actor's highest key must be strictly higher than the target's.
pub fn refusal(
    guild: &GuildSnapshot,
    map: &RoleMap,
    actor: UserId,
    actor_standing: &Standing,
    target: &Target,
) -> Option<String> {
    if actor == target.user {
        return Some("You cannot do that to yourself.".into());
    }
    if target.is_bot {
        return Some("Bots cannot be the target of this.".into());
    }
    if target.user == guild.owner {
        return Some("Nobody can do that to the owner of the server.".into());
    }
    let target_permissions = guild.permissions_of(target.user, &target.roles);
    if target_permissions.contains(Permissions::ADMINISTRATOR) && actor != guild.owner {
        return Some("Only the owner of the server can do that to an Administrator.".into());
    }
    if actor_standing.is_administrator {
        return None;
    }
    let target_rank = Standing::of(&target.roles, false, false, map).rank;
    if actor_standing.rank.is_some() && actor_standing.rank > target_rank {
        return None;
    }
    Some("You can do that only to members whose highest role ranks below yours.".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guild::tests::{guild, id, user};

    fn map() -> RoleMap {
        [("organizer".to_owned(), id(10))].into()
    }

    fn target(raw: u64, roles: &[u64]) -> Target {
        Target {
            user: user(raw),
            is_bot: false,
            roles: roles.iter().map(|raw| id(*raw)).collect(),
        }
    }

    fn judged(actor: u64, actor_roles: &[u64], administrator: bool, on: &Target) -> Option<String> {
        let guild = guild();
        let roles: Vec<_> = actor_roles.iter().map(|raw| id(*raw)).collect();
        let standing = Standing::of(&roles, administrator, user(actor) == guild.owner, &map());
        refusal(&guild, &map(), user(actor), &standing, on)
    }

    #[test]
    fn nobody_targets_themselves_or_the_owner() {
        assert!(judged(7, &[10], true, &target(7, &[])).is_some());
        assert!(judged(7, &[10], true, &target(100, &[])).is_some());
    }

    #[test]
    fn only_the_owner_targets_administrators() {
        assert!(judged(7, &[30], true, &target(8, &[30])).is_some());
        assert_eq!(judged(100, &[], false, &target(8, &[30])), None);
    }

    #[test]
    fn an_equal_rank_is_not_higher() {
        assert!(judged(7, &[10], false, &target(8, &[10])).is_some());
        assert_eq!(judged(7, &[10], false, &target(8, &[])), None);
        assert!(judged(7, &[], false, &target(8, &[])).is_some());
    }
}
