//! Rate limits: per bucket, global, and the count of invalid requests.
//!
//! See [Discord Docs/Rate Limits]. Discord promises no numbers; the defaults here come from bug
//! reports and are a table that can be replaced, so that nothing learns them by heart.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The limits in force.
#[derive(Clone, Debug)]
pub struct RateLimits {
    /// Switches everything here off.
    pub enabled: bool,
    /// Requests per second over all routes but those of interactions ("Global Rate Limit").
    pub global_per_second: u32,
    /// Limits by route; the first that matches a request applies, together with all later ones that
    /// match it and have another name.
    pub rules: Vec<RateRule>,
    /// What holds where no rule matches.
    pub fallback: Option<Limit>,
    /// Answers 401, 403 and 429 in ten minutes before the address is blocked ("Invalid Request
    /// Limit").
    pub invalid_requests: u32,
    /// Edits of messages older than an hour, per channel (code 30046).
    pub old_message_edits: Limit,
}

/// So many requests in so many milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Requests that pass.
    pub requests: u32,
    /// The window, in milliseconds, that the first request opens.
    pub per_ms: i64,
}

impl Limit {
    /// `requests` in `per_ms` milliseconds.
    pub const fn new(requests: u32, per_ms: i64) -> Self {
        Self { requests, per_ms }
    }
}

/// One limit of the table.
#[derive(Clone, Debug)]
pub struct RateRule {
    /// Names the bucket; rules of one name share it.
    pub name: &'static str,
    /// `METHOD /template`, with Discord's placeholders; `*` as method matches all.
    pub routes: Vec<String>,
    /// Only requests whose JSON body has one of these keys count, if any are given.
    pub body_keys: Vec<&'static str>,
    /// The limit.
    pub limit: Limit,
}

impl RateRule {
    /// A rule for all requests on the given routes.
    pub fn new(name: &'static str, requests: u32, per_ms: i64, routes: &[&str]) -> Self {
        Self {
            name,
            routes: routes.iter().map(|route| (*route).to_owned()).collect(),
            body_keys: Vec::new(),
            limit: Limit::new(requests, per_ms),
        }
    }
}

impl RateLimits {
    /// No limit at all.
    pub fn off() -> Self {
        Self {
            enabled: false,
            ..Self::default()
        }
    }
}

impl Default for RateLimits {
    fn default() -> Self {
        let message = "/channels/{channel.id}/messages/{message.id}";
        let webhook = "/webhooks/{application.id}/{interaction.token}";
        let rules = vec![
            RateRule::new(
                "message-create",
                5,
                5000,
                &["POST /channels/{channel.id}/messages"],
            ),
            RateRule::new("message-edit", 5, 5000, &[&format!("PATCH {message}")]),
            RateRule::new("message-delete", 5, 1000, &[&format!("DELETE {message}")]),
            RateRule::new(
                "reaction",
                1,
                250,
                &[&format!("* {message}/reactions/{{emoji}}/@me")],
            ),
            RateRule::new(
                "webhook",
                5,
                2000,
                &[
                    &format!("POST {webhook}"),
                    &format!("* {webhook}/messages/{{message.id}}"),
                ],
            ),
            RateRule::new(
                "member",
                10,
                10_000,
                &[
                    "* /guilds/{guild.id}/members/{user.id}/roles/{role.id}",
                    "PATCH /guilds/{guild.id}/members/{user.id}",
                ],
            ),
            RateRule {
                body_keys: vec!["name", "topic"],
                ..RateRule::new(
                    "channel-rename",
                    2,
                    600_000,
                    &["PATCH /channels/{channel.id}"],
                )
            },
            RateRule::new("dm-create", 10, 10_000, &["POST /users/@me/channels"]),
            RateRule::new(
                "commands-put",
                2,
                60_000,
                &[
                    "PUT /applications/{application.id}/commands",
                    "PUT /applications/{application.id}/guilds/{guild.id}/commands",
                ],
            ),
            RateRule::new("gateway-bot", 2, 5000, &["GET /gateway/bot"]),
        ];
        Self {
            enabled: true,
            global_per_second: 50,
            rules,
            fallback: Some(Limit::new(50, 1000)),
            invalid_requests: 10_000,
            old_message_edits: Limit::new(3, 20_000),
        }
    }
}

/// What a request is, as far as limits care.
pub(crate) struct Counted<'a> {
    pub method: &'a str,
    pub template: &'static str,
    /// The top-level id (channel, guild, webhook and token) that separates buckets.
    pub major: &'a str,
    pub body_has: &'a dyn Fn(&str) -> bool,
    /// Interaction endpoints do not count against the global limit.
    pub interaction: bool,
    pub now_ms: i64,
}

/// The numbers that go into the headers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BucketState {
    pub bucket: String,
    pub limit: u32,
    pub remaining: u32,
    /// Until the window ends.
    pub reset_after_ms: i64,
}

/// What the limiter says to a request.
pub(crate) enum Verdict {
    Pass(Option<BucketState>),
    /// Too many in this bucket.
    Bucket(BucketState),
    /// Too many over all; milliseconds to wait.
    Global(i64),
    /// The address is blocked; milliseconds to wait.
    Blocked(i64),
}

