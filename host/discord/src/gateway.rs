//! What Discord tells the bot: connecting, staying connected, and handing events over in order.
//!
//! serenity reads the protocol; this module decides when a session begins, keeps the
//! [`GuildDirectory`] and turns events into [`muster_core::interaction::Event`]. The address of the
//! gateway comes from our own REST API and is checked before anything is sent to it, so a simulator's
//! bot never knocks at the real Discord.

mod budget;
mod convert;
mod directory;
mod interaction;
mod shard;
mod sink;
mod status;

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use arc_swap::ArcSwapOption;
use futures_util::stream::{FuturesUnordered, StreamExt};
use muster_core::interaction::Event;
use serenity::model::gateway::GatewayIntents;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};

use crate::rest::{BaseError, BotToken, Rest, RestError};

pub use budget::{DAY, ForgetfulBudget, IdentifyBudget, SESSIONS_PER_DAY};
pub use directory::GuildDirectory;
pub use interaction::Unsupported;
pub use status::{GatewayStatus, ShardHealth};

/// What the gateway brings.
#[derive(Debug)]
pub enum Incoming {
    /// Something that happened.
    Event(Event),
    /// Somebody acted where the bot does not serve; they are told so.
    Unsupported(Unsupported),
}

/// How to connect.
#[derive(Debug, Clone)]
pub struct GatewayConfig {
    /// The bot's token.
    pub token: BotToken,
    /// Whether to ask for the privileged intent about members. Refused, the bot goes on without.
    pub members_intent: bool,
    /// Whether to hear of deleted messages (and all others) in guilds.
    pub messages_intent: bool,
    /// Shards of all processes together; `None` takes Discord's advice.
    pub total_shards: Option<u32>,
    /// Which of them are this process's; `None` means all.
    pub shards: Option<RangeInclusive<u32>>,
}

impl GatewayConfig {
    /// One process that serves every guild, without privileged intents.
    pub fn new(token: BotToken) -> Self {
        Self {
            token,
            members_intent: false,
            messages_intent: false,
            total_shards: None,
            shards: None,
        }
    }

    fn intents(&self) -> GatewayIntents {
        let mut intents = GatewayIntents::GUILDS;
        intents.set(GatewayIntents::GUILD_MEMBERS, self.members_intent);
        intents.set(GatewayIntents::GUILD_MESSAGES, self.messages_intent);
        intents
    }
}

/// Why there is no connection, and will be none.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// Discord could not be asked where its gateway is.
    #[error("cannot ask Discord for its gateway")]
    Ask(#[from] RestError),
    /// The gateway is where it must not be.
    #[error(transparent)]
    Address(#[from] BaseError),
    /// Close code 4004.
    #[error("Discord refuses the bot's token; copy it again from the Developer Portal")]
    Token,
    /// Close code 4014.
    #[error(
        "Discord refuses a privileged intent; switch it on in the Developer Portal under Bot, \
         Privileged Gateway Intents"
    )]
    MembersIntent,
    /// Close code 4013.
    #[error("Discord does not know the intents that were asked for")]
    Intents,
    /// The day's sessions are used up: something makes the bot connect over and over.
    #[error(
        "{SESSIONS_PER_DAY} sessions began in 24 hours; the bot stops connecting, because Discord \
         would reset its token at 1000. Find out why it reconnects, then start it again"
    )]
    TooManySessions,
    /// Close code 4011.
    #[error("Discord wants {wanted} shards, but {total} are configured")]
    MoreShards {
        /// What Discord asks for.
        wanted: u32,
        /// What is configured.
        total: u32,
    },
    /// The configured shards do not exist.
    #[error("shards {from} to {to} are not among the {total} there are (counted from 0)")]
    NoSuchShards {
        /// First of this process.
        from: u32,
        /// Last of this process.
        to: u32,
        /// All.
        total: u32,
    },
    /// Discord's own count of sessions is used up.
    #[error("Discord lets the bot begin no session for another {} minutes", reset_after_ms / 60_000)]
    SessionsUsedUp {
        /// Milliseconds until it does.
        reset_after_ms: u64,
    },
    /// A shard's thread ended without a word.
    #[error("a shard of the gateway crashed; the log says where")]
    Crashed,
    /// The system gave no thread.
    #[error("cannot start a thread for the gateway")]
    Thread(#[source] std::io::Error),
}

