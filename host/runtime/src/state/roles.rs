//! `muster:discord`: what is known of any role of the guild, mapped to a key or not.

use muster_core::ids::RoleId;
use serde_json::json;

use super::members::unavailable;
use super::{CallState, DiscordError, Looked};

impl CallState {
    /// A role of this guild as JSON, or `None`.
    ///
    /// # Errors
    /// For the plugin to react to: Discord reports the guild as unavailable.
    pub fn role_info(&self, role: u64) -> Result<Option<String>, DiscordError> {
        let snapshot = self.snapshot()?;
        let found = RoleId::new(role).and_then(|id| Some((id, snapshot.roles.get(&id)?)));
        Ok(found.map(|(id, role)| {
            json!({
                "id": id,
                "name": role.name,
                "position": role.position,
                "managed": role.managed,
            })
            .to_string()
        }))
    }

    /// The holders of any role of this guild, where the members intent allows.
    pub fn holders_of(&mut self, role: u64) -> Looked<Vec<u64>> {
        let snapshot = match self.snapshot() {
            Ok(snapshot) => snapshot,
            Err(error) => return Ok(Err(error)),
        };
        match RoleId::new(role).filter(|role| snapshot.roles.contains_key(role)) {
            Some(role) => self.known_holders(role),
            None => {
                let text = "This server has no such role.";
                Ok(Err(DiscordError::NotFound(text.into())))
            }
        }
    }

    pub(super) fn known_holders(&self, role: RoleId) -> Looked<Vec<u64>> {
        let holders = self.scene.known.holders(role)?.map_err(unavailable);
        Ok(holders.map(|holders| holders.iter().map(|user| user.get()).collect()))
    }

    /// The bot's own user.
    ///
    /// # Errors
    /// As [`role_info`](Self::role_info).
    pub fn bot_user(&self) -> Result<u64, DiscordError> {
        Ok(self.snapshot()?.bot.get())
    }
}
