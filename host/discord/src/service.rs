//! The Discord side, put together: connected, answering, carrying out, keeping panels.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use muster_core::answer::Answer;
use muster_core::effect::Emitted;
use muster_core::interaction::Event;
use muster_core::ports::{Lookups, Plugins};
use muster_core::{GuildId, Timestamp};
use muster_store::{Store, StoreError};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::commands::{BOT_LOG, HostCommands};
use crate::gateway::{
    Gateway, GatewayConfig, GatewayError, GuildDirectory, IdentifyBudget, Incoming, Unsupported,
};
use crate::host_events;
use crate::identity::{Identity, SharedIdentity};
use crate::interactions::Interactions;
use crate::outbox::{Outbox, OwnerNotice};
use crate::panels::PanelKeeper;
use crate::registrar::{Registrar, command_set};
use crate::rest::{Priority, Rest};

/// How long the gateway may take to say goodbye.
const CLOSE_WITHIN: Duration = Duration::from_secs(3);

/// How often the database is swept.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// Discord begins one session in this time
/// ([Discord Docs/Gateway, "Rate Limiting"](https://discord.com/developers/docs/events/gateway#sharding-max-concurrency)).
const BETWEEN_SESSIONS: Duration = Duration::from_secs(5);

/// Pauses between attempts to reach a Discord that does not answer at the start: the first, and the longest.
const RECONNECT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// What the Discord side is made of.
pub struct Parts {
    /// The way to Discord's REST API.
    pub rest: Rest,
    /// How to connect to the gateway.
    pub gateway: GatewayConfig,
    /// The database. Its feeds must not have been taken.
    pub store: Store,
    /// The plugins.
    pub plugins: Arc<dyn Plugins>,
    /// The guilds; the gateway fills it.
    pub directory: Arc<GuildDirectory>,
    /// What has to be asked of Discord.
    pub lookups: Arc<dyn Lookups>,
}

/// Why the Discord side did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The gateway.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store's feeds have another taker.
    #[error("the store's feeds were taken before: one store serves one host")]
    FeedsTaken,
}

/// The running Discord side.
pub struct Discord {
    gateway: Gateway,
    shared: Arc<Shared>,
    tasks: JoinSet<()>,
}

struct Shared {
    rest: Rest,
    store: Store,
    plugins: Arc<dyn Plugins>,
    identity: SharedIdentity,
    commands: HostCommands,
    registrar: Registrar,
    panels: PanelKeeper,
    interactions: Interactions,
    owner_notices: mpsc::UnboundedSender<OwnerNotice>,
    /// Whose turn it is to tell Discord the commands of a guild.
    registering: Mutex<HashMap<GuildId, Arc<tokio::sync::Mutex<()>>>>,
    /// Guilds that READY named and that have not been set up yet; `None` before the first READY.
    awaited: Mutex<Option<HashSet<GuildId>>>,
    is_ready: watch::Sender<bool>,
}

