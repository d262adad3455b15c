//! Entries of the ledger: what counted, for whom, and how much. The rules that make entries of what happened
//! are here, and know of no database.

use muster_sdk::ids::{RoleId, UserId};
use muster_sdk::time::Timestamp;

use crate::points::Points;
use crate::quota::{Credit, StaffWork};

/// What somebody did that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Organized a run.
    RunCompleted,
    /// Took part in one.
    RaiderCompleted,
    /// Popped a key.
    KeyPop,
    /// Nothing: staff adjusted the points.
    ManualAdjust,
    /// Other work of staff.
    Staff(StaffWork),
}

impl Action {
    /// As the database holds it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RunCompleted => "run_completed",
            Self::RaiderCompleted => "raider_completed",
            Self::KeyPop => "key_pop",
            Self::ManualAdjust => "manual_adjust",
            Self::Staff(StaffWork::Verify) => "verify_member",
            Self::Staff(StaffWork::Warn) => "warn",
            Self::Staff(StaffWork::Suspend) => "suspend",
            Self::Staff(StaffWork::EditName) => "editname",
            Self::Staff(StaffWork::AddNote) => "addnote",
            Self::Staff(StaffWork::ModmailReply) => "modmail_reply",
        }
    }
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whom it counts for.
    pub user: UserId,
    /// What they did.
    pub action: Action,
    /// What it was for: the same thing counts once. None for what may be booked again and again.
    pub subject: Option<String>,
    /// The period within which the subject counts once; none if it counts once for ever.
    pub once_in: Option<Timestamp>,
    /// The dungeon, where there is one.
    pub dungeon: Option<String>,
    /// How many runs, keys or acts; negative takes back.
    pub amount: i64,
    /// Raider points.
    pub points: Points,
    /// Quota points.
    pub quota_points: Points,
    /// The role whose quota it counts for.
    pub role: Option<RoleId>,
    /// Who booked it by hand.
    pub by: Option<UserId>,
    /// Why, if they said so.
    pub reason: Option<String>,
    /// When it counts.
    pub at: Timestamp,
}

impl Entry {
    /// One act of somebody, worth nothing so far.
    pub fn new(user: UserId, action: Action, at: Timestamp) -> Self {
        Self {
            user,
            action,
            subject: None,
            once_in: None,
            dungeon: None,
            amount: 1,
            points: Points::ZERO,
            quota_points: Points::ZERO,
            role: None,
            by: None,
            reason: None,
            at,
        }
    }
}

/// A run that ended, as its plugin tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedRun {
    /// Its number.
    pub run: i64,
    /// Who led it.
    pub organizer: UserId,
    /// Its dungeon.
    pub dungeon: String,
    /// Whether it counts for anybody.
    pub awards: bool,
    /// Whom it counts for; after key pops, those of the last one.
    pub participants: Vec<UserId>,
    /// How many keys were popped.
    pub key_pops: u32,
}

/// What an ended run gives: to its organizer, unless key pops did already, and to each participant once.
pub fn of_ended_run(
    run: &EndedRun,
    credit: Credit,
    each: Points,
    organizer_at: Timestamp,
    at: Timestamp,
) -> Vec<Entry> {
    if !run.awards {
        return Vec::new();
    }
    let mut entries = Vec::with_capacity(run.participants.len() + 1);
    if run.key_pops == 0 {
        let subject = format!("run:{}", run.run);
        entries.push(organized(
            run.organizer,
            &run.dungeon,
            subject,
            credit,
            organizer_at,
        ));
    }
    let snapshot = (run.key_pops > 0).then_some(run.key_pops);
    entries.extend(completions(
        run.run,
        snapshot,
        &run.dungeon,
        &run.participants,
        each,
        at,
    ));
    entries
}

/// A key that was popped in a run, as the run's plugin tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoppedKey {
    /// The run's number.
    pub run: i64,
    /// Who led it.
    pub organizer: UserId,
    /// Its dungeon.
    pub dungeon: String,
    /// Which key it was, counted from 1.
    pub number: u32,
    /// Who completed the key before.
    pub completed: Vec<UserId>,
}

/// What a popped key gives: the organizer a run, and those of the key before their completion.
pub fn of_popped_key(
    pop: &PoppedKey,
    credit: Credit,
    each: Points,
    organizer_at: Timestamp,
    at: Timestamp,
) -> Vec<Entry> {
    let subject = format!("run:{}:keypop:{}", pop.run, pop.number);
    let mut entries = vec![organized(
        pop.organizer,
        &pop.dungeon,
        subject,
        credit,
        organizer_at,
    )];
    if let Some(before) = pop.number.checked_sub(1).filter(|before| *before > 0) {
        let completed = &pop.completed;
        entries.extend(completions(
            pop.run,
            Some(before),
            &pop.dungeon,
            completed,
            each,
            at,
        ));
    }
    entries
}

fn organized(
    organizer: UserId,
    dungeon: &str,
    subject: String,
    credit: Credit,
    at: Timestamp,
) -> Entry {
    Entry {
        subject: Some(subject),
        dungeon: Some(dungeon.to_owned()),
        quota_points: credit.points,
        role: credit.role,
        ..Entry::new(organizer, Action::RunCompleted, at)
    }
}

