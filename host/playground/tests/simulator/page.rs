//! The page is closed to everybody but its own browser, and its requests do what a person does.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use muster_playground::{Config, GuildSpec, Playground};
use reqwest::header::{HeaderMap, HeaderName};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::bot::Bot;

const PATIENCE: Duration = Duration::from_secs(10);

/// A browser that has opened the printed address.
struct Browser {
    http: reqwest::Client,
    base: String,
    cookie: String,
}

struct Got {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{} {}", self.status, self.text))
    }
}

impl Browser {
    async fn open(playground: &Playground) -> Self {
        let mut browser = Self {
            http: reqwest::Client::new(),
            base: playground.base_url(),
            cookie: String::new(),
        };
        let url = playground.page_url();
        let path = url
            .strip_prefix(&browser.base)
            .expect("on its port")
            .to_owned();
        let got = browser.get(&path, &[]).await;
        assert_eq!(got.status, 200);
        let cookie = got.headers["set-cookie"].to_str().expect("text").to_owned();
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
            "{cookie}"
        );
        browser.cookie = cookie.split(';').next().expect("a pair").to_owned();
        browser
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Got {
        self.send(self.http.get(format!("{}{path}", self.base)), headers)
            .await
    }

    async fn post(&self, path: &str, body: &Value) -> Got {
        let headers = [
            ("content-type", "application/json"),
            ("origin", self.base.as_str()),
        ];
        self.post_as(path, body.to_string(), &headers).await
    }

    async fn post_as(&self, path: &str, body: String, headers: &[(&str, &str)]) -> Got {
        let request = self.http.post(format!("{}{path}", self.base)).body(body);
        self.send(request, headers).await
    }

    /// Headers given here replace those that the browser would send.
    async fn send(&self, request: reqwest::RequestBuilder, headers: &[(&str, &str)]) -> Got {
        let mut all = HeaderMap::new();
        if !self.cookie.is_empty() {
            all.insert("cookie", self.cookie.parse().expect("a value"));
        }
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a name");
            if value.is_empty() {
                all.remove(&name);
            } else {
                all.insert(name, value.parse().expect("a value"));
            }
        }
        let response = request.headers(all).send().await.expect("it answers");
        Got {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.expect("text"),
        }
    }

    async fn act(&self, persona: &muster_playground::Persona, act: Value) -> Got {
        let body = json!({ "persona": persona.id(), "channel": persona.channel(), "act": act });
        self.post("/playground/act", &body).await
    }
}

async fn garden() -> (Playground, muster_playground::GuildHandle) {
    let playground = Playground::start(Config::default()).await.expect("starts");
    let guild = playground
        .add_guild(&GuildSpec::named("Garden Club"))
        .expect("a guild");
    (playground, guild)
}

#[tokio::test]
async fn without_the_token_of_this_start_nothing_is_served() {
    let (playground, _guild) = garden().await;
    let browser = Browser::open(&playground).await;
    let paths = ["/", "/page/app.js", "/playground/start", "/playground/log"];
    for path in paths {
        assert_eq!(browser.get(path, &[]).await.status, 200, "{path}");
        let none = browser.get(path, &[("cookie", "")]).await;
        assert_eq!(none.status, 401, "{path}");
        assert!(none.headers.get("set-cookie").is_none());
        let (name, token) = browser.cookie.split_once('=').expect("a pair");
        for wrong in [
            format!("{name}={}", "x".repeat(token.len())),
            format!("{name}="),
        ] {
            let got = browser.get(path, &[("cookie", &wrong)]).await;
            assert_eq!(got.status, 401, "{path}");
        }
    }
    let wrong = browser.get("/?token=wrong", &[("cookie", "")]).await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.text.contains("printed"), "{}", wrong.text);
    let write = browser
        .post_as(
            "/playground/operate",
            json!({ "op": "clear_faults" }).to_string(),
            &[
                ("cookie", ""),
                ("content-type", "application/json"),
                ("origin", &browser.base),
            ],
        )
        .await;
    assert_eq!(write.status, 401);
}