#[derive(Clone, Copy, Debug)]
struct Window {
    started_ms: i64,
    used: u32,
}

/// The counters behind the table.
#[derive(Debug)]
pub(crate) struct Limiter {
    pub(crate) table: RateLimits,
    /// Rules by `METHOD template`, found on first use.
    matching: HashMap<(String, &'static str), Vec<usize>>,
    windows: HashMap<(usize, u64), Window>,
    global: Window,
    invalid: Window,
    prune_at: usize,
    seed: u64,
}

/// From so many windows on, old ones are thrown out.
const PRUNE_FROM: usize = 10_000;

impl Limiter {
    pub(crate) fn new(table: RateLimits) -> Self {
        let empty = Window {
            started_ms: i64::MIN / 2,
            used: 0,
        };
        Self {
            table,
            matching: HashMap::new(),
            windows: HashMap::new(),
            global: empty,
            invalid: empty,
            prune_at: PRUNE_FROM,
            seed: rand::random(),
        }
    }

    /// Replaces the table; counters start anew.
    pub(crate) fn replace(&mut self, table: RateLimits) {
        *self = Self::new(table);
    }

    /// Counts a request, or says how long to wait.
    pub(crate) fn admit(&mut self, request: &Counted<'_>) -> Verdict {
        if !self.table.enabled {
            return Verdict::Pass(None);
        }
        let now = request.now_ms;
        let blocked = self.invalid.started_ms + 600_000 - now;
        if blocked > 0 && self.invalid.used >= self.table.invalid_requests {
            return Verdict::Blocked(blocked);
        }
        if !request.interaction {
            if now - self.global.started_ms >= 1000 {
                self.global = Window {
                    started_ms: now,
                    used: 0,
                };
            }
            if self.global.used >= self.table.global_per_second {
                return Verdict::Global(self.global.started_ms + 1000 - now);
            }
        }
        let rules = self.rules_for(request);
        let mut tightest: Option<BucketState> = None;
        for &(rule, limit) in &rules {
            let state = self.state(rule, limit, request);
            if state.remaining == 0 {
                return Verdict::Bucket(state);
            }
            if tightest
                .as_ref()
                .is_none_or(|other| state.remaining <= other.remaining)
            {
                tightest = Some(state);
            }
        }
        for (rule, _) in rules {
            if let Some(window) = self.windows.get_mut(&(rule, major_hash(request))) {
                window.used += 1;
            }
        }
        if !request.interaction {
            self.global.used += 1;
        }
        if self.windows.len() > self.prune_at {
            // No window of the default table is longer than ten minutes.
            self.windows
                .retain(|_, window| now - window.started_ms < 600_000);
            self.prune_at = (self.windows.len() * 2).max(PRUNE_FROM);
        }
        Verdict::Pass(tightest.map(|state| BucketState {
            remaining: state.remaining - 1,
            ..state
        }))
    }

    /// Counts an answer of 401, 403 or 429 (a 429 of scope `shared` is not counted).
    pub(crate) fn count_invalid(&mut self, now_ms: i64) {
        if now_ms - self.invalid.started_ms >= 600_000 {
            self.invalid = Window {
                started_ms: now_ms,
                used: 0,
            };
        }
        self.invalid.used += 1;
    }

    /// Counts an edit of an old message; milliseconds to wait if there were too many.
    pub(crate) fn admit_old_edit(&mut self, channel: u64, now_ms: i64) -> Result<(), i64> {
        if !self.table.enabled {
            return Ok(());
        }
        let limit = self.table.old_message_edits;
        let window = self
            .windows
            .entry((usize::MAX - 1, channel))
            .or_insert(Window {
                started_ms: now_ms,
                used: 0,
            });
        if now_ms - window.started_ms >= limit.per_ms {
            *window = Window {
                started_ms: now_ms,
                used: 0,
            };
        }
        if window.used >= limit.requests {
            return Err(window.started_ms + limit.per_ms - now_ms);
        }
        window.used += 1;
        Ok(())
    }

    /// Answers 401, 403 and 429 counted in the running ten minutes.
    pub(crate) fn invalid_requests(&self) -> u32 {
        self.invalid.used
    }

    fn rules_for(&mut self, request: &Counted<'_>) -> Vec<(usize, Limit)> {
        let key = (request.method.to_owned(), request.template);
        let table = &self.table;
        let matching = self.matching.entry(key).or_insert_with(|| {
            let fits = |rule: &RateRule| {
                rule.routes
                    .iter()
                    .any(|route| route_matches(route, request.method, request.template))
            };
            (0..table.rules.len())
                .filter(|at| fits(&table.rules[*at]))
                .collect()
        });
        let counts = |at: &usize| {
            let keys = &table.rules[*at].body_keys;
            keys.is_empty() || keys.iter().any(|key| (request.body_has)(key))
        };
        let mut found: Vec<(usize, Limit)> = matching
            .iter()
            .copied()
            .filter(counts)
            .map(|at| (at, table.rules[at].limit))
            .collect();
        // A callback is made once per token: it has no bucket.
        let is_callback = request.template.starts_with("/interactions/");
        if found.is_empty()
            && !is_callback
            && let Some(fallback) = table.fallback
        {
            // One bucket per route, apart from the rules' numbers.
            let mut hasher = DefaultHasher::new();
            (request.method, request.template).hash(&mut hasher);
            found.push(((hasher.finish() as usize) | (1 << 40), fallback));
        }
        found
    }

