//! One call in a fresh instance: instantiate, run, and tell what became of it.

use std::sync::Arc;
use std::time::Duration;

use muster_core::call::Input;
use serde_json::json;
use tracing::debug;
use wasmtime::{Engine, PoolConcurrencyLimitError, Store, Trap, WasmBacktrace};
use wasmtime_wasi::I32Exit;

use crate::aside::Aside;
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

/// A call that has used this much CPU time goes on where it keeps nobody waiting. Ordinary ones take a
/// tenth of it.
const LONG: Duration = Duration::from_millis(5);

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
    plugin: &Arc<LoadedPlugin>,
    state: CallState,
    what: &Arc<Invocation>,
    limits: &Limits,
    meter: &Arc<Meter>,
    aside: &Aside,
) -> Result<(Returned, CallState), Crash> {
    let output = Output::new(limits);
    let now = state.now();
    let guest = Guest::new(Some(state), limits, now, &output);
    let work = {
        let (plugin, what, meter) = (Arc::clone(plugin), Arc::clone(what), Arc::clone(meter));
        async move {
            let instance = async {
                let mut store = new_store(plugin.instances.engine(), guest);
                let result = match plugin.instances.instantiate_async(&mut store).await {
                    Ok(instance) => plugin.exports.run(&mut store, &instance, &what).await,
                    Err(error) => Err(error),
                };
                (result, store.into_data())
            };
            meter.limit(instance).await
        }
    };
    let error = match aside.run(work, || meter.cpu_spent() >= LONG).await {
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

impl Invocation {
    /// The export to call with an input. A command that somebody is typing asks for suggestions.
    pub fn of(input: &Input, suggest: bool) -> Self {
        match input {
            Input::Command { name, data } => {
                let (name, data) = (name.clone(), data.to_string());
                if suggest {
                    Self::Suggest { name, data }
                } else {
                    Self::Command { name, data }
                }
            }
            Input::Button { custom_id } => Self::component(custom_id, json!({ "kind": "button" })),
            Input::Select { custom_id, values } => {
                Self::component(custom_id, json!({ "kind": "select", "values": values }))
            }
            Input::Modal { custom_id, fields } => {
                let fields: serde_json::Map<_, _> = fields
                    .iter()
                    .map(|(id, text)| (id.clone(), text.as_str().into()))
                    .collect();
                Self::component(custom_id, json!({ "kind": "modal", "fields": fields }))
            }
            Input::Timer { name, payload } => Self::Timer {
                name: name.clone(),
                payload: payload.clone(),
            },
            Input::Event {
                topic,
                source,
                at,
                body,
            } => Self::Event {
                topic: topic.clone(),
                source: source.clone(),
                at: at.as_ms(),
                body: body.to_string(),
            },
            Input::Outcome { results } => Self::Outcome {
                results: results.to_string(),
            },
        }
    }

    fn component(custom_id: &str, input: serde_json::Value) -> Self {
        Self::Component {
            custom_id: custom_id.to_owned(),
            input: input.to_string(),
        }
    }
}
