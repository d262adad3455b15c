//! A host around the runtime: database, guild, clock, and a component that does one thing per command.

pub mod component;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use muster_core::call::{Actor, Call, CallOutcome, Cause, Input, InteractionRef, Origin, Pressed};
use muster_core::clock::{Clock, Sleep, Timestamp};
use muster_core::effect::AuditEntry;
use muster_core::guild::{Channel, ChannelKind, GuildSnapshot, Role};
use muster_core::guild_config::Policy;
use muster_core::ids::{ChannelId, GuildId, InteractionId, MessageId, RoleId, UserId};
use muster_core::interaction::Member;
use muster_core::manifest::Manifest;
use muster_core::permissions::Permissions;
use muster_core::ports::{Directory, LookupError, Lookups, Plugins};
use muster_core::roles::Standing;
use muster_runtime::{Limits, PluginOptions, Ports, Runtime, Settings};
use muster_store::{Durability, MappingChange, Store};
use parking_lot::Mutex;
use serde_json::json;
use tokio::sync::watch;

pub const GUILD: u64 = 1;
pub const OWNER: u64 = 100;
pub const BOT: u64 = 200;
/// Holds the role Organizer.
pub const ANN: u64 = 301;
/// Holds no role.
pub const BEN: u64 = 302;
/// Holds the role Moderator, which stands above the bot.
pub const MOD: u64 = 303;
pub const ORGANIZER: u64 = 10;
pub const SUSPENDED: u64 = 11;
/// Mapped to nothing; it stands as high as Organizer, and is the older one by its id.
pub const PING: u64 = 9;
pub const MODERATOR: u64 = 30;
pub const CHANNEL: u64 = 500;
/// The bot may not write here.
pub const QUIET_CHANNEL: u64 = 501;
/// The test plugin's name.
pub const PLUGIN: &str = "zoo";

pub fn guild(raw: u64) -> GuildId {
    GuildId::new(raw).expect("not 0")
}
pub fn user(raw: u64) -> UserId {
    UserId::new(raw).expect("not 0")
}
pub fn role(raw: u64) -> RoleId {
    RoleId::new(raw).expect("not 0")
}
pub fn channel(raw: u64) -> ChannelId {
    ChannelId::new(raw).expect("not 0")
}

/// A clock that moves only when a test says so.
pub struct HandClock(watch::Sender<i64>);

impl HandClock {
    pub fn advance(&self, seconds: i64) {
        self.0.send_modify(|now| *now += seconds * 1000);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(*self.0.borrow())
    }

    fn sleep_until(&self, at: Timestamp) -> Sleep {
        let mut now = self.0.subscribe();
        Box::pin(async move {
            let reached = now.wait_for(|now| *now >= at.as_ms()).await.is_ok();
            if !reached {
                std::future::pending::<()>().await;
            }
        })
    }
}

/// What Discord would say, and how often it was asked.
#[derive(Default)]
pub struct Discord {
    pub members: Mutex<HashMap<u64, Member>>,
    pub asked: AtomicU64,
}

#[async_trait]
impl Lookups for Discord {
    async fn member(&self, _: GuildId, user: UserId) -> Result<Option<Member>, LookupError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Ok(self.members.lock().get(&user.get()).cloned())
    }

    async fn search_members(
        &self,
        _: GuildId,
        text: &str,
        _: u16,
    ) -> Result<Vec<Member>, LookupError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let members = self.members.lock();
        let found = members
            .values()
            .filter(|member| member.username.starts_with(text));
        Ok(found.cloned().collect())
    }
}

impl Directory for Discord {
    fn guild(&self, id: GuildId) -> Option<Arc<GuildSnapshot>> {
        Some(Arc::new(snapshot(id)))
    }
}

fn snapshot(id: GuildId) -> GuildSnapshot {
    let role_of = |name: &str, position, permissions| Role {
        name: name.into(),
        position,
        permissions,
        managed: false,
    };
    let post =
        Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES | Permissions::CREATE_PUBLIC_THREADS;
    let manage =
        Permissions::MANAGE_ROLES | Permissions::KICK_MEMBERS | Permissions::MANAGE_NICKNAMES;
    let channel_of = |name: &str| Channel {
        name: name.into(),
        kind: ChannelKind::Text,
        parent: None,
        overwrites: Vec::new(),
    };
    let mut quiet = channel_of("quiet");
    quiet.overwrites.push(muster_core::guild::Overwrite {
        subject: muster_core::guild::OverwriteSubject::Role(id.everyone()),
        allow: Permissions::default(),
        deny: Permissions::SEND_MESSAGES,
    });
    GuildSnapshot {
        id,
        name: "Test".into(),
        owner: user(OWNER),
        roles: [
            (id.everyone(), role_of("@everyone", 0, post)),
            (
                role(ORGANIZER),
                role_of("Organizer", 1, Permissions::default()),
            ),
            (role(PING), role_of("Ping", 1, Permissions::default())),
            (
                role(SUSPENDED),
                role_of("Suspended", 2, Permissions::default()),
            ),
            (role(20), role_of("Muster", 5, manage)),
            (
                role(MODERATOR),
                role_of("Moderator", 9, Permissions::default()),
            ),
        ]
        .into(),
        channels: [
            (channel(CHANNEL), channel_of("events")),
            (channel(QUIET_CHANNEL), quiet),
        ]
        .into(),
        bot: user(BOT),
        bot_roles: vec![role(20)],
    }
}

pub fn member(raw: u64) -> Member {
    let roles = match raw {
        ANN => vec![role(ORGANIZER)],
        MOD => vec![role(MODERATOR)],
        _ => Vec::new(),
    };
    Member {
        user: user(raw),
        username: format!("user{raw}"),
        display_name: format!("User {raw}"),
        is_bot: raw == BOT,
        roles,
        permissions: Permissions::default(),
    }
}

