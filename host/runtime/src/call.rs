//! One call in a fresh instance: instantiate, run, and tell what became of it.

use std::sync::Arc;

use muster_core::call::Input;
use serde_json::json;
use tracing::debug;
use wasmtime::{Engine, PoolConcurrencyLimitError, Store, Trap, WasmBacktrace};
use wasmtime_wasi::I32Exit;

use crate::bindings::{Invocation, Returned};
use crate::deadline::{LimitHit, Meter};
use crate::failure::{CallError, Failure};
use crate::guest::{Guest, Output};
use crate::load::LoadedPlugin;
use crate::lookup::Lookup;
use crate::settings::Limits;
use crate::state::CallState;

/// Data that the guest may make the host allocate in one crossing, in bytes: a batch of values at
/// their limit fits.
const CROSSING_BYTES: usize = 16 << 20;

/// Why a call came to nothing, and what the plugin printed.
pub(crate) struct Crash {
    pub error: CallError,
    /// As it is: a field of a log line, which escapes it, and not part of a message.
    pub output: String,
}

impl<E: Into<CallError>> From<E> for Crash {
    fn from(error: E) -> Self {
        Self {
            error: error.into(),
            output: String::new(),
        }
    }
}

/// A store whose guest gives the thread back at every tick.
pub(crate) fn new_store(engine: &Engine, guest: Guest) -> Store<Guest> {
    let mut store = Store::new(engine, guest);
    store.limiter(|guest| &mut guest.memory);
    store.set_hostcall_fuel(CROSSING_BYTES);
    store.set_epoch_deadline(1);
    store.epoch_deadline_async_yield_and_update(1);
    store
}

/// Runs one call. Whatever ends it early drops the instance and rolls back.
pub(crate) async fn run(
    plugin: &LoadedPlugin,
    state: CallState,
    what: &Invocation<'_>,
    limits: &Limits,
    meter: &Arc<Meter>,
) -> Result<(Returned, CallState), Crash> {
    let output = Output::new(limits);
    let now = state.now();
    let guest = Guest::new(Some(state), limits, now, &output);
    let work = async {
        let mut store = new_store(plugin.instances.engine(), guest);
        let result = match plugin.instances.instantiate_async(&mut store).await {
            Ok(instance) => plugin.exports.run(&mut store, &instance, what).await,
            Err(error) => Err(error),
        };
        (result, store.into_data())
    };
    let error = match meter.limit(work).await {
        Err(limit) => limit.into(),
        Ok((Err(error), guest)) => classify(&error, &guest, limits),
        Ok((Ok(returned), guest)) => {
            let state = guest.state.expect("it was put in and nobody takes it out");
            match returned {
                Ok(returned) => {
                    let printed = output.printable();
                    if !printed.is_empty() {
                        debug!(plugin.name = %plugin.manifest.name, "it printed: {printed}");
                    }
                    return Ok((returned, state));
                }
                Err(error) => blame_database(error, &state),
            }
        }
    };
    Err(Crash {
        error,
        output: output.text(),
    })
}

/// What the engine's error means.
fn classify(error: &wasmtime::Error, guest: &Guest, limits: &Limits) -> CallError {
    if let Some(lookup) = error.downcast_ref::<Lookup>() {
        return CallError::Needs(lookup.clone());
    }
    if let Some(I32Exit(code)) = error.downcast_ref::<I32Exit>() {
        return CallError::Exit(*code);
    }
    if guest.memory.refused {
        return LimitHit::Memory(limits.memory_bytes >> 20).into();
    }
    match error.downcast_ref::<Trap>() {
        // A stack in linear memory runs out into the data below it, or out of the memory.
        Some(Trap::StackOverflow | Trap::MemoryOutOfBounds) => LimitHit::Stack.into(),
        _ if error.is::<PoolConcurrencyLimitError>() => CallError::Start(format!("{error:#}")),
        _ => CallError::Trap(what_and_where(error)),
    }
}

/// The cause, and the functions that it arose in, innermost first. The name section wrote those names,
/// so nothing in them is to be believed.
fn what_and_where(error: &wasmtime::Error) -> String {
    let mut text = error.root_cause().to_string();
    if let Some(trace) = error.downcast_ref::<WasmBacktrace>() {
        let frames: Vec<String> = trace
            .to_string()
            .lines()
            .map(|line| line.trim().to_owned())
            .collect();
        text.push_str("; ");
        text.push_str(&frames.join(" "));
    }
    text
}

/// A handler that gave up because the database failed is not to blame.
fn blame_database(error: CallError, state: &CallState) -> CallError {
    match (&error, state.database_problem()) {
        (CallError::Failed(Failure::Internal(_) | Failure::Other(_)), Some(problem)) => {
            CallError::Statement(problem.to_owned())
        }
        _ => error,
    }
}

/// The texts that an input crosses as.
pub(crate) struct Crossing {
    json: String,
}

impl Crossing {
    pub fn of(input: &Input) -> Self {
        let json = match input {
            Input::Command { data, .. } => data.to_string(),
            Input::Button { .. } => r#"{"kind":"button"}"#.to_owned(),
            Input::Select { values, .. } => {
                json!({ "kind": "select", "values": values }).to_string()
            }
            Input::Modal { fields, .. } => {
                let fields: serde_json::Map<_, _> = fields
                    .iter()
                    .map(|(id, text)| (id.clone(), text.as_str().into()))
                    .collect();
                json!({ "kind": "modal", "fields": fields }).to_string()
            }
            Input::Timer { .. } => String::new(),
            Input::Event { body, .. } => body.to_string(),
            Input::Outcome { results } => results.to_string(),
        };
        Self { json }
    }

    /// The export to call with it. A command that somebody is typing asks for suggestions.
    pub fn invocation<'a>(&'a self, input: &'a Input, suggest: bool) -> Invocation<'a> {
        let json = self.json.as_str();
        match input {
            Input::Command { name, .. } if suggest => Invocation::Suggest { name, data: json },
            Input::Command { name, .. } => Invocation::Command { name, data: json },
            Input::Button { custom_id }
            | Input::Select { custom_id, .. }
            | Input::Modal { custom_id, .. } => Invocation::Component {
                custom_id,
                input: json,
            },
            Input::Timer { name, payload } => Invocation::Timer { name, payload },
            Input::Event {
                topic, source, at, ..
            } => Invocation::Event {
                topic,
                source,
                at: at.as_ms(),
                body: json,
            },
            Input::Outcome { .. } => Invocation::Outcome { results: json },
        }
    }
}
