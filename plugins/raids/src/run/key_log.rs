//! After the end: for each key that was popped, whom to thank for it.

use muster_dungeons::Reaction;
use muster_sdk::ids::UserId;

use super::{Actor, LeadError, Run, Status};

/// What is known about the popped keys of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyLog {
    /// What was logged, in this order.
    pub entries: Vec<KeyEntry>,
    /// Who said that they had a key, in the order of the offers.
    pub reactors: Vec<Reactor>,
}

/// Keys that somebody is thanked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEntry {
    /// Whose keys they were.
    pub user: UserId,
    /// Which key.
    pub key: String,
    /// How many.
    pub amount: u32,
}

/// Somebody who said that they had a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reactor {
    /// Who.
    pub user: UserId,
    /// What they were called then. Typed by a person; a run of before may not have it.
    pub name: Option<String>,
    /// Their keys.
    pub keys: Vec<String>,
}

/// What the one who logs keys has picked so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyDraft {
    /// Whose keys.
    pub user: Option<UserId>,
    /// What they are called. Typed by a person.
    pub name: Option<String>,
    /// Which key; a dungeon with one key needs no choice.
    pub key: Option<String>,
    /// Whether its panel was closed.
    pub is_closed: bool,
}

/// Why a key was not logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyLogError {
    /// The run is somebody else's, and the member does not rank as organizer.
    NotOrganizer,
    /// The run has not ended, or was cancelled.
    NotOver,
    /// Every key is logged already.
    NothingLeft,
    /// Nobody was picked, or somebody logged these keys a moment ago.
    NobodyPicked,
    /// The dungeon has several keys, and none was picked.
    NoKeyPicked,
    /// The dungeon is not opened with that key.
    NotThisDungeon,
    /// So many keys are not left.
    NotSoMany {
        /// How many are.
        left: u32,
    },
}

impl Run {
    /// How many popped keys nobody was thanked for.
    pub fn keys_left(&self, log: &KeyLog) -> u32 {
        let logged: u32 = log.entries.iter().map(|entry| entry.amount).sum();
        self.key_pop_count
            .saturating_sub(logged)
            .saturating_sub(self.keys_waived)
    }

    /// Whether keys may be logged: once the run has ended.
    ///
    /// # Errors
    /// Told to the member who pressed. So for all that follow.
    pub fn check_may_log_keys(&self, actor: Actor) -> Result<(), KeyLogError> {
        match self.check_leads(actor) {
            Err(LeadError::NotOrganizer) => Err(KeyLogError::NotOrganizer),
            Err(LeadError::Over(over)) if over.status == Status::Ended => Ok(()),
            _ => Err(KeyLogError::NotOver),
        }
    }

    /// The keys that one may be thanked for here.
    pub fn loggable_keys(&self) -> Vec<&'static Reaction> {
        let asked = self.dungeon().map_or(&[][..], |dungeon| dungeon.keys);
        asked.iter().map(|asked| asked.reaction).collect()
    }

    /// The key that a draft means: the one picked, or the only one that there is.
    pub fn drafted_key(&self, draft: &KeyDraft) -> Option<&'static Reaction> {
        let keys = self.loggable_keys();
        match (&draft.key, keys.as_slice()) {
            (_, [only]) => Some(only),
            (Some(picked), keys) => keys.iter().find(|key| key.key == picked).copied(),
            (None, _) => None,
        }
    }

    /// Another key type for a draft.
    pub fn pick_key(&self, key: &str) -> Result<&'static Reaction, KeyLogError> {
        let found = self.loggable_keys().into_iter().find(|k| k.key == key);
        found.ok_or(KeyLogError::NotThisDungeon)
    }

    /// The entry to be written.
    pub fn log_keys(
        &self,
        actor: Actor,
        log: &KeyLog,
        draft: &KeyDraft,
        amount: u32,
    ) -> Result<KeyEntry, KeyLogError> {
        self.check_may_log_keys(actor)?;
        let left = self.keys_left(log);
        if left == 0 {
            return Err(KeyLogError::NothingLeft);
        }
        let user = draft.user.ok_or(KeyLogError::NobodyPicked)?;
        let key = self.drafted_key(draft).ok_or(KeyLogError::NoKeyPicked)?;
        if amount == 0 || amount > left {
            return Err(KeyLogError::NotSoMany { left });
        }
        Ok(KeyEntry {
            user,
            key: key.key.to_owned(),
            amount,
        })
    }
}

/// A name without the prefixes that guilds put before names, in lower case: how people are found.
pub fn bare_name(name: &str) -> String {
    let bare = name.trim().trim_start_matches(PREFIXES);
    bare.trim().to_lowercase()
}

/// What guilds put before the names of some members.
pub const PREFIXES: [char; 4] = ['!', '.', '*', '-'];

impl KeyLogError {
    /// The API's word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotOrganizer => "NOT_ORGANIZER",
            Self::NotOver => "RUN_NOT_OVER",
            Self::NothingLeft => "ALL_KEYS_LOGGED",
            Self::NotThisDungeon => "UNKNOWN_KEY",
            Self::NobodyPicked | Self::NoKeyPicked | Self::NotSoMany { .. } => "VALIDATION_ERROR",
        }
    }
}
