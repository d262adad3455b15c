//! Random statements mean among other guilds what they mean alone.
//!
//! A failure prints the seed of its statement; `GATE_SEED=<seed>` runs that one alone, and
//! `GATE_STATEMENTS=<count>` sets how many run.

#[path = "gate/generator.rs"]
mod generator;
#[path = "gate/oracle.rs"]
mod oracle;

use std::time::Instant;

use generator::{Dice, Generator};
use oracle::{Outcome, Size, Worlds};

const FIRST_SEED: u64 = 0x6d75_7374_6572;

#[derive(Default, Debug)]
struct Tally {
    accepted: usize,
    refused: usize,
    failed_on_both: usize,
    with_rows: usize,
    that_changed_rows: usize,
    queries: usize,
    writes: usize,
}

async fn run(size: Size, first: u64, count: u64) {
    let start = Instant::now();
    let mut worlds = Worlds::new(size).await;
    let mut tally = Tally::default();
    let mut reasons = std::collections::BTreeMap::<String, usize>::new();
    let mut different = Vec::new();
    for seed in first..first + count {
        let statement = Generator::new(Dice::new(seed).roll()).statement();
        let reads = statement.sql.starts_with("select") || statement.sql.starts_with("with");
        match worlds.compare(&statement.sql, &statement.parameters).await {
            Outcome::Refused(error) => {
                tally.refused += 1;
                let reason: String = error.to_string().chars().take(60).collect();
                *reasons.entry(reason).or_default() += 1;
                continue;
            }
            Outcome::Equal {
                rows,
                changed,
                failed,
                ..
            } => {
                tally.with_rows += usize::from(rows > 0);
                tally.that_changed_rows += usize::from(changed > 0);
                tally.failed_on_both += usize::from(failed);
            }
            Outcome::Different(difference) => {
                different.push(format!("GATE_SEED={seed}: {difference}"));
            }
        }
        tally.accepted += 1;
        tally.queries += usize::from(reads);
        tally.writes += usize::from(!reads);
    }
    println!("{size:?}: {tally:?} in {:?}", start.elapsed());
    println!("refused because: {reasons:?}");
    assert!(
        different.is_empty(),
        "{} of {count} differ:\n{}",
        different.len(),
        different
            .iter()
            .take(5)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
    if count >= 1_000 {
        assert!(tally.refused * 50 < tally.accepted, "hardly any is refused");
        assert!(tally.with_rows * 4 > tally.accepted, "many find rows");
        assert!(
            tally.that_changed_rows * 10 > tally.accepted,
            "many change rows"
        );
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[tokio::test]
async fn random_statements_mean_the_same_among_other_guilds() {
    match number("GATE_SEED") {
        Some(seed) => run(Size::SMALL, seed, 1).await,
        None => {
            let count = number("GATE_STATEMENTS").unwrap_or(10_500);
            run(Size::SMALL, FIRST_SEED, count).await;
        }
    }
}

#[tokio::test]
async fn random_statements_mean_the_same_in_larger_tables_with_statistics() {
    let size = Size {
        runs: 60,
        analyzed: true,
    };
    match number("GATE_SEED") {
        Some(seed) => run(size, seed, 1).await,
        None => run(size, FIRST_SEED + (1 << 40), 500).await,
    }
}
