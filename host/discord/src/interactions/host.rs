//! What the host answers itself: its own commands, their buttons, and what they offer while one types.

use muster_core::guild_config::GuildConfig;
use muster_core::interaction::{Interaction, InteractionKind, PressedMessage};
use muster_core::manifest::{CommandSpec, HOST};
use muster_core::rate::{Rate, slow_down};
use muster_core::{GuildId, Standing};
use serde_json::{Value, json};

use super::answer::Told;
use super::{Inner, Verdict, call};
use crate::commands::Use;

/// What a stale or foreign button of the host is told.
const OUTDATED: &str = "This button is outdated. Use the command again to get a fresh message.";

impl Inner {
    /// Tells whoever registers commands that those of this guild are others now.
    pub(crate) fn plugins_changed(&self, guild: GuildId) {
        self.commands.plugins_changed(guild);
    }

    /// Handles what is the host's own; `None` if it is a plugin's.
    pub(super) async fn host_acts(
        &self,
        interaction: &Interaction,
        config: &GuildConfig,
        standing: &Standing,
    ) -> Option<Verdict> {
        match &interaction.kind {
            InteractionKind::Command { name, .. } if self.commands.knows(name) => {
                Some(self.host_command(interaction, config, standing, name).await)
            }
            InteractionKind::Component {
                custom_id, message, ..
            } => {
                let own = custom_id.strip_prefix(HOST)?.strip_prefix(':')?;
                let is_genuine = self.is_genuine(custom_id, message);
                Some(match is_genuine {
                    true => self.host_press(interaction, config, standing, own).await,
                    false => {
                        self.turn_away(interaction, OUTDATED.into(), "UNKNOWN_ERROR")
                            .await
                    }
                })
            }
            _ => None,
        }
    }

    fn is_genuine(&self, custom_id: &str, message: &PressedMessage) -> bool {
        let bot = self.identity.get().map(|identity| identity.bot);
        bot == Some(message.author) && message.custom_ids.iter().any(|id| id == custom_id)
    }

    async fn host_command(
        &self,
        interaction: &Interaction,
        config: &GuildConfig,
        standing: &Standing,
        name: &str,
    ) -> Verdict {
        let used = self.using(interaction, config, standing);
        let spec = match self.host_door(&used, name, None) {
            Ok(spec) => spec,
            Err((text, code)) => return self.turn_away(interaction, text, code).await,
        };
        let reference = call::reference(interaction, spec.private);
        match self.commands.run(name, &used).await {
            Ok(said) => {
                self.deliver(
                    interaction.guild,
                    None,
                    &reference,
                    Told::Nothing,
                    said.answer,
                )
                .await;
                self.commands.after(&used, said.then).await;
                Verdict::Fine
            }
            Err(text) => self.turn_away(interaction, text, "REFUSED").await,
        }
    }

    /// A press on a message of one of the host's commands. Whoever may not use the command (any more) may
    /// not press on what it showed either.
    async fn host_press(
        &self,
        interaction: &Interaction,
        config: &GuildConfig,
        standing: &Standing,
        own: &str,
    ) -> Verdict {
        let used = self.using(interaction, config, standing);
        let command = own.split('/').next().unwrap_or_default();
        if let Err((text, code)) = self.host_door(&used, command, Some(Rate::of_components())) {
            return self.turn_away(interaction, text, code).await;
        }
        let reference = call::reference(interaction, true);
        match self.commands.press(own, &used).await {
            Ok(answer) => {
                self.deliver(interaction.guild, None, &reference, Told::Nothing, answer)
                    .await;
                Verdict::Fine
            }
            Err(text) => self.turn_away(interaction, text, "REFUSED").await,
        }
    }

    /// What one of the host's commands offers; `None` if the command is a plugin's.
    pub(super) async fn host_suggests(
        &self,
        interaction: &Interaction,
        config: &GuildConfig,
        standing: &Standing,
    ) -> Option<Value> {
        let InteractionKind::Autocomplete { name, .. } = &interaction.kind else {
            return None;
        };
        let spec = self
            .commands
            .spec(name, &self.plugins.installed(), config)?;
        let refusal = config.minimum_role(&spec).refusal(standing, &config.roles);
        if refusal.is_some() {
            return Some(json!([]));
        }
        let used = self.using(interaction, config, standing);
        let offered = self.commands.suggest(name, &used).await.into_iter();
        Some(
            offered
                .map(|text| json!({ "name": text, "value": text }))
                .collect(),
        )
    }

    fn using<'a>(
        &'a self,
        interaction: &'a Interaction,
        config: &'a GuildConfig,
        standing: &'a Standing,
    ) -> Use<'a> {
        Use {
            host: self,
            interaction,
            config,
            standing,
        }
    }

    /// The door of one of the host's commands: who may, and how often.
    fn host_door(
        &self,
        used: &Use<'_>,
        name: &str,
        rate: Option<Rate>,
    ) -> Result<CommandSpec, (String, &'static str)> {
        let config = used.config;
        let Some(spec) = self.commands.spec(name, &self.plugins.installed(), config) else {
            return Err((OUTDATED.into(), "UNKNOWN_ERROR"));
        };
        let refusal = config
            .minimum_role(&spec)
            .refusal(used.standing, &config.roles);
        if let Some(text) = refusal {
            return Err((text, "MISSING_PERMISSIONS"));
        }
        let rate = rate.as_ref().unwrap_or(&spec.rate);
        if let Err(wait) = self.count_use(used.interaction, HOST, rate) {
            return Err((slow_down(wait), "RATE_LIMITED"));
        }
        Ok(spec)
    }
}
