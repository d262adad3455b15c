//! Rate limits and their headers ([Discord Docs/Rate Limits]).

use muster_playground::{Config, GuildSpec, RateLimits, RateRule};
use serde_json::json;

use crate::bot::{Bot, INTENTS, config, text};

#[tokio::test]
async fn headers_tell_the_bucket_and_a_429_tells_how_long_to_wait() {
    let bot = Bot::start().await;
    let path = bot.channel("/messages");
    for left in (0..5).rev() {
        let sent = bot.post(&path, json!({ "content": "x" })).await;
        assert_eq!((sent.status, sent.number("x-ratelimit-limit")), (200, 5.0));
        assert_eq!(sent.number("x-ratelimit-remaining"), f64::from(left));
        assert!((4.0..=5.0).contains(&sent.number("x-ratelimit-reset-after")));
        let now = bot.playground.clock().now() as f64 / 1000.0;
        assert!((0.0..=5.1).contains(&(sent.number("x-ratelimit-reset") - now)));
        assert!(
            sent.header("x-ratelimit-bucket")
                .is_some_and(|bucket| bucket.len() == 16)
        );
    }
    let refused = bot.post(&path, json!({ "content": "x" })).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.body["message"], "You are being rate limited.");
    assert_eq!(refused.body["global"], false);
    assert!((3.0..=5.0).contains(&refused.body["retry_after"].as_f64().expect("seconds")));
    assert_eq!(refused.header("x-ratelimit-scope"), Some("user"));
    assert_eq!(refused.header("x-ratelimit-global"), None);
    assert!(
        refused.number("retry-after") >= refused.body["retry_after"].as_f64().expect("seconds")
    );
    bot.after(5);
    assert_eq!(bot.post(&path, json!({ "content": "x" })).await.status, 200);
    assert_eq!(bot.playground.counters().with_status(429), 1);
    assert_eq!(bot.playground.invalid_requests(), 1);
}

#[tokio::test]
async fn edits_are_five_in_five_seconds_per_channel() {
    let bot = Bot::start().await;
    let message = bot.posts_button("Go").await;
    let path = bot.channel(&format!("/messages/{message}"));
    for at in 0..5 {
        bot.patch(&path, json!({ "content": at.to_string() }))
            .await
            .ok();
    }
    assert_eq!(
        bot.patch(&path, json!({ "content": "x" })).await.status,
        429
    );
}

#[tokio::test]
async fn edits_of_old_messages_have_a_limit_of_their_own() {
    let bot = Bot::start().await;
    let message = bot.posts_button("Go").await;
    let path = bot.channel(&format!("/messages/{message}"));
    bot.after(3601);
    for at in 0..3 {
        bot.patch(&path, json!({ "content": at.to_string() }))
            .await
            .ok();
    }
    let refused = bot.patch(&path, json!({ "content": "x" })).await;
    assert_eq!(refused.error(), (429, 30046));
    assert!(refused.number("retry-after") > 0.0);
    bot.after(20);
    bot.patch(&path, json!({ "content": "x" })).await.ok();
}

#[tokio::test]
async fn fifty_requests_a_second_over_all_and_interactions_beside() {
    let limits = RateLimits {
        global_per_second: 3,
        ..RateLimits::default()
    };
    let bot = Bot::start_with(
        Config {
            rate_limits: limits,
            ..config()
        },
        &GuildSpec::named("Testing"),
        INTENTS,
    )
    .await;
    // Three different routes, so that no bucket is in the way.
    for path in ["/users/@me", "/gateway", "/applications/@me"] {
        bot.get(path).await.ok();
    }
    let refused = bot.get(&bot.in_guild("")).await;
    assert_eq!(
        (refused.status, &refused.body["global"]),
        (429, &json!(true))
    );
    assert_eq!(refused.header("x-ratelimit-global"), Some("true"));
    assert_eq!(refused.header("x-ratelimit-scope"), Some("global"));
    let interaction = json!({ "id": "1", "token": "t" });
    assert_eq!(
        bot.answer(&interaction, json!({ "type": 5 })).await.error(),
        (404, 10062),
        "not counted"
    );
}

