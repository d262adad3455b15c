//! One shard: connecting, and connecting again, without ever running away.
//!
//! serenity's `ShardRunner` speaks the protocol; when to begin a session is decided here, because
//! its own manager asks nobody and begins one every five seconds for ever. Each shard lives on a
//! thread of its own: after the close codes 4003, 4010 and 4011 the runner turns in circles on the
//! dead socket and would starve whatever shares a thread with it. A watch on the host's side notices
//! that no session came and lets the runner stumble over the socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use muster_core::Timestamp;
use muster_core::clock::SharedClock;
use serenity::gateway::{
    CollectorCallback, ConnectionStage, GatewayError as TheirError, Shard, ShardManager,
    ShardManagerOptions, ShardMessenger, ShardRunner, ShardRunnerInfo, ShardRunnerOptions,
};
use serenity::http::{Http, HttpBuilder};
use serenity::model::event::Event as Theirs;
use serenity::model::gateway::{GatewayIntents, ShardInfo};
use serenity::model::id::ShardId;
use serenity::prelude::{RwLock, TypeMap};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, Notify, oneshot, watch};
use tokio::time::{Instant, sleep, timeout};

use super::GatewayError;
use super::budget::IdentifyBudget;
use super::sink::Sink;
use super::status::ShardStatus;
use crate::rest::{BotToken, Rest};

/// Discord lets each bucket of `max_concurrency` begin one session in this time
/// ([Discord Docs/Gateway, "Rate Limiting"](https://discord.com/developers/docs/events/gateway#rate-limiting)).
const BETWEEN_SESSIONS: Duration = Duration::from_secs(5);
/// Longest that a connection may take to open.
const CONNECT: Duration = Duration::from_secs(15);
/// A session that has not come by then is asked about.
const PATIENCE: Duration = Duration::from_secs(6);
/// A shard that heard nothing for this long is dead: two heartbeat intervals (Discord's is 41.25 s).
const SILENCE: Duration = Duration::from_secs(90);
/// Attempts without a session after which Discord is asked whether there are too few shards.
const DOUBTS: u32 = 3;
/// Longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Longest that saying good-bye takes: the runner looks up from its socket every half second.
const FAREWELL: Duration = Duration::from_millis(900);

/// When the next session of one concurrency bucket may begin.
pub(super) type Turnstile = Arc<Mutex<Option<Timestamp>>>;

/// What one shard needs.
pub(super) struct ShardTask {
    pub number: u32,
    pub total: u32,
    pub token: BotToken,
    pub url: String,
    pub intents: GatewayIntents,
    pub has_members: Arc<AtomicBool>,
    pub turnstile: Turnstile,
    pub budget: Arc<dyn IdentifyBudget>,
    pub rest: Rest,
    pub sink: Arc<Sink>,
    pub status: Arc<ShardStatus>,
    pub clock: SharedClock,
    /// The host's runtime: what it owns (connections, pools) is used there.
    pub host: Handle,
    pub stop: watch::Receiver<bool>,
    /// Counts up while the thread gets round to it.
    pub ticks: Arc<AtomicU64>,
}

/// How a session ended.
enum Ended {
    /// Begin another.
    Again,
    /// The host is ending.
    Stopped,
}

