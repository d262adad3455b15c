//! What is due: timers, and events that a subscriber has not applied yet.

use muster_core::effect::Emitted;
use muster_core::{GuildId, PluginName, Timestamp};

use crate::error::StoreError;
use crate::sqlite::{Batch, Lease};
use crate::value::{Row, to_json};
use crate::{Inner, Store};

/// A timer that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueTimer {
    /// The guild.
    pub guild: GuildId,
    /// Whose timer.
    pub plugin: PluginName,
    /// The plugin's name for it.
    pub name: String,
    /// When it was due.
    pub at: Timestamp,
    /// What the plugin stored with it.
    pub payload: String,
    /// How often it failed so far.
    pub attempts: u32,
}

/// An event that a subscriber has not applied yet.
#[derive(Debug, Clone, PartialEq)]
pub struct DueEvent {
    /// The guild.
    pub guild: GuildId,
    /// The subscriber.
    pub plugin: PluginName,
    /// The event's number.
    pub id: i64,
    /// Such as `run.ended`.
    pub topic: String,
    /// Who emitted it.
    pub source: String,
    /// When.
    pub at: Timestamp,
    /// A JSON object.
    pub body: serde_json::Value,
    /// How often delivery failed so far.
    pub attempts: u32,
}

/// What waits for a plugin in a guild, and what was given up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pending {
    /// Timers that are set.
    pub timers: i64,
    /// Events that it has not applied.
    pub events: i64,
    /// Timers that nobody took in time.
    pub dropped_timers: i64,
    /// Events that nobody took in time.
    pub dropped_events: i64,
}

fn attempts(row: &Row, place: usize) -> Result<u32, StoreError> {
    Ok(u32::try_from(row.integer(place)?).unwrap_or(u32::MAX))
}

