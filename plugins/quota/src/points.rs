//! Points: exact decimals with two places.
//!
//! A [`Points`] is a whole number of hundredths. Guilds give 0.5 or 1.25 points for a dungeon, and six
//! halves must be three, which binary fractions do not promise.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use muster_sdk::imports::Value;
use muster_sdk::sql::{FromValue, IntoValue};

/// An amount of points of either currency; may be negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points {
    hundredths: i64,
}

/// Why a text is no amount of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointsError {
    /// It is no number in decimal form.
    NotANumber,
    /// It is further from zero than [`Points::MAX`].
    TooLarge,
}

/// Digits after the point.
const PLACES: usize = 2;
const SCALE: i64 = 100;

impl Points {
    /// None.
    pub const ZERO: Self = Self::whole(0);
    /// One point: what a run or a verification counts where nobody said otherwise.
    pub const ONE: Self = Self::whole(1);
    /// The largest amount that one entry may have.
    pub const MAX: Self = Self {
        hundredths: 9_999_999_999,
    };

    /// So many points.
    pub const fn whole(points: i64) -> Self {
        Self {
            hundredths: points * SCALE,
        }
    }

    /// So many hundredths of a point, as the database holds them.
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self { hundredths }
    }

    /// In hundredths of a point.
    pub const fn hundredths(self) -> i64 {
        self.hundredths
    }

    /// What a person typed: `3`, `-1.5`, `+0.25`, `0,5`. More than two places are rounded, a half away from
    /// zero, so that taking back what was given leaves nothing.
    ///
    /// # Errors
    /// It is no number, or too large.
    pub fn parse(text: &str) -> Result<Self, PointsError> {
        let text = text.trim();
        let (negative, digits) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
        let is_decimal = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !is_decimal(whole) || !is_decimal(fraction)
        {
            return Err(PointsError::NotANumber);
        }
        let whole: i64 = match whole.trim_start_matches('0') {
            "" => 0,
            whole => whole.parse().map_err(|_| PointsError::TooLarge)?,
        };
        let magnitude = whole
            .checked_mul(SCALE)
            .and_then(|hundredths| hundredths.checked_add(rounded(fraction)))
            .filter(|hundredths| *hundredths <= Self::MAX.hundredths)
            .ok_or(PointsError::TooLarge)?;
        Ok(Self {
            hundredths: if negative { -magnitude } else { magnitude },
        })
    }

    /// So many times this, but no further from zero than [`Points::MAX`].
    #[must_use]
    pub fn times(self, count: i64) -> Self {
        let most = Self::MAX.hundredths;
        Self {
            hundredths: self.hundredths.saturating_mul(count).clamp(-most, most),
        }
    }

    /// Whether it is less than nothing.
    pub const fn is_negative(self) -> bool {
        self.hundredths < 0
    }

    /// With its sign: `+3`, `-1.5`, `0`.
    pub fn signed(self) -> String {
        if self.hundredths > 0 {
            format!("+{self}")
        } else {
            self.to_string()
        }
    }
}

/// The digits after the point as hundredths.
fn rounded(fraction: &str) -> i64 {
    let digit = |at: usize| {
        let byte = fraction.as_bytes().get(at);
        byte.map_or(0, |byte| i64::from(byte - b'0'))
    };
    digit(0) * 10 + digit(1) + i64::from(digit(PLACES) >= 5)
}

impl fmt::Display for Points {
    /// Without trailing zeros: `3`, `1.5`, `0.25`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.hundredths < 0 { "-" } else { "" };
        let magnitude = self.hundredths.unsigned_abs();
        let (whole, fraction) = (magnitude / 100, magnitude % 100);
        match fraction {
            0 => write!(f, "{sign}{whole}"),
            tenths if tenths % 10 == 0 => write!(f, "{sign}{whole}.{}", tenths / 10),
            hundredths => write!(f, "{sign}{whole}.{hundredths:02}"),
        }
    }
}

impl Add for Points {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            hundredths: self.hundredths.saturating_add(other.hundredths),
        }
    }
}

