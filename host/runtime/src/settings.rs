//! What an operator may turn: limits of a call, the cache, and what one plugin is allowed beyond the
//! rest.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What one call may use. The defaults are those of `host/ARCHITECTURE.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// CPU time in the guest, in milliseconds: time of its thread, not of the wall clock, so that a
    /// stalled machine does not kill the innocent.
    pub cpu_ms: u64,
    /// Time from start to end for what a member waits for, in milliseconds, host calls included.
    pub wall_ms: u64,
    /// The same for timers and events, in milliseconds.
    pub background_wall_ms: u64,
    /// CPU time left once the call holds the database's write lock, in milliseconds.
    pub locked_cpu_ms: u64,
    /// Wall time left once the call holds the database's write lock, in milliseconds.
    pub locked_wall_ms: u64,
    /// Linear memory, in bytes; a multiple of 64 KiB.
    pub memory_bytes: usize,
    /// SQL statements; each of a batch counts.
    pub statements: u32,
    /// Rows read, over all statements.
    pub rows: u64,
    /// Bytes of rows read, over all statements.
    pub result_bytes: usize,
    /// Effects, panel changes, timers, events and audit lines together.
    pub effects: u32,
    /// Bytes of messages, files, payloads and bodies that are queued.
    pub queued_bytes: usize,
    /// One text that crosses the border, in bytes.
    pub value_bytes: usize,
    /// Lines in the log.
    pub log_lines: u32,
    /// Standard output and error that is kept for the log, in bytes.
    pub output_bytes: usize,
    /// Times that a call is run again because it needed something from Discord.
    pub lookups: u32,
    /// Calls that wait for their turn in one guild and plugin.
    pub waiting: usize,
    /// Instances at once.
    pub instances: u32,
    /// Instances at once for one guild.
    pub instances_per_guild: u32,
    /// A built plugin's file, in bytes.
    pub file_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            cpu_ms: 500,
            wall_ms: 2_000,
            background_wall_ms: 10_000,
            locked_cpu_ms: 50,
            locked_wall_ms: 250,
            memory_bytes: 64 << 20,
            statements: 200,
            rows: 10_000,
            result_bytes: 16 << 20,
            effects: 500,
            queued_bytes: 8 << 20,
            value_bytes: 1 << 20,
            log_lines: 100,
            output_bytes: 16 << 10,
            lookups: 3,
            waiting: 256,
            instances: 64,
            instances_per_guild: 8,
            file_bytes: 32 << 20,
        }
    }
}

impl Limits {
    pub(crate) const fn cpu(&self) -> Duration {
        Duration::from_millis(self.cpu_ms)
    }

    pub(crate) const fn wall(&self, background: bool) -> Duration {
        Duration::from_millis(if background {
            self.background_wall_ms
        } else {
            self.wall_ms
        })
    }
}

/// How the runtime is set up.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// What one call may use.
    pub limits: Limits,
    /// Where compiled plugins are kept between starts. Whoever can write here can run code as this
    /// process: the folder must belong to it. `None`: nothing is kept.
    pub cache: Option<PathBuf>,
}

/// What `plugins.toml` says of how one plugin is run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PluginOptions {
    /// Which WASI interfaces it may import.
    pub wasi: Wasi,
}

/// Which WASI interfaces a plugin may import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wasi {
    /// Standard streams, clocks and random numbers. Files and sockets are refused at load.
    #[default]
    Minimal,
    /// All of WASI 0.2, with nothing behind it: no folder, no address, no environment. For
    /// interpreters (JavaScript, Python) that import files and sockets without using them.
    FullEmpty,
}
