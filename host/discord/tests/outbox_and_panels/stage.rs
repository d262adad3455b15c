//! A guild in the simulator, a plugin whose views tests write, and the outbox and keeper of a process
//! that can be restarted or killed.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use muster_core::answer::Answer;
use muster_core::call::{Call, CallOutcome, Cause, InteractionRef, Origin};
use muster_core::clock::{Clock, SharedClock, Sleep, Timestamp};
use muster_core::effect::{Action, Effect, PanelChange, PanelPlace, WhenDeleted};
use muster_core::guild_config::{PluginPolicy, Policy};
use muster_core::ids::{ApplicationId, ChannelId, GuildId, InteractionId, MessageId, UserId};
use muster_core::interaction::{Event, Interaction};
use muster_core::ports::{Lookups, Plugins};
use muster_core::{Address, Manifest, PluginName};
use muster_discord::gateway::{ForgetfulBudget, Gateway, GatewayConfig};
use muster_discord::identity::{Identity, SharedIdentity};
use muster_discord::outbox::{Outbox, OutboxStop, OutcomeReady, OwnerNotice};
use muster_discord::panels::PanelKeeper;
use muster_discord::{ApiBase, BotToken, GuildDirectory, Incoming, Rest, RestLookups};
use muster_playground::{
    ChannelSpec, Config, GuildHandle, GuildSpec, MemberSpec, Message, Playground, RequestEntry,
    RoleSpec,
};
use muster_store::{Committed, Durability, Record, Store};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::task::JoinHandle;

pub const EDIT: &str = "PATCH /channels/{channel.id}/messages/{message.id}";
pub const POST: &str = "POST /channels/{channel.id}/messages";

/// How long a test waits in real time before it says that something does not happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// The playground's clock as the host's.
struct Followed(muster_playground::Clock);

impl Clock for Followed {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(self.0.now())
    }

    fn sleep_until(&self, at: Timestamp) -> Sleep {
        let clock = self.0.clone();
        Box::pin(async move { clock.sleep_until(at.as_ms()).await })
    }
}

/// A plugin whose views the test writes.
#[derive(Default)]
pub struct Views {
    shown: Mutex<HashMap<String, Result<Value, CallOutcome>>>,
    drawn: AtomicU64,
    manifest: Mutex<Option<Arc<Manifest>>>,
}

impl Views {
    /// From now on this panel shows a text and a button.
    pub fn show(&self, panel: &str, text: &str) {
        let button = json!({ "type": 2, "style": 1, "label": "Join", "custom_id": "notes:join" });
        let view = json!({
            "content": text,
            "embeds": [],
            "components": [{ "type": 1, "components": [button] }],
            "allowed_mentions": { "parse": [] },
        });
        self.shown.lock().insert(panel.to_owned(), Ok(view));
    }

    pub fn break_view(&self, panel: &str) {
        let failed = CallOutcome::Failed {
            reference: "7K2Q4".into(),
        };
        self.shown.lock().insert(panel.to_owned(), Err(failed));
    }

    pub fn remove(&self, panel: &str) {
        self.shown.lock().remove(panel);
    }

