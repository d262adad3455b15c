//! The one place that answers Discord: every interaction exactly once, within 3 seconds, whatever
//! a plugin does.
//!
//! A press is checked at the door, handed to its plugin, and answered with what was committed. If the
//! plugin takes more than 1.5 s, Discord is told to wait: presses with type 6, which leaves every
//! later answer possible; commands with type 5, private or public as declared. What may open a modal
//! cannot be deferred: it is not run at all if it cannot start in time
//! ([Discord Docs/Receiving and Responding](https://discord.com/developers/docs/interactions/receiving-and-responding)).

mod answer;
mod call;
mod command_log;
mod host;
mod outcome;
mod recovery;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use muster_core::answer::Answer;
use muster_core::call::{CallOutcome, InteractionRef, Origin};
use muster_core::guild_config::GuildConfig;
use muster_core::ids::InteractionId;
use muster_core::interaction::{Interaction, InteractionKind};
use muster_core::ports::{Directory, Plugins};
use muster_core::rate::{RateLimiter, slow_down};
use muster_core::router::{self, Route};
use muster_core::{GuildId, Permissions, Standing};
use muster_store::Store;
use parking_lot::Mutex;

use crate::commands::HostCommands;
use crate::identity::SharedIdentity;
use crate::panels::PanelKeeper;
use crate::rest::Rest;
use answer::Told;

/// How long a plugin may take before Discord is told to wait.
const DEFER_AFTER: Duration = Duration::from_millis(1500);

/// How late what may open a modal can start: its answer must arrive within 3 s and cannot be deferred.
const MODAL_START: Duration = Duration::from_secs(2);

/// How long a member's typing is worth an answer.
const SUGGEST_WITHIN: Duration = Duration::from_millis(2500);

/// How long Discord waits for the first answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// What nobody has time for.
const BUSY: &str = "Busy, press again.";

/// Takes interactions and answers them. Cheap to clone.
#[derive(Clone)]
pub struct Interactions {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) rest: Rest,
    pub(crate) store: Store,
    pub(crate) plugins: Arc<dyn Plugins>,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) panels: PanelKeeper,
    pub(crate) identity: SharedIdentity,
    commands: HostCommands,
    limiter: Mutex<RateLimiter>,
    /// Answers that wait for effects: what Discord was told meanwhile.
    waiting: Mutex<HashMap<InteractionId, Told>>,
}

/// How an interaction went, for the command log.
enum Verdict {
    Fine,
    Failed(&'static str),
}

impl Interactions {
    /// Takes over answering.
    pub fn new(
        rest: Rest,
        store: Store,
        plugins: Arc<dyn Plugins>,
        directory: Arc<dyn Directory>,
        panels: PanelKeeper,
        identity: SharedIdentity,
        commands: HostCommands,
    ) -> Self {
        let inner = Inner {
            rest,
            store,
            plugins,
            directory,
            panels,
            identity,
            commands,
            limiter: Mutex::default(),
            waiting: Mutex::default(),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Handles one interaction to its end.
    #[tracing::instrument(name = "interaction", skip_all, fields(guild.id = %interaction.guild, event.id = %interaction.id))]
    pub async fn handle(&self, interaction: Interaction) {
        if matches!(interaction.kind, InteractionKind::Autocomplete { .. }) {
            self.inner.suggest(&interaction).await;
            return;
        }
        let verdict = self.inner.act(&interaction).await;
        self.inner.log_command(&interaction, &verdict).await;
    }
}

impl Inner {
    async fn act(&self, interaction: &Interaction) -> Verdict {
        let config = match self.store.guild_config(interaction.guild).await {
            Ok(config) => config,
            Err(error) => {
                tracing::error!(%error, "the guild's configuration cannot be read");
                let told = answer::broke_on_our_side(&answer::reference());
                return self.turn_away(interaction, told, "DATABASE").await;
            }
        };
        let standing = self.standing(interaction, &config);
        if let Some(verdict) = self.host_acts(interaction, &config, &standing).await {
            return verdict;
        }
        let route = match self.route(interaction, &config) {
            Ok(route) => route,
            Err(text) => return self.turn_away(interaction, text, "UNKNOWN_ERROR").await,
        };
        if let Err(text) = router::check_door(&route, &standing, &config) {
            return self
                .turn_away(interaction, text, "MISSING_PERMISSIONS")
                .await;
        }
        let (scope, rate) = (route.plugin().as_str(), route.rate());
        if let Err(wait) = self.count_use(interaction, scope, rate) {
            return self
                .turn_away(interaction, slow_down(wait), "RATE_LIMITED")
                .await;
        }
        self.run(interaction, &route, standing).await
    }

    /// Runs the plugin's call and answers, deferring if it takes long.
    async fn run(&self, interaction: &Interaction, route: &Route, standing: Standing) -> Verdict {
        let opens_modal = route.opens_modal();
        let call = call::build(interaction, route, standing, &self.panels, opens_modal);
        let reference = call.interaction.clone().expect("built for an interaction");
        let clock = self.store.clock().clone();
        let mut running = self.plugins.call(call);
        let outcome = if opens_modal {
            running.await
        } else {
            tokio::select! {
                outcome = &mut running => outcome,
                () = clock.sleep_until(interaction.received_at.plus(DEFER_AFTER)) => {
                    let told = self.defer(interaction.guild, route.plugin(), &reference).await;
                    let outcome = running.await;
                    return self.conclude(interaction, route, &reference, told, outcome).await;
                }
            }
        };
        self.conclude(interaction, route, &reference, Told::Nothing, outcome)
            .await
    }

    /// Tells Discord to wait, and the database that Discord was told.
    async fn defer(
        &self,
        guild: GuildId,
        plugin: &muster_core::PluginName,
        reference: &InteractionRef,
    ) -> Told {
        let now = self.store.clock().now();
        // A database that cannot be written must not keep the member waiting as well.
        let noted = self.store.note_deferral(guild, plugin, reference, now);
        match tokio::time::timeout(Duration::from_millis(500), noted).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "a deferral could not be noted"),
            Err(_) => tracing::warn!("a deferral could not be noted in time"),
        }
        self.send_deferral(reference, reference.private).await
    }

