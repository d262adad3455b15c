//! Oryx 3: a portal that must be shown to be held, a realm that closes, a miniboss, a third room.

use super::lead::number;
use super::{Actor, LeadError, Run};

/// The dungeon whose portal must be shown to be held, and which has stages of its own.
const ORYX_3: &str = "ORYX_3";

/// What of the fight has begun; before the first of them the realm is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The realm is closed, everybody is in the castle.
    Closed,
    /// A miniboss is fought.
    Miniboss,
    /// The third room.
    ThirdRoom,
}

/// The next stage, to be written as one update that asks for `from` again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StageChange {
    /// What the stage must still be.
    pub from: Option<Stage>,
    /// What it becomes.
    pub to: Stage,
    /// Which miniboss it is, when that is what begins.
    pub miniboss: Option<&'static str>,
}

/// Why a picture was not taken as the proof that an organizer holds the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenError {
    /// The file is no picture.
    NotAPicture,
    /// The organizer has no run that is not over.
    NoRun,
    /// Their run is of another dungeon.
    OtherDungeon(String),
}

impl Stage {
    /// The word in the database and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Miniboss => "miniboss",
            Self::ThirdRoom => "third_room",
        }
    }

    /// From that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Closed, Self::Miniboss, Self::ThirdRoom]
            .into_iter()
            .find(|stage| stage.as_str() == word)
    }

    /// What comes after a stage; nothing after the last.
    pub fn after(stage: Option<Self>) -> Option<Self> {
        match stage {
            None => Some(Self::Closed),
            Some(Self::Closed) => Some(Self::Miniboss),
            Some(Self::Miniboss) => Some(Self::ThirdRoom),
            Some(Self::ThirdRoom) => None,
        }
    }
}

impl Run {
    /// Whether it is a run of Oryx 3.
    pub fn is_oryx(&self) -> bool {
        self.dungeon_key == ORYX_3
    }

    /// The stages follow one another; each begins once.
    ///
    /// # Errors
    /// Told to the member who pressed. So for all that follow.
    pub fn begin_stage(&self, actor: Actor, to: Stage) -> Result<StageChange, LeadError> {
        self.check_live(actor)?;
        if !self.is_oryx() {
            return Err(LeadError::OnlyOryx);
        }
        if Stage::after(self.stage) != Some(to) {
            return Err(LeadError::OtherStage(self.stage));
        }
        Ok(StageChange {
            from: self.stage,
            to,
            miniboss: None,
        })
    }

    /// The stage of the miniboss, which is one of the dungeon's.
    pub fn begin_miniboss(&self, actor: Actor, name: &str) -> Result<StageChange, LeadError> {
        let change = self.begin_stage(actor, Stage::Miniboss)?;
        let known = self.minibosses().iter().find(|known| **known == name);
        Ok(StageChange {
            miniboss: Some(known.ok_or(LeadError::UnknownMiniboss)?),
            ..change
        })
    }

    /// Who may stand before the third room.
    pub fn minibosses(&self) -> &'static [&'static str] {
        self.dungeon().map_or(&[], |dungeon| dungeon.minibosses)
    }

    /// Whether the score may be told: while the realm is open.
    pub fn check_may_score(&self, actor: Actor) -> Result<(), LeadError> {
        self.begin_stage(actor, Stage::Closed).map(drop)
    }

    /// How far the realm is, in percent, as typed.
    pub fn set_realm_score(&self, actor: Actor, typed: &str) -> Result<u32, LeadError> {
        self.check_may_score(actor)?;
        number(typed, 1, 99)
    }

    /// The run after the change.
    #[must_use]
    pub fn after_stage(&self, change: &StageChange) -> Self {
        Self {
            stage: Some(change.to),
            miniboss: change.miniboss.map(str::to_owned).or(self.miniboss.clone()),
            ..self.clone()
        }
    }
}

/// Which of an organizer's runs a picture is the proof for. `active`: those that are not over, the latest
/// first.
///
/// # Errors
/// Told to the organizer.
pub fn taken(active: &[Run], is_picture: bool) -> Result<&Run, TakenError> {
    if !is_picture {
        return Err(TakenError::NotAPicture);
    }
    let latest = active.first().ok_or(TakenError::NoRun)?;
    active
        .iter()
        .find(|run| run.is_oryx())
        .ok_or_else(|| TakenError::OtherDungeon(latest.dungeon_label.clone()))
}

impl TakenError {
    /// The API's word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAPicture => "VALIDATION_ERROR",
            Self::NoRun => "NO_ACTIVE_RUN",
            Self::OtherDungeon(_) => "WRONG_DUNGEON",
        }
    }
}