#[tokio::test]
async fn followups_are_limited_per_token() {
    let mut bot = Bot::start().await;
    bot.registers(json!([{ "name": "ping", "description": "d" }]))
        .await;
    let mut interactions = Vec::new();
    for name in ["Ann", "Ben"] {
        bot.guild
            .member(name)
            .uses("/ping", json!({}))
            .expect("may");
        let interaction = bot.interaction().await;
        bot.answer(
            &interaction,
            json!({ "type": 4, "data": { "content": "x" } }),
        )
        .await;
        interactions.push(interaction);
    }
    let original = |at: usize| bot.webhook(&interactions[at], "/messages/@original");
    for at in 0..5 {
        bot.patch(&original(0), json!({ "content": at.to_string() }))
            .await
            .ok();
    }
    assert_eq!(
        bot.patch(&original(0), json!({ "content": "x" }))
            .await
            .status,
        429
    );
    bot.patch(&original(1), json!({ "content": "x" }))
        .await
        .ok();
}

#[tokio::test]
async fn the_table_is_configurable_and_can_be_switched_off() {
    let rules = vec![RateRule::new("mine", 1, 60_000, &["GET /users/@me"])];
    let limits = RateLimits {
        rules,
        ..RateLimits::default()
    };
    let bot = Bot::start_with(
        Config {
            rate_limits: limits,
            ..config()
        },
        &GuildSpec::named("Testing"),
        INTENTS,
    )
    .await;
    bot.get("/users/@me").await.ok();
    assert_eq!(bot.get("/users/@me").await.status, 429);
    bot.playground.set_rate_limits(RateLimits::off());
    for _ in 0..100 {
        let answered = bot.get("/users/@me").await;
        assert_eq!(
            (answered.status, answered.header("x-ratelimit-limit")),
            (200, None)
        );
    }
}

#[tokio::test]
async fn too_many_invalid_requests_block_for_ten_minutes() {
    let limits = RateLimits {
        invalid_requests: 3,
        ..RateLimits::default()
    };
    let bot = Bot::start_with(
        Config {
            rate_limits: limits,
            ..config()
        },
        &GuildSpec::named("Testing"),
        INTENTS,
    )
    .await;
    for _ in 0..3 {
        assert_eq!(
            bot.request("GET", "/users/@me", json!(null), &[])
                .await
                .status,
            401
        );
    }
    assert_eq!(bot.get("/users/@me").await.status, 429);
    bot.after(600);
    bot.get("/users/@me").await.ok();
}

#[tokio::test]
async fn renaming_a_channel_is_two_in_ten_minutes_and_other_edits_are_not() {
    let bot = Bot::start().await;
    for name in ["one", "two"] {
        let path = bot
            .guild
            .channel("general")
            .or_else(|| bot.guild.channel("one"))
            .expect("there");
        bot.patch(&format!("/channels/{path}"), json!({ "name": name }))
            .await
            .ok();
    }
    let path = format!("/channels/{}", bot.guild.channel("two").expect("there"));
    assert_eq!(
        bot.patch(&path, json!({ "name": "three" })).await.status,
        429
    );
    bot.patch(&path, json!({ "rate_limit_per_user": 5 }))
        .await
        .ok();
}

#[tokio::test]
async fn the_log_keeps_no_token() {
    let mut bot = Bot::start().await;
    bot.registers(json!([{ "name": "ping", "description": "d" }]))
        .await;
    bot.guild
        .member("Ann")
        .uses("/ping", json!({}))
        .expect("may");
    let interaction = bot.interaction().await;
    bot.answer(
        &interaction,
        json!({ "type": 4, "data": { "content": "hello" } }),
    )
    .await;
    let route = "POST /interactions/{interaction.id}/{interaction.token}/callback";
    let logged = bot.playground.requests_on(route);
    assert_eq!(logged.len(), 1);
    assert!(
        !logged[0].path.contains(text(&interaction, "token")),
        "{}",
        logged[0].path
    );
    assert_eq!(logged[0].json()["data"]["content"], "hello");
    assert_eq!(bot.playground.counters().on(route), 1);
}
