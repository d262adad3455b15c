//! Why a call did not succeed, and the short reference that joins what a member reads with what the
//! operator's log holds.

use std::fmt;

use muster_core::message::MessageProblem;
use muster_store::StoreError;
use rand::Rng;
use wasmtime::component::{ComponentType, Lift, Lower};

use crate::deadline::LimitHit;
use crate::lookup::Lookup;

/// Why a handler did not succeed, in its own words (`muster:plugin/types`). Nothing that it wrote or
/// queued remains.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(variant)]
pub enum Failure {
    /// A sentence for the member who acted.
    #[component(name = "member")]
    Member(String),
    /// A sentence for the guild's owner.
    #[component(name = "owner")]
    Owner(String),
    /// Something broke in the plugin.
    #[component(name = "internal")]
    Internal(String),
    /// What later versions add; treated as `Internal`.
    #[component(name = "other")]
    Other(String),
}

/// Who has to look into a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// The plugin's author.
    Plugin,
    /// Muster, its database or the machine.
    Host,
}

impl Blame {
    /// The word for logs and metrics.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Plugin => "plugin",
            Self::Host => "host",
        }
    }
}

/// Why a call came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// Something must be asked of Discord first; the call is then run again.
    #[error("it needs an answer of Discord")]
    Needs(Lookup),
    /// The handler returned an error.
    #[error("it returned an error: {0:?}")]
    Failed(Failure),
    /// A limit ended it.
    #[error("{0}")]
    Limit(#[from] LimitHit),
    /// It crashed.
    #[error("it crashed: {0}")]
    Trap(String),
    /// It ended its own process.
    #[error("it called exit({0}); return an error instead")]
    Exit(i32),
    /// The manifest promises what the plugin does not export.
    #[error("it does not export `{0}`")]
    NotExported(&'static str),
    /// What it returned cannot be sent.
    #[error("its view of the panel cannot be sent: {0}")]
    View(#[from] MessageProblem),
    /// It returned something that is no JSON.
    #[error("it returned no valid JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The engine could not start it.
    #[error("it could not be started: {0}")]
    Start(String),
    /// The database failed.
    #[error("{}", chain(.0))]
    Store(#[from] StoreError),
    /// The database failed inside a statement, and the handler gave up.
    #[error("a statement failed inside the database: {0}")]
    Statement(String),
}

impl CallError {
    /// Who has to look into it.
    pub const fn blame(&self) -> Blame {
        match self {
            Self::Start(_) | Self::Store(_) | Self::Statement(_) => Blame::Host,
            // Others held the database.
            Self::Limit(LimitHit::Database(_)) => Blame::Host,
            _ => Blame::Plugin,
        }
    }

    /// The word for metrics.
    pub const fn outcome(&self) -> &'static str {
        match self {
            Self::Needs(_) => "lookup",
            Self::Failed(Failure::Member(_)) => "refused",
            Self::Failed(Failure::Owner(_)) => "owner",
            Self::Failed(_) => "failed",
            Self::Limit(_) => "limit",
            Self::Trap(_) | Self::Exit(_) => "trap",
            Self::NotExported(_) | Self::View(_) | Self::Json(_) => "invalid",
            Self::Start(_) | Self::Store(_) | Self::Statement(_) => "host",
        }
    }
}

/// An error with all its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        // Many errors print their cause themselves.
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    text
}

/// What a member is shown of a failure, and what stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference(String);

impl Reference {
    /// Letters and digits that nobody mistakes for another when reading aloud or copying.
    const ALPHABET: &[u8] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// A new one: 5 characters, one of 24 million.
    pub fn new() -> Self {
        let mut random = rand::rng();
        let mut letter = || Self::ALPHABET[random.random_range(0..Self::ALPHABET.len())] as char;
        Self((0..5).map(|_| letter()).collect())
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_can_be_read_aloud() {
        let reference = Reference::new().to_string();
        assert_eq!(reference.len(), 5);
        assert!(
            !reference.contains(['0', 'O', '1', 'I', 'L', 'U']),
            "{reference}"
        );
    }

    #[test]
    fn causes_are_not_repeated() {
        let io = std::io::Error::other("disk full");
        assert_eq!(chain(&io), "disk full");
    }
}
