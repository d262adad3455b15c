//! **/plugins**: what the bot can do, and what of it is switched on in this server.
//!
//! Off means off within the second: commands, buttons, suggestions, events, timers and panels ask at the
//! door. Nothing is deleted; what falls due meanwhile waits a week.

use std::sync::Arc;

use muster_core::Manifest;
use muster_core::answer::Answer;
use muster_core::effect::Emitted;
use muster_core::manifest::PermissionSpec;
use serde_json::{Value, json};

use super::help::chunks;
use super::option_type::{SUBCOMMAND, TEXT};
use super::{TRY_AGAIN, Use, cut, option_spec, private};
use crate::host_events;

const LIST: &str = "list";
const ENABLE: &str = "enable";
const DISABLE: &str = "disable";
const INFO: &str = "info";

/// Characters of an embed's description that are used, of 4096.
const DESCRIPTION: usize = 4000;

pub(super) fn options() -> Vec<Value> {
    let which = || {
        let mut option = option_spec(TEXT, "plugin", "Which part of the bot");
        option["required"] = true.into();
        option["autocomplete"] = true.into();
        option
    };
    let with = |name: &str, description: &str| {
        let mut sub = option_spec(SUBCOMMAND, name, description);
        sub["options"] = json!([which()]);
        sub
    };
    vec![
        option_spec(SUBCOMMAND, LIST, "What there is, and what is on"),
        with(ENABLE, "Switch it on in this server"),
        with(DISABLE, "Switch it off in this server; its data stays"),
        with(INFO, "What it does, needs and keeps"),
    ]
}

pub(super) fn suggest(used: &Use<'_>) -> Vec<String> {
    let installed = used.installed();
    let fits = |manifest: &&Arc<Manifest>| {
        let is_on = used.config.is_enabled(&manifest.name);
        match used.subcommand() {
            Some(ENABLE) => !is_on,
            Some(DISABLE) => is_on,
            _ => true,
        }
    };
    let names = installed.iter().filter(fits);
    names.map(|manifest| manifest.name.to_string()).collect()
}

pub(super) async fn run(used: &Use<'_>) -> Result<Answer, String> {
    let subcommand = used.subcommand();
    if subcommand == Some(LIST) {
        return Ok(list(used));
    }
    let manifest = wanted(used)?;
    match subcommand {
        Some(ENABLE) => switch(used, &manifest, true).await,
        Some(DISABLE) => switch(used, &manifest, false).await,
        Some(INFO) => info(used, &manifest).await,
        _ => Err("This command has changed. Reload Discord (Ctrl+R).".into()),
    }
}

fn wanted(used: &Use<'_>) -> Result<Arc<Manifest>, String> {
    let name = used.text("plugin").unwrap_or_default().trim();
    let installed = used.installed();
    let found = installed
        .iter()
        .find(|manifest| manifest.name.as_str() == name);
    found.cloned().ok_or_else(|| {
        let names: Vec<&str> = installed.iter().map(|m| m.name.as_str()).collect();
        format!(
            "There is no plugin `{}`. There are: {}.",
            cut(&name.replace('`', ""), 32),
            names.join(", ")
        )
    })
}

/// Whether it is on, and who said so.
fn state(used: &Use<'_>, manifest: &Manifest) -> String {
    let name = &manifest.name;
    let word = match used.config.is_enabled(name) {
        true => "🟢 on",
        false => "⚪ off",
    };
    let policy = used.host.store.policy();
    let why = if policy.pinned_enabled(used.guild(), name).is_some() {
        ", pinned by the bot's operator"
    } else if used.config.own.enabled.contains_key(name) {
        ", chosen here"
    } else {
        ""
    };
    format!("{word}{why}")
}

fn list(used: &Use<'_>) -> Answer {
    let installed = used.installed();
    let lines: Vec<String> = installed
        .iter()
        .map(|manifest| {
            format!(
                "**{}** {} — {}\n{}",
                manifest.name,
                manifest.version,
                state(used, manifest),
                cut(&manifest.summary, 200)
            )
        })
        .collect();
    let text = match lines.is_empty() {
        true => "No plugin is installed.".to_owned(),
        false => chunks(&lines, DESCRIPTION).swap_remove(0),
    };
    private(json!({ "embeds": [{ "title": "Plugins", "description": text }] }))
}

