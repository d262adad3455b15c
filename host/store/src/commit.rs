//! The commit: what the plugin wrote, what it queued and what caused it, together or not at all.

use muster_core::answer::Answer;
use muster_core::call::{Cause, InteractionRef};
use muster_core::effect::{AuditEntry, Effect, Emitted, PanelChange, TimerChange};
use muster_core::ids::UserId;
use muster_core::{PluginName, Timestamp};

use crate::call_tx::CallTx;
use crate::error::StoreError;
use crate::outbox::{After, OutboxRow, PanelTag};
use crate::panel::{self, PanelNotice};
use crate::sqlite::{Batch, Lease};
use crate::value::{Value, to_json};

/// What a handler that succeeded leaves behind, beside the rows that it wrote itself.
#[derive(Debug, Clone)]
pub struct Record {
    /// What caused the call; recorded, so that it is applied once.
    pub cause: Cause,
    /// The interaction to answer, where there is one.
    pub interaction: Option<InteractionRef>,
    /// The member who acted.
    pub actor: Option<UserId>,
    /// The answer.
    pub answer: Option<Answer>,
    /// Actions on Discord, in order.
    pub effects: Vec<Effect>,
    /// What happens to panels, in order.
    pub panels: Vec<PanelChange>,
    /// Timers set and cancelled, in order.
    pub timers: Vec<TimerChange>,
    /// Events for other plugins.
    pub events: Vec<Emitted>,
    /// Lines of the audit.
    pub audit: Vec<AuditEntry>,
    /// When the call began.
    pub now: Timestamp,
    /// Who hears which topic in this guild.
    pub subscribers: Vec<(String, Vec<PluginName>)>,
}

impl Record {
    /// A record of nothing but its cause.
    pub fn of(cause: Cause, now: Timestamp) -> Self {
        Self {
            cause,
            interaction: None,
            actor: None,
            answer: None,
            effects: Vec::new(),
            panels: Vec::new(),
            timers: Vec::new(),
            events: Vec::new(),
            audit: Vec::new(),
            now,
            subscribers: Vec::new(),
        }
    }
}

/// How a commit ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Committed {
    /// It is in the database.
    Done,
    /// This cause was applied before, with that answer; nothing was written.
    Duplicate(Option<Answer>),
}

impl CallTx {
    /// Commits what the call wrote together with what it queued.
    ///
    /// # Errors
    /// The database failed; nothing was written.
    pub async fn commit(mut self, record: Record) -> Result<Committed, StoreError> {
        self.lock().await?;
        let mut writer = self.writer.take().expect("just locked");
        let row = self.outbox_row(&record);
        let mut batch = Batch::default();
        if !self
            .claim(&mut writer, &mut batch, &record, row.as_ref())
            .await?
        {
            return Ok(Committed::Duplicate(None));
        }
        if let Some(row) = &row {
            row.insert(&mut batch, record.now);
        }
        for change in &record.panels {
            panel::apply(&mut batch, self.guild, &self.plugin, change, &record);
        }
        self.write_timers(&mut batch, &record.timers);
        self.write_events(&mut batch, &record);
        self.write_audit(&mut batch, &record);
        if let Err(error) = writer.commit_with(batch).await {
            return match self.answered_before(&error, &record).await? {
                Some(before) => Ok(Committed::Duplicate(Some(before))),
                None => Err(error),
            };
        }
        self.announce(record, row);
        Ok(Committed::Done)
    }

    /// Records the cause; false if it was applied before. Of an interaction that shows at the commit.
    async fn claim(
        &self,
        writer: &mut Lease,
        batch: &mut Batch,
        record: &Record,
        row: Option<&OutboxRow>,
    ) -> Result<bool, StoreError> {
        let touched = match &record.cause {
            Cause::Interaction { .. } => {
                self.claim_interaction(batch, record, row)?;
                return Ok(true);
            }
            Cause::Timer { name, at } => {
                let key = [
                    self.guild.into(),
                    (&self.plugin).into(),
                    name.as_str().into(),
                    (*at).into(),
                ];
                let delete = "delete from timer
                               where guild_id = $1 and plugin = $2 and name = $3 and due_at = $4";
                writer.execute(delete, &key).await?
            }
            Cause::Event { id } => {
                let key = [self.guild.into(), (*id).into(), (&self.plugin).into()];
                let delete = "delete from event_delivery
                               where guild_id = $1 and event_id = $2 and plugin = $3";
                writer.execute(delete, &key).await?
            }
            Cause::Outcome {
                outbox,
                interaction,
            } => {
                let answer = record.answer.as_ref().unwrap_or(&Answer::Nothing);
                let values = [
                    self.guild.into(),
                    (*interaction).into(),
                    (*outbox).into(),
                    to_json(answer),
                    row.filter(|row| row.after.is_some())
                        .map(|row| row.id)
                        .into(),
                ];
                let update = "update interaction
                                 set answer = $4, awaits = $5
                               where guild_id = $1 and interaction_id = $2 and awaits = $3";
                writer.execute(update, &values).await?
            }
        };
        Ok(touched > 0)
    }

