//! The guild's staff ladder: role keys, and where a member stands on it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::RoleId;

/// A rank of the hierarchy, lowest first, so that `>=` reads "or higher". Each guild maps each key
/// to one of its Discord roles with `/setroles`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleKey {
    /// A member whose game account is verified.
    VerifiedRaider,
    /// Leads runs.
    Organizer,
    /// Verifies, warns and suspends.
    Security,
    /// Adjusts points and lifts punishments.
    Officer,
    /// Leads the organizers.
    HeadOrganizer,
    /// Configures the bot.
    Moderator,
    /// Everything; members with Discord's Administrator permission rank here too.
    Administrator,
}

impl RoleKey {
    /// All ranks, highest first: the order in which staff think of them.
    pub const LADDER: [Self; 7] = [
        Self::Administrator,
        Self::Moderator,
        Self::HeadOrganizer,
        Self::Officer,
        Self::Security,
        Self::Organizer,
        Self::VerifiedRaider,
    ];

    /// The key as commands, settings and the database spell it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::VerifiedRaider => "verified_raider",
            Self::Organizer => "organizer",
            Self::Security => "security",
            Self::Officer => "officer",
            Self::HeadOrganizer => "head_organizer",
            Self::Moderator => "moderator",
            Self::Administrator => "administrator",
        }
    }

    /// The rank spelled `key`.
    pub fn by_key(key: &str) -> Option<Self> {
        Self::LADDER.into_iter().find(|rank| rank.key() == key)
    }
}

impl fmt::Display for RoleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// Which Discord role stands for which key in one guild: ranks and plugins' extra keys alike.
pub type RoleMap = BTreeMap<String, RoleId>;

/// Where a member stands in a guild.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Owner of the guild, or holder of Discord's Administrator permission: passes every check.
    pub is_administrator: bool,
    /// Owner of the guild.
    pub is_owner: bool,
    /// The highest rank held; `administrator` for those who pass every check.
    pub rank: Option<RoleKey>,
    /// Every mapped key that the member's Discord roles carry, ranks and extra keys alike.
    pub held: Vec<String>,
}

impl Standing {
    /// Reads a member's standing from the Discord roles that they hold.
    pub fn of(roles: &[RoleId], is_administrator: bool, is_owner: bool, map: &RoleMap) -> Self {
        let held: Vec<String> = map
            .iter()
            .filter(|(_, role)| roles.contains(role))
            .map(|(key, _)| key.clone())
            .collect();
        let passes_all = is_administrator || is_owner;
        let rank = if passes_all {
            Some(RoleKey::Administrator)
        } else {
            held.iter().filter_map(|key| RoleKey::by_key(key)).max()
        };
        Self {
            is_administrator: passes_all,
            is_owner,
            rank,
            held,
        }
    }

    /// Whether the member ranks as `least` or higher.
    pub fn at_least(&self, least: RoleKey) -> bool {
        self.rank.is_some_and(|rank| rank >= least)
    }
}

/// The least standing that a command or component asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MinimumRole {
    /// Every member of the guild.
    Everyone,
    /// This rank or higher.
    #[serde(untagged)]
    Rank(RoleKey),
}

impl MinimumRole {
    /// `None` if `standing` suffices, else the sentence for the member who was turned away.
    pub fn refusal(self, standing: &Standing, map: &RoleMap) -> Option<String> {
        let Self::Rank(least) = self else { return None };
        if standing.at_least(least) {
            return None;
        }
        Some(match map.get(least.key()) {
            Some(role) => format!(
                "You need the role <@&{role}> (`{least}`) or a higher one for this. \
                 An administrator maps roles with `/setroles`."
            ),
            None => format!(
                "This needs the role `{least}`, and no Discord role is mapped to it yet. \
                 Ask an administrator to run `/setroles {least}:@role`."
            ),
        })
    }
}

impl fmt::Display for MinimumRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone => f.write_str("everyone"),
            Self::Rank(rank) => rank.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(raw: u64) -> RoleId {
        RoleId::new(raw).expect("not 0")
    }

    fn map() -> RoleMap {
        [("organizer", 10), ("officer", 30), ("suspended", 99)]
            .into_iter()
            .map(|(key, raw)| (key.to_owned(), role(raw)))
            .collect()
    }

    #[test]
    fn a_higher_rank_passes_where_a_lower_is_asked() {
        let officer = Standing::of(&[role(30)], false, false, &map());
        assert!(officer.at_least(RoleKey::Organizer));
        assert!(!officer.at_least(RoleKey::Moderator));
    }

    #[test]
    fn head_organizer_ranks_above_officer() {
        assert!(RoleKey::HeadOrganizer > RoleKey::Officer);
    }

    #[test]
    fn extra_keys_never_rank() {
        let suspended = Standing::of(&[role(99)], false, false, &map());
        assert_eq!(suspended.rank, None);
        assert_eq!(suspended.held, ["suspended"]);
    }

    #[test]
    fn administrators_and_the_owner_pass_every_check() {
        for (administrator, owner) in [(true, false), (false, true)] {
            let standing = Standing::of(&[], administrator, owner, &map());
            let least = MinimumRole::Rank(RoleKey::Administrator);
            assert_eq!(least.refusal(&standing, &map()), None);
        }
    }

    #[test]
    fn an_unmapped_requirement_lets_higher_ranks_pass_and_says_so_to_others() {
        let least = MinimumRole::Rank(RoleKey::Security);
        let officer = Standing::of(&[role(30)], false, false, &map());
        assert_eq!(least.refusal(&officer, &map()), None);
        let organizer = Standing::of(&[role(10)], false, false, &map());
        let text = least.refusal(&organizer, &map()).expect("refused");
        assert!(text.contains("no Discord role is mapped"), "{text}");
    }

    #[test]
    fn minimum_roles_read_as_their_keys() {
        let everyone: MinimumRole = serde_json::from_str("\"everyone\"").expect("parses");
        assert_eq!(everyone, MinimumRole::Everyone);
        let rank: MinimumRole = serde_json::from_str("\"head_organizer\"").expect("parses");
        assert_eq!(rank, MinimumRole::Rank(RoleKey::HeadOrganizer));
    }
}
