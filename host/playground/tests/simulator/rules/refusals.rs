//! What REST refuses: tokens, rights, and what is not there.

use muster_playground::{Config, GuildSpec, Overwrite, OverwriteTarget, Permissions, RestFault};
use serde_json::{Value, json};

use crate::bot::{Bot, INTENTS, text};
use crate::rules::{Case, Found, cases, is};

pub(super) const CASES: &[Case] = cases![
    BotToken => a_bad_token_is_401,
    BotIsInGuild => a_guild_without_the_bot_is_50001,
    ChannelIsSeen => a_hidden_channel_is_50001,
    RightIsThere => a_missing_right_is_50013,
    ChannelExists => an_unknown_channel_is_10003,
    GuildExists => an_unknown_guild_is_10004,
    MemberExists => an_unknown_member_is_10007,
    MessageExists => an_unknown_message_is_10008,
    RoleExists => an_unknown_role_is_10011,
    UserExists => an_unknown_user_is_10013,
    EmojiExists => an_unknown_emoji_is_10014,
    WebhookExists => an_unknown_webhook_is_10015,
    ApplicationExists => an_unknown_application_is_10002,
    CommandExists => an_unknown_command_is_10063,
    InteractionExists => an_unknown_interaction_is_10062,
    BanExists => an_unknown_ban_is_10026,
    DmsAreOpen => closed_dms_are_50007,
    DmNeedsGuild => no_guild_in_common_is_50278,
    MessageSaysSomething => an_empty_message_is_50006,
    BodyIsValid => a_body_that_breaks_a_limit_is_50035,
    ContentTypeIsSaid => a_body_of_no_type_is_50035,
    JsonIsWhole => broken_json_is_50109,
    OwnMessage => another_ones_message_is_50005,
    ChannelTypeFits => a_thread_in_a_thread_is_50024,
    ChannelTakesText => a_message_in_a_category_is_50008,
    ThreadIsOpen => an_archived_thread_is_50083,
    ThreadIsUnlocked => a_locked_thread_is_160005,
    OneThreadPerMessage => a_second_thread_is_160004,
    ReplyNeedsHistory => a_reply_without_history_is_160002,
    TemporaryFailure => now_and_then_it_is_500,
    PathExists => an_unknown_path_is_404,
    MethodFits => a_wrong_method_is_405,
];

const NOBODY: u64 = 1234;

async fn started(config: Config) -> Bot {
    Bot::start_with(config, &GuildSpec::named("Testing"), INTENTS).await
}

/// Takes rights from the bot in the first channel.
fn deny(bot: &Bot, permissions: Permissions) {
    let channel = bot.guild.channel("general").expect("there");
    let overwrite = Overwrite {
        target: OverwriteTarget::Member(bot.playground.bot_id()),
        allow: Permissions::NONE,
        deny: permissions,
    };
    bot.guild.set_overwrites(channel, vec![overwrite]);
}

/// What the bot gets for a path that names something unknown.
async fn unknown(config: Config, path: fn(&Bot) -> String, code: u64) -> Found {
    let bot = started(config).await;
    is(bot.get(&path(&bot)).await.error(), (404, code))
}

fn hello() -> Value {
    json!({ "content": "hello" })
}

async fn a_bad_token_is_401(config: Config) -> Found {
    let bot = started(config).await;
    for headers in [&[][..], &[("authorization", "Bot wrong")]] {
        let answered = bot.request("GET", "/users/@me", Value::Null, headers).await;
        is(answered.error(), (401, 0))?;
    }
    Ok(())
}

async fn a_guild_without_the_bot_is_50001(config: Config) -> Found {
    let bot = started(config).await;
    bot.guild.kick_bot();
    is(bot.get(&bot.in_guild("")).await.error(), (403, 50001))
}

async fn a_hidden_channel_is_50001(config: Config) -> Found {
    let bot = started(config).await;
    deny(&bot, Permissions::VIEW_CHANNEL);
    is(bot.get(&bot.channel("")).await.error(), (403, 50001))
}

async fn a_missing_right_is_50013(config: Config) -> Found {
    let bot = started(config).await;
    deny(&bot, Permissions::SEND_MESSAGES);
    let path = bot.channel("/messages");
    is(bot.post(&path, hello()).await.error(), (403, 50013))
}

