//! The guild's staff ladder.

use serde::Serialize;

/// A rank that a guild maps to one of its roles with `/setroles`, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
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

impl Rank {
    /// The rank's key: `head_organizer`.
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
}

/// Who may use a command or component. The host asks at the door, at press time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MinimumRole {
    /// Every member of the guild.
    #[default]
    Everyone,
    /// This rank or higher.
    #[serde(untagged)]
    Rank(Rank),
}

impl From<Rank> for MinimumRole {
    fn from(rank: Rank) -> Self {
        Self::Rank(rank)
    }
}
