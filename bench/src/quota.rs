//! What counting costs: the end of a run with a crowd, each of whom gets points, and a leaderboard over
//! many events. Without Discord; with the database, the commit and the built plugins.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use muster_core::answer::Answer;
use muster_core::call::{CallOutcome, Input, Origin};
use muster_core::effect::Emitted;
use muster_core::ports::Plugins;
use serde::Serialize;
use serde_json::json;

use crate::choice::Size;
use crate::sample::Sample;
use crate::workbench::{Person, RAIDS, Workbench, builtin, guild_id};

/// The plugin that counts.
const QUOTA: &str = "quota";
const GUILD: u64 = 1;

/// Who takes part in each run.
const CROWD: u32 = 200;
/// Runs that are played from the first press to the end.
const PLAYED: u64 = 10;
/// Events of the ledger in all; runs that are only told of fill it up.
const EVENTS: u32 = 10_000;
/// How often each leaderboard is looked at.
const LOOKS: u32 = 30;

/// Points for a crowd, and who has most of them.
#[derive(Debug, Clone, Serialize)]
pub struct Quota {
    /// Who took part in each run.
    pub crowd: u32,
    /// From the press of End until everybody has their points: two handlers and two commits. The median.
    pub end_ms: f64,
    /// The slowest.
    pub end_max_ms: f64,
    /// Events that had been counted when leaderboards were looked at.
    pub events: u32,
    /// `/leaderboard` and its view, of all time. The median.
    pub leaderboard_ms: f64,
    /// The slowest.
    pub leaderboard_max_ms: f64,
    /// The same of a span of time that holds all events. The median.
    pub leaderboard_of_span_ms: f64,
    /// The slowest.
    pub leaderboard_of_span_max_ms: f64,
}

/// Plays runs to their end, tells of others, and ranks everybody.
pub async fn measure(folder: &Path, size: Size) -> Result<Quota> {
    let folder = folder.join("quota");
    std::fs::create_dir_all(&folder)?;
    let plugins = [(RAIDS, builtin(RAIDS)?), (QUOTA, builtin(QUOTA)?)];
    let mut bench = Workbench::open(&folder, GUILD, &plugins).await?;
    let crowd = size.of(CROWD);
    let mut ends = Sample::default();
    for number in 0..PLAYED {
        ends.push(play(&mut bench, number, crowd).await?);
    }
    let mut events = u32::try_from(PLAYED)? * (crowd + 1);
    let mut told = 0;
    while events < size.of(EVENTS) {
        tell(&bench, told, crowd).await?;
        events += crowd + 1;
        told += 1;
    }
    let all_time = look(&bench, json!([kind("points")]), size).await?;
    let since = json!({ "name": "since", "type": 3, "value": "2020-01-01" });
    let of_span = look(&bench, json!([kind("points"), since]), size).await?;
    Ok(Quota {
        crowd,
        end_ms: ends.median(),
        end_max_ms: ends.percentile(100.0),
        events,
        leaderboard_ms: all_time.median(),
        leaderboard_max_ms: all_time.percentile(100.0),
        leaderboard_of_span_ms: of_span.median(),
        leaderboard_of_span_max_ms: of_span.percentile(100.0),
    })
}

/// One run from its post to its end; how long the end took, in milliseconds.
async fn play(bench: &mut Workbench, number: u64, crowd: u32) -> Result<f64> {
    let organizer = Person {
        guild: GUILD,
        user: 1_000 + number,
    };
    let join = bench.post_run(organizer).await?;
    let run = join.strip_prefix("join/").context("a run has a number")?;
    for place in 0..u64::from(crowd) {
        let raider = Person {
            guild: GUILD,
            user: 10_000 + place,
        };
        press(bench, raider, &join).await?;
    }
    press(bench, organizer, &format!("start/{run}")).await?;
    bench.deliver_events().await?;
    let began = Instant::now();
    press(bench, organizer, &format!("end/{run}")).await?;
    let delivered = bench.deliver_events().await?;
    let took = began.elapsed();
    ensure!(
        delivered == 1,
        "the end of a run was told {delivered} times"
    );
    bench.forget_effects();
    Ok(took.as_secs_f64() * 1e3)
}

async fn press(bench: &Workbench, person: Person, custom_id: &str) -> Result<()> {
    match bench.runtime().call(bench.press(person, custom_id)?).await {
        CallOutcome::Done(_) => Ok(()),
        other => bail!("{custom_id}: {other:?}"),
    }
}

/// Tells of the end of a run that another plugin led.
async fn tell(bench: &Workbench, number: u32, crowd: u32) -> Result<()> {
    let first = 20_000 + 7 * number;
    let participants: Vec<String> = (first..first + crowd)
        .map(|user| user.to_string())
        .collect();
    let event = Emitted {
        topic: "run.ended".into(),
        body: json!({
            "run_id": 1_000_000 + number, "organizer_id": (1_000 + number % 50).to_string(),
            "dungeon_key": "SHATTERS", "auto": false, "awards": true,
            "participants": participants, "key_pops": 0,
        }),
    };
    let hearers = [QUOTA.parse()?];
    bench
        .store()
        .emit_host_event(guild_id(GUILD)?, &event, &hearers)
        .await?;
    bench.deliver_events().await?;
    Ok(())
}

fn kind(kind: &str) -> serde_json::Value {
    json!({ "name": "type", "type": 3, "value": kind })
}

/// Somebody asks for a leaderboard and sees it, again and again.
async fn look(bench: &Workbench, options: serde_json::Value, size: Size) -> Result<Sample> {
    let mut looks = Sample::default();
    for _ in 0..size.of(LOOKS) {
        let viewer = Person {
            guild: GUILD,
            user: 10_001,
        };
        let input = Input::Command {
            name: "leaderboard".into(),
            data: json!({ "options": options, "resolved": {} }),
        };
        let call = bench.call(viewer, QUOTA, input, Origin::Command)?;
        let began = Instant::now();
        let outcome = bench.runtime().call(call).await;
        let CallOutcome::Done(Some(Answer::Panel { name, .. })) = outcome else {
            bail!("no leaderboard is shown: {outcome:?}");
        };
        let view = bench
            .runtime()
            .render(guild_id(GUILD)?, &QUOTA.parse()?, &name)
            .await;
        looks.push(began.elapsed().as_secs_f64() * 1e3);
        let view = view.map_err(|error| anyhow::anyhow!("it cannot be drawn: {error:?}"))?;
        let text = view.context("the leaderboard is gone")?.to_string();
        ensure!(
            text.contains("10001"),
            "its viewer does not stand on it: {text}"
        );
    }
    Ok(looks)
}
