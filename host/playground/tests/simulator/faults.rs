//! Faults on demand: each does what it says, as often as it says.

use std::time::Duration;

use muster_playground::{LimitScope, RestFault};
use serde_json::{Value, json};

use crate::bot::{Bot, Ended, INTENTS, Socket, identify};

#[tokio::test]
async fn a_status_comes_once_and_nothing_is_done() {
    let bot = Bot::start().await;
    let path = bot.channel("/messages");
    for status in [500, 502] {
        bot.playground.faults().rest(
            "POST /channels/{channel.id}/messages",
            RestFault::Status(status),
            1,
        );
        assert_eq!(
            bot.post(&path, json!({ "content": "x" })).await.status,
            status
        );
    }
    assert!(
        bot.guild
            .messages(bot.guild.channel("general").expect("there"))
            .is_empty()
    );
    assert_eq!(bot.post(&path, json!({ "content": "x" })).await.status, 200);
}

#[tokio::test]
async fn the_gateway_route_can_fail() {
    let bot = Bot::start().await;
    bot.playground
        .faults()
        .rest("GET /gateway", RestFault::Status(500), 1);
    assert_eq!(bot.get("/gateway").await.status, 500);
    assert_eq!(
        bot.get("/gateway").await.ok()["url"],
        bot.playground.gateway_url()
    );
}

#[tokio::test]
async fn a_429_of_each_scope_can_be_claimed() {
    let bot = Bot::start().await;
    for (scope, name) in [
        (LimitScope::User, "user"),
        (LimitScope::Shared, "shared"),
        (LimitScope::Global, "global"),
    ] {
        bot.playground.faults().rest(
            "*",
            RestFault::RateLimited {
                scope,
                retry_after_s: 1.337,
            },
            1,
        );
        let refused = bot.get("/users/@me").await;
        assert_eq!(
            (refused.status, refused.header("x-ratelimit-scope")),
            (429, Some(name))
        );
        assert_eq!(refused.body["retry_after"], 1.337);
        assert_eq!(refused.body["global"], name == "global");
    }
}

#[tokio::test]
async fn a_reset_before_does_nothing_and_a_reset_after_has_done_it() {
    let bot = Bot::start().await;
    let channel = bot.guild.channel("general").expect("there");
    let token = format!("Bot {}", bot.playground.token());
    for (fault, count) in [(RestFault::ResetBefore, 0), (RestFault::ResetAfter, 1)] {
        bot.playground
            .faults()
            .rest("POST /channels/*", fault.clone(), 1);
        let headers = [("authorization", token.as_str())];
        let sent = bot
            .try_request(
                "POST",
                &bot.channel("/messages"),
                json!({ "content": "x" }),
                &headers,
            )
            .await;
        assert!(sent.is_err(), "{fault:?}");
        assert_eq!(bot.guild.messages(channel).len(), count, "{fault:?}");
        assert_eq!(
            bot.playground.requests().last().map(|entry| entry.status),
            Some(0)
        );
    }
}

#[tokio::test]
async fn latency_ends_when_the_clock_is_moved() {
    let bot = Bot::start().await;
    bot.playground.faults().rest(
        "GET /users/@me",
        RestFault::Latency(Duration::from_secs(3600)),
        1,
    );
    let waiting = bot.get("/users/@me");
    tokio::pin!(waiting);
    tokio::select! {
        biased;
        _ = &mut waiting => panic!("an hour has passed"),
        () = async { while bot.playground.faults().pending() > 0 { tokio::task::yield_now().await } } => {}
    }
    bot.after(3600);
    waiting.await.ok();
}

#[tokio::test]
async fn a_limit_header_can_be_malformed() {
    let bot = Bot::start().await;
    bot.playground
        .faults()
        .rest("*", RestFault::MalformedLimitHeader, 1);
    assert_eq!(
        bot.get("/users/@me")
            .await
            .header("x-ratelimit-reset-after"),
        Some("soon")
    );
}

#[tokio::test]
async fn a_cancelled_fault_does_not_strike() {
    let bot = Bot::start().await;
    let fault = bot.playground.faults().rest("*", RestFault::Status(500), 5);
    bot.playground.faults().cancel(fault);
    bot.get("/users/@me").await.ok();
}

#[tokio::test]
async fn the_gateway_closes_with_a_code_or_without() {
    for code in [Some(4000), Some(4009), None] {
        let mut bot = Bot::start().await;
        bot.playground.faults().close_gateway(code);
        assert_eq!(bot.socket.end().await, Ended::Closed(code));
    }
}