impl ShardTask {
    /// Runs on a thread of its own until stopped or beyond help; `ended` hears why.
    pub(super) fn spawn(self, ended: oneshot::Sender<GatewayError>) -> std::io::Result<()> {
        std::thread::Builder::new()
            .name(format!("gateway-{}", self.number))
            .spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                let result = match runtime {
                    Ok(runtime) => runtime.block_on(self.run()),
                    Err(error) => Err(GatewayError::Thread(error)),
                };
                if let Err(error) = result {
                    // Nobody listens if the host is ending.
                    let _ = ended.send(error);
                }
            })
            .map(drop)
    }

    async fn run(mut self) -> Result<(), GatewayError> {
        let _ticking = AbortOnDrop(tokio::spawn(tick(self.ticks.clone())).abort_handle());
        let http = Arc::new(
            HttpBuilder::new(self.token.secret())
                .ratelimiter_disabled(true)
                .build(),
        );
        let inert = InertManager::new(self.intents, http.clone());
        let mut fruitless = 0_u32;
        loop {
            let ended = self.session(&inert, &http).await;
            let was_ready = self.status.is_ready();
            self.status.set_ready(false);
            match ended {
                Ok(Ended::Stopped) => return Ok(()),
                Ok(Ended::Again) => {}
                Err(GatewayError::MembersIntent)
                    if self.intents.contains(GatewayIntents::GUILD_MEMBERS) =>
                {
                    self.give_up_members();
                    continue;
                }
                Err(error) => return Err(error),
            }
            fruitless = if was_ready { 0 } else { fruitless + 1 };
            if fruitless >= DOUBTS {
                self.check_shard_count().await?;
            }
            let pause = (BETWEEN_SESSIONS * (1 << fruitless.min(6))).min(LONGEST_PAUSE);
            if fruitless > 0 {
                tracing::warn!(
                    shard = self.number,
                    fruitless,
                    pause_s = pause.as_secs(),
                    "no session came; trying again in {} s",
                    pause.as_secs()
                );
                if self.unless_stopped(self.clock.sleep(pause)).await.is_none() {
                    return Ok(());
                }
            }
        }
    }

    /// Waits for `work`, but `None` as soon as the host is ending.
    async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut stop = self.stop.clone();
        tokio::select! {
            done = work => Some(done),
            // Also when the host is gone without a word.
            _ = stop.wait_for(|stopped| *stopped) => None,
        }
    }

    /// Everything else works without it; what needs it says so.
    fn give_up_members(&mut self) {
        tracing::warn!(
            "Discord refuses the intent Server Members: switch it on in the Developer Portal under \
             Bot, Privileged Gateway Intents. The bot goes on without it; what follows members' \
             roles live is off"
        );
        self.intents.remove(GatewayIntents::GUILD_MEMBERS);
        self.has_members.store(false, Ordering::Relaxed);
    }

    /// If Discord wants more shards than there are, no attempt will ever succeed (close code 4011).
    async fn check_shard_count(&self) -> Result<(), GatewayError> {
        let rest = self.rest.clone();
        let asked = self
            .host
            .spawn(async move { rest.gateway_bot().await })
            .await;
        match asked {
            Ok(Ok(gateway)) if gateway.shards > self.total => Err(GatewayError::MoreShards {
                wanted: gateway.shards,
                total: self.total,
            }),
            _ => Ok(()),
        }
    }

    /// One session, from the connection to its end.
    async fn session(&self, inert: &InertManager, http: &Arc<Http>) -> Result<Ended, GatewayError> {
        let Some(mut next) = self.unless_stopped(self.turnstile.lock()).await else {
            return Ok(Ended::Stopped);
        };
        if let Some(at) = *next
            && self
                .unless_stopped(self.clock.sleep_until(at))
                .await
                .is_none()
        {
            return Ok(Ended::Stopped);
        }
        let url = Arc::new(Mutex::new(self.url.clone()));
        let info = ShardInfo {
            id: ShardId(self.number),
            total: self.total,
        };
        let connecting = Shard::new(url.clone(), self.token.secret(), info, self.intents, None);
        let shard = match self.unless_stopped(timeout(CONNECT, connecting)).await {
            None => return Ok(Ended::Stopped),
            Some(Ok(Ok(shard))) => shard,
            Some(Ok(Err(error))) => {
                tracing::warn!(shard = self.number, %error, "cannot connect to Discord's gateway");
                return Ok(Ended::Again);
            }
            Some(Err(_)) => {
                tracing::warn!(
                    shard = self.number,
                    "Discord's gateway does not open in time"
                );
                return Ok(Ended::Again);
            }
        };
        // From here on one IDENTIFY is spent.
        let (budget, shard_number, now) = (self.budget.clone(), self.number, self.clock.now());
        if !self
            .host
            .spawn(async move { budget.take(shard_number, now).await })
            .await
            .unwrap_or(false)
        {
            return Err(GatewayError::TooManySessions);
        }
        self.status.count_session();
        *next = Some(self.clock.now().plus(BETWEEN_SESSIONS));
        drop(next);

        let mut runner = inert.runner(shard, http.clone());
        let messenger = ShardMessenger::new(&runner);
        messenger.add_collector(self.collector(url.clone()));
        inert.watch(self.number, messenger.clone()).await;
        self.sink
            .heard_at_ms
            .store(self.clock.now().as_ms(), Ordering::Relaxed);
        let given_up = Arc::new(Notify::new());
        let watch = self.host.spawn(look_after(
            self.sink.clone(),
            self.status.clone(),
            self.ticks.clone(),
            inert.manager.clone(),
            messenger.clone(),
            given_up.clone(),
        ));
        let _watch = AbortOnDrop(watch.abort_handle());
        let running = runner.run();
        tokio::pin!(running);
        let ended = tokio::select! {
            ended = self.unless_stopped(&mut running) => ended,
            () = given_up.notified() => return Ok(Ended::Again),
        };
        match ended {
            Some(Err(serenity::Error::Gateway(error))) => Err(refused(&error)),
            Some(_) => Ok(Ended::Again),
            None => {
                // The bot goes offline at once, and the runner finds no address to return to.
                let _nowhere = url.lock().await;
                messenger.shutdown_clean();
                let _ = timeout(FAREWELL, running).await;
                Ok(Ended::Stopped)
            }
        }
    }

    /// What hears every event, in order, on the shard's thread.
    fn collector(&self, url: Arc<Mutex<String>>) -> CollectorCallback {
        let sink = self.sink.clone();
        let base = self.rest.base().clone();
        CollectorCallback(Box::new(move |event: &Theirs| {
            if let Theirs::Ready(event) = event {
                // serenity would go on with the first address; Discord asks for this one.
                let resume = &event.ready.resume_gateway_url;
                match base.check_gateway(resume) {
                    Ok(()) => {
                        if let Ok(mut url) = url.try_lock() {
                            url.clone_from(resume);
                        }
                    }
                    Err(error) => tracing::warn!(%error, "the address to resume at is not used"),
                }
            }
            sink.take(event);
            true
        }))
    }
}

