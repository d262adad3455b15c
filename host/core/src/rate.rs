//! Limits per user: a sliding window for each (guild, user, class).

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::ids::{GuildId, UserId};

/// At most `limit` uses in any `per_seconds` seconds, shared by all that name the same class.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Commands and components of one class of one plugin share one window.
    pub class: String,
    /// Uses allowed, at least 1.
    pub limit: u32,
    /// Window, in seconds, at least 1.
    pub per_seconds: u32,
}

impl Rate {
    /// What holds for a command that declares nothing: 5 in 10 s.
    pub fn of_commands() -> Self {
        Self {
            class: "commands".into(),
            limit: 5,
            per_seconds: 10,
        }
    }

    /// What holds for a component that declares nothing: 5 in 8 s.
    pub fn of_components() -> Self {
        Self {
            class: "components".into(),
            limit: 5,
            per_seconds: 8,
        }
    }
}

/// The uses of the recent past. Kept in memory only: a restart forgives.
#[derive(Debug, Default)]
pub struct RateLimiter {
    windows: HashMap<(GuildId, UserId, String), VecDeque<Timestamp>>,
    uses_since_sweep: usize,
}

/// How many uses pass between two sweeps of windows that ran empty.
const SWEEP_EVERY: usize = 4096;

impl RateLimiter {
    /// Counts one use, or says how long to wait. `scope` names the plugin.
    pub fn try_use(
        &mut self,
        guild: GuildId,
        user: UserId,
        scope: &str,
        rate: &Rate,
        now: Timestamp,
    ) -> Result<(), Duration> {
        self.sweep(now);
        let span = Duration::from_secs(rate.per_seconds.into());
        let key = (guild, user, format!("{scope}/{}", rate.class));
        let window = self.windows.entry(key).or_default();
        while window.front().is_some_and(|used| used.plus(span) <= now) {
            window.pop_front();
        }
        match window.front() {
            Some(oldest) if window.len() >= rate.limit as usize => {
                Err(oldest.plus(span).since(now))
            }
            _ => {
                window.push_back(now);
                Ok(())
            }
        }
    }

    fn sweep(&mut self, now: Timestamp) {
        self.uses_since_sweep += 1;
        if self.uses_since_sweep < SWEEP_EVERY {
            return;
        }
        self.uses_since_sweep = 0;
        let longest = Duration::from_secs(600);
        self.windows
            .retain(|_, uses| uses.back().is_some_and(|used| used.plus(longest) > now));
    }
}

/// The sentence for somebody who was too fast.
pub fn slow_down(wait: Duration) -> String {
    let seconds = wait.as_millis().div_ceil(1000).max(1);
    let plural = if seconds == 1 { "" } else { "s" };
    format!("Slow down: try again in {seconds} second{plural}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides() {
        let mut limiter = RateLimiter::default();
        let rate = Rate {
            class: "join".into(),
            limit: 3,
            per_seconds: 10,
        };
        let (guild, user) = (
            GuildId::new(1).expect("not 0"),
            UserId::new(2).expect("not 0"),
        );
        let mut press = |ms| limiter.try_use(guild, user, "p", &rate, Timestamp::from_ms(ms));
        for ms in [0, 1000, 2000] {
            assert_eq!(press(ms), Ok(()));
        }
        assert_eq!(press(3000), Err(Duration::from_secs(7)));
        assert_eq!(press(10_000), Ok(()));
        assert_eq!(press(10_500), Err(Duration::from_millis(500)));
    }

    #[test]
    fn members_do_not_share_a_window() {
        let mut limiter = RateLimiter::default();
        let rate = Rate {
            class: "join".into(),
            limit: 1,
            per_seconds: 10,
        };
        let guild = GuildId::new(1).expect("not 0");
        let now = Timestamp::from_ms(0);
        for raw in [2, 3] {
            let user = UserId::new(raw).expect("not 0");
            assert_eq!(limiter.try_use(guild, user, "p", &rate, now), Ok(()));
        }
    }

    #[test]
    fn the_wait_is_told_in_whole_seconds() {
        assert_eq!(
            slow_down(Duration::from_millis(1)),
            "Slow down: try again in 1 second."
        );
        assert_eq!(
            slow_down(Duration::from_millis(6001)),
            "Slow down: try again in 7 seconds."
        );
    }
}
