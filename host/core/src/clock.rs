//! Time as an input: one [`Clock`], handed in by `app`, drives timers, tokens and limits alike.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// A moment, in milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment that many milliseconds after 1970-01-01 UTC.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub const fn as_ms(self) -> i64 {
        self.0
    }

    /// Whole seconds, as Discord's `<t:…>` marks take them.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This much later; stops at the end of time instead of wrapping.
    pub fn plus(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// Time from `earlier` to this moment; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A future that a clock completes.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Completes once [`Clock::now`] has reached `at`, also when the clock is moved past it.
    fn sleep_until(&self, at: Timestamp) -> Sleep;
}

impl dyn Clock {
    /// Completes once `duration` has passed on this clock.
    pub fn sleep(&self, duration: Duration) -> Sleep {
        self.sleep_until(self.now().plus(duration))
    }
}

/// A clock shared by everything in the process.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock plus an offset that can be moved: zero in production, the playground's to
/// set in `muster play`.
#[derive(Debug, Clone)]
pub struct ShiftedClock {
    offset_ms: watch::Sender<i64>,
}

impl Default for ShiftedClock {
    fn default() -> Self {
        Self::new(0)
    }
}

impl ShiftedClock {
    /// A clock that runs `offset_ms` milliseconds ahead of the machine's.
    pub fn new(offset_ms: i64) -> Self {
        Self {
            offset_ms: watch::Sender::new(offset_ms),
        }
    }

    /// Moves the clock to `offset_ms` ahead of the machine's; everybody who waits looks again.
    pub fn set_offset_ms(&self, offset_ms: i64) {
        self.offset_ms.send_replace(offset_ms);
    }
}

fn machine_now_ms() -> i64 {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        Timestamp(machine_now_ms().saturating_add(*self.offset_ms.borrow()))
    }

    fn sleep_until(&self, at: Timestamp) -> Sleep {
        let mut offset = self.offset_ms.subscribe();
        Box::pin(async move {
            loop {
                let now = machine_now_ms().saturating_add(*offset.borrow_and_update());
                let Ok(left_ms) = u64::try_from(at.0.saturating_sub(now)) else {
                    return;
                };
                if left_ms == 0 {
                    return;
                }
                // A clock that nobody can move any more is still a clock.
                let moved = async {
                    if offset.changed().await.is_err() {
                        std::future::pending::<()>().await;
                    }
                };
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_millis(left_ms)) => {}
                    () = moved => {}
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn moving_the_clock_wakes_those_who_wait() {
        let clock = ShiftedClock::default();
        let hour = Duration::from_secs(3600);
        let waiting = tokio::spawn((&clock as &dyn Clock).sleep(hour));
        tokio::task::yield_now().await;
        clock.set_offset_ms(3_600_000);
        tokio::time::timeout(Duration::from_secs(5), waiting)
            .await
            .expect("woken at once")
            .expect("no panic");
    }
}
