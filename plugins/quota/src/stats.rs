//! What a member has done and earned, out of the kept sums.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::entry::Action;
use crate::points::Points;
use crate::queries::ledger::Sum;
use crate::quota::StaffWork;

/// Everything about one member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Raider points.
    pub points: Points,
    /// Quota points.
    pub quota_points: Points,
    /// Runs that they organized.
    pub organized: i64,
    /// Members whom they verified.
    pub verified: i64,
    /// Keys that they popped.
    pub keys: i64,
    /// Dungeon by dungeon, the busiest first.
    pub dungeons: Vec<DungeonStats>,
}

/// What a member did in one dungeon.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DungeonStats {
    /// The dungeon's key; it may no longer be in the data.
    pub key: String,
    /// Runs that they took part in.
    pub completed: i64,
    /// Keys that they popped.
    pub keys: i64,
    /// Runs that they organized.
    pub organized: i64,
}

impl DungeonStats {
    fn activity(&self) -> i64 {
        self.completed + self.keys + self.organized
    }

    fn is_idle(&self) -> bool {
        self.completed == 0 && self.keys == 0 && self.organized == 0
    }
}

impl Stats {
    /// From somebody's sums.
    pub fn of(sums: &[Sum]) -> Self {
        let mut stats = Self::default();
        let mut dungeons: BTreeMap<&str, DungeonStats> = BTreeMap::new();
        for sum in sums {
            stats.points += sum.points;
            stats.quota_points += sum.quota_points;
            let mut there = DungeonStats::default();
            match sum.action.as_str() {
                action if action == Action::RunCompleted.as_str() => {
                    stats.organized += sum.amount;
                    there.organized = sum.amount;
                }
                action if action == Action::RaiderCompleted.as_str() => {
                    there.completed = sum.amount
                }
                action if action == Action::KeyPop.as_str() => {
                    stats.keys += sum.amount;
                    there.keys = sum.amount;
                }
                action if action == Action::Staff(StaffWork::Verify).as_str() => {
                    stats.verified += sum.amount;
                }
                _ => {}
            }
            if !sum.dungeon_key.is_empty() {
                let dungeon = dungeons.entry(&sum.dungeon_key).or_default();
                dungeon.completed += there.completed;
                dungeon.keys += there.keys;
                dungeon.organized += there.organized;
            }
        }
        stats.dungeons = dungeons
            .into_iter()
            .map(|(key, dungeon)| DungeonStats {
                key: key.to_owned(),
                ..dungeon
            })
            .filter(|dungeon| !dungeon.is_idle())
            .collect();
        stats
            .dungeons
            .sort_by_key(|dungeon| (Reverse(dungeon.activity()), dungeon.key.clone()));
        stats
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(action: Action, dungeon: &str, amount: i64, points: i64, quota_points: i64) -> Sum {
        Sum {
            action: action.as_str().into(),
            dungeon_key: dungeon.into(),
            amount,
            points: Points::whole(points),
            quota_points: Points::whole(quota_points),
        }
    }

    #[test]
    fn runs_and_keys_are_counted_dungeon_by_dungeon() {
        let stats = Stats::of(&[
            sum(Action::RunCompleted, "NEST", 2, 0, 6),
            sum(Action::RaiderCompleted, "SHATTERS", 3, 3, 0),
            sum(Action::KeyPop, "SHATTERS", 1, 5, 0),
            sum(Action::Staff(StaffWork::Verify), "", 4, 0, 4),
        ]);
        assert_eq!(
            (stats.points, stats.quota_points),
            (Points::whole(8), Points::whole(10))
        );
        assert_eq!((stats.organized, stats.verified, stats.keys), (2, 4, 1));
        let keys: Vec<&str> = stats
            .dungeons
            .iter()
            .map(|dungeon| dungeon.key.as_str())
            .collect();
        assert_eq!(keys, ["SHATTERS", "NEST"], "the busiest first");
    }

    #[test]
    fn an_adjustment_by_hand_is_no_run() {
        let stats = Stats::of(&[sum(Action::ManualAdjust, "", 0, 0, 5)]);
        assert_eq!((stats.organized, stats.quota_points), (0, Points::whole(5)));
        assert_eq!(stats.dungeons, []);
    }

    #[test]
    fn what_was_taken_back_is_gone() {
        let stats = Stats::of(&[sum(Action::RunCompleted, "NEST", 0, 0, 0)]);
        assert_eq!((stats.organized, stats.dungeons.len()), (0, 0));
    }
}
