//! Points in time, and how Discord shows them: each reader sees their own zone and language.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A point in time, in UTC, as milliseconds since 1970. What the database holds, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp {
    millis: i64,
}

impl Timestamp {
    /// From milliseconds since 1970.
    pub const fn from_millis(millis: i64) -> Self {
        Self { millis }
    }

    /// From seconds since 1970.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self {
            millis: seconds.saturating_mul(1000),
        }
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.millis
    }

    /// Whole seconds since 1970, rounded down.
    pub const fn seconds(self) -> i64 {
        self.millis.div_euclid(1000)
    }

    /// The time that much later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self {
            millis: self.millis.saturating_add(millis),
        }
    }

    /// How long after `earlier` this is; zero if it is not.
    pub fn since(self, earlier: Self) -> Duration {
        let millis = self.millis.saturating_sub(earlier.millis);
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }

    /// `<t:1700000000:R>`: "5 minutes ago", counting on its own in the reader's client.
    ///
    /// See [Discord Docs/Timestamp Styles](https://discord.com/developers/docs/reference#message-formatting-timestamp-styles).
    pub fn relative(self) -> String {
        format!("<t:{}:R>", self.seconds())
    }

    /// `<t:1700000000:F>`: day and time in full.
    pub fn full(self) -> String {
        format!("<t:{}:F>", self.seconds())
    }

    /// `<t:1700000000:T>`: the time of day with seconds.
    pub fn time_of_day(self) -> String {
        format!("<t:{}:T>", self.seconds())
    }

    /// `2026-01-31T12:00:00.000Z`: the form of an embed's `timestamp`.
    pub fn iso8601(self) -> String {
        let (days, ms_of_day) = (
            self.millis.div_euclid(86_400_000),
            self.millis.rem_euclid(86_400_000),
        );
        let (year, month, day) = civil_from_days(days);
        let (seconds, ms) = (ms_of_day / 1000, ms_of_day % 1000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
    }
}

/// Days since 1970 to year, month, day. Years are counted from March, so that the leap day is the
/// last of its year, in eras of 400 years, which all have the same length.
///
/// See [chrono-Compatible Low-Level Date Algorithms](https://howardhinnant.github.io/date_algorithms.html#civil_from_days).
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days_are_written_as_the_calendar_has_them() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (1_700_000_000, "2023-11-14T22:13:20.000Z"),
            (4_107_542_399, "2100-02-28T23:59:59.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.000Z"),
        ] {
            assert_eq!(Timestamp::from_seconds(seconds).iso8601(), text);
        }
        assert_eq!(
            Timestamp::from_millis(1_007).iso8601(),
            "1970-01-01T00:00:01.007Z"
        );
    }

    #[test]
    fn discord_gets_whole_seconds() {
        let time = Timestamp::from_millis(1_700_000_000_999);
        assert_eq!(time.relative(), "<t:1700000000:R>");
        assert_eq!(time.full(), "<t:1700000000:F>");
        assert_eq!(time.time_of_day(), "<t:1700000000:T>");
    }

    #[test]
    fn a_clock_that_went_backwards_gives_no_time_at_all() {
        let (early, late) = (Timestamp::from_seconds(1), Timestamp::from_seconds(3));
        assert_eq!(late.since(early), Duration::from_secs(2));
        assert_eq!(early.since(late), Duration::ZERO);
        assert_eq!(early.plus(Duration::from_secs(2)), late);
    }
}
