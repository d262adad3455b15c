//! A simulator's bot never knocks at the real Discord.

use std::sync::Arc;

use axum::routing::get;
use axum::{Json, Router};
use muster_core::clock::ShiftedClock;
use muster_discord::gateway::{ForgetfulBudget, Gateway, GatewayConfig, GatewayError};
use muster_discord::rest::BaseError;
use muster_discord::{ApiBase, BotToken, Rest};
use serde_json::json;

async fn names_gateway(url: &'static str) -> Rest {
    let answer = move || async move {
        Json(json!({ "url": url, "shards": 1, "session_start_limit":
            { "total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1 } }))
    };
    let app = Router::new().route("/api/v10/gateway/bot", get(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let base = ApiBase::parse(&format!("http://127.0.0.1:{port}/api/v10")).expect("loopback");
    Rest::new(base, &BotToken::new("t"), Arc::new(ShiftedClock::default())).expect("starts")
}

#[tokio::test]
async fn a_gateway_elsewhere_is_refused_before_anything_is_sent() {
    let rest = names_gateway("wss://gateway.discord.gg").await;
    let config = GatewayConfig::new(BotToken::new("t"));
    let budget = Arc::new(ForgetfulBudget::default());
    let refused = Gateway::connect(config, rest, budget.clone(), Arc::default())
        .await
        .err()
        .expect("refused");
    assert!(
        matches!(
            refused,
            GatewayError::Address(BaseError::GatewayElsewhere { .. })
        ),
        "{refused}"
    );
    assert_eq!(budget.taken(), 0);
}

#[tokio::test]
async fn shards_that_do_not_exist_are_refused() {
    let rest = names_gateway("ws://127.0.0.1:9").await;
    let mut config = GatewayConfig::new(BotToken::new("t"));
    config.shards = Some(1..=2);
    config.total_shards = Some(2);
    let refused = Gateway::connect(
        config,
        rest,
        Arc::new(ForgetfulBudget::default()),
        Arc::default(),
    )
    .await
    .err()
    .expect("refused");
    assert!(
        refused
            .to_string()
            .contains("shards 1 to 2 are not among the 2"),
        "{refused}"
    );
}
