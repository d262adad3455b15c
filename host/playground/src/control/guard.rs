//! Who may look at the page and move its levers: whoever was given this start's token, from the page
//! itself, on this machine.
//!
//! Any page in the same browser can send requests to a port on loopback, and a name that its owner
//! points at 127.0.0.1 (DNS rebinding) makes that port part of its own origin. So every request has
//! to name an address that is ours (`Host`), to come from there (`Origin`), and to carry a secret.

use std::net::{IpAddr, SocketAddr};

use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use rand::distr::{Alphanumeric, SampleString};

/// Letters and digits of the token: more than 256 random bits.
const TOKEN_LENGTH: usize = 44;

/// What the browser must keep to on everything that the page is made of.
const HEADERS: [(HeaderName, &str); 8] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=()",
    ),
];

/// Why a request is turned away. The sentences are for the person in front of the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("this name is not the playground's address; open the one that it printed at its start")]
    Host,
    #[error("another web page asked; the playground answers its own page only")]
    Origin,
    #[error("open the address that the playground printed at its start: it ends in ?token=...")]
    Token,
    #[error("write application/json")]
    NotJson,
}

impl Refusal {
    fn status(self) -> StatusCode {
        match self {
            Self::Host => StatusCode::MISDIRECTED_REQUEST,
            Self::Origin => StatusCode::FORBIDDEN,
            Self::Token => StatusCode::UNAUTHORIZED,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status(), format!("Refused: {self}.\n")).into_response()
    }
}

/// The door of one listener.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    token: String,
    address: SocketAddr,
}

impl Door {
    /// A door with a new token.
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            token: Alphanumeric.sample_string(&mut rand::rng(), TOKEN_LENGTH),
            address,
        }
    }

    /// The same token on another address.
    pub(crate) fn at(&self, address: SocketAddr) -> Self {
        Self {
            token: self.token.clone(),
            address,
        }
    }

    /// The address to open: it carries the token.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/?token={}", self.address, self.token)
    }

    /// Keeps the token in the browser: never sent from other sites, never shown to scripts. Cookies
    /// know no ports, so the name does.
    pub(crate) fn cookie(&self) -> String {
        format!(
            "{}={}; Path=/; HttpOnly; SameSite=Strict",
            self.cookie_name(),
            self.token
        )
    }

    fn cookie_name(&self) -> String {
        format!("muster_playground_{}", self.address.port())
    }

    /// Whether the text is this start's token. Takes as long for a wrong one as for the right one.
    pub(crate) fn is_token(&self, text: &str) -> bool {
        let (ours, theirs) = (self.token.as_bytes(), text.as_bytes());
        let differ = |sum, (ours, theirs): (&u8, &u8)| std::hint::black_box(sum | (ours ^ theirs));
        ours.len() == theirs.len() && ours.iter().zip(theirs).fold(0, differ) == 0
    }

    /// Lets a request through that is ours by `Host`, `Origin` and token.
    pub(crate) fn check(&self, method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
        self.check_place(headers)?;
        let is_socket = headers.contains_key(header::UPGRADE);
        let is_write = !matches!(*method, Method::GET | Method::HEAD);
        // Browsers name the origin of every write and of every socket, their own pages' too.
        if (is_write || is_socket) && !headers.contains_key(header::ORIGIN) {
            return Err(Refusal::Origin);
        }
        if !self.has_cookie(headers) {
            return Err(Refusal::Token);
        }
        if is_write && !is_json(headers) {
            return Err(Refusal::NotJson);
        }
        Ok(())
    }

    /// Lets a request through that names our address and comes from no other page.
    pub(crate) fn check_place(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let text = |name| {
            headers
                .get(name)
                .map(|value: &HeaderValue| value.to_str().unwrap_or("?"))
        };
        let host = text(header::HOST).ok_or(Refusal::Host)?;
        if !self.is_ours(host) {
            return Err(Refusal::Host);
        }
        match text(header::ORIGIN) {
            Some(origin) if origin.strip_prefix("http://") != Some(host) => Err(Refusal::Origin),
            _ => Ok(()),
        }
    }

    /// Whether `Host` is an address of this listener. A name cannot be: whoever owns a name can
    /// point it here.
    fn is_ours(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !name.ends_with(':') => (name, port.parse().ok()),
            _ => (host, Some(80)),
        };
        if port != Some(self.address.port()) {
            return false;
        }
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        let ip = self.address.ip();
        match bare.parse::<IpAddr>() {
            Ok(named) if ip.is_loopback() => named.is_loopback(),
            Ok(named) => ip.is_unspecified() || named == ip,
            Err(_) => ip.is_loopback() && name.eq_ignore_ascii_case("localhost"),
        }
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let name = self.cookie_name();
        let cookies = headers.get_all(header::COOKIE).iter();
        let mut pairs = cookies
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        pairs.any(|(known, value)| known == name && self.is_token(value))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    kind.and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Adds the headers that hold the browser to the rules. There are none of CORS: nobody else may read.
pub(crate) fn harden(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(address: &str) -> Door {
        Door::new(address.parse().expect("an address"))
    }

    #[test]
    fn only_addresses_of_the_listener_are_ours() {
        let local = door("127.0.0.1:8080");
        for host in ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"] {
            assert!(local.is_ours(host), "{host}");
        }
        for host in [
            "127.0.0.1:8081",
            "127.0.0.1",
            "rebound.example:8080",
            "localhost.rebound.example:8080",
            "192.168.1.5:8080",
            "",
            ":8080",
        ] {
            assert!(!local.is_ours(host), "{host}");
        }
        let open = door("0.0.0.0:8080");
        assert!(open.is_ours("192.168.1.5:8080"));
        assert!(!open.is_ours("rebound.example:8080"));
        let one = door("192.168.1.5:8080");
        assert!(one.is_ours("192.168.1.5:8080") && !one.is_ours("192.168.1.6:8080"));
    }

    #[test]
    fn two_starts_have_two_tokens_and_only_the_whole_one_fits() {
        let (one, other) = (door("127.0.0.1:1"), door("127.0.0.1:1"));
        assert!(one.is_token(&one.token));
        assert!(!one.is_token(&other.token));
        assert!(!one.is_token(&one.token[1..]) && !one.is_token(""));
    }
}
