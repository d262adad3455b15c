//! Messages and what belongs to them ([Discord Docs/Message Resource]).

use muster_playground::{MessageId, Permissions};
use serde_json::{Value, json};

use crate::bot::{Bot, INTENTS, config, text};

#[tokio::test]
async fn a_message_is_sent_told_read_edited_and_deleted() {
    let mut bot = Bot::start().await;
    let sent = bot
        .post(&bot.channel("/messages"), json!({ "content": "one" }))
        .await
        .ok();
    let told = bot.socket.event("MESSAGE_CREATE").await;
    assert_eq!(
        (&told["id"], &told["content"]),
        (&sent["id"], &json!("one")),
        "its own content is there"
    );
    let path = bot.channel(&format!("/messages/{}", text(&sent, "id")));
    assert_eq!(bot.get(&path).await.ok()["content"], "one");
    let edited = bot.patch(&path, json!({ "content": "two" })).await.ok();
    assert!(edited["edited_timestamp"].is_string());
    assert_eq!(bot.socket.event("MESSAGE_UPDATE").await["content"], "two");
    assert_eq!(bot.delete(&path).await.status, 204);
    assert_eq!(bot.socket.event("MESSAGE_DELETE").await["id"], sent["id"]);
    assert_eq!(bot.get(&path).await.error(), (404, 10008));
}

#[tokio::test]
async fn an_edit_that_leaves_nothing_is_refused() {
    let bot = Bot::start().await;
    let sent = bot
        .post(&bot.channel("/messages"), json!({ "content": "one" }))
        .await
        .ok();
    let path = bot.channel(&format!("/messages/{}", text(&sent, "id")));
    assert_eq!(
        bot.patch(&path, json!({ "content": null })).await.error(),
        (400, 50006)
    );
}

#[tokio::test]
async fn files_are_uploaded_served_kept_and_dropped() {
    let bot = Bot::start().await;
    let payload = json!({ "content": "x", "attachments": [{ "id": 0, "description": "notes" }] });
    let sent = bot
        .upload(
            &bot.channel("/messages"),
            payload,
            &[("a.txt", b"hello"), ("b.txt", b"b")],
        )
        .await
        .ok();
    let files = sent["attachments"].as_array().expect("files").clone();
    assert_eq!(files.len(), 2);
    assert_eq!(
        (&files[0]["description"], &files[0]["size"]),
        (&json!("notes"), &json!(5))
    );
    let served = reqwest::get(text(&files[0], "url"))
        .await
        .expect("served")
        .text()
        .await
        .expect("text");
    assert_eq!(served, "hello");
    let path = bot.channel(&format!("/messages/{}", text(&sent, "id")));
    let kept = bot
        .patch(&path, json!({ "attachments": [{ "id": files[1]["id"] }] }))
        .await
        .ok();
    assert_eq!(kept["attachments"].as_array().map(Vec::len), Some(1));
    assert_eq!(kept["attachments"][0]["filename"], "b.txt");
}

#[tokio::test]
async fn an_enforced_nonce_sends_once() {
    let bot = Bot::start().await;
    let body = json!({ "content": "once", "nonce": "n1", "enforce_nonce": true });
    let first = bot.post(&bot.channel("/messages"), body.clone()).await.ok();
    let second = bot.post(&bot.channel("/messages"), body.clone()).await.ok();
    assert_eq!(first["id"], second["id"]);
    bot.after(10 * 60);
    let third = bot.post(&bot.channel("/messages"), body).await.ok();
    assert_ne!(
        first["id"], third["id"],
        "it is forgotten after some minutes"
    );
    let loose = json!({ "content": "twice", "nonce": "n2" });
    let one = bot
        .post(&bot.channel("/messages"), loose.clone())
        .await
        .ok();
    assert_ne!(
        one["id"],
        bot.post(&bot.channel("/messages"), loose).await.ok()["id"]
    );
}

