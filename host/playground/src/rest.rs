//! The REST API: from a request on the wire to one short step in the world, and its answer.

mod application;
mod body;
mod call;
pub(crate) mod channels;
mod commands;
mod direct;
pub(crate) mod guilds;
mod incoming;
mod interactions;
pub(crate) mod members;
pub(crate) mod messages;
mod oauth;
pub(crate) mod reactions;
pub(crate) mod roles;
mod route;
mod threads;
mod webhooks;

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::error::{self, ApiError};
use crate::fault::{LimitScope, RestFault};
use crate::inspect::Exchange;
use crate::log::RequestEntry;
use crate::rate_limit::{BucketState, Counted, Verdict};
pub(crate) use crate::rest::body::form_pairs;
use crate::rest::body::{Payload, Wanted};
pub(crate) use crate::rest::call::percent_encoded;
use crate::rest::call::{Answer, Call};
use crate::rest::route::{Found, Lookup};
use crate::rule::Rule;
use crate::server::Shared;
use crate::server::wire::Control;
use crate::topic::Topic;
use crate::world::World;

/// What will be sent, before it is bytes.
struct Outcome {
    status: u16,
    body: Option<Value>,
    code: Option<u32>,
    limit: Option<BucketState>,
    retry: Option<Retry>,
}

struct Retry {
    after_s: f64,
    scope: LimitScope,
}

impl Outcome {
    fn of_error(error: &ApiError) -> Self {
        let retry = error.retry_after.map(|after_s| Retry {
            after_s,
            scope: LimitScope::User,
        });
        Self {
            status: error.status,
            body: Some(error.body()),
            code: Some(error.code),
            limit: None,
            retry,
        }
    }

    fn nothing() -> Self {
        Self {
            status: 204,
            body: None,
            code: None,
            limit: None,
            retry: None,
        }
    }

    /// 429 ([Discord Docs/Rate Limits, "Exceeding A Rate Limit"]).
    fn limited(after_s: f64, scope: LimitScope, limit: Option<BucketState>) -> Self {
        let body = json!({
            "message": "You are being rate limited.", "retry_after": after_s,
            "global": scope == LimitScope::Global,
        });
        Self {
            status: 429,
            body: Some(body),
            code: None,
            limit,
            retry: Some(Retry { after_s, scope }),
        }
    }
}

/// Answers a request below `/api`.
pub(crate) async fn serve(
    shared: Arc<Shared>,
    control: Arc<Control>,
    request: Request,
) -> Response {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    let lookup = route::find(method, path);
    let template = match &lookup {
        Lookup::Found(found) => found.route.template,
        _ => "",
    };
    let (mut strike, strict) = {
        let mut world = shared.world.lock();
        let strike = world.faults.strike(method, template);
        (strike, world.keeps(Rule::ContentTypeIsSaid))
    };
    let wanted = match template {
        "/oauth2/token" | "/oauth2/token/revoke" => Wanted::Form,
        _ if strict => Wanted::Json,
        _ => Wanted::Anything,
    };
    if matches!(strike.fault, Some(RestFault::Status(_)))
        && !shared.world.lock().keeps(Rule::TemporaryFailure)
    {
        strike.fault = None;
    }
    if !strike.latency.is_zero() {
        shared.clock.sleep(strike.latency).await;
    }
    let payload = match strike.fault {
        Some(RestFault::ResetBefore) => Payload::none(),
        _ => body::read(&parts.headers, body, wanted).await,
    };
    let query = parts.uri.query().unwrap_or_default();
    let (outcome, reset) = {
        let mut world = shared.world.lock();
        let outcome = match &strike.fault {
            Some(RestFault::ResetBefore) => None,
            Some(RestFault::Status(status)) => Some(broken(*status)),
            Some(RestFault::RateLimited {
                scope,
                retry_after_s,
            }) => {
                if *scope != LimitScope::Shared {
                    world.count_invalid();
                }
                Some(Outcome::limited(*retry_after_s, *scope, None))
            }
            _ => Some(world.handle(&lookup, method, query, &parts.headers, &payload)),
        };
        let reset = matches!(
            strike.fault,
            Some(RestFault::ResetBefore | RestFault::ResetAfter)
        );
        let path = redacted(&parts.uri.to_string(), &lookup);
        let remarks = outcome.as_ref().map_or_else(Vec::new, |outcome| {
            let is_fault = strike.fault.is_some();
            let exchange = exchange(method, &path, &parts.headers, &payload, outcome, is_fault);
            world.inspectors.exchange(&exchange)
        });
        world.log_request(
            started,
            method,
            path,
            template,
            outcome.as_ref(),
            reset,
            payload,
            remarks,
        );
        (outcome, reset)
    };
    let Some(outcome) = outcome.filter(|_| !reset) else {
        control.cut();
        return Response::new(Body::empty());
    };
    respond(
        outcome,
        strike.fault == Some(RestFault::MalformedLimitHeader),
        shared.clock.now(),
    )
}

