//! `muster:context`: who acted, where, when, and what the guild has set.

use muster_core::call::Input;
use muster_core::clock::Timestamp;
use muster_core::host_settings::TIME_ZONE;
use muster_core::roles::RoleKey;
use serde_json::Value;

use super::CallState;

/// The language where no member acted.
const DEFAULT_LOCALE: &str = "en-US";

impl CallState {
    /// The guild.
    pub fn guild_id(&self) -> u64 {
        self.scene.guild.get()
    }

    /// The channel or thread where the member acted.
    pub fn channel_id(&self) -> Option<u64> {
        self.interaction()
            .map(|interaction| interaction.channel.get())
    }

    /// The member who acted.
    pub fn user_id(&self) -> Option<u64> {
        self.actor().map(|actor| actor.member.user.get())
    }

    /// What others see of the member; empty where no member acted.
    pub fn display_name(&self) -> &str {
        self.actor().map_or("", |actor| &actor.member.display_name)
    }

    /// The member's Discord roles.
    pub fn member_roles(&self) -> Vec<u64> {
        self.actor().map_or_else(Vec::new, |actor| {
            actor.member.roles.iter().map(|role| role.get()).collect()
        })
    }

    /// The role keys that the member holds.
    pub fn internal_roles(&self) -> Vec<String> {
        let Some(actor) = self.actor() else {
            return Vec::new();
        };
        let mut held = actor.standing.held.clone();
        let administrator = RoleKey::Administrator.key();
        if actor.standing.is_administrator && !held.iter().any(|key| key == administrator) {
            held.push(administrator.to_owned());
        }
        held
    }

    /// Whether the member ranks as `rank` or higher. False for other words.
    pub fn ranks_at_least(&self, rank: &str) -> bool {
        RoleKey::by_key(rank)
            .zip(self.actor())
            .is_some_and(|(rank, actor)| actor.standing.at_least(rank))
    }

    /// The member's permissions in that channel, as bits.
    pub fn permissions(&self) -> u64 {
        self.actor()
            .map_or(0, |actor| actor.member.permissions.bits())
    }

    /// The member's language.
    pub fn locale(&self) -> &str {
        self.interaction()
            .map_or(DEFAULT_LOCALE, |interaction| &interaction.locale)
    }

    /// When this call began.
    pub fn now(&self) -> Timestamp {
        self.scene.now
    }

    /// The message that was pressed.
    pub fn pressed_message(&self) -> Option<u64> {
        Some(self.actor()?.pressed.as_ref()?.message.get())
    }

    /// The panel that the pressed message shows.
    pub fn pressed_panel(&self) -> Option<&str> {
        self.actor()?.pressed.as_ref()?.panel.as_deref()
    }

    /// The member whose command or press opened that panel.
    pub fn panel_opened_by(&self) -> Option<u64> {
        Some(self.actor()?.pressed.as_ref()?.opened_by?.get())
    }

    /// The attachments that this interaction received, as a JSON array in Discord's shape.
    pub fn attachments(&self) -> String {
        let received: Vec<&Value> = self
            .received()
            .map_or_else(Vec::new, |attachments| attachments.values().collect());
        serde_json::to_string(&received).expect("JSON values have a text")
    }

    /// The guild's value of a setting as JSON, else the default of the manifest.
    pub fn setting(&self, key: &str) -> Option<String> {
        let spec = self.scene.manifest.setting(key)?;
        let own = self.scene.config.plugins.get(self.plugin());
        let value = own.and_then(|settings| settings.get(key));
        // What was chosen under an earlier version may no longer fit.
        let value = value.filter(|value| spec.refusal(value).is_none());
        Some(value.unwrap_or(&spec.default).to_string())
    }

    /// The guild's time zone.
    pub fn time_zone(&self) -> String {
        let zone = self.scene.config.host_setting(TIME_ZONE);
        let zone = zone.as_ref().and_then(Value::as_str);
        zone.unwrap_or("UTC").to_owned()
    }

    /// Discord's `resolved.attachments`, by id.
    pub(super) fn received(&self) -> Option<&serde_json::Map<String, Value>> {
        match self.input()? {
            Input::Command { data, .. } => data.get("resolved")?.get("attachments")?.as_object(),
            _ => None,
        }
    }
}