#[tokio::test]
async fn another_pages_requests_are_refused() {
    let (playground, _guild) = garden().await;
    let browser = Browser::open(&playground).await;
    for origin in ["http://evil.example", "null", "http://127.0.0.1:1"] {
        for path in ["/", "/playground/start", "/page/app.js", "/api/v10/gateway"] {
            let got = browser.get(path, &[("origin", origin)]).await;
            assert_eq!(got.status, 403, "{path} from {origin}");
        }
    }
    let before = playground.clock().offset();
    let lever = json!({ "op": "move_clock", "by_ms": 1000 }).to_string();
    for origin in ["http://evil.example", "null", ""] {
        let headers = [("content-type", "application/json"), ("origin", origin)];
        let got = browser
            .post_as("/playground/operate", lever.clone(), &headers)
            .await;
        assert_eq!(got.status, 403, "from {origin:?}");
    }
    assert_eq!(playground.clock().offset(), before);
    // A browser's preflight gets no permission.
    let request = browser.http.request(
        reqwest::Method::OPTIONS,
        format!("{}/playground/operate", browser.base),
    );
    let got = browser
        .send(request, &[("origin", "http://evil.example")])
        .await;
    assert_eq!(got.status, 403);
    assert!(
        got.headers
            .keys()
            .all(|name| !name.as_str().starts_with("access-control"))
    );
    // Neither does a socket, to the page or to the gateway.
    for path in ["/playground/live", "/gateway"] {
        let url = format!("{}{path}", browser.base.replacen("http", "ws", 1));
        let mut request = url.into_client_request().expect("a request");
        request
            .headers_mut()
            .insert("cookie", browser.cookie.parse().expect("a value"));
        request
            .headers_mut()
            .insert("origin", "http://evil.example".parse().expect("a value"));
        let refused = tokio_tungstenite::connect_async(request)
            .await
            .expect_err("refused");
        assert!(refused.to_string().contains("403"), "{refused}");
    }
}

#[tokio::test]
async fn a_name_that_was_rebound_to_this_machine_is_refused() {
    let (playground, _guild) = garden().await;
    let browser = Browser::open(&playground).await;
    let port = playground.address().port();
    let rebound = format!("rebound.example:{port}");
    for path in ["/", "/page/app.js", "/playground/start"] {
        let got = browser.get(path, &[("host", &rebound)]).await;
        assert_eq!(got.status, 421, "{path}");
    }
    let origin = format!("http://{rebound}");
    let headers = [
        ("host", rebound.as_str()),
        ("origin", &origin),
        ("content-type", "application/json"),
    ];
    let body = json!({ "op": "clear_faults" }).to_string();
    assert_eq!(
        browser
            .post_as("/playground/operate", body, &headers)
            .await
            .status,
        421
    );
    // The same machine by its other name is fine.
    let got = browser
        .get(
            "/playground/start",
            &[("host", &format!("localhost:{port}"))],
        )
        .await;
    assert_eq!(got.status, 200);
}

#[tokio::test]
async fn writes_are_json_and_every_answer_holds_the_browser_to_the_rules() {
    let (playground, _guild) = garden().await;
    let browser = Browser::open(&playground).await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "",
    ] {
        let body = json!({ "op": "clear_faults" }).to_string();
        let headers = [("content-type", kind), ("origin", browser.base.as_str())];
        let got = browser.post_as("/playground/operate", body, &headers).await;
        assert_eq!(got.status, 415, "{kind}");
    }
    for path in [
        "/",
        "/?token=wrong",
        "/page/app.js",
        "/page/no.js",
        "/playground/start",
        "/playground/no",
    ] {
        let got = browser.get(path, &[]).await;
        let policy = got.headers["content-security-policy"]
            .to_str()
            .expect("text");
        assert!(
            policy.starts_with("default-src 'self';"),
            "{path}: {policy}"
        );
        assert_eq!(got.headers["x-content-type-options"], "nosniff");
        assert_eq!(got.headers["x-frame-options"], "DENY");
        assert_eq!(got.headers["referrer-policy"], "no-referrer");
        assert_eq!(got.headers["cache-control"], "no-store");
        assert!(
            got.headers
                .keys()
                .all(|name| !name.as_str().starts_with("access-control"))
        );
    }
    let got = browser
        .post("/playground/operate", &json!({ "op": "no_such" }))
        .await;
    assert_eq!(got.status, 400);
    assert!(
        got.json()["error"]
            .as_str()
            .expect("a sentence")
            .contains("no_such")
    );
}

