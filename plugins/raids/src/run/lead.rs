//! What an organizer does while a run is on, besides starting and ending it: lock, chain, ping.

use std::time::Duration;

use muster_sdk::time::Timestamp;

use super::{Actor, Over, Run, Stage, Status};

/// Pings of one run are at least this far apart.
pub const PING_SECONDS: u32 = 20;

/// How many keys a chain may have.
pub const CHAIN: std::ops::RangeInclusive<u32> = 1..=99;

/// Why the organizer's panel did not do what was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeadError {
    /// The run is somebody else's, and the member does not rank as organizer.
    NotOrganizer,
    /// The run is over.
    Over(Over),
    /// The run is open, and must be started first.
    NotLive,
    /// Only Oryx 3 has this.
    OnlyOryx,
    /// Oryx 3 does not have this.
    NotOryx,
    /// What was typed is no number from `least` to `most`.
    NoNumber {
        /// The smallest one.
        least: u32,
        /// The largest one.
        most: u32,
    },
    /// The people of this run were pinged a moment ago.
    TooSoon {
        /// Seconds until they may be pinged again.
        wait_seconds: u32,
    },
    /// The fight has come to another stage.
    OtherStage(Option<Stage>),
    /// There is no such miniboss.
    UnknownMiniboss,
}

impl Run {
    /// Whether nobody may join after this press.
    ///
    /// # Errors
    /// Told to the member who pressed. So for all that follow.
    pub fn toggle_lock(&self, actor: Actor) -> Result<bool, LeadError> {
        self.check_leads(actor)?;
        Ok(!self.join_locked)
    }

    /// Whether a chain may be planned: Oryx 3 has one portal.
    pub fn check_may_chain(&self, actor: Actor) -> Result<(), LeadError> {
        self.check_leads(actor)?;
        if self.is_oryx() {
            return Err(LeadError::NotOryx);
        }
        Ok(())
    }

    /// How many keys are planned, as typed.
    pub fn set_chain(&self, actor: Actor, typed: &str) -> Result<u32, LeadError> {
        self.check_may_chain(actor)?;
        number(typed, *CHAIN.start(), *CHAIN.end())
    }

    /// Whether the run's people may be pinged.
    pub fn ping(&self, actor: Actor, now: Timestamp) -> Result<(), LeadError> {
        self.check_live(actor)?;
        match wait_seconds(self.pinged_at, PING_SECONDS, now) {
            0 => Ok(()),
            wait_seconds => Err(LeadError::TooSoon { wait_seconds }),
        }
    }

    pub(super) fn check_leads(&self, actor: Actor) -> Result<(), LeadError> {
        if !self.may_organize(actor) {
            return Err(LeadError::NotOrganizer);
        }
        self.over()
            .map_or(Ok(()), |over| Err(LeadError::Over(over)))
    }

    pub(super) fn check_live(&self, actor: Actor) -> Result<(), LeadError> {
        self.check_leads(actor)?;
        if self.status != Status::Live {
            return Err(LeadError::NotLive);
        }
        Ok(())
    }
}

/// A whole number from `least` to `most`, as typed.
pub(super) fn number(typed: &str, least: u32, most: u32) -> Result<u32, LeadError> {
    let typed = typed.trim().trim_end_matches('%').trim_end();
    let number = typed.parse::<u32>().ok();
    number
        .filter(|number| (least..=most).contains(number))
        .ok_or(LeadError::NoNumber { least, most })
}

/// Seconds until what was done last may be done again, rounded up.
pub(super) fn wait_seconds(last: Option<Timestamp>, seconds: u32, now: Timestamp) -> u32 {
    let Some(last) = last else {
        return 0;
    };
    let ready_at = last.plus(Duration::from_secs(u64::from(seconds)));
    let wait_ms = ready_at.since(now).as_millis();
    // A clock that was set back must not make anybody wait longer.
    u32::try_from(wait_ms.div_ceil(1000)).map_or(seconds, |wait| wait.min(seconds))
}

impl LeadError {
    /// The API's word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotOrganizer => "NOT_ORGANIZER",
            Self::Over(_) => "RUN_CLOSED",
            Self::NotLive => "RUN_NOT_LIVE",
            Self::OnlyOryx | Self::NotOryx => "WRONG_DUNGEON",
            Self::NoNumber { .. } | Self::UnknownMiniboss => "VALIDATION_ERROR",
            Self::TooSoon { .. } => "PING_COOLDOWN",
            Self::OtherStage(_) => "INVALID_STAGE_TRANSITION",
        }
    }
}
