//! The road of one call: mailbox, slot, instance, commit; and who is told when it fails.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use muster_core::call::{Call, CallOutcome, Cause};
use muster_core::clock::Timestamp;
use muster_core::ids::{GuildId, UserId};
use muster_core::manifest::{Manifest, PluginName};
use muster_core::message::{MessageProblem, check_message};
use muster_core::ports::Plugins;
use muster_store::{CallMode, Committed};
use serde_json::Value;
use tracing::{debug, error, warn};

use super::{RunReport, Runtime};
use crate::bindings::{Invocation, Returned};
use crate::call::{self, Crash};
use crate::deadline::Meter;
use crate::failure::{Blame, CallError, Failure, Reference};
use crate::health::Handler;
use crate::load::LoadedPlugin;
use crate::lookup::{Known, Lookup};
use crate::mailbox::{Rank, Turn};
use crate::settings::Limits;
use crate::slots::Slot;
use crate::state::{CallState, Scene, printable};

/// The most characters of a plugin's own sentence that a member or owner is shown: one message.
const MAX_SENTENCE: usize = 2000;

/// The most characters of a failure that the log keeps.
const MAX_PROBLEM: usize = 8000;

/// Why a call did not come to an outcome of its own.
enum Detour {
    /// Discord must be asked; then it is run again.
    Ask(Lookup),
    /// It is over.
    Over(CallOutcome),
}

/// What is to be run: a call, or the view of a panel.
struct Job<'a> {
    guild: GuildId,
    plugin: &'a PluginName,
    call: Option<&'a Arc<Call>>,
    panel: &'a str,
    writes: bool,
}

impl Runtime {
    /// Runs a call of a plugin natively: `handler` is given the very state that a built plugin's
    /// imports work on, and what it returns ends the call as a built plugin's result would. For tests
    /// and benchmarks of plugins; mailboxes and limits of the sandbox are left out.
    ///
    /// # Errors
    /// The look-up that the handler needs, to be put into `known`.
    pub async fn call_native<F>(
        &self,
        manifest: &Arc<Manifest>,
        call: &Arc<Call>,
        known: Known,
        handler: F,
    ) -> Result<CallOutcome, Lookup>
    where
        F: AsyncFnOnce(&mut CallState) -> Result<Result<(), Failure>, Lookup>,
    {
        let job = Job::of(call, true);
        let meter = Arc::new(Meter::new(&self.limits, true));
        let mut state = match self.state(manifest, &job, known, &meter).await {
            Ok(state) => state,
            Err(Detour::Ask(lookup)) => return Err(lookup),
            Err(Detour::Over(outcome)) => return Ok(outcome),
        };
        let result = match handler(&mut state).await? {
            Ok(()) => Ok((Returned::Done, state)),
            Err(failure) => Err(CallError::Failed(failure).into()),
        };
        Ok(self.commit(&job, result).await)
    }

    /// One attempt at a handler: its turn, a slot, the run, the commit.
    async fn attempt(
        &self,
        call: &Arc<Call>,
        known: Known,
        again: bool,
    ) -> Result<CallOutcome, Detour> {
        let job = Job::of(call, true);
        let plugin = self.plugin(&job)?;
        let _turn = self
            .turn(call, again)
            .await
            .ok_or(Detour::Over(CallOutcome::Busy))?;
        let invocation = Arc::new(Invocation::of(&call.input, false));
        let result = self.run(&plugin, &job, &invocation, known).await?;
        Ok(self.commit(&job, result).await)
    }

    /// Waits for the mailbox and a slot, but not beyond the moment at which the call must have begun.
    async fn turn(&self, call: &Call, again: bool) -> Option<(Turn, Slot)> {
        let rank = if is_background(call) {
            Rank::Background
        } else {
            Rank::Press
        };
        let entering = async {
            let turn = self
                .mailboxes
                .enter(call.guild, &call.plugin, rank, again)
                .await
                .ok()?;
            Some((turn, self.slots.take(call.guild, false).await?))
        };
        let Some(latest) = call.start_before else {
            return entering.await;
        };
        let too_late = self.ports.clock.sleep_until(latest);
        tokio::select! {
            biased;
            () = too_late => None,
            entered = entering => entered,
        }
    }

    /// Runs one call in an instance of its own.
    async fn run(
        &self,
        plugin: &Arc<LoadedPlugin>,
        job: &Job<'_>,
        invocation: &Arc<Invocation>,
        known: Known,
    ) -> Result<Result<(Returned, CallState), Crash>, Detour> {
        let background = job.call.is_some_and(|call| is_background(call));
        let meter = Arc::new(Meter::new(&self.limits, background));
        let state = self.state(&plugin.manifest, job, known, &meter).await?;
        let started = Instant::now();
        let result = {
            let _running = self.ticker.run();
            call::run(plugin, state, invocation, &self.limits, &meter, &self.aside).await
        };
        self.report(job, &result, started.elapsed(), meter.cpu_spent());
        match result {
            Err(Crash {
                error: CallError::Needs(lookup),
                ..
            }) => Err(Detour::Ask(lookup)),
            result => Ok(result),
        }
    }

