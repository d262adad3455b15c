//! How a headcount comes to its end: it becomes a run, or it does not.

use muster_dungeons::{Dungeon, find_dungeon};
use muster_sdk::ids::UserId;
use muster_sdk::time::Timestamp;

use super::{Headcount, HeadcountError, HeadcountStatus};
use crate::config::Config;
use crate::run::{Actor, EndReason, RunId};

/// The end of a headcount that becomes no run. To be written as one update that asks again whether it
/// is open, so that of two people who press at once only one is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// When.
    pub at: Timestamp,
    /// Who did it; nobody when it happened by itself.
    pub by: Option<UserId>,
    /// Why.
    pub reason: EndReason,
}

/// A headcount that becomes a run of one of its dungeons; to be written like a [`Closing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// Of which dungeon.
    pub dungeon: &'static Dungeon,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: UserId,
}

impl Headcount {
    /// Ends it.
    ///
    /// # Errors
    /// Told to the member who pressed.
    pub fn end(&self, actor: Actor, now: Timestamp) -> Result<Closing, HeadcountError> {
        self.check_organizes(actor)?;
        Ok(self.closing(now, Some(actor.user), EndReason::Manual))
    }

    /// Makes a run of it.
    ///
    /// # Errors
    /// Told to the member who pressed.
    pub fn convert(
        &self,
        actor: Actor,
        dungeon: &str,
        now: Timestamp,
    ) -> Result<Conversion, HeadcountError> {
        self.check_organizes(actor)?;
        let is_ours = self.dungeons.iter().any(|ours| ours == dungeon);
        let dungeon = find_dungeon(dungeon).filter(|_| is_ours);
        Ok(Conversion {
            dungeon: dungeon.ok_or(HeadcountError::NotAskedFor)?,
            at: now.max(self.created_at),
            by: actor.user,
        })
    }

    /// Ends it because of its age; `None` if it is over or not that old.
    pub fn close_by_age(&self, config: &Config, now: Timestamp) -> Option<Closing> {
        let is_due = self.status == HeadcountStatus::Open && now >= self.closes_at(config);
        is_due.then(|| self.closing(now, None, EndReason::Auto))
    }

    /// Ends it because its panel is gone; `None` if it is over.
    pub fn orphan(&self, now: Timestamp) -> Option<Closing> {
        let is_open = self.status == HeadcountStatus::Open;
        is_open.then(|| self.closing(now, None, EndReason::Orphaned))
    }

    /// The headcount after its end.
    #[must_use]
    pub fn after_closing(&self, closing: &Closing) -> Self {
        Self {
            status: HeadcountStatus::Ended,
            ended_at: Some(closing.at),
            ended_by: closing.by,
            end_reason: Some(closing.reason),
            ..self.clone()
        }
    }

    /// The headcount after it became that run.
    #[must_use]
    pub fn after_conversion(&self, conversion: &Conversion, run: RunId) -> Self {
        Self {
            status: HeadcountStatus::Converted,
            run: Some(run),
            ended_at: Some(conversion.at),
            ended_by: Some(conversion.by),
            ..self.clone()
        }
    }

    fn closing(&self, now: Timestamp, by: Option<UserId>, reason: EndReason) -> Closing {
        Closing {
            at: now.max(self.created_at),
            by,
            reason,
        }
    }
}
