//! `[plugins]` and `[guilds]`: what is installed, where it is on, and what is chosen for it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use muster_core::guild_config::{PluginPolicy, Policy};
use muster_core::topics::{self, TopicGrant};
use muster_core::{GuildId, Manifest, PluginName};
use muster_runtime::{PluginOptions, Wasi};
use serde_json::Value;
use toml::de::DeValue;

use super::document::{Document, Section};
use super::nearest::instead;
use super::{Place, Problem};

/// What the file says of plugins.
#[derive(Debug, Clone, Default)]
pub struct Plugins {
    /// What is installed, in the order of the file.
    pub installed: Vec<InstalledPlugin>,
    /// What is pinned for single guilds.
    pub guilds: BTreeMap<GuildId, GuildPlugins>,
}

/// What is pinned for one guild.
pub type GuildPlugins = BTreeMap<PluginName, Choices>;

/// `[plugins.notes]`.
#[derive(Debug, Clone)]
pub struct InstalledPlugin {
    /// Its name.
    pub name: PluginName,
    /// Where its component is.
    pub source: PluginSource,
    /// How it is run.
    pub options: PluginOptions,
    /// What it may tell other plugins, beside its own topics.
    pub emits: Vec<TopicGrant>,
    /// What holds where a guild chose nothing.
    pub choices: Choices,
    /// Where it was installed; `None` if nobody wrote it down.
    pub place: Option<Place>,
}

/// Where a plugin's component is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PluginSource {
    /// In this binary.
    Builtin,
    /// In a file.
    Path(PathBuf),
}

/// On or off, and settings.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// On or off; `None` leaves it to the wider rule.
    pub enabled: Option<bool>,
    /// Settings by key.
    pub settings: BTreeMap<String, Setting>,
}

/// A setting's value, and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The value; checked once the plugin's manifest is known.
    pub value: Value,
    /// Where.
    pub place: Place,
}

impl InstalledPlugin {
    /// A plugin of this binary, on everywhere and without grants.
    pub fn builtin(name: PluginName) -> Self {
        Self {
            name,
            source: PluginSource::Builtin,
            options: PluginOptions::default(),
            emits: Vec::new(),
            choices: Choices::default(),
            place: None,
        }
    }

    /// Where a sentence about it belongs.
    pub fn place(&self) -> Place {
        let otherwise = || Place::Thing(format!("plugin {}", self.name));
        self.place.clone().unwrap_or_else(otherwise)
    }

    fn read(name: PluginName, place: Place, section: &mut Section<'_>, folder: &Path) -> Self {
        let builtin = section.choice("source", &[("builtin", ())]);
        let path = section.text("path");
        let wasi = [("minimal", Wasi::Minimal), ("full-empty", Wasi::FullEmpty)];
        let wasi = section.choice("wasi", &wasi).unwrap_or_default();
        let tell = |what: String| section.document().tell_at(place.clone(), what);
        let source = match (builtin, path) {
            (Some(()), None) => PluginSource::Builtin,
            (None, Some(path)) => PluginSource::Path(folder.join(path)),
            (Some(()), Some(_)) => {
                tell(format!(
                    "[plugins.{name}] has a `source` and a `path`; keep one of them"
                ));
                PluginSource::Builtin
            }
            (None, None) => {
                if !section.has("source") {
                    tell(format!(
                        "[plugins.{name}] does not say where the plugin is; \
                         add `source = \"builtin\"` or `path = \"{name}.wasm\"`"
                    ));
                }
                PluginSource::Builtin
            }
        };
        let options = PluginOptions { wasi };
        let emits = section.list("emits").unwrap_or_default();
        Self {
            name,
            source,
            options,
            emits,
            choices: Choices::read(section),
            place: Some(place),
        }
    }
}

impl Choices {
    fn read(section: &mut Section<'_>) -> Self {
        let enabled = section.claim("enabled");
        let settings = section.section("settings");
        let document = section.document();
        let read = settings
            .values()
            .into_iter()
            .filter_map(|(key, span, value)| {
                let place = document.place(&span);
                match json(value) {
                    Some(value) => Some((key.to_owned(), Setting { value, place })),
                    None => {
                        let what = format!(
                            "setting `{key}` is a date, a table or out of range; none takes that"
                        );
                        document.tell_at(place, what);
                        None
                    }
                }
            });
        Self {
            enabled,
            settings: read.collect(),
        }
    }

    fn policy(&self) -> PluginPolicy {
        let settings = self
            .settings
            .iter()
            .map(|(key, setting)| (key.clone(), setting.value.clone()));
        PluginPolicy {
            enabled: self.enabled,
            settings: settings.collect(),
        }
    }
}

/// TOML has no null; a plugin's optional setting is left out instead.
fn json(value: &DeValue<'_>) -> Option<Value> {
    match value {
        DeValue::String(text) => Some(Value::String(text.to_string())),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .ok()
            .map(Value::from),
        DeValue::Float(number) => number.as_str().parse::<f64>().ok().map(Value::from),
        DeValue::Boolean(claim) => Some(Value::Bool(*claim)),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Datetime(_) | DeValue::Table(_) => None,
    }
}

