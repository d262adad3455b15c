//! `cargo openapi`: runs the tests, and holds what went over the wire against Discord's OpenAPI file.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use clap::Parser;
use muster_playground::TRANSCRIPTS;
use muster_test_openapi::{Accepted, Judge, Report, read_folder};

/// Runs the tests, and holds every request and every answer against Discord's OpenAPI file.
///
/// Exit codes: 0 nothing to find fault with; 1 a difference that is not in accepted.toml, or a test
/// failed, or nothing was judged; 2 the command line is wrong.
#[derive(Debug, Parser)]
#[command(name = "cargo openapi")]
struct Options {
    /// The file, from <https://github.com/discord/discord-api-spec>.
    #[arg(long, env = "DISCORD_OPENAPI", value_name = "FILE")]
    file: PathBuf,
    /// Read the transcripts in this folder instead of running tests.
    #[arg(long, value_name = "FOLDER")]
    read: Option<PathBuf>,
    /// What to tell `cargo test`; all tests if nothing.
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGUMENTS"
    )]
    tests: Vec<String>,
}

fn main() -> Result<ExitCode> {
    let options = Options::parse();
    let text = std::fs::read_to_string(&options.file)
        .with_context(|| format!("cannot read {}", options.file.display()))?;
    let judge = Judge::new(serde_json::from_str(&text)?)?;
    let accepted = Accepted::ours()?;
    let (report, transcripts, passed) = match &options.read {
        Some(folder) => {
            let (report, transcripts) = judged(&judge, &accepted, folder)?;
            (report, transcripts, true)
        }
        None => {
            let folder = tempfile::tempdir()?;
            let passed = run_tests(&options.tests, folder.path())?;
            let (report, transcripts) = judged(&judge, &accepted, folder.path())?;
            (report, transcripts, passed)
        }
    };
    print!("{}", report.show(&accepted));
    let (requests, answers) = report.judged();
    println!("{requests} requests and {answers} answers of {transcripts} playgrounds were judged.");
    if !passed {
        println!("Tests failed; what they would have sent is missing here.");
    }
    let is_good = passed && requests > 0 && answers > 0 && report.open().is_empty();
    Ok(ExitCode::from(u8::from(!is_good)))
}

fn judged(judge: &Judge, accepted: &Accepted, folder: &Path) -> Result<(Report, usize)> {
    let mut report = Report::default();
    let transcripts = read_folder(folder, |line| {
        if let Some(judgement) = judge.judge(line) {
            report.add(judgement, accepted);
        }
    })?;
    Ok((report, transcripts))
}

fn run_tests(arguments: &[String], transcripts: &Path) -> Result<bool> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.arg("test");
    if arguments.is_empty() {
        command.args(["--workspace", "--no-fail-fast"]);
    }
    let status = command
        .args(arguments)
        .env(TRANSCRIPTS, transcripts)
        .status()
        .context("cargo cannot be started")?;
    Ok(status.success())
}
