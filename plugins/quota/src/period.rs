//! Quota periods: from when to when points count, and what a reset does.
//!
//! A period holds its first moment and not its last: what happens at the very moment of a reset belongs to
//! the period that begins with it.

use std::time::Duration;

use muster_sdk::time::Timestamp;

use crate::recurrence::{Recurrence, Zone};

/// What a quota has that nobody gave dates to: a week from now.
pub const FIRST_PERIOD: Duration = Duration::from_secs(7 * 24 * 3600);

/// Periods that one call ends at most; after a long downtime the rest follow in calls of their own.
pub const ENDED_AT_ONCE: usize = 12;

/// From when to when points count for a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its first moment.
    pub start: Timestamp,
    /// The first moment after it; a quota that does not recur goes on until staff set a new reset.
    pub end: Option<Timestamp>,
}

/// A period that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its first moment.
    pub start: Timestamp,
    /// The first moment after it.
    pub end: Timestamp,
}

/// When the periods of a quota begin and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Since when the present period counts.
    pub start: Timestamp,
    /// When it ends. In the past if the quota does not recur and ran out.
    pub reset_at: Timestamp,
    /// How often it starts anew.
    pub recurrence: Recurrence,
    /// The reset from which a recurring one is counted.
    pub anchor: Timestamp,
}

impl Schedule {
    /// A quota to which nobody gave dates.
    pub fn first(now: Timestamp) -> Self {
        let reset_at = now.plus(FIRST_PERIOD);
        Self {
            start: now,
            reset_at,
            recurrence: Recurrence::Never,
            anchor: reset_at,
        }
    }

    /// The period that counts now, whether or not the reset was carried out already.
    pub fn period_at(&self, now: Timestamp, zone: &Zone) -> Period {
        if now < self.reset_at {
            return Period {
                start: self.start,
                end: Some(self.reset_at),
            };
        }
        let Some(end) = self.recurrence.next(self.anchor, now, zone) else {
            return Period {
                start: self.reset_at,
                end: None,
            };
        };
        let mut start = self.reset_at;
        while let Some(next) = self.recurrence.next(self.anchor, start, zone)
            && next < end
        {
            start = next;
        }
        Period {
            start,
            end: Some(end),
        }
    }

    /// Carries out the first resets that are due, at most [`ENDED_AT_ONCE`], and gives the periods that
    /// ended. Nothing is due if a quota that does not recur was reset already.
    pub fn advance(&mut self, now: Timestamp, zone: &Zone) -> Vec<Ended> {
        let mut ended = Vec::new();
        while self.is_due(now) && ended.len() < ENDED_AT_ONCE {
            // A start that staff set behind the reset makes no period.
            if self.start < self.reset_at {
                ended.push(Ended {
                    start: self.start,
                    end: self.reset_at,
                });
            }
            self.start = self.reset_at;
            let next = self.recurrence.next(self.anchor, self.reset_at, zone);
            let Some(next) = next else { break };
            self.reset_at = next;
        }
        ended
    }

    /// Whether a reset is to be carried out.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.reset_at <= now && (self.start < self.reset_at || self.recurrence != Recurrence::Never)
    }

    /// A reset by hand, outside the series: a new period begins now. The reset stays where it is while it
    /// lies ahead; a past one would end the new period at once, so it moves on.
    pub fn reset_by_hand(&mut self, now: Timestamp, zone: &Zone) -> Option<Ended> {
        let ended = (self.start < now).then_some(Ended {
            start: self.start,
            end: now,
        });
        self.start = now;
        if self.reset_at <= now {
            let next = self.recurrence.next(self.anchor, now, zone);
            self.reset_at = next.unwrap_or(now.plus(FIRST_PERIOD));
            if self.recurrence == Recurrence::Never {
                self.anchor = self.reset_at;
            }
        }
        ended
    }
}

