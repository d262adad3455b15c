//! Many people at once: each presses at their own moment, and all are waited for.

use std::time::Duration;

use muster_playground::UserId;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::act::{Doing, End, Outcome};

/// What many people did.
pub(super) type Outcomes = Vec<(UserId, Outcome)>;

/// Lets everybody do their part, spread evenly over `within`. `begun` counts the deeds as they begin.
pub(super) async fn run(
    doings: Vec<Doing>,
    within: Duration,
    begun: &watch::Sender<usize>,
) -> Outcomes {
    let count = u32::try_from(doings.len()).unwrap_or(u32::MAX).max(1);
    let mut people = JoinSet::new();
    let start = tokio::time::Instant::now();
    for (index, doing) in (0u32..).zip(doings) {
        let begun = begun.clone();
        people.spawn(async move {
            tokio::time::sleep_until(start + within * index / count).await;
            begun.send_modify(|deeds| *deeds += 1);
            let user = doing.persona.id();
            (user, doing.run().await)
        });
    }
    people.join_all().await
}

/// Outcomes by what was told, the most frequent first: a sample, how many, and whether it was known.
pub(super) fn by_answer(outcomes: &Outcomes) -> Vec<(String, usize, bool)> {
    let mut groups: Vec<(String, usize, bool)> = Vec::new();
    for (_, outcome) in outcomes {
        let alike = |other: &String| first_words(other) == first_words(&outcome.text);
        match groups
            .iter_mut()
            .find(|(text, _, done)| *done == (outcome.end == End::Done) && alike(text))
        {
            Some((_, count, _)) => *count += 1,
            None => groups.push((outcome.text.clone(), 1, outcome.end == End::Done)),
        }
    }
    groups.sort_by_key(|(_, count, _)| std::cmp::Reverse(*count));
    groups
}

/// Answers that begin alike are told once.
fn first_words(text: &str) -> Vec<&str> {
    text.split_whitespace().take(3).collect()
}
