//! A guild in which runs are organized: people who act, and what they are told. The plugin is the built one,
//! the database a real one; Discord is what the test says that it did.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use muster_core::answer::Answer;
use muster_core::call::{Actor, Call, CallOutcome, Cause, Input, InteractionRef, Origin};
use muster_core::clock::{Clock, ShiftedClock};
use muster_core::effect::{Action, AuditEntry, Emitted, PanelChange};
use muster_core::guild::{Channel, ChannelKind, GuildSnapshot, Role};
use muster_core::guild_config::{PluginPolicy, Policy};
use muster_core::ids::{ChannelId, InteractionId, MessageId, RoleId, UserId};
use muster_core::interaction::Member;
use muster_core::ports::{Directory, LookupError, Lookups, Plugins};
use muster_core::{GuildId, Manifest, Permissions, PluginName, RoleKey, Standing};
use muster_runtime::{PluginOptions, Ports, Runtime, Settings};
use muster_sdk::message::draw_json;
use muster_store::{
    CallMode, Durability, Feeds, MappingChange, OutboxRow, PanelNotice, Store, Value,
};
use parking_lot::Mutex;
use serde_json::{Value as Json, json};

#[path = "known.rs"]
mod known;
#[path = "person.rs"]
mod person;

use known::{Guilds, NoLookups};

pub const GENERAL: u64 = 500;
pub const RAID: u64 = 501;
pub const RAID_LOG: u64 = 502;
/// A message that somebody deleted, unheard by the bot.
pub const GONE_MESSAGE: u64 = 999;
/// A channel where the bot may not write.
pub const CLOSED: u64 = 503;

/// A role that members may give themselves, and one that they may not.
pub const PING_ROLE: u64 = 71;
pub const STAFF_ROLE: u64 = 72;
const BOT_ROLE: u64 = 70;

pub struct Guild {
    runtime: Arc<Runtime>,
    store: Store,
    clock: ShiftedClock,
    feeds: Mutex<Feeds>,
    panels: Mutex<Vec<PanelNotice>>,
    settings: BTreeMap<String, Json>,
    offset_ms: AtomicU64,
    next: AtomicU64,
    folder: tempfile::TempDir,
    pub id: GuildId,
}

/// Somebody who acts.
#[derive(Clone)]
pub struct Person<'a> {
    guild: &'a Guild,
    id: u64,
    name: &'static str,
    rank: Option<RoleKey>,
    held: Vec<String>,
    roles: Vec<u64>,
    place: GuildId,
    channel: u64,
}

/// What somebody was told.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// A message for them alone.
    Private(String),
    /// The pressed message changed.
    Update(String),
    /// A form opened.
    Form(Json),
    /// The view of a panel, for them alone.
    Panel(String),
    /// The answer waits for what has these tags.
    Waits(Vec<String>),
    /// Nothing: it was done, or the panel changes by itself.
    Nothing,
    /// Why not.
    Refused(String),
    /// It was done before.
    Twice,
}

impl Guild {
    pub async fn new() -> Self {
        Self::with(json!({})).await
    }

    /// A guild that has chosen these settings.
    pub async fn with(settings: Json) -> Self {
        let settings: BTreeMap<String, Json> = settings
            .as_object()
            .expect("settings by key")
            .clone()
            .into_iter()
            .collect();
        let folder = tempfile::tempdir().expect("a folder");
        let clock = ShiftedClock::default();
        let (runtime, store) = start(folder.path(), &clock, &settings).await;
        let feeds = store.take_feeds().expect("nobody else took them");
        Self {
            runtime,
            store,
            clock,
            feeds: Mutex::new(feeds),
            panels: Mutex::default(),
            settings,
            offset_ms: AtomicU64::new(0),
            next: AtomicU64::new(1000),
            folder,
            id: guild_id(1),
        }
    }

    /// The same database with a new process around it.
    pub async fn restarted(self) -> Self {
        let Self {
            runtime,
            store,
            clock,
            feeds,
            settings,
            offset_ms,
            next,
            folder,
            id,
            ..
        } = self;
        drop((runtime, store, feeds));
        let (runtime, store) = start(folder.path(), &clock, &settings).await;
        let feeds = store.take_feeds().expect("nobody else took them");
        Self {
            runtime,
            store,
            clock,
            feeds: Mutex::new(feeds),
            panels: Mutex::default(),
            settings,
            offset_ms,
            next,
            folder,
            id,
        }
    }

