//! How many sessions may begin in a day.
//!
//! Discord allows 1,000 and resets the bot's token beyond that
//! ([Discord Docs/Gateway, "Session Start Limit"](https://discord.com/developers/docs/events/gateway#session-start-limit-object)).
//! The bot stops at half, so that a loop is found before it does harm. The count outlives the
//! process: a crash loop would spend as many.

use std::collections::VecDeque;
use std::time::Duration;

use async_trait::async_trait;
use muster_core::Timestamp;
use parking_lot::Mutex;

/// Sessions that may begin in [`DAY`].
pub const SESSIONS_PER_DAY: usize = 500;

/// The span in which sessions are counted.
pub const DAY: Duration = Duration::from_secs(24 * 3600);

/// Counts sessions that begin. What is kept in the database outlives a crash loop.
#[async_trait]
pub trait IdentifyBudget: Send + Sync + 'static {
    /// Counts one session of a shard that is about to begin at `now`; false if it must not, because
    /// [`SESSIONS_PER_DAY`] began in the last 24 hours.
    async fn take(&self, shard: u32, now: Timestamp) -> bool;
}

/// A budget that forgets with the process: for the playground and tests.
#[derive(Debug)]
pub struct ForgetfulBudget {
    limit: usize,
    begun: Mutex<VecDeque<Timestamp>>,
}

impl ForgetfulBudget {
    /// At most `limit` sessions a day.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            begun: Mutex::default(),
        }
    }

    /// Sessions that began.
    pub fn taken(&self) -> usize {
        self.begun.lock().len()
    }
}

impl Default for ForgetfulBudget {
    fn default() -> Self {
        Self::new(SESSIONS_PER_DAY)
    }
}

#[async_trait]
impl IdentifyBudget for ForgetfulBudget {
    async fn take(&self, _shard: u32, now: Timestamp) -> bool {
        let mut begun = self.begun.lock();
        while begun.front().is_some_and(|first| first.plus(DAY) <= now) {
            begun.pop_front();
        }
        if begun.len() >= self.limit {
            return false;
        }
        begun.push_back(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_budget_returns_after_a_day() {
        let budget = ForgetfulBudget::new(2);
        let at = Timestamp::from_ms;
        assert!(budget.take(0, at(0)).await);
        assert!(budget.take(0, at(1)).await);
        assert!(!budget.take(0, at(2)).await);
        assert!(budget.take(0, at(0).plus(DAY)).await);
    }
}
