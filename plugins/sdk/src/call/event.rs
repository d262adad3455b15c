//! What nobody pressed: events of other plugins and the host, and timers.

use serde::de::DeserializeOwned;

use crate::time::Timestamp;
use crate::{Failure, FromName, broken};

/// Something happened that the plugin listens to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Such as `run.ended`.
    pub topic: String,
    /// The plugin that emitted it, or `host`.
    pub source: String,
    /// When.
    pub at: Timestamp,
    /// What is said about it: a JSON object as text.
    pub json: String,
}

impl Event {
    /// What is said about it. Let the type ignore fields that it does not know: events grow.
    ///
    /// # Errors
    /// To the operator: the body does not fit.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_str(&self.json)
            .map_err(|error| broken(format!("{} of {}: {error}", self.topic, self.source)))
    }
}

/// A timer is due. If its handler fails, it is called again later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timer<T = ()> {
    /// What follows the `/` of the timer's name.
    pub data: T,
    /// What [`Ctx::timer_with`](crate::Ctx::timer_with) was given.
    pub payload: String,
}

impl<T: FromName> Timer<T> {
    /// Reads the name's data.
    ///
    /// # Errors
    /// To the operator: the name has another form.
    pub fn read(data: &str, payload: String) -> Result<Self, Failure> {
        let parsed = T::from_name(data);
        let parsed = parsed.ok_or_else(|| broken(format!("no timer name ends in `{data}`")))?;
        Ok(Self {
            data: parsed,
            payload,
        })
    }
}
