//! Where Discord is: the real one, or a simulator on this machine. Never a mixture of both.

use std::fmt;

use reqwest::Url;

/// Discord's own address
/// ([Discord Docs/Reference, "API Versioning"](https://discord.com/developers/docs/reference#api-versioning)).
pub const DISCORD: &str = "https://discord.com/api/v10";

/// The address under which all REST routes lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiBase {
    url: Url,
    is_loopback: bool,
}

/// Why an address is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseError {
    /// It is no address.
    #[error("`{0}` is no web address: {1}")]
    NotAnAddress(String, String),
    /// The token would travel in the clear.
    #[error(
        "`{0}` is refused: outside this machine only https:// will do, or the bot's token could be read on the way"
    )]
    NotSecure(String),
    /// A simulator's REST with somebody else's gateway.
    #[error(
        "the simulator at {base} names the gateway `{gateway}`, which is not on this machine; \
         the token is not sent there"
    )]
    GatewayElsewhere {
        /// Where REST is.
        base: String,
        /// Where the gateway would be.
        gateway: String,
    },
    /// A gateway without encryption.
    #[error("the gateway `{0}` is refused: outside this machine only wss:// will do")]
    GatewayNotSecure(String),
}

impl Default for ApiBase {
    fn default() -> Self {
        Self {
            url: Url::parse(DISCORD).expect("a constant that the tests parse"),
            is_loopback: false,
        }
    }
}

impl ApiBase {
    /// Reads an address such as `http://127.0.0.1:4100/api/v10`.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn parse(text: &str) -> Result<Self, BaseError> {
        let url = parse(text.trim_end_matches('/'))?;
        let is_loopback = is_loopback(&url);
        if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback) {
            return Err(BaseError::NotSecure(text.to_owned()));
        }
        Ok(Self { url, is_loopback })
    }

    /// Whether this is a simulator on this machine.
    pub const fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// The whole address of a route, given its path without a leading `/`.
    pub(crate) fn join(&self, path: &str) -> String {
        let base = self.url.as_str().trim_end_matches('/');
        let mut whole = String::with_capacity(base.len() + 1 + path.len());
        whole.push_str(base);
        whole.push('/');
        whole.push_str(path);
        whole
    }

    /// Whether the bot may connect to the gateway that this REST API named.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn check_gateway(&self, gateway: &str) -> Result<(), BaseError> {
        let url = parse(gateway)?;
        let here = is_loopback(&url);
        if self.is_loopback && !here {
            return Err(BaseError::GatewayElsewhere {
                base: self.to_string(),
                gateway: gateway.to_owned(),
            });
        }
        if url.scheme() != "wss" && !(url.scheme() == "ws" && here) {
            return Err(BaseError::GatewayNotSecure(gateway.to_owned()));
        }
        Ok(())
    }
}

impl fmt::Display for ApiBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url.as_str())
    }
}

fn parse(text: &str) -> Result<Url, BaseError> {
    Url::parse(text)
        .map_err(|error| BaseError::NotAnAddress(text.to_owned(), error.to_string()))
        .and_then(|url| match url.host_str() {
            Some(_) => Ok(url),
            None => Err(BaseError::NotAnAddress(text.to_owned(), "no host".into())),
        })
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => bare == "localhost",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_discord_itself() {
        assert_eq!(ApiBase::default(), ApiBase::parse(DISCORD).expect("fine"));
        assert_eq!(
            ApiBase::default().join("gateway/bot"),
            "https://discord.com/api/v10/gateway/bot"
        );
    }

    #[test]
    fn outside_this_machine_only_https_will_do() {
        for bad in [
            "http://discord.com/api/v10",
            "ftp://127.0.0.1/",
            "nonsense",
            "http://10.0.0.1",
        ] {
            assert!(ApiBase::parse(bad).is_err(), "{bad}");
        }
        for good in [
            "http://127.0.0.1:4100/api/v10/",
            "http://[::1]:1/api",
            "http://localhost:9",
        ] {
            assert!(ApiBase::parse(good).expect(good).is_loopback(), "{good}");
        }
    }

    #[test]
    fn a_simulator_cannot_send_the_token_to_the_real_gateway() {
        let simulator = ApiBase::parse("http://127.0.0.1:4100/api/v10").expect("fine");
        let text = simulator
            .check_gateway("wss://gateway.discord.gg")
            .expect_err("elsewhere")
            .to_string();
        assert!(text.contains("not on this machine"), "{text}");
        assert_eq!(simulator.check_gateway("ws://127.0.0.1:4101"), Ok(()));
        assert_eq!(
            ApiBase::default().check_gateway("wss://gateway.discord.gg"),
            Ok(())
        );
        assert!(
            ApiBase::default()
                .check_gateway("ws://gateway.discord.gg")
                .is_err()
        );
    }
}
