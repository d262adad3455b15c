//! The gateway's life cycle ([Discord Docs/Gateway]).

use std::time::Duration;

use muster_playground::{
    ApplicationConfig, Config, Direction, GatewayConfig, GuildSpec, Playground,
};
use serde_json::{Value, json};

use crate::bot::{Bot, Ended, INTENTS, Socket, config, identify};

async fn playground() -> Playground {
    Playground::start(config()).await.expect("a playground")
}

/// A socket that has said HELLO.
async fn greeted(playground: &Playground) -> Socket {
    let mut socket = Socket::open(&playground.gateway_url()).await;
    let hello = socket.op(10).await;
    assert_eq!(hello["d"]["heartbeat_interval"], 41_250);
    socket
}

async fn close_after(frame: Value) -> Ended {
    let playground = playground().await;
    let mut socket = greeted(&playground).await;
    socket.send(frame).await;
    socket.end().await
}

fn resume(playground: &Playground, session: &str, seq: u64) -> Value {
    json!({ "op": 6, "d": { "token": playground.token(), "session_id": session, "seq": seq } })
}

#[tokio::test]
async fn only_loopback_is_served() {
    let config = Config {
        address: "0.0.0.0:0".parse().expect("an address"),
        ..config()
    };
    let error = Playground::start(config).await.expect_err("refused");
    assert!(error.to_string().contains("loopback"), "{error}");
}

#[tokio::test]
async fn identify_brings_ready_and_one_guild_create_per_guild() {
    let playground = playground().await;
    for name in ["One", "Two"] {
        playground
            .add_guild(&GuildSpec::named(name))
            .expect("a guild");
    }
    let mut socket = greeted(&playground).await;
    socket
        .send(identify(&format!("Bot {}", playground.token()), INTENTS))
        .await;
    let frame = socket.next().await.expect("READY");
    assert_eq!((&frame["t"], &frame["s"]), (&json!("READY"), &json!(1)));
    assert_eq!(frame["d"]["guilds"].as_array().map(Vec::len), Some(2));
    assert!(
        frame["d"]["guilds"]
            .as_array()
            .into_iter()
            .flatten()
            .all(|guild| guild["unavailable"] == true)
    );
    let mut names = [
        socket.event("GUILD_CREATE").await,
        socket.event("GUILD_CREATE").await,
    ]
    .map(|guild| guild["name"].as_str().expect("a name").to_owned());
    names.sort();
    assert_eq!(names, ["One", "Two"]);
}

#[tokio::test]
async fn presence_since_may_be_an_object() {
    let playground = playground().await;
    let mut socket = greeted(&playground).await;
    let mut frame = identify(playground.token(), INTENTS);
    frame["d"]["presence"] = json!({
        "since": { "secs_since_epoch": 1, "nanos_since_epoch": 0 }, "status": "online", "afk": false, "activities": [],
    });
    socket.send(frame).await;
    socket.event("READY").await;
    assert_eq!(
        playground
            .presence()
            .map(|presence| presence["status"].clone()),
        Some(json!("online"))
    );
}

#[tokio::test]
async fn heartbeats_are_acknowledged_before_and_after_identify() {
    let playground = playground().await;
    let mut socket = greeted(&playground).await;
    socket.send(json!({ "op": 1, "d": null })).await;
    let ack = socket.next().await.expect("an acknowledgement");
    assert_eq!(ack, json!({ "op": 11 }));
    socket.send(identify(playground.token(), INTENTS)).await;
    socket.event("READY").await;
    socket.send(json!({ "op": 1, "d": 1 })).await;
    socket.op(11).await;
}

#[tokio::test]
async fn compressed_sessions_get_each_frame_as_one_zlib_stream() {
    let playground = playground().await;
    playground
        .add_guild(&GuildSpec::named("Testing"))
        .expect("a guild");
    let mut socket = greeted(&playground).await;
    let mut frame = identify(playground.token(), INTENTS);
    frame["d"]["compress"] = json!(true);
    socket.send(frame).await;
    assert_eq!(socket.event("GUILD_CREATE").await["name"], "Testing");
}

