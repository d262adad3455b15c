//! A runtime with plugins over a real database, and nothing around it: what Discord would say is made
//! up here.

mod made_up;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use muster_core::answer::Answer;
use muster_core::call::{Actor, Call, CallOutcome, Cause, Input, InteractionRef, Origin};
use muster_core::clock::ShiftedClock;
use muster_core::effect::AuditEntry;
use muster_core::guild_config::Policy;
use muster_core::ids::{ChannelId, InteractionId, UserId};
use muster_core::interaction::Member;
use muster_core::ports::Plugins;
use muster_core::{GuildId, Manifest, Permissions, PluginName, Standing};
use muster_runtime::{PluginOptions, Ports, Runtime, Settings};
use muster_store::{Durability, Feeds, MappingChange, Store};
use serde_json::json;

use made_up::MadeUp;

/// The plugin whose handler is measured.
pub const RAIDS: &str = "raids";

/// Its channels, by the key that a guild maps them to.
const CHANNELS: [(&str, u64); 2] = [("raid", 501), ("raid_log", 502)];

/// Guilds 1, 2, ... with plugins, ready to be called.
pub struct Workbench {
    store: Store,
    runtime: Arc<Runtime>,
    clock: ShiftedClock,
    offset_ms: AtomicI64,
    feeds: Feeds,
    next: AtomicU64,
}

/// Somebody in one of the guilds.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// The guild's number.
    pub guild: u64,
    /// The user's number.
    pub user: u64,
}

