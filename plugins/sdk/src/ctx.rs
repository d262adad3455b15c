//! The host, as a handler sees it.

mod context;
mod discord;
mod panels;
mod reply;
mod sql;

pub use discord::{NewMessage, NewRole, NewThread};
pub use panels::Panel;

use std::fmt::Display;

use serde::Serialize;
use serde_json::Value;

#[cfg(not(target_family = "wasm"))]
use crate::imports::Imports;
use crate::imports::Level;
use crate::time::Timestamp;
use crate::{Failure, Handled, broken};

/// What stands behind a [`Ctx`]: anything natively, the component's imports in a component.
#[cfg(not(target_family = "wasm"))]
type Host<'a> = dyn Imports + 'a;
#[cfg(target_family = "wasm")]
type Host<'a> = crate::imports::wasm::Host;

/// What a handler works with: who acted, the tables, the answer, and everything that can be queued.
///
/// Whatever it queues happens after the handler returned `Ok`, together with what it wrote; nothing
/// of it happens if the handler fails.
pub struct Ctx<'a> {
    host: &'a mut Host<'a>,
}

impl<'a> Ctx<'a> {
    /// A context over a host of the caller's own.
    #[cfg(not(target_family = "wasm"))]
    pub fn new(host: &'a mut (dyn Imports + 'a)) -> Self {
        Self { host }
    }

    #[cfg(target_family = "wasm")]
    pub(crate) fn new(host: &'a mut Host<'a>) -> Self {
        Self { host }
    }

    /// Calls the plugin again at `at`, also after a restart: the handler of what begins the name
    /// (`auto-end` of `auto-end/42`) is called with the rest. A timer of that name is replaced.
    pub fn timer(&mut self, name: impl Display, at: Timestamp) -> Handled {
        self.timer_with(name, at, "")
    }

    /// As [`timer`](Self::timer), with a text of up to 64 KiB to get back.
    pub fn timer_with(&mut self, name: impl Display, at: Timestamp, payload: &str) -> Handled {
        let name = name.to_string();
        Ok(self.host.timer_set(&name, at.millis(), payload)?)
    }

    /// Forgets a timer, if it is set.
    pub fn cancel_timer(&mut self, name: impl Display) -> Handled {
        Ok(self.host.timer_cancel(&name.to_string())?)
    }

    /// Tells the other plugins of this guild what happened. `body` becomes a JSON object; the manifest
    /// lists the topic under [`emits`](crate::Manifest::emits).
    pub fn emit(&mut self, topic: &str, body: &impl Serialize) -> Handled {
        Ok(self.host.event_emit(topic, &json(body))?)
    }

    /// Leaves a line in the guild's audit: `audit("run.end", "run:42", &json!({"auto": true}))`. `meta`
    /// becomes a JSON object of at most 8 KiB.
    pub fn audit(&mut self, action: &str, subject: impl Display, meta: &impl Serialize) -> Handled {
        let subject = subject.to_string();
        Ok(self.host.audit_write(action, &subject, &json(meta))?)
    }

    /// Leaves a line in the operator's log, also if the handler fails. No secrets, nicknames or message
    /// texts.
    pub fn log(&mut self, level: Level, message: impl AsRef<str>) {
        self.host.log_write(level, message.as_ref());
    }
}

/// Data that the SDK or the author made, as JSON.
pub(crate) fn json(data: &(impl Serialize + ?Sized)) -> String {
    // Not `expect`, which brings along everything that prints the error.
    let Ok(json) = serde_json::to_string(data) else {
        panic!("JSON needs texts for keys");
    };
    json
}

/// JSON that the host wrote. Read into a tree and picked apart by hand, without the error's own words: what
/// `serde` derives for reading, and its texts, make up a third of a small component.
pub(crate) fn from_host(what: &str, text: &str) -> Result<Value, Failure> {
    serde_json::from_str(text).map_err(|_| broken(format!("the host's {what} is no JSON")))
}
