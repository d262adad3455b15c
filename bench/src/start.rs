//! How long the bot needs from a new process to `ready`, its plugins compiled before, and how much
//! memory it has then.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde::Serialize;

use crate::choice::Size;
use crate::cpu;
use crate::sample::Sample;
use crate::stage::{Host, Stage};

/// Starts that count; one before them compiles the plugins and makes the database.
const STARTS: u32 = 5;

/// The start of a bot in one guild.
#[derive(Debug, Clone, Serialize)]
pub struct Start {
    /// Starts that counted.
    pub starts: u32,
    /// From making the process to the line `ready`: gateway READY handled, commands registered. The median.
    pub ready_ms: f64,
    /// The slowest of them.
    pub slowest_ms: f64,
    /// The very first start, which compiled the plugins.
    pub cold_ms: f64,
    /// CPU time of its threads by then, in milliseconds; of the last start.
    pub cpu_ms: f64,
    /// Memory of the process, in MiB; of the last start, once the guild is configured.
    pub rss_idle_mib: f64,
}

/// Starts the bot again and again, and leaves the last one running in a configured guild.
pub async fn measure(stage: &Stage, size: Size) -> Result<(Start, Host)> {
    let (cold_ms, mut host) = start(stage).await?;
    stage.configure().await?;
    let mut waits = Sample::default();
    let starts = size.of(STARTS);
    for _ in 0..starts {
        host.stop().await;
        let (ready_ms, next) = start(stage).await?;
        waits.push(ready_ms);
        host = next;
    }
    let threads = cpu::Usage::of(host.pid)?.threads;
    let cpu_ms = threads.values().sum::<Duration>().as_secs_f64() * 1e3;
    // An answered command and its effects belong to what an idle bot has seen.
    stage.configure().await?;
    let figures = Start {
        starts,
        ready_ms: waits.median(),
        slowest_ms: waits.percentile(100.0),
        cold_ms,
        cpu_ms,
        rss_idle_mib: cpu::resident_kib(host.pid)? as f64 / 1024.0,
    };
    Ok((figures, host))
}

async fn start(stage: &Stage) -> Result<(f64, Host)> {
    stage.admit_start().await?;
    let began = Instant::now();
    let host = stage.start().await?;
    Ok((began.elapsed().as_secs_f64() * 1e3, host))
}