async fn switch(used: &Use<'_>, manifest: &Manifest, enabled: bool) -> Result<Answer, String> {
    let (guild, name) = (used.guild(), &manifest.name);
    let word = if enabled { "on" } else { "off" };
    let store = &used.host.store;
    if store.policy().pinned_enabled(guild, name).is_some() {
        return Err(format!(
            "`{name}` is pinned by the bot's operator: `enabled` stands in \
             [guilds.\"{guild}\".plugins.{name}] of plugins.toml. Only there it can be changed."
        ));
    }
    if used.config.is_enabled(name) == enabled {
        return Err(format!("`{name}` is {word} already."));
    }
    let action = if enabled {
        "plugin.enable"
    } else {
        "plugin.disable"
    };
    let audit = used.audit(action, format!("plugin:{name}"), json!({}));
    let event = Emitted {
        topic: "plugin.enabled".into(),
        body: json!({ "plugin": name }),
    };
    let hears = (enabled && host_events::hears(manifest, &event)).then_some(&event);
    let switched = store.switch_plugin(guild, name, enabled, &audit, hears);
    if let Err(error) = switched.await {
        tracing::error!(%error, "a plugin could not be switched");
        return Err(TRY_AGAIN.into());
    }
    used.host.plugins_changed(guild);
    used.host.panels.plugin_refresh_all(guild, name);
    let text = match enabled {
        true => format!(
            "`{name}` is on. Its commands appear in a moment; its panels are live again, and what waited \
             for it is done now."
        ),
        false => format!(
            "`{name}` is off. Its commands, buttons and panels are dead from now on, and nothing is deleted. \
             Timers and events wait for 7 days; what is not taken by then is dropped. \
             `/plugins enable` brings it back."
        ),
    };
    Ok(private(json!({ "content": text })))
}

async fn info(used: &Use<'_>, manifest: &Manifest) -> Result<Answer, String> {
    let pending = used.host.store.pending(used.guild(), &manifest.name).await;
    let pending = pending.map_err(|error| {
        tracing::error!(%error, "what waits for a plugin could not be read");
        TRY_AGAIN.to_owned()
    })?;
    let may = used
        .host
        .directory
        .guild(used.guild())
        .map(|guild| guild.bot_permissions());
    let needs = |spec: &PermissionSpec| {
        let permission = muster_core::Permissions::by_name(&spec.name);
        let lacks = permission
            .zip(may)
            .is_some_and(|(needed, may)| !may.contains(needed));
        let mark = if lacks { "⚠️ " } else { "" };
        format!("{mark}{}: without it, {}", spec.name, spec.without)
    };
    let commands: Vec<String> = manifest
        .commands
        .iter()
        .map(|c| format!("`/{}`", c.name))
        .collect();
    let permissions: Vec<String> = manifest.discord_permissions.iter().map(needs).collect();
    let intents: Vec<String> = manifest.intents.iter().map(needs).collect();
    let waiting = format!(
        "{} timers set, {} events not heard yet; dropped so far: {} timers, {} events",
        pending.timers, pending.events, pending.dropped_timers, pending.dropped_events
    );
    let parts: [(&str, Vec<String>); 7] = [
        ("Here", vec![state(used, manifest)]),
        ("Commands", vec![commands.join(" ")]),
        ("Discord permissions", permissions),
        ("Privileged intents", intents),
        ("Tells others of", vec![manifest.emits.join(", ")]),
        ("Keeps about people", manifest.personal_data.clone()),
        ("Waiting", vec![waiting]),
    ];
    let fields: Vec<Value> = parts
        .into_iter()
        .filter_map(|(name, lines)| {
            let value = chunks(&lines, 1000).into_iter().next()?;
            (!value.is_empty()).then(|| json!({ "name": name, "value": value }))
        })
        .collect();
    let title = format!("{} {}", manifest.name, manifest.version);
    let embed =
        json!({ "title": title, "description": cut(&manifest.summary, 500), "fields": fields });
    Ok(private(json!({ "embeds": [embed] })))
}
