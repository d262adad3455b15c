//! The log: to standard error, for people or as JSON.

use anyhow::{Context, Result};
use tracing_subscriber::EnvFilter;

use crate::cli::LogOptions;
use crate::config::{HostSettings, LogFormat};

/// Begins to log. `otherwise` is the filter where nobody chose one.
///
/// # Errors
/// The filter makes no sense.
pub fn start(options: &LogOptions, settings: &HostSettings, otherwise: &str) -> Result<()> {
    let chosen = options.log.as_deref().or(settings.log.as_deref());
    let text = chosen.unwrap_or(otherwise);
    let filter = EnvFilter::try_new(text).with_context(|| {
        format!("`{text}` is no log filter; try `info`, or `info,muster_discord=debug`")
    })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = match options.log_format.unwrap_or(settings.log_format) {
        LogFormat::Json => log.json().try_init(),
        LogFormat::Pretty => {
            let colours = std::env::var_os("NO_COLOR").is_none()
                && std::io::IsTerminal::is_terminal(&std::io::stderr());
            log.with_ansi(colours).try_init()
        }
    };
    // A second start in one process (tests) goes on with the first one's log.
    if started.is_err() {
        tracing::debug!("the log was begun before");
    }
    Ok(())
}
