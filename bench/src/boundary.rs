//! What WebAssembly adds to the handler of Join: the same calls through a built plugin, each in a fresh
//! instance, and natively, over the same state, database and commit.
//!
//! Both sides join runs of their own, in turns of a few calls, so that whatever else the machine does
//! hits both. Every round begins with two new runs: a roster is never longer than a round.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use muster_core::call::{Call, CallOutcome};
use muster_core::manifest::Manifest;
use muster_core::ports::Plugins;
use serde::Serialize;

use crate::choice::Size;
use crate::sample::Sample;
use crate::workbench::{Person, RAIDS, Workbench, builtin};
use crate::{cpu, native};

/// Calls of one side before the other has its turn.
const TURN: u32 = 20;
/// Calls of one side in one round, as many as a large run has raiders.
const ROUND: u32 = 200;
/// Rounds that count; one before them does not.
const ROUNDS: u32 = 10;

/// What a call of Join costs on either side, in microseconds of CPU time of the whole process.
#[derive(Debug, Clone, Serialize)]
pub struct Boundary {
    /// Calls on each side.
    pub calls: u32,
    /// In a sandbox.
    pub wasm_cpu_us: f64,
    /// Natively.
    pub native_cpu_us: f64,
    /// What the sandbox adds.
    pub difference_us: f64,
    /// The middle half of the differences of single turns lies between these.
    pub difference_us_quartiles: [f64; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Wasm,
    Native,
}

impl Side {
    const BOTH: [Self; 2] = [Self::Wasm, Self::Native];

    /// Each side has a guild of its own.
    fn guild(self) -> u64 {
        match self {
            Self::Wasm => 1,
            Self::Native => 2,
        }
    }
}

/// Measures both sides.
pub async fn measure(folder: &Path, size: Size) -> Result<Boundary> {
    let folder = folder.join("boundary");
    std::fs::create_dir_all(&folder)?;
    let mut bench = Workbench::open(&folder, 2, &[(RAIDS, builtin(RAIDS)?)]).await?;
    let manifest = bench.manifest(RAIDS)?;
    let mut turns = Turns::default();
    for round in 0..=size.of(ROUNDS) {
        if round == 1 {
            // The first round has filled every cache.
            turns = Turns::default();
        }
        play_round(&mut bench, &manifest, round, &mut turns).await?;
    }
    Ok(turns.conclude())
}

async fn play_round(
    bench: &mut Workbench,
    manifest: &Arc<Manifest>,
    round: u32,
    turns: &mut Turns,
) -> Result<()> {
    let mut buttons = Vec::new();
    for side in Side::BOTH {
        // An organizer has one run at a time.
        let organizer = Person {
            guild: side.guild(),
            user: 1_000 + u64::from(round),
        };
        buttons.push((side, bench.post_run(organizer).await?));
    }
    bench.forget_effects();
    for turn in 0..ROUND / TURN {
        for (side, button) in &buttons {
            let calls = calls(bench, *side, button, turn)?;
            let before = cpu::of_this_process()?;
            for call in calls {
                run(bench, manifest, *side, call).await?;
            }
            turns.note(*side, cpu::of_this_process()?.saturating_sub(before));
        }
        // Whoever began the last turn comes second in the next.
        buttons.reverse();
    }
    Ok(())
}

fn calls(bench: &Workbench, side: Side, button: &str, turn: u32) -> Result<Vec<Arc<Call>>> {
    let users = (turn * TURN..(turn + 1) * TURN).map(|n| 10_000 + u64::from(n));
    let person = |user| Person {
        guild: side.guild(),
        user,
    };
    users
        .map(|user| Ok(Arc::new(bench.press(person(user), button)?)))
        .collect()
}

async fn run(
    bench: &Workbench,
    manifest: &Arc<Manifest>,
    side: Side,
    call: Arc<Call>,
) -> Result<()> {
    let outcome = match side {
        Side::Wasm => bench.runtime().call(Arc::unwrap_or_clone(call)).await,
        Side::Native => {
            native::press::<muster_raids::Plugin>(bench.runtime(), manifest, &call).await?
        }
    };
    ensure!(
        matches!(outcome, CallOutcome::Done(Some(_))),
        "{side:?} did not join: {outcome:?}"
    );
    Ok(())
}

/// CPU time of each turn, in microseconds per call.
#[derive(Default)]
struct Turns {
    wasm: Vec<f64>,
    native: Vec<f64>,
}

impl Turns {
    fn note(&mut self, side: Side, spent: Duration) {
        let per_call = spent.as_secs_f64() * 1e6 / f64::from(TURN);
        match side {
            Side::Wasm => self.wasm.push(per_call),
            Side::Native => self.native.push(per_call),
        }
    }

    fn conclude(self) -> Boundary {
        let pairs = self.wasm.iter().zip(&self.native);
        let differences: Sample = pairs.map(|(wasm, native)| wasm - native).collect();
        let turns = u32::try_from(differences.len()).unwrap_or(u32::MAX);
        Boundary {
            calls: turns.saturating_mul(TURN),
            wasm_cpu_us: self.wasm.into_iter().collect::<Sample>().mean(),
            native_cpu_us: self.native.into_iter().collect::<Sample>().mean(),
            difference_us: differences.mean(),
            difference_us_quartiles: [differences.percentile(25.0), differences.percentile(75.0)],
        }
    }
}
