//! The smallest bot: one socket, one HTTP client, nothing clever.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use muster_playground::{ApplicationConfig, Config, GuildHandle, GuildSpec, Playground};
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES.
pub const INTENTS: u64 = 1 | 1 << 9 | 1 << 12;
/// No test waits longer for a frame.
const PATIENCE: Duration = Duration::from_secs(10);

/// A REST answer.
#[derive(Debug)]
pub struct Answered {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answered {
    /// Status and code of an error.
    pub fn error(&self) -> (u16, u64) {
        (self.status, self.body["code"].as_u64().unwrap_or(u64::MAX))
    }

    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{} {}",
            self.status,
            self.body
        );
        self.body
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn number(&self, name: &str) -> f64 {
        self.header(name)
            .and_then(|value| value.parse().ok())
            .unwrap_or(f64::NAN)
    }
}

/// A gateway connection.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The last sequence number seen.
    pub seq: u64,
}

/// What ended a socket.
#[derive(Debug, PartialEq)]
pub enum Ended {
    Closed(Option<u16>),
    Broken,
}

impl Socket {
    pub async fn open(url: &str) -> Self {
        let (stream, _) = tokio_tungstenite::connect_async(url)
            .await
            .expect("the gateway takes connections");
        Self { stream, seq: 0 }
    }

    pub async fn send(&mut self, frame: Value) {
        self.send_text(frame.to_string()).await;
    }

    pub async fn send_text(&mut self, text: String) {
        self.stream
            .send(Message::text(text))
            .await
            .expect("the socket is open");
    }

    /// Closes with a code and waits until the other side did too.
    pub async fn close(mut self, code: u16) {
        let frame = tokio_tungstenite::tungstenite::protocol::CloseFrame {
            code: code.into(),
            reason: "".into(),
        };
        self.stream
            .close(Some(frame))
            .await
            .expect("the socket is open");
        while let Some(Ok(_)) = self.stream.next().await {}
    }

    pub async fn next(&mut self) -> Result<Value, Ended> {
        let next = tokio::time::timeout(PATIENCE, self.stream.next())
            .await
            .expect("a frame in time");
        let text = match next {
            Some(Ok(Message::Text(text))) => text.to_string(),
            Some(Ok(Message::Binary(packed))) => unpack(&packed),
            Some(Ok(Message::Close(frame))) => {
                return Err(Ended::Closed(frame.map(|frame| frame.code.into())));
            }
            Some(Ok(other)) => panic!("an unexpected frame: {other:?}"),
            Some(Err(_)) | None => return Err(Ended::Broken),
        };
        let frame: Value = serde_json::from_str(&text).expect("JSON");
        if let Some(seq) = frame["s"].as_u64() {
            assert!(
                seq == self.seq + 1 || self.seq == 0,
                "{seq} after {}",
                self.seq
            );
            self.seq = seq;
        }
        Ok(frame)
    }

    /// The next frame with this opcode.
    pub async fn op(&mut self, op: u64) -> Value {
        loop {
            let frame = self.next().await.expect("the socket stays open");
            if frame["op"] == op {
                return frame;
            }
        }
    }

    /// The next event of this name; others are passed over.
    pub async fn event(&mut self, name: &str) -> Value {
        loop {
            let frame = self.next().await.expect("the socket stays open");
            if frame["t"] == name {
                return frame["d"].clone();
            }
        }
    }

    /// Names of events up to and with `last`.
    pub async fn events_until(&mut self, last: &str) -> Vec<String> {
        let mut names = Vec::new();
        loop {
            let frame = self.next().await.expect("the socket stays open");
            let Some(name) = frame["t"].as_str() else {
                continue;
            };
            names.push(name.to_owned());
            if name == last {
                return names;
            }
        }
    }

    /// How the socket ends; frames before that are passed over.
    pub async fn end(&mut self) -> Ended {
        loop {
            if let Err(ended) = self.next().await {
                return ended;
            }
        }
    }
}

fn unpack(packed: &[u8]) -> String {
    use std::io::Read;
    let mut text = String::new();
    flate2::read::ZlibDecoder::new(packed)
        .read_to_string(&mut text)
        .expect("one complete zlib stream");
    text
}

/// A logged-in bot.
pub struct Bot {
    pub playground: Playground,
    pub guild: GuildHandle,
    pub socket: Socket,
    pub session: String,
    http: reqwest::Client,
}

pub fn identify(token: &str, intents: u64) -> Value {
    json!({ "op": 2, "d": {
        "token": token, "intents": intents, "properties": { "os": "linux", "browser": "t", "device": "t" },
    } })
}

/// A playground whose application may use all intents.
pub fn config() -> Config {
    Config {
        application: ApplicationConfig {
            guild_presences_intent: true,
            message_content_intent: false,
            ..ApplicationConfig::default()
        },
        patience: PATIENCE,
        ..Config::default()
    }
}

pub fn http() -> reqwest::Client {
    let mut headers = HeaderMap::new();
    headers.insert(
        "user-agent",
        HeaderValue::from_static("DiscordBot (https://example.org, 1.0)"),
    );
    reqwest::Client::builder()
        .default_headers(headers)
        .build()
        .expect("a client")
}

impl Bot {
    /// Logs in to a new playground with the default guild.
    pub async fn start() -> Self {
        Self::start_with(config(), &GuildSpec::named("Testing"), INTENTS).await
    }

