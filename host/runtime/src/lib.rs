//! The plugins: loading built ones, running their calls in a sandbox, and calling them when something
//! is due.
//!
//! A call runs in a fresh instance inside one database transaction. What the plugin asks for is
//! checked and queued in a [`CallState`]; if it returns `ok`, rows and queue commit together, and
//! otherwise both are gone. This crate is the one user of wasmtime.

mod aside;
mod bindings;
mod cache;
mod call;
mod deadline;
mod engine;
mod failure;
mod guest;
mod health;
mod load;
mod lookup;
mod mailbox;
mod runtime;
mod scheduler;
mod settings;
mod slots;
mod state;

pub use deadline::{LimitHit, Meter};
pub use engine::StartError;
pub use failure::{Blame, Failure};
pub use health::{Handler, Pause};
pub use load::{LoadError, LoadedPlugin};
pub use lookup::{Known, Lookup};
pub use runtime::{Ports, RunReport, Runtime};
pub use scheduler::Scheduler;
pub use settings::{Limits, PluginOptions, Settings, Wasi};
pub use state::{
    AuditError, CallState, DiscordError, EventError, LogLevel, Looked, PanelError, ReplyError,
    Scene, Statement, StatementError, TimerError,
};