/// What inspectors get to see.
fn exchange<'a>(
    method: &'a str,
    path: &'a str,
    headers: &'a HeaderMap,
    payload: &'a Payload,
    outcome: &'a Outcome,
    is_fault: bool,
) -> Exchange<'a> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let parsed = payload.parsed.as_ref().ok();
    Exchange {
        method,
        path,
        user_agent: text(header::USER_AGENT).unwrap_or_default(),
        content_type: text(header::CONTENT_TYPE).unwrap_or_default(),
        request: parsed
            .filter(|parsed| !payload.raw.is_empty() || !parsed.files.is_empty())
            .map(|parsed| &parsed.json),
        files: parsed.map_or(0, |parsed| parsed.files.len()),
        status: outcome.status,
        answer: outcome.body.as_ref(),
        is_fault,
    }
}

/// What Discord says when it is unwell.
fn broken(status: u16) -> Outcome {
    let (message, code) = match status {
        403 => ("Missing Permissions", 50_013),
        500 => ("500: Internal Server Error", 0),
        502 => ("502: Bad Gateway", 0),
        503 => ("503: Service Unavailable", 0),
        _ => ("Temporary failure", 0),
    };
    Outcome {
        status,
        body: Some(json!({ "message": message, "code": code })),
        code: Some(code),
        limit: None,
        retry: None,
    }
}

/// The path without interaction tokens.
fn redacted(path: &str, lookup: &Lookup<'_>) -> String {
    match lookup {
        Lookup::Found(found) => match found.token() {
            Some(token) if !token.is_empty() => path.replace(token, "{token}"),
            _ => path.to_owned(),
        },
        _ => path.to_owned(),
    }
}

