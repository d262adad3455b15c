//! The installed plugins: from `plugins.toml` to components that described themselves.

use std::sync::Arc;

use muster_core::PluginName;
use muster_runtime::{LoadedPlugin, Runtime};

use crate::config::{Config, InstalledPlugin, PluginSource, Problem, nearest};

/// The plugins in this binary.
pub fn builtin_names() -> Vec<PluginName> {
    let names = muster_builtin::PLUGINS
        .iter()
        .map(|plugin| plugin.name.parse());
    names
        .map(|name| name.expect("the build takes only folders with plugin names"))
        .collect()
}

/// Loads what the configuration installs, in its order, and checks the settings chosen for it.
/// What cannot be loaded is told and left out.
pub async fn load(config: &Config, runtime: &Runtime) -> (Vec<LoadedPlugin>, Vec<Problem>) {
    let (mut plugins, mut problems) = (Vec::new(), Vec::new());
    for installed in &config.plugins.installed {
        match load_one(installed, runtime).await {
            Ok(plugin) => {
                problems.extend(config.plugins.check_grants(plugin.manifest()));
                problems.extend(config.plugins.check_settings(plugin.manifest()));
                plugins.push(plugin);
            }
            Err(what) => problems.push(Problem::new(installed.place(), what)),
        }
    }
    (plugins, problems)
}

async fn load_one(installed: &InstalledPlugin, runtime: &Runtime) -> Result<LoadedPlugin, String> {
    let name = &installed.name;
    let (wasm, from) = read(installed)?;
    let loaded = runtime.load(wasm, installed.options).await;
    let plugin = loaded.map_err(|refusal| format!("{from} is no plugin: {refusal}"))?;
    let own = &plugin.manifest().name;
    if own != name {
        return Err(format!(
            "{from} calls itself `{own}`; write [plugins.{own}] instead of [plugins.{name}]"
        ));
    }
    Ok(plugin)
}

/// The component, and what to call it in a sentence.
fn read(installed: &InstalledPlugin) -> Result<(Arc<[u8]>, String), String> {
    let name = installed.name.as_str();
    match &installed.source {
        PluginSource::Builtin => {
            let found = muster_builtin::PLUGINS
                .iter()
                .find(|plugin| plugin.name == name);
            let builtin = found.ok_or_else(|| {
                let known = || muster_builtin::PLUGINS.iter().map(|plugin| plugin.name);
                match nearest(name, known()) {
                    Some(near) => format!("no plugin `{name}` is built in; did you mean `{near}`?"),
                    None => {
                        let known: Vec<&str> = known().collect();
                        format!(
                            "no plugin `{name}` is built in; there are: {}",
                            known.join(", ")
                        )
                    }
                }
            })?;
            Ok((builtin.wasm.into(), format!("the built-in `{name}`")))
        }
        PluginSource::Path(path) => {
            let shown = path.display();
            let wasm = std::fs::read(path).map_err(|error| {
                format!(
                    "the plugin `{name}` cannot be read from {shown}: {error}; correct its `path`"
                )
            })?;
            Ok((wasm.into(), shown.to_string()))
        }
    }
}
