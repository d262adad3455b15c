//! The one way to Discord's REST API: under its limits, urgent requests first, retried where that is
//! safe.
//!
//! A request waits at up to three places: the [route gate](gate::RouteGate), where the urgent
//! overtake; the bucket limiter, which follows Discord's headers; the [global gate](gate::GlobalGate),
//! 50 a second. Answers to interactions wait nowhere: their routes are outside the global limit
//! ([Discord Docs/Receiving and Responding](https://discord.com/developers/docs/interactions/receiving-and-responding#endpoints)),
//! and what else goes by an interaction's token waits for that token only.

mod base;
mod calls;
mod error;
mod gate;
mod headers;
mod health;
mod interaction_calls;
mod member_calls;
mod model;
mod route;
mod send;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use muster_core::clock::SharedClock;
use parking_lot::Mutex;
use reqwest::header::HeaderValue;
use serde::Serialize;
use tokio::time::Instant;
use twilight_http_ratelimiting::RateLimiter;

pub use base::{ApiBase, BaseError, DISCORD};
pub use error::{RestError, RestErrorKind};
pub use model::{CallbackResult, GatewayBot, MessageRef, PostedText, SessionStartLimit};
pub use route::{Priority, Route};
pub use send::Slot;

/// How the bot introduces itself
/// ([Discord Docs/Reference, "User Agent"](https://discord.com/developers/docs/reference#user-agent)).
const USER_AGENT: &str = concat!(
    "DiscordBot (",
    env!("CARGO_PKG_REPOSITORY"),
    ", ",
    env!("CARGO_PKG_VERSION"),
    ")"
);

/// The bot's token. Never shown, not even by mistake.
#[derive(Clone)]
pub struct BotToken(String);

impl BotToken {
    /// Takes the token as the Developer Portal shows it, with or without `Bot ` before it.
    pub fn new(token: &str) -> Self {
        let token = token.trim();
        Self(token.strip_prefix("Bot ").unwrap_or(token).to_owned())
    }

    /// The bare token, for the one who sends it.
    pub(crate) fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for BotToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BotToken(..)")
    }
}

/// Why there is no way to Discord.
#[derive(Debug, thiserror::Error)]
pub enum RestStartError {
    /// The token holds what no header may.
    #[error(
        "the bot's token holds characters that no token has; copy it again from the Developer Portal"
    )]
    Token,
    /// TLS could not be set up.
    #[error("cannot set up HTTPS")]
    Client(#[from] reqwest::Error),
}

/// Discord's REST API. Cheap to clone; all clones share limits and connections.
#[derive(Clone)]
pub struct Rest {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    base: ApiBase,
    authorization: HeaderValue,
    clock: SharedClock,
    routes: Arc<gate::RouteGate>,
    buckets: RateLimiter,
    global: Arc<gate::GlobalGate>,
    /// Interaction tokens that must wait, and until when.
    tokens: Mutex<HashMap<String, Instant>>,
    health: health::Health,
    sent: AtomicU64,
    rate_limited: AtomicU64,
    failed: AtomicU64,
}

/// What the executor has done since it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestStats {
    /// Requests that left.
    pub sent: u64,
    /// Answers 429.
    pub rate_limited: u64,
    /// Requests without an answer, or answered 5xx.
    pub failed: u64,
    /// Refused requests (401, 403, 429) of the last ten minutes.
    pub refused: u32,
}

impl Rest {
    /// Opens the way. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn new(
        base: ApiBase,
        token: &BotToken,
        clock: SharedClock,
    ) -> Result<Self, RestStartError> {
        let mut authorization = HeaderValue::from_str(&format!("Bot {}", token.secret()))
            .map_err(|_| RestStartError::Token)?;
        authorization.set_sensitive(true);
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            // A redirect could carry the token elsewhere; Discord's API needs none.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(20))
            .pool_idle_timeout(Duration::from_secs(90))
            .tcp_nodelay(true);
        if base.is_loopback() {
            builder = builder.no_proxy();
        }
        let inner = Inner {
            http: builder.build()?,
            base,
            authorization,
            clock,
            routes: Arc::default(),
            // The global limit is kept by our own gate, which knows who is urgent.
            buckets: RateLimiter::new(u16::MAX),
            global: Arc::default(),
            tokens: Mutex::default(),
            health: health::Health::default(),
            sent: AtomicU64::new(0),
            rate_limited: AtomicU64::new(0),
            failed: AtomicU64::new(0),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Where this API is.
    pub fn base(&self) -> &ApiBase {
        &self.inner.base
    }

    /// The clock by which everything here waits.
    pub fn clock(&self) -> &SharedClock {
        &self.inner.clock
    }

    /// Completes once Discord refused the bot's token; from then on nothing is sent.
    pub async fn until_unauthorized(&self) {
        self.inner.health.until_unauthorized().await;
    }

    /// What was done since the start.
    pub fn stats(&self) -> RestStats {
        RestStats {
            sent: self.inner.sent.load(Ordering::Relaxed),
            rate_limited: self.inner.rate_limited.load(Ordering::Relaxed),
            failed: self.inner.failed.load(Ordering::Relaxed),
            refused: self.inner.health.refused(),
        }
    }
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rest")
            .field("base", &self.inner.base)
            .finish_non_exhaustive()
    }
}

/// A file to upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its name.
    pub name: String,
    /// Its content.
    pub content: Bytes,
}

/// What a request carries.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    None,
    Json(Bytes),
    Multipart { json: Bytes, files: Arc<[Upload]> },
}

impl Body {
    /// The JSON of `value`.
    pub(crate) fn json(value: &impl Serialize) -> Self {
        Self::Json(encode(value))
    }
}

pub(crate) fn encode(value: &impl Serialize) -> Bytes {
    serde_json::to_vec(value)
        .expect("our own bodies have text keys and no failing parts")
        .into()
}

#[cfg(test)]
mod tests;
