//! The host's own events for plugins: `member.joined`, `channel.deleted`, `mapping.changed` and the like.

use muster_core::GuildId;
use muster_core::effect::Emitted;
use muster_core::manifest::PluginName;
use muster_core::ports::Plugins;
use muster_store::Store;

/// Queues an event for every plugin that is on in the guild and subscribed to it. A failure is logged:
/// what caused the event has happened all the same.
pub(crate) async fn emit(store: &Store, plugins: &dyn Plugins, guild: GuildId, event: &Emitted) {
    let installed = plugins.installed();
    let subscribed = |topics: &[String]| topics.contains(&event.topic);
    if !installed
        .iter()
        .any(|manifest| subscribed(&manifest.subscribes))
    {
        return;
    }
    let queued = async {
        let config = store.guild_config(guild).await?;
        let subscribers: Vec<PluginName> = installed
            .iter()
            .filter(|manifest| {
                subscribed(&manifest.subscribes) && config.is_enabled(&manifest.name)
            })
            .map(|manifest| manifest.name.clone())
            .collect();
        store.emit_host_event(guild, event, &subscribers).await
    };
    if let Err(error) = queued.await {
        tracing::error!(%error, topic = event.topic, "an event could not be queued");
    }
}
