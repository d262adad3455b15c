//! What a headcount is: a quick "who would come, who has keys?" before a run. The rules, without Discord
//! and without a database.
//!
//! ```text
//! open --Convert--> converted (into a run)
//!   \----End------> ended
//!    \---too old--> ended
//! ```

mod ending;
mod selection;
mod taking_part;

use std::time::Duration;

use muster_dungeons::{Dungeon, Reaction, find_dungeon};
use muster_sdk::ids::UserId;
use muster_sdk::row_id;
use muster_sdk::time::Timestamp;

pub use ending::{Closing, Conversion};
pub use selection::{
    CHOOSING, MOST_DUNGEONS, MOST_PER_MENU, MenuId, Selection, SelectionError, SelectionStatus,
};
pub use taking_part::{Offer, OfferToggle};

use crate::config::Config;
use crate::run::{Actor, EndReason, Posted, RunId};

row_id! {
    /// The number of a headcount: 1, 2, 3 in each guild.
    pub struct HeadcountId;
}

row_id! {
    /// The number of a use of `/headcount`, while its organizer still picks dungeons.
    pub struct DraftId;
}

/// A headcount, as the database holds it; who takes part is beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headcount {
    /// Its number.
    pub id: HeadcountId,
    /// Who posted it, and leads the run that it becomes.
    pub organizer: UserId,
    /// What they were called then. Typed by a person.
    pub organizer_name: String,
    /// Keys of the dungeons, in the order of the buttons.
    pub dungeons: Vec<String>,
    /// How far it is.
    pub status: HeadcountStatus,
    /// The run that it became.
    pub run: Option<RunId>,
    /// When it was posted.
    pub created_at: Timestamp,
    /// When it was ended or converted.
    pub ended_at: Option<Timestamp>,
    /// Who did it; nobody when it ended by itself.
    pub ended_by: Option<UserId>,
    /// Why it ended, if it became no run.
    pub end_reason: Option<EndReason>,
    /// The message that shows it, once it is posted.
    pub posted: Option<Posted>,
    /// Whether it has a thread in the raid log.
    pub logged: bool,
}

/// How far a headcount is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadcountStatus {
    /// Posted, people answer.
    Open,
    /// It became a run.
    Converted,
    /// It became none.
    Ended,
}

/// Who would come and what they would bring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turnout {
    /// Everybody who would come, the first one first.
    pub participants: Vec<UserId>,
    /// Every key that somebody could pop, the first offer first.
    pub offers: Vec<Offer>,
}

/// That a headcount is over and how: what somebody reads who came too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadcountOver {
    /// The run that it became, if it did.
    pub run: Option<RunId>,
    /// When.
    pub at: Timestamp,
    /// By whom; nobody when it ended by itself.
    pub by: Option<UserId>,
    /// Why, if it became no run.
    pub reason: EndReason,
}

/// Why something was not done with a headcount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadcountError {
    /// It is somebody else's, and the member does not rank as organizer.
    NotOrganizer,
    /// It is over.
    Over(HeadcountOver),
    /// The member is suspended.
    Suspended,
    /// The guild wants raiders verified.
    NotVerified,
    /// The headcount does not ask for that dungeon or key.
    NotAskedFor,
}

/// How long Discord may take to show a new headcount. One that nobody saw by then is a ghost: it must not
/// keep its organizer from posting another.
const POSTED_WITHIN: Duration = Duration::from_secs(120);