fn respond(outcome: Outcome, malformed: bool, now_ms: i64) -> Response {
    let mut response = match outcome.body {
        Some(body) => {
            let mut response = Response::new(Body::from(body.to_string()));
            // Exactly this: clients compare the whole header.
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            response
        }
        None => Response::new(Body::empty()),
    };
    *response.status_mut() =
        StatusCode::from_u16(outcome.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let mut put = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    // Discord stands behind a proxy; discord.py takes a 429 without this for a ban by Cloudflare.
    put("via", "1.1 playground".into());
    if let Some(limit) = outcome.limit {
        let after_ms = limit.reset_after_ms;
        put("x-ratelimit-limit", limit.limit.to_string());
        put("x-ratelimit-remaining", limit.remaining.to_string());
        put("x-ratelimit-reset", seconds(now_ms + after_ms));
        put(
            "x-ratelimit-reset-after",
            if malformed {
                "soon".into()
            } else {
                seconds(after_ms)
            },
        );
        put("x-ratelimit-bucket", limit.bucket);
    } else if malformed {
        put("x-ratelimit-reset-after", "soon".into());
    }
    if let Some(retry) = outcome.retry {
        put("retry-after", format!("{}", retry.after_s.ceil().max(0.0)));
        put("x-ratelimit-scope", retry.scope.name().into());
        if retry.scope == LimitScope::Global {
            put("x-ratelimit-global", "true".into());
        }
    }
    response
}

/// A header as text; empty if it is not there.
fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

fn seconds(ms: i64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}

impl World {
    fn handle(
        &mut self,
        lookup: &Lookup<'_>,
        method: &str,
        query: &str,
        headers: &HeaderMap,
        payload: &Payload,
    ) -> Outcome {
        let now_ms = self.now();
        let found = match lookup {
            Lookup::Found(found) => found,
            Lookup::WrongMethod => {
                return self.refused(&error::METHOD_NOT_ALLOWED.by(Rule::MethodFits));
            }
            Lookup::Unknown => return self.refused(&error::NOT_FOUND.by(Rule::PathExists)),
        };
        let body = payload
            .parsed
            .as_ref()
            .map(|parsed| &parsed.json)
            .unwrap_or(&Value::Null);
        let is_bearer = header_text(headers, "authorization").starts_with("Bearer ");
        let verdict = self.limiter.admit(&Counted {
            method,
            template: found.route.template,
            major: &found.major(),
            body_has: &|key| body.get(key).is_some(),
            interaction: found.is_interaction() || found.is_oauth() || is_bearer,
            now_ms,
        });
        let state = match verdict {
            Verdict::Pass(state) => state,
            Verdict::Bucket(state) => {
                self.limiter.count_invalid(now_ms);
                let after_s = state.reset_after_ms.max(1) as f64 / 1000.0;
                return Outcome::limited(after_s, LimitScope::User, Some(state));
            }
            Verdict::Global(after_ms) | Verdict::Blocked(after_ms) => {
                self.limiter.count_invalid(now_ms);
                return Outcome::limited(after_ms.max(1) as f64 / 1000.0, LimitScope::Global, None);
            }
        };
        let mut outcome = match self.answer(found, query, headers, payload) {
            Ok(reply) => Outcome {
                status: reply.status,
                body: reply.body,
                code: None,
                limit: None,
                retry: None,
            },
            Err(error) => self.refused(&error),
        };
        if matches!(outcome.status, 401 | 403 | 429) {
            self.limiter.count_invalid(now_ms);
        }
        outcome.limit = state;
        outcome
    }

    fn count_invalid(&mut self) {
        let now_ms = self.now();
        self.limiter.count_invalid(now_ms);
    }

    /// An error's answer; where its rule is switched off, a success that did nothing.
    fn refused(&self, error: &ApiError) -> Outcome {
        match error.rule().is_none_or(|rule| self.keeps(rule)) {
            true => Outcome::of_error(error),
            false => Outcome::nothing(),
        }
    }

    fn answer(
        &mut self,
        found: &Found<'_>,
        query: &str,
        headers: &HeaderMap,
        payload: &Payload,
    ) -> Answer {
        let authorization = header_text(headers, "authorization");
        let token = authorization.strip_prefix("Bearer ");
        let grant = token
            .filter(|_| found.takes_bearer())
            .and_then(|token| self.grant_of(token).cloned());
        let open = found.is_interaction() && self.keeps(Rule::TokenIsEnough);
        // "User Agent": DiscordBot ($url, $versionNumber). discord.py has another on the webhook routes.
        let agent = header_text(headers, "user-agent");
        let by_bot = !open && !found.is_oauth() && grant.is_none();
        if by_bot
            && self.switches.require_user_agent
            && !(agent.starts_with("DiscordBot (") && agent.contains(')'))
        {
            return Err(error::CLOUDFLARE);
        }
        let token = authorization.strip_prefix("Bot ");
        let is_bot = token == Some(self.config.application.token.as_str());
        if by_bot && !is_bot && self.keeps(Rule::BotToken) {
            return Err(match self.switches.bad_token_is_50014 {
                true => error::INVALID_TOKEN,
                false => error::UNAUTHORIZED,
            });
        }
        let parsed = payload.parsed.as_ref().map_err(Clone::clone)?;
        let reason = headers
            .get("x-audit-log-reason")
            .and_then(|value| value.to_str().ok())
            .map(call::percent_decoded);
        if reason
            .as_ref()
            .is_some_and(|reason| !(1..=512).contains(&reason.chars().count()))
        {
            return Err(ApiError::form(
                "reason",
                "BASE_TYPE_BAD_LENGTH",
                "Must be between 1 and 512 in length.",
            ));
        }
        let call = Call {
            found,
            query,
            body: &parsed.json,
            files: &parsed.files,
            reason,
            authorization,
            grant,
        };
        (found.route.handler)(self, &call)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one line of the log, taken apart nowhere else"
    )]
    fn log_request(
        &mut self,
        started: Instant,
        method: &str,
        path: String,
        route: &'static str,
        outcome: Option<&Outcome>,
        reset: bool,
        payload: Payload,
        remarks: Vec<String>,
    ) {
        let body: Bytes = payload
            .raw
            .slice(..payload.raw.len().min(self.config.log_body_bytes));
        let error = outcome
            .filter(|outcome| outcome.status >= 400)
            .and_then(|outcome| outcome.body.as_ref());
        let entry = RequestEntry {
            number: 0,
            at_ms: self.now(),
            method: method.to_owned(),
            path,
            route,
            status: if reset {
                0
            } else {
                outcome.map_or(0, |outcome| outcome.status)
            },
            code: outcome.and_then(|outcome| outcome.code),
            bucket: outcome
                .and_then(|outcome| outcome.limit.as_ref())
                .map(|limit| limit.bucket.clone()),
            duration: started.elapsed(),
            body_bytes: payload.raw.len(),
            body,
            error: error.map(Value::to_string),
            remarks,
        };
        self.logs.request(entry);
        self.topics.changed(Topic::Requests);
    }
}
