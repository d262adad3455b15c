//! Discord's rate-limit headers, read with suspicion: a proxy may have garbled them.
//!
//! [Discord Docs/Rate Limits, "Header Format"](https://discord.com/developers/docs/topics/rate-limits#header-format).

use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, RETRY_AFTER};
use twilight_http_ratelimiting::RateLimitHeaders;

/// Whom a 429 is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// This bot on this route.
    User,
    /// This bot on all routes.
    Global,
    /// A resource that others use too; not held against the bot.
    Shared,
}

/// Longest wait that is believed.
const LONGEST: Duration = Duration::from_secs(3600);

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .map(|wait| wait.min(LONGEST))
}

/// The bucket's state; `None` if any header is missing or garbled.
pub(crate) fn limits(headers: &HeaderMap) -> Option<RateLimitHeaders> {
    let reset_after = seconds(text(headers, RateLimitHeaders::RESET_AFTER)?)?;
    Some(RateLimitHeaders {
        bucket: headers.get(RateLimitHeaders::BUCKET)?.as_bytes().to_vec(),
        limit: text(headers, RateLimitHeaders::LIMIT)?
            .trim()
            .parse()
            .ok()?,
        remaining: text(headers, RateLimitHeaders::REMAINING)?
            .trim()
            .parse()
            .ok()?,
        reset_at: Instant::now() + reset_after,
    })
}

/// What the limiter should believe after a 429, whatever its other headers claim.
pub(crate) fn exhausted(headers: &HeaderMap, retry_after: Duration) -> Option<RateLimitHeaders> {
    Some(RateLimitHeaders {
        bucket: headers.get(RateLimitHeaders::BUCKET)?.as_bytes().to_vec(),
        limit: 0,
        remaining: 0,
        reset_at: Instant::now() + retry_after,
    })
}

/// Time until the token's or bucket's next request, where none is left.
pub(crate) fn used_up_for(headers: &HeaderMap) -> Option<Duration> {
    (text(headers, RateLimitHeaders::REMAINING)?.trim() == "0")
        .then(|| seconds(text(headers, RateLimitHeaders::RESET_AFTER)?))
        .flatten()
}

/// How long a 429 asks to wait: the body is the more precise, then the header, then a guess.
pub(crate) fn retry_after(headers: &HeaderMap, in_body: Option<f64>) -> Duration {
    /// If a 429 does not say how long (Cloudflare's do not always).
    const GUESS: Duration = Duration::from_secs(5);
    in_body
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .or_else(|| {
            let header = headers.get(RETRY_AFTER)?.to_str().ok()?;
            seconds(header)
        })
        .unwrap_or(GUESS)
        .min(LONGEST)
}

/// Whom a 429 is about. Without Discord's JSON it comes from a proxy in front of it, and concerns
/// everything that this machine sends.
pub(crate) fn scope(headers: &HeaderMap, is_discords: bool, global_in_body: bool) -> Scope {
    match text(headers, RateLimitHeaders::SCOPE) {
        Some("shared") => Scope::Shared,
        Some("global") => Scope::Global,
        _ if global_in_body || !is_discords || headers.contains_key("x-ratelimit-global") => {
            Scope::Global
        }
        _ => Scope::User,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                let name: reqwest::header::HeaderName = name.parse().expect("a header name");
                (name, value.parse().expect("a header value"))
            })
            .collect()
    }

    const FULL: [(&str, &str); 4] = [
        ("x-ratelimit-bucket", "abc"),
        ("x-ratelimit-limit", "5"),
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset-after", "1.25"),
    ];

    #[test]
    fn whole_headers_are_believed() {
        let read = limits(&headers(&FULL)).expect("whole");
        assert_eq!((read.limit, read.remaining), (5, 0));
        assert_eq!(
            used_up_for(&headers(&FULL)),
            Some(Duration::from_millis(1250))
        );
    }

    #[test]
    fn garbled_headers_are_left_aside() {
        for (name, value) in [
            ("x-ratelimit-reset-after", "soon"),
            ("x-ratelimit-reset-after", "NaN"),
            ("x-ratelimit-reset-after", "-1"),
            ("x-ratelimit-limit", "many"),
        ] {
            let mut garbled = headers(&FULL);
            garbled.insert(name, value.parse().expect("a header value"));
            assert!(limits(&garbled).is_none(), "{name}: {value}");
        }
    }

    #[test]
    fn a_429_without_discords_words_stops_everything() {
        assert_eq!(scope(&HeaderMap::new(), false, false), Scope::Global);
        assert_eq!(scope(&HeaderMap::new(), true, false), Scope::User);
        let shared = headers(&[("x-ratelimit-scope", "shared")]);
        assert_eq!(scope(&shared, true, false), Scope::Shared);
    }

    #[test]
    fn the_wait_is_bounded_and_never_zero_by_mistake() {
        assert_eq!(
            retry_after(&HeaderMap::new(), Some(f64::NAN)),
            Duration::from_secs(5)
        );
        assert_eq!(retry_after(&HeaderMap::new(), Some(1e12)), LONGEST);
        assert_eq!(
            retry_after(&headers(&[("retry-after", "2")]), None),
            Duration::from_secs(2)
        );
    }
}
