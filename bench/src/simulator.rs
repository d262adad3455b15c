//! How the offline Discord bears a crowd: 1,000 people in 100 guilds, all served by one bot, who act
//! again and again.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use muster_playground::{MemberSpec, Persona};
use serde::Serialize;
use serde_json::json;
use tokio::task::JoinSet;

use crate::choice::Size;
use crate::cpu;
use crate::sample::Sample;
use crate::stage::Stage;

const GUILDS: u32 = 100;
/// Who joins each guild, beside those who are there.
const PEOPLE_EACH: u32 = 10;

/// In each round everybody uses a command once, evenly over the span.
const ROUNDS: u32 = 14;
const SPAN: Duration = Duration::from_millis(2500);
/// By then the simulator's logs (20,000 requests and as many frames) are full; two requests answer one
/// command.
const LOGS_ARE_FULL: u32 = 11;

/// A simulator with many guilds. Its memory is that of this process, which holds nothing else then.
#[derive(Debug, Clone, Serialize)]
pub struct Simulator {
    /// Guilds with the bot in them.
    pub guilds: u32,
    /// People who act.
    pub people: u32,
    /// From making the bot's process to its being ready in all guilds, compiling its plugins included.
    pub ready_ms: f64,
    /// From a member's command until they have the whole answer: the gateway, the bot and the REST API.
    pub answer_p50_ms: f64,
    /// The same.
    pub answer_p99_ms: f64,
    /// What the simulator itself needs for one REST request, in milliseconds.
    pub rest_p99_ms: f64,
    /// REST requests in all.
    pub requests: u64,
    /// People who were told something else than they should be.
    pub errors: u32,
    /// Memory with the guilds and people in it, in MiB, before anybody acted.
    pub rss_peopled_mib: f64,
    /// Once its logs were full for the first time.
    pub rss_full_mib: f64,
    /// After the last round.
    pub rss_after_mib: f64,
}

/// Peoples a playground and lets everybody act.
pub async fn measure(folder: &Path, size: Size) -> Result<Simulator> {
    let folder = folder.join("simulator");
    std::fs::create_dir_all(&folder)?;
    let stage = Stage::open(&folder).await?;
    let people = people(&stage, size)?;
    let rss_peopled_mib = resident_mib()?;
    let began = Instant::now();
    let host = stage.start().await?;
    let ready_ms = began.elapsed().as_secs_f64() * 1e3;
    let (mut waits, mut errors, mut rss_full_mib) = (Sample::default(), 0, 0.0);
    for round in 1..=ROUNDS {
        errors += act(&people, &mut waits).await;
        if round == LOGS_ARE_FULL {
            rss_full_mib = resident_mib()?;
        }
    }
    let rss_after_mib = resident_mib()?;
    let requests = stage.playground.requests();
    let in_rest: Sample = requests
        .iter()
        .map(|request| request.duration.as_secs_f64() * 1e3)
        .collect();
    host.stop().await;
    Ok(Simulator {
        guilds: u32::try_from(stage.playground.guilds().len())?,
        people: u32::try_from(people.len())?,
        ready_ms,
        answer_p50_ms: waits.median(),
        answer_p99_ms: waits.percentile(99.0),
        rest_p99_ms: in_rest.percentile(99.0),
        requests: stage.playground.counters().requests,
        errors,
        rss_peopled_mib,
        rss_full_mib,
        rss_after_mib,
    })
}

fn people(stage: &Stage, size: Size) -> Result<Vec<Persona>> {
    let mut people = Vec::new();
    for number in 0..size.of(GUILDS) {
        let guild = match number {
            0 => stage.guild.clone(),
            _ => stage.add_guild(&format!("Realm Garden {number}"))?,
        };
        for place in 0..PEOPLE_EACH {
            let spec = MemberSpec {
                name: format!("Raider {number}-{place}"),
                roles: vec!["Verified Raider".to_owned()],
                ..MemberSpec::default()
            };
            people.push(guild.join(&spec)?);
        }
    }
    Ok(people)
}

/// Everybody asks the bot whether it is there; how many did not learn it.
async fn act(people: &[Persona], waits: &mut Sample) -> u32 {
    let start = tokio::time::Instant::now();
    let count = u32::try_from(people.len()).unwrap_or(u32::MAX).max(1);
    let mut under_way = JoinSet::new();
    for (number, person) in (0..).zip(people.iter().cloned()) {
        under_way.spawn(async move {
            tokio::time::sleep_until(start + SPAN * number / count).await;
            ask(&person).await
        });
    }
    let mut errors = 0;
    for result in under_way.join_all().await {
        match result {
            Ok(wait) => waits.push(wait.as_secs_f64() * 1e3),
            Err(error) => {
                errors += 1;
                eprintln!("somebody was not answered: {error:#}");
            }
        }
    }
    errors
}

async fn ask(person: &Persona) -> Result<Duration> {
    let answered = person.uses("/ping", json!({}))?.answer().await?;
    let text = answered.answer.text();
    ensure!(text.contains("Pinging") || text.contains("Pong"), "{text}");
    Ok(answered.after)
}

fn resident_mib() -> Result<f64> {
    Ok(cpu::resident_kib(std::process::id())? as f64 / 1024.0)
}
