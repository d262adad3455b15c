//! Each line of the interaction state machine ([Discord Docs/Receiving and Responding to
//! Interactions]).

use muster_playground::{Ack, Answer, Failed, Refused, Switches};
use serde_json::{Value, json};

use crate::bot::{Bot, text};

fn ping() -> Value {
    json!([{ "name": "ping", "description": "d" }])
}

fn says(content: &str) -> Value {
    json!({ "type": 4, "data": { "content": content } })
}

fn says_privately(content: &str) -> Value {
    json!({ "type": 4, "data": { "content": content, "flags": 64 } })
}

/// A bot with `/ping`, and an interaction of Ann's with it.
async fn pinged() -> (Bot, muster_playground::Act, Value) {
    let mut bot = Bot::start().await;
    bot.registers(ping()).await;
    let act = bot
        .guild
        .member("Ann")
        .uses("/ping", json!({}))
        .expect("she may");
    let interaction = bot.interaction().await;
    (bot, act, interaction)
}

/// A bot with a button, and an interaction of Ann's with it.
async fn pressed() -> (Bot, muster_playground::Act, Value) {
    let mut bot = Bot::start().await;
    let message = bot.posts_button("Go").await;
    let act = bot
        .guild
        .member("Ann")
        .presses(message, "Go")
        .expect("she may");
    let interaction = bot.interaction().await;
    (bot, act, interaction)
}

#[tokio::test]
async fn an_answer_in_time_is_204_and_is_seen() {
    let (bot, act, interaction) = pinged().await;
    let answered = bot.answer(&interaction, says("pong")).await;
    assert_eq!((answered.status, answered.body), (204, Value::Null));
    let seen = act.answer().await.expect("answered");
    assert_eq!(seen.answer.text(), "pong");
    assert!(matches!(seen.answer, Answer::Message(_)));
    let message = seen
        .answer
        .message()
        .and_then(|message| message.now())
        .expect("there");
    assert_eq!((message.kind, message.is_ephemeral()), (20, false));
}

#[tokio::test]
async fn with_response_tells_of_the_message() {
    let (bot, _, interaction) = pinged().await;
    let path = format!(
        "/interactions/{}/{}/callback?&with_response=true",
        text(&interaction, "id"),
        text(&interaction, "token")
    );
    let answered = bot
        .request("POST", &path, says_privately("pong"), &[])
        .await;
    assert_eq!(answered.status, 200);
    assert_eq!(
        answered.body["interaction"]["response_message_ephemeral"],
        true
    );
    assert_eq!(answered.body["resource"]["type"], 4);
    assert_eq!(answered.body["resource"]["message"]["content"], "pong");
}

#[tokio::test]
async fn after_three_seconds_the_interaction_is_unknown_and_the_person_sees_a_failure() {
    let (bot, act, interaction) = pinged().await;
    bot.after(4);
    assert_eq!(
        act.acknowledged().await,
        Err(Failed::NotAnswered("The application did not respond"))
    );
    assert_eq!(
        bot.answer(&interaction, says("late")).await.error(),
        (404, 10062)
    );
}

#[tokio::test]
async fn a_press_that_nobody_answers_fails_with_other_words() {
    let (bot, act, _) = pressed().await;
    bot.after(4);
    assert_eq!(
        act.acknowledged().await,
        Err(Failed::NotAnswered("This interaction failed"))
    );
}

#[tokio::test]
async fn without_any_session_the_interaction_just_fails() {
    let mut bot = Bot::start().await;
    bot.registers(ping()).await;
    bot.playground.faults().invalidate_session(false);
    bot.socket.op(9).await;
    let act = bot
        .guild
        .member("Ann")
        .uses("/ping", json!({}))
        .expect("she may");
    bot.after(4);
    assert!(act.acknowledged().await.is_err());
}

