//! What Muster costs: a table for people, and in the last line one JSON object with the same figures.
//!
//! [`boundary`], [`hostile`] and [`quota`] drive a runtime in this process, without Discord ([`workbench`]).
//! [`start`], [`joins`] and [`simulator`] drive the whole host as a child process against the playground
//! ([`stage`]), so that its CPU time and memory are its own. The child is this very program, which
//! is the host if its first argument says so, as the binary `muster` is.

mod boundary;
mod choice;
mod cpu;
mod hostile;
mod joins;
mod native;
mod quota;
mod report;
mod sample;
mod simulator;
mod stage;
mod start;
mod workbench;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

use choice::{Choice, Figure};
use report::Report;
use stage::Stage;

/// The first argument of a child that is to be the host, as `muster play` gives it.
const HOST: &str = "host";

/// Measures what the command line asks for, or is the host.
pub fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(HOST) {
        return muster::main(muster::cli::Cli::parse());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    match runtime.block_on(measure(&Choice::parse())) {
        Ok(report) => {
            print!("{}", report.table());
            println!("{}", report.json());
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("muster-bench: {error:#}");
    ExitCode::FAILURE
}

async fn measure(choice: &Choice) -> Result<Report> {
    let folder = tempfile::tempdir().context("a folder for databases")?;
    let mut report = Report::default();
    if choice.wants(Figure::Boundary) {
        eprintln!("boundary: Join through WebAssembly and natively ...");
        report.boundary = Some(boundary::measure(folder.path(), choice.size()).await?);
    }
    if choice.wants(Figure::Hostile) {
        eprintln!("hostile: Join in one guild while a plugin loops in another ...");
        report.hostile = Some(hostile::measure(folder.path(), choice.size()).await?);
    }
    if choice.wants(Figure::Quota) {
        eprintln!("quota: the end of a run with points for all, and leaderboards ...");
        report.quota = Some(quota::measure(folder.path(), choice.size()).await?);
    }
    if choice.wants(Figure::Simulator) {
        eprintln!("simulator: 1,000 people in 100 guilds ...");
        report.simulator = Some(simulator::measure(folder.path(), choice.size()).await?);
    }
    if choice.wants(Figure::Start) || choice.wants(Figure::Joins) {
        with_host(folder.path(), choice, &mut report).await?;
    }
    Ok(report)
}

/// What needs the whole host: it is started for [`start`] anyway, so [`joins`] goes on with it.
async fn with_host(folder: &Path, choice: &Choice, report: &mut Report) -> Result<()> {
    let stage = Stage::open(folder).await?;
    eprintln!("start: from a new process to `ready` ...");
    let (start, host) = start::measure(&stage, choice.size()).await?;
    report.start = Some(start);
    if choice.wants(Figure::Joins) {
        eprintln!("joins: a crowd joins one run ...");
        report.joins = Some(joins::measure(&stage, &host, choice.size()).await?);
    }
    host.stop().await;
    Ok(())
}