async fn an_unknown_channel_is_10003(config: Config) -> Found {
    unknown(config, |_| format!("/channels/{NOBODY}"), 10003).await
}

async fn an_unknown_guild_is_10004(config: Config) -> Found {
    unknown(config, |_| format!("/guilds/{NOBODY}"), 10004).await
}

async fn an_unknown_member_is_10007(config: Config) -> Found {
    let path = |bot: &Bot| {
        let eve = bot.playground.person("Eve").id();
        bot.in_guild(&format!("/members/{eve}"))
    };
    unknown(config, path, 10007).await
}

async fn an_unknown_message_is_10008(config: Config) -> Found {
    let path = |bot: &Bot| bot.channel(&format!("/messages/{NOBODY}"));
    unknown(config, path, 10008).await
}

async fn an_unknown_role_is_10011(config: Config) -> Found {
    let path = |bot: &Bot| bot.in_guild(&format!("/roles/{NOBODY}"));
    unknown(config, path, 10011).await
}

async fn an_unknown_user_is_10013(config: Config) -> Found {
    unknown(config, |_| format!("/users/{NOBODY}"), 10013).await
}

async fn an_unknown_emoji_is_10014(config: Config) -> Found {
    let bot = started(config).await;
    let message = bot.posts_button("Go").await;
    for emoji in ["smile", "smile:1234"] {
        let path = bot.channel(&format!("/messages/{message}/reactions/{emoji}/@me"));
        is(bot.put(&path, Value::Null).await.error(), (404, 10014))?;
        bot.after(1);
    }
    Ok(())
}

async fn an_unknown_webhook_is_10015(config: Config) -> Found {
    unknown(config, |_| format!("/webhooks/{NOBODY}"), 10015).await
}

async fn an_unknown_application_is_10002(config: Config) -> Found {
    let path = |_: &Bot| format!("/applications/{NOBODY}/commands");
    unknown(config, path, 10002).await
}

async fn an_unknown_command_is_10063(config: Config) -> Found {
    let path = |bot: &Bot| {
        let application = bot.playground.application_id();
        format!("/applications/{application}/commands/{NOBODY}")
    };
    unknown(config, path, 10063).await
}

async fn an_unknown_interaction_is_10062(config: Config) -> Found {
    let bot = started(config).await;
    let interaction = json!({ "id": "1234", "token": "nonsense" });
    let answered = bot.answer(&interaction, json!({ "type": 5 })).await;
    is(answered.error(), (404, 10062))
}

async fn an_unknown_ban_is_10026(config: Config) -> Found {
    let path = |bot: &Bot| {
        let ann = bot.guild.member("Ann").id();
        bot.in_guild(&format!("/bans/{ann}"))
    };
    unknown(config, path, 10026).await
}

/// A direct message of the bot to Ann.
async fn writes_to_ann(bot: &Bot) -> (u16, u64) {
    let wish = json!({ "recipient_id": bot.playground.person("Ann").id() });
    let channel = bot.post("/users/@me/channels", wish).await.ok();
    let path = format!("/channels/{}/messages", text(&channel, "id"));
    bot.post(&path, hello()).await.error()
}

async fn closed_dms_are_50007(config: Config) -> Found {
    let bot = started(config).await;
    bot.guild.member("Ann").closes_dms(true);
    is(writes_to_ann(&bot).await, (403, 50007))
}

async fn no_guild_in_common_is_50278(config: Config) -> Found {
    let bot = started(config).await;
    bot.guild.member("Ann").leaves();
    is(writes_to_ann(&bot).await, (403, 50278))
}

async fn an_empty_message_is_50006(config: Config) -> Found {
    let bot = started(config).await;
    let path = bot.channel("/messages");
    is(
        bot.post(&path, json!({ "content": " " })).await.error(),
        (400, 50006),
    )
}

async fn a_body_that_breaks_a_limit_is_50035(config: Config) -> Found {
    let bot = started(config).await;
    let body = json!({ "embeds": [{ "title": "x".repeat(257) }] });
    let answered = bot.post(&bot.channel("/messages"), body).await;
    is(answered.error(), (400, 50035))?;
    let fault = &answered.body["errors"]["embeds"]["0"]["title"]["_errors"][0];
    is(fault["code"].as_str(), Some("BASE_TYPE_MAX_LENGTH"))
}

