//! `muster:timers`, `muster:events`, `muster:audit` and `muster:log`.

use std::sync::Arc;

use muster_core::clock::Timestamp;
use muster_core::effect::{AuditEntry, Emitted, TimerChange};
use muster_core::manifest::Manifest;
use muster_core::topics;
use tracing::{debug, error, info, warn};

use super::json::{check_length, check_name, object};
use super::{CallState, READ_ONLY};

/// The longest payload of a timer and body of an event, in bytes.
const MAX_PAYLOAD: usize = 64 << 10;
/// The longest details of an audit line, in bytes.
const MAX_META: usize = 8 << 10;
/// The longest line in the log, in characters.
const MAX_LINE: usize = 2000;

/// Why a timer was not set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimerError {
    /// The name breaks the rule for names.
    #[error("{0}")]
    BadName(String),
    /// A budget of this call is used up.
    #[error("{0}")]
    Limit(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// Why an event was not queued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The manifest does not list the topic.
    #[error("{0}")]
    NotDeclared(String),
    /// The body is no JSON object, too long, or does not fit the topic's schema.
    #[error("{0}")]
    Invalid(String),
    /// A budget of this call is used up.
    #[error("{0}")]
    Limit(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// Why a line was not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// A text is too long, or the details are no JSON object.
    #[error("{0}")]
    Invalid(String),
    /// A budget of this call is used up.
    #[error("{0}")]
    Limit(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// How much somebody should care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// Why something happened.
    Debug,
    /// What happened.
    Info,
    /// It recovered.
    Warn,
    /// Someone should act.
    Error,
}

impl CallState {
    /// Sets a timer; one of the same name is replaced.
    ///
    /// # Errors
    /// For the plugin to react to.
    pub fn set_timer(
        &mut self,
        name: &str,
        at: Timestamp,
        payload: &str,
    ) -> Result<(), TimerError> {
        if payload.len() > MAX_PAYLOAD {
            let problem = format!("the payload has more than {} KiB", MAX_PAYLOAD >> 10);
            return Err(TimerError::Other(problem));
        }
        let (name, payload) = (name.to_owned(), payload.to_owned());
        self.change_timer(TimerChange::Set { name, at, payload })
    }

    /// Cancels a timer, if it is set.
    ///
    /// # Errors
    /// For the plugin to react to.
    pub fn cancel_timer(&mut self, name: &str) -> Result<(), TimerError> {
        self.change_timer(TimerChange::Cancel {
            name: name.to_owned(),
        })
    }

    fn change_timer(&mut self, change: TimerChange) -> Result<(), TimerError> {
        if !self.scene.writes {
            return Err(TimerError::Other(READ_ONLY.into()));
        }
        let (TimerChange::Set { name, .. } | TimerChange::Cancel { name }) = &change;
        check_name(name).map_err(TimerError::BadName)?;
        let bytes = match &change {
            TimerChange::Set { payload, .. } => payload.len(),
            TimerChange::Cancel { .. } => 0,
        };
        self.count_queued(bytes).map_err(TimerError::Limit)?;
        self.queued.timers.push(change);
        Ok(())
    }

    /// Queues an event for the other plugins of this guild.
    ///
    /// # Errors
    /// For the plugin to react to.
    pub fn emit(&mut self, topic: &str, body: &str) -> Result<(), EventError> {
        if !self.scene.writes {
            return Err(EventError::Other(READ_ONLY.into()));
        }
        if !self
            .scene
            .manifest
            .emits
            .iter()
            .any(|declared| declared == topic)
        {
            let topic: String = topic.chars().take(80).collect();
            let problem = format!("the manifest does not list `{topic}` under `emits`");
            return Err(EventError::NotDeclared(problem));
        }
        if body.len() > MAX_PAYLOAD {
            let problem = format!("the body has more than {} KiB", MAX_PAYLOAD >> 10);
            return Err(EventError::Invalid(problem));
        }
        let bytes = body.len();
        let body = object("the body", body).map_err(EventError::Invalid)?;
        topics::check_body(topic, &body).map_err(EventError::Invalid)?;
        self.count_queued(bytes).map_err(EventError::Limit)?;
        self.queued.events.push(Emitted {
            topic: topic.to_owned(),
            body,
        });
        Ok(())
    }

    /// Writes a line into the guild's audit.
    ///
    /// # Errors
    /// For the plugin to react to.
    pub fn audit(&mut self, action: &str, subject: &str, meta: &str) -> Result<(), AuditError> {
        if !self.scene.writes {
            return Err(AuditError::Other(READ_ONLY.into()));
        }
        check_length("action", action, 1, 64).map_err(AuditError::Invalid)?;
        check_length("subject", subject, 0, 100).map_err(AuditError::Invalid)?;
        if meta.len() > MAX_META {
            let problem = format!("meta has more than {} KiB", MAX_META >> 10);
            return Err(AuditError::Invalid(problem));
        }
        let bytes = meta.len();
        let meta = object("meta", if meta.is_empty() { "{}" } else { meta });
        let meta = meta.map_err(AuditError::Invalid)?;
        self.count_queued(bytes).map_err(AuditError::Limit)?;
        let (action, subject) = (action.to_owned(), subject.to_owned());
        let actor = self.actor().map(|actor| actor.member.user);
        self.queued.audit.push(AuditEntry {
            action,
            subject,
            actor,
            meta,
        });
        Ok(())
    }

    /// Writes a line into the operator's log, at once: lines of a call that fails stay, too.
    pub fn log(&mut self, level: LogLevel, message: &str) {
        if !self.log_lines.admit(self.limits.log_lines) {
            return;
        }
        let line = printable(message, MAX_LINE);
        let (plugin, guild) = (self.plugin().as_str(), self.scene.guild.get());
        match level {
            LogLevel::Debug => debug!(plugin.name = plugin, guild.id = guild, "{line}"),
            LogLevel::Info => info!(plugin.name = plugin, guild.id = guild, "{line}"),
            LogLevel::Warn => warn!(plugin.name = plugin, guild.id = guild, "{line}"),
            LogLevel::Error => error!(plugin.name = plugin, guild.id = guild, "{line}"),
        }
    }
}

/// Counts the lines of one call, and says at its end how many were left out.
pub(super) struct LogLines {
    manifest: Arc<Manifest>,
    written: u32,
    dropped: u32,
}

impl LogLines {
    pub fn of(manifest: &Arc<Manifest>) -> Self {
        Self {
            manifest: Arc::clone(manifest),
            written: 0,
            dropped: 0,
        }
    }

    fn admit(&mut self, limit: u32) -> bool {
        let fits = self.written < limit;
        if fits {
            self.written += 1;
        } else {
            self.dropped = self.dropped.saturating_add(1);
        }
        fits
    }
}

impl Drop for LogLines {
    fn drop(&mut self) {
        let (dropped, plugin) = (self.dropped, &self.manifest.name);
        if dropped > 0 {
            warn!(plugin.name = %plugin, "{dropped} more lines of this call are not in the log");
        }
    }
}

/// A text that cannot steer a terminal or forge lines: control characters are escaped, and what is
/// too long is cut and counted.
pub(crate) fn printable(text: &str, most: usize) -> String {
    let mut line = String::with_capacity(text.len().min(most));
    let mut rest = text.chars();
    for character in rest.by_ref().take(most) {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    let cut = rest.count();
    if cut > 0 {
        line.push_str(&format!(" ({cut} more characters)"));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_steer_a_terminal() {
        assert_eq!(printable("a\x1b[31m\nb", 100), "a\\u{1b}[31m\\nb");
        assert_eq!(printable("abcdef", 4), "abcd (2 more characters)");
    }
}
