//! Webhooks of channels ([Discord Docs/Webhook Resource]).

use muster_playground::{GuildSpec, Permissions, RateLimits};
use serde_json::{Value, json};

use crate::bot::{Bot, INTENTS, config, text};

/// A bot that hears of webhooks and may manage them, and one webhook.
async fn with_webhook() -> (Bot, Value) {
    let mut spec = GuildSpec::named("Testing");
    spec.bot.permissions |= Permissions::MANAGE_WEBHOOKS;
    let bot = Bot::start_with(config(), &spec, INTENTS | 1 << 5).await;
    bot.playground.set_rate_limits(RateLimits::off());
    let wish = json!({ "name": "News" });
    let made = bot.post(&bot.channel("/webhooks"), wish).await.ok();
    (bot, made)
}

/// The path that needs no other credential.
fn open_path(webhook: &Value, rest: &str) -> String {
    format!(
        "/webhooks/{}/{}{rest}",
        text(webhook, "id"),
        text(webhook, "token")
    )
}

#[tokio::test]
async fn a_webhook_posts_under_its_own_or_another_name() {
    let (bot, webhook) = with_webhook().await;
    let general = bot.guild.channel("general").expect("there");
    let body = json!({ "content": "It rains." });
    let path = open_path(&webhook, "");
    let silent = bot.request("POST", &path, body.clone(), &[]).await;
    assert_eq!((silent.status, silent.body), (204, Value::Null));
    let named = json!({ "content": "Still.", "username": "Weather" });
    let told = bot
        .request("POST", &open_path(&webhook, "?wait=true"), named, &[])
        .await
        .ok();
    assert_eq!(told["author"]["username"], "Weather");
    assert_eq!(
        (&told["webhook_id"], &told["author"]["bot"]),
        (&webhook["id"], &json!(true))
    );
    let seen = bot.guild.messages(general);
    let names: Vec<&str> = seen
        .iter()
        .filter_map(|message| message.webhook.as_ref().map(|(_, name)| name.as_str()))
        .collect();
    assert_eq!(names, ["News", "Weather"]);

    let message = open_path(&webhook, &format!("/messages/{}", text(&told, "id")));
    let edited = bot
        .request("PATCH", &message, json!({ "content": "No more." }), &[])
        .await
        .ok();
    assert_eq!(edited["content"], "No more.");
    assert_eq!(
        bot.request("DELETE", &message, Value::Null, &[])
            .await
            .status,
        204
    );
    assert_eq!(
        bot.request("GET", &message, Value::Null, &[]).await.error(),
        (404, 10008)
    );
}

#[tokio::test]
async fn webhooks_are_listed_renamed_and_deleted() {
    let (mut bot, webhook) = with_webhook().await;
    bot.socket.event("WEBHOOKS_UPDATE").await;
    let ids = |list: Value| {
        let list = list.as_array().cloned().unwrap_or_default();
        list.iter()
            .map(|hook| hook["id"].clone())
            .collect::<Vec<_>>()
    };
    let here = bot.get(&bot.channel("/webhooks")).await.ok();
    assert_eq!(ids(here), [webhook["id"].clone()]);
    let everywhere = bot.get(&bot.in_guild("/webhooks")).await.ok();
    assert_eq!(ids(everywhere), [webhook["id"].clone()]);
    let path = format!("/webhooks/{}", text(&webhook, "id"));
    assert_eq!(
        bot.patch(&path, json!({ "name": "Late News" })).await.ok()["name"],
        "Late News"
    );
    let open = bot
        .request("GET", &open_path(&webhook, ""), Value::Null, &[])
        .await
        .ok();
    assert_eq!(
        (&open["name"], open.get("user")),
        (&json!("Late News"), None)
    );
    let taken = bot.patch(&path, json!({ "name": "My Discord" })).await;
    assert_eq!(taken.error(), (400, 50035));
    assert_eq!(bot.delete(&path).await.status, 204);
    assert_eq!(bot.get(&path).await.error(), (404, 10015));
    assert!(bot.guild.webhooks().is_empty());
    let actions: Vec<_> = bot
        .playground
        .audit_log()
        .iter()
        .map(|entry| entry.action)
        .collect();
    assert_eq!(
        actions,
        ["WEBHOOK_CREATE", "WEBHOOK_UPDATE", "WEBHOOK_DELETE"]
    );
}

#[tokio::test]
async fn webhooks_need_their_right_and_go_with_their_channel() {
    let bot = Bot::start().await;
    let refused = bot
        .post(&bot.channel("/webhooks"), json!({ "name": "News" }))
        .await;
    assert_eq!(refused.error(), (403, 50013));
    let (bot, webhook) = with_webhook().await;
    bot.guild
        .delete_channel(bot.guild.channel("general").expect("there"));
    let gone = bot
        .request(
            "POST",
            &open_path(&webhook, ""),
            json!({ "content": "x" }),
            &[],
        )
        .await;
    assert_eq!(gone.error(), (404, 10015));
}

#[tokio::test]
async fn reactions_are_listed_and_taken_away() {
    let bot = Bot::start().await;
    bot.playground.set_rate_limits(RateLimits::off());
    let message = bot.posts_button("Go").await;
    let (ann, ben) = (bot.guild.member("Ann"), bot.guild.member("Ben"));
    for (person, emoji) in [(&ann, "🍎"), (&ben, "🍎"), (&ben, "🍋")] {
        person.reacts(message, emoji, true);
    }
    let path = |rest: &str| bot.channel(&format!("/messages/{message}/reactions{rest}"));
    let apples = bot.get(&path("/%F0%9F%8D%8E")).await.ok();
    assert_eq!(apples.as_array().map(Vec::len), Some(2));
    let one = path(&format!("/%F0%9F%8D%8E/{}", ann.id()));
    assert_eq!(bot.delete(&one).await.status, 204);
    assert_eq!(
        bot.get(&path("/%F0%9F%8D%8E")).await.ok()[0]["username"],
        "Ben"
    );
    let left = || {
        bot.playground
            .message(message)
            .and_then(|handle| handle.now())
    };
    assert_eq!(bot.delete(&path("/%F0%9F%8D%8E")).await.status, 204);
    assert_eq!(
        left().expect("there").reactions,
        [("🍋".to_owned(), vec![ben.id()])]
    );
    assert_eq!(bot.delete(&path("")).await.status, 204);
    assert!(left().expect("there").reactions.is_empty());
}
