//! By what name the host keeps the messages that this plugin shows.

use std::fmt;

use muster_sdk::FromName;
use muster_sdk::ids::UserId;

use crate::headcount::{DraftId, HeadcountId};
use crate::party::PartyId;
use crate::run::RunId;

/// A panel: a message that is drawn anew when what it shows changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanelName {
    /// `run/42`: what everybody sees.
    Run(RunId),
    /// `organizer/42/1`: the organizer's panel, one for each member who looks at it.
    Organizer(RunId, UserId),
    /// `starter/42`: what begins the run's thread in the raid log.
    Starter(RunId),
    /// `hc-draft/3`: the menus of `/headcount`, for who used it.
    HeadcountDraft(DraftId),
    /// `headcount/7`: what everybody sees. When it becomes a run, its message shows that run's panel.
    Headcount(HeadcountId),
    /// `hc-organizer/7/1`: the organizer's panel, one for each member who looks at it.
    HeadcountOrganizer(HeadcountId, UserId),
    /// `hc-starter/7`: what begins the headcount's thread in the raid log.
    HeadcountStarter(HeadcountId),
    /// `party/4`: a party that members may join.
    Party(PartyId),
    /// `role-pings/2/0`: buttons for roles; which sending of them, and which message of it.
    RolePings(i64, u32),
    /// `keys/42/1` of a member, `keys/42` in the raid log: where popped keys are logged after the end.
    Keys(KeyPanel),
}

/// A panel on which keys of a run are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPanel {
    /// Of this run.
    pub run: RunId,
    /// Who alone sees it; nobody where it stands in the raid log.
    pub viewer: Option<UserId>,
}

impl FromName for KeyPanel {
    fn from_name(text: &str) -> Option<Self> {
        let (run, viewer) = match text.split_once('/') {
            Some((run, viewer)) => (run, Some(viewer.parse().ok()?)),
            None => (text, None),
        };
        let run = RunId::parse(run)?;
        Some(Self { run, viewer })
    }
}

impl PanelName {
    /// The panel of that name, if it is one of ours.
    pub fn parse(name: &str) -> Option<Self> {
        let (kind, data) = name.split_once('/')?;
        match kind {
            "run" => RunId::from_name(data).map(Self::Run),
            "starter" => RunId::from_name(data).map(Self::Starter),
            "organizer" => {
                let (run, user) = FromName::from_name(data)?;
                Some(Self::Organizer(run, user))
            }
            "hc-draft" => DraftId::from_name(data).map(Self::HeadcountDraft),
            "headcount" => HeadcountId::from_name(data).map(Self::Headcount),
            "hc-starter" => HeadcountId::from_name(data).map(Self::HeadcountStarter),
            "party" => PartyId::from_name(data).map(Self::Party),
            "role-pings" => {
                let (sending, page) = FromName::from_name(data)?;
                Some(Self::RolePings(sending, page))
            }
            "hc-organizer" => {
                let (headcount, user) = FromName::from_name(data)?;
                Some(Self::HeadcountOrganizer(headcount, user))
            }
            "keys" => KeyPanel::from_name(data).map(Self::Keys),
            _ => None,
        }
    }

    /// All organizers' panels of a run, for a refresh.
    pub fn all_organizers(run: RunId) -> String {
        format!("organizer/{run}/*")
    }

    /// All organizers' panels of a headcount, for a refresh.
    pub fn all_headcount_organizers(headcount: HeadcountId) -> String {
        format!("hc-organizer/{headcount}/*")
    }
}

impl PanelName {
    /// The panels of members on which keys of a run are logged.
    pub fn all_keys(run: RunId) -> String {
        format!("keys/{run}/*")
    }
}

impl fmt::Display for PanelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(run) => write!(f, "run/{run}"),
            Self::Organizer(run, user) => write!(f, "organizer/{run}/{user}"),
            Self::Starter(run) => write!(f, "starter/{run}"),
            Self::HeadcountDraft(draft) => write!(f, "hc-draft/{draft}"),
            Self::Headcount(headcount) => write!(f, "headcount/{headcount}"),
            Self::HeadcountOrganizer(headcount, user) => {
                write!(f, "hc-organizer/{headcount}/{user}")
            }
            Self::HeadcountStarter(headcount) => write!(f, "hc-starter/{headcount}"),
            Self::Party(party) => write!(f, "party/{party}"),
            Self::RolePings(sending, page) => write!(f, "role-pings/{sending}/{page}"),
            Self::Keys(KeyPanel { run, viewer: None }) => write!(f, "keys/{run}"),
            Self::Keys(KeyPanel {
                run,
                viewer: Some(viewer),
            }) => write!(f, "keys/{run}/{viewer}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(viewer: Option<UserId>) -> PanelName {
        let run = RunId(42);
        PanelName::Keys(KeyPanel { run, viewer })
    }

    #[test]
    fn names_are_read_back_and_others_are_none() {
        for panel in [
            PanelName::Run(RunId(42)),
            PanelName::Organizer(RunId(42), UserId(7)),
            PanelName::Starter(RunId(42)),
            PanelName::HeadcountDraft(DraftId(3)),
            PanelName::Headcount(HeadcountId(7)),
            PanelName::HeadcountOrganizer(HeadcountId(7), UserId(1)),
            PanelName::HeadcountStarter(HeadcountId(7)),
            PanelName::Party(PartyId(4)),
            PanelName::RolePings(2, 0),
            keys(None),
            keys(Some(UserId(7))),
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
            "headcount",
            "headcount/x",
            "hc-organizer/7",
            "keys/42/x",
            "keys/42/7/1",
        ] {
            assert_eq!(PanelName::parse(name), None, "{name}");
        }
    }
}
