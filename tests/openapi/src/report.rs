//! What was judged, counted, and what is wrong.

use std::collections::BTreeMap;
use std::fmt;

use crate::judge::Judgement;
use crate::{Accepted, AcceptedDifference, Difference};

/// The sum of many judgements.
#[derive(Debug, Default)]
pub struct Report {
    /// Requests, answers and events by place.
    counts: BTreeMap<String, Count>,
    /// What is wrong, and how often.
    open: BTreeMap<Difference, u64>,
    /// How often each entry of the accepted list was needed.
    accepted: BTreeMap<usize, u64>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Count {
    requests: u64,
    answers: u64,
    events: u64,
}

impl Report {
    /// Adds one judgement.
    pub fn add(&mut self, judgement: Judgement, accepted: &Accepted) {
        let count = self.counts.entry(judgement.place).or_default();
        count.requests += u64::from(judgement.request);
        count.answers += u64::from(judgement.answer);
        count.events += u64::from(judgement.event);
        for difference in judgement.differences {
            match accepted.covering(&difference) {
                Some(entry) => *self.accepted.entry(entry).or_default() += 1,
                None => *self.open.entry(difference).or_default() += 1,
            }
        }
    }

    /// Differences that nobody accepted, and how often each was seen.
    pub fn open(&self) -> &BTreeMap<Difference, u64> {
        &self.open
    }

    /// How many requests and answers were judged.
    pub fn judged(&self) -> (u64, u64) {
        let counts = self.counts.values();
        counts.fold((0, 0), |(requests, answers), count| {
            (requests + count.requests, answers + count.answers)
        })
    }

    /// Shows everything, with the reasons of the accepted list.
    pub fn show<'a>(&'a self, accepted: &'a Accepted) -> impl fmt::Display + 'a {
        Shown {
            report: self,
            accepted,
        }
    }
}

struct Shown<'a> {
    report: &'a Report,
    accepted: &'a Accepted,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = self.report;
        writeln!(f, "requests  answers   events  where")?;
        let mut sum = Count::default();
        for (place, count) in &report.counts {
            line(f, count, place)?;
            sum.requests += count.requests;
            sum.answers += count.answers;
            sum.events += count.events;
        }
        line(f, &sum, "in all")?;
        writeln!(f, "\nAccepted differences (accepted.toml):")?;
        for (index, entry) in self.accepted.differences.iter().enumerate() {
            let times = report.accepted.get(&index).copied().unwrap_or(0);
            let AcceptedDifference {
                place,
                at,
                says,
                why,
                ..
            } = entry;
            writeln!(
                f,
                "{times:>8}  {place} {at}: {says}\n          because {}",
                why.trim()
            )?;
        }
        if report.open.is_empty() {
            return writeln!(f, "\nNo other difference.");
        }
        writeln!(f, "\nDIFFERENCES ({}):", report.open.len())?;
        for (difference, times) in &report.open {
            let Difference {
                place,
                side,
                at,
                says,
            } = difference;
            writeln!(f, "{times:>8}  {place}, {side}{}{at}: {says}", gap(at))?;
        }
        Ok(())
    }
}

fn gap(at: &str) -> &'static str {
    if at.is_empty() { "" } else { " " }
}

fn line(f: &mut fmt::Formatter<'_>, count: &Count, place: &str) -> fmt::Result {
    let Count {
        requests,
        answers,
        events,
    } = count;
    writeln!(f, "{requests:>8} {answers:>8} {events:>8}  {place}")
}
