//! When a story is over: is everything as members were told, and what does the log of requests say?

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use muster_playground::RequestEntry;

use super::figures::{Figures, percentile};
use super::once;
use super::stage::{Killed, Stage};

/// An answer must come within this time.
const LATE: Duration = Duration::from_secs(3);

/// A guild is quiet when nothing new was written for this long.
const QUIET: Duration = Duration::from_secs(2);

/// The same, while something is missing: messages wait up to 5 s for their bucket, and a gateway that
/// was refused waits 10 s.
const QUIET_IN_VAIN: Duration = Duration::from_secs(12);

/// What was not written by then is never written.
const AT_MOST: Duration = Duration::from_secs(60);

/// How often to look.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

impl Stage {
    /// Looks at everything once more when all is over. `broken_off` says why it was not played out.
    pub async fn finish(&mut self, killed: &Killed, broken_off: Option<&str>) -> Figures {
        if !self.is_settled() {
            self.settle().await;
        }
        let is_expected_of = |name: &&String| {
            let mut expectations = self.expectations.iter();
            !self.is_strict() || expectations.any(|expectation| expectation.handle == **name)
        };
        let mut names: Vec<&String> = self.handles.keys().filter(is_expected_of).collect();
        names.sort();
        let mut problems = Vec::new();
        for name in names {
            let handle = &self.handles[name];
            let right = handle
                .wait_until(|message| self.mismatches(name, message).is_empty())
                .await;
            if right.is_err() {
                let now = handle.now();
                problems.extend(now.map_or_else(
                    || vec![format!("{name} is gone")],
                    |message| self.mismatches(name, &message),
                ));
            }
        }
        problems.extend(broken_off.map(|why| format!("the story was not played out: {why}")));
        problems.extend(
            self.once
                .iter()
                .filter_map(|wanted| once::problem(&self.guild, wanted)),
        );
        self.problems = problems;
        self.figures(killed)
    }

    /// What members may count on by their last answers: `seat joined: 185`.
    pub fn told(&self) -> Vec<String> {
        let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (key, value) in self.states.values().flatten() {
            *counts.entry((key, value)).or_default() += 1;
        }
        let counts = counts.into_iter();
        counts
            .map(|((key, value), count)| format!("{key} {value}: {count}"))
            .collect()
    }

    /// What was wrong in the end, in words.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    /// Requests of the host that were refused, for whoever looks for the cause.
    pub fn refusals(&self) -> Vec<String> {
        let mut kinds: Vec<(String, usize)> = Vec::new();
        for request in self
            .guild
            .playground()
            .requests()
            .iter()
            .filter(|request| is_refused(request))
        {
            let code = request
                .code
                .map_or_else(String::new, |code| format!(" (code {code})"));
            let kind = format!(
                "{} {}: {}{code}",
                request.method, request.route, request.status
            );
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, count)) => *count += 1,
                None => kinds.push((kind, 1)),
            }
        }
        kinds
            .into_iter()
            .map(|(kind, count)| format!("{count} times {kind}"))
            .collect()
    }

    /// Waits until nothing new is written in the guild: for a moment if all is there, and for longer
    /// than any limit of Discord's if something is missing.
    async fn settle(&self) {
        let started = Instant::now();
        let (mut before, mut since) = (once::written(&self.guild), Instant::now());
        while started.elapsed() < AT_MOST {
            tokio::time::sleep(LOOK_AGAIN).await;
            let now = once::written(&self.guild);
            if now != before {
                (before, since) = (now, Instant::now());
            }
            let is_there = self
                .once
                .iter()
                .all(|wanted| once::problem(&self.guild, wanted).is_none());
            if since.elapsed() >= if is_there { QUIET } else { QUIET_IN_VAIN } {
                return;
            }
        }
    }

    fn figures(&self, killed: &Killed) -> Figures {
        let playground = self.guild.playground();
        let edits = playground.requests_on("PATCH /channels/{channel.id}/messages/{message.id}");
        let (mut count, mut shortest) = (self.edits_by_answer, None);
        for panel in &self.panels {
            let end = format!("/messages/{}", panel.id());
            let at: Vec<i64> = edits
                .iter()
                .filter(|edit| edit.status == 200 && edit.path.ends_with(&end))
                .map(|edit| edit.at_ms)
                .collect();
            count += at.len() as u64;
            let gaps = at
                .windows(2)
                .map(|pair| u64::try_from(pair[1] - pair[0]).unwrap_or(0));
            shortest = shortest.into_iter().chain(gaps).min();
        }
        let requests = playground.requests();
        let refused = requests.iter().filter(|request| is_refused(request));
        // 10062: the interaction is not known, or no longer.
        let too_late = requests
            .iter()
            .filter(|request| request.code == Some(10062))
            .count();
        let mut times = self.times.clone();
        let late = times.iter().filter(|time| **time > LATE).count() + too_late;
        Figures {
            panel_edits: count,
            panel_right_ms: self.right_ms.iter().copied().max().unwrap_or(0),
            answer_p50_ms: percentile(&mut times, 50),
            answer_p99_ms: percentile(&mut times, 99),
            unanswered: self.unanswered,
            errors: self.unknown_answers + refused.count() as u64,
            late: late as u64,
            panel_correct: self.problems.is_empty() && !self.right_ms.is_empty(),
            shortest_between_edits_ms: shortest,
            answered: times.len() as u64,
            crashes: killed.times,
            seed: killed.seed,
            took_ms: u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// Whether the simulator refused what the host asked for. 429 is a limit, and part of a normal day.
fn is_refused(request: &RequestEntry) -> bool {
    request.status >= 400 && request.status != 429
}
