//! By what name the host keeps the times of this plugin.

use std::fmt;

use crate::headcount::{DraftId, HeadcountId};
use crate::party::PartyId;
use crate::run::RunId;

/// Something that happens when its time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimerName {
    /// `auto-end/42`: the run is too old.
    AutoEnd(RunId),
    /// `key-window/42`: nobody may join the party any more.
    KeyWindow(RunId),
    /// `hc-draft/3`: the menus of `/headcount` were open for too long.
    HeadcountDraft(DraftId),
    /// `hc-close/7`: the headcount is too old.
    HeadcountClose(HeadcountId),
    /// `party-close/4`: the party's time is up.
    PartyClose(PartyId),
    /// `party-warning/4/10`: so many minutes are left.
    PartyWarning(PartyId, u32),
    /// `orphans`: whose channel or panel is gone is looked at every hour.
    Orphans,
    /// `orphan/42`: it is looked at now.
    Orphan(RunId),
    /// `run-roles`: roles of runs that are over are deleted again, in case the first time failed.
    RunRoles,
    /// `give-roles/42`: who took part before the run had a role gets it.
    GiveRoles(RunId),
    /// `delete-log/42`: the run has been over for so long that nobody looks at its log any more.
    DeleteLog(RunId),
    /// `delete-hc-log/7`: the same for a headcount that became no run.
    DeleteHeadcountLog(HeadcountId),
}

impl fmt::Display for TimerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AutoEnd(run) => write!(f, "auto-end/{run}"),
            Self::KeyWindow(run) => write!(f, "key-window/{run}"),
            Self::HeadcountDraft(draft) => write!(f, "hc-draft/{draft}"),
            Self::HeadcountClose(headcount) => write!(f, "hc-close/{headcount}"),
            Self::PartyClose(party) => write!(f, "party-close/{party}"),
            Self::PartyWarning(party, minutes) => write!(f, "party-warning/{party}/{minutes}"),
            Self::Orphans => f.write_str("orphans"),
            Self::Orphan(run) => write!(f, "orphan/{run}"),
            Self::RunRoles => f.write_str("run-roles"),
            Self::DeleteLog(run) => write!(f, "delete-log/{run}"),
            Self::DeleteHeadcountLog(headcount) => write!(f, "delete-hc-log/{headcount}"),
            Self::GiveRoles(run) => write!(f, "give-roles/{run}"),
        }
    }
}
