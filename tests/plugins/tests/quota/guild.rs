//! A guild whose staff owe quotas: people who act, other plugins that tell, time that passes. The plugin is the
//! built one, the database a real one; Discord is what the test says that it knows.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use muster_core::answer::Answer;
use muster_core::call::{Actor, Call, CallOutcome, Cause, Input, InteractionRef, Origin, Pressed};
use muster_core::clock::{Clock, ShiftedClock, Timestamp};
use muster_core::effect::{Action, AuditEntry, Emitted};
use muster_core::guild::{Channel, ChannelKind, GuildSnapshot, Role};
use muster_core::guild_config::{PluginPolicy, Policy};
use muster_core::ids::{ChannelId, InteractionId, MessageId, RoleId, UserId};
use muster_core::interaction::Member;
use muster_core::ports::{Directory, LookupError, Lookups, Plugins};
use muster_core::{GuildId, Permissions, PluginName, RoleKey, Standing};
use muster_runtime::{PluginOptions, Ports, Runtime, Settings};
use muster_sdk::message::draw_json;
use muster_store::{AuditQuery, CallMode, Durability, Feeds, MappingChange, Store, Value};
use parking_lot::Mutex;
use serde_json::{Value as Json, json};

pub const GENERAL: u64 = 500;
pub const RANKINGS: u64 = 501;
/// Roles of staff; the second stands higher.
pub const LEADER: u64 = 71;
pub const VETERAN: u64 = 72;
/// The bot.
pub const BOT: u64 = 98;

/// Who holds which roles.
type Holders = Arc<Mutex<BTreeMap<u64, Vec<u64>>>>;

pub struct Guild {
    pub runtime: Arc<Runtime>,
    pub store: Store,
    clock: ShiftedClock,
    feeds: Mutex<Feeds>,
    holders: Holders,
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
    pub id: u64,
    rank: Option<RoleKey>,
    is_administrator: bool,
    panel: Option<String>,
}

impl Guild {
    pub async fn new() -> Self {
        Self::with(json!({})).await
    }

    /// A guild that has chosen these settings, in which nobody holds a role yet.
    pub async fn with(settings: Json) -> Self {
        let chosen = settings.as_object().expect("settings by key").clone();
        let settings: BTreeMap<String, Json> = chosen.into_iter().collect();
        let folder = tempfile::tempdir().expect("a folder");
        let clock = ShiftedClock::default();
        let holders = Holders::default();
        let (runtime, store) = start(folder.path(), &clock, &settings, &holders).await;
        let feeds = store.take_feeds().expect("nobody else took them");
        let guild = Self {
            runtime,
            store,
            clock,
            feeds: Mutex::new(feeds),
            holders,
            settings,
            offset_ms: AtomicU64::new(0),
            next: AtomicU64::new(1000),
            folder,
            id: guild_id(1),
        };
        guild.maps_quota_to(RANKINGS).await;
        guild
    }

    /// The process is gone without a word; another begins on its database.
    pub async fn killed_and_restarted(self) -> Self {
        let Self {
            runtime,
            store,
            clock,
            feeds,
            holders,
            settings,
            offset_ms,
            next,
            folder,
            id,
        } = self;
        drop((runtime, store, feeds));
        let (runtime, store) = start(folder.path(), &clock, &settings, &holders).await;
        let feeds = store.take_feeds().expect("nobody else took them");
        Self {
            runtime,
            store,
            clock,
            feeds: Mutex::new(feeds),
            holders,
            settings,
            offset_ms,
            next,
            folder,
            id,
        }
    }

    pub async fn maps_quota_to(&self, channel: u64) {
        self.maps_quota(ChannelId::new(channel)).await;
    }

    pub async fn unmaps_quota(&self) {
        self.maps_quota(None).await;
    }

