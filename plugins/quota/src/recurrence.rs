//! How often a quota starts anew: on the clock of the guild's time zone, so that a reset at nine in the
//! evening stays at nine when the clocks change.

use std::fmt;
use std::str::FromStr;

use jiff::tz::TimeZone;
use jiff::{Span, civil::DateTime};
use muster_sdk::time::Timestamp;

/// How often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recurrence {
    /// Only when staff say so.
    #[default]
    Never,
    /// Every so many days.
    Days(u16),
    /// Every month on the same day; in months without that day, on their last.
    Monthly,
}

/// The most days between two resets.
pub const MOST_DAYS: u16 = 366;

impl Recurrence {
    /// What staff typed: `none`, `daily`, `weekly`, `biweekly`, `monthly`, or a number of days.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim().to_ascii_lowercase();
        match typed.as_str() {
            "" | "none" | "never" | "no" => return Some(Self::Never),
            "daily" => return Some(Self::Days(1)),
            "weekly" => return Some(Self::Days(7)),
            "biweekly" => return Some(Self::Days(14)),
            "monthly" => return Some(Self::Monthly),
            _ => {}
        }
        let days = typed.strip_suffix("days").or(typed.strip_suffix("day"));
        let days = days.unwrap_or(&typed).trim();
        let days = u16::from_str(days).ok()?;
        (1..=MOST_DAYS).contains(&days).then_some(Self::Days(days))
    }

    /// The first time of the series after `after`. The series begins at `anchor`; `None` if there is none.
    ///
    /// The n-th time is counted from the anchor, not from the one before: a series that began on the 31st
    /// returns to it after a short month, and one that met a skipped hour keeps its own.
    pub fn next(self, anchor: Timestamp, after: Timestamp, zone: &Zone) -> Option<Timestamp> {
        let begins = zone.local(anchor)?;
        let elapsed_ms = after.millis().saturating_sub(anchor.millis()).max(0);
        let step_ms = self.shortest_ms()?;
        // One step less than can have passed: offsets change by hours, steps are days at least.
        let mut n = (elapsed_ms / step_ms / 2).max(0);
        if let Self::Days(_) = self {
            n = (elapsed_ms / step_ms - 1).max(0);
        }
        loop {
            let at = zone.at(begins.checked_add(self.times(n)?).ok()?)?;
            if at > after && at >= anchor {
                return Some(at);
            }
            n += 1;
        }
    }

    fn times(self, n: i64) -> Option<Span> {
        match self {
            Self::Never => None,
            Self::Days(days) => Span::new().try_days(n.checked_mul(days.into())?).ok(),
            Self::Monthly => Span::new().try_months(n).ok(),
        }
    }

    fn shortest_ms(self) -> Option<i64> {
        const DAY_MS: i64 = 24 * 3600 * 1000;
        match self {
            Self::Never => None,
            Self::Days(days) => Some(i64::from(days.max(1)) * DAY_MS),
            Self::Monthly => Some(28 * DAY_MS),
        }
    }
}

impl fmt::Display for Recurrence {
    /// As it is typed and stored.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.write_str("none"),
            Self::Days(1) => f.write_str("daily"),
            Self::Days(7) => f.write_str("weekly"),
            Self::Days(14) => f.write_str("biweekly"),
            Self::Days(days) => write!(f, "{days} days"),
            Self::Monthly => f.write_str("monthly"),
        }
    }
}