    fn report(
        &self,
        job: &Job<'_>,
        result: &Result<(Returned, CallState), Crash>,
        duration: Duration,
        cpu: Duration,
    ) {
        let outcome = match result {
            Ok(_) => "ok",
            Err(crash) => crash.error.outcome(),
        };
        debug!(
            plugin.name = %job.plugin, guild.id = %job.guild, outcome,
            duration_us = duration.as_micros(), cpu_us = cpu.as_micros(), "ran {}", job.handler()
        );
        if let Some(observer) = self.observer.get() {
            let (plugin, export) = (job.plugin.clone(), job.handler().kind());
            observer(&RunReport {
                plugin,
                export,
                outcome,
                duration,
                cpu,
            });
        }
    }

    /// What a call may do, before it begins.
    async fn state(
        &self,
        manifest: &Arc<Manifest>,
        job: &Job<'_>,
        known: Known,
        meter: &Arc<Meter>,
    ) -> Result<CallState, Detour> {
        let now = self.ports.clock.now();
        if let Some(until) = self
            .health
            .paused(job.guild, job.plugin, || job.handler(), now)
        {
            return Err(Detour::Over(CallOutcome::Refused(paused(until))));
        }
        let config = match self.ports.store.guild_config(job.guild).await {
            Ok(config) => config,
            Err(error) => {
                return Err(Detour::Over(self.failed(job, error.into())));
            }
        };
        if !config.is_enabled(job.plugin) {
            let text = "This was switched off on this server.";
            return Err(Detour::Over(CallOutcome::Refused(text.into())));
        }
        let mode = if job.writes {
            CallMode::Write
        } else {
            CallMode::ReadOnly
        };
        let scene = Scene {
            guild: job.guild,
            manifest: Arc::clone(manifest),
            installed: self.installed(),
            config,
            snapshot: self.ports.directory.guild(job.guild),
            now,
            call: job.call.cloned(),
            writes: job.writes,
            known,
        };
        let transaction = self.ports.store.begin(job.guild, job.plugin, mode);
        Ok(CallState::new(
            scene,
            transaction,
            Arc::clone(&self.limits),
            Arc::clone(meter),
        ))
    }

    /// Ends a handler's call: everything happens, or nothing.
    async fn commit(
        &self,
        job: &Job<'_>,
        result: Result<(Returned, CallState), Crash>,
    ) -> CallOutcome {
        let state = match result {
            Ok((_, state)) => state,
            Err(crash) => return self.failed(job, crash),
        };
        match state.commit().await {
            Ok((committed, answer)) => {
                self.health
                    .succeeded(job.guild, job.plugin, || job.handler());
                match committed {
                    Committed::Done => CallOutcome::Done(answer),
                    Committed::Duplicate(before) => CallOutcome::Duplicate(before),
                }
            }
            Err(error) => self.failed(job, error.into()),
        }
    }

    /// Tells each failure to the one who can act on it.
    fn failed(&self, job: &Job<'_>, crash: Crash) -> CallOutcome {
        let Crash { error, output } = crash;
        match error {
            CallError::Failed(Failure::Member(text)) => {
                self.health
                    .succeeded(job.guild, job.plugin, || job.handler());
                return CallOutcome::Refused(sentence(&text));
            }
            CallError::Failed(Failure::Owner(text)) => {
                self.health
                    .succeeded(job.guild, job.plugin, || job.handler());
                return CallOutcome::OwnerMustAct(sentence(&text));
            }
            _ => {}
        }
        let reference = Reference::new().to_string();
        let blame = error.blame();
        let problem = printable(&error.to_string(), MAX_PROBLEM);
        error!(
            blame = blame.label(), plugin.name = %job.plugin, guild.id = %job.guild,
            reference, output, "{} failed: {problem}", job.handler()
        );
        if blame == Blame::Plugin {
            self.note_failure(job, &reference);
        }
        CallOutcome::Failed { reference }
    }

    fn note_failure(&self, job: &Job<'_>, reference: &str) {
        let now = self.ports.clock.now();
        let (guild, plugin) = (job.guild, job.plugin);
        let pause = self
            .health
            .failed(guild, plugin, job.handler(), job.member(), now, reference);
        if let Some(pause) = pause {
            let what = pause
                .handler
                .as_ref()
                .map_or("all of it".into(), ToString::to_string);
            let seconds = pause.until.since(now).as_secs();
            warn!(plugin.name = %plugin, guild.id = %guild, "paused {what} for {seconds} s");
            // Nobody may be listening.
            let _ = self.pauses.send(pause);
        }
    }

