//! Why a text was not let through, in words for its author.

/// A refusal. Every message says what was met, why that is not accepted and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    /// The parser cannot make sense of the text.
    #[error("this SQL cannot be read: {0}")]
    Syntax(String),
    /// A table, column or key that the plugin's schema does not have.
    #[error("{0}")]
    Unknown(String),
    /// Understood, and not accepted.
    #[error("{what} is refused: {why}. Instead: {hint}")]
    Refused {
        /// What was met, in the author's words.
        what: String,
        /// Why it is not accepted.
        why: String,
        /// What to write instead.
        hint: String,
    },
    /// Larger or deeper than any honest statement.
    #[error("too large: {what}, at most {limit}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// The most that is accepted.
        limit: usize,
    },
}

/// Builds a [`GateError::Refused`].
pub(super) fn refuse(
    what: impl Into<String>,
    why: impl Into<String>,
    hint: impl Into<String>,
) -> GateError {
    GateError::Refused {
        what: what.into(),
        why: why.into(),
        hint: hint.into(),
    }
}

/// Refuses if `present`: for the many options of the parser that the gate never writes.
pub(super) fn refuse_if(present: bool, what: &str, why: &str, hint: &str) -> Result<(), GateError> {
    if present {
        return Err(refuse(what, why, hint));
    }
    Ok(())
}

/// Refuses what one of the two databases, or the author's subset of SQL, does not have.
pub(super) fn foreign_if(present: bool, what: &str) -> Result<(), GateError> {
    refuse_if(
        present,
        what,
        "it is not part of the SQL that runs the same on both databases",
        "leave it out",
    )
}
