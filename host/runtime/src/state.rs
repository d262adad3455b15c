//! One call, seen from the host: what the plugin may ask, and all that it has queued so far.
//!
//! Nothing here knows WebAssembly. The imports of a built plugin are thin wrappers over these methods,
//! and tests drive a plugin's own code natively over the very same ones.

mod adoption;
mod budget;
mod context;
mod discord;
mod json;
mod members;
mod panels;
mod places;
mod queue;
mod reply;
mod roles;
mod sql;

use std::sync::Arc;

use muster_core::answer::Answer;
use muster_core::call::{Actor, Call, Cause, Input, InteractionRef, Origin};
use muster_core::clock::Timestamp;
use muster_core::effect::{AuditEntry, Effect, Emitted, PanelChange, TimerChange};
use muster_core::guild::GuildSnapshot;
use muster_core::guild_config::GuildConfig;
use muster_core::ids::GuildId;
use muster_core::manifest::{Manifest, PluginName};
use muster_store::{CallTx, Committed, Record, StoreError};

use crate::deadline::Meter;
use crate::lookup::{Known, Lookup};
use crate::settings::Limits;
use budget::Used;
use queue::LogLines;

pub use discord::DiscordError;
pub use panels::PanelError;
pub(crate) use queue::printable;
pub use queue::{AuditError, EventError, LogLevel, TimerError};
pub use reply::ReplyError;
pub use sql::{Statement, StatementError};

/// What a call knows before it starts.
#[derive(Clone)]
pub struct Scene {
    /// The guild.
    pub guild: GuildId,
    /// The plugin.
    pub manifest: Arc<Manifest>,
    /// All installed plugins, for who hears its events.
    pub installed: Arc<Vec<Arc<Manifest>>>,
    /// The guild's configuration.
    pub config: Arc<GuildConfig>,
    /// The guild as the gateway last described it; `None` while it is unavailable.
    pub snapshot: Option<Arc<GuildSnapshot>>,
    /// When the call begins.
    pub now: Timestamp,
    /// What it is about; `None` where a panel is drawn.
    pub call: Option<Arc<Call>>,
    /// Whether it may change anything.
    pub writes: bool,
    /// What Discord has answered so far.
    pub known: Known,
}

/// What a method says that may have to ask Discord: the outer error must end the call, which is run
/// again once the answer is there.
pub type Looked<T> = Result<Result<T, DiscordError>, Lookup>;

/// A call under way. Dropping it rolls back.
pub struct CallState {
    scene: Scene,
    transaction: CallTx,
    limits: Arc<Limits>,
    meter: Arc<Meter>,
    used: Used,
    log_lines: LogLines,
    queued: Queued,
    /// What the database's own error was, if a statement failed through no fault of the plugin.
    database_problem: Option<String>,
}

#[derive(Default)]
struct Queued {
    answer: Option<Answer>,
    effects: Vec<Effect>,
    panels: Vec<PanelChange>,
    timers: Vec<TimerChange>,
    events: Vec<Emitted>,
    audit: Vec<AuditEntry>,
}

/// What a call that only reads is told when it tries to change something.
const READ_ONLY: &str = "this call only reads: suggestions and views change nothing";

impl CallState {
    /// A call that is about to begin. `transaction` must be one for this guild and plugin.
    pub fn new(scene: Scene, transaction: CallTx, limits: Arc<Limits>, meter: Arc<Meter>) -> Self {
        Self {
            log_lines: LogLines::of(&scene.manifest),
            scene,
            transaction,
            limits,
            meter,
            used: Used::default(),
            queued: Queued::default(),
            database_problem: None,
        }
    }

    /// Makes everything that the call wrote and queued happen, or, where this cause was applied
    /// before, nothing of it. The answer is the one that was stored.
    ///
    /// # Errors
    /// The database failed; nothing happened.
    pub async fn commit(mut self) -> Result<(Committed, Option<Answer>), StoreError> {
        let answer = self.answer();
        let Self {
            scene,
            queued,
            transaction,
            ..
        } = self;
        let Some(call) = scene.call.filter(|_| scene.writes) else {
            // Views and suggestions leave nothing behind.
            return Ok((Committed::Done, answer));
        };
        let subscribers = queued
            .events
            .iter()
            .map(|event| {
                (
                    event.topic.clone(),
                    hearers(&scene.installed, &scene.config, &call.plugin, &event.topic),
                )
            })
            .collect();
        let record = Record {
            cause: call.cause.clone(),
            interaction: call.interaction.clone(),
            actor: call.actor.as_ref().map(|actor| actor.member.user),
            answer: answer.clone(),
            effects: queued.effects,
            panels: queued.panels,
            timers: queued.timers,
            events: queued.events,
            audit: queued.audit,
            now: scene.now,
            subscribers,
        };
        Ok((transaction.commit(record).await?, answer))
    }

    /// The answer to give: what the handler said last; an interaction without an answer is answered
    /// with nothing.
    fn answer(&mut self) -> Option<Answer> {
        let answers = self.interaction().is_some();
        self.queued
            .answer
            .take()
            .or(answers.then_some(Answer::Nothing))
    }

    /// The suggestions that the handler gave.
    pub(crate) fn into_choices(self) -> serde_json::Value {
        match self.queued.answer {
            Some(Answer::Choices { choices }) => choices,
            _ => serde_json::Value::Array(Vec::new()),
        }
    }

    /// What the database itself said, if a statement failed through no fault of the plugin.
    pub(crate) fn database_problem(&self) -> Option<&str> {
        self.database_problem.as_deref()
    }

    fn plugin(&self) -> &PluginName {
        &self.scene.manifest.name
    }

    fn actor(&self) -> Option<&Actor> {
        self.scene.call.as_ref()?.actor.as_ref()
    }

    fn interaction(&self) -> Option<&InteractionRef> {
        self.scene.call.as_ref()?.interaction.as_ref()
    }

    fn input(&self) -> Option<&Input> {
        self.scene.call.as_ref().map(|call| &call.input)
    }

    fn origin(&self) -> Option<Origin> {
        self.interaction().map(|interaction| interaction.origin)
    }

    fn is_outcome(&self) -> bool {
        matches!(
            self.scene.call.as_ref().map(|call| &call.cause),
            Some(Cause::Outcome { .. })
        )
    }
}

/// Which plugins of this guild hear `topic`, now or once they are on again, except the one that emits it.
fn hearers(
    installed: &[Arc<Manifest>],
    config: &GuildConfig,
    emitter: &PluginName,
    topic: &str,
) -> Vec<PluginName> {
    installed
        .iter()
        .filter(|manifest| manifest.name != *emitter && config.keeps_for(&manifest.name))
        .filter(|manifest| manifest.subscribes.iter().any(|wanted| wanted == topic))
        .map(|manifest| manifest.name.clone())
        .collect()
}