#[tokio::test]
async fn before_an_answer_the_webhook_is_unknown() {
    let (bot, _, interaction) = pinged().await;
    for (method, path) in [
        ("POST", ""),
        ("GET", "/messages/@original"),
        ("PATCH", "/messages/@original"),
        ("DELETE", "/messages/@original"),
    ] {
        let body = if method == "GET" || method == "DELETE" {
            Value::Null
        } else {
            json!({ "content": "x" })
        };
        let answered = bot
            .request(method, &bot.webhook(&interaction, path), body, &[])
            .await;
        assert_eq!(answered.error(), (404, 10015), "{method} {path}");
    }
}

#[tokio::test]
async fn a_second_answer_is_refused_and_noted() {
    let (bot, act, interaction) = pinged().await;
    bot.answer(&interaction, says("one")).await;
    assert_eq!(
        bot.answer(&interaction, says("two")).await.error(),
        (400, 40060)
    );
    assert_eq!(act.double_answers(), 1);
    assert_eq!(act.answer().await.expect("answered").answer.text(), "one");
}

#[tokio::test]
async fn a_wrong_token_or_id_is_unknown() {
    let (bot, _, interaction) = pinged().await;
    let mut wrong = interaction.clone();
    wrong["token"] = json!("nonsense");
    assert_eq!(bot.answer(&wrong, says("x")).await.error(), (404, 10062));
    wrong = interaction.clone();
    wrong["id"] = json!("1");
    assert_eq!(bot.answer(&wrong, says("x")).await.error(), (404, 10062));
    bot.answer(&interaction, says("x")).await;
    let path = format!(
        "/webhooks/1/{}/messages/@original",
        text(&interaction, "token")
    );
    assert_eq!(bot.get(&path).await.error(), (404, 10015));
    wrong["token"] = json!("nonsense");
    assert_eq!(
        bot.get(&bot.webhook(&wrong, "/messages/@original"))
            .await
            .error(),
        (404, 10015)
    );
}

#[tokio::test]
async fn the_token_lives_fifteen_minutes() {
    let (bot, _, interaction) = pinged().await;
    bot.answer(&interaction, says("x")).await;
    bot.after(15 * 60 - 5);
    let path = bot.webhook(&interaction, "/messages/@original");
    assert_eq!(bot.get(&path).await.status, 200);
    bot.after(10);
    assert_eq!(bot.get(&path).await.error(), (401, 50027));
    assert_eq!(
        bot.post(&bot.webhook(&interaction, ""), json!({ "content": "x" }))
            .await
            .error(),
        (401, 50027)
    );
}

#[tokio::test]
async fn each_kind_takes_its_own_answers() {
    let modal = json!({ "type": 9, "data": { "title": "t", "custom_id": "m", "components": [
        { "type": 1, "components": [{ "type": 4, "custom_id": "n", "label": "Name", "style": 1 }] }
    ] } });
    let choices = json!({ "type": 8, "data": { "choices": [] } });
    let update = json!({ "type": 7, "data": { "content": "changed" } });
    for (body, command, component) in [
        (says("x"), true, true),
        (json!({ "type": 5 }), true, true),
        (json!({ "type": 6 }), false, true),
        (update, false, true),
        (choices, false, false),
        (modal, true, true),
        (json!({ "type": 1 }), false, false),
    ] {
        let (bot, _, interaction) = pinged().await;
        assert_eq!(
            bot.answer(&interaction, body.clone()).await.status == 204,
            command,
            "command {body}"
        );
        let (bot, _, interaction) = pressed().await;
        assert_eq!(
            bot.answer(&interaction, body.clone()).await.status == 204,
            component,
            "component {body}"
        );
    }
}

