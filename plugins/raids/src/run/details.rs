//! What the organizer says about a run: party, location, note.

use muster_sdk::text;

use super::{Actor, Over, Run};

/// A text of the organizer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Which party in the game to join.
    Party,
    /// Where in the game to go.
    Location,
    /// What else raiders should know; may have several lines.
    Note,
}

/// A text that may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailChange {
    /// Which one.
    pub detail: Detail,
    /// What it was.
    pub before: Option<String>,
    /// What it becomes; nothing clears it.
    pub after: Option<String>,
}

/// Why a text was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DetailError {
    /// The run is somebody else's, and the member does not rank as organizer.
    NotOrganizer,
    /// The run is over.
    Over(Over),
    /// The text is too long.
    TooLong {
        /// Which one.
        detail: Detail,
        /// How many characters it may have.
        most: usize,
    },
}

impl Detail {
    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Party => "Party",
            Self::Location => "Location",
            Self::Note => "Organizer Note",
        }
    }

    /// The word in events and in the audit.
    pub fn key(self) -> &'static str {
        match self {
            Self::Party => "party",
            Self::Location => "location",
            Self::Note => "note",
        }
    }

    /// How many characters it may have: a party and a location stand on one line beside each other.
    pub fn most_characters(self) -> u16 {
        match self {
            Self::Party | Self::Location => 100,
            Self::Note => 1000,
        }
    }

    /// The text as it is kept: trimmed, without what nobody sees; `None` if nothing is left.
    ///
    /// # Errors
    /// When it is longer than it may be.
    pub fn clean(self, typed: &str) -> Result<Option<String>, DetailError> {
        let clean = match self {
            Self::Party | Self::Location => text::plain(typed),
            Self::Note => typed.trim().to_owned(),
        };
        let most = usize::from(self.most_characters());
        if clean.chars().count() > most {
            return Err(DetailError::TooLong { detail: self, most });
        }
        Ok((!clean.is_empty()).then_some(clean))
    }
}

impl DetailChange {
    /// Whether anything is different.
    pub fn is_change(&self) -> bool {
        self.before != self.after
    }
}

impl Run {
    /// One of the organizer's texts.
    pub fn detail(&self, detail: Detail) -> Option<&str> {
        match detail {
            Detail::Party => self.party.as_deref(),
            Detail::Location => self.location.as_deref(),
            Detail::Note => self.note.as_deref(),
        }
    }

    /// Changes one of the organizer's texts; an empty one clears it.
    ///
    /// # Errors
    /// Told to the member who sent the form.
    pub fn set_detail(
        &self,
        actor: Actor,
        detail: Detail,
        typed: &str,
    ) -> Result<DetailChange, DetailError> {
        self.check_may_set(actor)?;
        let before = self.detail(detail).map(str::to_owned);
        Ok(DetailChange {
            detail,
            before,
            after: detail.clean(typed)?,
        })
    }

    /// Whether the form for the organizer's texts may be shown.
    ///
    /// # Errors
    /// Told to the member who pressed.
    pub fn check_may_set(&self, actor: Actor) -> Result<(), DetailError> {
        if !self.may_organize(actor) {
            return Err(DetailError::NotOrganizer);
        }
        self.over()
            .map_or(Ok(()), |over| Err(DetailError::Over(over)))
    }

    /// The run after the change.
    #[must_use]
    pub fn after_detail(&self, change: &DetailChange) -> Self {
        let mut run = self.clone();
        let text = change.after.clone();
        match change.detail {
            Detail::Party => run.party = text,
            Detail::Location => run.location = text,
            Detail::Note => run.note = text,
        }
        run
    }
}

impl DetailError {
    /// The API's word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotOrganizer => "NOT_ORGANIZER",
            Self::Over(_) => "RUN_CLOSED",
            Self::TooLong { .. } => "VALIDATION_ERROR",
        }
    }
}