#[tokio::test]
async fn close_codes_say_what_was_wrong() {
    let token = ApplicationConfig::default().token;
    let with = |key: &str, value: Value| {
        let mut frame = identify(&token, INTENTS);
        frame["d"][key] = value;
        frame
    };
    let member_list = json!({ "op": 8, "d": { "guild_id": "1", "query": "", "limit": 0 } });
    for (frame, code) in [
        (identify("wrong", INTENTS), 4004),
        (with("shard", json!([2, 2])), 4010),
        (with("shard", json!([0, 0])), 4010),
        (with("intents", json!(1_u64 << 40)), 4013),
        (with("intents", json!(1 << 15)), 4014),
        (json!({ "op": 99, "d": null }), 4001),
        (json!({ "d": null }), 4002),
        (member_list, 4003),
    ] {
        assert_eq!(
            close_after(frame.clone()).await,
            Ended::Closed(Some(code)),
            "{frame}"
        );
    }
}

#[tokio::test]
async fn a_second_identify_is_refused() {
    let mut bot = Bot::start().await;
    bot.socket
        .send(identify(bot.playground.token(), INTENTS))
        .await;
    assert_eq!(bot.socket.end().await, Ended::Closed(Some(4005)));
}

#[tokio::test]
async fn a_frame_that_is_no_json_is_refused() {
    let playground = playground().await;
    let mut socket = greeted(&playground).await;
    socket.send_text("{".into()).await;
    assert_eq!(socket.end().await, Ended::Closed(Some(4002)));
}

#[tokio::test]
async fn frames_have_4096_bytes_at_most() {
    let playground = playground().await;
    let frame = |length: usize| {
        let empty = json!({ "op": 1, "d": "" }).to_string().len();
        json!({ "op": 1, "d": "x".repeat(length - empty) }).to_string()
    };
    let mut socket = greeted(&playground).await;
    socket.send_text(frame(4096)).await;
    socket.op(11).await;
    socket.send_text(frame(4097)).await;
    assert_eq!(socket.end().await, Ended::Closed(Some(4002)));
}

#[tokio::test]
async fn the_121st_frame_in_a_minute_is_too_much() {
    let playground = playground().await;
    let mut socket = greeted(&playground).await;
    for _ in 0..120 {
        socket.send(json!({ "op": 1, "d": null })).await;
        socket.op(11).await;
    }
    socket.send(json!({ "op": 1, "d": null })).await;
    assert_eq!(socket.end().await, Ended::Closed(Some(4008)));
}

#[tokio::test]
async fn another_version_is_refused() {
    let playground = playground().await;
    let mut socket = Socket::open(&format!("{}?v=6", playground.gateway_url())).await;
    assert_eq!(socket.end().await, Ended::Closed(Some(4012)));
}

#[tokio::test]
async fn whoever_does_not_identify_is_closed() {
    let gateway = GatewayConfig {
        identify_timeout: Duration::ZERO,
        ..GatewayConfig::default()
    };
    let playground = Playground::start(Config {
        gateway,
        ..config()
    })
    .await
    .expect("a playground");
    let mut socket = Socket::open(&playground.gateway_url()).await;
    assert_eq!(socket.end().await, Ended::Closed(Some(4003)));
}

#[tokio::test]
async fn whoever_sends_no_heartbeats_is_closed() {
    let gateway = GatewayConfig {
        heartbeat_interval: Duration::from_millis(20),
        ..GatewayConfig::default()
    };
    let playground = Playground::start(Config {
        gateway,
        ..config()
    })
    .await
    .expect("a playground");
    let mut socket = Socket::open(&playground.gateway_url()).await;
    socket.send(identify(playground.token(), INTENTS)).await;
    assert_eq!(socket.end().await, Ended::Closed(Some(4009)));
}

#[tokio::test]
async fn a_lost_session_is_resumed_with_what_it_missed() {
    let mut bot = Bot::start().await;
    let seq = bot.socket.seq;
    bot.playground.faults().drop_gateway();
    assert_eq!(bot.socket.end().await, Ended::Broken);
    bot.playground.wait_for_no_session().await.expect("lost");
    for text in ["one", "two"] {
        bot.guild.member("Ann").writes(text).expect("may write");
    }
    let mut socket = greeted(&bot.playground).await;
    socket.seq = seq;
    socket
        .send(resume(&bot.playground, &bot.session, seq))
        .await;
    let names = socket.events_until("RESUMED").await;
    assert_eq!(names, ["MESSAGE_CREATE", "MESSAGE_CREATE", "RESUMED"]);
    assert_eq!(socket.seq, seq + 3);
}

