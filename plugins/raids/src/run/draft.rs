//! Posting a run.

use std::time::Duration;

use muster_dungeons::{Dungeon, resolve};
use muster_sdk::ids::UserId;
use muster_sdk::time::Timestamp;

use super::{Detail, DetailError, Run, RunId, Status};
use crate::config::Config;

/// A run that may be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Which dungeon.
    pub dungeon: &'static Dungeon,
    /// Which party in the game to join.
    pub party: Option<String>,
    /// Where in the game to go.
    pub location: Option<String>,
    /// What else raiders should know.
    pub note: Option<String>,
}

/// Why a run was not drafted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftError {
    /// Discord lets people send what they typed instead of what was offered.
    UnknownDungeon(String),
    /// A text is too long.
    Detail(DetailError),
}

/// Why this organizer may not post another run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityError<'a> {
    /// The guild allows one at a time, and this one is not over.
    AlreadyActive(&'a Run),
}

impl Draft {
    /// A run as the command asks for it.
    ///
    /// # Errors
    /// Told to the organizer.
    pub fn new(
        dungeon: &str,
        party: Option<&str>,
        location: Option<&str>,
        note: Option<&str>,
    ) -> Result<Self, DraftError> {
        let found =
            resolve(dungeon).ok_or_else(|| DraftError::UnknownDungeon(dungeon.to_owned()))?;
        let clean = |detail: Detail, typed: Option<&str>| {
            typed
                .map_or(Ok(None), |typed| detail.clean(typed))
                .map_err(DraftError::Detail)
        };
        Ok(Self {
            dungeon: found,
            party: clean(Detail::Party, party)?,
            location: clean(Detail::Location, location)?,
            note: clean(Detail::Note, note)?,
        })
    }

    /// The run that is posted.
    pub fn open(self, id: RunId, organizer: UserId, config: &Config, now: Timestamp) -> Run {
        Run {
            id,
            organizer,
            organizer_name: String::new(),
            dungeon_key: self.dungeon.key.to_owned(),
            dungeon_label: self.dungeon.label.to_owned(),
            status: Status::Open,
            party: self.party,
            location: self.location,
            note: self.note,
            created_at: now,
            auto_end_minutes: config.auto_end_minutes,
            started_at: None,
            started_by: None,
            ended_at: None,
            ended_by: None,
            end_reason: None,
            key_window_ends_at: None,
            key_popped_at: None,
            key_pop_count: 0,
            chain_amount: None,
            join_locked: false,
            screenshot_url: None,
            stage: None,
            miniboss: None,
            realm_score: None,
            pinged_at: None,
            ping_messages: 0,
            needs_told: false,
            keys_waived: 0,
            has_role: false,
            role: None,
            posted: None,
            logged: false,
            headcount: None,
        }
    }
}

/// How long Discord may take to show a new run. One that nobody saw by then is a ghost: it must not keep its
/// organizer from posting another.
const POSTED_WITHIN: Duration = Duration::from_secs(120);

impl Run {
    /// Whether the run may be one that was never shown: nobody knows its message, and it is not new.
    pub fn may_be_ghost(&self, now: Timestamp) -> bool {
        let is_new = now.since(self.created_at) < POSTED_WITHIN;
        self.status == Status::Open && self.posted.is_none() && !is_new
    }
}

/// Whether an organizer may post a run. `latest` is their own latest one that is not over.
///
/// # Errors
/// Told to the organizer.
pub fn may_post<'a>(latest: Option<&'a Run>, config: &Config) -> Result<(), ActivityError<'a>> {
    match latest.filter(|run| config.one_active_per_organizer && !run.status.is_over()) {
        Some(run) => Err(ActivityError::AlreadyActive(run)),
        None => Ok(()),
    }
}
