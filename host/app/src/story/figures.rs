//! What an evening is measured by.

use std::time::Duration;

use serde::Serialize;

/// The figures of an evening. In JSON these names are a promise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Edits of the public panel.
    pub panel_edits: u64,
    /// From the last press of a crowd until the public panel showed what everybody had been told; the
    /// longest of the evening, in ms.
    pub panel_right_ms: u64,
    /// Until a member had the whole answer: the median, in ms.
    pub answer_p50_ms: f64,
    /// The same, for the slowest in a hundred.
    pub answer_p99_ms: f64,
    /// Deeds that never got an answer. Those that were repeated after a crash count as often as they
    /// failed.
    pub unanswered: u64,
    /// Answers that said something else than the script knows, and requests of the host that the
    /// simulator refused.
    pub errors: u64,
    /// Answers that came after 3 s.
    pub late: u64,
    /// Whether every panel showed at the end what members had been told, and nothing was doubled.
    pub panel_correct: bool,
    /// The shortest time between two edits of one panel, in ms; none if there were fewer than two.
    pub shortest_between_edits_ms: Option<u64>,
    /// Deeds that were answered.
    pub answered: u64,
    /// How often the host was killed.
    pub crashes: u64,
    /// What decided when it was killed.
    pub seed: Option<u64>,
    /// From the first deed to the end, in ms.
    pub took_ms: u64,
}

/// Two edits of one panel are never closer.
const BETWEEN_EDITS_MS: u64 = 1200;

/// A request takes a little longer or shorter on its way than the one before it.
const JITTER_MS: u64 = 25;

impl Figures {
    /// Whether nobody waited in vain and nothing was done too often.
    pub fn is_flawless(&self) -> bool {
        self.unanswered == 0 && self.edits_are_spaced()
    }

    /// Whether the panel was edited at most once per 1.2 s.
    pub fn edits_are_spaced(&self) -> bool {
        self.shortest_between_edits_ms
            .is_none_or(|ms| ms + JITTER_MS >= BETWEEN_EDITS_MS)
    }

    /// For people to read.
    pub fn table(&self) -> String {
        let between = self
            .shortest_between_edits_ms
            .map_or_else(String::new, |ms| {
                let verdict = if self.edits_are_spaced() {
                    "at most 1 per 1.2 s"
                } else {
                    "TOO CLOSE"
                };
                format!(", {ms} ms apart or more ({verdict})")
            });
        let crashes = match (self.crashes, self.seed) {
            (0, _) | (_, None) => String::new(),
            (crashes, Some(seed)) => format!("killed            {crashes} times (seed {seed})\n"),
        };
        format!(
            "panel edits       {}{between}\n\
             panel right       {} ms after the last press\n\
             whole answers     {} answers, median {} ms, p99 {} ms\n\
             unanswered        {}\n\
             errors            {}\n\
             after 3 s         {}\n\
             {crashes}took              {:.1} s\n",
            self.panel_edits,
            self.panel_right_ms,
            self.answered,
            self.answer_p50_ms,
            self.answer_p99_ms,
            self.unanswered,
            self.errors,
            self.late,
            self.took_ms as f64 / 1000.0,
        )
    }
}

/// The value below which `percent` of `times` lie, in ms with one decimal.
pub(super) fn percentile(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    let last = times.len().saturating_sub(1);
    let index = (times.len() * percent)
        .div_ceil(100)
        .saturating_sub(1)
        .min(last);
    times
        .get(index)
        .map_or(0.0, |time| (time.as_secs_f64() * 10_000.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_what_was_measured() {
        let mut times: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(&mut times, 50), 50.0);
        assert_eq!(percentile(&mut times, 99), 99.0);
        assert_eq!(percentile(&mut [], 99), 0.0);
        assert_eq!(percentile(&mut [Duration::from_micros(1560)], 99), 1.6);
    }
}
