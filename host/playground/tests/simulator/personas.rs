//! What a client offers and refuses before it sends anything.

use muster_playground::{GuildSpec, MessageId, Permissions, Refused};
use serde_json::{Value, json};

use crate::bot::{Bot, INTENTS, config, text};

#[tokio::test]
async fn options_are_nested_resolved_and_checked_as_a_client_does() {
    let mut bot = Bot::start().await;
    let leaf = |kind: u64, name: &str, required: bool| json!({ "type": kind, "name": name, "description": "d", "required": required });
    let mut size = leaf(4, "size", false);
    size["min_value"] = json!(1);
    size["max_value"] = json!(9);
    let show = json!({ "type": 1, "name": "show", "description": "d", "options": [
        leaf(3, "title", true), leaf(6, "who", true), size, leaf(11, "file", false),
    ] });
    let group = json!({ "type": 2, "name": "plan", "description": "d", "options": [show] });
    bot.registers(json!([{ "name": "club", "description": "d", "options": [group] }]))
        .await;
    let (ann, ben) = (bot.guild.member("Ann"), bot.guild.member("Ben"));
    assert_eq!(
        ann.uses("/club", json!({})).expect_err("bare"),
        Refused::SubcommandMissing("club".into())
    );
    assert!(
        matches!(ann.uses("/club plan show title:x", json!({})), Err(Refused::OptionMissing(name)) if name == "who")
    );
    assert!(matches!(
        ann.uses("/club plan show title:x who:Ben size:10", json!({})),
        Err(Refused::BadValue { .. })
    ));
    assert!(matches!(
        ann.uses("/club plan show title:x who:Nobody", json!({})),
        Err(Refused::BadValue { .. })
    ));
    assert!(matches!(
        ann.uses("/club plan show title:x who:Ben", json!({ "no": 1 })),
        Err(Refused::NoSuchOption(_))
    ));
    let file = json!({ "file": { "filename": "a.txt", "content": "hello" } });
    ann.uses("/club plan show title:a longer title who:Ben size:3", file)
        .expect("fits");
    let data = bot.interaction().await["data"].clone();
    let options = &data["options"][0]["options"][0]["options"];
    assert_eq!(options[0]["value"], "a longer title");
    assert_eq!(options[1]["value"], ben.id().to_string());
    assert_eq!(options[2]["value"], 3);
    let resolved = &data["resolved"];
    let member = &resolved["members"][ben.id().to_string()];
    assert!(
        member["user"].is_null() && member["deaf"].is_null() && member["permissions"].is_string()
    );
    assert_eq!(resolved["users"][ben.id().to_string()]["username"], "Ben");
    let url = resolved["attachments"][text(&options[3], "value")]["url"]
        .as_str()
        .expect("a url")
        .to_owned();
    assert_eq!(
        reqwest::get(url)
            .await
            .expect("served")
            .text()
            .await
            .expect("text"),
        "hello"
    );
}

#[tokio::test]
async fn a_command_is_offered_to_those_with_the_right_and_in_the_right_place() {
    let mut bot = Bot::start().await;
    bot.registers(json!([
        { "name": "mods", "description": "d", "default_member_permissions": (1_u64 << 40).to_string() },
        { "name": "admins", "description": "d", "default_member_permissions": "0" },
        { "name": "Look", "type": 2 },
        { "name": "Quote", "type": 3 },
    ])).await;
    let (ann, owner) = (bot.guild.member("Ann"), bot.guild.owner());
    for command in ["/mods", "/admins"] {
        assert!(
            matches!(
                ann.uses(command, json!({})),
                Err(Refused::NoSuchCommand { .. })
            ),
            "{command}"
        );
        owner.uses(command, json!({})).expect("the owner may");
        bot.interaction().await;
    }
    assert!(
        ann.in_dm().uses("/mods", json!({})).is_err(),
        "guild commands do not exist in direct messages"
    );
    ann.uses_on_member("Look", &owner).expect("she may");
    let looked = bot.interaction().await;
    assert_eq!(looked["data"]["target_id"], owner.id().to_string());
    let message = ann.writes("quotable").expect("may write");
    ann.uses_on_message("Quote", &message).expect("she may");
    let quoted = bot.interaction().await;
    assert_eq!(
        quoted["data"]["resolved"]["messages"][message.id().to_string()]["content"],
        "quotable"
    );
}

#[tokio::test]
async fn a_member_without_the_right_to_use_commands_is_offered_none() {
    let without = Permissions::EVERYONE.without(Permissions::USE_APPLICATION_COMMANDS);
    let spec = GuildSpec {
        everyone: Some(without),
        ..GuildSpec::named("Testing")
    };
    let bot = Bot::start_with(config(), &spec, INTENTS).await;
    bot.registers(json!([{ "name": "ping", "description": "d" }]))
        .await;
    assert!(bot.guild.member("Ann").uses("/ping", json!({})).is_err());
    assert!(bot.guild.member("Ann").commands().is_empty());
    assert_eq!(bot.guild.owner().commands().len(), 1);
}

