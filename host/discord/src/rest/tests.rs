//! The executor against a small scripted server.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes as RequestBody;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use muster_core::clock::{Clock, Sleep, Timestamp};
use muster_core::ids::{ApplicationId, ChannelId, GuildId, InteractionId, MessageId, UserId};
use parking_lot::Mutex;
use serde_json::json;

use super::*;

/// A clock on which every wait is over at once.
struct Instantly;

impl Clock for Instantly {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(0)
    }

    fn sleep_until(&self, _at: Timestamp) -> Sleep {
        Box::pin(std::future::ready(()))
    }
}

struct Seen {
    line: String,
    headers: HeaderMap,
    body: String,
}

struct Scripted {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: String,
}

#[derive(Default)]
struct Server {
    seen: Mutex<Vec<Seen>>,
    script: Mutex<VecDeque<Scripted>>,
}

impl Server {
    fn lines(&self) -> Vec<String> {
        self.seen
            .lock()
            .iter()
            .map(|seen| seen.line.clone())
            .collect()
    }

    fn will_say(
        &self,
        status: u16,
        headers: &[(&'static str, &'static str)],
        body: serde_json::Value,
    ) {
        self.script.lock().push_back(Scripted {
            status,
            headers: headers.to_vec(),
            body: body.to_string(),
        });
    }
}

