//! From open to live to over: who may do it, when, and what it means for points.

use std::time::Duration;

use muster_sdk::ids::UserId;
use muster_sdk::time::Timestamp;

use super::{Actor, EndReason, Over, Run, Status};
use crate::config::Config;

/// A change of status that may be made. To be written as one update that asks for `from` again, so
/// that of two people who press at once only one is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// What the run must still be.
    pub from: Status,
    /// What it becomes.
    pub to: Status,
    /// When.
    pub at: Timestamp,
    /// Who did it; nobody when it happened by itself.
    pub by: Option<UserId>,
    /// Why it is over, if it is.
    pub reason: Option<EndReason>,
}

/// The end of a run: the change, and who gets points for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The change.
    pub transition: Transition,
    /// Whom it counts for.
    pub awards: Awards,
}

/// Which raiders a run's end counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awards {
    /// Nobody.
    Nobody,
    /// Everybody who is joined now: no key was popped.
    Joined,
    /// Everybody who was joined when this key was popped; those of the keys before have theirs.
    LastPop(u32),
}

/// Why a status was not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransitionError {
    /// The run is somebody else's, and the member does not rank as organizer.
    NotOrganizer,
    /// It is live already.
    AlreadyStarted {
        /// Who was faster, if known.
        by: Option<UserId>,
        /// When.
        at: Timestamp,
    },
    /// It is not live yet: it can be started or cancelled.
    NotStarted,
    /// It is over.
    Over(Over),
    /// The guild wants something first.
    Missing(Vec<Missing>),
}

/// What a guild may want before a run starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The party's name.
    Party,
    /// The location.
    Location,
    /// The picture of `/taken`.
    Screenshot,
}

impl Run {
    /// From open to live.
    ///
    /// # Errors
    /// Told to the member who pressed Start.
    pub fn start(
        &self,
        actor: Actor,
        config: &Config,
        now: Timestamp,
    ) -> Result<Transition, TransitionError> {
        self.check_organizes(actor)?;
        if self.status == Status::Live {
            return Err(self.came_too_late());
        }
        let missing = self.missing_for_start(config);
        if !missing.is_empty() {
            return Err(TransitionError::Missing(missing));
        }
        Ok(self.transition(Status::Live, now, Some(actor.user), None))
    }

    /// From live to ended.
    ///
    /// # Errors
    /// Told to the member who pressed End.
    pub fn end(&self, actor: Actor, now: Timestamp) -> Result<Ending, TransitionError> {
        self.check_organizes(actor)?;
        if self.status == Status::Open {
            return Err(TransitionError::NotStarted);
        }
        let transition = self.transition(
            Status::Ended,
            now,
            Some(actor.user),
            Some(EndReason::Manual),
        );
        Ok(Ending {
            transition,
            awards: self.awards(),
        })
    }

    /// From open or live to cancelled, which counts for nobody.
    ///
    /// # Errors
    /// Told to the member who pressed Cancel.
    pub fn cancel(&self, actor: Actor, now: Timestamp) -> Result<Transition, TransitionError> {
        self.check_organizes(actor)?;
        Ok(self.transition(
            Status::Cancelled,
            now,
            Some(actor.user),
            Some(EndReason::Manual),
        ))
    }

    /// From open or live to ended because of its age; `None` if it is over or not that old.
    pub fn auto_end(&self, config: &Config, now: Timestamp) -> Option<Ending> {
        if self.status.is_over() || now < self.auto_end_at() {
            return None;
        }
        let counts = self.status == Status::Live || config.auto_end_awards_open;
        Some(Ending {
            transition: self.transition(Status::Ended, now, None, Some(EndReason::Auto)),
            awards: if counts {
                self.awards()
            } else {
                Awards::Nobody
            },
        })
    }

    /// From open or live to cancelled because its panel is gone; `None` if it is over.
    pub fn orphan(&self, now: Timestamp) -> Option<Transition> {
        let gone = || self.transition(Status::Cancelled, now, None, Some(EndReason::Orphaned));
        (!self.status.is_over()).then(gone)
    }

    /// When the run ends by itself.
    pub fn auto_end_at(&self) -> Timestamp {
        let minutes = u64::from(self.auto_end_minutes);
        self.created_at.plus(Duration::from_secs(minutes * 60))
    }

    /// What the guild still wants before the run may start.
    pub fn missing_for_start(&self, config: &Config) -> Vec<Missing> {
        let mut missing = Vec::new();
        if config.start_needs_party_location && self.party.is_none() {
            missing.push(Missing::Party);
        }
        if config.start_needs_party_location && self.location.is_none() {
            missing.push(Missing::Location);
        }
        if config.start_needs_taken && self.is_oryx() && self.screenshot_url.is_none() {
            missing.push(Missing::Screenshot);
        }
        missing
    }

    /// The run after the change.
    #[must_use]
    pub fn after(&self, transition: &Transition) -> Self {
        let mut run = self.clone();
        run.status = transition.to;
        if transition.to == Status::Live {
            run.started_at = run.started_at.or(Some(transition.at));
            run.started_by = run.started_by.or(transition.by);
        } else {
            run.ended_at = Some(transition.at);
            run.ended_by = transition.by;
            run.end_reason = transition.reason;
        }
        run
    }

    /// What somebody reads whose change of status met another one, made a moment before.
    pub fn came_too_late(&self) -> TransitionError {
        match self.over() {
            Some(over) => TransitionError::Over(over),
            None if self.status == Status::Live => TransitionError::AlreadyStarted {
                by: self.started_by,
                at: self.started_at.unwrap_or(self.created_at),
            },
            None => TransitionError::NotStarted,
        }
    }

    /// Whether this member may act as the organizer of this run now.
    ///
    /// # Errors
    /// Told to the member who pressed.
    pub fn check_organizes(&self, actor: Actor) -> Result<(), TransitionError> {
        if !self.may_organize(actor) {
            return Err(TransitionError::NotOrganizer);
        }
        self.over()
            .map_or(Ok(()), |over| Err(TransitionError::Over(over)))
    }

    /// Never earlier than what happened before, even if the clock was set back: a run that ends before
    /// it started would be refused by the database.
    fn transition(
        &self,
        to: Status,
        now: Timestamp,
        by: Option<UserId>,
        reason: Option<EndReason>,
    ) -> Transition {
        Transition {
            from: self.status,
            to,
            at: now.max(self.started_at.unwrap_or(self.created_at)),
            by,
            reason,
        }
    }

    fn awards(&self) -> Awards {
        match self.key_pop_count {
            0 => Awards::Joined,
            pops => Awards::LastPop(pops),
        }
    }
}

impl TransitionError {
    /// The API's word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotOrganizer => "NOT_ORGANIZER",
            Self::Over(_) => "ALREADY_TERMINAL",
            Self::AlreadyStarted { .. } | Self::NotStarted => "INVALID_STATUS_TRANSITION",
            Self::Missing(_) => "START_REQUIREMENTS_MISSING",
        }
    }
}