    /// Records the interaction. It travels with all that the call queued, so a second delivery must
    /// fail by itself: it leaves the row without its plugin, which the table does not take.
    fn claim_interaction(
        &self,
        batch: &mut Batch,
        record: &Record,
        row: Option<&OutboxRow>,
    ) -> Result<(), StoreError> {
        let Some(reference) = &record.interaction else {
            return Err(StoreError::Corrupt(
                "an interaction without its reference".into(),
            ));
        };
        let answer = record.answer.as_ref().unwrap_or(&Answer::Nothing);
        // A row without answer is one that was deferred: this call is the one it waits for.
        let insert = "insert into interaction
                             (guild_id, interaction_id, plugin, reference, answer, awaits, created_at)
                      values ($1, $2, $3, $4, $5, $6, $7)
                      on conflict (guild_id, interaction_id) do update
                         set answer = excluded.answer, awaits = excluded.awaits,
                             plugin = case when interaction.answer is null
                                           then interaction.plugin end";
        batch.add(
            insert,
            [
                self.guild.into(),
                reference.id.into(),
                (&self.plugin).into(),
                to_json(reference),
                to_json(answer),
                row.filter(|row| row.after.is_some())
                    .map(|row| row.id)
                    .into(),
                record.now.into(),
            ],
        );
        Ok(())
    }

    /// The answer that this interaction was given before, if that is why the commit failed.
    async fn answered_before(
        &self,
        error: &StoreError,
        record: &Record,
    ) -> Result<Option<Answer>, StoreError> {
        let (Cause::Interaction { id }, true) = (&record.cause, error.violates_not_null()) else {
            return Ok(None);
        };
        self.store.answer_of(self.guild, *id).await
    }

    /// The outbox row of this call, if it has anything for Discord to do or wait for.
    fn outbox_row(&self, record: &Record) -> Option<OutboxRow> {
        let panels: Vec<PanelTag> = record.panels.iter().filter_map(PanelTag::of).collect();
        let after = match (&record.answer, &record.interaction) {
            (
                Some(Answer::After {
                    tags, within_ms, ..
                }),
                Some(interaction),
            ) => Some(After {
                tags: tags.clone(),
                until: record
                    .now
                    .plus(std::time::Duration::from_millis(*within_ms)),
                interaction: interaction.clone(),
                actor: record.actor,
            }),
            _ => None,
        };
        if record.effects.is_empty() && after.is_none() {
            return None;
        }
        Some(OutboxRow {
            guild: self.guild,
            id: self.store.next_number(),
            plugin: self.plugin.clone(),
            effects: record.effects.clone(),
            panels: if after.is_some() { panels } else { Vec::new() },
            after,
            done: Vec::new(),
        })
    }

    fn write_timers(&self, batch: &mut Batch, timers: &[TimerChange]) {
        for change in timers {
            match change {
                TimerChange::Set { name, at, payload } => {
                    let values = [
                        self.guild.into(),
                        (&self.plugin).into(),
                        name.as_str().into(),
                        (*at).into(),
                        payload.as_str().into(),
                    ];
                    let put = "insert into timer
                                      (guild_id, plugin, name, due_at, payload, retry_at)
                               values ($1, $2, $3, $4, $5, $4)
                               on conflict (guild_id, plugin, name) do update
                                  set due_at = excluded.due_at, payload = excluded.payload,
                                      retry_at = excluded.retry_at, attempts = 0";
                    batch.add(put, values);
                }
                TimerChange::Cancel { name } => {
                    let key = [
                        self.guild.into(),
                        (&self.plugin).into(),
                        name.as_str().into(),
                    ];
                    let delete =
                        "delete from timer where guild_id = $1 and plugin = $2 and name = $3";
                    batch.add(delete, key);
                }
            }
        }
    }

    fn write_events(&self, batch: &mut Batch, record: &Record) {
        for event in &record.events {
            let heard_by = record
                .subscribers
                .iter()
                .find(|(topic, _)| *topic == event.topic);
            let Some((_, plugins)) = heard_by.filter(|(_, plugins)| !plugins.is_empty()) else {
                continue;
            };
            let source = self.plugin.as_str();
            crate::schedule::insert_event(
                batch,
                &self.store,
                self.guild,
                source,
                event,
                record.now,
                plugins,
            );
        }
    }

    fn write_audit(&self, batch: &mut Batch, record: &Record) {
        for entry in &record.audit {
            insert_audit(
                batch,
                &self.store,
                self.guild,
                self.plugin.as_str(),
                entry,
                record.now,
            );
        }
    }

    /// Tells those who carry things out. What they miss in a crash they find in the tables.
    fn announce(self, record: Record, row: Option<OutboxRow>) {
        let store = &self.store;
        if let Some(row) = row {
            // A closed feed means that the process is going down; the row is in the table.
            drop(store.outbox_feed.send(row));
        }
        for change in record.panels {
            drop(store.panel_feed.send(PanelNotice {
                guild: self.guild,
                plugin: self.plugin.clone(),
                change,
                interaction: record.interaction.clone(),
                opened_by: record.actor,
            }));
        }
        if !record.timers.is_empty() {
            store.timers_changed.send_modify(|count| *count += 1);
        }
        if !record.events.is_empty() {
            store.events_changed.send_modify(|count| *count += 1);
        }
    }
}

pub(crate) fn insert_audit(
    batch: &mut Batch,
    store: &crate::Inner,
    guild: muster_core::GuildId,
    plugin: &str,
    entry: &AuditEntry,
    now: Timestamp,
) {
    let insert = "insert into audit
                         (guild_id, audit_id, plugin, actor_id, action, subject, meta, created_at)
                  values ($1, $2, $3, $4, $5, $6, $7, $8)";
    batch.add(
        insert,
        [
            guild.into(),
            Value::Integer(store.next_number()),
            plugin.into(),
            entry.actor.into(),
            entry.action.as_str().into(),
            entry.subject.as_str().into(),
            to_json(&entry.meta),
            now.into(),
        ],
    );
}