impl Store {
    /// Timers that are due, the longest due first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn due_timers(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<DueTimer>, StoreError> {
        let select = "select guild_id, plugin, name, due_at, payload, attempts
                        from timer where retry_at <= $1 order by retry_at limit $2";
        let mut reader = self.inner.database.reader().await?;
        let rows = reader
            .query(select, &[now.into(), i64::from(limit).into()], usize::MAX)
            .await?;
        rows.unwrap_or_default()
            .into_iter()
            .map(|row| {
                let row = Row(row);
                Ok(DueTimer {
                    guild: row.guild(0)?,
                    plugin: row.plugin(1)?,
                    name: row.text(2)?.to_owned(),
                    at: row.at(3)?,
                    payload: row.text(4)?.to_owned(),
                    attempts: attempts(&row, 5)?,
                })
            })
            .collect()
    }

    /// When the next timer is due.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_timer_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.first_time("select min(retry_at) from timer").await
    }

    /// When the next event is to be delivered.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_event_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.first_time("select min(retry_at) from event_delivery")
            .await
    }

    async fn first_time(&self, select: &'static str) -> Result<Option<Timestamp>, StoreError> {
        let mut reader = self.inner.database.reader().await?;
        let rows = reader.query(select, &[], 1).await?.unwrap_or_default();
        let first = rows
            .into_iter()
            .next()
            .map(|row| Row(row).optional_integer(0))
            .transpose()?;
        Ok(first.flatten().map(Timestamp::from_ms))
    }

    /// Lets a timer that failed fire again at `until`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn postpone_timer(
        &self,
        timer: &DueTimer,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let values = [
            timer.guild.into(),
            (&timer.plugin).into(),
            timer.name.as_str().into(),
            timer.at.into(),
            until.into(),
        ];
        let update = "update timer set retry_at = $5, attempts = attempts + 1
                       where guild_id = $1 and plugin = $2 and name = $3 and due_at = $4";
        let mut writer = self.inner.database.writer().await?;
        writer.execute(update, &values).await?;
        writer.commit().await
    }

    /// Drops a timer that nobody will ever take (its plugin is gone).
    ///
    /// # Errors
    /// The database failed.
    pub async fn drop_timer(&self, timer: &DueTimer) -> Result<(), StoreError> {
        let key = [
            timer.guild.into(),
            (&timer.plugin).into(),
            timer.name.as_str().into(),
            timer.at.into(),
        ];
        let delete = "delete from timer
                       where guild_id = $1 and plugin = $2 and name = $3 and due_at = $4";
        let mut writer = self.inner.database.writer().await?;
        writer.execute(delete, &key).await?;
        writer.commit().await
    }

    /// Events to deliver, oldest first; one for each subscriber that has not applied it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn due_events(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<DueEvent>, StoreError> {
        let select =
            "select d.guild_id, d.plugin, d.event_id, e.topic, e.source, e.at, e.body, d.attempts
                        from event_delivery d
                        join event e on e.guild_id = d.guild_id and e.event_id = d.event_id
                       where d.retry_at <= $1
                       order by d.event_id limit $2";
        let mut reader = self.inner.database.reader().await?;
        let rows = reader
            .query(select, &[now.into(), i64::from(limit).into()], usize::MAX)
            .await?;
        rows.unwrap_or_default()
            .into_iter()
            .map(|row| {
                let row = Row(row);
                Ok(DueEvent {
                    guild: row.guild(0)?,
                    plugin: row.plugin(1)?,
                    id: row.integer(2)?,
                    topic: row.text(3)?.to_owned(),
                    source: row.text(4)?.to_owned(),
                    at: row.at(5)?,
                    body: row.json(6)?,
                    attempts: attempts(&row, 7)?,
                })
            })
            .collect()
    }

    /// Lets an event that a subscriber failed on be delivered again at `until`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn postpone_event(
        &self,
        event: &DueEvent,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let values = [
            event.guild.into(),
            event.id.into(),
            (&event.plugin).into(),
            until.into(),
        ];
        let update = "update event_delivery set retry_at = $4, attempts = attempts + 1
                       where guild_id = $1 and event_id = $2 and plugin = $3";
        let mut writer = self.inner.database.writer().await?;
        writer.execute(update, &values).await?;
        writer.commit().await
    }

    /// Gives up on delivering an event to one subscriber.
    ///
    /// # Errors
    /// The database failed.
    pub async fn drop_event(&self, event: &DueEvent) -> Result<(), StoreError> {
        let key = [event.guild.into(), event.id.into(), (&event.plugin).into()];
        let delete =
            "delete from event_delivery where guild_id = $1 and event_id = $2 and plugin = $3";
        let mut writer = self.inner.database.writer().await?;
        writer.execute(delete, &key).await?;
        writer.commit().await
    }

    /// Drops a timer that its plugin did not take in time, and counts it.
    ///
    /// # Errors
    /// The database failed; it is still there.
    pub async fn give_up_timer(&self, timer: &DueTimer) -> Result<(), StoreError> {
        let key = [
            timer.guild.into(),
            (&timer.plugin).into(),
            timer.name.as_str().into(),
            timer.at.into(),
        ];
        let delete = "delete from timer
                       where guild_id = $1 and plugin = $2 and name = $3 and due_at = $4";
        let mut writer = self.inner.database.writer().await?;
        let dropped = writer.execute(delete, &key).await?;
        count_dropped(&mut writer, timer.guild, &timer.plugin, (dropped, 0)).await?;
        writer.commit().await
    }

    /// Gives up on delivering an event to a subscriber that did not take it in time, and counts it.
    ///
    /// # Errors
    /// The database failed; it is still there.
    pub async fn give_up_event(&self, event: &DueEvent) -> Result<(), StoreError> {
        let key = [event.guild.into(), event.id.into(), (&event.plugin).into()];
        let delete =
            "delete from event_delivery where guild_id = $1 and event_id = $2 and plugin = $3";
        let mut writer = self.inner.database.writer().await?;
        let dropped = writer.execute(delete, &key).await?;
        count_dropped(&mut writer, event.guild, &event.plugin, (0, dropped)).await?;
        writer.commit().await
    }

    /// What waits for a plugin in a guild, and what was given up.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pending(
        &self,
        guild: GuildId,
        plugin: &PluginName,
    ) -> Result<Pending, StoreError> {
        let mut reader = self.inner.database.reader().await?;
        let key = [guild.into(), plugin.into()];
        let mut count = async |select: &'static str| -> Result<i64, StoreError> {
            let rows = reader.query(select, &key, 1).await?.unwrap_or_default();
            let first = rows.into_iter().next();
            let count = first.map(|row| Row(row).optional_integer(0)).transpose()?;
            Ok(count.flatten().unwrap_or(0))
        };
        Ok(Pending {
            timers: count("select count(*) from timer where guild_id = $1 and plugin = $2").await?,
            events: count(
                "select count(*) from event_delivery where guild_id = $1 and plugin = $2",
            )
            .await?,
            dropped_timers: count(
                "select timers from plugin_dropped where guild_id = $1 and plugin = $2",
            )
            .await?,
            dropped_events: count(
                "select events from plugin_dropped where guild_id = $1 and plugin = $2",
            )
            .await?,
        })
    }

    /// Emits an event of the host itself, such as `channel.deleted`, to those who subscribed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn emit_host_event(
        &self,
        guild: GuildId,
        event: &Emitted,
        subscribers: &[PluginName],
    ) -> Result<(), StoreError> {
        if subscribers.is_empty() {
            return Ok(());
        }
        let now = self.inner.clock.now();
        let source = muster_core::manifest::HOST;
        let mut batch = Batch::default();
        insert_event(
            &mut batch,
            &self.inner,
            guild,
            source,
            event,
            now,
            subscribers,
        );
        let writer = self.inner.database.writer().await?;
        writer.commit_with(batch).await?;
        self.inner.events_changed.send_modify(|count| *count += 1);
        Ok(())
    }
}