#[tokio::test]
async fn what_somebody_uploaded_never_acts_as_a_part_of_the_page() {
    let mut bot = Bot::start().await;
    let browser = Browser::open(&bot.playground).await;
    bot.registers(json!([{ "name": "show", "description": "d", "options": [
        { "type": 11, "name": "file", "description": "d", "required": true },
    ] }]))
    .await;
    let ann = bot.guild.member("Ann");
    let file =
        json!({ "filename": "x.html", "content_type": "text/html", "content_base64": "PGI+" });
    let act = json!({ "kind": "use", "command": "show", "options": { "file": file } });
    let acting = browser.act(&ann, act);
    let looking = async {
        let data = bot.interaction().await;
        let attachments = data["data"]["resolved"]["attachments"]
            .as_object()
            .expect("files")
            .clone();
        let url = attachments.values().next().expect("one")["url"]
            .as_str()
            .expect("a url")
            .to_owned();
        bot.playground.clock().advance(Duration::from_secs(4));
        url
    };
    let (got, url) = tokio::join!(acting, looking);
    assert_eq!(got.json()["failed"], "The application did not respond");
    let response = reqwest::get(url).await.expect("served");
    assert_eq!(response.headers()["content-disposition"], "attachment");
    assert!(
        response.headers()["content-security-policy"]
            .to_str()
            .expect("text")
            .contains("sandbox")
    );
    assert_eq!(response.text().await.expect("text"), "<b>");
}

#[tokio::test]
async fn a_second_address_serves_the_page_alone_and_by_the_same_token() {
    let config = Config {
        page_address: Some("127.0.0.1:0".parse().expect("an address")),
        ..Config::default()
    };
    let playground = Playground::start(config).await.expect("starts");
    let url = playground.remote_page_url().expect("a second address");
    let (base, _) = url.split_once("/?").expect("a token");
    let status = async |path: &str| {
        reqwest::get(format!("{base}{path}"))
            .await
            .expect("it answers")
            .status()
            .as_u16()
    };
    assert_eq!(reqwest::get(&url).await.expect("it answers").status(), 200);
    assert_eq!(status("/").await, 401);
    for path in ["/api/v10/gateway", "/gateway", "/oauth2/authorize"] {
        assert_eq!(status(path).await, 404, "{path}");
    }
    assert_eq!(status("/attachments/1/2/x").await, 401);
}

#[tokio::test]
async fn a_pane_is_told_what_its_person_may_see_and_no_more() {
    let bot = Bot::start().await;
    let browser = Browser::open(&bot.playground).await;
    let (ann, ben) = (bot.guild.member("Ann"), bot.guild.member("Ben"));
    let url = format!("{}/playground/live", browser.base.replacen("http", "ws", 1));
    let mut request = url.into_client_request().expect("a request");
    request
        .headers_mut()
        .insert("cookie", browser.cookie.parse().expect("a value"));
    request
        .headers_mut()
        .insert("origin", browser.base.parse().expect("a value"));
    let (mut socket, _) = tokio_tungstenite::connect_async(request)
        .await
        .expect("let in");
    let pane = |pane: u32, who: &muster_playground::Persona| {
        json!({
            "pane": pane, "persona": who.id(), "guild": bot.guild.id(), "channel": who.channel(),
        })
    };
    let watching = json!({ "panes": [pane(0, &ann), pane(1, &ben)] });
    socket
        .send(Message::text(watching.to_string()))
        .await
        .expect("open");
    let mut next = async || -> Value {
        let frame = tokio::time::timeout(PATIENCE, socket.next())
            .await
            .expect("in time");
        let text = frame
            .expect("open")
            .expect("fine")
            .into_text()
            .expect("text");
        serde_json::from_str(&text).expect("JSON")
    };
    assert_eq!(next().await[0]["t"], "watching");
    let got = browser
        .act(
            &ann,
            json!({ "kind": "write", "text": "<b>hello</b> <@1>" }),
        )
        .await;
    assert_eq!(got.status, 200, "{}", got.text);
    let events = next().await;
    let events = events.as_array().expect("a list");
    let told = |pane: u32| {
        events
            .iter()
            .filter(|event| event["t"] == "message" && event["pane"] == pane)
            .count()
    };
    assert_eq!((told(0), told(1)), (1, 1), "{events:?}");
    assert_eq!(events[0]["message"]["content"], "<b>hello</b> <@1>");
    // A channel that Ben may not see: Ben's pane hears nothing of it.
    let hidden = browser
        .post(
            "/playground/operate",
            &json!({ "op": "add_channel", "guild": bot.guild.id(), "name": "hidden" }),
        )
        .await
        .json()["channel"]
        .clone();
    next().await;
    let deny = json!({
        "op": "set_overwrite", "guild": bot.guild.id(), "channel": hidden, "role": bot.guild.id(),
        "allow": "0", "deny": ["VIEW_CHANNEL"],
    });
    assert_eq!(browser.post("/playground/operate", &deny).await.status, 200);
    let events = next().await;
    let shown = |pane: u32| {
        events
            .as_array()
            .expect("a list")
            .iter()
            .any(|event| event["pane"] == pane && event["channel"].is_object())
    };
    assert!(!shown(0) && !shown(1), "{events}");
    let look = |who: &muster_playground::Persona| {
        let id = who.id();
        let text = hidden.as_str().expect("an id").to_owned();
        let browser = &browser;
        async move {
            browser
                .get(
                    &format!("/playground/channel?persona={id}&channel={text}"),
                    &[],
                )
                .await
                .status
        }
    };
    assert_eq!(look(&ben).await, 404);
    assert_eq!(look(&bot.guild.owner()).await, 200);
}

