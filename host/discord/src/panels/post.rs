//! A panel's message comes into being: the first time, at the end of its channel again, or because
//! somebody deleted it.

use std::sync::atomic::Ordering;

use muster_core::Address;
use muster_core::effect::PanelPlace;
use muster_core::ids::{ChannelId, MessageId};
use muster_store::PanelRow;
use sha2::{Digest as _, Sha256};

use super::Shared;
use super::job::{Drawn, Ended, Job};
use crate::rest::Priority;

/// What a post needs to know.
pub(super) struct PostTask {
    /// Whether an earlier attempt may have posted it, with another view.
    pub maybe_posted: bool,
    /// The message that it replaces.
    pub old: Option<(ChannelId, MessageId)>,
    /// Whether that message still stands there.
    pub old_is_there: bool,
}

impl Job {
    pub(super) async fn post(&self, shared: &Shared, task: &PostTask) -> Ended {
        let key = &self.key;
        let row = match shared.store.panel(key.guild, &key.plugin, &key.name).await {
            Ok(Some(row)) => row,
            Ok(None) => return Ended::Vanished,
            Err(error) => return Ended::Broken(error.to_string()),
        };
        let channel = match task.old {
            Some((channel, _)) => channel,
            None => match place(shared, &row).await {
                Ok(channel) => channel,
                Err(ended) => return ended,
            },
        };
        let (view, digest) = match self.draw(shared).await {
            Drawn::View { view, digest } => (view, digest),
            Drawn::Off => return Ended::Off,
            Drawn::Gone => return Ended::Gone,
            Drawn::Failed(problem) => return Ended::NotDrawn(problem),
        };
        let nonce = nonce(&row, task.old.map(|(_, message)| message));
        let made = shared
            .rest
            .create_message(channel, &view, Some(&nonce), Vec::new(), Priority::Panel)
            .await;
        let at = match made {
            Ok(at) => at,
            Err(error) => {
                return Ended::Refused {
                    error,
                    digest: Some(digest),
                };
            }
        };
        shared.posts.fetch_add(1, Ordering::Relaxed);
        let panel = super::PressedPanel {
            plugin: row.plugin.clone(),
            name: row.name.clone(),
            opened_by: row.opened_by,
        };
        shared.index.put(at.id, row.guild, panel);
        // The nonce may have brought back a message of an earlier attempt, which shows another view.
        let digest = (!task.maybe_posted).then_some(digest);
        let noted = digest.as_deref().unwrap_or_default();
        if let Err(error) = shared
            .store
            .panel_posted(&row, at.channel_id, at.id, noted)
            .await
        {
            tracing::error!(%error, "a panel's message could not be noted; a restart will post it again");
        }
        if let Some((channel, message)) = task.old.filter(|_| task.old_is_there)
            && let Err(error) = shared
                .rest
                .delete_message(channel, message, None, Priority::Panel)
                .await
            && !error.is_gone()
        {
            tracing::warn!(%error, "the old message of a panel could not be deleted");
        }
        Ended::Posted { at, digest }
    }
}

/// The channel that a panel is to be posted in.
async fn place(shared: &Shared, row: &PanelRow) -> Result<ChannelId, Ended> {
    let PanelPlace::At(address) = &row.place else {
        return Err(Ended::NoPlace("Its message is gone. Open it again.".into()));
    };
    match address {
        Address::Channel(channel) => Ok(*channel),
        Address::Key(key) => match shared.store.guild_config(row.guild).await {
            Ok(config) => config.channels.get(key).copied().ok_or_else(|| {
                Ended::NoPlace(format!(
                    "No channel is mapped to `{key}`. An administrator can map one with `/setchannels`."
                ))
            }),
            Err(error) => Err(Ended::Broken(error.to_string())),
        },
        Address::Dm(user) => shared
            .rest
            .create_dm(*user, Priority::Panel)
            .await
            .map_err(|error| Ended::Refused { error, digest: None }),
        Address::Name(name) => match shared.store.named(row.guild, &row.plugin, name).await {
            Ok(found) => found.and_then(|named| named.channel).ok_or(Ended::NotYet),
            Err(error) => Err(Ended::Broken(error.to_string())),
        },
        Address::Panel(_) | Address::Message(..) => {
            Err(Ended::NoPlace(format!("`{address}` is a message, not a place for one.")))
        }
    }
}

/// What makes Discord return the message of an earlier attempt instead of posting a second one
/// ([Discord Docs/Message, "Create Message"](https://discord.com/developers/docs/resources/message#create-message):
/// at most 25 characters).
fn nonce(row: &PanelRow, old: Option<MessageId>) -> String {
    let mut hasher = Sha256::new();
    let old = old.map_or(0, MessageId::get);
    let PanelRow {
        guild,
        plugin,
        name,
        created_at,
        ..
    } = row;
    hasher.update(format!("panel/{guild}/{plugin}/{name}/{created_at}/{old}"));
    hasher.finalize()[..12]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
