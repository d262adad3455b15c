//! Popping a key: for some seconds everybody who wants in must join the party.

use std::time::Duration;

use muster_sdk::time::Timestamp;

use super::lead::wait_seconds;
use super::{Actor, Over, Run, Status};
use crate::config::KEY_WINDOW_SECONDS;

/// A run's pops are at least this far apart: a second press is a slip, not a second key.
pub const COOLDOWN_SECONDS: u32 = 20;

/// A key was popped. The raiders who are joined now are to be kept under its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPop {
    /// Its number in this run: 1, 2, 3.
    pub number: u32,
    /// When it was popped.
    pub at: Timestamp,
    /// Until when raiders may join.
    pub window_ends_at: Timestamp,
    /// How long that is.
    pub seconds: u32,
    /// The pop whose raiders have completed the dungeon, now that the next one begins.
    pub completed: Option<u32>,
}

/// Why the key window was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PopError {
    /// The run is somebody else's, and the member does not rank as organizer.
    NotOrganizer,
    /// The run is open, and must be started first.
    NotLive,
    /// The run is over.
    Over(Over),
    /// The last key was popped a moment ago.
    TooSoon {
        /// Seconds until the next one.
        wait_seconds: u32,
    },
    /// A window has 1 to 300 seconds.
    BadSeconds,
}

impl Run {
    /// Opens the key window for so many seconds, and counts a pop.
    ///
    /// # Errors
    /// Told to the member who pressed "Key popped".
    pub fn pop_key(&self, actor: Actor, seconds: u32, now: Timestamp) -> Result<KeyPop, PopError> {
        if !self.may_organize(actor) {
            return Err(PopError::NotOrganizer);
        }
        if let Some(over) = self.over() {
            return Err(PopError::Over(over));
        }
        if self.status != Status::Live {
            return Err(PopError::NotLive);
        }
        if !KEY_WINDOW_SECONDS.contains(&seconds) {
            return Err(PopError::BadSeconds);
        }
        let wait_seconds = wait_seconds(self.key_popped_at, COOLDOWN_SECONDS, now);
        if wait_seconds > 0 {
            return Err(PopError::TooSoon { wait_seconds });
        }
        Ok(KeyPop {
            number: self.key_pop_count.saturating_add(1),
            at: now,
            window_ends_at: now.plus(Duration::from_secs(u64::from(seconds))),
            seconds,
            completed: (self.key_pop_count > 0).then_some(self.key_pop_count),
        })
    }

    /// The run after the pop.
    #[must_use]
    pub fn after_pop(&self, pop: &KeyPop) -> Self {
        Self {
            key_pop_count: pop.number,
            key_popped_at: Some(pop.at),
            key_window_ends_at: Some(pop.window_ends_at),
            ..self.clone()
        }
    }
}

impl PopError {
    /// The API's word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotOrganizer => "NOT_ORGANIZER",
            Self::NotLive | Self::Over(_) => "RUN_NOT_LIVE",
            Self::TooSoon { .. } => "KEY_WINDOW_COOLDOWN",
            Self::BadSeconds => "VALIDATION_ERROR",
        }
    }
}