/// The connection to Discord's gateway.
pub struct Gateway {
    status: GatewayStatus,
    has_members: Arc<AtomicBool>,
    stop: watch::Sender<bool>,
    ends: FuturesUnordered<oneshot::Receiver<GatewayError>>,
}

impl Gateway {
    /// Connects. Events arrive in the receiver, each shard's in Discord's order; `directory` is up to
    /// date before an event arrives. Must be called on the host's runtime.
    ///
    /// # Errors
    /// A sentence for the operator. [`GatewayError::Ask`] may be worth another attempt.
    pub async fn connect(
        config: GatewayConfig,
        rest: Rest,
        budget: Arc<dyn IdentifyBudget>,
        directory: Arc<GuildDirectory>,
    ) -> Result<(Self, mpsc::UnboundedReceiver<Incoming>), GatewayError> {
        let found = rest.gateway_bot().await?;
        rest.base().check_gateway(&found.url)?;
        let total = config.total_shards.unwrap_or(found.shards).max(1);
        let mine = config.shards.clone().unwrap_or(0..=total - 1);
        if mine.is_empty() || *mine.end() >= total {
            return Err(GatewayError::NoSuchShards {
                from: *mine.start(),
                to: *mine.end(),
                total,
            });
        }
        let limit = found.session_start_limit;
        if limit.remaining == 0 {
            return Err(GatewayError::SessionsUsedUp {
                reset_after_ms: limit.reset_after,
            });
        }
        let (host, incoming) = mpsc::unbounded_channel();
        let mut gateway = Self {
            status: GatewayStatus::default(),
            has_members: Arc::new(AtomicBool::new(config.members_intent)),
            stop: watch::Sender::new(false),
            ends: FuturesUnordered::new(),
        };
        let mut turnstiles: HashMap<u32, shard::Turnstile> = HashMap::new();
        for number in mine {
            let status = Arc::new(status::ShardStatus::default());
            let turnstile = turnstiles
                .entry(number % limit.max_concurrency.max(1))
                .or_default();
            let sink = sink::Sink {
                number,
                total,
                clock: rest.clock().clone(),
                directory: directory.clone(),
                host: host.clone(),
                status: status.clone(),
                bot: ArcSwapOption::empty(),
                had_session: AtomicBool::new(false),
                heard_at_ms: AtomicI64::new(0),
            };
            let task = shard::ShardTask {
                number,
                total,
                token: config.token.clone(),
                url: found.url.clone(),
                intents: config.intents(),
                has_members: gateway.has_members.clone(),
                turnstile: turnstile.clone(),
                budget: budget.clone(),
                rest: rest.clone(),
                sink: Arc::new(sink),
                status: status.clone(),
                clock: rest.clock().clone(),
                host: Handle::current(),
                stop: gateway.stop.subscribe(),
                ticks: Arc::default(),
            };
            let (ended, end) = oneshot::channel();
            task.spawn(ended).map_err(GatewayError::Thread)?;
            gateway.status.shards.push((number, status));
            gateway.ends.push(end);
        }
        Ok((gateway, incoming))
    }

    /// How the shards are.
    pub fn status(&self) -> GatewayStatus {
        self.status.clone()
    }

    /// Whether events about members come: asked for, and not refused.
    pub fn has_members_intent(&self) -> bool {
        self.has_members.load(Ordering::Relaxed)
    }

    /// Completes when a shard is beyond help; `None` once all were stopped.
    pub async fn ended(&mut self) -> Option<GatewayError> {
        while let Some(end) = self.ends.next().await {
            match end {
                Ok(error) => return Some(error),
                Err(_) if *self.stop.borrow() => {}
                Err(_) => return Some(GatewayError::Crashed),
            }
        }
        None
    }

    /// Disconnects: the bot goes offline at once. [`Gateway::ended`] completes when that is done,
    /// within a second.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.stop();
    }
}