    async fn maps_quota(&self, channel: Option<ChannelId>) {
        let audit = AuditEntry {
            action: "guild.channels.set".into(),
            subject: "guild".into(),
            actor: None,
            meta: json!({}),
        };
        let change = MappingChange::Channel("quota".into(), channel);
        let changed = self.store.change_mappings(self.id, &[change], &audit).await;
        changed.expect("maps");
    }

    /// Somebody holds these Discord roles from now on.
    pub fn gives(&self, user: u64, roles: &[u64]) {
        self.holders.lock().insert(user, roles.to_vec());
    }

    pub fn member(&self, id: u64) -> Person<'_> {
        Person {
            guild: self,
            id,
            rank: None,
            is_administrator: false,
            panel: None,
        }
    }

    pub fn ranked(&self, id: u64, rank: RoleKey) -> Person<'_> {
        Person {
            rank: Some(rank),
            ..self.member(id)
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the clock, and lets every timer that is due by then fire, those that they set included.
    pub async fn later(&self, by: Duration) {
        self.later_without_timers(by);
        self.fires_due().await;
    }

    /// Moves the clock, and nothing else happens.
    pub fn later_without_timers(&self, by: Duration) {
        let by_ms = u64::try_from(by.as_millis()).expect("a while");
        let offset = self.offset_ms.fetch_add(by_ms, Ordering::Relaxed) + by_ms;
        self.clock
            .set_offset_ms(i64::try_from(offset).expect("a while"));
    }

    pub async fn fires_due(&self) {
        loop {
            let due = self.store.due_timers(self.now(), 100).await.expect("reads");
            if due.is_empty() {
                return;
            }
            for timer in due {
                let input = Input::Timer {
                    name: timer.name.clone(),
                    payload: timer.payload,
                };
                let cause = Cause::Timer {
                    name: timer.name,
                    at: timer.at,
                };
                let outcome = self.runtime.call(self.background(cause, input)).await;
                assert_eq!(outcome, CallOutcome::Done(None));
            }
        }
    }

    /// Another plugin tells something now.
    pub async fn hears(&self, topic: &str, body: Json) -> CallOutcome {
        let at = self.now();
        self.hears_at(topic, body, at).await
    }

    /// Another plugin told something at this moment, and it arrives now.
    pub async fn hears_at(&self, topic: &str, body: Json, at: Timestamp) -> CallOutcome {
        let call = self.event(topic, body, at).await;
        self.runtime.call(call).await
    }

    /// What brings an event to the plugin; calling it twice is a second delivery.
    pub async fn event(&self, topic: &str, body: Json, at: Timestamp) -> Call {
        let event = Emitted {
            topic: topic.into(),
            body,
        };
        let emitted = self
            .store
            .emit_host_event(self.id, &event, &[quota()])
            .await;
        emitted.expect("emits");
        let due = self
            .store
            .due_events(self.now(), 1000)
            .await
            .expect("reads");
        let event = due.into_iter().next_back().expect("just emitted");
        let cause = Cause::Event { id: event.id };
        let input = Input::Event {
            topic: event.topic,
            source: event.source,
            at,
            body: event.body,
        };
        self.background(cause, input)
    }

    fn background(&self, cause: Cause, input: Input) -> Call {
        Call {
            guild: self.id,
            plugin: quota(),
            cause,
            input,
            actor: None,
            interaction: None,
            start_before: None,
        }
    }

    /// A run of theirs ends, with these raiders.
    pub async fn ends_run(&self, run: i64, organizer: u64, dungeon: &str, raiders: &[u64]) {
        let body = ended(run, organizer, dungeon, raiders);
        assert_eq!(self.hears("run.ended", body).await, CallOutcome::Done(None));
    }

    /// What a panel shows now.
    pub async fn panel(&self, name: &str) -> String {
        let view = self.runtime.render(self.id, &quota(), name).await;
        draw_json(
            &view
                .expect("it can be drawn")
                .expect("there is such a panel"),
        )
    }

    pub async fn ranking(&self, role: u64) -> String {
        self.panel(&format!("ranking/{role}")).await
    }

    /// Rows of the plugin's tables.
    pub async fn rows(&self, select: &str) -> Vec<Vec<Value>> {
        let mut tx = self.store.begin(self.id, &quota(), CallMode::ReadOnly);
        tx.query(select, &[]).await.expect("reads").rows
    }

    pub async fn number(&self, select: &str) -> i64 {
        match self.rows(select).await.as_slice() {
            [row] => match row.as_slice() {
                [Value::Integer(number)] => *number,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    /// The actions in the guild's audit, the latest first.
    pub async fn audited(&self) -> Vec<String> {
        let lines = self
            .store
            .audit_lines(self.id, &AuditQuery::default(), 0, 100)
            .await;
        lines
            .expect("reads")
            .into_iter()
            .map(|line| line.action)
            .collect()
    }

    /// The sums beside the ledger are its sums.
    pub async fn sums_are_right(&self) {
        let ledger = self
            .rows(
                "select actor_user_id, action, coalesce(dungeon_key, '') as dungeon, sum(amount) as amount,
                        sum(points) as points, sum(quota_points) as quota_points
                   from quota_event
                  group by actor_user_id, action, coalesce(dungeon_key, '')
                  order by actor_user_id, action, coalesce(dungeon_key, '')",
            )
            .await;
        let tally = self
            .rows(
                "select user_id, action, dungeon_key, amount, points, quota_points
                   from tally
                  order by user_id, action, dungeon_key",
            )
            .await;
        assert_eq!(ledger, tally);
    }

    /// Messages that the plugin sent since this was asked last.
    pub fn messages(&self) -> Vec<String> {
        let mut feeds = self.feeds.lock();
        let rows = std::iter::from_fn(|| feeds.outbox.try_recv().ok());
        let effects = rows.flat_map(|row| row.effects);
        effects
            .filter_map(|effect| match effect.action {
                Action::SendMessage { message, .. } => Some(draw_json(&message)),
                _ => None,
            })
            .collect()
    }

    /// What happened to panels since this was asked last.
    pub fn panel_changes(&self) -> Vec<String> {
        let mut feeds = self.feeds.lock();
        let notices = std::iter::from_fn(|| feeds.panels.try_recv().ok());
        notices
            .map(|notice| format!("{:?}", notice.change))
            .collect()
    }
}

impl Person<'_> {
    pub fn administrator(mut self) -> Self {
        self.is_administrator = true;
        self.rank = Some(RoleKey::Administrator);
        self
    }

    /// The same person, in front of that panel.
    pub fn at(&self, panel: impl Into<String>) -> Self {
        Self {
            panel: Some(panel.into()),
            ..self.clone()
        }
    }

    /// Uses a command. Options of type user and role are given as numbers, texts as texts.
    pub async fn uses(&self, command: &str, options: Json) -> String {
        match self.does_use(command, options).await {
            CallOutcome::Done(Some(Answer::Message { body, .. })) => draw_json(&body),
            CallOutcome::Done(Some(Answer::Panel { name, .. })) => self.guild.panel(&name).await,
            CallOutcome::Refused(text) => format!("refused: {text}"),
            other => panic!("{other:?}"),
        }
    }

    pub async fn does_use(&self, command: &str, options: Json) -> CallOutcome {
        let input = Input::Command {
            name: command.into(),
            data: self.data(options),
        };
        self.guild
            .runtime
            .call(self.call(input, Origin::Command))
            .await
    }

    fn data(&self, options: Json) -> Json {
        let (mut users, mut members) = (json!({}), json!({}));
        let options = options.as_object().expect("options by name").iter();
        let options: Vec<Json> = options
            .map(|(name, value)| match (name.as_str(), value) {
                ("member", user) => {
                    let id = user.as_u64().expect("a user").to_string();
                    users[&id] = json!({ "id": id, "username": format!("user{id}") });
                    let roles = self.guild.roles_of(user.as_u64().unwrap_or(0));
                    let roles: Vec<String> = roles.iter().map(u64::to_string).collect();
                    members[&id] = json!({ "roles": roles, "nick": null });
                    json!({ "name": name, "type": 6, "value": id })
                }
                ("role", role) => {
                    json!({ "name": name, "type": 8, "value": role.to_string() })
                }
                (_, Json::Number(number)) => json!({ "name": name, "type": 4, "value": number }),
                (_, text) => json!({ "name": name, "type": 3, "value": text }),
            })
            .collect();
        json!({ "options": options, "resolved": { "users": users, "members": members } })
    }

    pub async fn presses(&self, custom_id: &str) -> String {
        let input = Input::Button {
            custom_id: custom_id.into(),
        };
        self.told(input, Origin::Component).await
    }

    pub async fn picks(&self, custom_id: &str, value: &str) -> String {
        let input = Input::Select {
            custom_id: custom_id.into(),
            values: vec![value.into()],
        };
        self.told(input, Origin::Component).await
    }

    pub async fn submits(&self, custom_id: &str, fields: &[(&str, &str)]) -> String {
        let fields = fields
            .iter()
            .map(|(name, text)| ((*name).into(), (*text).into()));
        let input = Input::Modal {
            custom_id: custom_id.into(),
            fields: fields.collect(),
        };
        self.told(input, Origin::ModalOfComponent).await
    }

    async fn told(&self, input: Input, origin: Origin) -> String {
        match self.guild.runtime.call(self.call(input, origin)).await {
            CallOutcome::Done(Some(Answer::Message { body, .. })) => draw_json(&body),
            CallOutcome::Done(Some(Answer::Update { body })) => draw_json(&body),
            CallOutcome::Done(Some(Answer::Modal { body })) => body.to_string(),
            CallOutcome::Done(_) => String::new(),
            CallOutcome::Refused(text) => format!("refused: {text}"),
            other => panic!("{other:?}"),
        }
    }

    fn call(&self, input: Input, origin: Origin) -> Call {
        let id = self.guild.next.fetch_add(1, Ordering::Relaxed);
        let id = InteractionId::new(id).expect("not 0");
        Call {
            guild: self.guild.id,
            plugin: quota(),
            cause: Cause::Interaction { id },
            input,
            actor: Some(Actor {
                member: member(self.id, &self.guild.roles_of(self.id)),
                standing: Standing {
                    is_administrator: self.is_administrator,
                    is_owner: false,
                    rank: self.rank,
                    held: Vec::new(),
                },
                pressed: self.panel.clone().map(|panel| Pressed {
                    message: MessageId::new(9000).expect("not 0"),
                    channel: ChannelId::new(GENERAL).expect("not 0"),
                    ephemeral: true,
                    panel: Some(panel),
                    opened_by: UserId::new(self.id),
                }),
            }),
            interaction: Some(InteractionRef {
                id,
                token: "token".into(),
                channel: ChannelId::new(GENERAL).expect("not 0"),
                locale: "en-US".into(),
                origin,
                private: false,
            }),
            start_before: None,
        }
    }
}

impl Guild {
    fn roles_of(&self, user: u64) -> Vec<u64> {
        self.holders.lock().get(&user).cloned().unwrap_or_default()
    }
}

/// The body of `run.ended`.
pub fn ended(run: i64, organizer: u64, dungeon: &str, raiders: &[u64]) -> Json {
    let raiders: Vec<String> = raiders.iter().map(u64::to_string).collect();
    json!({
        "run_id": run, "organizer_id": organizer.to_string(), "dungeon_key": dungeon,
        "auto": false, "awards": true, "participants": raiders, "key_pops": 0,
    })
}

async fn start(
    folder: &Path,
    clock: &ShiftedClock,
    settings: &BTreeMap<String, Json>,
    holders: &Holders,
) -> (Arc<Runtime>, Store) {
    let chosen = PluginPolicy {
        settings: settings.clone(),
        ..PluginPolicy::default()
    };
    let policy = Policy {
        plugins: vec![(quota(), chosen)],
        guilds: BTreeMap::new(),
    };
    let clock: Arc<ShiftedClock> = Arc::new(clock.clone());
    let file = folder.join("muster.db");
    let store = Store::open(&file, Durability::Process, clock.clone(), policy)
        .await
        .expect("opens");
    let known = Arc::new(Known(Arc::clone(holders)));
    let ports = Ports {
        store: store.clone(),
        directory: known.clone(),
        lookups: known,
        clock,
    };
    // Compiled plugins outlive a test: compiling them is not what is tested here.
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
    let settings = Settings {
        cache: Some(cache),
        ..Settings::default()
    };
    let runtime = Runtime::new(ports, settings).expect("starts");
    let built_in = muster_builtin::PLUGINS
        .iter()
        .find(|plugin| plugin.name == "quota");
    let wasm = built_in.expect("it is built in").wasm.to_vec();
    let plugin = runtime
        .load(wasm, PluginOptions::default())
        .await
        .expect("loads");
    runtime.install(plugin).await.expect("installs");
    (runtime, store)
}

/// What is known of Discord.
struct Known(Holders);

impl Directory for Known {
    fn guild(&self, id: GuildId) -> Option<Arc<GuildSnapshot>> {
        let role = |name: &str, position| Role {
            name: name.into(),
            position,
            permissions: Permissions::VIEW_CHANNEL
                | Permissions::SEND_MESSAGES
                | Permissions::EMBED_LINKS,
            managed: false,
        };
        let channel = |name: &str| Channel {
            name: name.into(),
            kind: ChannelKind::Text,
            parent: None,
            overwrites: Vec::new(),
        };
        let role_id = |raw| RoleId::new(raw).expect("not 0");
        let channel_id = |raw| ChannelId::new(raw).expect("not 0");
        Some(Arc::new(GuildSnapshot {
            id,
            name: "Test".into(),
            owner: UserId::new(99).expect("not 0"),
            roles: [
                (id.everyone(), role("@everyone", 0)),
                (role_id(LEADER), role("Raid Leader", 5)),
                (role_id(VETERAN), role("Veteran Leader", 6)),
            ]
            .into(),
            channels: [
                (channel_id(GENERAL), channel("general")),
                (channel_id(RANKINGS), channel("quota")),
                (channel_id(RANKINGS + 1), channel("quota-new")),
            ]
            .into(),
            bot: UserId::new(BOT).expect("not 0"),
            bot_roles: Vec::new(),
        }))
    }
}

#[async_trait::async_trait]
impl Lookups for Known {
    async fn member(&self, _: GuildId, user: UserId) -> Result<Option<Member>, LookupError> {
        let found = self.0.lock().get(&user.get()).cloned();
        Ok(found.map(|roles| member(user.get(), &roles)))
    }

    async fn search_members(
        &self,
        _: GuildId,
        _: &str,
        _: u16,
    ) -> Result<Vec<Member>, LookupError> {
        Ok(Vec::new())
    }

    async fn role_holders(&self, _: GuildId, role: RoleId) -> Result<Vec<UserId>, LookupError> {
        let holders = self.0.lock();
        let with_role = holders
            .iter()
            .filter(|(_, roles)| roles.contains(&role.get()));
        Ok(with_role
            .filter_map(|(user, _)| UserId::new(*user))
            .collect())
    }
}

fn quota() -> PluginName {
    "quota".parse().expect("a name")
}

fn guild_id(raw: u64) -> GuildId {
    GuildId::new(raw).expect("not 0")
}

fn member(id: u64, roles: &[u64]) -> Member {
    Member {
        user: UserId::new(id).expect("not 0"),
        username: format!("user{id}"),
        display_name: format!("User {id}"),
        is_bot: false,
        roles: roles.iter().filter_map(|role| RoleId::new(*role)).collect(),
        permissions: Permissions::SEND_MESSAGES,
    }
}
