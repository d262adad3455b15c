//! `muster:discord`: roles that a guild lets a plugin hand out.

use muster_core::adoption;
use muster_core::call::Input;
use muster_core::effect::Action;
use muster_core::ids::RoleId;
use muster_core::roles::MinimumRole;
use serde_json::Value;

use super::discord::{Queued, invalid};
use super::json::check_name;
use super::{CallState, DiscordError};

/// Discord's number for an option that takes a role
/// ([Discord Docs/Application Commands](https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-type)).
const ROLE_OPTION: u64 = 8;

impl CallState {
    /// Lets the plugin hand out a role from now on, under a name of its own.
    pub fn role_adopt(&mut self, name: &str, role: u64, tag: &str, options: &str) -> Queued {
        self.may_act()?;
        check_name(name).map_err(invalid)?;
        let role = RoleId::new(role).ok_or_else(|| invalid("0 is no role".into()))?;
        self.check_chosen(role)?;
        let snapshot = self.snapshot()?;
        if let Some(why) = adoption::refusal(&snapshot, &self.scene.config.roles, role) {
            return Err(DiscordError::Denied(why));
        }
        let actor = self
            .actor()
            .filter(|actor| !actor.standing.is_administrator);
        let stands_above = actor.is_some_and(|actor| {
            snapshot.place_of(role) >= Some(snapshot.highest_place(&actor.member.roles))
        });
        if stands_above {
            let text = "That role does not stand below your own highest one. Choose another one.";
            return Err(DiscordError::Denied(text.into()));
        }
        let name = name.to_owned();
        self.queue_with(Action::RoleAdopt { name, role }, tag, options)
    }

    /// The plugin hands out the role no more. The role stays.
    pub fn role_forget(&mut self, name: &str, tag: &str, options: &str) -> Queued {
        self.may_act()?;
        check_name(name).map_err(invalid)?;
        self.queue_with(Action::RoleForget { name: name.into() }, tag, options)
    }

    /// Whether somebody of rank chose the role just now: the plugin cannot make that up.
    fn check_chosen(&self, role: RoleId) -> Result<(), DiscordError> {
        let denied = |text: &str| Err(DiscordError::Denied(text.to_owned()));
        let Some(Input::Command { name, data }) = self.input() else {
            return denied("A plugin adopts a role only while its command is used.");
        };
        let commands = &self.scene.manifest.commands;
        let least = commands.iter().find(|command| command.name == *name);
        let is_for_staff = least.is_some_and(|command| {
            matches!(command.minimum_role, MinimumRole::Rank(rank) if rank >= adoption::LEAST_RANK)
        });
        if !is_for_staff {
            return denied("A plugin adopts a role only in a command for moderators and above.");
        }
        if !names_role(&data["options"], role) {
            return denied("A plugin adopts only a role that an option of its command names.");
        }
        Ok(())
    }
}

/// Whether an option, or one of a subcommand, names the role.
fn names_role(options: &Value, role: RoleId) -> bool {
    let options = options.as_array().into_iter().flatten();
    options.into_iter().any(|option| {
        let is_it = option["type"].as_u64() == Some(ROLE_OPTION)
            && option["value"].as_str() == Some(&role.to_string());
        is_it || names_role(&option["options"], role)
    })
}
