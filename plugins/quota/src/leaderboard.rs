//! What a leaderboard ranks, and how it is paged.

use muster_sdk::ids::UserId;
use muster_sdk::time::Timestamp;

use crate::entry::Action;
use crate::points::Points;

/// Lines of one page.
pub const PAGE_LINES: i64 = 25;

/// What is ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Members by runs that they organized.
    RunsOrganized,
    /// Members by runs that they took part in.
    DungeonCompletions,
    /// Dungeons by runs.
    Dungeons,
    /// Members by keys that they popped.
    KeysPopped,
    /// Members by raider points.
    Points,
    /// Members by quota points.
    QuotaPoints,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Most first.
    #[default]
    Descending,
    /// Least first.
    Ascending,
    /// By name.
    Alphabetical,
}

/// A leaderboard that somebody looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaderboard {
    /// Who looks at it, and may page.
    pub viewer: UserId,
    /// What is ranked.
    pub kind: Kind,
    /// Only this dungeon counts.
    pub dungeon: Option<String>,
    /// In which order.
    pub sort: Sort,
    /// Only what counts from then on.
    pub since: Option<Timestamp>,
    /// Only what counts before.
    pub until: Option<Timestamp>,
    /// The page, from 0.
    pub page: i64,
    /// Whether it is paged no more.
    pub closed: bool,
}

impl Kind {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::RunsOrganized,
        Self::DungeonCompletions,
        Self::Dungeons,
        Self::KeysPopped,
        Self::Points,
        Self::QuotaPoints,
    ];

    /// As the command's option and the database spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RunsOrganized => "runs_organized",
            Self::DungeonCompletions => "dungeon_completions",
            Self::Dungeons => "dungeons",
            Self::KeysPopped => "keys_popped",
            Self::Points => "points",
            Self::QuotaPoints => "quota_points",
        }
    }

    /// What people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::RunsOrganized => "Runs organized",
            Self::DungeonCompletions => "Dungeon completions",
            Self::Dungeons => "Most run dungeons",
            Self::KeysPopped => "Keys popped",
            Self::Points => "Points",
            Self::QuotaPoints => "Quota points",
        }
    }

    /// The kind of that spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The one action that counts; none if all do.
    pub const fn action(self) -> Option<Action> {
        match self {
            Self::RunsOrganized | Self::Dungeons => Some(Action::RunCompleted),
            Self::DungeonCompletions => Some(Action::RaiderCompleted),
            Self::KeysPopped => Some(Action::KeyPop),
            Self::Points | Self::QuotaPoints => None,
        }
    }

    /// The column that is summed.
    pub const fn column(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::QuotaPoints => "quota_points",
            _ => "amount",
        }
    }

    /// A sum as people read it.
    pub fn shown(self, total: i64) -> String {
        match self {
            Self::Points | Self::QuotaPoints => Points::from_hundredths(total).to_string(),
            _ => total.to_string(),
        }
    }
}

impl Sort {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Descending, Self::Ascending, Self::Alphabetical];

    /// As the command's option and the database spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Descending => "desc",
            Self::Ascending => "asc",
            Self::Alphabetical => "alpha",
        }
    }

    /// What people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Descending => "Most first",
            Self::Ascending => "Least first",
            Self::Alphabetical => "By name",
        }
    }

    /// The order of that spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text)
    }
}

/// How many pages so many lines take; one at least.
pub fn pages(lines: i64) -> i64 {
    ((lines + PAGE_LINES - 1) / PAGE_LINES).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_page_is_not_followed_by_an_empty_one() {
        assert_eq!([0, 1, 25, 26, 50, 51].map(pages), [1, 1, 1, 2, 2, 3]);
    }

    #[test]
    fn spellings_are_read_back() {
        assert!(
            Kind::ALL
                .into_iter()
                .all(|kind| Kind::parse(kind.as_str()) == Some(kind))
        );
        assert!(
            Sort::ALL
                .into_iter()
                .all(|sort| Sort::parse(sort.as_str()) == Some(sort))
        );
    }
}
