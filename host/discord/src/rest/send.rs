//! One request, from its place in the queue to its answer.

use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use rand::Rng;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode, multipart};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout};
use twilight_http_ratelimiting::{Endpoint, Method as LimitedMethod, Permit};

use super::error::{ErrorBody, RestError, RestErrorKind};
use super::gate::Turn;
use super::headers::{self, Scope};
use super::model::MessageRef;
use super::route::{Priority, Purse, Route};
use super::{Body, Rest};

/// Attempts at a request that may be repeated.
const ATTEMPTS: u32 = 4;
/// Longest that a request waits for its bucket or for a 429 to pass, in all.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// Longest that one attempt at answering an interaction takes; the whole answer has 3 s.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(2500);

/// What came back.
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// What a reply means.
enum Verdict {
    Done(Bytes),
    Fail(RestErrorKind),
    Limited { wait: Duration, scope: Scope },
    Unwell { reason: String, maybe_applied: bool },
}

/// What one attempt came to, for the loop that repeats it.
enum Attempt {
    Done(Bytes),
    Fail(RestErrorKind),
    /// Repeat after this wait, if the caller has the time.
    Later {
        wait: Duration,
        then: RestErrorKind,
    },
}

impl Rest {
    /// Sends a request and returns the body of the answer.
    pub(super) async fn send(
        &self,
        route: &Route,
        body: &Body,
        reason: Option<&str>,
        priority: Priority,
    ) -> Result<Bytes, RestError> {
        match route.purse {
            Purse::Bot => self.send_as_bot(route, body, reason, priority).await,
            Purse::InteractionToken => self.send_by_token(route, body).await,
            Purse::Callback => self.send_callback(route, body, ANSWER_TIMEOUT).await,
        }
    }

    /// Sends a request and reads the answer's JSON.
    pub(super) async fn fetch<T: DeserializeOwned>(
        &self,
        route: &Route,
        body: &Body,
        reason: Option<&str>,
        priority: Priority,
    ) -> Result<T, RestError> {
        let answer = self.send(route, body, reason, priority).await?;
        read(route, &answer)
    }

    async fn send_as_bot(
        &self,
        route: &Route,
        body: &Body,
        reason: Option<&str>,
        priority: Priority,
    ) -> Result<Bytes, RestError> {
        let started = Instant::now();
        let mut attempts = 0;
        loop {
            let turn = self
                .inner
                .routes
                .turn(&route.method, &route.bucket, priority)
                .await;
            let permit = self.permit(route).await?;
            let attempt = self
                .attempt_as_bot(route, body, reason, priority, permit, attempts)
                .await;
            drop(turn);
            match attempt {
                Attempt::Done(answer) => return Ok(answer),
                Attempt::Fail(kind) => return Err(route.failed(kind)),
                Attempt::Later { wait, then } => {
                    attempts += 1;
                    if attempts >= ATTEMPTS || started.elapsed() + wait > LONGEST_WAIT {
                        return Err(route.failed(then));
                    }
                    self.inner.clock.sleep(wait).await;
                }
            }
        }
    }

    /// Waits for the bucket.
    async fn permit(&self, route: &Route) -> Result<Permit, RestError> {
        self.check_open(route)?;
        let endpoint = Endpoint {
            method: limited(&route.method),
            path: route.bucket.clone(),
        };
        // `acquire` would panic while the process ends; this one says so.
        match timeout(
            LONGEST_WAIT,
            self.inner.buckets.acquire_if(endpoint, |_| true),
        )
        .await
        {
            Ok(Some(permit)) => Ok(permit),
            Ok(None) => Err(route.unavailable("the process is ending")),
            Err(_) => Err(route.failed(RestErrorKind::RateLimited {
                retry_after: LONGEST_WAIT,
            })),
        }
    }

    fn check_open(&self, route: &Route) -> Result<(), RestError> {
        if self.inner.health.is_unauthorized() {
            return Err(route.failed(RestErrorKind::Unauthorized));
        }
        if self.inner.health.is_paused() {
            return Err(route.unavailable("too many requests were refused of late"));
        }
        Ok(())
    }