struct AbortOnDrop(tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

const fn refused(error: &TheirError) -> GatewayError {
    match error {
        TheirError::InvalidAuthentication => GatewayError::Token,
        TheirError::DisallowedGatewayIntents => GatewayError::MembersIntent,
        _ => GatewayError::Intents,
    }
}

async fn tick(ticks: Arc<AtomicU64>) {
    loop {
        sleep(Duration::from_secs(1)).await;
        ticks.fetch_add(1, Ordering::Relaxed);
    }
}

/// Looks after a runner from outside its thread.
async fn look_after(
    sink: Arc<Sink>,
    status: Arc<ShardStatus>,
    ticks: Arc<AtomicU64>,
    manager: Arc<ShardManager>,
    messenger: ShardMessenger,
    given_up: Arc<Notify>,
) {
    let began = Instant::now();
    let mut heard = Instant::now();
    let mut last_event = sink.heard_at_ms.load(Ordering::Relaxed);
    let mut last_tick = ticks.load(Ordering::Relaxed);
    loop {
        sleep(PATIENCE / 2).await;
        let latency = {
            let runners = manager.runners.lock().await;
            runners
                .get(&ShardId(sink.number))
                .and_then(|info| info.latency)
        };
        let event = sink.heard_at_ms.load(Ordering::Relaxed);
        if status.set_latency(latency) || event != last_event {
            heard = Instant::now();
            last_event = event;
        }
        let tick = ticks.load(Ordering::Relaxed);
        let is_stuck = std::mem::replace(&mut last_tick, tick) == tick;
        let is_overdue = !status.is_ready() && began.elapsed() >= PATIENCE;
        if is_stuck || is_overdue || heard.elapsed() >= SILENCE / 2 {
            // A heartbeat does no harm on a live connection at any stage; on a dead one sending
            // fails, and with it the runner ends.
            messenger.websocket_message(r#"{"op":1,"d":null}"#.into());
        }
        if heard.elapsed() >= SILENCE {
            tracing::warn!(
                shard = sink.number,
                "nothing was heard of Discord for {} s",
                SILENCE.as_secs()
            );
            given_up.notify_one();
        }
    }
}

/// A manager that manages nothing: a runner wants one to report to and to be restarted by, but when
/// to begin a session is ours to say.
struct InertManager {
    manager: Arc<ShardManager>,
    data: Arc<RwLock<TypeMap>>,
    /// Held for ever: whatever the manager would start waits here.
    _closed: tokio::sync::OwnedMutexGuard<String>,
    _returned: serenity::futures::channel::mpsc::UnboundedReceiver<Result<(), TheirError>>,
}

impl InertManager {
    fn new(intents: GatewayIntents, http: Arc<Http>) -> Self {
        let nowhere = Arc::new(Mutex::new(String::new()));
        let closed = nowhere
            .clone()
            .try_lock_owned()
            .expect("nobody else knows of it yet");
        let data = Arc::new(RwLock::new(TypeMap::new()));
        let (manager, returned) = ShardManager::new(ShardManagerOptions {
            data: data.clone(),
            event_handlers: vec![],
            raw_event_handlers: vec![],
            shard_index: 0,
            shard_init: 0,
            shard_total: 0,
            ws_url: nowhere,
            http,
            intents,
            presence: None,
        });
        Self {
            manager,
            data,
            _closed: closed,
            _returned: returned,
        }
    }

    fn runner(&self, shard: Shard, http: Arc<Http>) -> ShardRunner {
        ShardRunner::new(ShardRunnerOptions {
            data: self.data.clone(),
            event_handlers: vec![],
            raw_event_handlers: vec![],
            manager: self.manager.clone(),
            shard,
            http,
        })
    }

    /// Lets the runner report its latency, and end without waiting for its own shutdown.
    async fn watch(&self, number: u32, messenger: ShardMessenger) {
        let info = ShardRunnerInfo {
            latency: None,
            runner_tx: messenger,
            stage: ConnectionStage::Handshake,
        };
        self.manager
            .runners
            .lock()
            .await
            .insert(ShardId(number), info);
        self.manager.shutdown_finished(ShardId(number));
    }
}