impl Discord {
    /// Connects and begins to serve.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn start(parts: Parts) -> Result<Self, StartError> {
        let Parts {
            rest,
            gateway,
            store,
            plugins,
            directory,
            lookups,
        } = parts;
        let feeds = store.take_feeds().ok_or(StartError::FeedsTaken)?;
        let budget = Arc::new(StoredBudget {
            // Discord takes one session in 5 s, whichever process begins it.
            opens_at: store
                .last_session()
                .await?
                .map(|last| last.plus(BETWEEN_SESSIONS)),
            store: store.clone(),
        });
        let members_intent = gateway.members_intent;
        let (gateway, incoming) = connect(&gateway, &rest, budget, &directory).await?;
        let status = gateway.status();
        let heartbeat = move || status.shards().into_iter().find_map(|shard| shard.latency);
        let (switched, guilds_switched) = mpsc::unbounded_channel();
        let commands = HostCommands::new(Arc::new(heartbeat), members_intent, switched);
        let identity = SharedIdentity::default();
        let (owner_notices, notices) = mpsc::unbounded_channel();
        let (outcomes, ready_outcomes) = mpsc::unbounded_channel();
        let panels = PanelKeeper::start(
            rest.clone(),
            store.clone(),
            plugins.clone(),
            directory.clone(),
            identity.clone(),
            feeds.panels,
            owner_notices.clone(),
        )
        .await?;
        let interactions = Interactions::new(
            rest.clone(),
            store.clone(),
            plugins.clone(),
            directory.clone(),
            panels.clone(),
            identity.clone(),
            commands.clone(),
        );
        let outbox = Outbox::new(
            rest.clone(),
            store.clone(),
            directory.clone(),
            lookups,
            panels.clone(),
            outcomes,
            owner_notices.clone(),
        );
        let shared = Arc::new(Shared {
            registrar: Registrar::new(rest.clone(), store.clone()),
            rest,
            store,
            plugins,
            identity,
            commands,
            panels,
            interactions: interactions.clone(),
            owner_notices,
            registering: Mutex::default(),
            awaited: Mutex::new(None),
            is_ready: watch::Sender::new(false),
        });
        let mut tasks = JoinSet::new();
        tasks.spawn(outbox.run(feeds.outbox));
        tasks.spawn(Arc::clone(&shared).listen(incoming));
        tasks.spawn(Arc::clone(&shared).notify_owners(notices));
        tasks.spawn(give_outcomes(interactions, ready_outcomes));
        tasks.spawn(Arc::clone(&shared).sweep_now_and_then());
        tasks.spawn(Arc::clone(&shared).register_after_switches(guilds_switched));
        Ok(Self {
            gateway,
            shared,
            tasks,
        })
    }

    /// Tells a guild's owner something, in the channel `bot_log`.
    pub fn owner_notices(&self) -> impl Fn(GuildId, String) + Send + Sync + use<> {
        let notices = self.shared.owner_notices.clone();
        move |guild, text| {
            // The receiver lives as long as the service.
            let _ = notices.send(OwnerNotice { guild, text });
        }
    }

    /// Turns true once the bot is connected, and every guild of the first session is set up.
    pub fn readiness(&self) -> watch::Receiver<bool> {
        self.shared.is_ready.subscribe()
    }

    /// Completes when the gateway is beyond help, or Discord refused the token.
    pub async fn ended(&mut self) -> Option<GatewayError> {
        tokio::select! {
            end = self.gateway.ended() => end,
            () = self.shared.rest.until_unauthorized() => Some(GatewayError::Token),
        }
    }

    /// Disconnects and writes what is to be written. What is queued waits in the database.
    pub async fn stop(mut self) {
        self.gateway.stop();
        let closed = async { while self.gateway.ended().await.is_some() {} };
        if tokio::time::timeout(CLOSE_WITHIN, closed).await.is_err() {
            tracing::warn!("the gateway did not close in time");
        }
        self.shared.panels.shutdown().await;
        self.tasks.shutdown().await;
        self.shared.store.flush_marks().await;
    }
}

/// Connects, and waits for a Discord that is not there yet.
async fn connect(
    config: &GatewayConfig,
    rest: &Rest,
    budget: Arc<StoredBudget>,
    directory: &Arc<GuildDirectory>,
) -> Result<(Gateway, mpsc::UnboundedReceiver<Incoming>), GatewayError> {
    let (mut pause, longest) = RECONNECT;
    loop {
        let attempt = Gateway::connect(
            config.clone(),
            rest.clone(),
            budget.clone(),
            directory.clone(),
        );
        match attempt.await {
            Err(GatewayError::Ask(error)) if error.is_temporary() => {
                tracing::warn!(%error, "Discord cannot be reached; trying again in {} s", pause.as_secs());
                rest.clock().sleep(pause).await;
                pause = (pause * 2).min(longest);
            }
            ended => return ended,
        }
    }
}

/// The count of sessions, kept in the database so that a crash loop cannot forget it.
struct StoredBudget {
    store: Store,
    /// When the first session of this process may begin.
    opens_at: Option<Timestamp>,
}

#[async_trait]
impl IdentifyBudget for StoredBudget {
    async fn take(&self, shard: u32, now: Timestamp) -> bool {
        let clock = self.store.clock();
        if let Some(opens_at) = self
            .opens_at
            .filter(|opens_at| *opens_at <= now.plus(BETWEEN_SESSIONS))
        {
            clock.sleep_until(opens_at).await;
        }
        match self.store.take_session(shard, clock.now()).await {
            Ok(taken) => taken,
            Err(error) => {
                tracing::error!(%error, "sessions cannot be counted; none is begun");
                false
            }
        }
    }
}

