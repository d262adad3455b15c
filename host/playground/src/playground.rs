//! The playground as its users hold it: start it, add guilds, look at what went over the wire.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::clock::Clock;
use crate::config::{Config, Switches};
use crate::control::{Records, TryThis};
use crate::faults::FaultControl;
use crate::guild::GuildHandle;
use crate::id::{ApplicationId, ChannelId, GuildId, MessageId, UserId};
use crate::log::{Counters, FrameEntry, RequestEntry};
use crate::message::MessageHandle;
use crate::model::channel::Channel;
use crate::model::command::Command;
use crate::model::message::Message;
use crate::persona::Persona;
use crate::rate_limit::RateLimits;
use crate::rule::Rule;
use crate::server::{self, Shared, StartError};
use crate::spec::{GuildSpec, MemberSpec, SpecError};
use crate::topic::Topic;
use crate::world::{AuditEntry, World};

/// An offline Discord, running. A cheap handle: clones mean the same one, and it ends when the last
/// of them is gone.
#[derive(Clone)]
pub struct Playground {
    pub(crate) shared: Arc<Shared>,
    /// None of the server's own handle: it must not keep itself alive.
    stop: Option<Arc<Stop>>,
}

/// Ends the server when the last handle is dropped.
struct Stop(watch::Sender<bool>);

impl Drop for Stop {
    fn drop(&mut self) {
        // Nobody listens if the server has ended already.
        let _ = self.0.send(true);
    }
}

impl fmt::Debug for Playground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Playground")
            .field("address", &self.shared.address)
            .finish_non_exhaustive()
    }
}

/// Something that was waited for did not come within `Config::patience` of real time.
#[derive(Debug, thiserror::Error)]
#[error("waited {waited:?} in vain for {what}")]
pub struct TimedOut {
    /// What was waited for.
    pub what: String,
    /// How long.
    pub waited: Duration,
}

