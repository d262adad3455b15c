//! The life of an interaction.

use std::time::Duration;

use muster_playground::{Act, Config, GuildSpec};
use serde_json::{Value, json};

use crate::bot::{Bot, INTENTS, text};
use crate::rules::{Case, Found, cases, is};

pub(super) const CASES: &[Case] = cases![
    AnswerIs204 => an_answer_is_204,
    WithResponse => with_response_tells_of_the_message,
    FailureAfter3s => after_three_seconds_the_person_sees_a_failure,
    LateAnswerUnknown => a_late_answer_is_unknown,
    NoWebhookBeforeAnswer => before_an_answer_there_is_no_webhook,
    AnsweredOnce => a_second_answer_is_refused,
    FollowupFillsThinking => the_first_followup_fills_a_deferred_answer,
    TokenLives15Minutes => the_token_lives_fifteen_minutes,
    CallbackKnowsToken => an_answer_with_a_wrong_token_is_unknown,
    WebhookKnowsToken => a_followup_with_a_wrong_token_is_unknown,
    TokenIsEnough => no_authorization_is_needed,
];

/// A bot with `/ping`, and an interaction of Ann's with it.
async fn pinged(config: Config) -> (Bot, Act, Value) {
    let mut bot = Bot::start_with(config, &GuildSpec::named("Testing"), INTENTS).await;
    bot.registers(json!([{ "name": "ping", "description": "d" }]))
        .await;
    let ann = bot.guild.member("Ann");
    let act = ann.uses("/ping", json!({})).expect("she may");
    let interaction = bot.interaction().await;
    (bot, act, interaction)
}

fn pong() -> Value {
    json!({ "type": 4, "data": { "content": "pong" } })
}

async fn an_answer_is_204(config: Config) -> Found {
    let (bot, _, interaction) = pinged(config).await;
    let answered = bot.answer(&interaction, pong()).await;
    is((answered.status, answered.body), (204, Value::Null))
}

async fn with_response_tells_of_the_message(config: Config) -> Found {
    let (bot, _, interaction) = pinged(config).await;
    let (id, token) = (text(&interaction, "id"), text(&interaction, "token"));
    let path = format!("/interactions/{id}/{token}/callback?with_response=true");
    let answered = bot.request("POST", &path, pong(), &[]).await;
    is(answered.status, 200)?;
    is(
        &answered.body["resource"]["message"]["content"],
        &json!("pong"),
    )
}

async fn after_three_seconds_the_person_sees_a_failure(config: Config) -> Found {
    let (bot, act, _) = pinged(config).await;
    bot.after(4);
    // No time passes: what is seen at once is meant.
    let seen = tokio::time::timeout(Duration::ZERO, act.acknowledged()).await;
    is(seen.is_ok_and(|outcome| outcome.is_err()), true)
}

async fn a_late_answer_is_unknown(config: Config) -> Found {
    let (bot, _, interaction) = pinged(config).await;
    bot.after(4);
    is(bot.answer(&interaction, pong()).await.error(), (404, 10062))
}

async fn before_an_answer_there_is_no_webhook(config: Config) -> Found {
    let (bot, _, interaction) = pinged(config).await;
    let path = bot.webhook(&interaction, "");
    let answered = bot.post(&path, json!({ "content": "x" })).await;
    is(answered.error(), (404, 10015))
}

async fn a_second_answer_is_refused(config: Config) -> Found {
    let (bot, _, interaction) = pinged(config).await;
    is(bot.answer(&interaction, pong()).await.status, 204)?;
    is(bot.answer(&interaction, pong()).await.error(), (400, 40060))
}

async fn the_first_followup_fills_a_deferred_answer(config: Config) -> Found {
    let (bot, _, interaction) = pinged(config).await;
    is(
        bot.answer(&interaction, json!({ "type": 5 })).await.status,
        204,
    )?;
    let path = bot.webhook(&interaction, "");
    let filled = bot.post(&path, json!({ "content": "done" })).await;
    let original = bot
        .get(&bot.webhook(&interaction, "/messages/@original"))
        .await;
    is(filled.body["id"].clone(), original.body["id"].clone())
}

async fn the_token_lives_fifteen_minutes(config: Config) -> Found {
    let (bot, _, interaction) = pinged(config).await;
    is(bot.answer(&interaction, pong()).await.status, 204)?;
    let original = bot.webhook(&interaction, "/messages/@original");
    let followup = bot.webhook(&interaction, "");
    let body = json!({ "content": "x" });
    bot.after(15 * 60 - 5);
    is(bot.patch(&original, body.clone()).await.status, 200)?;
    is(bot.post(&followup, body.clone()).await.status, 200)?;
    bot.after(10);
    is(
        bot.patch(&original, body.clone()).await.error(),
        (401, 50027),
    )?;
    is(bot.delete(&original).await.error(), (401, 50027))?;
    is(bot.post(&followup, body).await.error(), (401, 50027))
}

async fn an_answer_with_a_wrong_token_is_unknown(config: Config) -> Found {
    let (bot, _, mut interaction) = pinged(config).await;
    interaction["token"] = json!("nonsense");
    is(bot.answer(&interaction, pong()).await.error(), (404, 10062))
}

async fn a_followup_with_a_wrong_token_is_unknown(config: Config) -> Found {
    let (bot, _, mut interaction) = pinged(config).await;
    is(bot.answer(&interaction, pong()).await.status, 204)?;
    interaction["token"] = json!("nonsense");
    let path = bot.webhook(&interaction, "/messages/@original");
    is(bot.get(&path).await.error(), (404, 10015))
}

async fn no_authorization_is_needed(config: Config) -> Found {
    let (bot, _, interaction) = pinged(config).await;
    is(bot.answer(&interaction, pong()).await.status, 204)?;
    let path = bot.webhook(&interaction, "/messages/@original");
    is(
        bot.request("GET", &path, Value::Null, &[]).await.status,
        200,
    )
}