    async fn attempt_as_bot(
        &self,
        route: &Route,
        body: &Body,
        reason: Option<&str>,
        priority: Priority,
        permit: Permit,
        attempts: u32,
    ) -> Attempt {
        self.inner.global.pass(priority).await;
        let reply = match self.transmit(route, body, reason, None).await {
            Ok(reply) => reply,
            Err(unwell) => {
                drop(permit);
                return self.later(route, unwell, attempts);
            }
        };
        let verdict = self.judge(route, &reply);
        match verdict {
            Verdict::Limited { wait, scope } => {
                let known =
                    headers::exhausted(&reply.headers, wait).filter(|_| scope != Scope::Global);
                let waits_in_bucket = known.is_some();
                permit.complete(known);
                if scope == Scope::Global {
                    self.inner.global.pause(wait);
                }
                // What a bucket or the global gate holds back need not wait here, too.
                let here = if waits_in_bucket || scope == Scope::Global {
                    Duration::ZERO
                } else {
                    wait
                };
                let then = RestErrorKind::RateLimited { retry_after: wait };
                if wait > LONGEST_WAIT {
                    return Attempt::Fail(then);
                }
                Attempt::Later { wait: here, then }
            }
            verdict => {
                permit.complete(headers::limits(&reply.headers));
                match verdict {
                    Verdict::Done(body) => Attempt::Done(body),
                    Verdict::Fail(kind) => Attempt::Fail(kind),
                    unwell => self.later(route, unwell, attempts),
                }
            }
        }
    }

    /// What to do after a request that may or may not have arrived.
    fn later(&self, route: &Route, verdict: Verdict, attempts: u32) -> Attempt {
        let Verdict::Unwell {
            reason,
            maybe_applied,
        } = verdict
        else {
            return Attempt::Fail(RestErrorKind::Unavailable {
                reason: "unexpected".into(),
                maybe_applied: true,
            });
        };
        self.inner.failed.fetch_add(1, Ordering::Relaxed);
        let is_safe = route.is_idempotent || !maybe_applied;
        let then = RestErrorKind::Unavailable {
            reason,
            maybe_applied,
        };
        if is_safe {
            Attempt::Later {
                wait: backoff(attempts),
                then,
            }
        } else {
            Attempt::Fail(then)
        }
    }

    /// Sends by an interaction's token: that token's own limit, no other.
    async fn send_by_token(&self, route: &Route, body: &Body) -> Result<Bytes, RestError> {
        let started = Instant::now();
        let mut attempts = 0;
        loop {
            self.wait_for_token(&route.bucket).await;
            let attempt = match self.transmit(route, body, None, None).await {
                Err(unwell) => self.later(route, unwell, attempts),
                Ok(reply) => match self.judge(route, &reply) {
                    Verdict::Done(answer) => {
                        if let Some(wait) = headers::used_up_for(&reply.headers) {
                            self.hold_token(&route.bucket, wait);
                        }
                        Attempt::Done(answer)
                    }
                    Verdict::Fail(kind) => Attempt::Fail(kind),
                    Verdict::Limited { wait, .. } => {
                        self.hold_token(&route.bucket, wait);
                        let then = RestErrorKind::RateLimited { retry_after: wait };
                        Attempt::Later {
                            wait: Duration::ZERO,
                            then,
                        }
                    }
                    unwell => self.later(route, unwell, attempts),
                },
            };
            match attempt {
                Attempt::Done(answer) => return Ok(answer),
                Attempt::Fail(kind) => return Err(route.failed(kind)),
                Attempt::Later { wait, then } => {
                    attempts += 1;
                    if attempts >= ATTEMPTS || started.elapsed() > LONGEST_WAIT {
                        return Err(route.failed(then));
                    }
                    self.inner.clock.sleep(wait).await;
                }
            }
        }
    }

    async fn wait_for_token(&self, token: &str) {
        let until = self.inner.tokens.lock().get(token).copied();
        if let Some(until) = until {
            tokio::time::sleep_until(until).await;
        }
    }

    fn hold_token(&self, token: &str, wait: Duration) {
        /// Above this many, those whose wait is over are forgotten.
        const MANY: usize = 256;
        let now = Instant::now();
        let mut tokens = self.inner.tokens.lock();
        if tokens.len() >= MANY {
            tokens.retain(|_, until| *until > now);
        }
        tokens.insert(token.to_owned(), now + wait);
    }

