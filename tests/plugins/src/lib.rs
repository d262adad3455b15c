//! Tests of built plugins, over the real runtime and a real database: see `tests/`.
//!
//! The plugins in `guests/` exist for these tests only; the build script makes components of them. [`World`]
//! is the least that a plugin needs around it: one guild, one channel, and one member at a time.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use muster_core::answer::Answer;
use muster_core::call::{Actor, Call, CallOutcome, Cause, Input, InteractionRef, Origin};
use muster_core::clock::{Clock, ShiftedClock};
use muster_core::guild::{Channel, ChannelKind, GuildSnapshot, Role};
use muster_core::guild_config::Policy;
use muster_core::ids::{ChannelId, InteractionId, UserId};
use muster_core::interaction::Member;
use muster_core::ports::{Directory, LookupError, Lookups, Plugins};
use muster_core::{GuildId, Permissions, PluginName, Standing};
use muster_runtime::{PluginOptions, Ports, Runtime, Settings};
use muster_store::{DueEvent, Durability, Store};
use serde_json::{Value, json};

/// The component of the guest that writes down what it hears.
pub const DIARY: &str = env!("GUEST_DIARY");
/// The component of the guest that tells the others whatever it is told to tell.
pub const TELLER: &str = env!("GUEST_TELLER");

/// A guild with plugins installed.
pub struct World {
    runtime: Arc<Runtime>,
    store: Store,
    clock: ShiftedClock,
    offset_ms: AtomicU64,
    next: AtomicU64,
    folder: tempfile::TempDir,
}

/// A plugin to be installed: the name in its manifest, the component, and what it is allowed.
pub type Installed<'a> = (&'a str, Vec<u8>, PluginOptions);

impl World {
    /// `compiled` is a folder that outlives the test, since compiling is slow and not what is tested.
    pub async fn with(compiled: &Path, plugins: Vec<Installed<'_>>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self::on(folder, 1000, compiled, plugins).await
    }

    /// The process dies without a word, and another begins on what it left in the database.
    pub async fn after_a_kill(self, compiled: &Path, plugins: Vec<Installed<'_>>) -> Self {
        let Self { folder, next, .. } = self;
        Self::on(folder, next.into_inner(), compiled, plugins).await
    }

    async fn on(
        folder: tempfile::TempDir,
        next: u64,
        compiled: &Path,
        plugins: Vec<Installed<'_>>,
    ) -> Self {
        let clock = ShiftedClock::default();
        let shared: Arc<ShiftedClock> = Arc::new(clock.clone());
        let names = plugins.iter().map(|(name, ..)| plugin(name));
        let policy = Policy {
            plugins: names.map(|name| (name, Default::default())).collect(),
            guilds: BTreeMap::new(),
        };
        let file = folder.path().join("muster.db");
        let store = Store::open(&file, Durability::Process, shared.clone(), policy)
            .await
            .expect("opens");
        let ports = Ports {
            store: store.clone(),
            directory: Arc::new(Known),
            lookups: Arc::new(Known),
            clock: shared,
        };
        let settings = Settings {
            cache: Some(compiled.to_owned()),
            ..Settings::default()
        };
        let runtime = Runtime::new(ports, settings).expect("starts");
        for (_, wasm, options) in plugins {
            let plugin = runtime.load(wasm, options).await.expect("loads");
            runtime.install(plugin).await.expect("installs");
        }
        Self {
            runtime,
            store,
            clock,
            offset_ms: AtomicU64::new(0),
            next: AtomicU64::new(next),
            folder,
        }
    }

    /// Events that plugins have not applied yet.
    pub async fn events_due(&self) -> Vec<DueEvent> {
        let due = self.store.due_events(self.clock.now(), 1000).await;
        due.expect("reads")
    }

    /// Delivers an event to its subscriber, for the first time or once more.
    pub async fn delivers(&self, event: &DueEvent) -> CallOutcome {
        self.runtime
            .call(Call {
                guild: event.guild,
                plugin: event.plugin.clone(),
                cause: Cause::Event { id: event.id },
                input: Input::Event {
                    topic: event.topic.clone(),
                    source: event.source.clone(),
                    at: event.at,
                    body: event.body.clone(),
                },
                actor: None,
                interaction: None,
                start_before: None,
            })
            .await
    }

    /// Ann uses a command. `options` as Discord sends them.
    pub async fn uses(&self, name: &str, command: &str, options: Value) -> CallOutcome {
        let input = Input::Command {
            name: command.into(),
            data: json!({ "options": options, "resolved": {} }),
        };
        let call = self.call(name, input, Origin::Command);
        self.runtime.call(call).await
    }

