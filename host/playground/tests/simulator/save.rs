//! A playground is given to somebody else as a file.

use muster_playground::{
    ChannelKind, ChannelSpec, Config, GuildSpec, MemberSpec, OverwriteSpec, Permissions,
    Playground, RoleSpec, SaveError,
};
use serde_json::{Value, json};

use crate::bot::{Bot, INTENTS, Socket, config, identify, text};

/// A guild with something of everything, and what the bot did in it.
async fn furnished() -> Bot {
    let private = OverwriteSpec {
        role: Some("@everyone".into()),
        deny: Permissions::VIEW_CHANNEL,
        ..OverwriteSpec::default()
    };
    let channel = |name: &str, kind, parent: Option<&str>| ChannelSpec {
        name: name.into(),
        kind,
        parent: parent.map(str::to_owned),
        ..ChannelSpec::default()
    };
    let spec = GuildSpec {
        roles: vec![RoleSpec {
            name: "Gardener".into(),
            color: 0x00FF00,
            ..RoleSpec::default()
        }],
        channels: vec![
            channel("general", ChannelKind::Text, None),
            channel("Staff", ChannelKind::Category, None),
            ChannelSpec {
                overwrites: vec![private],
                ..channel("plans", ChannelKind::Text, Some("Staff"))
            },
        ],
        members: vec![MemberSpec {
            name: "Ann".into(),
            nick: Some("Annie".into()),
            roles: vec!["Gardener".into()],
            ..MemberSpec::default()
        }],
        ..GuildSpec::named("Garden Club")
    };
    let mut bot = Bot::start_with(config(), &spec, INTENTS).await;
    bot.registers(json!([{ "name": "ping", "description": "d" }]))
        .await;
    let message = bot.posts_button("Go").await;
    let files = [("seeds.txt", &b"beans"[..])];
    bot.upload(
        &bot.channel("/messages"),
        json!({ "content": "seeds" }),
        &files,
    )
    .await
    .ok();
    let thread = bot.channel(&format!("/messages/{message}/threads"));
    bot.post(&thread, json!({ "name": "talk" })).await.ok();
    let ann = bot.guild.persona("Annie").expect("by nickname");
    ann.in_dm().writes("psst").expect("may write");
    ann.reacts(message, "🍎", true);
    let act = ann.uses("/ping", json!({})).expect("offered");
    let interaction = bot.interaction().await;
    let private = json!({ "type": 4, "data": { "content": "private", "flags": 64 } });
    bot.answer(&interaction, private).await;
    act.answer().await.expect("answered");
    bot
}

/// What a bot sees of a guild when it logs in.
async fn seen_by_bot(playground: &Playground) -> Value {
    let mut socket = Socket::open(&playground.gateway_url()).await;
    socket.op(10).await;
    socket.send(identify(playground.token(), INTENTS)).await;
    socket.event("GUILD_CREATE").await
}

async fn started_from(saved: &str) -> Result<Playground, SaveError> {
    let playground = Playground::start(config()).await.expect("a playground");
    playground.restore(saved).map(|()| playground)
}

#[tokio::test]
async fn a_bot_finds_the_guild_as_it_was() {
    let bot = furnished().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("garden.json");
    bot.playground.save(&file).expect("saved");
    bot.after(6);
    let before = seen_by_bot(&bot.playground).await;
    let general = bot.guild.channel("general").expect("there");
    let drawn = |playground: &Playground| -> Vec<String> {
        let guild = playground.guild("Garden Club").expect("there");
        let messages = guild.messages(general);
        messages
            .iter()
            .map(|message| playground.draw(message))
            .collect()
    };

    let loaded = Playground::load(config(), &file).await.expect("loaded");
    let mut after = seen_by_bot(&loaded).await;
    after["joined_at"] = before["joined_at"].clone();
    assert_eq!(after, before);
    assert_eq!(drawn(&loaded), drawn(&bot.playground));
    let state = |saved: &str| {
        let mut state: Value = serde_json::from_str(saved).expect("JSON");
        state["clock_ms"] = Value::Null;
        state
    };
    let first = std::fs::read_to_string(&file).expect("readable");
    assert_eq!(state(&loaded.saved()), state(&first), "it can be given on");

    let ann = loaded
        .guild("Garden Club")
        .expect("there")
        .persona("Annie")
        .expect("there");
    assert_eq!(ann.dms()[0].content, "psst");
    assert_eq!(
        ann.sees().len(),
        2,
        "the private answer is gone, as after a reload"
    );
    ann.uses("/ping", json!({}))
        .expect("the command is offered");
    let news = ann.writes("I am new").expect("may write").id();
    assert!(
        ann.sees().iter().all(|message| message.id <= news),
        "no id is used twice"
    );
}

#[tokio::test]
async fn files_can_still_be_fetched() {
    let bot = furnished().await;
    let loaded = started_from(&bot.playground.saved()).await.expect("loaded");
    let guild = loaded.guild("Garden Club").expect("there");
    let messages = guild.messages(guild.channel("general").expect("there"));
    let (message, file) = messages
        .iter()
        .find_map(|message| Some((message, message.attachments.first()?)))
        .expect("a file");
    let url = format!(
        "{}/attachments/{}/{}/seeds.txt",
        loaded.base_url(),
        message.channel,
        file.id
    );
    let fetched = reqwest::get(url).await.expect("an answer");
    assert_eq!(fetched.text().await.expect("a text"), "beans");
}