#[tokio::test]
async fn thinking_is_filled_by_an_edit_of_the_original() {
    let (bot, act, interaction) = pinged().await;
    bot.answer(&interaction, json!({ "type": 5, "data": { "flags": 64 } }))
        .await;
    assert_eq!(
        act.acknowledged().await.map(|done| done.ack),
        Ok(Ack::Thinking)
    );
    let path = bot.webhook(&interaction, "/messages/@original");
    let loading = bot.get(&path).await.ok();
    assert_eq!(loading["flags"], 64 | 128);
    bot.patch(&path, json!({ "content": "done", "flags": 0 }))
        .await
        .ok();
    let seen = act.answer().await.expect("answered");
    let message = seen
        .answer
        .message()
        .and_then(|message| message.now())
        .expect("there");
    assert_eq!(
        (message.content.as_str(), message.flags),
        ("done", 64),
        "ephemeral stays, loading goes"
    );
}

#[tokio::test]
async fn the_first_followup_after_thinking_fills_it_too() {
    let (bot, act, interaction) = pinged().await;
    bot.answer(&interaction, json!({ "type": 5 })).await;
    let filled = bot
        .post(&bot.webhook(&interaction, ""), json!({ "content": "done" }))
        .await
        .ok();
    let original = bot
        .get(&bot.webhook(&interaction, "/messages/@original"))
        .await
        .ok();
    assert_eq!(filled["id"], original["id"]);
    assert!(act.followups().is_empty());
    let second = bot
        .post(&bot.webhook(&interaction, ""), json!({ "content": "more" }))
        .await
        .ok();
    assert_ne!(second["id"], original["id"]);
    assert_eq!(act.wait_for_followups(1).await.expect("one").len(), 1);
}

#[tokio::test]
async fn a_deferred_answer_takes_no_flag_but_ephemeral() {
    let (bot, _, interaction) = pinged().await;
    let refused = bot
        .answer(&interaction, json!({ "type": 5, "data": { "flags": 4 } }))
        .await;
    assert_eq!(refused.error(), (400, 50035));
}

#[tokio::test]
async fn original_means_the_pressed_message_after_six_and_seven() {
    for body in [
        json!({ "type": 6 }),
        json!({ "type": 7, "data": { "content": "seven" } }),
    ] {
        let (bot, act, interaction) = pressed().await;
        bot.answer(&interaction, body).await;
        let path = bot.webhook(&interaction, "/messages/@original");
        let edited = bot.patch(&path, json!({ "content": "edited" })).await.ok();
        assert_eq!(edited["id"], interaction["message"]["id"]);
        let seen = act.answer().await.expect("answered");
        assert!(matches!(seen.answer, Answer::Updated(_)));
        assert_eq!(seen.answer.text(), "edited");
    }
}

#[tokio::test]
async fn original_means_the_new_message_after_four() {
    let (bot, _, interaction) = pressed().await;
    bot.answer(&interaction, says("four")).await;
    let original = bot
        .get(&bot.webhook(&interaction, "/messages/@original"))
        .await
        .ok();
    assert_eq!(original["content"], "four");
    assert_eq!(original["type"], 19, "a reply to the pressed message");
}

#[tokio::test]
async fn an_ephemeral_message_is_seen_by_one_and_unknown_to_the_channel() {
    let (mut bot, act, interaction) = pinged().await;
    bot.answer(&interaction, says_privately("psst")).await;
    let id = act
        .answer()
        .await
        .expect("answered")
        .answer
        .message()
        .expect("a message")
        .id();
    let reads = |name: &str| {
        bot.guild
            .member(name)
            .sees()
            .iter()
            .any(|message| message.id == id)
    };
    assert!(reads("Ann") && !reads("Ben"));
    for method in ["GET", "PATCH", "DELETE"] {
        let body = if method == "PATCH" {
            json!({ "content": "x" })
        } else {
            Value::Null
        };
        let answered = bot
            .rest(method, &bot.channel(&format!("/messages/{id}")), body)
            .await;
        assert_eq!(answered.error(), (404, 10008), "{method}");
    }
    bot.guild.member("Ben").writes("marker").expect("may write");
    assert_eq!(
        bot.socket.event("MESSAGE_CREATE").await["author"]["username"],
        "Ben",
        "it was not dispatched"
    );
}

