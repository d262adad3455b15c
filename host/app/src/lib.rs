//! The binary `muster`, as a library so that tests and benchmarks can start what it starts.
//!
//! [`config`] reads `plugins.toml` and the environment, [`host`] puts the host together from it, and
//! the subcommands stand in modules of their own: [`run`], [`play`], [`check`].

pub mod check;
pub mod cli;
pub mod config;
pub mod host;
pub mod installation;
pub mod logging;
pub mod play;
pub mod run;
pub mod story;

use std::path::PathBuf;
use std::process::ExitCode;

use cli::{Cli, Task};
use config::{Config, Environment, Loaded, Problem};

/// A press makes and drops thousands of small things on several threads; the system's allocator takes a
/// fifth more time for all of it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Something failed while running.
pub const EXIT_FAILED: u8 = 1;
/// The configuration has problems; all of them were listed. (2 is clap's: the command line is wrong.)
pub const EXIT_CONFIG: u8 = 3;
/// A story ended otherwise than it should.
pub const EXIT_STORY: u8 = 4;
/// A script or its guild cannot be read.
pub const EXIT_UNREADABLE: u8 = 5;

/// Problems of the configuration, as an error.
#[derive(Debug, thiserror::Error)]
#[error("the configuration has {} problem(s); `muster check` lists them", .0.len())]
pub struct BadConfig(pub Vec<Problem>);

/// Threads that do the host's own work. It has little to compute: the gateway, the database and plugins
/// that compute for long have threads of their own. With more, each thread that is woken wakes another
/// to look for work, which costs more than it does.
const HOST_WORKERS: usize = 1;

/// Does what the command line asks for.
pub fn main(cli: Cli) -> ExitCode {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if matches!(cli.task, Task::Run | Task::Host(_)) {
        builder.worker_threads(HOST_WORKERS);
    }
    match builder.enable_all().build() {
        Ok(runtime) => runtime.block_on(perform(cli)),
        Err(error) => report(&anyhow::Error::new(error).context("no thread can be started")),
    }
}

async fn perform(cli: Cli) -> ExitCode {
    let environment = Environment::of_process();
    let file = cli
        .config
        .clone()
        .or_else(|| environment.text("MUSTER_CONFIG").map(PathBuf::from));
    let loaded = Config::load(
        file.as_deref(),
        &environment,
        &installation::builtin_names(),
    );
    let done = match cli.task {
        Task::Check(options) => check::check(loaded, &environment, &options).await,
        Task::Play(options) => match valid(loaded) {
            Ok(config) => play::play(&config, &options, &cli.logging).await,
            Err(error) => Err(error),
        },
        Task::Run => match valid(loaded) {
            Ok(config) => run::run(&config, &environment, &cli.logging).await,
            Err(error) => Err(error),
        },
        Task::Host(options) => match valid(loaded) {
            Ok(config) => run::host(&config, &environment, &options, &cli.logging).await,
            Err(error) => Err(error),
        },
    };
    done.unwrap_or_else(|error| report(&error))
}

fn valid(loaded: Loaded) -> anyhow::Result<Config> {
    loaded
        .into_valid()
        .map_err(|problems| BadConfig(problems).into())
}

/// Tells the operator what went wrong, on standard error.
fn report(error: &anyhow::Error) -> ExitCode {
    if let Some(BadConfig(problems)) = error.downcast_ref() {
        for problem in problems {
            eprintln!("{problem}");
        }
        eprintln!("{error}");
        return ExitCode::from(EXIT_CONFIG);
    }
    eprintln!("muster: {error:#}");
    if error.is::<play::Unreadable>() {
        return ExitCode::from(EXIT_UNREADABLE);
    }
    ExitCode::from(EXIT_FAILED)
}
