//! REST errors, each with status and code ([Discord Docs/Opcodes and Status Codes]).

use muster_playground::{Overwrite, OverwriteTarget, Permissions};
use serde_json::{Value, json};

use crate::bot::{Bot, text};

const NOBODY: u64 = 1234;

/// Takes rights from the bot in the first channel.
fn deny(bot: &Bot, permissions: Permissions) {
    let channel = bot.guild.channel("general").expect("there");
    let target = OverwriteTarget::Member(bot.playground.bot_id());
    bot.guild.set_overwrites(
        channel,
        vec![Overwrite {
            target,
            allow: Permissions::NONE,
            deny: permissions,
        }],
    );
}

#[tokio::test]
async fn a_missing_or_bad_token_is_401_with_code_0() {
    let bot = Bot::start().await;
    let no_token = bot.request("GET", "/users/@me", Value::Null, &[]).await;
    assert_eq!(no_token.error(), (401, 0));
    assert_eq!(no_token.body["message"], "401: Unauthorized");
    let bad = bot
        .request(
            "GET",
            "/users/@me",
            Value::Null,
            &[("authorization", "Bot wrong")],
        )
        .await;
    assert_eq!(bad.error(), (401, 0));
    let bare = bot
        .request(
            "GET",
            "/users/@me",
            Value::Null,
            &[("authorization", bot.playground.token())],
        )
        .await;
    assert_eq!(bare.error(), (401, 0), "REST needs the prefix");
}

#[tokio::test]
async fn unknown_paths_are_404_and_wrong_methods_405_with_code_0() {
    let bot = Bot::start().await;
    assert_eq!(bot.get("/nowhere").await.error(), (404, 0));
    assert_eq!(bot.put("/users/@me", json!({})).await.error(), (405, 0));
}

#[tokio::test]
async fn what_does_not_exist_is_404_with_its_own_code() {
    let bot = Bot::start().await;
    let ann = bot.guild.member("Ann").id();
    let application = bot.playground.application_id();
    for (path, code) in [
        (format!("/channels/{NOBODY}"), 10003),
        (format!("/guilds/{NOBODY}"), 10004),
        (bot.in_guild(&format!("/members/{}", 99)), 10013),
        (bot.channel(&format!("/messages/{NOBODY}")), 10008),
        (bot.in_guild(&format!("/roles/{NOBODY}")), 10011),
        (format!("/users/{NOBODY}"), 10013),
        (bot.in_guild(&format!("/bans/{ann}")), 10026),
        (
            format!("/applications/{application}/commands/{NOBODY}"),
            10063,
        ),
        (format!("/applications/{NOBODY}/commands"), 10002),
    ] {
        assert_eq!(bot.get(&path).await.error(), (404, code), "{path}");
    }
    let stranger = bot.playground.person("Zoe").id();
    assert_eq!(
        bot.get(&bot.in_guild(&format!("/members/{stranger}")))
            .await
            .error(),
        (404, 10007)
    );
    let role = bot.in_guild(&format!("/members/{ann}/roles/{NOBODY}"));
    assert_eq!(bot.put(&role, Value::Null).await.error(), (404, 10011));
}

#[tokio::test]
async fn a_guild_without_the_bot_and_a_hidden_channel_are_50001() {
    let bot = Bot::start().await;
    deny(&bot, Permissions::VIEW_CHANNEL);
    assert_eq!(
        bot.get(&bot.channel("/messages")).await.error(),
        (403, 50001)
    );
    assert_eq!(
        bot.post(&bot.channel("/messages"), json!({ "content": "x" }))
            .await
            .error(),
        (403, 50001)
    );
    bot.guild.kick_bot();
    assert_eq!(bot.get(&bot.in_guild("")).await.error(), (403, 50001));
}

#[tokio::test]
async fn a_missing_right_is_50013() {
    let bot = Bot::start().await;
    for (denied, body) in [
        (Permissions::SEND_MESSAGES, json!({ "content": "x" })),
        (
            Permissions::EMBED_LINKS,
            json!({ "embeds": [{ "title": "t" }] }),
        ),
    ] {
        deny(&bot, denied);
        assert_eq!(
            bot.post(&bot.channel("/messages"), body.clone())
                .await
                .error(),
            (403, 50013),
            "{denied:?}"
        );
        deny(&bot, Permissions::NONE);
        bot.post(&bot.channel("/messages"), body).await.ok();
    }
    deny(&bot, Permissions::ATTACH_FILES);
    let refused = bot
        .upload(&bot.channel("/messages"), json!({}), &[("a.txt", b"a")])
        .await;
    assert_eq!(refused.error(), (403, 50013));
}

