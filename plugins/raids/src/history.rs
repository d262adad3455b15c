//! What was: pages of runs and of the people in one, and what they amount to.

use muster_sdk::FromName;
use muster_sdk::ids::UserId;
use muster_sdk::time::Timestamp;

use crate::run::{RunId, State, Status};

/// People on a page of `/viewrun`.
pub const PEOPLE_PER_PAGE: u32 = 15;

/// Runs on a page of `/runhistory`.
pub const RUNS_PER_PAGE: u32 = 10;

/// Days that `/runhistory` looks back.
pub const DAYS: std::ops::RangeInclusive<i64> = 1..=365;

/// Days that it looks back unless told.
pub const DEFAULT_DAYS: i64 = 30;

/// Somebody in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub user: UserId,
    /// Whether they take part or are there in reserve.
    pub state: State,
    /// The key of their class.
    pub class: Option<String>,
}

/// A run, as a line of a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastRun {
    /// Its number.
    pub id: RunId,
    /// What the dungeon was called then.
    pub dungeon_label: String,
    /// Who posted it.
    pub organizer: UserId,
    /// How far it is.
    pub status: Status,
    /// When it was posted.
    pub created_at: Timestamp,
    /// When it went live.
    pub started_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// How many took part.
    pub raiders: u32,
}

/// A run, as a line of autocomplete shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunTitle {
    /// Its number.
    pub id: RunId,
    /// What the dungeon was called then.
    pub dungeon_label: String,
    /// What its organizer was called then. Typed by a person.
    pub organizer_name: String,
    /// How far it is.
    pub status: Status,
}

/// Which runs `/runhistory` shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Those of the last so many days.
    pub days: i64,
    /// Those that this member organized or took part in.
    pub member: Option<UserId>,
    /// Those of this dungeon.
    pub dungeon: Option<String>,
}

/// What the runs of a filter amount to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Open or live.
    pub active: u32,
    /// Ended.
    pub ended: u32,
    /// Cancelled.
    pub cancelled: u32,
    /// Who organized the most runs that ended, and how many.
    pub organizers: Vec<(UserId, u32)>,
    /// Which dungeons had the most runs that ended, and how many.
    pub dungeons: Vec<(String, u32)>,
}

/// A page of a list: the first one is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Which one.
    pub number: u32,
    /// How many there are, at least one.
    pub count: u32,
}

impl Page {
    /// That page, or the last one if there are fewer.
    pub fn of(asked: u32, items: u32, per_page: u32) -> Self {
        let count = items.div_ceil(per_page).max(1);
        let number = asked.min(count - 1);
        Self { number, count }
    }
}

impl Filter {
    /// Since when.
    pub fn since(&self, now: Timestamp) -> Timestamp {
        let days = self.days.clamp(*DAYS.start(), *DAYS.end());
        Timestamp::from_millis(now.millis().saturating_sub(days * 86_400_000))
    }
}

impl Totals {
    /// All runs, whatever became of them.
    pub fn runs(&self) -> u32 {
        self.active + self.ended + self.cancelled
    }

    /// Of the runs that are over, how many percent were not cancelled; unknown while none is over.
    pub fn success_percent(&self) -> Option<u32> {
        let over = self.ended + self.cancelled;
        (self.ended * 100 + over / 2).checked_div(over)
    }
}

/// `30/7/SHATTERS`: days, member (0: all), dungeon (`*`: all).
impl FromName for Filter {
    fn from_name(text: &str) -> Option<Self> {
        let (days, member, dungeon) = <(i64, u64, String)>::from_name(text)?;
        Some(Self {
            days: Some(days).filter(|days| DAYS.contains(days))?,
            member: (member > 0).then_some(UserId(member)),
            dungeon: (dungeon != "*").then_some(dungeon),
        })
    }
}

impl std::fmt::Display for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let member = self.member.map_or(0, |user| user.0);
        let dungeon = self.dungeon.as_deref().unwrap_or("*");
        write!(f, "{}/{member}/{dungeon}", self.days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_beyond_the_last_is_the_last() {
        assert_eq!(
            Page::of(0, 0, 10),
            Page {
                number: 0,
                count: 1
            }
        );
        assert_eq!(
            Page::of(7, 20, 10),
            Page {
                number: 1,
                count: 2
            }
        );
        assert_eq!(
            Page::of(2, 21, 10),
            Page {
                number: 2,
                count: 3
            }
        );
    }

    #[test]
    fn success_is_what_ended_among_what_is_over() {
        let totals = |active, ended, cancelled| Totals {
            active,
            ended,
            cancelled,
            ..Totals::default()
        };
        assert_eq!(totals(5, 0, 0).success_percent(), None);
        assert_eq!(totals(5, 3, 1).success_percent(), Some(75));
        assert_eq!(totals(0, 2, 1).success_percent(), Some(67));
        assert_eq!(totals(0, 0, 4).success_percent(), Some(0));
        assert_eq!(totals(5, 3, 1).runs(), 9);
    }

    #[test]
    fn a_filter_is_read_back_and_nonsense_is_none() {
        let all = Filter {
            days: 30,
            member: None,
            dungeon: None,
        };
        let one = Filter {
            days: 365,
            member: Some(UserId(7)),
            dungeon: Some("MOONLIGHT VILLAGE".into()),
        };
        assert_eq!(
            (all.to_string(), one.to_string()),
            ("30/0/*".into(), "365/7/MOONLIGHT VILLAGE".into())
        );
        for filter in [all, one] {
            assert_eq!(Filter::from_name(&filter.to_string()), Some(filter));
        }
        for text in ["", "0/0/*", "366/0/*", "30/x/*", "30/0/", "30/0"] {
            assert_eq!(Filter::from_name(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_counted_back_from_now() {
        let filter = Filter {
            days: 2,
            member: None,
            dungeon: None,
        };
        let now = Timestamp::from_seconds(1_700_000_000);
        assert_eq!(
            filter.since(now),
            Timestamp::from_seconds(1_700_000_000 - 172_800)
        );
    }
}
