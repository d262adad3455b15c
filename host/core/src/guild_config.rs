//! What one guild has configured: mappings, plugins, settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::ids::{ChannelId, GuildId};
use crate::manifest::PluginName;
use crate::roles::RoleMap;

/// One guild's configuration: its own choices in the database, below what `plugins.toml` pins.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GuildConfig {
    /// Role key to Discord role.
    pub roles: RoleMap,
    /// Channel key to channel.
    pub channels: BTreeMap<String, ChannelId>,
    /// Plugins that are on, with their settings by key (only those that differ from the default).
    pub plugins: BTreeMap<PluginName, BTreeMap<String, Value>>,
}

impl GuildConfig {
    /// Whether the plugin is on here.
    pub fn is_enabled(&self, plugin: &PluginName) -> bool {
        self.plugins.contains_key(plugin)
    }
}

/// What `plugins.toml` says of guilds: what is on, and which settings are pinned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Policy {
    /// Installed plugins in the file's order, with what holds for every guild.
    pub plugins: Vec<(PluginName, PluginPolicy)>,
    /// What holds for single guilds.
    pub guilds: BTreeMap<GuildId, BTreeMap<PluginName, PluginPolicy>>,
}

/// What `plugins.toml` says of one plugin.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PluginPolicy {
    /// On or off; `None` leaves it to the wider rule (on, if nothing is said anywhere).
    pub enabled: Option<bool>,
    /// Settings by key.
    pub settings: BTreeMap<String, Value>,
}

impl Policy {
    /// The configuration of `guild`, given what the guild itself chose (`own_*`, from the database).
    pub fn resolve(
        &self,
        guild: GuildId,
        roles: RoleMap,
        channels: BTreeMap<String, ChannelId>,
        own_enabled: &BTreeMap<PluginName, bool>,
        own_settings: &BTreeMap<PluginName, BTreeMap<String, Value>>,
    ) -> Arc<GuildConfig> {
        let here = self.guilds.get(&guild);
        let mut plugins = BTreeMap::new();
        for (name, general) in &self.plugins {
            let pinned = here.and_then(|plugins| plugins.get(name));
            let enabled = pinned
                .and_then(|policy| policy.enabled)
                .or_else(|| own_enabled.get(name).copied())
                .or(general.enabled)
                .unwrap_or(true);
            if !enabled {
                continue;
            }
            let mut settings = general.settings.clone();
            settings.extend(own_settings.get(name).cloned().unwrap_or_default());
            settings.extend(
                pinned
                    .map(|policy| policy.settings.clone())
                    .unwrap_or_default(),
            );
            plugins.insert(name.clone(), settings);
        }
        Arc::new(GuildConfig {
            roles,
            channels,
            plugins,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guilds_own_choice_beats_the_default_and_yields_to_the_pin() {
        let name: PluginName = "acme".parse().expect("a name");
        let guild = GuildId::new(5).expect("not 0");
        let mut policy = Policy {
            plugins: vec![(
                name.clone(),
                PluginPolicy {
                    enabled: Some(false),
                    ..Default::default()
                },
            )],
            guilds: BTreeMap::new(),
        };
        let resolve = |policy: &Policy, own: &BTreeMap<_, _>| {
            policy
                .resolve(
                    guild,
                    RoleMap::new(),
                    BTreeMap::new(),
                    own,
                    &BTreeMap::new(),
                )
                .is_enabled(&name)
        };
        assert!(!resolve(&policy, &BTreeMap::new()));
        let own = BTreeMap::from([(name.clone(), true)]);
        assert!(resolve(&policy, &own));
        let pin = PluginPolicy {
            enabled: Some(false),
            ..Default::default()
        };
        policy
            .guilds
            .insert(guild, BTreeMap::from([(name.clone(), pin)]));
        assert!(!resolve(&policy, &own));
    }
}