#[tokio::test]
async fn a_control_on_an_ephemeral_message_works_for_its_reader() {
    let (mut bot, act, interaction) = pinged().await;
    let mut body = says_privately("choose");
    body["data"]["components"] = json!([{ "type": 1, "components": [
        { "type": 2, "style": 1, "label": "Yes", "custom_id": "yes" }
    ] }]);
    bot.answer(&interaction, body).await;
    let message = act
        .answer()
        .await
        .expect("answered")
        .answer
        .message()
        .expect("a message")
        .clone();
    bot.guild
        .member("Ann")
        .presses(&message, "Yes")
        .expect("her own");
    let pressed = bot.interaction().await;
    assert_eq!(
        (&pressed["message"]["flags"], &pressed["data"]["custom_id"]),
        (&json!(64), &json!("yes"))
    );
    let ben = bot
        .guild
        .member("Ben")
        .presses(&message, "Yes")
        .expect_err("not his");
    assert_eq!(ben, Refused::MessageUnseen("Ben".into()));
}

#[tokio::test]
async fn followups_are_made_read_edited_and_deleted() {
    let (bot, _, interaction) = pinged().await;
    bot.answer(&interaction, says("first")).await;
    let followup = bot
        .post(
            &bot.webhook(&interaction, ""),
            json!({ "content": "more", "flags": 64 }),
        )
        .await
        .ok();
    assert_eq!(followup["flags"], 64);
    let path = bot.webhook(
        &interaction,
        &format!("/messages/{}", text(&followup, "id")),
    );
    assert_eq!(bot.get(&path).await.ok()["content"], "more");
    assert_eq!(
        bot.patch(&path, json!({ "content": "less" })).await.ok()["content"],
        "less"
    );
    assert_eq!(bot.delete(&path).await.status, 204);
    assert_eq!(bot.get(&path).await.error(), (404, 10008));
}

#[tokio::test]
async fn a_followup_cannot_reach_messages_of_others() {
    let (bot, _, interaction) = pinged().await;
    bot.answer(&interaction, says("first")).await;
    let other = bot.posts_button("Go").await;
    let path = bot.webhook(&interaction, &format!("/messages/{other}"));
    assert_eq!(
        bot.patch(&path, json!({ "content": "x" })).await.error(),
        (404, 10008)
    );
}

#[tokio::test]
async fn an_empty_answer_is_refused_and_the_interaction_stays_open() {
    let (bot, act, interaction) = pinged().await;
    assert_eq!(
        bot.answer(&interaction, says("")).await.error(),
        (400, 50006)
    );
    assert_eq!(bot.answer(&interaction, says("better")).await.status, 204);
    assert_eq!(
        act.answer().await.expect("answered").answer.text(),
        "better"
    );
}

#[tokio::test]
async fn answers_ping_users_only_unless_told_otherwise() {
    let (bot, _, interaction) = pinged().await;
    let (ann, role) = (
        bot.guild.member("Ann").id(),
        bot.guild.role("@everyone").expect("there").id,
    );
    let content = format!("<@{ann}> <@&{role}> @everyone");
    bot.answer(&interaction, says(&content)).await;
    let message = bot
        .get(&bot.webhook(&interaction, "/messages/@original"))
        .await
        .ok();
    assert_eq!(message["mentions"][0]["id"], ann.to_string());
    assert_eq!(
        (&message["mention_roles"], &message["mention_everyone"]),
        (&json!([]), &json!(false))
    );
}