/// The runtime with all that it stands on.
pub struct Host {
    pub runtime: Arc<Runtime>,
    pub store: Store,
    pub clock: Arc<HandClock>,
    pub discord: Arc<Discord>,
    next: AtomicU64,
    _folder: tempfile::TempDir,
}

impl Host {
    pub async fn start() -> Self {
        Self::with(Limits {
            instances: 8,
            ..Limits::default()
        })
        .await
    }

    pub async fn with(limits: Limits) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self::at(folder, limits, None).await
    }

    pub async fn at(folder: tempfile::TempDir, limits: Limits, cache: Option<&Path>) -> Self {
        let clock = Arc::new(HandClock(watch::Sender::new(1_700_000_000_000)));
        let mut policy = Policy::default();
        for name in [PLUGIN, "hearer"] {
            policy
                .plugins
                .push((name.parse().expect("a name"), Default::default()));
        }
        let path = folder.path().join("muster.db");
        let store = Store::open(&path, Durability::default(), clock.clone(), policy)
            .await
            .expect("a database");
        let discord = Arc::new(Discord::default());
        for raw in [OWNER, BOT, ANN, BEN, MOD] {
            discord.members.lock().insert(raw, member(raw));
        }
        let ports = Ports {
            store: store.clone(),
            directory: discord.clone(),
            lookups: discord.clone(),
            clock: clock.clone(),
        };
        let settings = Settings {
            limits,
            cache: cache.map(Path::to_owned),
        };
        let runtime = Runtime::new(ports, settings).expect("an engine");
        let host = Self {
            runtime,
            store,
            clock,
            discord,
            next: AtomicU64::new(1),
            _folder: folder,
        };
        host.map_keys().await;
        host
    }

    async fn map_keys(&self) {
        let keys = [
            ("organizer", ORGANIZER),
            ("suspended", SUSPENDED),
            ("moderator", MODERATOR),
        ];
        let mut changes: Vec<MappingChange> = keys
            .map(|(key, raw)| MappingChange::Role(key.into(), Some(role(raw))))
            .into();
        changes.push(MappingChange::Channel("log".into(), Some(channel(CHANNEL))));
        let audit = AuditEntry {
            action: "guild.mapped".into(),
            subject: String::new(),
            actor: None,
            meta: json!({}),
        };
        self.store
            .change_mappings(guild(GUILD), &changes, &audit)
            .await
            .expect("mapped");
    }

    /// With the component of [`component::zoo`] installed.
    pub async fn with_zoo(self) -> Self {
        self.with_plugin(component::zoo()).await
    }

    pub async fn with_plugin(self, wasm: Vec<u8>) -> Self {
        let plugin = self
            .runtime
            .load(wasm, PluginOptions::default())
            .await
            .expect("a plugin");
        self.runtime.install(plugin).await.expect("no migrations");
        self
    }

    /// A member uses a command of the zoo.
    pub async fn uses(&self, who: u64, command: &str) -> CallOutcome {
        self.runtime.call(self.command(GUILD, who, command)).await
    }

    pub fn command(&self, in_guild: u64, who: u64, name: &str) -> Call {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let input = Input::Command {
            name: name.into(),
            data: json!({ "options": [], "resolved": {} }),
        };
        call(in_guild, who, id, Origin::Command, input)
    }

    pub fn press(&self, who: u64, custom_id: &str) -> Call {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let input = Input::Button {
            custom_id: custom_id.into(),
        };
        call(GUILD, who, id, Origin::Component, input)
    }
}

pub fn call(in_guild: u64, who: u64, id: u64, origin: Origin, input: Input) -> Call {
    let id = InteractionId::new(id).expect("not 0");
    let member = member(who);
    let map = [
        ("organizer".to_owned(), role(ORGANIZER)),
        ("moderator".to_owned(), role(MODERATOR)),
    ];
    let standing = Standing::of(&member.roles, false, who == OWNER, &map.into());
    let pressed = origin.has_message().then(|| Pressed {
        message: MessageId::new(900).expect("not 0"),
        channel: channel(CHANNEL),
        ephemeral: false,
        panel: Some("board/1".into()),
        opened_by: Some(user(ANN)),
    });
    Call {
        guild: guild(in_guild),
        plugin: PLUGIN.parse().expect("a name"),
        cause: Cause::Interaction { id },
        input,
        actor: Some(Actor {
            member,
            standing,
            pressed,
        }),
        interaction: Some(InteractionRef {
            id,
            token: "secret".into(),
            channel: channel(CHANNEL),
            locale: "en-GB".into(),
            origin,
            private: true,
        }),
        start_before: None,
    }
}

/// The zoo's manifest, which native tests use, too.
pub fn manifest() -> Arc<Manifest> {
    Arc::new(Manifest::parse(component::MANIFEST).expect("a valid manifest"))
}

/// Keeps what is logged on this thread while it lives.
pub struct Log {
    lines: Arc<Mutex<Vec<u8>>>,
    _guard: tracing::subscriber::DefaultGuard,
}

impl Log {
    pub fn start() -> Self {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let writer = Writer(lines.clone());
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing::Level::INFO)
            .with_writer(move || Writer(writer.0.clone()))
            .finish();
        Self {
            lines,
            _guard: tracing::subscriber::set_default(subscriber),
        }
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.lines.lock().clone()).expect("text")
    }
}

struct Writer(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The least that a plugin says of itself.
pub const MANIFEST_OF_NOTHING: &str = r#"{"name": "small", "version": "0.1.0", "summary": "s"}"#;
