//! What was expected, and what was seen instead.

use std::fmt;

use super::script::{Line, Place};

/// An expectation of a script that was not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    place: Place,
    statement: String,
    expected: String,
    seen: String,
}

/// The same, before it is known where the script says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Instead {
    pub expected: String,
    pub seen: String,
}

impl Instead {
    pub fn new(expected: impl Into<String>, seen: impl Into<String>) -> Self {
        Self {
            expected: expected.into(),
            seen: seen.into(),
        }
    }

    /// The same, with the line that says so.
    pub fn at(self, line: &Line) -> Unmet {
        self.at_place(line, &line.place)
    }

    /// The same, where a line below the statement says so.
    pub fn at_place(self, line: &Line, place: &Place) -> Unmet {
        Unmet {
            place: place.clone(),
            statement: line.text.clone(),
            expected: self.expected,
            seen: self.seen,
        }
    }
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            place,
            statement,
            expected,
            seen,
        } = self;
        let seen = seen.replace('\n', "\n             ");
        write!(
            f,
            "{place}: {statement}\n  expected   {expected}\n  seen       {seen}"
        )
    }
}

impl std::error::Error for Unmet {}
