//! Booking entries, and what follows: rankings that show them are drawn anew.

use std::time::Duration;

use muster_sdk::ids::RoleId;
use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Failure, Handled};

use crate::entry::{Entry, counts_at};
use crate::names::{PanelName, TimerName};
use crate::queries::{archive, ledger};
use crate::quota::Credit;

/// A ranking is drawn once in this time at most, however much is booked.
pub const REFRESH_EVERY: Duration = Duration::from_secs(5);

/// How often rankings are looked at although nothing was booked: members come and go.
pub const LOOK_EVERY: Duration = Duration::from_secs(600);

/// Books entries, each subject once. Says whether anything was new.
pub fn book(ctx: &mut Ctx, entries: &[Entry]) -> Result<bool, Failure> {
    let booked = ledger::book(ctx, entries)?;
    let mut roles: Vec<RoleId> = entries
        .iter()
        .zip(&booked)
        .filter_map(|(entry, booked)| entry.role.filter(|_| *booked))
        .collect();
    roles.sort_unstable();
    roles.dedup();
    for role in roles {
        refresh_soon(ctx, role)?;
    }
    Ok(booked.contains(&true))
}

/// When something counts that happened at `at` and is credited so: in a period that is still open.
pub fn time_of(ctx: &mut Ctx, credit: &Credit, at: Timestamp) -> Result<Timestamp, Failure> {
    let is_archived = match credit.role {
        Some(role) => archive::holds(ctx, role, at)?,
        None => false,
    };
    Ok(counts_at(at, ctx.now(), is_archived))
}

/// The role's ranking is drawn at the next beat: whatever is booked until then costs one edit.
pub fn refresh_soon(ctx: &mut Ctx, role: RoleId) -> Handled {
    let at = next_beat(ctx.now(), REFRESH_EVERY);
    ctx.timer(TimerName::Refresh(role), at)
}

/// The role's ranking is drawn as soon as its channel allows.
pub fn refresh_now(ctx: &mut Ctx, role: RoleId) -> Handled {
    ctx.refresh(PanelName::Ranking(role))?;
    ctx.refresh(PanelName::all_configs(role))
}

/// All rankings are looked at again in a while.
pub fn look_again(ctx: &mut Ctx) -> Handled {
    let at = next_beat(ctx.now(), LOOK_EVERY);
    ctx.timer(TimerName::RefreshAll, at)
}

/// The next moment that is a whole number of `every` since 1970: setting a timer to it twice sets one.
fn next_beat(now: Timestamp, every: Duration) -> Timestamp {
    let every_ms = i64::try_from(every.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis((now.millis().div_euclid(every_ms) + 1).saturating_mul(every_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_are_the_same_for_everything_before_them() {
        let beat = |ms| next_beat(Timestamp::from_millis(ms), REFRESH_EVERY).millis();
        assert_eq!(
            [10_000, 10_001, 14_999, 15_000].map(beat),
            [15_000, 15_000, 15_000, 20_000]
        );
    }
}