impl AddAssign for Points {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Points {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self {
            hundredths: self.hundredths.saturating_sub(other.hundredths),
        }
    }
}

impl Neg for Points {
    type Output = Self;
    fn neg(self) -> Self {
        Self {
            hundredths: self.hundredths.saturating_neg(),
        }
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

impl FromValue for Points {
    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value).map(Self::from_hundredths)
    }
}

impl IntoValue for Points {
    fn into_value(self) -> Value {
        Value::Integer(self.hundredths)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Points {
        Points::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }

    #[test]
    fn trailing_zeros_are_not_printed() {
        for (text, printed) in [
            ("3", "3"),
            ("3.00", "3"),
            ("1.50", "1.5"),
            ("0.25", "0.25"),
            ("0.05", "0.05"),
            ("-0.5", "-0.5"),
            ("+2", "2"),
            (".5", "0.5"),
            ("1.", "1"),
            ("0,75", "0.75"),
            ("-0", "0"),
        ] {
            assert_eq!(parsed(text).to_string(), printed, "{text}");
        }
    }

    #[test]
    fn a_half_of_a_hundredth_rounds_up_and_less_is_dropped() {
        assert_eq!(parsed("0.005").hundredths(), 1);
        assert_eq!(parsed("0.0049999").hundredths(), 0);
        assert_eq!(parsed("1.995").hundredths(), 200);
        assert_eq!(parsed("-0.125").hundredths(), -13);
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "", " ", "-", "+", ".", "1.2.3", "1e3", "0x1", "NaN", "inf", "--1", "1 2", "٣", "1_0",
        ] {
            assert_eq!(Points::parse(text), Err(PointsError::NotANumber), "{text}");
        }
        for text in ["100000000", "99999999.995", "9".repeat(40).as_str()] {
            assert_eq!(Points::parse(text), Err(PointsError::TooLarge), "{text}");
        }
        assert_eq!(parsed("99999999.99"), Points::MAX);
    }

    #[test]
    fn six_halves_are_exactly_three() {
        let sum: Points = std::iter::repeat_n(parsed("0.5"), 6).sum();
        assert_eq!(sum, Points::whole(3));
        assert_eq!(sum.to_string(), "3");
    }

    #[test]
    fn a_gift_shows_its_sign() {
        assert_eq!(parsed("2.5").signed(), "+2.5");
        assert_eq!(parsed("-2.5").signed(), "-2.5");
        assert_eq!(Points::ZERO.signed(), "0");
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(hundredths in -9_999_999_999_i64..=9_999_999_999) {
            let points = Points::from_hundredths(hundredths);
            prop_assert_eq!(Points::parse(&points.to_string()), Ok(points));
            prop_assert_eq!(Points::parse(&points.signed()), Ok(points));
            let text = points.to_string();
            prop_assert!(!text.contains('.') || !text.ends_with('0'), "{}", text);
        }

        #[test]
        fn rounding_is_off_by_half_a_hundredth_at_most(whole in 0_i64..1000, thousandths in 0_i64..100_000) {
            let text = format!("{whole}.{thousandths:05}");
            let exact = whole * 100_000 + thousandths;
            let error = parsed(&text).hundredths() * 1000 - exact;
            prop_assert!((-499..=500).contains(&error), "{} is off by {}", text, error);
            prop_assert_eq!(parsed(&format!("-{text}")), -parsed(&text));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC*") {
            if let Ok(points) = Points::parse(&text) {
                prop_assert_eq!(parsed(&points.to_string()), points);
            }
        }

        #[test]
        fn a_sum_does_not_depend_on_the_order(mut all in proptest::collection::vec(-1_000_000_i64..1_000_000, 0..50)) {
            let sum = |all: &[i64]| all.iter().copied().map(Points::from_hundredths).sum::<Points>();
            let before = sum(&all);
            all.reverse();
            prop_assert_eq!(sum(&all), before);
            prop_assert_eq!(before.hundredths(), all.iter().sum::<i64>());
        }
    }
}