    fn state(&mut self, rule: usize, limit: Limit, request: &Counted<'_>) -> BucketState {
        let now = request.now_ms;
        let window = self
            .windows
            .entry((rule, major_hash(request)))
            .or_insert(Window {
                started_ms: now,
                used: 0,
            });
        if now - window.started_ms >= limit.per_ms {
            *window = Window {
                started_ms: now,
                used: 0,
            };
        }
        let mut hasher = DefaultHasher::new();
        (self.seed, rule).hash(&mut hasher);
        BucketState {
            bucket: format!("{:016x}", hasher.finish()),
            limit: limit.requests,
            remaining: limit.requests.saturating_sub(window.used),
            reset_after_ms: window.started_ms + limit.per_ms - now,
        }
    }
}

fn major_hash(request: &Counted<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    request.major.hash(&mut hasher);
    hasher.finish()
}

/// Whether `pattern` (`METHOD /template`; `*` for any method, a trailing `*` for any ending) names
/// this route.
pub(crate) fn route_matches(pattern: &str, method: &str, template: &str) -> bool {
    let (wanted, path) = pattern.split_once(' ').unwrap_or(("*", pattern));
    let method_fits = wanted == "*" || wanted.eq_ignore_ascii_case(method);
    method_fits
        && match path.strip_suffix('*') {
            Some(start) => template.starts_with(start),
            None => path == template,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATE: &str = "/channels/{channel.id}/messages";

    fn request(major: &str, now_ms: i64) -> Counted<'_> {
        Counted {
            method: "POST",
            template: CREATE,
            major,
            body_has: &|_| false,
            interaction: false,
            now_ms,
        }
    }

    #[test]
    fn a_bucket_refuses_the_sixth_message_and_opens_again_after_its_window() {
        let mut limiter = Limiter::new(RateLimits::default());
        for left in (0..5).rev() {
            let Verdict::Pass(Some(state)) = limiter.admit(&request("1", 0)) else {
                panic!("refused")
            };
            assert_eq!(state.remaining, left);
        }
        assert!(matches!(
            limiter.admit(&request("1", 4999)),
            Verdict::Bucket(_)
        ));
        assert!(
            matches!(limiter.admit(&request("2", 4999)), Verdict::Pass(_)),
            "another channel"
        );
        assert!(matches!(
            limiter.admit(&request("1", 5000)),
            Verdict::Pass(_)
        ));
    }

    #[test]
    fn the_global_limit_spans_routes_and_spares_interactions() {
        let mut limiter = Limiter::new(RateLimits {
            global_per_second: 2,
            ..RateLimits::default()
        });
        assert!(matches!(limiter.admit(&request("1", 0)), Verdict::Pass(_)));
        assert!(matches!(limiter.admit(&request("2", 0)), Verdict::Pass(_)));
        assert!(matches!(
            limiter.admit(&request("3", 10)),
            Verdict::Global(990)
        ));
        let interaction = Counted {
            interaction: true,
            ..request("3", 10)
        };
        assert!(matches!(limiter.admit(&interaction), Verdict::Pass(_)));
    }

    #[test]
    fn renaming_a_channel_has_its_own_limit_only_with_a_name_in_the_body() {
        let mut limiter = Limiter::new(RateLimits::default());
        let patch = |named: bool| Counted {
            method: "PATCH",
            template: "/channels/{channel.id}",
            body_has: if named {
                &|key| key == "name"
            } else {
                &|_| false
            },
            ..request("1", 0)
        };
        for _ in 0..2 {
            assert!(matches!(limiter.admit(&patch(true)), Verdict::Pass(_)));
        }
        assert!(matches!(limiter.admit(&patch(true)), Verdict::Bucket(_)));
        assert!(matches!(limiter.admit(&patch(false)), Verdict::Pass(_)));
    }

    #[test]
    fn an_address_with_too_many_invalid_requests_is_blocked_for_ten_minutes() {
        let mut limiter = Limiter::new(RateLimits {
            invalid_requests: 2,
            ..RateLimits::default()
        });
        limiter.count_invalid(0);
        limiter.count_invalid(0);
        assert!(matches!(
            limiter.admit(&request("1", 1000)),
            Verdict::Blocked(599_000)
        ));
        assert!(matches!(
            limiter.admit(&request("1", 600_000)),
            Verdict::Pass(_)
        ));
    }

    #[test]
    fn patterns_match_methods_and_endings() {
        assert!(route_matches("POST /channels/*", "POST", CREATE));
        assert!(route_matches("*", "GET", CREATE));
        assert!(!route_matches("GET /channels/*", "POST", CREATE));
    }
}
