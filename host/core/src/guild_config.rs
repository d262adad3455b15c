//! What one guild has configured: mappings, plugins, settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::host_settings;
use crate::ids::{ChannelId, GuildId};
use crate::manifest::{CommandSpec, HOST, PluginName};
use crate::roles::{MinimumRole, RoleMap};

/// One guild's configuration: its own choices in the database, below what `plugins.toml` pins.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GuildConfig {
    /// Role key to Discord role.
    pub roles: RoleMap,
    /// Channel key to channel.
    pub channels: BTreeMap<String, ChannelId>,
    /// Plugins that are on, with their settings by key (only those that differ from the default).
    pub plugins: BTreeMap<PluginName, BTreeMap<String, Value>>,
    /// What the guild chose itself, whether it holds or not.
    pub own: OwnChoices,
}

/// What a guild chose by command.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnChoices {
    /// Plugins that it switched on or off.
    pub enabled: BTreeMap<PluginName, bool>,
    /// Settings by plugin, or [`HOST`], and key.
    pub settings: BTreeMap<String, BTreeMap<String, Value>>,
}

impl OwnChoices {
    /// The guild's own value of a setting.
    pub fn setting(&self, owner: &str, key: &str) -> Option<&Value> {
        self.settings.get(owner)?.get(key)
    }
}

impl GuildConfig {
    /// Whether the plugin is on here.
    pub fn is_enabled(&self, plugin: &PluginName) -> bool {
        self.plugins.contains_key(plugin)
    }

    /// Whether what concerns the plugin is kept for it: it is on, or the guild switched it off and may
    /// switch it on again.
    pub fn keeps_for(&self, plugin: &PluginName) -> bool {
        self.is_enabled(plugin) || self.own.enabled.get(plugin) == Some(&false)
    }

    /// Who may use a command here: what the guild chose, else what its plugin declared.
    pub fn minimum_role(&self, command: &CommandSpec) -> MinimumRole {
        let key = host_settings::minimum_role_key(&command.name);
        let own = self.own.setting(HOST, &key);
        own.and_then(|value| serde_json::from_value(value.clone()).ok())
            .unwrap_or(command.minimum_role)
    }

    /// The value of one of the host's own settings, unless nobody knows such a setting.
    pub fn host_setting(&self, key: &str) -> Option<Value> {
        let spec = host_settings::spec(key)?;
        let own = self.own.setting(HOST, key);
        let own = own.filter(|value| spec.refusal(value).is_none());
        Some(own.cloned().unwrap_or(spec.default))
    }
}

/// Where a value comes from, the strongest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody chose; it is the manifest's default.
    Default,
    /// `plugins.toml`, for every guild that chose nothing.
    File,
    /// The guild itself.
    Guild,
    /// `plugins.toml`, for this guild: no command changes it.
    Pinned,
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
    /// The configuration of `guild`, given what the guild itself chose (from the database).
    pub fn resolve(
        &self,
        guild: GuildId,
        roles: RoleMap,
        channels: BTreeMap<String, ChannelId>,
        own: OwnChoices,
    ) -> Arc<GuildConfig> {
        let here = self.guilds.get(&guild);
        let mut plugins = BTreeMap::new();
        for (name, general) in &self.plugins {
            let pinned = here.and_then(|plugins| plugins.get(name));
            let enabled = pinned
                .and_then(|policy| policy.enabled)
                .or_else(|| own.enabled.get(name).copied())
                .or(general.enabled)
                .unwrap_or(true);
            if !enabled {
                continue;
            }
            let mut settings = general.settings.clone();
            settings.extend(own.settings.get(name.as_str()).cloned().unwrap_or_default());
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
            own,
        })
    }

    /// What is pinned for the plugin in this guild, above what the guild chooses.
    pub fn pinned(&self, guild: GuildId, plugin: &PluginName) -> Option<&PluginPolicy> {
        self.guilds.get(&guild)?.get(plugin)
    }

    /// Whether a plugin is pinned on or off in this guild.
    pub fn pinned_enabled(&self, guild: GuildId, plugin: &PluginName) -> Option<bool> {
        self.pinned(guild, plugin)?.enabled
    }

    /// Where the value of a plugin's setting comes from in this guild.
    pub fn origin(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        key: &str,
        own: &OwnChoices,
    ) -> Origin {
        let has = |policy: Option<&PluginPolicy>| {
            policy.is_some_and(|policy| policy.settings.contains_key(key))
        };
        let general = self.plugins.iter().find(|(name, _)| name == plugin);
        if has(self.pinned(guild, plugin)) {
            Origin::Pinned
        } else if own.setting(plugin.as_str(), key).is_some() {
            Origin::Guild
        } else if has(general.map(|(_, policy)| policy)) {
            Origin::File
        } else {
            Origin::Default
        }
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
        let resolve = |policy: &Policy, own: &OwnChoices| {
            policy
                .resolve(guild, RoleMap::new(), BTreeMap::new(), own.clone())
                .is_enabled(&name)
        };
        assert!(!resolve(&policy, &OwnChoices::default()));
        let own = OwnChoices {
            enabled: [(name.clone(), true)].into(),
            ..Default::default()
        };
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
    #[test]
    fn a_setting_tells_where_its_value_comes_from() {
        let name: PluginName = "acme".parse().expect("a name");
        let guild = GuildId::new(5).expect("not 0");
        let with = |value: i64| PluginPolicy {
            enabled: None,
            settings: [("size".to_owned(), value.into())].into(),
        };
        let mut policy = Policy {
            plugins: vec![(name.clone(), PluginPolicy::default())],
            guilds: BTreeMap::new(),
        };
        let mut own = OwnChoices::default();
        let seen = |policy: &Policy, own: &OwnChoices| {
            let config = policy.resolve(guild, RoleMap::new(), BTreeMap::new(), own.clone());
            let value = config.plugins[&name].get("size").and_then(Value::as_i64);
            (policy.origin(guild, &name, "size", own), value)
        };
        assert_eq!(seen(&policy, &own), (Origin::Default, None));
        policy.plugins[0].1 = with(1);
        assert_eq!(seen(&policy, &own), (Origin::File, Some(1)));
        let chosen = [("size".to_owned(), 2.into())].into();
        own.settings.insert("acme".into(), chosen);
        assert_eq!(seen(&policy, &own), (Origin::Guild, Some(2)));
        policy
            .guilds
            .insert(guild, [(name.clone(), with(3))].into());
        assert_eq!(seen(&policy, &own), (Origin::Pinned, Some(3)));
    }
}