#[tokio::test]
async fn autocomplete_takes_choices_only_and_25_of_them() {
    let mut bot = Bot::start().await;
    let option = json!({ "type": 4, "name": "size", "description": "d", "autocomplete": true });
    bot.registers(json!([{ "name": "pick", "description": "d", "options": [option] }]))
        .await;
    let ann = bot.guild.member("Ann");
    let act = ann
        .types("/pick", "size", "12x", json!({}))
        .expect("she may");
    let interaction = bot.interaction().await;
    let focused = &interaction["data"]["options"][0];
    assert_eq!(
        (&focused["value"], &focused["focused"]),
        (&json!("12x"), &json!(true)),
        "a string, even of a number"
    );
    let choices = |count: usize| json!({ "type": 8, "data": { "choices": vec![json!({ "name": "n", "value": 1 }); count] } });
    assert_eq!(
        bot.answer(&interaction, says("x")).await.error(),
        (400, 50035)
    );
    assert_eq!(
        bot.answer(&interaction, choices(26)).await.error(),
        (400, 50035)
    );
    assert_eq!(bot.answer(&interaction, choices(25)).await.status, 204);
    assert_eq!(
        act.answer().await.expect("answered").answer.choices().len(),
        25
    );
    let act = ann.types("/pick", "size", "1", json!({})).expect("she may");
    bot.after(4);
    assert_eq!(
        act.acknowledged().await,
        Err(Failed::NotAnswered("Loading options failed"))
    );
}

#[tokio::test]
async fn a_modal_from_a_button_is_filled_and_may_update_the_message() {
    let (mut bot, act, interaction) = pressed().await;
    bot.answer(&interaction, json!({ "type": 9, "data": { "title": "Who", "custom_id": "m", "components": [
        { "type": 1, "components": [{ "type": 4, "custom_id": "name", "label": "Name", "style": 1, "max_length": 5 }] },
        { "type": 18, "label": "Helper", "component": { "type": 5, "custom_id": "helper" } },
    ] } })).await;
    let opened = act.answer().await.expect("answered");
    let modal = opened.answer.modal().expect("a modal").clone();
    assert_eq!(
        (modal.title(), modal.labels()),
        ("Who", vec!["Name", "Helper"])
    );
    let ann = bot.guild.member("Ann");
    assert!(
        ann.submits(&modal, json!({ "Name": "too long", "helper": "Ann" }))
            .is_err()
    );
    assert!(
        ann.submits(&modal, json!({ "helper": "Ann" })).is_err(),
        "the name is required"
    );
    ann.submits(&modal, json!({ "Name": "Bo", "helper": "Ann" }))
        .expect("fits");
    let submitted = bot.interaction().await;
    assert_eq!(submitted["type"], 5);
    assert_eq!(
        submitted["data"]["components"][0]["components"][0]["value"],
        "Bo"
    );
    assert_eq!(
        submitted["data"]["components"][1]["component"]["values"][0],
        ann.id().to_string()
    );
    assert!(submitted["data"]["resolved"]["users"][ann.id().to_string()].is_object());
    assert_eq!(submitted["message"]["id"], interaction["message"]["id"]);
    let modal_again = bot
        .answer(&submitted, json!({ "type": 9, "data": {} }))
        .await;
    assert_eq!(
        modal_again.error(),
        (400, 50035),
        "a modal does not follow a modal"
    );
    let update = json!({ "type": 7, "data": { "content": "Bo it is" } });
    assert_eq!(bot.answer(&submitted, update).await.status, 204);
}

#[tokio::test]
async fn a_modal_from_a_command_cannot_update_a_message() {
    let (mut bot, act, interaction) = pinged().await;
    bot.answer(&interaction, json!({ "type": 9, "data": { "title": "Who", "custom_id": "m", "components": [
        { "type": 1, "components": [{ "type": 4, "custom_id": "name", "label": "Name", "style": 1 }] },
    ] } })).await;
    let modal = act
        .answer()
        .await
        .expect("answered")
        .answer
        .modal()
        .expect("a modal")
        .clone();
    bot.guild
        .member("Ann")
        .submits(&modal, json!({ "name": "Bo" }))
        .expect("fits");
    let submitted = bot.interaction().await;
    assert!(submitted["message"].is_null());
    assert_eq!(
        bot.answer(&submitted, json!({ "type": 6 })).await.error(),
        (400, 50035)
    );
    assert_eq!(bot.answer(&submitted, says("ok")).await.status, 204);
}

