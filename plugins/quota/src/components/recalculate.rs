//! **Recalculate**: the runs of the present period are worth what they would be worth by today's settings.

use std::collections::BTreeMap;

use muster_sdk::ids::{RoleId, UserId};
use muster_sdk::{ComponentSpec, Ctx, Handled, Press, tell_member};
use serde_json::json;

use super::panel;
use crate::manifest;
use crate::points::Points;
use crate::queries::ledger::{self, BookedRun};
use crate::queries::quotas;
use crate::quota::Quota;
use crate::{booking, resets, views};

/// For moderators.
pub fn spec() -> ComponentSpec {
    panel::spec()
}

/// Points that were given by hand stay as they are.
pub fn handle(ctx: &mut Ctx, press: Press<RoleId>) -> Handled {
    panel::check_own(ctx, press.member)?;
    let quota = quotas::find(ctx, press.data)?;
    let quota = quota.ok_or_else(|| tell_member(views::no_quota(press.data)))?;
    let (zone, _) = manifest::time_zone(ctx);
    let since = quota.schedule.period_at(ctx.now(), &zone).start;
    let runs = ledger::list_runs_of_role(ctx, quota.role, since)?;
    if runs.len() == ledger::MOST_RUNS {
        return Err(tell_member(views::TOO_MANY_RUNS));
    }
    let recalculated = Recalculated::of(&quota, &runs);
    for (dungeon, each) in &recalculated.dungeons {
        ledger::reprice(ctx, quota.role, since, dungeon, *each)?;
    }
    ledger::shift_sums(ctx, &recalculated.shifts)?;
    let meta = json!({
        "events": recalculated.events,
        "change": recalculated.change().to_string(),
        "since": since.iso8601(),
    });
    ctx.audit("quota.recalculate", resets::subject(quota.role), &meta)?;
    booking::refresh_now(ctx, quota.role)?;
    ctx.reply_private(views::recalculated(&recalculated))
}

/// What a recalculation changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recalculated {
    /// How many entries.
    pub events: usize,
    /// The dungeons whose runs are worth something else, and what each run is worth.
    pub dungeons: BTreeMap<String, Points>,
    /// By how much each organizer's points change, dungeon by dungeon.
    pub shifts: Vec<(UserId, String, Points)>,
}

impl Recalculated {
    /// What today's settings make of these runs.
    pub fn of(quota: &Quota, runs: &[BookedRun]) -> Self {
        let mut recalculated = Self::default();
        let mut shifts: BTreeMap<(UserId, &str), Points> = BTreeMap::new();
        for run in runs {
            let dungeon = run.dungeon_key.as_deref().unwrap_or_default();
            let each = quota.run_value(dungeon);
            let change = each.times(run.amount) - run.quota_points;
            if change == Points::ZERO {
                continue;
            }
            recalculated.events += 1;
            recalculated.dungeons.insert(dungeon.to_owned(), each);
            *shifts.entry((run.actor_user_id, dungeon)).or_default() += change;
        }
        recalculated.shifts = shifts
            .into_iter()
            .map(|((user, dungeon), change)| (user, dungeon.to_owned(), change))
            .collect();
        recalculated
    }

    /// By how much all points change together.
    pub fn change(&self) -> Points {
        self.shifts.iter().map(|(.., change)| *change).sum()
    }
}

#[cfg(test)]
mod tests {
    use muster_sdk::time::Timestamp;

    use super::*;
    use crate::period::Schedule;

    fn run(id: i64, dungeon: &str, amount: i64, worth: i64) -> BookedRun {
        BookedRun {
            id,
            actor_user_id: UserId(1),
            dungeon_key: Some(dungeon.into()),
            amount,
            quota_points: Points::whole(worth),
        }
    }

    #[test]
    fn only_what_is_worth_something_else_changes() {
        let quota = Quota {
            overrides: vec![("SHATTERS".into(), Points::whole(3))],
            ..Quota::new(RoleId(7), Schedule::first(Timestamp::from_seconds(0)))
        };
        let runs = [
            run(1, "SHATTERS", 1, 1),
            run(2, "SHATTERS", -2, -2),
            run(3, "SHATTERS", 1, 3),
            run(4, "NEST", 1, 1),
        ];
        let recalculated = Recalculated::of(&quota, &runs);
        assert_eq!(recalculated.events, 2);
        assert_eq!(
            recalculated.dungeons,
            [("SHATTERS".into(), Points::whole(3))].into()
        );
        assert_eq!(
            recalculated.shifts,
            [(UserId(1), "SHATTERS".into(), Points::whole(-2))]
        );
    }
}
