//! The clock of the playground: real time plus an offset that tests move forward.
//!
//! Everything that Discord measures in seconds, minutes or hours (the 3 s of an interaction, the
//! 15 minutes of its token, rate limits, 24 h counters) is read from here, so that a test never
//! sleeps. Only what lives on a socket (heartbeats, frames per minute) runs on real time.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// A cheap handle on the playground's clock.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    started: Instant,
    started_ms: i64,
    offset_ms: watch::Sender<i64>,
}

impl Clock {
    /// A clock that shows real time, until it is advanced.
    pub(crate) fn new() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Self(Arc::new(Inner {
            started: Instant::now(),
            started_ms: since.map_or(0, |since| since.as_millis() as i64),
            offset_ms: watch::Sender::new(0),
        }))
    }

    /// The time now, in Unix milliseconds.
    pub fn now(&self) -> i64 {
        self.0.started_ms + self.0.started.elapsed().as_millis() as i64 + self.offset()
    }

    /// How far the clock is ahead of real time, in milliseconds.
    pub fn offset(&self) -> i64 {
        *self.0.offset_ms.borrow()
    }

    /// Moves the clock forward and wakes everything that waits on it.
    pub fn advance(&self, by: Duration) {
        let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX / 4);
        self.0.offset_ms.send_modify(|offset| *offset += by_ms);
    }

    /// The offset as it changes, for a process that must follow this clock.
    pub fn subscribe(&self) -> watch::Receiver<i64> {
        self.0.offset_ms.subscribe()
    }

    /// Waits until the clock shows `at_ms`, by passing time or by being moved.
    pub async fn sleep_until(&self, at_ms: i64) {
        let mut moved = self.subscribe();
        loop {
            let left = at_ms - self.now();
            let Some(left) = u64::try_from(left).ok().filter(|left| *left > 0) else {
                return;
            };
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(left)) => {}
                changed = moved.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Waits for a span of this clock's time.
    pub async fn sleep(&self, span: Duration) {
        self.sleep_until(self.now() + span.as_millis() as i64).await;
    }
}

/// A moment as Discord writes it: ISO 8601 with microseconds and an offset.
pub(crate) fn iso8601(unix_ms: i64) -> String {
    let (days, in_day) = (
        unix_ms.div_euclid(86_400_000),
        unix_ms.rem_euclid(86_400_000),
    );
    let (year, month, day) = civil(days);
    let (seconds, ms) = (in_day / 1000, in_day % 1000);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{ms:03}000+00:00",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// Year, month and day of a count of days since 1970 (Howard Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms", `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    (year, month, doy - (153 * mp + 2) / 5 + 1)
}

/// Reads a moment as clients write it: `2026-08-06T12:00:00Z`, with or without fraction and offset.
pub(crate) fn parse_iso8601(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
    let separators = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    let bytes = text.as_bytes();
    if separators
        .iter()
        .any(|(at, sign)| bytes.get(*at) != Some(sign))
    {
        return None;
    }
    if !matches!(bytes.get(10), Some(b'T' | b't' | b' ')) {
        return None;
    }
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 {
        return None;
    }
    let mut rest = text.get(19..)?;
    let mut ms = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        let padded: String = fraction
            .chars()
            .take(digits.min(3))
            .chain("000".chars())
            .take(3)
            .collect();
        ms = padded.parse().ok()?;
        rest = fraction.get(digits..)?;
    }
    let offset_min = match rest.as_bytes().first() {
        None | Some(b'Z' | b'z') => 0,
        Some(sign @ (b'+' | b'-')) => {
            let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
            let (hours, minutes) = (digits.get(0..2)?, digits.get(2..4).unwrap_or("00"));
            let span = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
            if *sign == b'-' { -span } else { span }
        }
        Some(_) => return None,
    };
    let (y, m) = if month <= 2 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    let (era, yoe) = (y.div_euclid(400), y.rem_euclid(400));
    let doy = (153 * m + 2) / 5 + day - 1;
    let days = era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468;
    Some(((days * 24 + hour) * 60 + minute - offset_min) * 60_000 + second * 1000 + ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_discord_writes_them() {
        assert_eq!(
            iso8601(1_790_000_000_123),
            "2026-09-21T14:13:20.123000+00:00"
        );
        assert_eq!(iso8601(951_782_400_000), "2000-02-29T00:00:00.000000+00:00");
    }

    #[test]
    fn moments_are_read_back_with_and_without_offset() {
        let at = 1_790_000_000_123;
        assert_eq!(parse_iso8601(&iso8601(at)), Some(at));
        assert_eq!(parse_iso8601("2026-09-21T14:13:20.123Z"), Some(at));
        assert_eq!(parse_iso8601("2026-09-21T16:13:20.123+02:00"), Some(at));
        assert_eq!(parse_iso8601("tomorrow"), None);
        assert_eq!(parse_iso8601("2026-13-21T16:13:20Z"), None);
    }

    #[tokio::test]
    async fn a_wait_of_an_hour_ends_when_the_clock_is_moved() {
        let clock = Clock::new();
        let waiting = clock.sleep(Duration::from_secs(3600));
        tokio::pin!(waiting);
        tokio::select! {
            biased;
            () = &mut waiting => panic!("an hour passed"),
            () = tokio::task::yield_now() => {}
        }
        clock.advance(Duration::from_secs(3600));
        waiting.await;
        assert_eq!(*clock.subscribe().borrow(), 3_600_000);
    }
}
