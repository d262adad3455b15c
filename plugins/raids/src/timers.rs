//! What happens when its time has come, one file each.

pub mod auto_end;
pub mod delete_log;
pub mod headcount;
pub mod key_window;
pub mod orphans;
pub mod party;
pub mod run_roles;

use std::time::Duration;

use muster_sdk::time::Timestamp;

/// The next full so many minutes: whoever sets such a timer again means the same time.
fn on_the(minutes: u64, now: Timestamp) -> Timestamp {
    let period_ms = i64::try_from(minutes * 60_000).unwrap_or(i64::MAX);
    let passed_ms = now.millis().rem_euclid(period_ms);
    let left_ms = u64::try_from(period_ms - passed_ms).unwrap_or_default();
    now.plus(Duration::from_millis(left_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sweeps_are_on_the_quarter_and_the_hour() {
        let at = |seconds: i64| Timestamp::from_seconds(1_700_002_800 + seconds);
        assert_eq!(on_the(60, at(0)), at(3600));
        assert_eq!(on_the(60, at(1)), at(3600));
        assert_eq!(on_the(15, at(899)), at(900));
        assert_eq!(on_the(15, at(900)), at(1800));
    }
}