#[tokio::test]
async fn closing_with_1000_ends_the_session_and_4900_does_not() {
    for (code, resumable) in [(1000, false), (1001, false), (4900, true)] {
        let bot = Bot::start().await;
        let seq = bot.socket.seq;
        bot.socket.close(code).await;
        bot.playground.wait_for_no_session().await.expect("closed");
        let mut socket = greeted(&bot.playground).await;
        socket
            .send(resume(&bot.playground, &bot.session, seq))
            .await;
        let answer = socket.next().await.expect("an answer");
        let resumed = answer["t"] == "RESUMED";
        assert_eq!(resumed, resumable, "{code}: {answer}");
        assert!(resumed || answer["op"] == 9 && answer["d"] == false);
    }
}

#[tokio::test]
async fn a_resume_ahead_of_the_session_is_closed_and_an_unknown_one_invalid() {
    let bot = Bot::start().await;
    let mut socket = greeted(&bot.playground).await;
    socket.send(resume(&bot.playground, &bot.session, 99)).await;
    assert_eq!(socket.end().await, Ended::Closed(Some(4007)));
    let mut socket = greeted(&bot.playground).await;
    socket.send(resume(&bot.playground, "nobody", 1)).await;
    assert_eq!(socket.op(9).await["d"], false);
}

#[tokio::test]
async fn a_session_cannot_be_resumed_for_ever() {
    let bot = Bot::start().await;
    bot.playground.faults().drop_gateway();
    bot.playground.wait_for_no_session().await.expect("lost");
    bot.after(181);
    let mut socket = greeted(&bot.playground).await;
    socket.send(resume(&bot.playground, &bot.session, 1)).await;
    assert_eq!(socket.op(9).await["d"], false);
}

#[tokio::test]
async fn what_fell_out_of_the_buffer_cannot_be_resumed() {
    let gateway = GatewayConfig {
        replay_events: 2,
        ..GatewayConfig::default()
    };
    let bot = Bot::start_with(
        Config {
            gateway,
            ..config()
        },
        &GuildSpec::named("Testing"),
        INTENTS,
    )
    .await;
    bot.playground.faults().drop_gateway();
    bot.playground.wait_for_no_session().await.expect("lost");
    for _ in 0..3 {
        bot.guild.member("Ann").writes("hello").expect("may write");
    }
    let mut socket = greeted(&bot.playground).await;
    socket
        .send(resume(&bot.playground, &bot.session, bot.socket.seq))
        .await;
    assert_eq!(socket.op(9).await["d"], false);
}

#[tokio::test]
async fn shards_identify_five_seconds_apart() {
    let playground = playground().await;
    let shard = |index: u64| {
        let mut frame = identify(playground.token(), INTENTS);
        frame["d"]["shard"] = json!([index, 2]);
        frame
    };
    let mut first = greeted(&playground).await;
    first.send(shard(0)).await;
    first.event("READY").await;
    let mut second = greeted(&playground).await;
    second.send(shard(1)).await;
    assert_eq!(second.op(9).await["d"], false);
    playground.clock().advance(Duration::from_secs(5));
    second.send(shard(1)).await;
    assert_eq!(second.event("READY").await["shard"], json!([1, 2]));
}

#[tokio::test]
async fn guilds_go_to_their_shard_and_direct_messages_to_shard_zero() {
    let gateway = GatewayConfig {
        identify_spacing: Duration::ZERO,
        ..GatewayConfig::default()
    };
    let playground = Playground::start(Config {
        gateway,
        ..config()
    })
    .await
    .expect("a playground");
    for (id, name) in [(2_u64 << 22, "Even"), (3 << 22, "Odd")] {
        let spec = GuildSpec {
            id: Some(id.into()),
            ..GuildSpec::named(name)
        };
        playground.add_guild(&spec).expect("a guild");
    }
    let mut shards = Vec::new();
    for (index, name) in [(0, "Even"), (1, "Odd")] {
        let mut socket = greeted(&playground).await;
        let mut frame = identify(playground.token(), INTENTS);
        frame["d"]["shard"] = json!([index, 2]);
        socket.send(frame).await;
        assert_eq!(socket.event("GUILD_CREATE").await["name"], name);
        shards.push(socket);
    }
    let odd = playground.guild("Odd").expect("a guild").member("Ann");
    odd.in_dm().writes("psst").expect("may write");
    odd.writes("hello").expect("may write");
    assert_eq!(shards[0].event("MESSAGE_CREATE").await["content"], "psst");
    assert_eq!(
        shards[1].event("MESSAGE_CREATE").await["author"]["username"],
        "Ann"
    );
}