#[tokio::test]
async fn direct_messages_are_refused_by_the_closed_and_by_strangers() {
    let bot = Bot::start().await;
    let ann = bot.guild.member("Ann");
    let open = |id| json!({ "recipient_id": id });
    let dm = bot.post("/users/@me/channels", open(ann.id())).await.ok();
    let again = bot.post("/users/@me/channels", open(ann.id())).await.ok();
    assert_eq!(dm["id"], again["id"], "the existing channel");
    let path = format!("/channels/{}/messages", text(&dm, "id"));
    bot.post(&path, json!({ "content": "hi" })).await.ok();
    ann.closes_dms(true);
    assert_eq!(
        bot.post(&path, json!({ "content": "hi" })).await.error(),
        (403, 50007)
    );
    ann.closes_dms(false);
    ann.leaves();
    assert_eq!(
        bot.post(&path, json!({ "content": "hi" })).await.error(),
        (403, 50278)
    );
}

#[tokio::test]
async fn empty_messages_and_bad_bodies_are_told_apart() {
    let bot = Bot::start().await;
    let path = bot.channel("/messages");
    assert_eq!(
        bot.post(&path, json!({ "content": " " })).await.error(),
        (400, 50006)
    );
    let long = bot
        .post(&path, json!({ "content": "x".repeat(2001) }))
        .await;
    assert_eq!(long.error(), (400, 50035));
    assert_eq!(long.body["message"], "Invalid Form Body");
    let fault = &long.body["errors"]["content"]["_errors"][0];
    assert_eq!(
        (&fault["code"], &fault["message"]),
        (
            &json!("BASE_TYPE_MAX_LENGTH"),
            &json!("Must be 2000 or fewer in length.")
        )
    );
    let deep = bot
        .post(
            &path,
            json!({ "embeds": [{ "title": "t" }, { "title": "x".repeat(257) }] }),
        )
        .await;
    assert!(
        deep.body["errors"]["embeds"]["1"]["title"]["_errors"][0]["code"].is_string(),
        "{}",
        deep.body
    );
}

#[tokio::test]
async fn broken_json_is_50109_and_a_missing_content_type_50035() {
    let bot = Bot::start().await;
    let url = format!("{}{}", bot.playground.api_url(), bot.channel("/messages"));
    let send = |kind: Option<&'static str>, body: &'static str| {
        let token = format!("Bot {}", bot.playground.token());
        let mut request = crate::bot::http()
            .post(&url)
            .header("authorization", token)
            .body(body);
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        async move {
            let response = request.send().await.expect("an answer");
            let status = response.status().as_u16();
            let kind = response.headers()["content-type"].clone();
            let body: Value = response.json().await.expect("JSON");
            assert_eq!(kind, "application/json", "exactly, without a charset");
            (status, body["code"].as_u64())
        }
    };
    assert_eq!(
        send(Some("application/json"), "{").await,
        (400, Some(50109))
    );
    assert_eq!(send(None, "{}").await, (400, Some(50035)));
    assert_eq!(send(Some("text/plain"), "{}").await, (400, Some(50035)));
}

#[tokio::test]
async fn other_peoples_messages_cannot_be_edited_but_deleted_with_the_right() {
    let bot = Bot::start().await;
    let message = bot.guild.member("Ann").writes("mine").expect("may write");
    let path = bot.channel(&format!("/messages/{}", message.id()));
    assert_eq!(
        bot.patch(&path, json!({ "content": "x" })).await.error(),
        (403, 50005)
    );
    deny(&bot, Permissions::MANAGE_MESSAGES);
    assert_eq!(bot.delete(&path).await.error(), (403, 50013));
    deny(&bot, Permissions::NONE);
    assert_eq!(bot.delete(&path).await.status, 204);
    message.wait_until_gone().await.expect("gone");
}