async fn give_outcomes(
    interactions: Interactions,
    mut ready: mpsc::UnboundedReceiver<crate::outbox::OutcomeReady>,
) {
    while let Some(ready) = ready.recv().await {
        let interactions = interactions.clone();
        tokio::spawn(async move { interactions.outcome(ready).await });
    }
}

impl Shared {
    async fn listen(self: Arc<Self>, mut incoming: mpsc::UnboundedReceiver<Incoming>) {
        while let Some(incoming) = incoming.recv().await {
            match incoming {
                Incoming::Event(Event::Interaction(interaction)) => {
                    let interactions = self.interactions.clone();
                    tokio::spawn(async move { interactions.handle(*interaction).await });
                }
                Incoming::Event(event) => self.take(event).await,
                Incoming::Unsupported(direct) => {
                    let this = Arc::clone(&self);
                    tokio::spawn(async move { this.decline(direct).await });
                }
            }
        }
    }

    async fn take(self: &Arc<Self>, event: Event) {
        match event {
            Event::Interaction(_) => {}
            Event::Ready {
                application,
                bot,
                guilds,
                first,
            } => {
                self.identity.get_or_init(|| Identity { application, bot });
                if first {
                    self.begin(guilds).await;
                }
            }
            Event::GuildAvailable(guild) => {
                let this = Arc::clone(self);
                tokio::spawn(async move { this.guild_available(guild.id, &guild.name).await });
            }
            Event::GuildUnavailable(guild) => {
                tracing::warn!(guild.id = %guild, "a guild cannot be reached for now");
            }
            Event::GuildRemoved(guild) => {
                if let Err(error) = self.store.guild_left(guild).await {
                    tracing::error!(%error, "a guild that was left could not be noted");
                }
            }
            Event::GuildChanged { guild, name, .. } => {
                if let Err(error) = self.store.guild_present(guild, &name).await {
                    tracing::error!(%error, "a guild's name could not be noted");
                }
            }
            Event::RoleDeleted(guild, role) => {
                self.tell_plugins(guild, "role.deleted", json!({ "role_id": role }))
                    .await;
            }
            Event::ChannelDeleted(guild, channel) => {
                self.panels.channel_deleted(guild, channel);
                self.tell_plugins(guild, "channel.deleted", json!({ "channel_id": channel }))
                    .await;
            }
            Event::MessageDeleted(guild, channel, message) => {
                self.panels.message_deleted(guild, channel, message);
            }
            Event::MemberJoined(guild, user) => {
                self.tell_plugins(guild, "member.joined", json!({ "user_id": user }))
                    .await;
            }
            Event::MemberLeft(guild, user) => {
                self.tell_plugins(guild, "member.left", json!({ "user_id": user }))
                    .await;
            }
            Event::MemberRoles(guild, user, roles) => {
                let body = json!({ "user_id": user, "role_ids": roles });
                self.tell_plugins(guild, "member.roles-changed", body).await;
            }
            // The directory has taken these.
            Event::RolePut(..) | Event::ChannelPut(..) | Event::BotRoles(..) => {}
        }
    }

    /// The process's first session: what an earlier process owed is paid first.
    async fn begin(&self, guilds: Vec<GuildId>) {
        if let Err(error) = self.interactions.recover().await {
            tracing::error!(%error, "what an earlier process left unanswered cannot be read");
        }
        let nobody = guilds.is_empty();
        *self.awaited.lock() = Some(guilds.into_iter().collect());
        if nobody {
            self.is_ready.send_replace(true);
        }
    }

    async fn guild_available(&self, guild: GuildId, name: &str) {
        match self.store.guild_present(guild, name).await {
            Ok(true) => tracing::info!(guild.id = %guild, "joined a guild"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "a guild could not be noted"),
        }
        self.register_commands(guild).await;
        self.tell_plugins(guild, "guild.returned", json!({})).await;
        if *self.is_ready.borrow() {
            // Not the first time: what happened while the connection was gone was never told.
            for manifest in self.plugins.installed().iter() {
                self.panels.plugin_refresh_all(guild, &manifest.name);
            }
        }
        let mut awaited = self.awaited.lock();
        if let Some(waiting) = awaited.as_mut()
            && waiting.remove(&guild)
            && waiting.is_empty()
        {
            self.is_ready.send_replace(true);
        }
    }

