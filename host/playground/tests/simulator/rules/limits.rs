//! What REST refuses because there is too much of it, and what the documentation leaves open.

use muster_playground::{
    ChannelSpec, Chapter, Config, GuildSpec, Permissions, RateLimits, RoleSpec,
};
use serde_json::{Value, json};

use crate::bot::{Bot, INTENTS, text};
use crate::rules::{Case, Found, Off, cases, is};

pub(super) const CASES: &[Case] = cases![
    ReactionLimit => a_21st_emoji_is_30010,
    RoleLimit => a_251st_role_is_30005,
    ChannelLimit => a_501st_channel_is_30013,
    CommandLimit => a_101st_command_is_30032,
    PinLimit => a_251st_pin_is_30003,
    WebhookLimit => a_16th_webhook_is_30007,
    WebhookToken => a_wrong_webhook_token_is_50027,
    AutoMod => a_blocked_word_is_200000,
    OldEditLimit => many_edits_of_old_messages_are_30046,
];

pub(super) const OPEN: &[Case] = &[Case {
    off: Off::Switch(
        Chapter::Refusals,
        "Listing members without GUILD_MEMBERS is 403 50001.",
        |switches| switches.member_list_needs_intent = false,
    ),
    name: "a_members_list_without_its_intent_is_50001",
    run: |config| Box::pin(a_members_list_without_its_intent_is_50001(config)),
}];

async fn started(mut config: Config) -> Bot {
    config.rate_limits = RateLimits::off();
    let mut spec = GuildSpec::named("Testing");
    spec.bot.permissions |= Permissions::MANAGE_WEBHOOKS;
    Bot::start_with(config, &spec, INTENTS).await
}

async fn a_21st_emoji_is_30010(config: Config) -> Found {
    let bot = started(config).await;
    let message = bot.posts_button("Go").await;
    for at in 0..20 {
        let emoji = char::from_u32(0x1F600 + at).expect("a face");
        let person = bot.guild.member("Ann");
        person.reacts(message, &emoji.to_string(), true);
    }
    let path = bot.channel(&format!("/messages/{message}/reactions/%F0%9F%8D%8E/@me"));
    is(bot.put(&path, Value::Null).await.error(), (400, 30010))
}

async fn a_251st_role_is_30005(config: Config) -> Found {
    let role = |at| RoleSpec {
        name: format!("Role {at}"),
        ..RoleSpec::default()
    };
    // With @everyone and the bot's own.
    let spec = GuildSpec {
        roles: (0..248).map(role).collect(),
        ..GuildSpec::named("Testing")
    };
    let bot = Bot::start_with(config, &spec, INTENTS).await;
    let path = bot.in_guild("/roles");
    is(
        bot.post(&path, json!({ "name": "One more" })).await.error(),
        (400, 30005),
    )
}

async fn a_501st_channel_is_30013(config: Config) -> Found {
    let channel = |at| ChannelSpec {
        name: format!("channel-{at}"),
        ..ChannelSpec::default()
    };
    let spec = GuildSpec {
        channels: (0..500).map(channel).collect(),
        ..GuildSpec::named("Testing")
    };
    let bot = Bot::start_with(config, &spec, INTENTS).await;
    let path = bot.in_guild("/channels");
    is(
        bot.post(&path, json!({ "name": "one-more" })).await.error(),
        (400, 30013),
    )
}

async fn a_101st_command_is_30032(config: Config) -> Found {
    let bot = started(config).await;
    let command = |at| json!({ "name": format!("c{at}"), "description": "d" });
    bot.registers((0..100).map(command).collect()).await;
    let (application, guild) = (bot.playground.application_id(), bot.guild.id());
    let path = format!("/applications/{application}/guilds/{guild}/commands");
    is(bot.post(&path, command(100)).await.error(), (400, 30032))?;
    let all = (0..101).map(command).collect();
    is(bot.put(&path, all).await.error(), (400, 30032))
}

async fn a_251st_pin_is_30003(config: Config) -> Found {
    let bot = started(config).await;
    let ann = bot.guild.member("Ann");
    let pin = async |at: u32| {
        let message = ann.writes(&format!("note {at}")).expect("may write").id();
        let path = bot.channel(&format!("/messages/pins/{message}"));
        bot.put(&path, Value::Null).await
    };
    for at in 0..250 {
        is(pin(at).await.status, 204)?;
    }
    is(pin(250).await.error(), (400, 30003))
}

async fn a_16th_webhook_is_30007(config: Config) -> Found {
    let bot = started(config).await;
    let path = bot.channel("/webhooks");
    for at in 0..15 {
        let made = bot
            .post(&path, json!({ "name": format!("News {at}") }))
            .await;
        is(made.status, 200)?;
    }
    is(
        bot.post(&path, json!({ "name": "One more" })).await.error(),
        (400, 30007),
    )
}

async fn a_wrong_webhook_token_is_50027(config: Config) -> Found {
    let bot = started(config).await;
    let made = bot
        .post(&bot.channel("/webhooks"), json!({ "name": "News" }))
        .await
        .ok();
    let path = format!("/webhooks/{}/wrong", text(&made, "id"));
    is(
        bot.post(&path, json!({ "content": "x" })).await.error(),
        (401, 50027),
    )
}

async fn a_blocked_word_is_200000(config: Config) -> Found {
    let bot = started(config).await;
    bot.guild.block_words(&["weeds"]);
    let path = bot.channel("/messages");
    for body in [
        json!({ "content": "Weeds!" }),
        json!({ "embeds": [{ "title": "No weeds" }] }),
    ] {
        is(bot.post(&path, body).await.error(), (400, 200_000))?;
    }
    Ok(())
}

async fn many_edits_of_old_messages_are_30046(config: Config) -> Found {
    let spec = GuildSpec::named("Testing");
    let bot = Bot::start_with(config, &spec, INTENTS).await;
    let message = bot.posts_button("Go").await;
    bot.after(3601);
    let path = bot.channel(&format!("/messages/{message}"));
    for at in 0..3 {
        is(
            bot.patch(&path, json!({ "content": format!("{at}") }))
                .await
                .status,
            200,
        )?;
    }
    let refused = bot.patch(&path, json!({ "content": "x" })).await;
    is(refused.error(), (429, 30046))
}

async fn a_members_list_without_its_intent_is_50001(mut config: Config) -> Found {
    config.application.guild_members_intent = false;
    let bot = started(config).await;
    is(
        bot.get(&bot.in_guild("/members")).await.error(),
        (403, 50001),
    )
}