#[tokio::test]
async fn a_modal_has_no_message_to_edit() {
    let (bot, _, interaction) = pinged().await;
    bot.answer(&interaction, json!({ "type": 9, "data": { "title": "Who", "custom_id": "m", "components": [
        { "type": 1, "components": [{ "type": 4, "custom_id": "name", "label": "Name", "style": 1 }] },
    ] } })).await;
    let path = bot.webhook(&interaction, "/messages/@original");
    assert_eq!(
        bot.patch(&path, json!({ "content": "x" })).await.error(),
        (404, 10008)
    );
}

#[tokio::test]
async fn the_payload_has_what_clients_cannot_do_without() {
    let (bot, _, interaction) = pressed().await;
    for key in [
        "id",
        "application_id",
        "type",
        "token",
        "version",
        "channel_id",
        "channel",
        "locale",
        "guild_locale",
        "entitlements",
        "attachment_size_limit",
        "data",
        "message",
        "member",
        "guild_id",
        "app_permissions",
        "authorizing_integration_owners",
        "context",
    ] {
        assert!(!interaction[key].is_null(), "{key}");
    }
    assert!(
        interaction["user"].is_null(),
        "a member or a user, never both"
    );
    assert!(interaction["member"]["permissions"].is_string());
    let ann = bot.guild.member("Ann");
    assert_eq!(interaction["member"]["user"]["id"], ann.id().to_string());
}

#[tokio::test]
async fn a_press_in_direct_messages_comes_from_a_user() {
    let mut bot = Bot::start().await;
    let ann = bot.guild.member("Ann");
    let dm = bot
        .post("/users/@me/channels", json!({ "recipient_id": ann.id() }))
        .await
        .ok();
    let body = json!({ "content": "hi", "components": [{ "type": 1, "components": [
        { "type": 2, "style": 1, "label": "Go", "custom_id": "go" }
    ] }] });
    bot.post(&format!("/channels/{}/messages", text(&dm, "id")), body)
        .await
        .ok();
    let message = ann
        .waits_for_dm(|message| message.content == "hi")
        .await
        .expect("there");
    ann.presses(&message, "Go").expect("she may");
    let interaction = bot.interaction().await;
    assert!(interaction["member"].is_null() && interaction["guild_id"].is_null());
    assert_eq!(
        (&interaction["user"]["username"], &interaction["context"]),
        (&json!("Ann"), &json!(1))
    );
    assert_eq!(
        interaction["authorizing_integration_owners"],
        json!({ "0": "0" })
    );
}

#[tokio::test]
async fn answering_where_the_bot_may_not_write_is_a_switch() {
    let mut bot = Bot::start().await;
    bot.registers(ping()).await;
    let role = bot.guild.bot_role().expect("there").id;
    let channel = bot.guild.channel("general").expect("there");
    bot.guild.set_overwrites(
        channel,
        vec![muster_playground::Overwrite {
            target: muster_playground::OverwriteTarget::Role(role),
            allow: muster_playground::Permissions::NONE,
            deny: muster_playground::Permissions::SEND_MESSAGES,
        }],
    );
    let ann = bot.guild.member("Ann");
    ann.uses("/ping", json!({})).expect("she may");
    let interaction = bot.interaction().await;
    bot.playground
        .set_switches(|switches: &mut Switches| switches.answer_without_send_messages = false);
    assert_eq!(
        bot.answer(&interaction, says("x")).await.error(),
        (403, 50013)
    );
    bot.playground
        .set_switches(|switches| switches.answer_without_send_messages = true);
    assert_eq!(bot.answer(&interaction, says("x")).await.status, 204);
}