#[tokio::test]
async fn a_reply_needs_the_history() {
    let bot = Bot::start().await;
    let message = bot.guild.member("Ann").writes("hello").expect("may write");
    let body = json!({ "content": "hi", "message_reference": { "message_id": message.id() } });
    deny(&bot, Permissions::READ_MESSAGE_HISTORY);
    assert_eq!(
        bot.post(&bot.channel("/messages"), body.clone())
            .await
            .error(),
        (400, 160_002)
    );
    deny(&bot, Permissions::NONE);
    assert_eq!(
        bot.post(&bot.channel("/messages"), body).await.ok()["type"],
        19
    );
}

#[tokio::test]
async fn threads_say_why_they_refuse() {
    let bot = Bot::start().await;
    let message = bot.posts_button("Go").await;
    let from_message = bot.channel(&format!("/messages/{message}/threads"));
    let thread = bot
        .post(&from_message, json!({ "name": "talk" }))
        .await
        .ok();
    assert_eq!(
        (&thread["type"], text(&thread, "id")),
        (&json!(11), message.to_string().as_str())
    );
    assert_eq!(
        bot.post(&from_message, json!({ "name": "talk" }))
            .await
            .error(),
        (400, 160_004)
    );
    let path = format!("/channels/{}", text(&thread, "id"));
    let inside = bot
        .post(&format!("{path}/messages"), json!({ "content": "in here" }))
        .await
        .ok();
    bot.patch(&path, json!({ "archived": true, "locked": true }))
        .await
        .ok();
    let edit = format!("{path}/messages/{}", text(&inside, "id"));
    assert_eq!(
        bot.patch(&edit, json!({ "content": "x" })).await.error(),
        (400, 50083)
    );
    let nested = bot
        .post(&format!("{edit}/threads"), json!({ "name": "nested" }))
        .await;
    assert_eq!(nested.error(), (400, 50024), "a thread holds no thread");
    deny(&bot, Permissions::MANAGE_THREADS);
    let refused = bot
        .post(&format!("{path}/messages"), json!({ "content": "x" }))
        .await;
    assert_eq!(refused.error(), (400, 160_005));
    assert_eq!(
        bot.patch(&path, json!({ "archived": false })).await.error(),
        (403, 50013),
        "locked"
    );
    deny(&bot, Permissions::NONE);
    bot.patch(&path, json!({ "locked": false, "archived": false }))
        .await
        .ok();
    bot.patch(&edit, json!({ "content": "x" })).await.ok();
}

#[tokio::test]
async fn a_category_takes_no_messages() {
    let bot = Bot::start().await;
    let category = bot
        .post(
            &bot.in_guild("/channels"),
            json!({ "name": "Staff", "type": 4 }),
        )
        .await
        .ok();
    let path = format!("/channels/{}/messages", text(&category, "id"));
    assert_eq!(
        bot.post(&path, json!({ "content": "x" })).await.error(),
        (400, 50008)
    );
}

#[tokio::test]
async fn a_members_list_needs_its_intent() {
    let mut config = crate::bot::config();
    config.application.guild_members_intent = false;
    let bot = Bot::start_with(
        config,
        &muster_playground::GuildSpec::named("Testing"),
        crate::bot::INTENTS,
    )
    .await;
    assert_eq!(
        bot.get(&bot.in_guild("/members")).await.error(),
        (403, 50001)
    );
    bot.get(&bot.in_guild("/members/search?query=mus"))
        .await
        .ok();
    bot.get(&bot.in_guild(&format!("/members/{}", bot.playground.bot_id())))
        .await
        .ok();
}

#[tokio::test]
async fn a_client_must_say_who_it_is() {
    let bot = Bot::start().await;
    let anonymous = reqwest::Client::new().get(format!("{}/gateway", bot.playground.api_url()));
    let anonymous = anonymous.header("authorization", format!("Bot {}", bot.playground.token()));
    assert_eq!(anonymous.send().await.expect("an answer").status(), 403);
}

#[tokio::test]
async fn an_id_that_is_none_is_a_form_error() {
    let bot = Bot::start().await;
    assert_eq!(bot.get("/channels/general").await.error(), (400, 50035));
}
