//! Files that go with a message: texts, and attachments that members sent, fetched and sent again.

use std::sync::OnceLock;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use muster_core::effect::{File, FileContent};
use reqwest::Url;

use super::trouble::Trouble;
use crate::rest::{ApiBase, Upload};

/// Where Discord keeps attachments
/// ([Discord Docs/Reference, "Image Formatting"](https://discord.com/developers/docs/reference#image-formatting)
/// names the first; message objects show both). Nothing is fetched from anywhere else.
const HOSTS: [&str; 2] = ["cdn.discordapp.com", "media.discordapp.net"];

/// The largest file that is fetched: what Discord lets a bot upload
/// ([Discord Docs/Reference, "Uploading Files"](https://discord.com/developers/docs/reference#uploading-files)).
const MOST_BYTES: usize = 10 << 20;

/// How long one download may take.
const WITHIN: Duration = Duration::from_secs(20);

/// Fetches attachments.
#[derive(Default)]
pub(super) struct Files {
    http: OnceLock<reqwest::Client>,
}

impl Files {
    /// What is to be uploaded.
    pub async fn load(&self, base: &ApiBase, files: &[File]) -> Result<Vec<Upload>, Trouble> {
        let mut uploads = Vec::with_capacity(files.len());
        for file in files {
            let content = match &file.content {
                FileContent::Text(text) => Bytes::copy_from_slice(text.as_bytes()),
                FileContent::Received(address) => {
                    let Some(url) = allowed(base, address) else {
                        tracing::warn!(
                            "an attachment was to be fetched from somewhere else than Discord"
                        );
                        return Err(Trouble::fail("That file is not one that Discord holds."));
                    };
                    self.fetch(url).await?
                }
            };
            uploads.push(Upload {
                name: file.name.clone(),
                content,
            });
        }
        Ok(uploads)
    }

    async fn fetch(&self, url: Url) -> Result<Bytes, Trouble> {
        let broken = |_| Trouble::later("Discord does not hand out the file just now.");
        let mut response = self.http()?.get(url).send().await.map_err(broken)?;
        let status = response.status();
        if status.is_server_error() || status == reqwest::StatusCode::TOO_MANY_REQUESTS {
            return Err(Trouble::later(
                "Discord does not hand out the file just now.",
            ));
        }
        if !status.is_success() {
            return Err(Trouble::fail(
                "Discord does not hold the file any more. Send it again.",
            ));
        }
        let too_large = || Trouble::fail("The file is larger than 10 MiB. Send a smaller one.");
        if response
            .content_length()
            .is_some_and(|length| length > MOST_BYTES as u64)
        {
            return Err(too_large());
        }
        let mut content = BytesMut::new();
        while let Some(part) = response.chunk().await.map_err(broken)? {
            if content.len() + part.len() > MOST_BYTES {
                return Err(too_large());
            }
            content.extend_from_slice(&part);
        }
        Ok(content.freeze())
    }

    fn http(&self) -> Result<&reqwest::Client, Trouble> {
        if let Some(client) = self.http.get() {
            return Ok(client);
        }
        let client = reqwest::Client::builder()
            // A redirect could lead out of Discord.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(WITHIN)
            .build()
            .map_err(|error| {
                tracing::error!(%error, "HTTPS cannot be set up");
                Trouble::later("Something broke on our side.")
            })?;
        Ok(self.http.get_or_init(|| client))
    }
}

/// The address of an attachment, if it is one: on Discord's own hosts, or, where Discord is a simulator
/// on this machine, at that simulator.
fn allowed(base: &ApiBase, address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    if !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let is_discords = url.scheme() == "https"
        && url.port().is_none()
        && url.host_str().is_some_and(|host| HOSTS.contains(&host));
    let is_simulators = || {
        let simulator = Url::parse(&base.to_string()).ok()?;
        (base.is_loopback() && simulator.origin() == url.origin()).then_some(())
    };
    (is_discords || is_simulators().is_some()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_from_discord_and_from_nowhere_else() {
        let discord = ApiBase::default();
        assert!(
            allowed(
                &discord,
                "https://cdn.discordapp.com/attachments/1/2/a.png?ex=1"
            )
            .is_some()
        );
        assert!(
            allowed(
                &discord,
                "https://media.discordapp.net/attachments/1/2/a.png"
            )
            .is_some()
        );
        for odd in [
            "http://cdn.discordapp.com/attachments/1/2/a.png",
            "https://cdn.discordapp.com.example.org/a.png",
            "https://cdn.discordapp.com:8443/a.png",
            "https://me@cdn.discordapp.com/a.png",
            "https://169.254.169.254/latest/meta-data",
            "http://127.0.0.1:4100/attachments/1/2/a.png",
            "file:///etc/passwd",
            "123456",
        ] {
            assert!(allowed(&discord, odd).is_none(), "{odd}");
        }
    }

    #[test]
    fn a_simulator_hands_out_its_own_files() {
        let simulator = ApiBase::parse("http://127.0.0.1:4100/api/v10").expect("fine");
        assert!(allowed(&simulator, "http://127.0.0.1:4100/attachments/1/2/a.png").is_some());
        assert!(allowed(&simulator, "http://127.0.0.1:4101/attachments/1/2/a.png").is_none());
    }
}