    async fn conclude(
        &self,
        interaction: &Interaction,
        route: &Route,
        reference: &InteractionRef,
        told: Told,
        outcome: CallOutcome,
    ) -> Verdict {
        let (answer, verdict) = match outcome {
            CallOutcome::Done(answer) => (answer.unwrap_or(Answer::Nothing), Verdict::Fine),
            CallOutcome::Refused(text) => (Answer::tell(text), Verdict::Failed("REFUSED")),
            CallOutcome::Busy => (Answer::tell(BUSY), Verdict::Failed("BUSY")),
            CallOutcome::OwnerMustAct(text) => {
                let text = format!("This is not set up here yet: {text}");
                (Answer::tell(text), Verdict::Failed("NOT_CONFIGURED"))
            }
            CallOutcome::Failed { reference } => {
                let text = answer::broke_on_our_side(&reference);
                (Answer::tell(text), Verdict::Failed("PLUGIN_ERROR"))
            }
            // Whoever delivered it first answers it.
            CallOutcome::Duplicate(_) => return Verdict::Fine,
        };
        let is_update = matches!(answer, Answer::Update { .. });
        let (guild, plugin) = (interaction.guild, Some(route.plugin()));
        self.deliver(guild, plugin, reference, told, answer).await;
        if let Some(pressed) = interaction.message() {
            if is_update {
                self.panels.overwritten(guild, pressed.id);
            }
            if pressed.ephemeral {
                self.panels.renewed(guild, pressed.id, reference.clone());
            }
        }
        verdict
    }

    /// Answers without running anything.
    async fn turn_away(
        &self,
        interaction: &Interaction,
        text: String,
        code: &'static str,
    ) -> Verdict {
        let reference = call::reference(interaction, true);
        let answer = Answer::tell(text);
        self.deliver(interaction.guild, None, &reference, Told::Nothing, answer)
            .await;
        Verdict::Failed(code)
    }

    fn route(&self, interaction: &Interaction, config: &GuildConfig) -> Result<Route, String> {
        let installed = self.plugins.installed();
        let Some(identity) = self.identity.get() else {
            return Err("The bot is still starting. Try again in a few seconds.".into());
        };
        match &interaction.kind {
            InteractionKind::Command { name, .. } | InteractionKind::Autocomplete { name, .. } => {
                router::route_command(&installed, config, name)
            }
            InteractionKind::Component {
                custom_id, message, ..
            } => router::route_component(
                &installed,
                config,
                identity.bot,
                custom_id,
                Some(message),
                false,
            ),
            InteractionKind::Modal {
                custom_id, message, ..
            } => {
                let message = message.as_ref();
                router::route_component(&installed, config, identity.bot, custom_id, message, true)
            }
        }
    }

    fn standing(&self, interaction: &Interaction, config: &GuildConfig) -> Standing {
        let member = &interaction.member;
        let is_owner = self
            .directory
            .guild(interaction.guild)
            .is_some_and(|guild| guild.owner == member.user);
        let is_administrator = member.permissions.contains(Permissions::ADMINISTRATOR);
        Standing::of(&member.roles, is_administrator, is_owner, &config.roles)
    }

    fn count_use(
        &self,
        interaction: &Interaction,
        scope: &str,
        rate: &muster_core::rate::Rate,
    ) -> Result<(), Duration> {
        let now = self.store.clock().now();
        let user = interaction.member.user;
        self.limiter
            .lock()
            .try_use(interaction.guild, user, scope, rate, now)
    }

    async fn suggest(&self, interaction: &Interaction) {
        let reference = call::reference(interaction, true);
        let choices = match tokio::time::timeout(SUGGEST_WITHIN, self.choices(interaction)).await {
            Ok(choices) => choices,
            Err(_) => {
                tracing::warn!("suggestions came too late");
                None
            }
        };
        let choices = choices.unwrap_or_else(|| serde_json::json!([]));
        let answer = Answer::Choices { choices };
        self.deliver(interaction.guild, None, &reference, Told::Nothing, answer)
            .await;
    }

    async fn choices(&self, interaction: &Interaction) -> Option<serde_json::Value> {
        let config = self.store.guild_config(interaction.guild).await.ok()?;
        let standing = self.standing(interaction, &config);
        if let Some(choices) = self.host_suggests(interaction, &config, &standing).await {
            return Some(choices);
        }
        let route = self.route(interaction, &config).ok()?;
        router::check_door(&route, &standing, &config).ok()?;
        let call = call::build(interaction, &route, standing, &self.panels, false);
        self.plugins.suggest(call).await.ok()
    }
}

/// What a member is told of an interaction of this origin that came to nothing in a restart.
fn restarted(origin: Origin) -> &'static str {
    match origin {
        Origin::Command => "We restarted before this was done. Use the command again.",
        _ => "We restarted before this was done. Press again.",
    }
}