/// A time zone by its IANA name.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of that name, such as `Europe/Berlin`.
    pub fn find(name: &str) -> Option<Self> {
        TimeZone::get(name.trim()).ok().map(Self)
    }

    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    fn local(&self, at: Timestamp) -> Option<DateTime> {
        let at = jiff::Timestamp::from_millisecond(at.millis()).ok()?;
        Some(self.0.to_datetime(at))
    }

    /// When its clocks show that. Shown twice: the first time; skipped: as long after as the skip.
    fn at(&self, local: DateTime) -> Option<Timestamp> {
        let at = self.0.to_ambiguous_timestamp(local).compatible().ok()?;
        Some(Timestamp::from_millis(at.as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dates;

    fn at(text: &str) -> Timestamp {
        dates::parse(text).expect("a date")
    }

    fn berlin() -> Zone {
        Zone::find("Europe/Berlin").expect("in the data")
    }

    fn series(recurrence: Recurrence, anchor: &str, zone: &Zone, count: usize) -> Vec<String> {
        let anchor = at(anchor);
        let next = |after: &Timestamp| recurrence.next(anchor, *after, zone);
        std::iter::successors(Some(anchor), next)
            .take(count)
            .map(dates::written)
            .collect()
    }

    #[test]
    fn what_staff_type_is_understood() {
        for (typed, expected) in [
            ("none", Recurrence::Never),
            ("", Recurrence::Never),
            (" Weekly ", Recurrence::Days(7)),
            ("biweekly", Recurrence::Days(14)),
            ("monthly", Recurrence::Monthly),
            ("10", Recurrence::Days(10)),
            ("10 days", Recurrence::Days(10)),
            ("1 day", Recurrence::Days(1)),
        ] {
            assert_eq!(Recurrence::parse(typed), Some(expected), "{typed}");
        }
        for typed in ["0", "-1", "367", "yearly", "1.5", "weekly!"] {
            assert_eq!(Recurrence::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_reset_keeps_its_hour_when_clocks_change() {
        // Berlin leaves summer time on 25 October 2026 and returns on 28 March 2027.
        assert_eq!(
            series(Recurrence::Days(7), "2026-10-18 19:00", &berlin(), 3),
            ["2026-10-18 19:00", "2026-10-25 20:00", "2026-11-01 20:00"]
        );
        assert_eq!(
            series(Recurrence::Days(1), "2027-03-27 20:00", &berlin(), 3),
            ["2027-03-27 20:00", "2027-03-28 19:00", "2027-03-29 19:00"]
        );
        let utc = Zone::utc();
        assert_eq!(
            series(Recurrence::Days(7), "2026-10-18 19:00", &utc, 3),
            ["2026-10-18 19:00", "2026-10-25 19:00", "2026-11-01 19:00"]
        );
    }

    #[test]
    fn a_skipped_hour_comes_later_and_only_that_once() {
        // 02:30 local does not exist on 28 March 2027.
        assert_eq!(
            series(Recurrence::Days(1), "2027-03-27 01:30", &berlin(), 3),
            ["2027-03-27 01:30", "2027-03-28 01:30", "2027-03-29 00:30"]
        );
    }

    #[test]
    fn an_hour_that_comes_twice_resets_once() {
        // 02:30 local comes twice on 25 October 2026.
        assert_eq!(
            series(Recurrence::Days(1), "2026-10-24 00:30", &berlin(), 3),
            ["2026-10-24 00:30", "2026-10-25 00:30", "2026-10-26 01:30"]
        );
    }

    #[test]
    fn the_31st_returns_after_a_short_month() {
        assert_eq!(
            series(Recurrence::Monthly, "2027-01-31 12:00", &Zone::utc(), 5),
            [
                "2027-01-31 12:00",
                "2027-02-28 12:00",
                "2027-03-31 12:00",
                "2027-04-30 12:00",
                "2027-05-31 12:00"
            ]
        );
    }

    #[test]
    fn without_a_recurrence_nothing_follows() {
        let anchor = at("2026-01-01");
        assert_eq!(Recurrence::Never.next(anchor, anchor, &Zone::utc()), None);
    }

    #[test]
    fn zones_go_by_their_iana_names() {
        assert!(Zone::find("America/New_York").is_some());
        assert!(Zone::find("Mars/Olympus").is_none());
        assert!(Zone::find("").is_none());
    }

    fn any_recurrence() -> impl Strategy<Value = Recurrence> {
        prop_oneof![
            (1..=MOST_DAYS).prop_map(Recurrence::Days),
            Just(Recurrence::Monthly)
        ]
    }

    proptest! {
        #[test]
        fn what_is_stored_is_read_back(recurrence in any_recurrence()) {
            prop_assert_eq!(Recurrence::parse(&recurrence.to_string()), Some(recurrence));
        }

        /// Whatever happened in between, the next time is the same: catching up step by step and in
        /// one leap agree, and no time of the series lies between.
        #[test]
        fn a_leap_ends_where_steps_end(
            recurrence in any_recurrence(),
            anchor in 1_750_000_000_i64..1_900_000_000,
            later in 0_i64..40_000_000,
            zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
        ) {
            let zone = Zone::find(zone).expect("in the data");
            let anchor = Timestamp::from_seconds(anchor);
            let after = Timestamp::from_seconds(anchor.seconds() + later);
            let mut step = anchor;
            let mut steps = 0;
            while step <= after {
                let next = recurrence.next(anchor, step, &zone).expect("it recurs");
                prop_assert!(next > step);
                step = next;
                steps += 1;
                prop_assert!(steps < 1000);
            }
            prop_assert_eq!(recurrence.next(anchor, after, &zone), Some(step));
        }
    }
}