    pub fn drawn(&self) -> u64 {
        self.drawn.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Plugins for Views {
    fn installed(&self) -> Arc<Vec<Arc<Manifest>>> {
        Arc::new(self.manifest.lock().iter().cloned().collect())
    }

    async fn call(&self, _call: Call) -> CallOutcome {
        CallOutcome::Busy
    }

    async fn suggest(&self, _call: Call) -> Result<Value, CallOutcome> {
        Err(CallOutcome::Busy)
    }

    async fn render(
        &self,
        _guild: GuildId,
        _plugin: &PluginName,
        panel: &str,
    ) -> Result<Option<Value>, CallOutcome> {
        self.drawn.fetch_add(1, Ordering::Relaxed);
        self.shown.lock().get(panel).cloned().transpose()
    }
}

/// What a process of the host holds.
pub struct Process {
    pub store: Store,
    pub keeper: PanelKeeper,
    outbox: JoinHandle<()>,
    stop: OutboxStop,
    pub outcomes: UnboundedReceiver<OutcomeReady>,
    pub notices: UnboundedReceiver<OwnerNotice>,
}

pub struct Stage {
    pub playground: Playground,
    pub guild: GuildHandle,
    pub rest: Rest,
    pub views: Arc<Views>,
    pub plugin: PluginName,
    pub process: Process,
    directory: Arc<GuildDirectory>,
    identity: SharedIdentity,
    incoming: UnboundedReceiver<Incoming>,
    folder: tempfile::TempDir,
    is_on: bool,
    acts: u64,
    _gateway: Gateway,
}

fn spec() -> GuildSpec {
    let role = |name: &str| RoleSpec {
        name: name.into(),
        ..RoleSpec::default()
    };
    let channel = |name: &str| ChannelSpec {
        name: name.into(),
        ..ChannelSpec::default()
    };
    let member = |name: &str, role: &str| MemberSpec {
        name: name.into(),
        roles: if role.is_empty() {
            Vec::new()
        } else {
            vec![role.into()]
        },
        ..MemberSpec::default()
    };
    GuildSpec {
        roles: vec![role("Officer"), role("Organizer"), role("Muted")],
        channels: vec![channel("board"), channel("log"), channel("other")],
        members: vec![
            member("Ann", "Organizer"),
            member("Ben", ""),
            member("Dan", "Officer"),
        ],
        ..GuildSpec::named("Garden Club")
    }
}

impl Stage {
    pub async fn new() -> Self {
        Self::with(Config::default()).await
    }

    pub async fn with(config: Config) -> Self {
        let playground = Playground::start(config).await.expect("starts");
        let guild = playground.add_guild(&spec()).expect("a guild");
        let base = ApiBase::parse(&playground.api_url()).expect("loopback");
        let clock: SharedClock = Arc::new(Followed(playground.clock().clone()));
        let token = BotToken::new(playground.token());
        let rest = Rest::new(base, &token, clock.clone()).expect("starts");
        let directory = Arc::new(GuildDirectory::default());
        let budget = Arc::new(ForgetfulBudget::new(500));
        let config = GatewayConfig::new(token);
        let (gateway, mut incoming) =
            Gateway::connect(config, rest.clone(), budget, directory.clone())
                .await
                .expect("connects");
        let identity = SharedIdentity::default();
        let is_there = async {
            loop {
                match incoming.recv().await.expect("the gateway lives") {
                    Incoming::Event(Event::Ready {
                        application, bot, ..
                    }) => {
                        identity.get_or_init(|| Identity { application, bot });
                    }
                    Incoming::Event(Event::GuildAvailable(_)) => return,
                    _ => {}
                }
            }
        };
        tokio::time::timeout(PATIENCE, is_there)
            .await
            .expect("the guild is there");
        let views = Arc::new(Views::default());
        let manifest = json!({
            "name": "notes", "version": "0.1.0", "summary": "s", "subscribes": ["panel.lost"],
        });
        let manifest = Manifest::parse(&manifest.to_string()).expect("a valid manifest");
        *views.manifest.lock() = Some(Arc::new(manifest));
        let folder = tempfile::tempdir().expect("a folder");
        let process = start(&folder, &clock, &rest, &views, &directory, &identity, true).await;
        Self {
            playground,
            guild,
            rest,
            views,
            plugin: "notes".parse().expect("a name"),
            process,
            directory,
            identity,
            incoming,
            folder,
            is_on: true,
            acts: 0,
            _gateway: gateway,
        }
    }

    /// Ends the process in order and begins another on the same database.
    pub async fn restart(&mut self) {
        self.process.stop.stop();
        let ended = tokio::time::timeout(PATIENCE, &mut self.process.outbox).await;
        ended.expect("ends in time").expect("ends in order");
        self.process.keeper.shutdown().await;
        self.process.store.flush_marks().await;
        self.begin().await;
    }

    /// Ends the process where it stands and begins another on the same database.
    pub async fn kill(&mut self) {
        self.process.outbox.abort();
        // It was told to end by nobody.
        drop((&mut self.process.outbox).await);
        self.begin().await;
    }

    /// Begins another process in which the plugin is off.
    pub async fn restart_without_plugin(&mut self) {
        self.is_on = false;
        self.restart().await;
    }

    async fn begin(&mut self) {
        let clock = self.process.store.clock().clone();
        let Self {
            folder,
            rest,
            views,
            directory,
            identity,
            is_on,
            ..
        } = self;
        self.process = start(folder, &clock, rest, views, directory, identity, *is_on).await;
    }

    pub fn guild_id(&self) -> GuildId {
        GuildId::new(self.guild.id().0).expect("not 0")
    }

    pub fn application(&self) -> ApplicationId {
        self.identity.get().expect("connected").application
    }

    pub fn channel(&self, name: &str) -> ChannelId {
        let id = self.guild.channel(name).expect("the guild has it");
        ChannelId::new(id.0).expect("not 0")
    }

    pub fn user(&self, name: &str) -> UserId {
        UserId::new(self.guild.member(name).id().0).expect("not 0")
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_ms(self.playground.clock().now())
    }

    /// Lets time pass at once.
    pub fn pass(&self, span: Duration) {
        self.playground.clock().advance(span);
    }

    /// The messages of a channel, oldest first.
    pub fn messages(&self, channel: ChannelId) -> Vec<Arc<Message>> {
        let mut messages = self
            .guild
            .messages(muster_playground::ChannelId(channel.get()));
        messages.sort_by_key(|message| message.id);
        messages
    }

    pub fn texts(&self, channel: ChannelId) -> Vec<String> {
        self.messages(channel)
            .iter()
            .map(|message| message.content.clone())
            .collect()
    }

    pub fn requests(&self, route: &str) -> Vec<RequestEntry> {
        self.playground.requests_on(route)
    }

    /// An interaction that no database knows yet.
    pub fn reference(&mut self) -> InteractionRef {
        /// First second of 2015, from which Discord counts snowflakes.
        const EPOCH_MS: i64 = 1_420_070_400_000;
        self.acts += 1;
        let since = u64::try_from(self.now().as_ms() - EPOCH_MS).expect("after 2015");
        InteractionRef {
            id: InteractionId::new((since << 22) | self.acts).expect("not 0"),
            token: format!("token{}", self.acts),
            channel: self.channel("board"),
            locale: "en-US".into(),
            origin: Origin::Command,
            private: true,
        }
    }

    /// Commits a call of the plugin.
    pub async fn commit(&mut self, change: impl FnOnce(&mut Record)) {
        let reference = self.reference();
        self.commit_for(reference, change).await;
    }

    pub async fn commit_for(&self, reference: InteractionRef, change: impl FnOnce(&mut Record)) {
        let cause = Cause::Interaction { id: reference.id };
        let mut record = Record::of(cause, self.now());
        record.interaction = Some(reference);
        record.answer = Some(Answer::Nothing);
        change(&mut record);
        let call =
            self.process
                .store
                .begin(self.guild_id(), &self.plugin, muster_store::CallMode::Write);
        let committed = call.commit(record).await.expect("the database works");
        assert_eq!(committed, Committed::Done);
    }

    pub async fn changes(&mut self, panels: impl IntoIterator<Item = PanelChange>) {
        let panels: Vec<_> = panels.into_iter().collect();
        self.commit(|record| record.panels = panels).await;
    }

    pub async fn does(&mut self, actions: impl IntoIterator<Item = Action>) {
        let effects: Vec<_> = actions.into_iter().map(effect).collect();
        self.commit(|record| record.effects = effects).await;
    }

    /// Opens a panel in a channel and waits until it is there.
    pub async fn open(&mut self, name: &str, channel: &str) -> MessageId {
        self.open_with(name, channel, WhenDeleted::Repost).await
    }

    pub async fn open_with(
        &mut self,
        name: &str,
        channel: &str,
        when_deleted: WhenDeleted,
    ) -> MessageId {
        let place = PanelPlace::At(Address::Channel(self.channel(channel)));
        self.changes([open(name, place, when_deleted)]).await;
        let until = self.now().plus(Duration::from_secs(60));
        let keeper = self.process.keeper.clone();
        let posted = keeper
            .posted(self.guild_id(), &self.plugin, name, until)
            .await;
        assert_eq!(posted.problem, None);
        posted.message.expect("it has a message")
    }

    pub async fn refresh(&mut self, name: &str) {
        self.changes([PanelChange::Refresh { name: name.into() }])
            .await;
    }

    /// Waits until a message of the channel shows this text.
    pub async fn sees(&self, channel: ChannelId, text: &str) -> Arc<Message> {
        let channel = muster_playground::ChannelId(channel.get());
        let found = self
            .guild
            .wait_for_message(channel, |message| message.content == text)
            .await;
        found
            .unwrap_or_else(|error| panic!("`{text}` does not come: {error}"))
            .now()
            .expect("there")
    }

    /// Waits until a request fits.
    pub async fn asks(&self, fits: impl Fn(&RequestEntry) -> bool) -> RequestEntry {
        self.playground
            .wait_for_request(fits)
            .await
            .expect("it is asked")
    }

    /// Waits for what nobody announces.
    pub async fn until(&self, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
        let wait = async {
            while !is_so().await {
                tokio::task::yield_now().await;
            }
        };
        if tokio::time::timeout(PATIENCE, wait).await.is_err() {
            panic!("not in time: {what}");
        }
    }

    /// Waits until every planned fault has struck.
    pub async fn until_struck(&self) {
        let faults = self.playground.faults();
        self.until("the fault strikes", async || faults.pending() == 0)
            .await;
    }

    /// Waits until the keeper has made so many edits, and knows it.
    pub async fn until_edited(&self, edits: u64) {
        let keeper = &self.process.keeper;
        self.until("it is edited", async || keeper.stats().edits >= edits)
            .await;
        // What is told to the keeper from here on it hears later.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }

    /// Waits until nothing is left in the outbox.
    pub async fn until_through(&self) {
        let store = &self.process.store;
        self.until("the outbox is empty", async || {
            store.flush_marks().await;
            store
                .pending_outbox()
                .await
                .expect("the database works")
                .is_empty()
        })
        .await;
    }

    pub async fn outcome(&mut self) -> OutcomeReady {
        let ready = tokio::time::timeout(PATIENCE, self.process.outcomes.recv()).await;
        ready.expect("in time").expect("the outbox lives")
    }

    pub async fn notice(&mut self) -> String {
        let told = tokio::time::timeout(PATIENCE, self.process.notices.recv()).await;
        told.expect("in time").expect("somebody may tell").text
    }

    /// The next interaction that the gateway brings.
    pub async fn interaction(&mut self) -> Interaction {
        let wait = async {
            loop {
                let incoming = self.incoming.recv().await.expect("the gateway lives");
                if let Incoming::Event(Event::Interaction(interaction)) = incoming {
                    return *interaction;
                }
            }
        };
        tokio::time::timeout(PATIENCE, wait)
            .await
            .expect("it comes")
    }
}

async fn start(
    folder: &tempfile::TempDir,
    clock: &SharedClock,
    rest: &Rest,
    views: &Arc<Views>,
    directory: &Arc<GuildDirectory>,
    identity: &SharedIdentity,
    is_on: bool,
) -> Process {
    let policy = PluginPolicy {
        enabled: Some(is_on),
        settings: BTreeMap::new(),
    };
    let policy = Policy {
        plugins: vec![("notes".parse().expect("a name"), policy)],
        guilds: BTreeMap::new(),
    };
    let file = folder.path().join("muster.db");
    let store = Store::open(&file, Durability::Process, clock.clone(), policy)
        .await
        .expect("opens");
    let feeds = store.take_feeds().expect("nobody took them");
    let (tell_owner, notices) = mpsc::unbounded_channel();
    let (tell_outcome, outcomes) = mpsc::unbounded_channel();
    let keeper = PanelKeeper::start(
        rest.clone(),
        store.clone(),
        views.clone(),
        directory.clone(),
        identity.clone(),
        feeds.panels,
        tell_owner.clone(),
    )
    .await
    .expect("starts");
    let lookups: Arc<dyn Lookups> = Arc::new(RestLookups::new(rest.clone(), directory.clone()));
    let outbox = Outbox::new(
        rest.clone(),
        store.clone(),
        directory.clone(),
        lookups,
        keeper.clone(),
        tell_outcome,
        tell_owner,
    );
    let stop = outbox.stopper();
    let outbox = tokio::spawn(outbox.run(feeds.outbox));
    Process {
        store,
        keeper,
        outbox,
        stop,
        outcomes,
        notices,
    }
}

pub fn open(name: &str, place: PanelPlace, when_deleted: WhenDeleted) -> PanelChange {
    PanelChange::Open {
        name: name.into(),
        place,
        when_deleted,
        tag: String::new(),
    }
}

pub fn effect(action: Action) -> Effect {
    Effect {
        tag: String::new(),
        actor: None,
        reason: None,
        action,
    }
}

pub fn line(to: Address, text: &str) -> Action {
    Action::LogLine {
        to,
        line: text.into(),
    }
}

pub fn say(to: Address, text: &str, name: Option<&str>) -> Action {
    Action::SendMessage {
        to,
        message: json!({ "content": text, "embeds": [], "components": [] }),
        name: name.map(ToOwned::to_owned),
        files: Vec::new(),
    }
}