#[tokio::test]
async fn an_identify_is_counted_and_a_resume_is_not() {
    let config = Config {
        gateway: GatewayConfig {
            identifies_per_day: 1,
            ..GatewayConfig::default()
        },
        ..config()
    };
    let bot = Bot::start_with(config, &GuildSpec::named("Testing"), INTENTS).await;
    let remaining = |body: &Value| body["session_start_limit"]["remaining"].as_u64();
    assert_eq!(remaining(&bot.get("/gateway/bot").await.ok()), Some(0));
    bot.after(6);
    let mut socket = greeted(&bot.playground).await;
    socket.send(identify(bot.playground.token(), INTENTS)).await;
    assert_eq!(socket.op(9).await["d"], false);
    socket
        .send(resume(&bot.playground, &bot.session, bot.socket.seq))
        .await;
    socket.event("RESUMED").await;
    bot.after(24 * 3600);
    assert_eq!(remaining(&bot.get("/gateway/bot").await.ok()), Some(1));
}

#[tokio::test]
async fn events_without_their_intent_are_not_sent() {
    let mut bot = Bot::start_with(config(), &GuildSpec::named("Testing"), 1).await;
    bot.guild
        .member("Ann")
        .writes("unheard")
        .expect("may write");
    bot.guild
        .add_role("Heard", muster_playground::Permissions::NONE);
    let names = bot.socket.events_until("GUILD_ROLE_CREATE").await;
    assert_eq!(
        names,
        ["GUILD_ROLE_CREATE"],
        "neither GUILD_MEMBER_ADD nor MESSAGE_CREATE"
    );
}

#[tokio::test]
async fn other_peoples_messages_are_empty_unless_they_mention_the_bot() {
    let mut bot = Bot::start().await;
    let ann = bot.guild.member("Ann");
    ann.writes("secret").expect("may write");
    assert_eq!(bot.socket.event("MESSAGE_CREATE").await["content"], "");
    ann.writes(&format!("<@{}> hello", bot.playground.bot_id()))
        .expect("may write");
    assert!(
        bot.socket.event("MESSAGE_CREATE").await["content"]
            .as_str()
            .is_some_and(|text| text.ends_with("hello"))
    );
    ann.in_dm().writes("private").expect("may write");
    assert_eq!(
        bot.socket.event("MESSAGE_CREATE").await["content"],
        "private"
    );
}

#[tokio::test]
async fn members_are_requested_by_query_and_whole_lists_need_the_intent() {
    let mut bot = Bot::start_with(config(), &GuildSpec::named("Testing"), INTENTS | 2).await;
    bot.guild.member("Anna");
    bot.guild.member("Ben");
    let ask = |query: &str, limit: u64| json!({ "op": 8, "d": { "guild_id": bot.guild.id(), "query": query, "limit": limit, "nonce": "n" } });
    let (by_name, all) = (ask("an", 10), ask("", 0));
    bot.socket.send(by_name).await;
    let chunk = bot.socket.event("GUILD_MEMBERS_CHUNK").await;
    assert_eq!(chunk["members"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&chunk["nonce"], &chunk["chunk_count"]),
        (&json!("n"), &json!(1))
    );
    bot.socket.send(all).await;
    let chunk = bot.socket.event("GUILD_MEMBERS_CHUNK").await;
    assert_eq!(
        chunk["members"].as_array().map(Vec::len),
        Some(4),
        "Ann, Ben, the owner and the bot"
    );
}

#[tokio::test]
async fn frames_are_logged_both_ways() {
    let bot = Bot::start().await;
    let frames = bot.playground.frames();
    let identified = frames
        .iter()
        .any(|frame| frame.direction == Direction::FromBot && frame.op == Some(2));
    let ready = frames
        .iter()
        .any(|frame| frame.event == Some("READY") && frame.seq == Some(1));
    assert!(identified && ready, "{frames:?}");
}
