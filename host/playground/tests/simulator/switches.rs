//! What Discord's documentation leaves open can be read either way.

use muster_playground::{GatewayConfig, GuildSpec, Playground, Switches};
use serde_json::{Value, json};

use crate::bot::{Bot, Ended, Socket, config, identify, text};

/// A bot in a playground that reads the documentation in its own way.
async fn reading(change: fn(&mut Switches)) -> Bot {
    let bot = Bot::start().await;
    bot.playground.set_switches(change);
    bot
}

/// What the bot gets for a direct message to Ann, who takes none.
async fn writes_to_ann(bot: &Bot) -> (u16, u64) {
    let ann = bot.guild.member("Ann");
    ann.closes_dms(true);
    let wish = json!({ "recipient_id": ann.id() });
    let channel = bot.post("/users/@me/channels", wish).await.ok();
    let path = format!("/channels/{}/messages", text(&channel, "id"));
    bot.post(&path, json!({ "content": "psst" })).await.error()
}

#[tokio::test]
async fn a_bad_token_has_code_0_or_50014() {
    let bot = reading(|switches| switches.bad_token_is_50014 = true).await;
    let answered = bot.request("GET", "/users/@me", Value::Null, &[]).await;
    assert_eq!(answered.error(), (401, 50014));
}

#[tokio::test]
async fn a_closed_dm_is_403_or_400() {
    assert_eq!(writes_to_ann(&Bot::start().await).await, (403, 50007));
    let bot = reading(|switches| switches.closed_dm_is_403 = false).await;
    assert_eq!(writes_to_ann(&bot).await, (400, 50007));
}

#[tokio::test]
async fn what_automod_blocks_is_400_or_403_and_people_are_stopped_too() {
    let bot = reading(|switches| switches.automod_is_400 = false).await;
    bot.guild.block_words(&["weeds"]);
    let blocked = bot
        .post(&bot.channel("/messages"), json!({ "content": "weeds" }))
        .await;
    assert_eq!(blocked.error(), (403, 200_000));
    let refused = bot
        .guild
        .member("Ann")
        .writes("Weeds!")
        .expect_err("blocked");
    assert!(refused.to_string().contains("AutoMod"), "{refused}");
}

#[tokio::test]
async fn an_answer_may_need_the_right_to_write() {
    let mut bot = reading(|switches| switches.answer_without_send_messages = false).await;
    bot.registers(json!([{ "name": "ping", "description": "d" }]))
        .await;
    let everyone = bot.guild.role("@everyone").expect("there").id;
    for role in [everyone, bot.guild.bot_role().expect("there").id] {
        bot.guild.change_role(role, |role| {
            let send = muster_playground::Permissions::SEND_MESSAGES;
            role.permissions = role.permissions.without(send);
        });
    }
    bot.guild
        .member("Ann")
        .uses("/ping", json!({}))
        .expect("offered");
    let interaction = bot.interaction().await;
    let answer = json!({ "type": 4, "data": { "content": "pong" } });
    assert_eq!(bot.answer(&interaction, answer).await.error(), (403, 50013));
}

#[tokio::test]
async fn a_put_may_give_new_ids_to_commands_that_stay() {
    for keeps in [true, false] {
        let bot = Bot::start().await;
        bot.playground
            .set_switches(|switches| switches.put_keeps_command_ids = keeps);
        let commands = json!([{ "name": "ping", "description": "d" }]);
        let first = bot.registers(commands.clone()).await;
        let second = bot.registers(commands).await;
        assert_eq!(first[0]["id"] == second[0]["id"], keeps);
    }
}

#[tokio::test]
async fn a_silent_client_is_closed_or_dropped() {
    let gateway = GatewayConfig {
        heartbeat_interval: std::time::Duration::from_millis(20),
        ..GatewayConfig::default()
    };
    let mut config = config();
    config.gateway = gateway;
    config.switches.close_4009_without_heartbeat = false;
    let playground = Playground::start(config).await.expect("a playground");
    playground
        .add_guild(&GuildSpec::named("Testing"))
        .expect("a guild");
    let mut socket = Socket::open(&playground.gateway_url()).await;
    socket.send(identify(playground.token(), 1)).await;
    assert_eq!(socket.end().await, Ended::Broken);
}
