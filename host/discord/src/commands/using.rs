//! One use of a command of the host: who uses it where, and what they gave.

use std::sync::Arc;

use muster_core::effect::AuditEntry;
use muster_core::guild::GuildSnapshot;
use muster_core::guild_config::GuildConfig;
use muster_core::ids::UserId;
use muster_core::interaction::{CommandOptions, Interaction, InteractionKind};
use muster_core::{GuildId, Manifest, Standing};
use serde_json::Value;

use super::option_type::SUBCOMMAND;
use crate::interactions::Inner;

/// One use.
pub(crate) struct Use<'a> {
    pub host: &'a Inner,
    pub interaction: &'a Interaction,
    pub config: &'a GuildConfig,
    pub standing: &'a Standing,
}

impl Use<'_> {
    pub fn guild(&self) -> GuildId {
        self.interaction.guild
    }

    pub fn user(&self) -> UserId {
        self.interaction.member.user
    }

    /// Every installed plugin, on here or not.
    pub fn installed(&self) -> Arc<Vec<Arc<Manifest>>> {
        self.host.plugins.installed()
    }

    /// What the gateway told of the guild.
    ///
    /// # Errors
    /// A sentence for the member.
    pub fn snapshot(&self) -> Result<Arc<GuildSnapshot>, String> {
        self.host.directory.guild(self.guild()).ok_or_else(|| {
            "Discord has not told me about this server yet. Try again in a minute.".to_owned()
        })
    }

    /// The subcommand.
    pub fn subcommand(&self) -> Option<&str> {
        let first = self.given()?.first()?;
        (first["type"] == SUBCOMMAND).then(|| first["name"].as_str())?
    }

    /// The value of an option, of the subcommand if there is one.
    pub fn option(&self, name: &str) -> Option<&Value> {
        let mut options = self.options()?.iter();
        options.find(|option| option["name"] == name)?.get("value")
    }

    /// The text of an option.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.option(name)?.as_str()
    }

    /// The option that is being typed.
    pub fn focused(&self) -> Option<&str> {
        let mut options = self.options()?.iter();
        options.find(|option| option["focused"] == true)?["name"].as_str()
    }

    /// What stands in it so far.
    pub fn typed(&self) -> &str {
        let focused = self.focused().and_then(|name| self.text(name));
        focused.unwrap_or_default()
    }

    /// A line of the audit about the guild.
    pub fn audit(&self, action: &str, subject: String, meta: Value) -> AuditEntry {
        AuditEntry {
            action: action.into(),
            subject,
            actor: Some(self.user()),
            meta,
        }
    }

    fn given(&self) -> Option<&Vec<Value>> {
        let (InteractionKind::Command { options, .. }
        | InteractionKind::Autocomplete { options, .. }) = &self.interaction.kind
        else {
            return None;
        };
        let CommandOptions { options, .. } = options;
        options.as_array()
    }

    fn options(&self) -> Option<&Vec<Value>> {
        let given = self.given()?;
        match given.first() {
            Some(first) if first["type"] == SUBCOMMAND => first["options"].as_array(),
            _ => Some(given),
        }
    }
}
