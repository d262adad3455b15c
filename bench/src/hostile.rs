//! What one guild notices of a plugin that loops for ever in another.
//!
//! Members of guild B press Join at a steady pace, whether earlier presses are answered or not, and
//! each wait is counted from the moment at which the press was due. Quiet stretches and stretches with
//! the loop take turns.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use muster_core::call::CallOutcome;
use muster_core::ports::Plugins;
use muster_test_hostile::HOSTILE;
use serde::Serialize;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior};

use crate::choice::Size;
use crate::sample::Sample;
use crate::workbench::{Person, RAIDS, Workbench, builtin};

/// The plugin that misbehaves, in the words of its manifest.
const PLUGIN: &str = "hostile";
const LOOPS: Person = Person { guild: 1, user: 7 };
const GUILD_B: u64 = 2;

/// As long as the host pauses what keeps failing (`host/runtime/src/health.rs`).
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// Presses in one stretch, and one warm-up before them.
const PRESSES: u32 = 250;
const PACE: Duration = Duration::from_millis(20);
/// Stretches of each kind.
const STRETCHES: u64 = 3;

/// What members of guild B wait for an answer of Join, in milliseconds.
#[derive(Debug, Clone, Serialize)]
pub struct Hostile {
    /// Presses in each of the two circumstances.
    pub presses: u32,
    /// While nothing else runs.
    pub quiet_p50_ms: f64,
    /// While nothing else runs.
    pub quiet_p99_ms: f64,
    /// The longest while nothing else runs.
    pub quiet_max_ms: f64,
    /// While a plugin loops in guild A.
    pub looping_p50_ms: f64,
    /// While a plugin loops in guild A.
    pub looping_p99_ms: f64,
    /// The longest while a plugin loops in guild A.
    pub looping_max_ms: f64,
    /// Loops that were begun and ended by the host meanwhile.
    pub loops: u32,
}

/// Measures both circumstances.
pub async fn measure(folder: &Path, size: Size) -> Result<Hostile> {
    let folder = folder.join("hostile");
    std::fs::create_dir_all(&folder)?;
    let plugins = [(RAIDS, builtin(RAIDS)?), (PLUGIN, HOSTILE)];
    let mut bench = Workbench::open(&folder, GUILD_B, &plugins).await?;
    let mut buttons = Vec::new();
    for stretch in 0..=2 * STRETCHES {
        let organizer = Person {
            guild: GUILD_B,
            user: 1_000 + stretch,
        };
        buttons.push(bench.post_run(organizer).await?);
    }
    let bench = Arc::new(bench);
    let (mut quiet, mut looping, mut loops) = (Sample::default(), Sample::default(), 0);
    let presses = size.of(PRESSES);
    let mut buttons = buttons.iter();
    let warm_up = buttons.next().context("a run was posted")?;
    press(&bench, warm_up, presses, &mut Sample::default()).await?;
    while let (Some(first), Some(second)) = (buttons.next(), buttons.next()) {
        press(&bench, first, presses, &mut quiet).await?;
        let forever = Forever::start(&bench);
        press(&bench, second, presses, &mut looping).await?;
        loops += forever.stop().await?;
    }
    Ok(Hostile {
        presses: u32::try_from(looping.len())?,
        quiet_p50_ms: quiet.median(),
        quiet_p99_ms: quiet.percentile(99.0),
        quiet_max_ms: quiet.percentile(100.0),
        looping_p50_ms: looping.median(),
        looping_p99_ms: looping.percentile(99.0),
        looping_max_ms: looping.percentile(100.0),
        loops,
    })
}

/// So many members press at their pace; how long each waited goes to `waits`, in milliseconds.
async fn press(
    bench: &Arc<Workbench>,
    button: &str,
    presses: u32,
    waits: &mut Sample,
) -> Result<()> {
    let mut pace = tokio::time::interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut under_way = JoinSet::new();
    for n in 0..presses {
        let person = Person {
            guild: GUILD_B,
            user: 10_000 + u64::from(n),
        };
        let call = bench.press(person, button)?;
        let due = pace.tick().await;
        let bench = Arc::clone(bench);
        under_way.spawn(async move { (bench.runtime().call(call).await, due, Instant::now()) });
    }
    for (outcome, due, answered) in under_way.join_all().await {
        ensure!(
            matches!(outcome, CallOutcome::Done(Some(_))),
            "nobody joined: {outcome:?}"
        );
        waits.push(answered.duration_since(due).as_secs_f64() * 1e3);
    }
    Ok(())
}

/// A plugin that loops in guild A, begun again whenever the host has ended it.
struct Forever {
    enough: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<Result<u32>>,
}

impl Forever {
    fn start(bench: &Arc<Workbench>) -> Self {
        let enough = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(run_forever(Arc::clone(bench), Arc::clone(&enough)));
        Self { enough, task }
    }

    async fn stop(self) -> Result<u32> {
        self.enough.store(true, Ordering::Relaxed);
        self.task.await?
    }
}

async fn run_forever(bench: Arc<Workbench>, enough: Arc<AtomicBool>) -> Result<u32> {
    let mut loops = 0;
    while !enough.load(Ordering::Relaxed) {
        let call = bench.command(LOOPS, PLUGIN, "loop")?;
        match bench.runtime().call(call).await {
            CallOutcome::Failed { .. } => loops += 1,
            // What keeps failing is paused.
            CallOutcome::Refused(_) => bench.passes(LONGEST_PAUSE),
            other => anyhow::bail!("the loop ended in an unexpected way: {other:?}"),
        }
    }
    Ok(loops)
}