impl Headcount {
    /// A headcount that was just posted.
    pub fn open(
        id: HeadcountId,
        organizer: UserId,
        organizer_name: String,
        dungeons: &[&Dungeon],
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            organizer,
            organizer_name,
            dungeons: dungeons
                .iter()
                .map(|dungeon| dungeon.key.to_owned())
                .collect(),
            status: HeadcountStatus::Open,
            run: None,
            created_at: now,
            ended_at: None,
            ended_by: None,
            end_reason: None,
            posted: None,
            logged: false,
        }
    }

    /// The dungeons that the data still has, with their places on the buttons.
    pub fn dungeons(&self) -> impl Iterator<Item = (usize, &'static Dungeon)> {
        let found = self.dungeons.iter().map(|key| find_dungeon(key));
        found
            .enumerate()
            .filter_map(|(place, dungeon)| Some((place, dungeon?)))
    }

    /// Every key that it asks for: one for most dungeons, several for some.
    pub fn keys(&self) -> impl Iterator<Item = (usize, &'static Dungeon, &'static Reaction)> {
        self.dungeons().flat_map(|(place, dungeon)| {
            let keys = dungeon.keys.iter();
            keys.map(move |asked| (place, dungeon, asked.reaction))
        })
    }

    /// What it is called: its dungeon's name, or that there are several.
    pub fn label(&self) -> String {
        match self.dungeons.as_slice() {
            [only] => find_dungeon(only).map_or_else(|| only.clone(), |d| d.label.to_owned()),
            _ => "Multiple Dungeons".to_owned(),
        }
    }

    /// How it came to be over, if it is.
    pub fn over(&self) -> Option<HeadcountOver> {
        (self.status != HeadcountStatus::Open).then(|| HeadcountOver {
            run: self.run,
            at: self.ended_at.unwrap_or(self.created_at),
            by: self.ended_by,
            reason: self.end_reason.unwrap_or(EndReason::Manual),
        })
    }

    /// Whether this member may act as its organizer now: who posted it, and everybody who ranks as organizer.
    ///
    /// # Errors
    /// Told to the member who pressed.
    pub fn check_organizes(&self, actor: Actor) -> Result<(), HeadcountError> {
        if actor.user != self.organizer && !actor.is_organizer {
            return Err(HeadcountError::NotOrganizer);
        }
        self.check_not_over()
    }

    /// Whether it may be one that was never shown: nobody knows its message, and it is not new.
    pub fn may_be_ghost(&self, now: Timestamp) -> bool {
        let is_new = now.since(self.created_at) < POSTED_WITHIN;
        self.status == HeadcountStatus::Open && self.posted.is_none() && !is_new
    }

    /// When it ends by itself.
    pub fn closes_at(&self, config: &Config) -> Timestamp {
        let hours = u64::from(config.headcount_close_hours);
        self.created_at.plus(Duration::from_secs(hours * 3600))
    }

    fn check_not_over(&self) -> Result<(), HeadcountError> {
        self.over()
            .map_or(Ok(()), |over| Err(HeadcountError::Over(over)))
    }
}

impl Turnout {
    /// Whether nobody has pressed anything yet.
    pub fn is_empty(&self) -> bool {
        self.participants.is_empty() && self.offers.is_empty()
    }

    /// Who offers a key for the dungeon, in the order of the offers.
    pub fn holders(&self, dungeon: &str, key: &str) -> Vec<UserId> {
        let fits = |offer: &&Offer| offer.dungeon == dungeon && offer.key == key;
        self.offers
            .iter()
            .filter(fits)
            .map(|offer| offer.user)
            .collect()
    }

    /// How many keys of any sort are offered for the dungeon.
    pub fn keys_for(&self, dungeon: &str) -> usize {
        let fits = |offer: &&Offer| offer.dungeon == dungeon;
        self.offers.iter().filter(fits).count()
    }
}

impl HeadcountStatus {
    /// The word in the database and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Converted => "converted",
            Self::Ended => "ended",
        }
    }

    /// From that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Open, Self::Converted, Self::Ended]
            .into_iter()
            .find(|status| status.as_str() == word)
    }
}

impl HeadcountError {
    /// The API's word for it.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotOrganizer => "NOT_ORGANIZER",
            Self::Over(_) => "ALREADY_TERMINAL",
            Self::Suspended => "SUSPENDED",
            Self::NotVerified => "NOT_VERIFIED",
            Self::NotAskedFor => "UNKNOWN_KEY",
        }
    }
}

#[cfg(test)]
mod tests;