    /// Tells Discord of the guild's commands, if that changed.
    async fn register_commands(&self, guild: GuildId) {
        let Some(identity) = self.identity.get() else {
            return;
        };
        // One after another in each guild, so that what is told last is what holds: the configuration is
        // read once the earlier registration is through.
        let turn = Arc::clone(self.registering.lock().entry(guild).or_default());
        let _turn = turn.lock().await;
        let config = match self.store.guild_config(guild).await {
            Ok(config) => config,
            Err(error) => {
                tracing::error!(%error, "the guild's configuration cannot be read");
                return;
            }
        };
        let installed = self.plugins.installed();
        let own = self.commands.specs(&installed, &config);
        let set = command_set(&own, &installed, &config);
        match self
            .registrar
            .register(identity.application, guild, set)
            .await
        {
            Ok(problems) => {
                for text in problems {
                    // The receiver lives as long as the service.
                    let _ = self.owner_notices.send(OwnerNotice { guild, text });
                }
            }
            Err(error) => {
                tracing::error!(guild.id = %guild, %error, "the guild's commands could not be registered");
            }
        }
    }

    /// Whose plugins were switched has other commands from now on.
    async fn register_after_switches(
        self: Arc<Self>,
        mut guilds: mpsc::UnboundedReceiver<GuildId>,
    ) {
        while let Some(guild) = guilds.recv().await {
            let this = Arc::clone(&self);
            // One guild's trouble with Discord does not hold up another's.
            tokio::spawn(async move { this.register_commands(guild).await });
        }
    }

    async fn tell_plugins(&self, guild: GuildId, topic: &str, body: Value) {
        let event = Emitted {
            topic: topic.into(),
            body,
        };
        host_events::emit(&self.store, self.plugins.as_ref(), guild, &event).await;
    }

    /// Says that the bot works in servers only.
    async fn decline(&self, direct: Unsupported) {
        let text = "This works in a server only. Use it there.";
        let Answer::Message { mut body, .. } = Answer::tell(text) else {
            return;
        };
        body["flags"] = json!(64);
        let is_typing = direct.origin == muster_core::call::Origin::Autocomplete;
        let callback = match is_typing {
            true => json!({ "type": 8, "data": { "choices": [] } }),
            false => json!({ "type": 4, "data": body }),
        };
        let within = Duration::from_secs(2);
        if let Err(error) = self
            .rest
            .answer(direct.id, &direct.token, &callback, within)
            .await
        {
            tracing::warn!(%error, "somebody outside a server could not be answered");
        }
    }

    /// Lets the database forget what nobody can need any more.
    async fn sweep_now_and_then(self: Arc<Self>) {
        loop {
            self.store.clock().sleep(SWEEP_EVERY).await;
            if let Err(error) = self.store.sweep().await {
                tracing::warn!(%error, "what is no longer needed could not be swept out");
            }
        }
    }

    /// What needs a guild owner's attention goes to the channel `bot_log`, where one is mapped.
    async fn notify_owners(self: Arc<Self>, mut notices: mpsc::UnboundedReceiver<OwnerNotice>) {
        while let Some(notice) = notices.recv().await {
            tracing::warn!(guild.id = %notice.guild, "{}", notice.text);
            let Ok(config) = self.store.guild_config(notice.guild).await else {
                continue;
            };
            let Some(channel) = config.channels.get(BOT_LOG) else {
                continue;
            };
            let text: String = format!("⚠️ {}", notice.text).chars().take(2000).collect();
            let message = json!({ "content": text, "allowed_mentions": { "parse": [] } });
            let sent =
                self.rest
                    .create_message(*channel, &message, None, Vec::new(), Priority::Message);
            if let Err(error) = sent.await {
                tracing::warn!(%error, "the owner could not be told");
            }
        }
    }
}