async fn a_body_of_no_type_is_50035(config: Config) -> Found {
    let bot = started(config).await;
    for kind in ["", "text/plain"] {
        let answered = bot
            .sends(&bot.channel("/messages"), kind, "{\"content\":\"x\"}")
            .await;
        is(answered.error(), (400, 50035))?;
    }
    Ok(())
}

async fn broken_json_is_50109(config: Config) -> Found {
    let bot = started(config).await;
    let answered = bot
        .sends(&bot.channel("/messages"), "application/json", "{")
        .await;
    is(answered.error(), (400, 50109))
}

async fn another_ones_message_is_50005(config: Config) -> Found {
    let bot = started(config).await;
    let message = bot.guild.member("Ann").writes("mine").expect("may write");
    let path = bot.channel(&format!("/messages/{}", message.id()));
    is(bot.patch(&path, hello()).await.error(), (403, 50005))
}

async fn a_thread_in_a_thread_is_50024(config: Config) -> Found {
    let bot = started(config).await;
    let (thread, message) = threaded(&bot).await;
    let path = format!("{thread}/messages/{message}/threads");
    is(
        bot.post(&path, json!({ "name": "x" })).await.error(),
        (400, 50024),
    )
}

async fn a_message_in_a_category_is_50008(config: Config) -> Found {
    let bot = started(config).await;
    let wish = json!({ "name": "Staff", "type": 4 });
    let category = bot.post(&bot.in_guild("/channels"), wish).await.ok();
    let path = format!("/channels/{}/messages", text(&category, "id"));
    is(bot.post(&path, hello()).await.error(), (400, 50008))
}

/// The path of a thread, and the id of the bot's message in it.
async fn threaded(bot: &Bot) -> (String, String) {
    let message = bot.posts_button("Go").await;
    let path = bot.channel(&format!("/messages/{message}/threads"));
    let thread = bot.post(&path, json!({ "name": "talk" })).await.ok();
    let path = format!("/channels/{}", text(&thread, "id"));
    let inside = bot.post(&format!("{path}/messages"), hello()).await.ok();
    (path, text(&inside, "id").to_owned())
}

async fn an_archived_thread_is_50083(config: Config) -> Found {
    let bot = started(config).await;
    let (thread, message) = threaded(&bot).await;
    bot.patch(&thread, json!({ "archived": true })).await.ok();
    let path = format!("{thread}/messages/{message}");
    is(bot.patch(&path, hello()).await.error(), (400, 50083))
}

async fn a_locked_thread_is_160005(config: Config) -> Found {
    let bot = started(config).await;
    let (thread, _) = threaded(&bot).await;
    bot.patch(&thread, json!({ "locked": true })).await.ok();
    deny(&bot, Permissions::MANAGE_THREADS);
    let path = format!("{thread}/messages");
    is(bot.post(&path, hello()).await.error(), (400, 160_005))
}

async fn a_second_thread_is_160004(config: Config) -> Found {
    let bot = started(config).await;
    let message = bot.posts_button("Go").await;
    let path = bot.channel(&format!("/messages/{message}/threads"));
    is(bot.post(&path, json!({ "name": "one" })).await.status, 201)?;
    is(
        bot.post(&path, json!({ "name": "two" })).await.error(),
        (400, 160_004),
    )
}

async fn a_reply_without_history_is_160002(config: Config) -> Found {
    let bot = started(config).await;
    let message = bot.posts_button("Go").await;
    deny(&bot, Permissions::READ_MESSAGE_HISTORY);
    let body = json!({ "content": "x", "message_reference": { "message_id": message } });
    let answered = bot.post(&bot.channel("/messages"), body).await;
    is(answered.error(), (400, 160_002))
}

async fn now_and_then_it_is_500(config: Config) -> Found {
    let bot = started(config).await;
    for status in [500, 502] {
        let faults = bot.playground.faults();
        faults.rest("GET /users/@me", RestFault::Status(status), 1);
        is(bot.get("/users/@me").await.status, status)?;
    }
    Ok(())
}

async fn an_unknown_path_is_404(config: Config) -> Found {
    let bot = started(config).await;
    is(bot.get("/nowhere").await.error(), (404, 0))
}

async fn a_wrong_method_is_405(config: Config) -> Found {
    let bot = started(config).await;
    is(bot.put("/users/@me", json!({})).await.error(), (405, 0))
}
