//! Which dungeons a headcount is to be about: what its organizer has picked from the menus so far.

use std::time::Duration;

use muster_dungeons::{DUNGEONS, Dungeon, find_dungeon};
use muster_sdk::FromName;
use muster_sdk::ids::UserId;
use muster_sdk::time::Timestamp;

use super::DraftId;

/// How many dungeons a headcount may be about.
pub const MOST_DUNGEONS: usize = 10;

/// How many may be picked from one menu.
pub const MOST_PER_MENU: u8 = 5;

/// How long an organizer may take to pick.
pub const CHOOSING: Duration = Duration::from_secs(120);

/// Discord's limit for one menu.
const MENU: usize = 25;

/// A use of `/headcount`: what was picked so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Its number.
    pub id: DraftId,
    /// Who picks.
    pub organizer: UserId,
    /// Keys of the dungeons, in the order of the menus.
    pub picked: Vec<String>,
    /// What became of it.
    pub status: SelectionStatus,
    /// Until when they may pick.
    pub expires_at: Timestamp,
}

/// What became of a use of `/headcount`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectionStatus {
    /// Its organizer picks.
    Choosing,
    /// The headcount was posted.
    Posted,
    /// It took too long.
    Expired,
}

/// One of the three menus: Discord takes 25 lines in each, and there are more dungeons than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MenuId {
    /// The end-game dungeons.
    Exaltation,
    /// The first half of the others.
    Others1,
    /// The rest.
    Others2,
}

/// Why no headcount was posted from a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectionError {
    /// Its time is up.
    Expired,
    /// It was posted already.
    AlreadyPosted,
    /// Nothing was picked.
    Nothing,
    /// More was picked than a headcount holds.
    TooMany(usize),
}

impl Selection {
    /// Nothing picked yet.
    pub fn begin(id: DraftId, organizer: UserId, now: Timestamp) -> Self {
        Self {
            id,
            organizer,
            picked: Vec::new(),
            status: SelectionStatus::Choosing,
            expires_at: now.plus(CHOOSING),
        }
    }

    /// The keys that are picked after one menu says what stands in it now. Keys that the menu does not
    /// offer are left out.
    pub fn pick(&self, menu: MenuId, values: &[String]) -> Vec<String> {
        let in_menu = |key: &str| menu.dungeons().iter().any(|dungeon| dungeon.key == key);
        let is_picked = |dungeon: &Dungeon| {
            let from = if in_menu(dungeon.key) {
                values
            } else {
                &self.picked
            };
            from.iter().any(|key| key == dungeon.key)
        };
        let all = MenuId::ALL.into_iter().flat_map(MenuId::dungeons);
        let picked = all.filter(|dungeon| is_picked(dungeon));
        picked.map(|dungeon| dungeon.key.to_owned()).collect()
    }

    /// Whether there is still time to pick.
    ///
    /// # Errors
    /// Told to the member.
    pub fn check_choosing(&self, now: Timestamp) -> Result<(), SelectionError> {
        match self.status {
            SelectionStatus::Posted => Err(SelectionError::AlreadyPosted),
            SelectionStatus::Expired => Err(SelectionError::Expired),
            SelectionStatus::Choosing if now >= self.expires_at => Err(SelectionError::Expired),
            SelectionStatus::Choosing => Ok(()),
        }
    }

    /// The dungeons of the headcount that is to be posted.
    ///
    /// # Errors
    /// Told to the member.
    pub fn finish(&self, now: Timestamp) -> Result<Vec<&'static Dungeon>, SelectionError> {
        self.check_choosing(now)?;
        let dungeons: Vec<_> = self
            .picked
            .iter()
            .filter_map(|key| find_dungeon(key))
            .collect();
        match dungeons.len() {
            0 => Err(SelectionError::Nothing),
            1..=MOST_DUNGEONS => Ok(dungeons),
            more => Err(SelectionError::TooMany(more)),
        }
    }
}

impl MenuId {
    /// All menus, from top to bottom.
    pub const ALL: [Self; 3] = [Self::Exaltation, Self::Others1, Self::Others2];

    /// What stands over it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Exaltation => "Exaltation",
            Self::Others1 => "Others 1",
            Self::Others2 => "Others 2",
        }
    }

    /// Its number in custom ids.
    pub fn number(self) -> u8 {
        match self {
            Self::Exaltation => 0,
            Self::Others1 => 1,
            Self::Others2 => 2,
        }
    }

    /// Its dungeons from A to Z.
    pub fn dungeons(self) -> Vec<&'static Dungeon> {
        let is_exaltation = self == Self::Exaltation;
        let mut all: Vec<_> = DUNGEONS
            .iter()
            .filter(|dungeon| dungeon.exaltation == is_exaltation)
            .collect();
        all.sort_by_key(|dungeon| dungeon.label);
        let from = if self == Self::Others2 { MENU } else { 0 };
        all.into_iter().skip(from).take(MENU).collect()
    }
}

impl FromName for MenuId {
    fn from_name(text: &str) -> Option<Self> {
        let number: u8 = text.parse().ok()?;
        Self::ALL.into_iter().find(|menu| menu.number() == number)
    }
}

impl SelectionStatus {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Choosing => "choosing",
            Self::Posted => "posted",
            Self::Expired => "expired",
        }
    }

    /// From that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Choosing, Self::Posted, Self::Expired]
            .into_iter()
            .find(|status| status.as_str() == word)
    }
}