impl Plugins {
    pub(super) fn read(root: &mut Section<'_>, folder: &Path) -> Self {
        let mut plugins = Self::default();
        let document = root.document();
        for (name, span, mut section) in root.section("plugins").named_sections() {
            let place = document.place(&span);
            match name.parse::<PluginName>() {
                Ok(name) => {
                    let plugin = InstalledPlugin::read(name, place, &mut section, folder);
                    section.finish();
                    plugins.installed.push(plugin);
                }
                Err(refusal) => document.tell_at(place, refusal.to_string()),
            }
        }
        for (id, span, mut section) in root.section("guilds").named_sections() {
            let guild = id.parse::<u64>().ok().and_then(GuildId::new);
            let Some(guild) = guild else {
                let what = format!(
                    "`{id}` is no guild id; in Discord, switch on Developer Mode, right-click the \
                     guild and choose Copy Server ID"
                );
                document.tell(span, what);
                continue;
            };
            let chosen = plugins.read_guild(&mut section);
            section.finish();
            plugins.guilds.insert(guild, chosen);
        }
        plugins
    }

    /// Brings what is installed in line with what this binary holds: no less, and no more.
    pub(super) fn complete(&mut self, builtin: &[PluginName]) {
        self.installed
            .retain(|plugin| builtin.contains(&plugin.name));
        for name in builtin {
            if !self.installed.iter().any(|plugin| plugin.name == *name) {
                self.installed.push(InstalledPlugin::builtin(name.clone()));
            }
        }
    }

    fn read_guild(&self, section: &mut Section<'_>) -> GuildPlugins {
        let document = section.document();
        let mut chosen = GuildPlugins::new();
        for (name, span, mut section) in section.section("plugins").named_sections() {
            let Some(plugin) = self
                .installed
                .iter()
                .find(|plugin| plugin.name.as_str() == name)
            else {
                let known = self.installed.iter().map(|plugin| plugin.name.as_str());
                let instead = instead(&name, known);
                document.tell(span, format!("no plugin `{name}` is installed; {instead}"));
                continue;
            };
            let choices = Choices::read(&mut section);
            section.finish();
            chosen.insert(plugin.name.clone(), choices);
        }
        chosen
    }

    /// Takes `MUSTER_PLUGINS_<NAME>_SETTINGS_<KEY>`, whose keys only the manifests know. Numbers and
    /// claims are told by their look.
    pub(super) fn read_environment(&mut self, document: &Document<'_>) {
        for plugin in &mut self.installed {
            let upper = plugin.name.sql_name().to_uppercase();
            let prefix = format!("MUSTER_PLUGINS_{upper}_SETTINGS_");
            let names: Vec<&str> = document.environment().names(&prefix).collect();
            for name in names {
                let Some(text) = document.variable(name) else {
                    continue;
                };
                let value = match (text.parse::<bool>(), text.parse::<i64>()) {
                    (Ok(claim), _) => Value::Bool(claim),
                    (_, Ok(number)) => Value::from(number),
                    _ => Value::from(text),
                };
                let place = Place::Variable(name.to_owned());
                let key = name.trim_start_matches(&prefix).to_lowercase();
                plugin
                    .choices
                    .settings
                    .insert(key, Setting { value, place });
            }
        }
    }

    pub(super) fn policy(&self) -> Policy {
        let general = self
            .installed
            .iter()
            .map(|plugin| (plugin.name.clone(), plugin.choices.policy()));
        let guilds = self.guilds.iter().map(|(guild, plugins)| {
            let plugins = plugins
                .iter()
                .map(|(name, choices)| (name.clone(), choices.policy()));
            (*guild, plugins.collect())
        });
        Policy {
            plugins: general.collect(),
            guilds: guilds.collect(),
        }
    }

    /// What the installation refuses `manifest`: topics that it emits and was not granted.
    pub fn check_grants(&self, manifest: &Manifest) -> Vec<Problem> {
        let installed = self.installed.iter();
        let installed = installed.filter(|plugin| plugin.name == manifest.name);
        let problems = installed.flat_map(|plugin| {
            let place = plugin.place();
            let refusals = topics::refusals(manifest, &plugin.emits).into_iter();
            refusals.map(move |what| Problem::new(place.clone(), what))
        });
        problems.collect()
    }

    /// What `manifest` refuses of the settings that were chosen for it, here and in single guilds.
    pub fn check_settings(&self, manifest: &Manifest) -> Vec<Problem> {
        let general = self
            .installed
            .iter()
            .filter(|plugin| plugin.name == manifest.name);
        let general = general.map(|plugin| &plugin.choices);
        let pinned = self
            .guilds
            .values()
            .filter_map(|plugins| plugins.get(&manifest.name));
        let settings = general.chain(pinned).flat_map(|choices| &choices.settings);
        let mut problems: Vec<Problem> = settings
            .filter_map(|(key, setting)| {
                let what = refusal(manifest, key, &setting.value)?;
                Some(Problem::new(setting.place.clone(), what))
            })
            .collect();
        problems.sort();
        problems
    }
}

fn refusal(manifest: &Manifest, key: &str, value: &Value) -> Option<String> {
    let plugin = &manifest.name;
    let Some(spec) = manifest.setting(key) else {
        let known = manifest.settings.iter().map(|spec| spec.key.as_str());
        let instead = instead(key, known);
        return Some(format!("unknown setting `{key}` of `{plugin}`; {instead}"));
    };
    let right = spec.refusal(value)?;
    Some(format!("{right}, not {value} (setting of `{plugin}`)"))
}