    /// Sends the first answer to an interaction: at once, and again at once if that failed, for as
    /// long as `within` allows.
    pub(super) async fn send_callback(
        &self,
        route: &Route,
        body: &Body,
        within: Duration,
    ) -> Result<Bytes, RestError> {
        const PAUSE: Duration = Duration::from_millis(60);
        let deadline = Instant::now() + within;
        let mut is_repeated = false;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let (wait, then) = match self.transmit(route, body, None, Some(left)).await {
                Err(Verdict::Unwell {
                    reason,
                    maybe_applied,
                }) => {
                    self.inner.failed.fetch_add(1, Ordering::Relaxed);
                    (
                        PAUSE,
                        RestErrorKind::Unavailable {
                            reason,
                            maybe_applied,
                        },
                    )
                }
                Err(_) => unreachable!("transmit fails by being unwell only"),
                Ok(reply) => match self.judge(route, &reply) {
                    Verdict::Done(answer) => return Ok(answer),
                    // The first attempt had arrived after all.
                    Verdict::Fail(RestErrorKind::AlreadyAnswered) if is_repeated => {
                        return Ok(Bytes::new());
                    }
                    Verdict::Fail(kind) => return Err(route.failed(kind)),
                    Verdict::Limited { wait, .. } => {
                        (wait, RestErrorKind::RateLimited { retry_after: wait })
                    }
                    Verdict::Unwell {
                        reason,
                        maybe_applied,
                    } => {
                        self.inner.failed.fetch_add(1, Ordering::Relaxed);
                        (
                            PAUSE,
                            RestErrorKind::Unavailable {
                                reason,
                                maybe_applied,
                            },
                        )
                    }
                },
            };
            is_repeated = true;
            if Instant::now() + wait >= deadline {
                return Err(route.failed(then));
            }
            tokio::time::sleep(wait).await;
        }
    }

    async fn transmit(
        &self,
        route: &Route,
        body: &Body,
        reason: Option<&str>,
        within: Option<Duration>,
    ) -> Result<Reply, Verdict> {
        static AUDIT_REASON: HeaderName = HeaderName::from_static("x-audit-log-reason");
        static JSON: HeaderValue = HeaderValue::from_static("application/json");
        self.inner.sent.fetch_add(1, Ordering::Relaxed);
        let mut request = self
            .inner
            .http
            .request(route.method.clone(), self.inner.base.join(&route.path));
        if route.purse == Purse::Bot {
            // The token in the path is what the other routes go by.
            request = request.header(AUTHORIZATION, self.inner.authorization.clone());
        }
        if let Some(reason) = reason.and_then(reason_header) {
            request = request.header(AUDIT_REASON.clone(), reason);
        }
        if let Some(within) = within {
            request = request.timeout(within);
        }
        request = match body {
            Body::None => request,
            Body::Json(json) => request
                .header(CONTENT_TYPE, JSON.clone())
                .body(json.clone()),
            Body::Multipart { json, files } => {
                let mut form = multipart::Form::new()
                    .part("payload_json", part(json.clone(), None, "application/json"));
                for (index, file) in files.iter().enumerate() {
                    let part = part(
                        file.content.clone(),
                        Some(file.name.clone()),
                        "application/octet-stream",
                    );
                    form = form.part(format!("files[{index}]"), part);
                }
                request.multipart(form)
            }
        };
        let lost = |error: reqwest::Error| Verdict::Unwell {
            // Without the address: it may hold an interaction's token.
            reason: describe(&error),
            maybe_applied: !error.is_connect() && !error.is_builder(),
        };
        let mut response = request.send().await.map_err(lost)?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let body = response.bytes().await.map_err(lost)?;
        Ok(Reply {
            status,
            headers,
            body,
        })
    }

    /// Reads a reply, and counts what has to be counted.
    fn judge(&self, route: &Route, reply: &Reply) -> Verdict {
        let status = reply.status;
        if status.is_success() {
            return Verdict::Done(reply.body.clone());
        }
        let parsed = ErrorBody::parse(&reply.body);
        let is_discords = parsed.is_some();
        let error = parsed.unwrap_or_default();
        if status == StatusCode::TOO_MANY_REQUESTS {
            let scope = headers::scope(&reply.headers, is_discords, error.global);
            let wait = headers::retry_after(&reply.headers, error.retry_after);
            self.inner.rate_limited.fetch_add(1, Ordering::Relaxed);
            if scope != Scope::Shared {
                self.inner.health.count_refused();
            }
            tracing::debug!(
                route = route.name,
                ?scope,
                wait_ms = wait.as_millis(),
                "rate limited"
            );
            return Verdict::Limited { wait, scope };
        }
        if status.is_server_error() || !is_discords {
            if status == StatusCode::FORBIDDEN {
                self.inner.health.count_refused();
            }
            return Verdict::Unwell {
                reason: format!("status {}", status.as_u16()),
                maybe_applied: status.is_server_error(),
            };
        }
        let code = error.code;
        match status {
            StatusCode::UNAUTHORIZED => {
                self.inner.health.count_refused();
                if route.purse == Purse::Bot {
                    self.inner.health.set_unauthorized();
                    Verdict::Fail(RestErrorKind::Unauthorized)
                } else {
                    // 50027: the interaction's token is too old. Says nothing about the bot's.
                    Verdict::Fail(RestErrorKind::Gone { code })
                }
            }
            StatusCode::FORBIDDEN => {
                self.inner.health.count_refused();
                Verdict::Fail(RestErrorKind::Forbidden {
                    code,
                    message: error.message,
                })
            }
            StatusCode::NOT_FOUND => Verdict::Fail(RestErrorKind::Gone { code }),
            StatusCode::BAD_REQUEST if code == 40060 => {
                Verdict::Fail(RestErrorKind::AlreadyAnswered)
            }
            _ => {
                let details = error.details();
                tracing::warn!(
                    route = route.name,
                    status = status.as_u16(),
                    code,
                    ?details,
                    "Discord takes no such request"
                );
                Verdict::Fail(RestErrorKind::Invalid { code, details })
            }
        }
    }

    /// Waits for a place in the route's bucket, so that what is sent can be made at the last moment.
    ///
    /// # Errors
    /// If the bot may not send at all, or the bucket is used up for more than a minute.
    pub async fn slot(&self, route: Route, priority: Priority) -> Result<Slot, RestError> {
        let turn = self
            .inner
            .routes
            .turn(&route.method, &route.bucket, priority)
            .await;
        let permit = self.permit(&route).await?;
        Ok(Slot {
            rest: self.clone(),
            route,
            priority,
            permit,
            _turn: turn,
        })
    }
}

