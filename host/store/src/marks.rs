//! Marks: that something is done. Written in groups, because losing one only repeats something harmless.

use std::sync::Weak;
use std::time::Duration;

use muster_core::call::InteractionRef;
use muster_core::effect::EffectResult;
use muster_core::ids::InteractionId;
use muster_core::{GuildId, PluginName};
use tokio::sync::{mpsc, oneshot};

use crate::command_log::{self, CommandLogEntry};
use crate::error::StoreError;
use crate::sqlite::Lease;
use crate::value::{Value, to_json};
use crate::{Inner, Store};

/// How long marks gather before they are written.
const GROUP_TIME: Duration = Duration::from_millis(50);

/// The most marks of one group.
const GROUP_SIZE: usize = 1000;

/// That something is done.
#[derive(Debug, Clone)]
pub enum Mark {
    /// Discord took the answer of an interaction.
    InteractionSent(GuildId, InteractionId),
    /// One effect of an outbox row is through while others are not.
    EffectDone(GuildId, i64, usize, EffectResult),
    /// All of an outbox row is through.
    OutboxDone(GuildId, i64),
    /// A panel's message shows the view with this digest.
    PanelShown(GuildId, PluginName, String, String),
    /// A panel's message can be edited with this interaction's token from now on.
    PanelRenewed(GuildId, PluginName, String, Box<InteractionRef>),
    /// A slash command was used.
    CommandUsed(Box<CommandLogEntry>),
}

pub(crate) enum Order {
    Write(Mark),
    Flush(oneshot::Sender<()>),
}

impl Store {
    /// Notes that something is done, within 50 ms.
    pub fn mark(&self, mark: Mark) {
        // A closed channel means that the process is going down; a lost mark is harmless.
        drop(self.inner.marks.send(Order::Write(mark)));
    }

    /// Completes once everything marked so far is written.
    pub async fn flush_marks(&self) {
        let (done, written) = oneshot::channel();
        if self.inner.marks.send(Order::Flush(done)).is_ok() {
            // An error means that the writer is gone, and with it all that could be flushed.
            drop(written.await);
        }
    }
}

/// Writes marks in groups until the store is gone.
pub(crate) async fn write_in_groups(
    store: Weak<Inner>,
    mut orders: mpsc::UnboundedReceiver<Order>,
) {
    let mut group = Vec::new();
    while orders.recv_many(&mut group, GROUP_SIZE).await > 0 {
        let flush_asked =
            |group: &[Order]| group.iter().any(|order| matches!(order, Order::Flush(_)));
        if !flush_asked(&group) {
            // More may come; a flush ends the wait.
            let end = tokio::time::Instant::now() + GROUP_TIME;
            while group.len() < GROUP_SIZE {
                match tokio::time::timeout_at(end, orders.recv()).await {
                    Ok(Some(order)) => {
                        group.push(order);
                        if flush_asked(&group[group.len() - 1..]) {
                            break;
                        }
                    }
                    Ok(None) | Err(_) => break,
                }
            }
        }
        let Some(store) = store.upgrade() else { return };
        if let Err(error) = write(&store, &group).await {
            tracing::error!(%error, marks = group.len(), "marks could not be written; some work may be repeated");
        }
        for order in group.drain(..) {
            if let Order::Flush(done) = order {
                // Whoever asked may have stopped waiting.
                let _ = done.send(());
            }
        }
    }
}

async fn write(store: &Inner, group: &[Order]) -> Result<(), StoreError> {
    if group.iter().all(|order| matches!(order, Order::Flush(_))) {
        return Ok(());
    }
    let mut writer = store.database.writer().await?;
    for order in group {
        if let Order::Write(mark) = order {
            write_one(store, &mut writer, mark).await?;
        }
    }
    writer.commit().await
}

async fn write_one(store: &Inner, writer: &mut Lease, mark: &Mark) -> Result<(), StoreError> {
    match mark {
        Mark::InteractionSent(guild, id) => {
            let update =
                "update interaction set sent = 1 where guild_id = $1 and interaction_id = $2";
            writer
                .execute(update, &[(*guild).into(), (*id).into()])
                .await?;
        }
        Mark::EffectDone(guild, row, place, result) => {
            let place = i64::try_from(*place).unwrap_or(i64::MAX);
            let values = [
                (*guild).into(),
                (*row).into(),
                place.into(),
                to_json(result),
            ];
            let put = "insert into outbox_done (guild_id, outbox_id, place, result)
                       values ($1, $2, $3, $4)
                       on conflict (guild_id, outbox_id, place) do nothing";
            writer.execute(put, &values).await?;
        }
        Mark::OutboxDone(guild, row) => {
            let key = [(*guild).into(), Value::Integer(*row)];
            writer
                .execute(
                    "delete from outbox where guild_id = $1 and outbox_id = $2",
                    &key,
                )
                .await?;
            writer
                .execute(
                    "delete from outbox_done where guild_id = $1 and outbox_id = $2",
                    &key,
                )
                .await?;
        }
        Mark::PanelShown(guild, plugin, name, hash) => {
            let values = [
                (*guild).into(),
                plugin.into(),
                name.as_str().into(),
                hash.as_str().into(),
            ];
            let update = "update panel set view_hash = $4
                           where guild_id = $1 and plugin = $2 and name = $3";
            writer.execute(update, &values).await?;
        }
        Mark::PanelRenewed(guild, plugin, name, reference) => {
            let values = [
                (*guild).into(),
                plugin.into(),
                name.as_str().into(),
                to_json(reference.as_ref()),
            ];
            let update = "update panel set reference = $4
                           where guild_id = $1 and plugin = $2 and name = $3";
            writer.execute(update, &values).await?;
        }
        Mark::CommandUsed(entry) => command_log::insert(store, writer, entry).await?,
    }
    Ok(())
}