    /// Ann presses a button.
    pub async fn presses(&self, name: &str, custom_id: &str) -> CallOutcome {
        let custom_id = custom_id.into();
        let call = self.call(name, Input::Button { custom_id }, Origin::Component);
        self.runtime.call(call).await
    }

    /// What a panel shows now.
    pub async fn view(&self, name: &str, panel: &str) -> Option<Value> {
        let view = self.runtime.render(guild(), &plugin(name), panel).await;
        view.expect("it can be drawn")
    }

    /// Time passes, and every timer that is due by then fires.
    pub async fn later(&self, by: Duration) {
        let by_ms = u64::try_from(by.as_millis()).expect("a short while");
        let offset_ms = self.offset_ms.fetch_add(by_ms, Ordering::Relaxed) + by_ms;
        let offset_ms = i64::try_from(offset_ms).expect("a short while");
        self.clock.set_offset_ms(offset_ms);
        let due = self.store.due_timers(self.clock.now(), 100).await;
        for timer in due.expect("reads") {
            let call = Call {
                guild: timer.guild,
                plugin: timer.plugin,
                cause: Cause::Timer {
                    name: timer.name.clone(),
                    at: timer.at,
                },
                input: Input::Timer {
                    name: timer.name,
                    payload: timer.payload,
                },
                actor: None,
                interaction: None,
                start_before: None,
            };
            assert_eq!(self.runtime.call(call).await, CallOutcome::Done(None));
        }
    }

    fn call(&self, name: &str, input: Input, origin: Origin) -> Call {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let id = InteractionId::new(id).expect("not 0");
        Call {
            guild: guild(),
            plugin: plugin(name),
            cause: Cause::Interaction { id },
            input,
            actor: Some(Actor {
                member: ann(),
                standing: Standing::of(&[], false, false, &BTreeMap::new()),
                pressed: None,
            }),
            interaction: Some(InteractionRef {
                id,
                token: "token".into(),
                channel: channel(),
                locale: "en-US".into(),
                origin,
                private: true,
            }),
            start_before: None,
        }
    }
}

/// The text of a private answer.
#[track_caller]
pub fn told(outcome: CallOutcome) -> String {
    match outcome {
        CallOutcome::Done(Some(Answer::Message {
            body,
            private: true,
        })) => body["content"].as_str().unwrap_or_default().to_owned(),
        other => panic!("no private answer: {other:?}"),
    }
}

/// The sentence for a member who was turned away.
#[track_caller]
pub fn refused(outcome: CallOutcome) -> String {
    match outcome {
        CallOutcome::Refused(text) => text,
        other => panic!("not refused: {other:?}"),
    }
}

fn plugin(name: &str) -> PluginName {
    name.parse().expect("a name")
}

fn guild() -> GuildId {
    GuildId::new(1).expect("not 0")
}

fn channel() -> ChannelId {
    ChannelId::new(500).expect("not 0")
}

fn ann() -> Member {
    Member {
        user: UserId::new(175_928_847_299_117_063).expect("not 0"),
        username: "ann".into(),
        display_name: "Ann".into(),
        is_bot: false,
        roles: Vec::new(),
        permissions: Permissions::default(),
    }
}

/// What is known of Discord: one guild with one channel, and nobody to look up.
struct Known;

impl Directory for Known {
    fn guild(&self, id: GuildId) -> Option<Arc<GuildSnapshot>> {
        let everyone = Role {
            name: "@everyone".into(),
            position: 0,
            permissions: Permissions::VIEW_CHANNEL
                | Permissions::SEND_MESSAGES
                | Permissions::EMBED_LINKS,
            managed: false,
        };
        let general = Channel {
            name: "general".into(),
            kind: ChannelKind::Text,
            parent: None,
            overwrites: Vec::new(),
        };
        Some(Arc::new(GuildSnapshot {
            id,
            name: "Test".into(),
            owner: UserId::new(99).expect("not 0"),
            roles: [(id.everyone(), everyone)].into(),
            channels: [(channel(), general)].into(),
            bot: UserId::new(98).expect("not 0"),
            bot_roles: Vec::new(),
        }))
    }
}

#[async_trait::async_trait]
impl Lookups for Known {
    async fn member(&self, _: GuildId, _: UserId) -> Result<Option<Member>, LookupError> {
        Ok(None)
    }

    async fn search_members(
        &self,
        _: GuildId,
        _: &str,
        _: u16,
    ) -> Result<Vec<Member>, LookupError> {
        Ok(Vec::new())
    }
}