/// A place in a bucket, taken before the request is known. Dropping it gives it on unused.
#[must_use = "others wait for this place"]
pub struct Slot {
    rest: Rest,
    route: Route,
    priority: Priority,
    permit: Permit,
    _turn: Turn,
}

impl Slot {
    /// Sends what goes into the place. Tried once: what is sent would be stale the next time.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn send(self, body: &impl Serialize) -> Result<MessageRef, RestError> {
        let Self {
            rest,
            route,
            priority,
            permit,
            _turn,
        } = self;
        rest.check_open(&route)?;
        let body = Body::json(body);
        // Counted as the last of its attempts, so that nothing is repeated.
        match rest
            .attempt_as_bot(&route, &body, None, priority, permit, ATTEMPTS)
            .await
        {
            Attempt::Done(answer) => read(&route, &answer),
            Attempt::Fail(kind) | Attempt::Later { then: kind, .. } => Err(route.failed(kind)),
        }
    }
}

impl Route {
    pub(super) const fn failed(&self, kind: RestErrorKind) -> RestError {
        RestError {
            route: self.name,
            kind,
        }
    }

    fn unavailable(&self, reason: &str) -> RestError {
        self.failed(RestErrorKind::Unavailable {
            reason: reason.to_owned(),
            maybe_applied: false,
        })
    }
}

pub(super) fn read<T: DeserializeOwned>(route: &Route, body: &[u8]) -> Result<T, RestError> {
    serde_json::from_slice(body).map_err(|error| {
        route.failed(RestErrorKind::Unavailable {
            // serde's text names fields and places, not contents.
            reason: format!(
                "its answer cannot be read: {:?} at {}",
                error.classify(),
                error.column()
            ),
            maybe_applied: true,
        })
    })
}

const fn limited(method: &Method) -> LimitedMethod {
    match *method {
        Method::POST => LimitedMethod::Post,
        Method::PUT => LimitedMethod::Put,
        Method::PATCH => LimitedMethod::Patch,
        Method::DELETE => LimitedMethod::Delete,
        _ => LimitedMethod::Get,
    }
}

fn part(content: Bytes, name: Option<String>, mime: &str) -> multipart::Part {
    let part = multipart::Part::stream(content)
        .mime_str(mime)
        .expect("a constant media type");
    match name {
        Some(name) => part.file_name(name),
        None => part,
    }
}

/// Half a second, doubling, plus or minus a third so that many do not return together.
fn backoff(attempts: u32) -> Duration {
    let base_ms = 500_u64 << attempts.min(6);
    let spread_ms = base_ms / 3;
    Duration::from_millis(base_ms - spread_ms + rand::rng().random_range(0..=2 * spread_ms))
}

/// What happened to the connection, without the address.
fn describe(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "no answer in time".into()
    } else if error.is_connect() {
        "cannot connect".into()
    } else {
        "the connection broke".into()
    }
}

/// Most characters of an audit-log reason
/// ([Discord Docs/Audit Log](https://discord.com/developers/docs/resources/audit-log)).
const MAX_REASON: usize = 512;

/// The reason as a header takes it: percent-encoded.
fn reason_header(reason: &str) -> Option<HeaderValue> {
    let mut encoded = String::with_capacity(reason.len());
    for c in reason.trim().chars().take(MAX_REASON) {
        push_percent_encoded(&mut encoded, c);
    }
    (!encoded.is_empty())
        .then(|| HeaderValue::from_str(&encoded).ok())
        .flatten()
}

/// Appends a character as addresses and header values take it.
pub(super) fn push_percent_encoded(into: &mut String, c: char) {
    if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~') {
        into.push(c);
        return;
    }
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        into.push('%');
        into.push(char::from(DIGITS[usize::from(byte >> 4)]));
        into.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}