#[tokio::test]
async fn disabled_buttons_links_and_missing_ones_send_nothing() {
    let bot = Bot::start().await;
    let body = json!({ "content": "x", "components": [{ "type": 1, "components": [
        { "type": 2, "style": 1, "label": "Off", "custom_id": "off", "disabled": true },
        { "type": 2, "style": 5, "label": "Out", "url": "https://example.org" },
    ] }] });
    let message = bot.post(&bot.channel("/messages"), body).await.ok();
    let id: MessageId = text(&message, "id").parse().expect("an id");
    let ann = bot.guild.member("Ann");
    assert_eq!(
        ann.presses(id, "Off").expect_err("off"),
        Refused::Disabled("Off".into())
    );
    assert_eq!(
        ann.presses(id, "Out").expect_err("a link"),
        Refused::Link("Out".into())
    );
    assert!(matches!(
        ann.presses(id, "Go"),
        Err(Refused::NoSuchControl { .. })
    ));
}

#[tokio::test]
async fn menus_are_chosen_from_by_label_and_by_name() {
    let mut bot = Bot::start().await;
    let body = json!({ "content": "x", "components": [
        { "type": 1, "components": [{ "type": 3, "custom_id": "colour", "placeholder": "Colour", "max_values": 2, "options": [
            { "label": "Red", "value": "r" }, { "label": "Green", "value": "g" },
        ] }] },
        { "type": 1, "components": [{ "type": 5, "custom_id": "who" }] },
    ] });
    let message = bot.post(&bot.channel("/messages"), body).await.ok();
    let id: MessageId = text(&message, "id").parse().expect("an id");
    let ann = bot.guild.member("Ann");
    ann.chooses(id, "Colour", &["Green", "r"])
        .expect("on the menu");
    assert_eq!(bot.interaction().await["data"]["values"], json!(["g", "r"]));
    ann.chooses(id, "who", &["Ann"]).expect("a member");
    let chosen = bot.interaction().await;
    assert_eq!(
        chosen["data"]["resolved"]["members"][ann.id().to_string()]["nick"],
        Value::Null
    );
    assert_eq!(
        ann.chooses(id, "who", &[]).expect_err("too few"),
        Refused::WrongCount("who".into(), 1, 1)
    );
    assert!(ann.chooses(id, "colour", &["Blue"]).is_err());
}

#[tokio::test]
async fn every_field_of_a_modal_is_filled_in_and_checked() {
    let mut bot = Bot::start().await;
    let message = bot.posts_button("Go").await;
    let ann = bot.guild.member("Ann");
    let act = ann.presses(message, "Go").expect("may");
    let interaction = bot.interaction().await;
    let options = json!([{ "label": "Red", "value": "r" }, { "label": "Blue", "value": "b" }]);
    let label =
        |name: &str, component: Value| json!({ "type": 18, "label": name, "component": component });
    let modal = json!({ "type": 9, "data": { "title": "All", "custom_id": "all", "components": [
        label("Files", json!({ "type": 19, "custom_id": "files", "max_values": 2 })),
        label("One", json!({ "type": 21, "custom_id": "one", "options": options })),
        label("Some", json!({ "type": 22, "custom_id": "some", "options": options })),
        label("Sure", json!({ "type": 23, "custom_id": "sure" })),
        label("Role", json!({ "type": 6, "custom_id": "role", "required": false })),
    ] } });
    assert_eq!(bot.answer(&interaction, modal).await.status, 204);
    let opened = act.answer().await.expect("answered").answer;
    let modal = opened.modal().expect("a modal");
    let file = json!({ "filename": "a.txt", "content": "beans" });
    let good =
        json!({ "Files": [file, file], "One": "Blue", "Some": ["Red", "Blue"], "Sure": true });
    for (key, value) in [
        ("Files", json!([file, file, file])),
        ("Files", Value::Null),
        ("One", json!("Green")),
        ("One", Value::Null),
        ("Some", json!([])),
        ("Some", json!(["Green"])),
        ("Nothing", json!(1)),
    ] {
        let mut bad = good.clone();
        bad[key] = value;
        assert!(ann.submits(modal, bad.clone()).is_err(), "{bad}");
    }
    ann.submits(modal, good).expect("fits");
    let sent = bot.interaction().await;
    let field = |at: usize| sent["data"]["components"][at]["component"].clone();
    let files = field(0)["values"].as_array().cloned().expect("ids");
    assert_eq!(files.len(), 2);
    let resolved = &sent["data"]["resolved"]["attachments"][files[0].as_str().expect("an id")];
    assert_eq!(
        (&resolved["filename"], &resolved["size"]),
        (&json!("a.txt"), &json!(5))
    );
    assert_eq!(field(1)["value"], "b");
    assert_eq!(field(2)["values"], json!(["r", "b"]));
    assert_eq!(field(3)["value"], true);
    assert_eq!(field(4)["values"], json!([]));
}
