//! By what name the host keeps the messages that this plugin shows.

use std::fmt;

use muster_sdk::ids::UserId;

use crate::run::RunId;

/// A panel: a message that is drawn anew when its run changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanelName {
    /// `run/42`: what everybody sees.
    Run(RunId),
    /// `organizer/42/1`: the organizer's panel, one for each member who looks at it.
    Organizer(RunId, UserId),
    /// `starter/42`: what begins the run's thread in the raid log.
    Starter(RunId),
}

impl PanelName {
    /// The panel of that name, if it is one of ours.
    pub fn parse(name: &str) -> Option<Self> {
        let mut parts = name.split('/');
        match (
            parts.next()?,
            RunId::parse(parts.next()?)?,
            parts.next(),
            parts.next(),
        ) {
            ("run", run, None, None) => Some(Self::Run(run)),
            ("starter", run, None, None) => Some(Self::Starter(run)),
            ("organizer", run, Some(user), None) => Some(Self::Organizer(run, user.parse().ok()?)),
            _ => None,
        }
    }

    /// All organizers' panels of a run, for a refresh.
    pub fn all_organizers(run: RunId) -> String {
        format!("organizer/{run}/*")
    }
}

impl fmt::Display for PanelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(run) => write!(f, "run/{run}"),
            Self::Organizer(run, user) => write!(f, "organizer/{run}/{user}"),
            Self::Starter(run) => write!(f, "starter/{run}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_others_are_none() {
        for panel in [
            PanelName::Run(RunId(42)),
            PanelName::Organizer(RunId(42), UserId(7)),
            PanelName::Starter(RunId(42)),
        ] {
            assert_eq!(PanelName::parse(&panel.to_string()), Some(panel));
        }
        for name in [
            "",
            "run",
            "run/x",
            "run/42/7",
            "organizer/42",
            "organizer/42/x",
            "organizer/42/7/1",
            "starter/42/7",
        ] {
            assert_eq!(PanelName::parse(name), None, "{name}");
        }
    }
}