    pub fn organizer(&self, id: u64, name: &'static str) -> Person<'_> {
        Person {
            rank: Some(RoleKey::Organizer),
            ..self.member(id, name)
        }
    }

    pub fn raider(&self, id: u64, name: &'static str) -> Person<'_> {
        Person {
            rank: Some(RoleKey::VerifiedRaider),
            ..self.member(id, name)
        }
    }

    pub fn security(&self, id: u64, name: &'static str) -> Person<'_> {
        Person {
            rank: Some(RoleKey::Security),
            ..self.member(id, name)
        }
    }

    /// Somebody whose highest role is the bot's.
    pub fn moderator(&self, id: u64, name: &'static str) -> Person<'_> {
        Person {
            rank: Some(RoleKey::Moderator),
            roles: vec![BOT_ROLE],
            ..self.member(id, name)
        }
    }

    pub fn administrator(&self, id: u64, name: &'static str) -> Person<'_> {
        Person {
            rank: Some(RoleKey::Administrator),
            ..self.moderator(id, name)
        }
    }

    pub fn member(&self, id: u64, name: &'static str) -> Person<'_> {
        Person {
            guild: self,
            id,
            name,
            rank: None,
            held: Vec::new(),
            roles: Vec::new(),
            place: self.id,
            channel: GENERAL,
        }
    }

    /// The guild uses this channel for that key.
    pub async fn maps(&self, key: &str, channel: u64) {
        let audit = AuditEntry {
            action: "guild.channels.set".into(),
            subject: "guild".into(),
            actor: None,
            meta: json!({}),
        };
        let change = MappingChange::Channel(key.into(), ChannelId::new(channel));
        self.store
            .change_mappings(self.id, &[change], &audit)
            .await
            .expect("maps");
    }

    /// What the plugin says of itself.
    pub fn manifest(&self) -> Arc<Manifest> {
        let installed = self.runtime.installed();
        let mine = installed.iter().find(|manifest| manifest.name == raids());
        Arc::clone(mine.expect("it is installed"))
    }

    /// What a panel shows now; nothing if there is no such panel.
    pub async fn panel(&self, name: &str) -> Option<String> {
        let view = self.view(self.id, name).await?;
        Some(draw_json(&view))
    }

    pub async fn view(&self, guild: GuildId, name: &str) -> Option<Json> {
        let view = self.runtime.render(guild, &raids(), name).await;
        view.expect("it can be drawn")
    }

    /// The present moment, in seconds since 1970.
    pub fn now_seconds(&self) -> i64 {
        self.clock.now().as_seconds()
    }

    /// Moves the clock, and lets every timer that is due by then fire.
    pub async fn later(&self, by: Duration) {
        let by_ms = u64::try_from(by.as_millis()).expect("a short while");
        let offset = self.offset_ms.fetch_add(by_ms, Ordering::Relaxed) + by_ms;
        self.clock
            .set_offset_ms(i64::try_from(offset).expect("a short while"));
        let due = self.store.due_timers(self.clock.now(), 100).await;
        for timer in due.expect("reads") {
            let outcome = self
                .runtime
                .call(Call {
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
                })
                .await;
            assert_eq!(outcome, CallOutcome::Done(None));
        }
    }

    /// The host tells the plugin that a panel's message was deleted.
    pub async fn loses_panel(&self, name: &str) {
        self.tells("panel.lost", json!({ "panel": name })).await;
    }

    async fn tells(&self, topic: &str, body: Json) {
        let event = Emitted {
            topic: topic.into(),
            body,
        };
        self.store
            .emit_host_event(self.id, &event, &[raids()])
            .await
            .expect("emits");
        let due = self.store.due_events(self.clock.now(), 100).await;
        let mine = due.expect("reads").into_iter();
        for event in mine.filter(|event| event.plugin == raids()) {
            let outcome = self
                .runtime
                .call(Call {
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
                })
                .await;
            assert_eq!(outcome, CallOutcome::Done(None));
        }
    }

    /// The host tells the plugin that a role is gone.
    pub async fn loses_role(&self, role: u64) {
        self.tells("role.deleted", json!({ "role": role.to_string() }))
            .await;
    }

    /// What other plugins will hear about this topic.
    pub async fn heard(&self, topic: &str) -> Vec<Json> {
        let due = self.store.due_events(self.clock.now(), 1000).await;
        due.expect("reads")
            .into_iter()
            .filter(|event| event.topic == topic)
            .map(|event| {
                assert_eq!((event.guild, event.source.as_str()), (self.id, "raids"));
                event.body
            })
            .collect()
    }

    /// What the plugin asked of Discord since this was asked last.
    pub fn outbox(&self) -> Vec<OutboxRow> {
        let mut feeds = self.feeds.lock();
        std::iter::from_fn(|| feeds.outbox.try_recv().ok()).collect()
    }

    /// What happened to panels since this was asked last: `open run/1`.
    pub fn panel_changes(&self) -> Vec<String> {
        let mut feeds = self.feeds.lock();
        let notices = std::iter::from_fn(|| feeds.panels.try_recv().ok());
        notices.map(|notice| change_in_words(&notice)).collect()
    }

    /// Lines for the raid log since the outbox was asked last, without their time.
    pub fn log_lines(&self) -> Vec<String> {
        let effects = self.outbox().into_iter().flat_map(|row| row.effects);
        let lines = effects.filter_map(|effect| match effect.action {
            Action::LogLine { to, line } => Some(format!("{to} {}", without_time(&line))),
            _ => None,
        });
        lines.collect()
    }

    /// What was sent since the outbox was asked last: `channel:501 <text>`.
    pub fn messages(&self) -> Vec<String> {
        let effects = self.outbox().into_iter().flat_map(|row| row.effects);
        let sent = effects.filter_map(|effect| match effect.action {
            Action::SendMessage { to, message, .. } => {
                let text = message["content"].as_str().unwrap_or_default();
                Some(format!("{to} {text}"))
            }
            Action::DeleteMessage { message } => Some(format!("delete {message}")),
            _ => None,
        });
        sent.collect()
    }

    /// Threads that were deleted since the outbox was asked last.
    pub fn deleted_threads(&self) -> Vec<String> {
        let effects = self.outbox().into_iter().flat_map(|row| row.effects);
        let deleted = effects.filter_map(|effect| match effect.action {
            Action::ThreadDelete { name } => Some(name),
            _ => None,
        });
        deleted.collect()
    }

    /// What was done with roles since the outbox was asked last.
    pub fn roles(&self) -> Vec<String> {
        let effects = self.outbox().into_iter().flat_map(|row| row.effects);
        let changes = effects.filter_map(|effect| match effect.action {
            Action::RoleCreate { name, title, .. } => Some(format!("make {name}: {title}")),
            Action::RoleDelete { name } => Some(format!("delete {name}")),
            Action::MemberRole { user, give, .. } => {
                let verb = if give { "give" } else { "take" };
                Some(format!("{verb} {user}"))
            }
            _ => None,
        });
        changes.collect()
    }

    /// Rows of the plugin's tables.
    pub async fn rows(&self, select: &str) -> Vec<Vec<Value>> {
        let mut tx = self.store.begin(self.id, &raids(), CallMode::ReadOnly);
        tx.query(select, &[]).await.expect("reads").rows
    }

    /// The answer to `/run` after Discord did, or did not do, what has these tags.
    pub async fn outcome(&self, results: Json) -> Told {
        let row = self.outbox().into_iter().find(|row| row.after.is_some());
        let row = row.expect("an answer waits");
        let after = row.after.expect("just found");
        let outcome = self
            .runtime
            .call(Call {
                guild: row.guild,
                plugin: row.plugin,
                cause: Cause::Outcome {
                    outbox: row.id,
                    interaction: after.interaction.id,
                },
                input: Input::Outcome { results },
                actor: after.actor.map(|user| Actor {
                    member: member(user.get(), "", Permissions::default()),
                    standing: standing(None, &[]),
                    pressed: None,
                }),
                interaction: Some(after.interaction),
                start_before: None,
            })
            .await;
        self.told(self.id, outcome).await
    }

    /// Discord posted the panel of run 1 as message 901.
    pub async fn posts(&self, run: u64) -> Told {
        let channel = RAID.to_string();
        let (tag, message) = (format!("run/{run}"), (900 + run).to_string());
        self.outcome(json!([{ "tag": tag, "ok": true, "channel": channel, "message": message }]))
            .await
    }

    async fn told(&self, guild: GuildId, outcome: CallOutcome) -> Told {
        match outcome {
            CallOutcome::Done(Some(Answer::Message { body, private })) => {
                assert!(private, "nothing here is said in public: {body}");
                assert_eq!(body["allowed_mentions"], json!({ "parse": [] }));
                Told::Private(draw_json(&body))
            }
            CallOutcome::Done(Some(Answer::Update { body })) => Told::Update(draw_json(&body)),
            CallOutcome::Done(Some(Answer::Modal { body })) => Told::Form(body),
            CallOutcome::Done(Some(Answer::Panel { name, private })) => {
                assert!(private, "an organizer's panel is private");
                let view = self.view(guild, &name).await.expect("an open panel");
                Told::Panel(draw_json(&view))
            }
            CallOutcome::Done(Some(Answer::After { tags, .. })) => Told::Waits(tags),
            CallOutcome::Done(None | Some(Answer::Nothing)) => Told::Nothing,
            CallOutcome::Refused(text) => Told::Refused(text),
            CallOutcome::Duplicate(_) => Told::Twice,
            other => panic!("{other:?}"),
        }
    }

    fn note_panels(&self) {
        let mut feeds = self.feeds.lock();
        let mut panels = self.panels.lock();
        panels.extend(std::iter::from_fn(|| feeds.panels.try_recv().ok()));
    }
}

impl Told {
    #[track_caller]
    pub fn privately(self) -> String {
        match self {
            Self::Private(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub fn refused(self) -> String {
        match self {
            Self::Refused(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub fn shows_panel(self) -> String {
        match self {
            Self::Panel(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub fn updates(self) -> String {
        match self {
            Self::Update(text) => text,
            other => panic!("{other:?}"),
        }
    }
}

async fn start(
    folder: &Path,
    clock: &ShiftedClock,
    settings: &BTreeMap<String, Json>,
) -> (Arc<Runtime>, Store) {
    let chosen = PluginPolicy {
        settings: settings.clone(),
        ..PluginPolicy::default()
    };
    let listener: PluginName = "listener".parse().expect("a name");
    let policy = Policy {
        plugins: vec![(raids(), chosen), (listener, PluginPolicy::default())],
        guilds: BTreeMap::new(),
    };
    let clock: Arc<ShiftedClock> = Arc::new(clock.clone());
    let file = folder.join("muster.db");
    let store = Store::open(&file, Durability::Process, clock.clone(), policy)
        .await
        .expect("opens");
    let ports = Ports {
        store: store.clone(),
        directory: Arc::new(Guilds),
        lookups: Arc::new(NoLookups),
        clock,
    };
    // Compiled plugins outlive a test: compiling them is not what is tested here.
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
    let settings = Settings {
        cache: Some(cache),
        ..Settings::default()
    };
    let runtime = Runtime::new(ports, settings).expect("starts");
    let built_in = muster_builtin::PLUGINS.iter();
    let wasm = built_in.clone().find(|plugin| plugin.name == "raids");
    let listener = std::fs::read(env!("GUEST_LISTENER")).expect("built by the build script");
    for wasm in [wasm.expect("it is built in").wasm.to_vec(), listener] {
        let plugin = runtime
            .load(wasm, PluginOptions::default())
            .await
            .expect("loads");
        runtime.install(plugin).await.expect("installs");
    }
    (runtime, store)
}

fn raids() -> PluginName {
    "raids".parse().expect("a name")
}

fn role_id(raw: u64) -> RoleId {
    RoleId::new(raw).expect("not 0")
}

fn guild_id(raw: u64) -> GuildId {
    GuildId::new(raw).expect("not 0")
}

fn member(id: u64, name: &str, permissions: Permissions) -> Member {
    Member {
        user: UserId::new(id).expect("not 0"),
        username: name.to_lowercase(),
        display_name: name.into(),
        is_bot: false,
        roles: Vec::new(),
        permissions,
    }
}

fn standing(rank: Option<RoleKey>, held: &[String]) -> Standing {
    Standing {
        is_administrator: false,
        is_owner: false,
        rank,
        held: held.to_vec(),
    }
}

fn change_in_words(notice: &PanelNotice) -> String {
    match &notice.change {
        PanelChange::Open { name, .. } => format!("open {name}"),
        PanelChange::Refresh { name } => format!("refresh {name}"),
        PanelChange::Rename { from, to } => format!("rename {from} to {to}"),
        PanelChange::Repost { name } => format!("repost {name}"),
        PanelChange::Close { name } => format!("close {name}"),
    }
}

/// A line says its time first: `<t:1700000000:T> ...`.
fn without_time(line: &str) -> &str {
    line.split_once("> ").map_or(line, |(_, rest)| rest)
}