    pub async fn start_with(config: Config, spec: &GuildSpec, intents: u64) -> Self {
        let playground = Playground::start(config).await.expect("a playground");
        let guild = playground.add_guild(spec).expect("a guild");
        let mut socket = Socket::open(&playground.gateway_url()).await;
        socket.op(10).await;
        socket.send(identify(playground.token(), intents)).await;
        let ready = socket.event("READY").await;
        let session = ready["session_id"].as_str().expect("a session").to_owned();
        if intents & 1 != 0 {
            socket.event("GUILD_CREATE").await;
        }
        Self {
            playground,
            guild,
            socket,
            session,
            http: http(),
        }
    }

    pub async fn rest(&self, method: &str, path: &str, body: Value) -> Answered {
        let token = format!("Bot {}", self.playground.token());
        self.request(method, path, body, &[("authorization", &token)])
            .await
    }

    pub async fn get(&self, path: &str) -> Answered {
        self.rest("GET", path, Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answered {
        self.rest("POST", path, body).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answered {
        self.rest("PATCH", path, body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answered {
        self.rest("PUT", path, body).await
    }

    pub async fn delete(&self, path: &str) -> Answered {
        self.rest("DELETE", path, Value::Null).await
    }

    pub async fn request(
        &self,
        method: &str,
        path: &str,
        body: Value,
        headers: &[(&str, &str)],
    ) -> Answered {
        self.try_request(method, path, body, headers)
            .await
            .expect("an answer")
    }

    pub async fn try_request(
        &self,
        method: &str,
        path: &str,
        body: Value,
        headers: &[(&str, &str)],
    ) -> Result<Answered, reqwest::Error> {
        let url = format!("{}{path}", self.playground.api_url());
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.http.request(method, url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        let body = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).expect("JSON")
        };
        Ok(Answered {
            status,
            headers,
            body,
        })
    }

    /// A POST with a body as it stands; without a content type if that is empty.
    pub async fn sends(
        &self,
        path: &str,
        content_type: &str,
        body: impl Into<reqwest::Body>,
    ) -> Answered {
        let url = format!("{}{path}", self.playground.api_url());
        let token = format!("Bot {}", self.playground.token());
        let mut request = self.http.post(url).header("authorization", token);
        if !content_type.is_empty() {
            request = request.header("content-type", content_type);
        }
        let response = request.body(body).send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("a body");
        Answered {
            status,
            headers,
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
        }
    }

    /// A multipart request with files.
    pub async fn upload(&self, path: &str, payload: Value, files: &[(&str, &[u8])]) -> Answered {
        let mut form = reqwest::multipart::Form::new().text("payload_json", payload.to_string());
        for (at, (name, data)) in files.iter().enumerate() {
            let part = reqwest::multipart::Part::bytes(data.to_vec()).file_name((*name).to_owned());
            form = form.part(format!("files[{at}]"), part);
        }
        let token = format!("Bot {}", self.playground.token());
        let url = format!("{}{path}", self.playground.api_url());
        let request = self
            .http
            .post(url)
            .header("authorization", token)
            .multipart(form);
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answered {
            status,
            headers,
            body: response.json().await.expect("JSON"),
        }
    }

    /// Answers an interaction without any `Authorization`.
    pub async fn answer(&self, interaction: &Value, body: Value) -> Answered {
        let path = format!(
            "/interactions/{}/{}/callback",
            text(interaction, "id"),
            text(interaction, "token")
        );
        self.request("POST", &path, body, &[]).await
    }

    /// The webhook path of an interaction, followed by `rest`.
    pub fn webhook(&self, interaction: &Value, rest: &str) -> String {
        format!(
            "/webhooks/{}/{}{rest}",
            self.playground.application_id(),
            text(interaction, "token")
        )
    }

    /// Registers commands in the guild.
    pub async fn registers(&self, commands: Value) -> Value {
        let path = format!(
            "/applications/{}/guilds/{}/commands",
            self.playground.application_id(),
            self.guild.id()
        );
        self.put(&path, commands).await.ok()
    }

    pub async fn interaction(&mut self) -> Value {
        self.socket.event("INTERACTION_CREATE").await
    }

    /// The path of the first channel, followed by `rest`.
    pub fn channel(&self, rest: &str) -> String {
        let channel = self.guild.channel("general").expect("the default channel");
        format!("/channels/{channel}{rest}")
    }

    /// The path of the guild, followed by `rest`.
    pub fn in_guild(&self, rest: &str) -> String {
        format!("/guilds/{}{rest}", self.guild.id())
    }

    /// Posts a message with one button and gives its id.
    pub async fn posts_button(&self, label: &str) -> muster_playground::MessageId {
        let body = json!({
            "content": "press",
            "components": [{ "type": 1, "components": [
                { "type": 2, "style": 1, "label": label, "custom_id": "go" }
            ] }],
        });
        let message = self.post(&self.channel("/messages"), body).await.ok();
        text(&message, "id").parse().expect("a snowflake")
    }

    /// Moves the clock.
    pub fn after(&self, seconds: u64) {
        self.playground
            .clock()
            .advance(Duration::from_secs(seconds));
    }
}

/// A text inside of JSON.
#[track_caller]
pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("no text {key} in {value}"))
}