/// Each raider once, however often they are named.
fn completions(
    run: i64,
    snapshot: Option<u32>,
    dungeon: &str,
    raiders: &[UserId],
    each: Points,
    at: Timestamp,
) -> Vec<Entry> {
    let mut raiders = raiders.to_vec();
    raiders.sort_unstable();
    raiders.dedup();
    let entry = |raider: UserId| Entry {
        subject: Some(match snapshot {
            Some(number) => format!("raider:{run}:{number}:{raider}"),
            None => format!("raider:{run}:{raider}"),
        }),
        dungeon: Some(dungeon.to_owned()),
        points: each,
        ..Entry::new(raider, Action::RaiderCompleted, at)
    };
    raiders.into_iter().map(entry).collect()
}

/// What a change of a member's keys comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyChange {
    /// The member's keys of this kind afterwards; never below 0.
    pub total: i64,
    /// By how many they really changed.
    pub changed: i64,
    /// Points for them; negative if keys were taken back.
    pub points: Points,
}

/// What becomes of a count of keys when `amount` are added or taken back, each worth `each`.
pub fn change_keys(before: i64, amount: i64, each: Points) -> KeyChange {
    let total = before.saturating_add(amount).max(0);
    let changed = total - before;
    KeyChange {
        total,
        changed,
        points: each.times(changed),
    }
}

/// When something counts that happened at `at`: then, unless its period is over and archived; then now.
pub fn counts_at(at: Timestamp, now: Timestamp, is_archived: bool) -> Timestamp {
    if is_archived { now } else { at }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_seconds(1_750_000_000);

    fn ended(participants: &[u64], key_pops: u32) -> EndedRun {
        EndedRun {
            run: 42,
            organizer: UserId(1),
            dungeon: "SHATTERS".into(),
            awards: true,
            participants: participants.iter().copied().map(UserId).collect(),
            key_pops,
        }
    }

    fn credit() -> Credit {
        Credit {
            role: Some(RoleId(9)),
            points: Points::whole(3),
        }
    }

    fn entries(run: &EndedRun) -> Vec<Entry> {
        of_ended_run(run, credit(), Points::whole(2), AT, AT)
    }

    #[test]
    fn an_ended_run_counts_for_its_organizer_and_each_raider() {
        let entries = entries(&ended(&[2, 3, 4, 5], 0));
        assert_eq!(entries[0].subject.as_deref(), Some("run:42"));
        assert_eq!(
            (entries[0].quota_points, entries[0].points, entries[0].role),
            (Points::whole(3), Points::ZERO, Some(RoleId(9)))
        );
        assert_eq!(entries.len(), 5);
        for (entry, raider) in entries[1..].iter().zip(2..) {
            assert_eq!(entry.subject, Some(format!("raider:42:{raider}")));
            assert_eq!(
                (entry.points, entry.quota_points),
                (Points::whole(2), Points::ZERO)
            );
        }
    }

    #[test]
    fn a_raider_who_is_named_twice_counts_once() {
        assert_eq!(entries(&ended(&[2, 2], 0)).len(), 2);
    }

    #[test]
    fn the_organizer_counts_as_a_raider_only_if_they_joined() {
        let users =
            |run: &EndedRun| -> Vec<u64> { entries(run).iter().map(|e| e.user.0).collect() };
        assert_eq!(users(&ended(&[2], 0)), [1, 2]);
        assert_eq!(users(&ended(&[1, 2], 0)), [1, 1, 2]);
    }

    #[test]
    fn a_run_that_awards_nobody_gives_nothing() {
        let run = EndedRun {
            awards: false,
            ..ended(&[2], 0)
        };
        assert_eq!(entries(&run), []);
    }

    #[test]
    fn after_key_pops_the_end_counts_for_the_last_pops_raiders_only() {
        let entries = entries(&ended(&[2], 3));
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].subject.as_deref(), Some("raider:42:3:2"));
    }

    #[test]
    fn a_pop_counts_a_run_and_completes_the_key_before() {
        let mut pop = PoppedKey {
            run: 42,
            organizer: UserId(1),
            dungeon: "SHATTERS".into(),
            number: 2,
            completed: vec![UserId(7)],
        };
        let subjects = |pop: &PoppedKey| -> Vec<String> {
            let entries = of_popped_key(pop, credit(), Points::ONE, AT, AT);
            entries
                .into_iter()
                .filter_map(|entry| entry.subject)
                .collect()
        };
        assert_eq!(subjects(&pop), ["run:42:keypop:2", "raider:42:1:7"]);
        pop.number = 1;
        assert_eq!(subjects(&pop), ["run:42:keypop:1"], "nothing was completed");
    }

    #[test]
    fn keys_are_never_fewer_than_none_and_points_follow() {
        let five = Points::whole(5);
        assert_eq!(
            change_keys(1, -3, five),
            KeyChange {
                total: 0,
                changed: -1,
                points: Points::whole(-5)
            }
        );
        assert_eq!(
            change_keys(0, -3, five),
            KeyChange {
                total: 0,
                changed: 0,
                points: Points::ZERO
            }
        );
        assert_eq!(
            change_keys(2, 3, five),
            KeyChange {
                total: 5,
                changed: 3,
                points: Points::whole(15)
            }
        );
    }

    #[test]
    fn what_comes_too_late_for_its_period_counts_when_it_is_booked() {
        let now = Timestamp::from_seconds(1_750_000_060);
        assert_eq!(counts_at(AT, now, false), AT);
        assert_eq!(counts_at(AT, now, true), now);
    }
}