#[tokio::test]
async fn an_operator_orders_roles_revokes_rights_and_moves_the_clock() {
    let bot = Bot::start().await;
    let browser = Browser::open(&bot.playground).await;
    let id = bot.guild.id();
    let operate = async |body: Value| {
        let got = browser.post("/playground/operate", &body).await;
        assert_eq!(got.status, 200, "{}", got.text);
        got.json()
    };
    let low =
        operate(json!({ "op": "add_role", "guild": id, "name": "Low" })).await["role"].clone();
    let top =
        operate(json!({ "op": "add_role", "guild": id, "name": "Top" })).await["role"].clone();
    let own = bot.guild.bot_role().expect("its role");
    operate(json!({ "op": "order_roles", "guild": id, "order": [top, own.id, low] })).await;
    let names: Vec<String> = bot
        .guild
        .roles()
        .into_iter()
        .map(|role| role.name)
        .collect();
    assert_eq!(names, ["Top", "Muster", "Low", "@everyone"]);
    let partial = json!({ "op": "order_roles", "guild": id, "order": [top] });
    assert_eq!(
        browser.post("/playground/operate", &partial).await.status,
        400
    );
    operate(json!({ "op": "change_role", "guild": id, "role": own.id, "permissions": "0" })).await;
    assert_eq!(bot.guild.bot_role().expect("its role").permissions.0, 0);
    let before = bot.playground.clock().offset();
    operate(json!({ "op": "move_clock", "by_ms": 900_000 })).await;
    assert_eq!(bot.playground.clock().offset() - before, 900_000);
    operate(json!({ "op": "rest", "route": "*", "times": 2, "fault": { "kind": "status", "status": 503 } })).await;
    assert_eq!(
        browser.get("/playground/faults", &[]).await.json()["rest"][0]["left"],
        2
    );
    operate(json!({ "op": "clear_faults" })).await;
    let log = browser.get("/playground/log", &[]).await.json();
    assert!(
        log["frames"]
            .as_array()
            .expect("frames")
            .iter()
            .any(|frame| frame["event"] == "READY")
    );
}

#[tokio::test]
async fn a_state_is_saved_and_loaded_by_the_page() {
    let (playground, guild) = garden().await;
    let browser = Browser::open(&playground).await;
    guild.member("Ann").writes("before").expect("may write");
    let saved = browser.get("/playground/saved", &[]).await;
    let disposition = saved.headers["content-disposition"].to_str();
    assert!(disposition.expect("text").starts_with("attachment"));
    guild.kick_bot();
    let load = json!({ "op": "restore", "saved": saved.text });
    let got = browser.post("/playground/operate", &load).await;
    assert_eq!(got.status, 200, "{}", got.text);
    assert!(guild.member_state(playground.bot_id()).is_some());
    let broken = json!({ "op": "restore", "saved": "{}" });
    let got = browser.post("/playground/operate", &broken).await;
    assert_eq!(got.status, 422, "{}", got.text);
}
