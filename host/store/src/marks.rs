//! Marks: that something is done. Written in groups, because losing one only repeats something harmless.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use muster_core::call::InteractionRef;
use muster_core::effect::EffectResult;
use muster_core::ids::InteractionId;
use muster_core::{GuildId, PluginName};
use tokio::sync::{Notify, mpsc, oneshot};

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

/// The way to the task that writes marks.
pub(crate) struct Marks {
    orders: mpsc::UnboundedSender<Order>,
    hurry: Arc<Notify>,
}

/// The other end of it.
pub(crate) struct Orders {
    orders: mpsc::UnboundedReceiver<Order>,
    /// Somebody waits for what was marked so far.
    hurry: Arc<Notify>,
}

impl Marks {
    pub fn new() -> (Self, Orders) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let hurry = Arc::<Notify>::default();
        let orders = Orders {
            orders: receiver,
            hurry: Arc::clone(&hurry),
        };
        let marks = Self {
            orders: sender,
            hurry,
        };
        (marks, orders)
    }
}

impl Store {
    /// Notes that something is done, within 50 ms.
    pub fn mark(&self, mark: Mark) {
        // A closed channel means that the process is going down; a lost mark is harmless.
        drop(self.inner.marks.orders.send(Order::Write(mark)));
    }

    /// Completes once everything marked so far is written.
    pub async fn flush_marks(&self) {
        let (done, written) = oneshot::channel();
        let marks = &self.inner.marks;
        if marks.orders.send(Order::Flush(done)).is_ok() {
            marks.hurry.notify_one();
            // An error means that the writer is gone, and with it all that could be flushed.
            drop(written.await);
        }
    }
}

/// Writes marks in groups until the store is gone.
pub(crate) async fn write_in_groups(store: Weak<Inner>, mut from: Orders) {
    let mut group = Vec::new();
    while from.orders.recv_many(&mut group, GROUP_SIZE).await > 0 {
        if !group.iter().any(|order| matches!(order, Order::Flush(_))) {
            // More may come. It is not looked at one by one: that would wake this task for each.
            tokio::select! {
                () = tokio::time::sleep(GROUP_TIME) => {}
                () = from.hurry.notified() => {}
            }
            while group.len() < GROUP_SIZE
                && let Ok(order) = from.orders.try_recv()
            {
                group.push(order);
            }
        }
        let Some(store) = store.upgrade() else { return };
        let (marks, flushes) = sorted(&mut group);
        let count = marks.len();
        if let Err(error) = write(&store, marks).await {
            tracing::error!(%error, marks = count, "marks could not be written; some work may be repeated");
        }
        for done in flushes {
            // Whoever asked may have stopped waiting.
            let _ = done.send(());
        }
    }
}

fn sorted(group: &mut Vec<Order>) -> (Vec<Mark>, Vec<oneshot::Sender<()>>) {
    let (mut marks, mut flushes) = (Vec::with_capacity(group.len()), Vec::new());
    for order in group.drain(..) {
        match order {
            Order::Write(mark) => marks.push(mark),
            Order::Flush(done) => flushes.push(done),
        }
    }
    (marks, flushes)
}

async fn write(store: &Inner, marks: Vec<Mark>) -> Result<(), StoreError> {
    if marks.is_empty() {
        return Ok(());
    }
    let mut writer = store.database.writer().await?;
    let mut sent: BTreeMap<GuildId, Vec<i64>> = BTreeMap::new();
    let mut through: BTreeMap<GuildId, Vec<i64>> = BTreeMap::new();
    for mark in &marks {
        match mark {
            Mark::InteractionSent(guild, id) => sent.entry(*guild).or_default().push(id.to_sql()),
            Mark::OutboxDone(guild, row) => through.entry(*guild).or_default().push(*row),
            _ => write_one(store, &mut writer, mark).await?,
        }
    }
    let update = "update interaction set sent = 1 where guild_id = $1 and interaction_id in";
    write_all(&mut writer, update, &sent).await?;
    // After the marks of their effects, which go with them.
    for table in ["outbox_done", "outbox"] {
        let delete = format!("delete from {table} where guild_id = $1 and outbox_id in");
        write_all(&mut writer, &delete, &through).await?;
    }
    writer.commit().await
}

/// A guild and so many numbers fill one statement: few different texts, so that they are kept ready.
const SIZES: [usize; 3] = [1, 8, 64];

/// Runs a statement that ends in a list for all these numbers.
async fn write_all(
    writer: &mut Lease,
    start: &str,
    numbers: &BTreeMap<GuildId, Vec<i64>>,
) -> Result<(), StoreError> {
    for (guild, numbers) in numbers {
        for some in numbers.chunks(SIZES[SIZES.len() - 1]) {
            let fits = SIZES.into_iter().find(|size| *size >= some.len());
            let size = fits.expect("the largest size is that of a chunk");
            let places: Vec<String> = (0..size).map(|place| format!("${}", place + 2)).collect();
            // A number named twice is the same number.
            let filled = some.iter().chain(std::iter::repeat(&some[0])).take(size);
            let mut values: Vec<Value> = vec![(*guild).into()];
            values.extend(filled.map(|number| Value::Integer(*number)));
            let text = format!("{start} ({})", places.join(", "));
            writer.execute(sqlx::AssertSqlSafe(text), &values).await?;
        }
    }
    Ok(())
}

async fn write_one(store: &Inner, writer: &mut Lease, mark: &Mark) -> Result<(), StoreError> {
    match mark {
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
        Mark::InteractionSent(..) | Mark::OutboxDone(..) => {
            unreachable!("these are written many at once")
        }
    }
    Ok(())
}