/// Counts timers and events that a plugin did not take in time.
async fn count_dropped(
    writer: &mut Lease,
    guild: GuildId,
    plugin: &PluginName,
    (timers, events): (u64, u64),
) -> Result<(), StoreError> {
    let put = "insert into plugin_dropped (guild_id, plugin, timers, events)
               values ($1, $2, $3, $4)
               on conflict (guild_id, plugin) do update
                  set timers = plugin_dropped.timers + excluded.timers,
                      events = plugin_dropped.events + excluded.events";
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let values = [
        guild.into(),
        plugin.into(),
        count(timers).into(),
        count(events).into(),
    ];
    writer.execute(put, &values).await?;
    Ok(())
}

/// Makes due now what waited for a plugin while it was off.
pub(crate) fn wake(batch: &mut Batch, guild: GuildId, plugin: &PluginName, now: Timestamp) {
    for update in [
        "update timer set retry_at = $3
          where guild_id = $1 and plugin = $2 and due_at <= $3 and retry_at > $3",
        "update event_delivery set retry_at = $3
          where guild_id = $1 and plugin = $2 and retry_at > $3",
    ] {
        batch.add(update, [guild.into(), plugin.into(), now.into()]);
    }
}

pub(crate) fn insert_event(
    batch: &mut Batch,
    store: &Inner,
    guild: GuildId,
    source: &str,
    event: &Emitted,
    now: Timestamp,
    subscribers: &[PluginName],
) {
    let id = store.next_number();
    let insert = "insert into event (guild_id, event_id, topic, source, body, at)
                  values ($1, $2, $3, $4, $5, $6)";
    batch.add(
        insert,
        [
            guild.into(),
            id.into(),
            event.topic.as_str().into(),
            source.into(),
            to_json(&event.body),
            now.into(),
        ],
    );
    for plugin in subscribers {
        let insert = "insert into event_delivery (guild_id, event_id, plugin, retry_at)
                      values ($1, $2, $3, $4)";
        let values = [guild.into(), id.into(), plugin.into(), now.into()];
        batch.add(insert, values);
    }
}
