//! Which message shows which panel: what a press is looked up by.

use std::collections::HashMap;

use muster_core::ids::{MessageId, UserId};
use muster_core::{GuildId, PluginName};
use parking_lot::RwLock;

/// The panel on whose message somebody pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PressedPanel {
    /// Whose panel it is.
    pub plugin: PluginName,
    /// The plugin's name for it.
    pub name: String,
    /// Who opened it, if a member did.
    pub opened_by: Option<UserId>,
}

/// Panels by message. Read at every press, so it is kept in memory.
#[derive(Default)]
pub(super) struct Index(RwLock<HashMap<MessageId, (GuildId, PressedPanel)>>);

impl Index {
    pub fn find(&self, message: MessageId) -> Option<(GuildId, PressedPanel)> {
        self.0.read().get(&message).cloned()
    }

    pub fn put(&self, message: MessageId, guild: GuildId, panel: PressedPanel) {
        self.0.write().insert(message, (guild, panel));
    }

    pub fn remove(&self, message: MessageId) {
        self.0.write().remove(&message);
    }
}
