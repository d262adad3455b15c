//! What a press of Join costs the host from end to end: gateway, door, plugin, commit, answer, panel,
//! raid log. A crowd of distinct members joins one run.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use muster_playground::{Counters, MemberSpec, Message, MessageHandle, Persona};
use serde::Serialize;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::choice::Size;
use crate::cpu::{self, Usage};
use crate::sample::Sample;
use crate::stage::{Host, Stage, told};

/// Members who join, evenly over the span.
const CROWD: u32 = 1000;
const SPAN: Duration = Duration::from_secs(5);

/// A crowd joins a run. CPU time is that of the host process.
#[derive(Debug, Clone, Serialize)]
pub struct Joins {
    /// Members who pressed.
    pub presses: u32,
    /// CPU seconds per 1,000 presses, until panel and raid log show them all.
    pub cpu_s_per_1000: f64,
    /// The part of it that was spent until the last member was answered.
    pub cpu_s_per_1000_until_answered: f64,
    /// From sending the press to the whole answer, in milliseconds.
    pub answer_p50_ms: f64,
    /// The same.
    pub answer_p99_ms: f64,
    /// Members who were not told that they joined.
    pub errors: u32,
    /// Seconds from the first press to the last answer.
    pub answered_s: f64,
    /// Seconds from the first press until panel and raid log were complete.
    pub settled_s: f64,
    /// Microseconds of CPU per press, by kind of thread.
    pub cpu_us_by_thread: BTreeMap<String, f64>,
    /// Switches from one thread to another, per press.
    pub switches_per_press: f64,
    /// REST calls by route.
    pub requests: BTreeMap<String, u64>,
    /// Memory of the host afterwards, in MiB.
    pub rss_after_mib: f64,
}

/// Lets a crowd join a run in a configured guild.
pub async fn measure(stage: &Stage, host: &Host, size: Size) -> Result<Joins> {
    let presses = size.of(CROWD);
    let crowd = crowd(stage, presses)?;
    let panel = post_run(stage).await?;
    let (requests, before) = (stage.playground.counters(), Usage::of(host.pid)?);
    let began = Instant::now();
    let (waits, errors) = join(crowd, &panel, SPAN * presses / CROWD).await;
    let answered_s = began.elapsed().as_secs_f64();
    let answered = Usage::of(host.pid)?.since(&before);
    settle(stage, &panel, waits.len()).await?;
    let settled_s = began.elapsed().as_secs_f64();
    let used = Usage::of(host.pid)?.since(&before);
    let per_press = |cpu: Duration| cpu.as_secs_f64() * 1e6 / f64::from(presses);
    let per_1000 = |cpu: Duration| cpu.as_secs_f64() * 1e3 / f64::from(presses);
    let by_thread = used
        .threads
        .iter()
        .map(|(name, cpu)| (name.clone(), per_press(*cpu)));
    Ok(Joins {
        presses,
        cpu_s_per_1000: per_1000(used.cpu),
        cpu_s_per_1000_until_answered: per_1000(answered.cpu),
        answer_p50_ms: waits.median(),
        answer_p99_ms: waits.percentile(99.0),
        errors,
        answered_s,
        settled_s,
        cpu_us_by_thread: by_thread.collect(),
        switches_per_press: used.switches as f64 / f64::from(presses),
        requests: made_since(&stage.playground.counters(), &requests),
        rss_after_mib: cpu::resident_kib(host.pid)? as f64 / 1024.0,
    })
}

fn crowd(stage: &Stage, people: u32) -> Result<Vec<Persona>> {
    let spec = |n| MemberSpec {
        name: format!("Raider {n}"),
        roles: vec!["Verified Raider".to_owned()],
        ..MemberSpec::default()
    };
    (1..=people)
        .map(|n| Ok(stage.guild.join(&spec(n))?))
        .collect()
}

/// An organizer posts a run, and its thread in the raid log is there.
async fn post_run(stage: &Stage) -> Result<MessageHandle> {
    let organizer = stage.guild.member("Otto").in_channel_named("organizers");
    let organizer = organizer.context("the guild has a channel for organizers")?;
    let told = told(organizer.uses("/run", json!({ "dungeon": "SHATTERS" }))).await?;
    ensure!(told.contains("is posted"), "/run: {told}");
    let channel = stage
        .guild
        .channel("raid")
        .context("the guild has a channel for runs")?;
    let has_join = |message: &Message| message.buttons().contains(&"Join");
    let panel = stage.guild.wait_for_message(channel, has_join).await?;
    wait_for_log(stage, "created by").await?;
    Ok(panel)
}

/// Everybody presses once; how long each waited, in milliseconds, and how many were not let in.
async fn join(crowd: Vec<Persona>, panel: &MessageHandle, span: Duration) -> (Sample, u32) {
    let people = u32::try_from(crowd.len()).unwrap_or(u32::MAX).max(1);
    let start = Instant::now();
    let mut under_way = JoinSet::new();
    for (n, person) in (0..).zip(crowd) {
        let panel = panel.clone();
        under_way.spawn(async move {
            tokio::time::sleep_until(start + span * n / people).await;
            press(&person, &panel).await
        });
    }
    let (mut waits, mut errors) = (Sample::default(), 0);
    for result in under_way.join_all().await {
        match result {
            Ok(wait) => waits.push(wait.as_secs_f64() * 1e3),
            Err(error) => {
                errors += 1;
                eprintln!("a member did not join: {error:#}");
            }
        }
    }
    (waits, errors)
}

async fn press(person: &Persona, panel: &MessageHandle) -> Result<Duration> {
    let answered = person.presses(panel, "Join")?.answer().await?;
    let told = answered.answer.text();
    ensure!(told.contains("joined"), "{told}");
    Ok(answered.after)
}

/// Waits until everybody stands on the panel and in the raid log.
async fn settle(stage: &Stage, panel: &MessageHandle, joined: usize) -> Result<()> {
    let count = joined.to_string();
    panel
        .wait_until(|message| message.field("Raiders") == Some(count.as_str()))
        .await?;
    wait_for_log(stage, &format!("({joined} in all)")).await
}

/// Waits until the run's thread holds these words.
async fn wait_for_log(stage: &Stage, words: &str) -> Result<()> {
    let threads = stage.guild.threads();
    let thread = threads
        .last()
        .context("the run has a thread in the raid log")?;
    let holds = |message: &Message| message.text().contains(words);
    stage.guild.wait_for_message(thread.id, holds).await?;
    Ok(())
}

fn made_since(now: &Counters, before: &Counters) -> BTreeMap<String, u64> {
    let made = now
        .by_route
        .iter()
        .map(|(route, count)| (route.clone(), count - before.on(route)));
    made.filter(|(_, count)| *count > 0).collect()
}