impl Period {
    /// Whether this moment lies in it.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.start <= at && self.end.is_none_or(|end| at < end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(number: i64) -> Timestamp {
        Timestamp::from_seconds(1_750_000_000 + number * 24 * 3600)
    }

    fn weekly() -> Schedule {
        Schedule {
            start: day(0),
            reset_at: day(7),
            recurrence: Recurrence::Days(7),
            anchor: day(7),
        }
    }

    fn single() -> Schedule {
        Schedule {
            recurrence: Recurrence::Never,
            ..weekly()
        }
    }

    fn ended(start: i64, end: i64) -> Ended {
        Ended {
            start: day(start),
            end: day(end),
        }
    }

    #[test]
    fn an_event_at_the_very_reset_belongs_to_the_new_period() {
        let before = weekly().period_at(Timestamp::from_millis(day(7).millis() - 1), &Zone::utc());
        let at = weekly().period_at(day(7), &Zone::utc());
        assert!(!before.holds(day(7)) && at.holds(day(7)));
        assert_eq!(before.end, Some(at.start));
    }

    #[test]
    fn without_a_recurrence_the_reset_begins_a_period_without_end() {
        let period = single().period_at(day(30), &Zone::utc());
        assert_eq!((period.start, period.end), (day(7), None));
        let mut schedule = single();
        assert_eq!(schedule.advance(day(30), &Zone::utc()), [ended(0, 7)]);
        assert_eq!(schedule.period_at(day(30), &Zone::utc()), period);
        assert!(!schedule.is_due(day(40)), "once");
        assert_eq!(schedule.advance(day(40), &Zone::utc()), []);
    }

    #[test]
    fn downtime_is_caught_up_period_by_period() {
        let mut schedule = weekly();
        let caught_up = schedule.advance(day(23), &Zone::utc());
        assert_eq!(caught_up, [ended(0, 7), ended(7, 14), ended(14, 21)]);
        assert_eq!((schedule.start, schedule.reset_at), (day(21), day(28)));
        assert!(!schedule.is_due(day(23)));
    }

    #[test]
    fn a_very_long_downtime_is_caught_up_in_several_calls() {
        let mut schedule = Schedule {
            recurrence: Recurrence::Days(1),
            ..weekly()
        };
        let mut all = Vec::new();
        let mut calls = 0;
        while schedule.is_due(day(40)) {
            let some = schedule.advance(day(40), &Zone::utc());
            assert!(some.len() <= ENDED_AT_ONCE);
            all.extend(some);
            calls += 1;
        }
        assert_eq!((all.len(), calls), (34, 3));
        assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start));
    }

    #[test]
    fn a_reset_by_hand_keeps_a_reset_that_lies_ahead() {
        let mut schedule = weekly();
        assert_eq!(
            schedule.reset_by_hand(day(3), &Zone::utc()),
            Some(ended(0, 3))
        );
        assert_eq!((schedule.start, schedule.reset_at), (day(3), day(7)));
        assert_eq!(schedule.reset_by_hand(day(3), &Zone::utc()), None, "twice");
    }

    #[test]
    fn a_reset_by_hand_moves_a_past_reset_on() {
        let mut recurring = weekly();
        recurring.reset_by_hand(day(9), &Zone::utc());
        assert_eq!((recurring.start, recurring.reset_at), (day(9), day(14)));
        let mut alone = single();
        alone.reset_by_hand(day(9), &Zone::utc());
        assert_eq!((alone.start, alone.reset_at), (day(9), day(16)));
    }

    #[test]
    fn a_first_quota_runs_for_a_week() {
        let schedule = Schedule::first(day(0));
        let period = schedule.period_at(day(0), &Zone::utc());
        assert_eq!((period.start, period.end), (day(0), Some(day(7))));
    }

    proptest! {
        /// Before and after the reset is carried out, the same period counts.
        #[test]
        fn carrying_out_a_reset_changes_nothing_that_counts(
            now in 0_i64..200,
            days in prop_oneof![Just(Recurrence::Never), (1_u16..40).prop_map(Recurrence::Days), Just(Recurrence::Monthly)],
        ) {
            let zone = Zone::find("Europe/Berlin").expect("in the data");
            let mut schedule = Schedule { recurrence: days, ..weekly() };
            let now = day(now);
            let before = schedule.period_at(now, &zone);
            let mut all = Vec::new();
            while schedule.is_due(now) {
                all.extend(schedule.advance(now, &zone));
            }
            prop_assert_eq!(schedule.period_at(now, &zone), before);
            prop_assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start));
            prop_assert!(before.holds(now));
            if let Some(last) = all.last() {
                prop_assert_eq!(last.end, before.start);
            }
        }
    }
}
