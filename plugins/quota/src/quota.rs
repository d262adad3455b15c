//! A role's quota: what its holders owe in a period, and what it counts.

use muster_dungeons::find_dungeon;
use muster_sdk::ids::{ChannelId, RoleId};

use crate::period::Schedule;
use crate::points::Points;

/// The quota of one Discord role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The role.
    pub role: RoleId,
    /// What each holder owes in a period.
    pub required: Points,
    /// When its periods begin and end.
    pub schedule: Schedule,
    /// What a run of an exaltation dungeon counts.
    pub base_exalt: Points,
    /// What any other run counts.
    pub base_other: Points,
    /// What other work counts.
    pub staff_work: StaffPoints,
    /// Where the role's panel was posted, if it has one.
    pub panel_channel: Option<ChannelId>,
    /// Dungeons that count something else, by key.
    pub overrides: Vec<(String, Points)>,
}

/// What work other than runs counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StaffPoints {
    /// A verified member.
    pub verify: Points,
    /// A warning.
    pub warn: Points,
    /// A suspension.
    pub suspend: Points,
    /// An answer to a member's letter.
    pub modmail_reply: Points,
    /// A member's name that was edited.
    pub edit_name: Points,
    /// A note about a member.
    pub add_note: Points,
}

/// Work that staff do besides runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffWork {
    /// Verified a member.
    Verify,
    /// Warned one.
    Warn,
    /// Suspended one.
    Suspend,
    /// Answered a member's letter.
    ModmailReply,
    /// Edited a member's name.
    EditName,
    /// Wrote a note about a member.
    AddNote,
}

impl Default for StaffPoints {
    /// Verification counts one point, the rest nothing.
    fn default() -> Self {
        Self {
            verify: Points::ONE,
            warn: Points::ZERO,
            suspend: Points::ZERO,
            modmail_reply: Points::ZERO,
            edit_name: Points::ZERO,
            add_note: Points::ZERO,
        }
    }
}

impl StaffPoints {
    /// What this work counts.
    pub fn of(&self, work: StaffWork) -> Points {
        match work {
            StaffWork::Verify => self.verify,
            StaffWork::Warn => self.warn,
            StaffWork::Suspend => self.suspend,
            StaffWork::ModmailReply => self.modmail_reply,
            StaffWork::EditName => self.edit_name,
            StaffWork::AddNote => self.add_note,
        }
    }
}

impl Quota {
    /// A quota as it begins.
    pub fn new(role: RoleId, schedule: Schedule) -> Self {
        Self {
            role,
            required: Points::ZERO,
            schedule,
            base_exalt: Points::ONE,
            base_other: Points::ONE,
            staff_work: StaffPoints::default(),
            panel_channel: None,
            overrides: Vec::new(),
        }
    }

    /// What a run of this dungeon counts. An override of 0 counts as 0.
    pub fn run_value(&self, dungeon_key: &str) -> Points {
        let is_meant = |(key, _): &&(String, Points)| key == dungeon_key;
        if let Some((_, points)) = self.overrides.iter().find(is_meant) {
            return *points;
        }
        self.base_value(dungeon_key)
    }

    /// What it would count without an override.
    pub fn base_value(&self, dungeon_key: &str) -> Points {
        match find_dungeon(dungeon_key) {
            Some(dungeon) if dungeon.exaltation => self.base_exalt,
            _ => self.base_other,
        }
    }
}

/// Which role an act is credited to, and with how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The role; none if the member holds no role with a quota.
    pub role: Option<RoleId>,
    /// The points.
    pub points: Points,
}

/// Where a role stands in the guild's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    position: i64,
    /// Of two roles at one position, the older one stands higher.
    age: std::cmp::Reverse<u64>,
}

impl Standing {
    /// The place of a role.
    pub fn of(role: RoleId, position: i64) -> Self {
        Self {
            position,
            age: std::cmp::Reverse(role.0),
        }
    }
}

/// Exactly one of the roles that a member holds is credited: the one for which the act counts most; among
/// equals the one that stands highest. Without any, `otherwise` is earned, and shows in no role's panel.
pub fn credit(
    held: &[(&Quota, Standing)],
    value: impl Fn(&Quota) -> Points,
    otherwise: Points,
) -> Credit {
    let best = held
        .iter()
        .max_by_key(|(quota, standing)| (value(quota), *standing));
    match best {
        Some((quota, _)) => Credit {
            role: Some(quota.role),
            points: value(quota),
        },
        None => Credit {
            role: None,
            points: otherwise,
        },
    }
}

#[cfg(test)]
mod tests {
    use muster_sdk::time::Timestamp;

    use super::*;

    fn quota(role: u64) -> Quota {
        Quota::new(RoleId(role), Schedule::first(Timestamp::from_seconds(0)))
    }

    fn with(role: u64, dungeon: &str, points: &str) -> Quota {
        let points = Points::parse(points).expect("a number");
        Quota {
            overrides: vec![(dungeon.to_owned(), points)],
            ..quota(role)
        }
    }

    fn credited(held: &[(&Quota, i64)]) -> (Option<u64>, String) {
        let held: Vec<_> = held
            .iter()
            .map(|(quota, position)| (*quota, Standing::of(quota.role, *position)))
            .collect();
        let credit = credit(&held, |quota| quota.run_value("SHATTERS"), Points::ONE);
        (credit.role.map(|role| role.0), credit.points.to_string())
    }

    #[test]
    fn without_a_quota_role_a_run_counts_one_for_no_panel() {
        assert_eq!(credited(&[]), (None, "1".into()));
    }

    #[test]
    fn an_override_on_a_held_role_counts() {
        assert_eq!(
            credited(&[(&with(1, "SHATTERS", "3"), 5)]),
            (Some(1), "3".into())
        );
        assert_eq!(
            credited(&[(&with(1, "NEST", "3"), 5)]),
            (Some(1), "1".into())
        );
    }

    #[test]
    fn of_two_roles_the_more_valuable_one_is_credited_alone() {
        let (two, three) = (with(1, "SHATTERS", "2"), with(2, "SHATTERS", "3"));
        assert_eq!(credited(&[(&two, 9), (&three, 1)]), (Some(2), "3".into()));
        assert_eq!(credited(&[(&three, 1), (&two, 9)]), (Some(2), "3".into()));
    }

    #[test]
    fn of_equals_the_higher_role_is_credited() {
        let (one, two) = (quota(1), quota(2));
        assert_eq!(credited(&[(&one, 4), (&two, 5)]), (Some(2), "1".into()));
        assert_eq!(credited(&[(&one, 5), (&two, 5)]), (Some(1), "1".into()));
    }

    #[test]
    fn an_override_of_nothing_is_nothing() {
        assert_eq!(
            credited(&[(&with(1, "SHATTERS", "0"), 5)]),
            (Some(1), "0".into())
        );
    }

    #[test]
    fn exaltation_dungeons_have_a_base_of_their_own() {
        let quota = Quota {
            base_exalt: Points::whole(2),
            base_other: Points::parse("0.5").expect("a number"),
            ..quota(1)
        };
        assert_eq!(quota.run_value("SHATTERS"), Points::whole(2));
        assert_eq!(quota.run_value("UNDEAD_LAIR").to_string(), "0.5");
        assert_eq!(quota.run_value("NO LONGER KNOWN").to_string(), "0.5");
    }
}
