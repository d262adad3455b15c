//! `cargo coverage`: which story covers which command, button, menu and form.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use clap::Parser;
use muster_playground::TRANSCRIPTS;
use muster_test_coverage::{Report, Table, Used};

/// Where stories are.
const STORIES: [&str; 2] = ["muster-test-e2e", "muster"];

/// Runs the end-to-end stories, and prints which of them covers which command, button, menu and form.
///
/// Exit codes: 0 everything is covered; 1 there is a gap, or a story failed; 2 the command line is wrong.
#[derive(Debug, Parser)]
#[command(name = "cargo coverage")]
struct Options {
    /// Read the transcripts in this folder instead of running stories.
    #[arg(long, value_name = "FOLDER")]
    read: Option<PathBuf>,
}

fn main() -> Result<ExitCode> {
    let options = Options::parse();
    let table = Table::ours().context("table.toml")?;
    let (used, passed) = match &options.read {
        Some(folder) => (Used::read(folder, &table)?, true),
        None => {
            let folder = tempfile::tempdir()?;
            let passed = run_stories(folder.path())?;
            (Used::read(folder.path(), &table)?, passed)
        }
    };
    let report = Report::new(&table, &used);
    print!("{report}");
    if !passed {
        println!("Stories failed; what they would have used is missing here.");
    }
    Ok(ExitCode::from(u8::from(!(passed && report.is_complete()))))
}

fn run_stories(transcripts: &Path) -> Result<bool> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["test", "--no-fail-fast"])
        .args(STORIES.iter().flat_map(|package| ["-p", package]))
        .env(TRANSCRIPTS, transcripts)
        .status()
        .context("cargo cannot be started")?;
    Ok(status.success())
}
