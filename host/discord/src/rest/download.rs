//! Files that members attached, fetched from where Discord keeps them.

use bytes::{Bytes, BytesMut};
use reqwest::{StatusCode, Url};

use super::error::{RestError, RestErrorKind};
use super::{ApiBase, Rest};

const NAME: &str = "fetch attachment";

/// Where Discord keeps files
/// ([Discord Docs/Reference, "Signed Attachment CDN URLs"](https://discord.com/developers/docs/reference#signed-attachment-cdn-urls)).
const HOSTS: [&str; 2] = ["cdn.discordapp.com", "media.discordapp.net"];

fn failed(kind: RestErrorKind) -> RestError {
    RestError { route: NAME, kind }
}

fn refused(detail: String) -> RestError {
    failed(RestErrorKind::Invalid {
        code: 0,
        details: vec![detail],
    })
}

fn lost(error: &reqwest::Error) -> RestError {
    failed(RestErrorKind::Unavailable {
        reason: if error.is_timeout() {
            "no answer in time".into()
        } else {
            "the connection broke".into()
        },
        maybe_applied: false,
    })
}

/// The address, if files are fetched from there: Discord's own, or the simulator's.
fn allowed(base: &ApiBase, url: &str) -> Option<Url> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    let is_discords = url.scheme() == "https" && HOSTS.contains(&host);
    (is_discords && !base.is_loopback() || base.is_same_server(&url)).then_some(url)
}

impl Rest {
    pub(super) async fn download(&self, url: &str, most_bytes: usize) -> Result<Bytes, RestError> {
        let url = allowed(&self.inner.base, url)
            .ok_or_else(|| refused("the file is not kept by Discord".into()))?;
        let mut response = self
            .inner
            .http
            .get(url)
            .send()
            .await
            .map_err(|error| lost(&error))?;
        match response.status() {
            status if status.is_success() => {}
            StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => {
                return Err(failed(RestErrorKind::Gone { code: 0 }));
            }
            status => {
                return Err(failed(RestErrorKind::Unavailable {
                    reason: format!("status {}", status.as_u16()),
                    maybe_applied: false,
                }));
            }
        }
        let too_big = || refused(format!("the file is bigger than {most_bytes} bytes"));
        if response
            .content_length()
            .is_some_and(|length| length > most_bytes as u64)
        {
            return Err(too_big());
        }
        let mut content = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
            if content.len() + chunk.len() > most_bytes {
                return Err(too_big());
            }
            content.extend_from_slice(&chunk);
        }
        Ok(content.freeze())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_from_discord_or_from_the_simulator_never_from_both() {
        let discord = ApiBase::default();
        let simulator = ApiBase::parse("http://127.0.0.1:4100/api/v10").expect("loopback");
        let cdn = "https://cdn.discordapp.com/attachments/1/2/log.txt?ex=1";
        let own = "http://127.0.0.1:4100/attachments/1/2/log.txt";
        assert!(allowed(&discord, cdn).is_some());
        assert!(allowed(&simulator, own).is_some());
        for (base, url) in [
            (&simulator, cdn),
            (&discord, own),
            (&discord, "http://cdn.discordapp.com/x"),
            (&discord, "https://cdn.discordapp.com.evil.example/x"),
            (&discord, "https://169.254.169.254/x"),
            (&simulator, "http://127.0.0.1:5432/x"),
        ] {
            assert!(allowed(base, url).is_none(), "{url}");
        }
    }
}