#[tokio::test]
async fn op_7_asks_to_reconnect_and_the_session_can_be_resumed() {
    let mut bot = Bot::start().await;
    bot.playground.faults().reconnect();
    bot.socket.op(7).await;
    let seq = bot.socket.seq;
    let mut socket = Socket::open(&bot.playground.gateway_url()).await;
    socket.seq = seq;
    let resume = json!({ "token": bot.playground.token(), "session_id": bot.session, "seq": seq });
    socket.send(json!({ "op": 6, "d": resume })).await;
    socket.event("RESUMED").await;
}

#[tokio::test]
async fn op_9_ends_the_session_or_leaves_it_resumable_on_the_same_socket() {
    for resumable in [true, false] {
        let mut bot = Bot::start().await;
        bot.playground.faults().invalidate_session(resumable);
        assert_eq!(bot.socket.op(9).await["d"], resumable);
        let resume = json!({ "token": bot.playground.token(), "session_id": bot.session, "seq": bot.socket.seq });
        bot.socket.send(json!({ "op": 6, "d": resume })).await;
        if resumable {
            bot.socket.event("RESUMED").await;
        } else {
            assert_eq!(bot.socket.op(9).await["d"], false);
            bot.after(5);
            bot.socket.seq = 0;
            bot.socket
                .send(identify(bot.playground.token(), INTENTS))
                .await;
            bot.socket.event("READY").await;
        }
    }
}

#[tokio::test]
async fn heartbeats_can_be_left_unanswered_and_asked_for() {
    let mut bot = Bot::start().await;
    let faults = bot.playground.faults();
    faults.ignore_heartbeats(true);
    bot.socket.send(json!({ "op": 1, "d": 1 })).await;
    faults.request_heartbeat();
    assert_eq!(
        bot.socket.next().await.expect("a frame")["op"],
        1,
        "no acknowledgement before it"
    );
    faults.ignore_heartbeats(false);
    bot.socket.send(json!({ "op": 1, "d": 1 })).await;
    bot.socket.op(11).await;
}

#[tokio::test]
async fn hello_can_be_withheld_and_ready_delayed() {
    let bot = Bot::start().await;
    let faults = bot.playground.faults();
    faults.withhold_hello(true);
    faults.delay_ready(Duration::from_secs(3600));
    bot.after(5);
    let mut socket = Socket::open(&bot.playground.gateway_url()).await;
    socket.send(identify(bot.playground.token(), INTENTS)).await;
    while bot.playground.sessions() < 2 {
        tokio::task::yield_now().await;
    }
    bot.after(3601);
    let first = socket.next().await.expect("a frame");
    assert_eq!(first["t"], "READY", "and no HELLO before it");
}

#[tokio::test]
async fn an_outage_says_so_and_ends_with_a_guild_create() {
    let mut bot = Bot::start().await;
    let guild = bot.guild.id();
    bot.playground.faults().start_outage(guild);
    let gone = bot.socket.event("GUILD_DELETE").await;
    assert_eq!(
        (&gone["id"], &gone["unavailable"]),
        (&json!(guild.to_string()), &json!(true))
    );
    bot.guild
        .member("Ann")
        .writes("unheard")
        .expect("may write");
    bot.playground.faults().end_outage(guild);
    assert_eq!(
        bot.socket.events_until("GUILD_CREATE").await,
        ["GUILD_CREATE"]
    );
}

#[tokio::test]
async fn leaving_a_guild_is_no_outage() {
    let mut bot = Bot::start().await;
    bot.guild.kick_bot();
    let gone = bot.socket.event("GUILD_DELETE").await;
    assert!(gone.get("unavailable").is_none_or(Value::is_null), "{gone}");
    bot.guild.add_bot();
    bot.socket.event("GUILD_CREATE").await;
}

#[tokio::test]
async fn the_stream_can_end_without_a_word() {
    let mut bot = Bot::start().await;
    bot.playground.faults().hang_up_gateway();
    assert_eq!(bot.socket.end().await, Ended::Broken);
    bot.playground.wait_for_no_session().await.expect("lost");
    let mut socket = Socket::open(&bot.playground.gateway_url()).await;
    socket.op(10).await;
    let resume = json!({ "op": 6, "d": {
        "token": bot.playground.token(), "session_id": bot.session, "seq": bot.socket.seq,
    } });
    socket.send(resume).await;
    socket.event("RESUMED").await;
}

#[tokio::test]
async fn claimed_limits_count_as_invalid_requests_unless_shared() {
    let bot = Bot::start().await;
    for (scope, counted) in [
        (LimitScope::User, 1),
        (LimitScope::Shared, 1),
        (LimitScope::Global, 2),
    ] {
        let limited = RestFault::RateLimited {
            scope,
            retry_after_s: 1.0,
        };
        bot.playground.faults().rest("*", limited, 1);
        assert_eq!(bot.get("/users/@me").await.status, 429);
        assert_eq!(bot.playground.invalid_requests(), counted, "{scope:?}");
    }
}