async fn serve(
    State(server): State<Arc<Server>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: RequestBody,
) -> Response {
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    server.seen.lock().push(Seen {
        line: format!("{method} {path}"),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    let scripted = server.script.lock().pop_front().unwrap_or(Scripted {
        status: 200,
        headers: vec![],
        body: r#"{"id": "1", "channel_id": "2"}"#.into(),
    });
    let mut response = (
        StatusCode::from_u16(scripted.status).expect("a status"),
        scripted.body,
    )
        .into_response();
    for (name, value) in scripted.headers {
        response
            .headers_mut()
            .insert(name, value.parse().expect("a header value"));
    }
    response
}

async fn start() -> (Rest, Arc<Server>) {
    let server = Arc::new(Server::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let app = axum::Router::new()
        .fallback(serve)
        .with_state(server.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let base = ApiBase::parse(&format!("http://127.0.0.1:{port}/api/v10")).expect("loopback");
    let rest = Rest::new(base, &BotToken::new("secret"), Arc::new(Instantly)).expect("starts");
    (rest, server)
}

fn channel() -> ChannelId {
    ChannelId::new(2).expect("not 0")
}

fn guild() -> GuildId {
    GuildId::new(3).expect("not 0")
}

fn user() -> UserId {
    UserId::new(4).expect("not 0")
}

const EXHAUSTED: [(&str, &str); 5] = [
    ("x-ratelimit-bucket", "b"),
    ("x-ratelimit-limit", "5"),
    ("x-ratelimit-remaining", "0"),
    ("x-ratelimit-reset-after", "0.05"),
    ("x-ratelimit-scope", "user"),
];

async fn post(rest: &Rest, nonce: Option<&str>) -> Result<MessageRef, RestError> {
    rest.create_message(
        channel(),
        &json!({ "content": "x" }),
        nonce,
        vec![],
        Priority::Message,
    )
    .await
}

#[tokio::test]
async fn a_message_too_many_waits_and_is_not_lost() {
    let (rest, server) = start().await;
    server.will_say(
        429,
        &EXHAUSTED,
        json!({ "message": "slow", "retry_after": 0.05, "global": false }),
    );
    let made = post(&rest, None).await.expect("posted in the end");
    assert_eq!(made.id.get(), 1);
    assert_eq!(server.lines().len(), 2);
    assert_eq!(rest.stats().rate_limited, 1);
}

#[tokio::test]
async fn a_message_is_repeated_only_if_discord_would_recognise_it() {
    let (rest, server) = start().await;
    server.will_say(502, &[], json!({}));
    let failed = post(&rest, None).await.expect_err("not repeated");
    assert!(failed.is_temporary(), "{failed}");
    assert_eq!(server.lines().len(), 1);

    server.will_say(502, &[], json!({}));
    post(&rest, Some("nonce-1")).await.expect("repeated");
    let seen = server.seen.lock();
    assert_eq!(seen.len(), 3);
    assert!(
        seen[2].body.contains(r#""enforce_nonce":true"#),
        "{}",
        seen[2].body
    );
}

#[tokio::test]
async fn a_refused_token_stops_everything() {
    let (rest, server) = start().await;
    server.will_say(
        401,
        &[],
        json!({ "message": "401: Unauthorized", "code": 0 }),
    );
    let failed = post(&rest, None).await.expect_err("refused");
    assert_eq!(failed.kind, RestErrorKind::Unauthorized);
    assert!(post(&rest, None).await.is_err());
    assert_eq!(server.lines().len(), 1, "the second was not sent");
    rest.until_unauthorized().await;
}

#[tokio::test]
async fn an_interaction_token_that_is_too_old_says_nothing_about_the_bots() {
    let (rest, server) = start().await;
    let application = ApplicationId::new(9).expect("not 0");
    server.will_say(
        401,
        &[],
        json!({ "message": "Invalid Webhook Token", "code": 50027 }),
    );
    let failed = rest
        .edit_original(application, "token", &json!({}))
        .await
        .expect_err("too old");
    assert_eq!(failed.kind, RestErrorKind::Gone { code: 50027 });
    post(&rest, None).await.expect("the bot goes on");
    let seen = server.seen.lock();
    assert!(
        !seen[0].headers.contains_key("authorization"),
        "the token in the path is enough"
    );
    assert_eq!(seen[1].headers["authorization"], "Bot secret");
}

#[tokio::test]
async fn an_answer_whose_arrival_was_not_confirmed_is_not_called_failed() {
    let (rest, server) = start().await;
    server.will_say(502, &[], json!({}));
    server.will_say(
        400,
        &[],
        json!({ "message": "acknowledged", "code": 40060 }),
    );
    let id = InteractionId::new(7).expect("not 0");
    rest.answer(id, "t", &json!({ "type": 6 }), Duration::from_secs(3))
        .await
        .expect("the first had arrived");
    server.will_say(
        400,
        &[],
        json!({ "message": "acknowledged", "code": 40060 }),
    );
    let failed = rest
        .answer(id, "t", &json!({ "type": 6 }), Duration::from_secs(3))
        .await
        .expect_err("somebody else's answer");
    assert_eq!(failed.kind, RestErrorKind::AlreadyAnswered);
}

#[tokio::test]
async fn a_cloudflare_page_is_taken_for_what_it_is() {
    let (rest, server) = start().await;
    server.script.lock().push_back(Scripted {
        status: 429,
        headers: vec![("retry-after", "0.05")],
        body: "<html>error code: 1015</html>".into(),
    });
    post(&rest, None).await.expect("waited for");
    assert_eq!(server.lines().len(), 2);
}

#[tokio::test]
async fn garbled_limits_do_not_stop_the_bot() {
    let (rest, server) = start().await;
    let garbled = [
        ("x-ratelimit-bucket", "b"),
        ("x-ratelimit-remaining", "-"),
        ("x-ratelimit-reset-after", "x"),
    ];
    server.will_say(200, &garbled, json!({ "id": "1", "channel_id": "2" }));
    post(&rest, None).await.expect("posted");
    post(&rest, None).await.expect("posted");
}

#[tokio::test]
async fn a_slot_is_taken_before_what_it_carries_is_made() {
    let (rest, server) = start().await;
    let route = Route::edit_message(channel(), MessageId::new(8).expect("not 0"));
    let first = rest
        .slot(route.clone(), Priority::Panel)
        .await
        .expect("free");
    let mut second = Box::pin(rest.slot(route, Priority::Panel));
    assert!(
        futures_util::poll!(&mut second).is_pending(),
        "one at a time"
    );
    assert!(server.lines().is_empty());
    first
        .send(&json!({ "content": "fresh" }))
        .await
        .expect("edited");
    drop(second.await.expect("free again"));
    assert_eq!(server.lines(), ["PATCH /api/v10/channels/2/messages/8"]);
}

#[tokio::test]
async fn a_stale_view_is_not_sent_twice() {
    let (rest, server) = start().await;
    server.will_say(429, &EXHAUSTED, json!({ "retry_after": 0.05 }));
    let route = Route::edit_message(channel(), MessageId::new(8).expect("not 0"));
    let slot = rest.slot(route, Priority::Panel).await.expect("free");
    let failed = slot.send(&json!({})).await.expect_err("limited");
    assert!(
        matches!(failed.kind, RestErrorKind::RateLimited { .. }),
        "{failed}"
    );
    assert_eq!(server.lines().len(), 1);
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let (rest, server) = start().await;
    for (status, body, expected) in [
        (
            404,
            json!({ "code": 10008, "message": "Unknown Message" }),
            RestErrorKind::Gone { code: 10008 },
        ),
        (
            403,
            json!({ "code": 50013, "message": "Missing Permissions" }),
            RestErrorKind::Forbidden {
                code: 50013,
                message: "Missing Permissions".into(),
            },
        ),
    ] {
        server.will_say(status, &[], body);
        assert_eq!(
            post(&rest, Some("n")).await.expect_err("refused").kind,
            expected
        );
    }
    assert_eq!(server.lines().len(), 2, "neither is repeated");
}

#[tokio::test]
async fn reasons_and_names_travel_as_discord_wants_them() {
    let (rest, server) = start().await;
    rest.kick(guild(), user(), Some("späm & ads"), Priority::Role)
        .await
        .expect("kicked");
    rest.search_members(guild(), "a b&c", 5, Priority::Role)
        .await
        .expect_err("no list");
    let seen = server.seen.lock();
    assert_eq!(
        seen[0].headers["x-audit-log-reason"],
        "sp%C3%A4m%20%26%20ads"
    );
    assert!(
        seen[0].headers["user-agent"]
            .to_str()
            .expect("text")
            .starts_with("DiscordBot (https://")
    );
    assert_eq!(
        seen[1].line,
        "GET /api/v10/guilds/3/members/search?limit=5&query=a%20b%26c"
    );
}

#[tokio::test]
async fn files_travel_with_their_message() {
    let (rest, server) = start().await;
    let files = vec![Upload {
        name: "log.txt".into(),
        content: Bytes::from_static(b"line"),
    }];
    rest.create_message(
        channel(),
        &json!({ "content": "x" }),
        None,
        files,
        Priority::Message,
    )
    .await
    .expect("posted");
    let seen = server.seen.lock();
    let body = &seen[0].body;
    assert!(
        body.contains(r#"name="files[0]"; filename="log.txt""#),
        "{body}"
    );
    assert!(
        body.contains(r#""attachments":[{"id":0,"filename":"log.txt"}]"#),
        "{body}"
    );
}

#[tokio::test]
async fn one_token_that_must_wait_holds_up_no_other() {
    let (rest, server) = start().await;
    let application = ApplicationId::new(9).expect("not 0");
    let exhausted = [
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset-after", "3600"),
    ];
    server.will_say(200, &exhausted, json!({ "id": "1", "channel_id": "2" }));
    rest.edit_original(application, "anns", &json!({}))
        .await
        .expect("edited");
    let empty = json!({});
    let mut waiting = Box::pin(rest.edit_original(application, "anns", &empty));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    rest.edit_original(application, "bens", &json!({}))
        .await
        .expect("edited");
    assert_eq!(server.lines().len(), 2);
}