#[tokio::test]
async fn mentions_ping_as_allowed() {
    let bot = Bot::start().await;
    let ann = bot.guild.member("Ann").id();
    let content = format!("<@{ann}> @everyone");
    let send = async |allowed: Value| {
        let mut body = json!({ "content": content });
        if !allowed.is_null() {
            body["allowed_mentions"] = allowed;
        }
        bot.post(&bot.channel("/messages"), body).await.ok()
    };
    let all = send(Value::Null).await;
    assert_eq!(
        (
            all["mentions"].as_array().map(Vec::len),
            &all["mention_everyone"]
        ),
        (Some(1), &json!(true))
    );
    let none = send(json!({ "parse": [] })).await;
    assert_eq!(
        (&none["mentions"], &none["mention_everyone"]),
        (&json!([]), &json!(false))
    );
    let both =
        json!({ "content": "x", "allowed_mentions": { "parse": ["users"], "users": [ann] } });
    assert_eq!(
        bot.post(&bot.channel("/messages"), both).await.error(),
        (400, 50035)
    );
}

#[tokio::test]
async fn bulk_delete_takes_2_to_100_of_the_last_two_weeks() {
    let bot = Bot::start().await;
    let ann = bot.guild.member("Ann");
    let ids: Vec<MessageId> = (0..3)
        .map(|_| ann.writes("x").expect("may write").id())
        .collect();
    let path = bot.channel("/messages/bulk-delete");
    assert_eq!(
        bot.post(&path, json!({ "messages": [ids[0]] }))
            .await
            .error(),
        (400, 50035)
    );
    assert_eq!(
        bot.post(&path, json!({ "messages": [ids[0], ids[1]] }))
            .await
            .status,
        204
    );
    assert_eq!(bot.guild.messages(ann.channel().expect("there")).len(), 1);
    bot.after(15 * 86_400);
    let old = bot
        .post(&path, json!({ "messages": [ids[2], ids[0]] }))
        .await;
    assert_eq!(old.error(), (400, 50034));
}

#[tokio::test]
async fn messages_are_listed_newest_first_and_by_page() {
    let bot = Bot::start().await;
    let ann = bot.guild.member("Ann");
    let ids: Vec<String> = (0..5)
        .map(|_| ann.writes("x").expect("may write").id().to_string())
        .collect();
    let list = async |query: String| -> Vec<String> {
        let page = bot
            .get(&bot.channel(&format!("/messages?{query}")))
            .await
            .ok();
        page.as_array()
            .expect("a list")
            .iter()
            .map(|message| text(message, "id").to_owned())
            .collect()
    };
    assert_eq!(
        list("limit=2".into()).await,
        [ids[4].clone(), ids[3].clone()]
    );
    assert_eq!(
        list(format!("limit=2&before={}", ids[2])).await,
        [ids[1].clone(), ids[0].clone()]
    );
    assert_eq!(
        list(format!("limit=2&after={}", ids[1])).await,
        [ids[3].clone(), ids[2].clone()]
    );
    assert_eq!(
        bot.get(&bot.channel("/messages?limit=101")).await.error(),
        (400, 50035)
    );
}

#[tokio::test]
async fn a_bare_thread_is_private_and_seen_by_its_members_only() {
    let mut bot = Bot::start().await;
    let thread = bot
        .post(
            &bot.channel("/threads"),
            json!({ "name": "quiet", "auto_archive_duration": 60 }),
        )
        .await
        .ok();
    assert_eq!(thread["type"], 12);
    assert_eq!(
        bot.socket.event("THREAD_CREATE").await["newly_created"],
        true
    );
    let ann = bot.guild.member("Ann");
    assert!(ann.threads().is_empty());
    let path = format!(
        "/channels/{}/thread-members/{}",
        text(&thread, "id"),
        ann.id()
    );
    assert_eq!(bot.put(&path, Value::Null).await.status, 204);
    assert_eq!(ann.threads().len(), 1);
    let wrong = json!({ "name": "x", "auto_archive_duration": 61 });
    assert_eq!(
        bot.post(&bot.channel("/threads"), wrong).await.error(),
        (400, 50035)
    );
}

#[tokio::test]
async fn a_message_wakes_an_archived_thread() {
    let mut bot = Bot::start().await;
    let thread = bot
        .post(
            &bot.channel("/threads"),
            json!({ "name": "talk", "type": 11 }),
        )
        .await
        .ok();
    let path = format!("/channels/{}", text(&thread, "id"));
    bot.patch(&path, json!({ "archived": true })).await.ok();
    assert_eq!(
        bot.socket.event("THREAD_UPDATE").await["thread_metadata"]["archived"],
        true
    );
    bot.post(&format!("{path}/messages"), json!({ "content": "awake" }))
        .await
        .ok();
    assert_eq!(
        bot.socket.event("THREAD_UPDATE").await["thread_metadata"]["archived"],
        false
    );
}