#[tokio::test]
async fn a_bot_that_is_there_is_told_to_log_in_again() {
    let saved = furnished().await.playground.saved();
    let mut bot = Bot::start().await;
    bot.playground.restore(&saved).expect("loaded");
    assert_eq!(bot.socket.op(9).await["d"], false);
    bot.after(6);
    bot.socket.seq = 0;
    bot.socket
        .send(identify(bot.playground.token(), INTENTS))
        .await;
    assert_eq!(
        bot.socket.event("READY").await["guilds"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(
        bot.socket.event("GUILD_CREATE").await["name"],
        "Garden Club"
    );
    assert!(bot.playground.guild("Testing").is_none());
}

#[tokio::test]
async fn the_clock_never_goes_back() {
    let bot = furnished().await;
    bot.after(40 * 86_400);
    let then = bot.playground.clock().now();
    let loaded = started_from(&bot.playground.saved()).await.expect("loaded");
    assert!(loaded.clock().now() >= then);
}

/// Makes a good file a bad one.
type Spoil = fn(&mut Value);

#[tokio::test]
async fn a_file_that_says_something_impossible_is_refused_whole() {
    let saved = furnished().await.playground.saved();
    let wrong: [(&str, Spoil); 14] = [
        ("no saved playground of version 1", |file| {
            file["version"] = json!(2)
        }),
        ("no saved playground of version 1", |file| {
            file["format"] = json!("zip")
        }),
        ("unknown field `extra`", |file| file["extra"] = json!(1)),
        ("start it with that application's id", |file| {
            file["application"] = json!("7")
        }),
        ("users: ", |file| {
            let user = file["users"][0].clone();
            file["users"].as_array_mut().expect("a list").push(user);
        }),
        ("its name has 1 to 100 characters", |file| {
            file["guilds"][0]["name"] = json!("")
        }),
        ("its owner is no member", |file| {
            file["guilds"][0]["owner"] = json!("7")
        }),
        ("`has_bot` is not", |file| {
            file["guilds"][0]["has_bot"] = json!(false)
        }),
        ("it has no @everyone", |file| {
            file["guilds"][0]["roles"] = json!({})
        }),
        ("its parent does not fit", |file| {
            file["channels"][2]["parent"] = json!("7")
        }),
        ("only threads have `thread`", |file| {
            file["channels"][0]["thread"] = file["channels"][3]["thread"].clone()
        }),
        ("nobody has its author's id", |file| {
            file["messages"][0]["author"] = json!("7")
        }),
        ("BASE_TYPE_MAX_LENGTH", |file| {
            file["messages"][0]["content"] = json!("x".repeat(2001))
        }),
        ("APPLICATION_COMMAND_INVALID_NAME", |file| {
            file["commands"][0]["body"]["name"] = json!("A B")
        }),
    ];
    for (says, change) in wrong {
        let mut file: Value = serde_json::from_str(&saved).expect("JSON");
        change(&mut file);
        let playground = Playground::start(Config::default())
            .await
            .expect("a playground");
        playground
            .add_guild(&GuildSpec::named("Testing"))
            .expect("a guild");
        let error = playground.restore(&file.to_string()).expect_err(says);
        assert!(error.to_string().contains(says), "{says}: {error}");
        assert!(
            playground.guild("Testing").is_some(),
            "{says}: nothing changed"
        );
    }
    assert!(matches!(
        started_from("{").await,
        Err(SaveError::Unreadable(_))
    ));
    let missing = std::path::Path::new("/nowhere/garden.json");
    let error = Playground::load(config(), missing)
        .await
        .expect_err("no file");
    assert_eq!(error.to_string(), "cannot read /nowhere/garden.json");
}

#[tokio::test]
async fn the_oldest_messages_and_files_are_forgotten() {
    let config = Config {
        messages_kept: 3,
        file_bytes: 100,
        ..config()
    };
    let bot = Bot::start_with(config, &GuildSpec::named("Testing"), INTENTS).await;
    let path = bot.channel("/messages");
    let mut urls = Vec::new();
    for at in 0..2 {
        let payload = json!({ "content": format!("file {at}") });
        let posted = bot
            .upload(&path, payload, &[("a.bin", &[at; 60])])
            .await
            .ok();
        urls.push(text(&posted["attachments"][0], "url").to_owned());
    }
    let mut lengths = Vec::new();
    for url in &urls {
        lengths.push(
            reqwest::get(url)
                .await
                .expect("an answer")
                .bytes()
                .await
                .expect("bytes")
                .len(),
        );
    }
    assert_eq!(lengths, [0, 60], "120 bytes were too much");
    for at in 0..2 {
        bot.guild
            .member("Ann")
            .writes(&format!("note {at}"))
            .expect("may write");
    }
    let kept = bot
        .guild
        .messages(bot.guild.channel("general").expect("there"));
    let texts: Vec<&str> = kept
        .iter()
        .map(|message| message.content.as_str())
        .collect();
    assert_eq!(texts, ["file 1", "note 0", "note 1"]);
}