impl Workbench {
    /// A fresh database in `folder`, with so many guilds and these plugins: name and component.
    pub async fn open(
        folder: &Path,
        guilds: u64,
        plugins: &[(&str, &'static [u8])],
    ) -> Result<Self> {
        let names = plugins
            .iter()
            .map(|(name, _)| Ok((name.parse()?, Default::default())));
        let policy = Policy {
            plugins: names.collect::<Result<_>>()?,
            guilds: BTreeMap::new(),
        };
        let clock = ShiftedClock::default();
        let shared: Arc<ShiftedClock> = Arc::new(clock.clone());
        let file = folder.join("workbench.db");
        let store = Store::open(&file, Durability::default(), shared.clone(), policy).await?;
        let feeds = store
            .take_feeds()
            .context("the feeds of a store that was just opened")?;
        let discord = Arc::new(MadeUp::new(guilds)?);
        let ports = Ports {
            store: store.clone(),
            directory: discord.clone(),
            lookups: discord,
            clock: shared,
        };
        let settings = Settings {
            cache: Some(folder.join("compiled")),
            ..Settings::default()
        };
        let runtime = Runtime::new(ports, settings)?;
        for &(_, wasm) in plugins {
            let plugin = runtime.load(wasm, PluginOptions::default()).await?;
            runtime.install(plugin).await?;
        }
        for guild in 1..=guilds {
            map_channels(&store, guild).await?;
        }
        Ok(Self {
            store,
            runtime,
            clock,
            offset_ms: AtomicI64::new(0),
            feeds,
            next: AtomicU64::new(1),
        })
    }

    /// Runs the calls.
    pub fn runtime(&self) -> &Arc<Runtime> {
        &self.runtime
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Tells plugins what is to be told; how often one took something.
    pub async fn deliver_events(&self) -> Result<u32> {
        let mut delivered = 0;
        loop {
            let due = self.store.due_events(self.store.clock().now(), 512).await?;
            if due.is_empty() {
                return Ok(delivered);
            }
            for event in due {
                let call = Call {
                    guild: event.guild,
                    plugin: event.plugin,
                    cause: Cause::Event { id: event.id },
                    input: Input::Event {
                        topic: event.topic,
                        source: event.source,
                        at: event.at,
                        body: event.body,
                    },
                    actor: None,
                    interaction: None,
                    start_before: None,
                };
                match self.runtime.call(call).await {
                    CallOutcome::Done(_) => delivered += 1,
                    other => bail!("an event was not taken: {other:?}"),
                }
            }
        }
    }

    /// Time passes.
    pub fn passes(&self, time: Duration) {
        let by_ms = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        let before_ms = self.offset_ms.fetch_add(by_ms, Ordering::Relaxed);
        self.clock.set_offset_ms(before_ms.saturating_add(by_ms));
    }

    /// What a plugin says of itself.
    pub fn manifest(&self, plugin: &str) -> Result<Arc<Manifest>> {
        let installed = self.runtime.installed();
        let found = installed
            .iter()
            .find(|manifest| manifest.name.as_str() == plugin);
        found
            .cloned()
            .with_context(|| format!("the plugin {plugin} is not installed"))
    }

    /// Somebody posts a run, and Discord shows it. Gives the custom id of its Join button.
    pub async fn post_run(&mut self, organizer: Person) -> Result<String> {
        self.forget_effects();
        let option = json!({ "name": "dungeon", "type": 3, "value": "SHATTERS" });
        let data = json!({ "options": [option], "resolved": {} });
        let input = Input::Command {
            name: "run".into(),
            data,
        };
        let outcome = self
            .runtime
            .call(self.call(organizer, RAIDS, input, Origin::Command)?)
            .await;
        let CallOutcome::Done(Some(Answer::After { tags, .. })) = outcome else {
            bail!("no run is posted: {outcome:?}");
        };
        let run = tags.iter().find_map(|tag| tag.strip_prefix("run/"));
        let run = run.context("no tag is that of a run's panel")?.to_owned();
        self.tell_posted(organizer, &tags).await?;
        Ok(format!("join/{run}"))
    }

    /// Discord has done what the answer to `/run` waits for.
    async fn tell_posted(&mut self, organizer: Person, tags: &[String]) -> Result<()> {
        let rows = std::iter::from_fn(|| self.feeds.outbox.try_recv().ok());
        let waiting = rows
            .into_iter()
            .find_map(|row| Some((row.id, row.after?.interaction)));
        let (outbox, interaction) = waiting.context("no answer waits for its effects")?;
        let channel = CHANNELS[0].1.to_string();
        let message = self.next.fetch_add(1, Ordering::Relaxed).to_string();
        let done = |tag: &String| json!({ "tag": tag, "ok": true, "channel": channel, "message": message });
        let results = tags.iter().map(done).collect();
        let input = Input::Outcome { results };
        let mut call = self.call(organizer, RAIDS, input, Origin::Command)?;
        call.cause = Cause::Outcome {
            outbox,
            interaction: interaction.id,
        };
        call.interaction = Some(interaction);
        match self.runtime.call(call).await {
            CallOutcome::Done(_) => Ok(()),
            other => bail!("the run is not shown: {other:?}"),
        }
    }

    /// Nobody carries out here what calls queue.
    pub fn forget_effects(&mut self) {
        while self.feeds.outbox.try_recv().is_ok() {}
        while self.feeds.panels.try_recv().is_ok() {}
    }

    /// A press of a button of the plugin whose handler is measured.
    pub fn press(&self, person: Person, custom_id: &str) -> Result<Call> {
        let input = Input::Button {
            custom_id: custom_id.to_owned(),
        };
        self.call(person, RAIDS, input, Origin::Component)
    }

    /// A command without options.
    pub fn command(&self, person: Person, plugin: &str, name: &str) -> Result<Call> {
        let data = json!({ "options": [], "resolved": {} });
        let input = Input::Command {
            name: name.to_owned(),
            data,
        };
        self.call(person, plugin, input, Origin::Command)
    }

    /// What somebody does.
    pub fn call(&self, person: Person, plugin: &str, input: Input, origin: Origin) -> Result<Call> {
        let id =
            InteractionId::new(self.next.fetch_add(1, Ordering::Relaxed)).context("0 is no id")?;
        let member = Member {
            user: UserId::new(person.user).context("0 is no user")?,
            username: format!("raider{}", person.user),
            display_name: format!("Raider {}", person.user),
            is_bot: false,
            roles: Vec::new(),
            permissions: Permissions::SEND_MESSAGES,
        };
        let standing = Standing::of(&[], false, false, &BTreeMap::new());
        let channel = ChannelId::new(CHANNELS[0].1).context("0 is no channel")?;
        Ok(Call {
            guild: guild_id(person.guild)?,
            plugin: plugin.parse::<PluginName>()?,
            cause: Cause::Interaction { id },
            input,
            actor: Some(Actor {
                member,
                standing,
                pressed: None,
            }),
            interaction: Some(InteractionRef {
                id,
                token: "token".into(),
                channel,
                locale: "en-US".into(),
                origin,
                private: true,
            }),
            start_before: None,
        })
    }
}

/// The component of a plugin that comes with Muster.
pub fn builtin(name: &str) -> Result<&'static [u8]> {
    let found = muster_builtin::PLUGINS
        .iter()
        .find(|plugin| plugin.name == name);
    Ok(found
        .with_context(|| format!("no plugin {name} is built in"))?
        .wasm)
}

/// The guild of this number.
pub fn guild_id(raw: u64) -> Result<GuildId> {
    GuildId::new(raw).context("0 is no guild")
}

/// As `/setchannels` does, so that joins leave their line in the raid log.
async fn map_channels(store: &Store, guild: u64) -> Result<()> {
    let changes =
        CHANNELS.map(|(key, raw)| MappingChange::Channel(key.into(), ChannelId::new(raw)));
    let audit = AuditEntry {
        action: "guild.channels.set".into(),
        subject: "guild".into(),
        actor: None,
        meta: json!({}),
    };
    Ok(store
        .change_mappings(guild_id(guild)?, &changes, &audit)
        .await?)
}
