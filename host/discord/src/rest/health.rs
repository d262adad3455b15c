//! Two things that stop the bot from sending: a refused token, and too many refused requests.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Discord blocks an address after 10,000 refused requests in 10 minutes
/// ([Discord Docs/Rate Limits, "Invalid Request Limit"](https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans));
/// the bot stops at half of that.
const MOST_REFUSED: u32 = 5_000;
const MINUTE: Duration = Duration::from_secs(60);
const MINUTES: usize = 10;

/// Whether the bot may send at all.
#[derive(Default)]
pub(crate) struct Health {
    refused: Mutex<Refused>,
    is_unauthorized: AtomicBool,
    unauthorized: Notify,
}

#[derive(Default)]
struct Refused {
    /// Refusals by the minute in which they began to be counted, oldest first.
    minutes: VecDeque<(Instant, u32)>,
    is_paused: bool,
}

impl Refused {
    fn sum(&mut self, now: Instant) -> u32 {
        let span = MINUTE * u32::try_from(MINUTES).unwrap_or(u32::MAX);
        while self
            .minutes
            .front()
            .is_some_and(|(began, _)| *began + span <= now)
        {
            self.minutes.pop_front();
        }
        self.minutes.iter().map(|(_, count)| count).sum()
    }
}

impl Health {
    /// Counts an answer 401, 403 or (not shared) 429.
    pub(crate) fn count_refused(&self) {
        let now = Instant::now();
        let mut refused = self.refused.lock();
        match refused.minutes.back_mut() {
            Some((began, count)) if *began + MINUTE > now => *count += 1,
            _ => refused.minutes.push_back((now, 1)),
        }
        let sum = refused.sum(now);
        if sum >= MOST_REFUSED && !refused.is_paused {
            refused.is_paused = true;
            tracing::error!(
                refused = sum,
                "Discord refused {sum} requests in 10 minutes; all but interaction answers pause \
                 until fewer than {MOST_REFUSED} remain in that span"
            );
        }
    }

    /// Whether too many requests were refused of late.
    pub(crate) fn is_paused(&self) -> bool {
        let mut refused = self.refused.lock();
        if !refused.is_paused {
            return false;
        }
        if refused.sum(Instant::now()) < MOST_REFUSED {
            refused.is_paused = false;
            tracing::info!("sending to Discord goes on");
        }
        refused.is_paused
    }

    /// Refused requests of the last ten minutes.
    pub(crate) fn refused(&self) -> u32 {
        self.refused.lock().sum(Instant::now())
    }

    /// The token is refused: nothing more is sent.
    pub(crate) fn set_unauthorized(&self) {
        if !self.is_unauthorized.swap(true, Ordering::Relaxed) {
            tracing::error!("Discord refuses the bot's token; nothing more is sent");
            self.unauthorized.notify_waiters();
        }
    }

    /// Whether the token was refused.
    pub(crate) fn is_unauthorized(&self) -> bool {
        self.is_unauthorized.load(Ordering::Relaxed)
    }

    /// Completes once the token was refused.
    pub(crate) async fn until_unauthorized(&self) {
        let notified = self.unauthorized.notified();
        tokio::pin!(notified);
        notified.as_mut().enable();
        if !self.is_unauthorized() {
            notified.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn sending_pauses_well_before_discord_would_block() {
        let health = Health::default();
        for _ in 0..MOST_REFUSED - 1 {
            health.count_refused();
        }
        assert!(!health.is_paused());
        health.count_refused();
        assert!(health.is_paused());
        tokio::time::advance(MINUTE * 10).await;
        assert!(!health.is_paused());
    }
}
