//! The contract as Rust: imports are generated from `wit/`, exports are looked up by name, since no
//! plugin has to have any but its manifest.

mod exports;
mod imports;

use muster_store::Value;
use wasmtime::component::{HasSelf, Linker};

use crate::guest::Guest;
use crate::settings::Wasi;

pub(crate) use exports::{Exports, Invocation, Returned, interface};

/// Generated code: one module per interface, each with a `Host` trait.
mod generated {
    wasmtime::component::bindgen!({
        world: "muster:host/host",
        path: [
            "../../wit/plugin",
            "../../wit/context",
            "../../wit/sql",
            "../../wit/reply",
            "../../wit/discord",
            "../../wit/panels",
            "../../wit/timers",
            "../../wit/events",
            "../../wit/audit",
            "../../wit/log",
            "wit",
        ],
        imports: {
            "muster:sql/sql": async | trappable,
            default: trappable,
        },
    });
}

pub(crate) use generated::muster as wit;

/// A linker with all that a plugin may import.
pub(crate) fn linker(engine: &wasmtime::Engine, wasi: Wasi) -> wasmtime::Result<Linker<Guest>> {
    let mut linker = Linker::new(engine);
    generated::Host_::add_to_linker::<_, HasSelf<_>>(&mut linker, |guest: &mut Guest| guest)?;
    match wasi {
        Wasi::Minimal => add_minimal_wasi(&mut linker)?,
        Wasi::FullEmpty => wasmtime_wasi::p2::add_to_linker_async(&mut linker)?,
    }
    Ok(linker)
}

/// Standard streams, clocks and random numbers; what Rust's standard library always imports besides
/// (environment, exit, terminals) finds nothing.
fn add_minimal_wasi(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    use wasmtime_wasi::cli::{WasiCli, WasiCliView};
    use wasmtime_wasi::p2::bindings::{cli, random};
    use wasmtime_wasi::random::{WasiRandom, WasiRandomView};
    wasmtime_wasi::p2::add_to_linker_proxy_interfaces_async(linker)?;
    cli::environment::add_to_linker::<_, WasiCli>(linker, Guest::cli)?;
    cli::exit::add_to_linker::<_, WasiCli>(linker, Guest::cli)?;
    cli::terminal_input::add_to_linker::<_, WasiCli>(linker, Guest::cli)?;
    cli::terminal_output::add_to_linker::<_, WasiCli>(linker, Guest::cli)?;
    cli::terminal_stdin::add_to_linker::<_, WasiCli>(linker, Guest::cli)?;
    cli::terminal_stdout::add_to_linker::<_, WasiCli>(linker, Guest::cli)?;
    cli::terminal_stderr::add_to_linker::<_, WasiCli>(linker, Guest::cli)?;
    random::insecure::add_to_linker::<_, WasiRandom>(linker, Guest::random)?;
    random::insecure_seed::add_to_linker::<_, WasiRandom>(linker, Guest::random)
}

impl From<wit::sql::sql::Value> for Value {
    fn from(value: wit::sql::sql::Value) -> Self {
        use wit::sql::sql::Value as Given;
        match value {
            Given::Null => Self::Null,
            Given::Boolean(flag) => Self::Boolean(flag),
            Given::Integer(number) => Self::Integer(number),
            Given::Real(number) => Self::Real(number),
            Given::Text(text) => Self::Text(text),
        }
    }
}

impl From<Value> for wit::sql::sql::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Boolean(flag) => Self::Boolean(flag),
            Value::Integer(number) => Self::Integer(number),
            Value::Real(number) => Self::Real(number),
            Value::Text(text) => Self::Text(text),
        }
    }
}