#[tokio::test]
async fn a_message_can_be_waited_for_and_drawn() {
    let bot = Bot::start().await;
    let ann = bot.guild.member("Ann");
    let now = bot.playground.clock().now() / 1000;
    let body = json!({
        "embeds": [{ "title": "Garden day", "color": 43_571, "fields": [
            { "name": "Organizer", "value": format!("<@{}>", ann.id()), "inline": true },
            { "name": "Seats", "value": "2/30", "inline": true },
            { "name": "Starts", "value": format!("<t:{}:R>", now + 300), "inline": true },
            { "name": "Helpers", "value": "Ben, Cid" },
        ] }],
        "components": [{ "type": 1, "components": [
            { "type": 2, "style": 1, "label": "Join", "custom_id": "join" },
            { "type": 2, "style": 2, "label": "Lock", "custom_id": "lock", "disabled": true },
        ] }],
    });
    bot.post(&bot.channel("/messages"), body).await.ok();
    let panel = ann
        .waits_for(|message| message.title() == Some("Garden day"))
        .await
        .expect("posted");
    assert_eq!(
        panel.draw(),
        "| Garden day                             (green)\n\
         | Organizer @Ann    Seats 2/30    Starts in 5 min\n\
         | Helpers  Ben, Cid\n  [Join] (Lock)\n"
    );
    let path = bot.channel(&format!("/messages/{}", panel.id()));
    let waiting = panel.wait_until(|message| message.buttons().is_empty());
    let editing = bot.patch(&path, json!({ "components": [] }));
    let (seen, edited) = tokio::join!(waiting, editing);
    edited.ok();
    assert_eq!(seen.expect("in time").field("Seats"), Some("2/30"));
}

#[tokio::test]
async fn reactions_and_pins_are_kept() {
    let bot = Bot::start().await;
    let message = bot.posts_button("Go").await;
    let path = bot.channel(&format!("/messages/{message}"));
    let reaction = format!("{path}/reactions/%F0%9F%91%8D/@me");
    assert_eq!(bot.put(&reaction, Value::Null).await.status, 204);
    assert_eq!(
        bot.get(&path).await.ok()["reactions"][0]["emoji"]["name"],
        "👍"
    );
    let pin = bot.channel(&format!("/messages/pins/{message}"));
    assert_eq!(bot.put(&pin, Value::Null).await.status, 204);
    let pins = bot.get(&bot.channel("/messages/pins")).await.ok();
    assert_eq!(pins["items"][0]["message"]["id"], message.to_string());
}

#[tokio::test]
async fn reasons_stand_in_the_audit_log() {
    let mut spec = muster_playground::GuildSpec::named("Testing");
    spec.bot.permissions |= Permissions::VIEW_AUDIT_LOG;
    let mut bot = Bot::start_with(config(), &spec, INTENTS | 1 << 2).await;
    let token = format!("Bot {}", bot.playground.token());
    let headers = [
        ("authorization", token.as_str()),
        ("x-audit-log-reason", "more%20room"),
    ];
    let path = bot.in_guild("/channels");
    let made = bot
        .request("POST", &path, json!({ "name": "plans" }), &headers)
        .await
        .ok();
    let told = bot.socket.event("GUILD_AUDIT_LOG_ENTRY_CREATE").await;
    assert_eq!(
        (&told["reason"], &told["target_id"]),
        (&json!("more room"), &made["id"])
    );
    let log = bot
        .get(&bot.in_guild("/audit-logs?action_type=10"))
        .await
        .ok();
    let entry = &log["audit_log_entries"][0];
    assert_eq!(
        (&entry["reason"], &entry["action_type"]),
        (&json!("more room"), &json!(10))
    );
    let none = bot
        .get(&bot.in_guild("/audit-logs?action_type=20"))
        .await
        .ok();
    assert_eq!(none["audit_log_entries"], json!([]));
    let long = "x".repeat(513);
    let headers = [
        ("authorization", token.as_str()),
        ("x-audit-log-reason", long.as_str()),
    ];
    let refused = bot
        .request("POST", &path, json!({ "name": "more" }), &headers)
        .await;
    assert_eq!(refused.error(), (400, 50035));
}
