//! By what names the host keeps this plugin's messages and times.

use std::fmt;

use muster_sdk::FromName;
use muster_sdk::ids::{RoleId, UserId};

use crate::queries::leaderboards::BoardId;
use crate::queries::values::Earning;

/// A message that is drawn anew when what it shows changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PanelName {
    /// `ranking/7`: a role's quota, for everybody.
    Ranking(RoleId),
    /// `config/7/1/main`: a role's settings, in front of one member.
    Config(RoleId, UserId, ConfigView),
    /// `points/1/main`: what raiders earn, in front of one member.
    Points(UserId, PointsView),
    /// `leaderboard/3`.
    Leaderboard(BoardId),
}

/// What of a role's settings is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigView {
    /// All of them in short.
    Main,
    /// Menus of dungeons, by page.
    Dungeons(u16),
    /// Whether to reset it.
    Reset,
    /// Whether to delete it.
    Delete,
    /// All in short, without buttons.
    Stopped,
}

/// What of the raiders' points is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointsView {
    /// All in short.
    Main,
    /// Menus of dungeons, by page.
    Dungeons(Earning, u16),
    /// All in short, without buttons.
    Stopped,
}

impl fmt::Display for ConfigView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Main => f.write_str("main"),
            Self::Dungeons(page) => write!(f, "dungeons/{page}"),
            Self::Reset => f.write_str("reset"),
            Self::Delete => f.write_str("delete"),
            Self::Stopped => f.write_str("stopped"),
        }
    }
}

impl FromName for ConfigView {
    fn from_name(text: &str) -> Option<Self> {
        Some(match text {
            "main" => Self::Main,
            "reset" => Self::Reset,
            "delete" => Self::Delete,
            "stopped" => Self::Stopped,
            _ => Self::Dungeons(text.strip_prefix("dungeons/")?.parse().ok()?),
        })
    }
}

impl fmt::Display for PointsView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Main => f.write_str("main"),
            Self::Dungeons(earning, page) => write!(f, "dungeons/{}/{page}", earning.as_str()),
            Self::Stopped => f.write_str("stopped"),
        }
    }
}

impl FromName for PointsView {
    fn from_name(text: &str) -> Option<Self> {
        Some(match text {
            "main" => Self::Main,
            "stopped" => Self::Stopped,
            _ => {
                let (earning, page) = FromName::from_name(text.strip_prefix("dungeons/")?)?;
                Self::Dungeons(earning, page)
            }
        })
    }
}

impl fmt::Display for PanelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ranking(role) => write!(f, "ranking/{role}"),
            Self::Config(role, user, view) => write!(f, "config/{role}/{user}/{view}"),
            Self::Points(user, view) => write!(f, "points/{user}/{view}"),
            Self::Leaderboard(id) => write!(f, "leaderboard/{id}"),
        }
    }
}

impl PanelName {
    /// Every open panel of a role's settings, for a refresh.
    pub fn all_configs(role: RoleId) -> String {
        format!("config/{role}/*")
    }

    /// Every open panel of the raiders' points.
    pub const ALL_POINTS: &str = "points/*";

    /// The settings that a member has in front of them, by the name of the panel on which they pressed.
    pub fn parse(name: &str) -> Option<Self> {
        let (kind, rest) = name.split_once('/')?;
        Some(match kind {
            "ranking" => Self::Ranking(FromName::from_name(rest)?),
            "config" => {
                let (role, user, view) = FromName::from_name(rest)?;
                Self::Config(role, user, view)
            }
            "points" => {
                let (user, view) = FromName::from_name(rest)?;
                Self::Points(user, view)
            }
            "leaderboard" => Self::Leaderboard(FromName::from_name(rest)?),
            _ => return None,
        })
    }
}

/// Something that happens when its time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimerName {
    /// `reset/7`: a role's period ends.
    Reset(RoleId),
    /// `refresh/7`: a role's ranking may have changed.
    Refresh(RoleId),
    /// `refresh-all`: members may have come and gone.
    RefreshAll,
    /// `close/3`: a leaderboard is paged no more.
    Close(BoardId),
}

impl fmt::Display for TimerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reset(role) => write!(f, "reset/{role}"),
            Self::Refresh(role) => write!(f, "refresh/{role}"),
            Self::RefreshAll => f.write_str("refresh-all"),
            Self::Close(id) => write!(f, "close/{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_others_are_none() {
        let (role, user) = (RoleId(7), UserId(1));
        for panel in [
            PanelName::Ranking(role),
            PanelName::Config(role, user, ConfigView::Main),
            PanelName::Config(role, user, ConfigView::Dungeons(2)),
            PanelName::Config(role, user, ConfigView::Stopped),
            PanelName::Points(user, PointsView::Main),
            PanelName::Points(user, PointsView::Dungeons(Earning::Key, 1)),
            PanelName::Leaderboard(BoardId(3)),
        ] {
            assert_eq!(PanelName::parse(&panel.to_string()), Some(panel));
        }
        for name in [
            "",
            "ranking",
            "ranking/x",
            "config/7/1",
            "config/7/1/x",
            "points/1/dungeons/x/1",
        ] {
            assert_eq!(PanelName::parse(name), None, "{name}");
        }
    }
}
