//! The host's own events for plugins: `member.joined`, `channel.deleted`, `mapping.changed` and the like.

use std::sync::Arc;

use muster_core::effect::Emitted;
use muster_core::guild_config::GuildConfig;
use muster_core::manifest::PluginName;
use muster_core::ports::Plugins;
use muster_core::{GuildId, Manifest, topics};
use muster_store::Store;

/// Queues an event for every plugin that subscribed to it and is on in the guild, or was switched off there
/// and may come back. A failure is logged: what caused the event has happened all the same.
pub(crate) async fn emit(store: &Store, plugins: &dyn Plugins, guild: GuildId, event: &Emitted) {
    if let Err(problem) = topics::check_body(&event.topic, &event.body) {
        tracing::error!(
            blame = "host",
            "an event of the host was not queued: {problem}"
        );
        return;
    }
    let installed = plugins.installed();
    let is_heard = installed.iter().any(|manifest| hears(manifest, event));
    if !is_heard {
        return;
    }
    let queued = async {
        let config = store.guild_config(guild).await?;
        let subscribers = subscribers(&installed, &config, event);
        store.emit_host_event(guild, event, &subscribers).await
    };
    if let Err(error) = queued.await {
        tracing::error!(%error, topic = event.topic, "an event could not be queued");
    }
}

/// Which plugins of a guild hear of it, now or once they are on again.
pub(crate) fn subscribers(
    installed: &[Arc<Manifest>],
    config: &GuildConfig,
    event: &Emitted,
) -> Vec<PluginName> {
    let hearing = installed.iter().filter(|manifest| hears(manifest, event));
    hearing
        .map(|manifest| manifest.name.clone())
        .filter(|name| config.keeps_for(name))
        .collect()
}

/// Whether the plugin subscribed to it.
pub(crate) fn hears(manifest: &Manifest, event: &Emitted) -> bool {
    manifest.subscribes.contains(&event.topic)
}