    /// Runs a job that only reads: it waits for a slot, but behind no handler.
    async fn read(
        &self,
        job: &Job<'_>,
        invocation: &Arc<Invocation>,
    ) -> Result<(Returned, CallState), CallOutcome> {
        let mut rounds = Rounds::default();
        loop {
            let result = match self.read_once(job, invocation, rounds.known.clone()).await {
                Ok(result) => result,
                Err(Detour::Over(outcome)) => return Err(outcome),
                Err(Detour::Ask(lookup)) => {
                    rounds.ask(self, job.guild, lookup).await;
                    continue;
                }
            };
            return result
                .inspect(|_| {
                    self.health
                        .succeeded(job.guild, job.plugin, || job.handler())
                })
                .map_err(|crash| self.failed(job, crash));
        }
    }

    async fn read_once(
        &self,
        job: &Job<'_>,
        invocation: &Arc<Invocation>,
        known: Known,
    ) -> Result<Result<(Returned, CallState), Crash>, Detour> {
        let plugin = self.plugin(job)?;
        let slot = self.slots.take(job.guild, true).await;
        let _slot = slot.ok_or(Detour::Over(CallOutcome::Busy))?;
        self.run(&plugin, job, invocation, known).await
    }

    fn plugin(&self, job: &Job<'_>) -> Result<Arc<LoadedPlugin>, Detour> {
        self.installed
            .load()
            .plugins
            .get(job.plugin)
            .cloned()
            .ok_or_else(|| {
                let text = "This is no longer installed.";
                Detour::Over(CallOutcome::Refused(text.into()))
            })
    }
}

#[async_trait]
impl Plugins for Runtime {
    fn installed(&self) -> Arc<Vec<Arc<Manifest>>> {
        Arc::clone(&self.installed.load().manifests)
    }

    async fn call(&self, call: Call) -> CallOutcome {
        let call = Arc::new(call);
        let mut rounds = Rounds::default();
        loop {
            match self
                .attempt(&call, rounds.known.clone(), rounds.asked > 0)
                .await
            {
                Ok(outcome) | Err(Detour::Over(outcome)) => return outcome,
                Err(Detour::Ask(lookup)) => rounds.ask(self, call.guild, lookup).await,
            }
        }
    }

    async fn suggest(&self, call: Call) -> Result<Value, CallOutcome> {
        let call = Arc::new(call);
        let job = Job::of(&call, false);
        let invocation = Arc::new(Invocation::of(&call.input, true));
        let (_, state) = self.read(&job, &invocation).await?;
        Ok(state.into_choices())
    }

    async fn render(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        panel: &str,
    ) -> Result<Option<Value>, CallOutcome> {
        let job = Job {
            guild,
            plugin,
            call: None,
            panel,
            writes: false,
        };
        let invocation = Arc::new(Invocation::Render {
            panel: panel.to_owned(),
        });
        let (returned, _) = self.read(&job, &invocation).await?;
        let Returned::View(Some(view)) = returned else {
            return Ok(None);
        };
        let view = checked_view(&view, plugin, &self.limits);
        view.map(Some)
            .map_err(|error| self.failed(&job, error.into()))
    }
}

/// What a plugin draws is checked like what it sends.
fn checked_view(view: &str, plugin: &PluginName, limits: &Limits) -> Result<Value, CallError> {
    if view.len() > limits.value_bytes {
        let problem = format!("it is longer than {} KiB", limits.value_bytes >> 10);
        return Err(MessageProblem {
            path: "message".into(),
            problem,
        }
        .into());
    }
    Ok(check_message(&serde_json::from_str(view)?, plugin)?)
}

/// Runs of one job, while it needs to ask Discord something.
#[derive(Default)]
struct Rounds {
    known: Known,
    asked: u32,
}

impl Rounds {
    /// Asks. Neither lock nor mailbox is held here.
    async fn ask(&mut self, runtime: &Runtime, guild: GuildId, lookup: Lookup) {
        debug!(guild.id = %guild, "a call waits for Discord: {lookup}");
        self.known.ask(&runtime.ports.lookups, guild, lookup).await;
        self.asked += 1;
        if self.asked >= runtime.limits.lookups {
            self.known.ask_no_more();
        }
    }
}

impl<'a> Job<'a> {
    fn of(call: &'a Arc<Call>, writes: bool) -> Self {
        Self {
            guild: call.guild,
            plugin: &call.plugin,
            call: Some(call),
            panel: "",
            writes,
        }
    }

    fn handler(&self) -> Handler {
        match self.call.map(|call| Handler::of(&call.input)) {
            Some(Handler::Command(name)) if !self.writes => Handler::Suggestions(name),
            Some(handler) => handler,
            None => Handler::panel(self.panel),
        }
    }

    fn member(&self) -> Option<UserId> {
        Some(self.call?.actor.as_ref()?.member.user)
    }
}

/// Whether nobody waits for it on a screen.
fn is_background(call: &Call) -> bool {
    matches!(call.cause, Cause::Timer { .. } | Cause::Event { .. })
}

fn sentence(text: &str) -> String {
    match text.trim() {
        "" => "That is not possible.".into(),
        text => text.chars().take(MAX_SENTENCE).collect(),
    }
}

fn paused(until: Timestamp) -> String {
    format!(
        "This failed several times in a row and is paused until <t:{}:T>. Then it can be tried again.",
        until.as_seconds()
    )
}
