//! Differences that are right as they are, each with its reason.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::{Difference, Side};

/// The list that belongs to this repository.
const OURS: &str = include_str!("../accepted.toml");

/// All accepted differences.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// In the order of the list.
    #[serde(default, rename = "difference")]
    pub differences: Vec<AcceptedDifference>,
}

/// One kind of difference.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptedDifference {
    /// Where: an operation, an event, or `*`.
    pub place: String,
    /// Which half; any if none is named.
    pub side: Option<Side>,
    /// The end of where it is in the body.
    #[serde(default)]
    pub at: String,
    /// A part of what is said.
    pub says: String,
    /// Why it is right.
    pub why: String,
}

impl Accepted {
    /// The list of this repository.
    ///
    /// # Errors
    /// It cannot be read, or an entry has no reason.
    pub fn ours() -> Result<Self> {
        Self::read(OURS).context("accepted.toml")
    }

    /// Reads a list.
    ///
    /// # Errors
    /// It cannot be read, or an entry has no reason.
    pub fn read(text: &str) -> Result<Self> {
        let list: Self = toml::from_str(text)?;
        for entry in &list.differences {
            ensure!(
                entry.why.split_whitespace().count() >= 4 && !entry.says.is_empty(),
                "the difference at {} `{}` needs `says` and a reason",
                entry.place,
                entry.at,
            );
        }
        Ok(list)
    }

    /// Which entry covers a difference.
    pub fn covering(&self, difference: &Difference) -> Option<usize> {
        self.differences.iter().position(|entry| {
            (entry.place == "*" || entry.place == difference.place)
                && entry.side.is_none_or(|side| side == difference.side)
                && difference.at.ends_with(&entry.at)
                && difference.says.contains(&entry.says)
        })
    }
}
