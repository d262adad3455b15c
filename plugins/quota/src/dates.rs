//! Dates as staff type them, in UTC.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use muster_sdk::time::Timestamp;

/// Why a text is no date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateError {
    /// What was typed.
    pub typed: String,
}

/// Dates outside these years are a slip of the fingers.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2199;

/// A day, or a day and a time: `2026-01-31`, `2026-01-31 18:00`, `2026-01-31T18:00:30Z`,
/// `2026-01-31T18:00+02:00`. Without an offset it is UTC; without a time it is the day's first moment.
///
/// # Errors
/// It has another form, or there is no such day.
pub fn parse(typed: &str) -> Result<Timestamp, DateError> {
    read(typed.trim()).ok_or_else(|| DateError {
        typed: typed.trim().to_owned(),
    })
}

/// A day as `since` and `until` of a leaderboard take it: `until` with a day alone means all of that day.
///
/// # Errors
/// As [`parse`].
pub fn parse_until(typed: &str) -> Result<Timestamp, DateError> {
    const DAY: std::time::Duration = std::time::Duration::from_secs(24 * 3600);
    let at = parse(typed)?;
    Ok(if typed.trim().len() == "2026-01-31".len() {
        at.plus(DAY)
    } else {
        at
    })
}

/// As staff type it: `2026-01-31 18:00`.
pub fn written(at: Timestamp) -> String {
    let iso = at.iso8601();
    format!("{} {}", &iso[..10], &iso[11..16])
}

fn read(text: &str) -> Option<Timestamp> {
    if !text.is_ascii() || text.len() < 10 {
        return None;
    }
    let (day, rest) = text.split_at(10);
    let date = day_of(day)?;
    let (clock, offset) = match rest.as_bytes().first() {
        None => ("", 0),
        Some(b' ' | b'T' | b't') => split_offset(rest[1..].trim_start())?,
        Some(_) => return None,
    };
    let time = if rest.is_empty() {
        Time::midnight()
    } else {
        time_of(clock)?
    };
    let local = DateTime::from_parts(date, time);
    let utc = Offset::UTC.to_timestamp(local).ok()?;
    Some(Timestamp::from_millis(
        utc.as_millisecond() - offset * 60_000,
    ))
}

fn day_of(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let exact = [(year, 4), (month, 2), (day, 2)];
    if parts.next().is_some() || !exact.iter().all(|(part, length)| part.len() == *length) {
        return None;
    }
    let year = digits(year)?;
    let year = i16::try_from(year)
        .ok()
        .filter(|year| YEARS.contains(year))?;
    let (month, day) = (digits(month)?, digits(day)?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn time_of(text: &str) -> Option<Time> {
    let mut parts = text.split(':');
    let (hour, minute) = (parts.next()?, parts.next()?);
    // Fractions of a second are more than anybody means.
    let second = parts
        .next()
        .map_or("0", |part| part.split('.').next().unwrap_or(""));
    if parts.next().is_some() || minute.len() != 2 {
        return None;
    }
    let part = |text: &str| i8::try_from(digits(text)?).ok();
    Time::new(part(hour)?, part(minute)?, part(second)?, 0).ok()
}

/// The time of day, and the offset from UTC in minutes.
fn split_offset(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock.trim_end(), 0));
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return Some((text, 0));
    };
    let (clock, offset) = text.split_at(at);
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = match offset[1..].split_once(':') {
        Some(parts) => parts,
        None => offset[1..].split_at_checked(2)?,
    };
    let minutes = if minutes.is_empty() {
        0
    } else {
        digits(minutes)?
    };
    let hours = digits(hours).filter(|hours| *hours <= 14)?;
    (minutes < 60).then_some((clock.trim_end(), sign * (hours * 60 + minutes)))
}

fn digits(text: &str) -> Option<i64> {
    let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_forms_mean_utc_and_an_offset_counts() {
        for (typed, iso) in [
            ("2026-01-31", "2026-01-31T00:00:00.000Z"),
            ("2026-01-31 18:05", "2026-01-31T18:05:00.000Z"),
            (" 2026-01-31T18:05 ", "2026-01-31T18:05:00.000Z"),
            ("2026-01-31T18:05:30Z", "2026-01-31T18:05:30.000Z"),
            ("2026-01-31T18:05:30.250Z", "2026-01-31T18:05:30.000Z"),
            ("2026-01-31T18:05+02:00", "2026-01-31T16:05:00.000Z"),
            ("2026-01-01T00:30+0100", "2025-12-31T23:30:00.000Z"),
            ("2026-01-31 18:05-05", "2026-01-31T23:05:00.000Z"),
            ("2028-02-29", "2028-02-29T00:00:00.000Z"),
        ] {
            let at = parse(typed).unwrap_or_else(|error| panic!("{error:?}"));
            assert_eq!(at.iso8601(), iso, "{typed}");
        }
    }

    #[test]
    fn impossible_dates_are_refused() {
        for typed in [
            "2026-02-31",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-01-31 24:00",
            "2026-01-31 12:60",
            "2026-01-31 12",
            "31.01.2026",
            "tomorrow",
            "",
            "2026-1-31",
            "1999-12-31",
            "9999-01-01",
            "2026-01-31x",
            "2026-01-31T",
            "2026-01-31 18:05+99:00",
            "２０２６-01-31",
        ] {
            assert!(parse(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn until_a_day_means_all_of_it() {
        let until = parse_until("2026-01-31").map(Timestamp::iso8601);
        assert_eq!(until.as_deref(), Ok("2026-02-01T00:00:00.000Z"));
        let until = parse_until("2026-01-31 10:00").map(Timestamp::iso8601);
        assert_eq!(until.as_deref(), Ok("2026-01-31T10:00:00.000Z"));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(minutes in 15_778_080_i64..100_000_000) {
            let at = Timestamp::from_seconds(minutes * 60);
            prop_assert_eq!(parse(&written(at)), Ok(at));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC*") {
            drop(parse(&text));
        }
    }
}