impl Playground {
    /// Starts listening on loopback. Needs a tokio runtime.
    ///
    /// # Errors
    /// If the address is not loopback, or the port is taken.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let (sender, stop) = watch::channel(false);
        let shared = server::start(config, stop).await?;
        Ok(Self {
            shared,
            stop: Some(Arc::new(Stop(sender))),
        })
    }

    /// A handle for the server itself, which ends with the last handle of somebody else.
    pub(crate) fn inside(shared: Arc<Shared>) -> Self {
        Self { shared, stop: None }
    }

    /// Ends the server and cuts all connections, also while other handles exist.
    pub fn stop(&self) {
        if let Some(stop) = &self.stop {
            let _ = stop.0.send(true);
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// `http://127.0.0.1:port`, which stands for `https://discord.com`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.shared.address)
    }

    /// Where a browser opens the page. The address holds this start's token: it is a secret.
    pub fn page_url(&self) -> String {
        self.shared.door.url()
    }

    /// The page on [`Config::page_address`], if it is served there; a secret too.
    pub fn remote_page_url(&self) -> Option<String> {
        self.shared.remote_door.as_ref().map(|door| door.url())
    }

    /// What the page's first screen suggests.
    pub fn set_try_this(&self, suggestions: Vec<TryThis>) {
        *self.shared.given.try_this.write() = suggestions;
    }

    /// Lets the page show what the bot has stored.
    pub fn set_records(&self, records: Arc<dyn Records>) {
        *self.shared.given.records.write() = Some(records);
    }

    /// `http://127.0.0.1:port/api/v10`.
    pub fn api_url(&self) -> String {
        format!("{}/api/v10", self.base_url())
    }

    /// `ws://127.0.0.1:port/gateway`.
    pub fn gateway_url(&self) -> String {
        self.world(|world| world.gateway_url())
    }

    /// The token that the bot logs in with.
    pub fn token(&self) -> &str {
        &self.shared.config.application.token
    }

    /// The application's id.
    pub fn application_id(&self) -> ApplicationId {
        self.shared.config.application.id
    }

    /// The bot's user id.
    pub fn bot_id(&self) -> UserId {
        self.shared.config.application.bot_user()
    }

    /// The clock, to be moved.
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// Faults on demand.
    pub fn faults(&self) -> FaultControl {
        FaultControl::new(self.clone())
    }

    /// Makes a guild; the bot hears of it if it is logged in.
    ///
    /// # Errors
    /// If the data contradicts itself.
    pub fn add_guild(&self, spec: &GuildSpec) -> Result<GuildHandle, SpecError> {
        let id = self.world(|world| world.build_guild(spec))?;
        Ok(GuildHandle::new(self.clone(), id))
    }

    /// The guild of this name.
    pub fn guild(&self, name: &str) -> Option<GuildHandle> {
        self.guilds().into_iter().find(|guild| guild.name() == name)
    }

    /// All guilds.
    pub fn guilds(&self) -> Vec<GuildHandle> {
        let ids: Vec<GuildId> = self.world(|world| world.guilds.keys().copied().collect());
        ids.into_iter()
            .map(|id| GuildHandle::new(self.clone(), id))
            .collect()
    }

    /// Somebody outside of any guild, made if nobody has this name.
    pub fn person(&self, name: &str) -> Persona {
        let spec = MemberSpec {
            name: name.to_owned(),
            ..MemberSpec::default()
        };
        let user = self.world(|world| world.user_named(&spec));
        Persona::new(self.clone(), user, None, None)
    }

    /// A message, wherever it is.
    pub fn message(&self, id: MessageId) -> Option<MessageHandle> {
        let channel = self.world(|world| world.messages.get(&id).map(|message| message.channel))?;
        Some(MessageHandle::new(self.clone(), id, channel))
    }

    /// A channel as it is now.
    pub fn channel(&self, id: ChannelId) -> Option<Channel> {
        self.world(|world| world.channels.get(&id).cloned())
    }

    /// Draws a message as text: title, fields, buttons.
    pub fn draw(&self, message: &Message) -> String {
        self.world(|world| crate::draw::draw(world, message))
    }

    /// All registered commands, global and of guilds.
    pub fn commands(&self) -> Vec<Command> {
        self.world(|world| world.commands.values().cloned().collect())
    }

    /// REST calls, oldest first, as far as the log reaches.
    pub fn requests(&self) -> Vec<RequestEntry> {
        self.world(|world| world.logs.requests.iter().cloned().collect())
    }

    /// REST calls on one route, written `METHOD /template` with Discord's placeholders.
    pub fn requests_on(&self, route: &str) -> Vec<RequestEntry> {
        let fits = |entry: &&RequestEntry| {
            crate::rate_limit::route_matches(route, &entry.method, entry.route)
        };
        self.world(|world| world.logs.requests.iter().filter(fits).cloned().collect())
    }

    /// Counts over all REST calls.
    pub fn counters(&self) -> Counters {
        self.world(|world| world.logs.counters())
    }

    /// Answers 401, 403 and 429 that Discord holds against the bot in the running ten minutes.
    pub fn invalid_requests(&self) -> u32 {
        self.world(|world| world.limiter.invalid_requests())
    }

    /// Gateway frames, oldest first, as far as the log reaches.
    pub fn frames(&self) -> Vec<FrameEntry> {
        self.world(|world| world.logs.frames.iter().cloned().collect())
    }

    /// The audit logs of all guilds, oldest first.
    pub fn audit_log(&self) -> Vec<AuditEntry> {
        self.world(|world| world.audit.iter().cloned().collect())
    }

    /// Replaces the rate limits; all counters start anew.
    pub fn set_rate_limits(&self, limits: RateLimits) {
        self.world(|world| world.limiter.replace(limits));
    }

    /// Changes how open questions are read.
    pub fn set_switches(&self, change: impl FnOnce(&mut Switches)) {
        self.world(|world| change(&mut world.switches));
    }

    /// Switches a rule of Discord off, or on again.
    pub fn keep_rule(&self, rule: Rule, kept: bool) {
        self.world(|world| world.lenient.set(rule, kept));
    }

    /// Whether a rule of Discord is kept.
    pub fn keeps_rule(&self, rule: Rule) -> bool {
        self.world(|world| world.keeps(rule))
    }

    /// Sessions with a live connection.
    pub fn sessions(&self) -> usize {
        self.world(|world| world.sessions.connected())
    }

    /// IDENTIFYs counted in the running 24 hours.
    pub fn identifies(&self) -> u32 {
        self.world(|world| world.sessions.identifies.1)
    }

    /// What the bot shows as its status, by op 2 or 3.
    pub fn presence(&self) -> Option<serde_json::Value> {
        self.world(|world| {
            world
                .sessions
                .list
                .last()
                .map(|session| session.presence.clone())
        })
    }

    /// Waits until the bot is logged in on the gateway.
    ///
    /// # Errors
    /// If it does not come in time.
    pub async fn wait_for_session(&self) -> Result<(), TimedOut> {
        self.wait(Topic::Sessions, "a gateway session", |world| {
            (world.sessions.connected() > 0).then_some(())
        })
        .await
    }

    /// Waits until no gateway session has a connection.
    ///
    /// # Errors
    /// If it does not come in time.
    pub async fn wait_for_no_session(&self) -> Result<(), TimedOut> {
        self.wait(
            Topic::Sessions,
            "the end of all gateway sessions",
            |world| (world.sessions.connected() == 0).then_some(()),
        )
        .await
    }

    /// Waits until a command of this name is registered.
    ///
    /// # Errors
    /// If it does not come in time.
    pub async fn wait_for_command(&self, name: &str) -> Result<Command, TimedOut> {
        let found = |world: &World| {
            world
                .commands
                .values()
                .find(|command| command.name == name)
                .cloned()
        };
        self.wait(Topic::Commands, &format!("the command /{name}"), found)
            .await
    }

    /// Waits until the log holds a REST call that `fits`.
    ///
    /// # Errors
    /// If it does not come in time.
    pub async fn wait_for_request(
        &self,
        fits: impl Fn(&RequestEntry) -> bool,
    ) -> Result<RequestEntry, TimedOut> {
        let found = |world: &World| {
            world
                .logs
                .requests
                .iter()
                .rev()
                .find(|entry| fits(entry))
                .cloned()
        };
        self.wait(Topic::Requests, "a REST call", found).await
    }

    /// Waits until the log holds a gateway frame that `fits`.
    ///
    /// # Errors
    /// If it does not come in time.
    pub async fn wait_for_frame(
        &self,
        fits: impl Fn(&FrameEntry) -> bool,
    ) -> Result<FrameEntry, TimedOut> {
        let mut count = self.world(|world| world.logs.frame_count.subscribe());
        let waited = self.shared.config.patience;
        let found = async {
            loop {
                count.borrow_and_update();
                let found = self.world(|world| {
                    let mut newest_first = world.logs.frames.iter().rev();
                    newest_first.find(|frame| fits(frame)).cloned()
                });
                match found {
                    Some(frame) => return frame,
                    // The counter lives as long as the world, and so as this handle.
                    None => _ = count.changed().await,
                }
            }
        };
        let late = |_| TimedOut {
            what: "a gateway frame".to_owned(),
            waited,
        };
        tokio::time::timeout(waited, found).await.map_err(late)
    }

    /// One short step in the world.
    pub(crate) fn world<T>(&self, step: impl FnOnce(&mut World) -> T) -> T {
        step(&mut self.shared.world.lock())
    }

    /// Waits until `check` finds something, looking again whenever `topic` changes.
    pub(crate) async fn wait<T>(
        &self,
        topic: Topic,
        what: &str,
        mut check: impl FnMut(&World) -> Option<T>,
    ) -> Result<T, TimedOut> {
        let mut changes = self.world(|world| world.topics.subscribe(topic));
        let waited = self.shared.config.patience;
        let found = async {
            loop {
                changes.borrow_and_update();
                if let Some(found) = self.world(|world| check(world)) {
                    return found;
                }
                if changes.changed().await.is_err() {
                    // The topic went out of use between two waits; look again from a new one.
                    changes = self.world(|world| world.topics.subscribe(topic));
                }
            }
        };
        tokio::time::timeout(waited, found)
            .await
            .map_err(|_| TimedOut {
                what: what.to_owned(),
                waited,
            })
    }
}
