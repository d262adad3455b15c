//! Limits of commands and guilds ([Discord Docs/Application Commands]).

use serde_json::{Value, json};

use crate::bot::{Bot, text};

fn command(name: &str) -> Value {
    json!({ "name": name, "description": "d" })
}

#[tokio::test]
async fn put_replaces_the_scope_and_keeps_ids_of_names_that_stay() {
    let bot = Bot::start().await;
    let first = bot.registers(json!([command("a"), command("b")])).await;
    let second = bot.registers(json!([command("b"), command("c")])).await;
    assert_eq!(first[1]["id"], second[0]["id"]);
    let names: Vec<String> = bot
        .playground
        .commands()
        .into_iter()
        .map(|command| command.name)
        .collect();
    assert_eq!(names, ["b", "c"]);
}

#[tokio::test]
async fn post_makes_with_201_and_updates_with_200() {
    let bot = Bot::start().await;
    let path = format!("/applications/{}/commands", bot.playground.application_id());
    let made = bot.post(&path, command("a")).await;
    assert_eq!(made.status, 201);
    let updated = bot
        .post(&path, json!({ "name": "a", "description": "other" }))
        .await;
    assert_eq!(
        (updated.status, &updated.body["id"]),
        (200, &made.body["id"])
    );
    assert_eq!(updated.body["description"], "other");
    let one = format!("{path}/{}", text(&made.body, "id"));
    assert_eq!(
        bot.patch(&one, json!({ "description": "third" }))
            .await
            .ok()["description"],
        "third"
    );
    assert_eq!(bot.get(&one).await.ok()["description"], "third");
    assert_eq!(bot.delete(&one).await.status, 204);
    assert_eq!(bot.get(&one).await.error(), (404, 10063));
}

#[tokio::test]
async fn a_scope_holds_100_slash_commands_and_15_of_each_menu() {
    let bot = Bot::start().await;
    let path = format!("/applications/{}/commands", bot.playground.application_id());
    let slash = |count: usize| {
        (0..count)
            .map(|at| command(&format!("c{at}")))
            .collect::<Vec<_>>()
    };
    let menus = |count: usize| {
        (0..count)
            .map(|at| json!({ "name": format!("M{at}"), "type": 2 }))
            .collect::<Vec<_>>()
    };
    let all = [slash(100), menus(15)].concat();
    assert_eq!(
        bot.put(&path, json!(slash(101))).await.error(),
        (400, 30032)
    );
    bot.put(&path, json!(all)).await.ok();
    assert_eq!(bot.post(&path, command("more")).await.error(), (400, 30032));
    assert_eq!(
        bot.post(&path, json!({ "name": "More", "type": 2 }))
            .await
            .error(),
        (400, 30032)
    );
}

#[tokio::test]
async fn two_hundred_creates_a_day() {
    let bot = Bot::start().await;
    bot.playground
        .set_rate_limits(muster_playground::RateLimits::off());
    let batch = |from: usize| {
        (from..from + 100)
            .map(|at| command(&format!("c{at}")))
            .collect::<Value>()
    };
    bot.registers(batch(0)).await;
    bot.registers(batch(100)).await;
    let path = format!(
        "/applications/{}/guilds/{}/commands",
        bot.playground.application_id(),
        bot.guild.id()
    );
    assert_eq!(
        bot.put(&path, json!([command("new")])).await.error(),
        (400, 30034)
    );
    bot.put(&path, json!([command("c150")])).await.ok();
    bot.after(86_400);
    bot.put(&path, json!([command("new")])).await.ok();
}

#[tokio::test]
async fn a_bad_command_is_named_by_its_place() {
    let bot = Bot::start().await;
    let path = format!("/applications/{}/commands", bot.playground.application_id());
    let refused = bot
        .put(&path, json!([command("fine"), command("Not Fine")]))
        .await;
    assert_eq!(refused.error(), (400, 50035));
    assert_eq!(
        refused.body["errors"]["1"]["name"]["_errors"][0]["code"],
        "APPLICATION_COMMAND_INVALID_NAME"
    );
}

#[tokio::test]
async fn a_guild_has_250_roles_and_500_channels() {
    let bot = Bot::start().await;
    bot.playground
        .set_rate_limits(muster_playground::RateLimits::off());
    for at in bot.guild.roles().len()..250 {
        bot.guild
            .add_role(&format!("r{at}"), muster_playground::Permissions::NONE);
    }
    assert_eq!(
        bot.post(&bot.in_guild("/roles"), json!({ "name": "one more" }))
            .await
            .error(),
        (400, 30005)
    );
    let mut count = 1;
    while count < 500 {
        bot.post(&bot.in_guild("/channels"), json!({ "name": "c" }))
            .await
            .ok();
        count += 1;
    }
    assert_eq!(
        bot.post(&bot.in_guild("/channels"), json!({ "name": "c" }))
            .await
            .error(),
        (400, 30013)
    );
}

#[tokio::test]
async fn names_topics_and_slowmode_keep_their_limits() {
    let bot = Bot::start().await;
    bot.playground
        .set_rate_limits(muster_playground::RateLimits::off());
    let path = bot.channel("");
    for (key, ok, bad) in [
        ("name", json!("n".repeat(100)), json!("n".repeat(101))),
        ("topic", json!("t".repeat(1024)), json!("t".repeat(1025))),
        ("rate_limit_per_user", json!(21_600), json!(21_601)),
    ] {
        assert_eq!(
            bot.patch(&path, json!({ key: bad })).await.error(),
            (400, 50035),
            "{key}"
        );
        let changed = bot.patch(&path, json!({ key: ok })).await;
        assert_eq!(changed.status, 200, "{key}");
        if key == "name" {
            let back = bot.patch(&path, json!({ "name": "general" })).await.ok();
            assert_eq!(back["name"], "general");
        }
    }
}
