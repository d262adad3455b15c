//! By what name the host keeps the times of this plugin.

use std::fmt;

use crate::run::RunId;

/// Something that happens to a run when its time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimerName {
    /// `auto-end/42`: the run is too old.
    AutoEnd(RunId),
    /// `key-window/42`: nobody may join the party any more.
    KeyWindow(RunId),
}

impl fmt::Display for TimerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AutoEnd(run) => write!(f, "auto-end/{run}"),
            Self::KeyWindow(run) => write!(f, "key-window/{run}"),
        }
    }
}
