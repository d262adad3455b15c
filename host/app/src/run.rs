//! `muster run`: the bot on Discord. And the same as a child of `muster play`.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use muster_core::clock::ShiftedClock;
use muster_discord::GatewayError;
use tokio::io::{AsyncBufReadExt, BufReader};
use tracing::{info, warn};

use crate::BadConfig;
use crate::cli::{HostOptions, LogOptions};
use crate::config::{Config, Environment, token};
use crate::host::Host;
use crate::logging;

/// What a child of `play` says once it is connected and its commands are registered.
pub const READY: &str = "ready";

/// How a child of `play` is told that its clock moves: `clock <offset in ms>`.
pub const CLOCK: &str = "clock ";

/// What is logged where nobody chose: what the bot does, and of its libraries what goes wrong.
const LOGGED: &str =
    "warn,muster=info,muster_core=info,muster_discord=info,muster_runtime=info,muster_store=info";

/// A stop must not take longer.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// Runs the bot until it is told to stop.
///
/// # Errors
/// What is wrong with configuration or token, or why it could not go on.
pub async fn run(config: &Config, environment: &Environment, log: &LogOptions) -> Result<ExitCode> {
    logging::start(log, &config.host, LOGGED)?;
    let token = token(environment).map_err(|problem| BadConfig(vec![problem]))?;
    info!("connecting to {}", config.discord.api_base);
    let mut host = Host::start(config, token, Arc::new(ShiftedClock::default())).await?;
    let served = tokio::select! {
        served = serve(&mut host, || info!("ready; Ctrl-C stops")) => served,
        () = asked_to_stop() => {
            info!("stopping; once more Ctrl-C stops at once");
            Ok(())
        }
    };
    tokio::select! {
        () = stop(host) => {}
        () = asked_to_stop() => warn!("stopped at once; what was under way is done after the next start"),
    }
    served.map(|()| ExitCode::SUCCESS)
}

/// Runs the bot for `play`: the clock moves by what stands on standard input, and its end is the
/// end, so that no bot outlives its playground.
///
/// # Errors
/// As [`run`]; and an address off this machine is refused.
pub async fn host(
    config: &Config,
    environment: &Environment,
    options: &HostOptions,
    log: &LogOptions,
) -> Result<ExitCode> {
    logging::start(log, &config.host, "warn")?;
    if !config.discord.api_base.is_loopback() {
        bail!("`muster host` is what `muster play` starts; for Discord itself use `muster run`");
    }
    let token = token(environment).map_err(|problem| BadConfig(vec![problem]))?;
    let clock = Arc::new(ShiftedClock::new(options.clock_offset_ms));
    let follow = follow(clock.clone());
    tokio::pin!(follow);
    let mut host = tokio::select! {
        host = Host::start(config, token, clock) => host?,
        () = &mut follow => return Ok(ExitCode::SUCCESS),
    };
    let served = tokio::select! {
        served = serve(&mut host, say_ready) => served,
        () = &mut follow => Ok(()),
    };
    stop(host).await;
    served.map(|()| ExitCode::SUCCESS)
}

fn say_ready() {
    // Without a reader there is no playground any more, which standard input tells as well.
    let _ = writeln!(std::io::stdout(), "{READY}");
}

/// Follows the playground's clock until nobody tells it any more.
async fn follow(clock: Arc<ShiftedClock>) {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        match line
            .strip_prefix(CLOCK)
            .and_then(|offset| offset.trim().parse().ok())
        {
            Some(offset_ms) => clock.set_offset_ms(offset_ms),
            None => warn!("a line on standard input is no clock: {line}"),
        }
    }
}

/// Waits until the bot can do no more, which is an error; `ready` is called once.
async fn serve(host: &mut Host, ready: impl FnOnce()) -> Result<()> {
    let end = match host.until_ready().await {
        Ok(()) => {
            ready();
            host.ended().await
        }
        Err(end) => end,
    };
    bail!(match end {
        Some(error) => gateway_sentence(&error),
        None => "the connection to Discord ended".to_owned(),
    })
}

fn gateway_sentence(error: &GatewayError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        text.push_str(&format!(": {inner}"));
        source = inner.source();
    }
    text
}

async fn stop(host: Host) {
    if tokio::time::timeout(STOP_WITHIN, host.stop())
        .await
        .is_err()
    {
        warn!(
            "stopping took longer than {} s; the rest is done after the next start",
            STOP_WITHIN.as_secs()
        );
    }
}

/// Completes when the terminal (Ctrl-C) or the service manager (SIGTERM) asks to stop.
pub async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    // Without a way to be asked, the bot runs until it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
