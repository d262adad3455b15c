//! When the bot is killed: after random deeds of the story, at random moments.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::sync::watch;

use super::HostProcess;

/// A plan of crashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crashes {
    seed: Option<u64>,
    /// After how many deeds, and how long after that.
    moments: Vec<(usize, Duration)>,
}

impl Crashes {
    /// `count` crashes within a story of these acts, given by how many people do each; the same seed
    /// gives the same plan. Every act is as likely to be hit, be it of one person or of hundreds.
    pub fn plan(count: u32, seed: Option<u64>, acts: &[usize]) -> Self {
        if count == 0 {
            return Self {
                seed: None,
                moments: Vec::new(),
            };
        }
        let seed = seed.unwrap_or_else(|| rand::rng().random_range(0..1_000_000));
        let mut random = StdRng::seed_from_u64(seed);
        let moment = |random: &mut StdRng| {
            let act = random.random_range(0..acts.len().max(1)).min(acts.len());
            let people = acts.get(act).copied().unwrap_or(1).max(1);
            let before: usize = acts.iter().take(act).sum();
            let after = before + random.random_range(1..=people);
            (
                after,
                Duration::from_micros(random.random_range(0..250_000)),
            )
        };
        let mut moments: Vec<(usize, Duration)> = (0..count).map(|_| moment(&mut random)).collect();
        moments.sort();
        Self {
            seed: Some(seed),
            moments,
        }
    }

    /// What decides; none if nothing is planned.
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// Kills the bot as planned, and says how often it did.
    pub async fn carry_out(self, host: HostProcess, mut deeds: watch::Receiver<usize>) -> u64 {
        let mut killed = 0;
        for (after, wait) in self.moments {
            if deeds.wait_for(|done| *done >= after).await.is_err() {
                return killed;
            }
            tokio::time::sleep(wait).await;
            if !host.kill().await {
                return killed;
            }
            killed += 1;
        }
        killed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_everything() {
        let acts = [1, 200, 1];
        let plan = Crashes::plan(5, Some(7), &acts);
        assert_eq!(plan, Crashes::plan(5, Some(7), &acts));
        assert_ne!(plan, Crashes::plan(5, Some(8), &acts));
        assert_eq!(plan.moments.len(), 5);
        assert!(
            plan.moments
                .iter()
                .all(|(after, _)| (1..=202).contains(after))
        );
        assert!(plan.moments.is_sorted());
        assert_eq!(Crashes::plan(0, None, &acts).seed(), None);
    }
}
