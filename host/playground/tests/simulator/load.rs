//! Many at once: the simulator must not be what anybody waits for, and must not grow without end.

use std::time::{Duration, Instant};

use muster_playground::{
    ChannelSpec, Config, GuildSpec, MemberSpec, Playground, RateLimits, RoleSpec,
};
use serde_json::{Value, json};

use crate::bot::{Bot, INTENTS, Socket, config, identify};

/// What one press may cost the simulator, dispatch included, even in an unoptimised build.
const PER_PRESS: Duration = Duration::from_millis(5);

#[tokio::test]
async fn two_hundred_presses_are_dispatched_in_a_moment_and_all_answered() {
    let mut bot = Bot::start().await;
    bot.playground.set_rate_limits(RateLimits::off());
    let message = bot.posts_button("Go").await;
    let people: Vec<_> = (0..200)
        .map(|at| bot.guild.member(&format!("P{at}")))
        .collect();
    let started = Instant::now();
    let acts: Vec<_> = people
        .iter()
        .map(|person| person.presses(message, "Go").expect("may"))
        .collect();
    let spent = started.elapsed();
    println!("200 presses dispatched in {spent:?}");
    assert!(spent < PER_PRESS * 200, "{spent:?}");
    for _ in 0..200 {
        let interaction = bot.interaction().await;
        let body = json!({ "type": 4, "data": { "content": "you are in", "flags": 64 } });
        assert_eq!(bot.answer(&interaction, body).await.status, 204);
    }
    for act in acts {
        assert_eq!(
            act.answer().await.expect("answered").answer.text(),
            "you are in"
        );
    }
}

/// What a login into 100 guilds with 1,000 people, or one act or request there, may cost; far more than it does, so
/// that only another order of magnitude fails.
const LOGIN: Duration = Duration::from_secs(10);
const PER_STEP: Duration = Duration::from_millis(25);

/// A hundred guilds of 40 roles, 50 channels and 10 of the thousand people; all of them are in the first.
async fn crowded() -> Playground {
    let playground = Playground::start(Config {
        rate_limits: RateLimits::off(),
        ..config()
    })
    .await
    .expect("a playground");
    let person = |at: usize| MemberSpec {
        name: format!("P{at}"),
        ..MemberSpec::default()
    };
    for guild in 0..100 {
        let members = match guild {
            0 => 0..1000,
            guild => guild * 10..guild * 10 + 10,
        };
        let role = |at| RoleSpec {
            name: format!("Role {at}"),
            ..RoleSpec::default()
        };
        let channel = |at| ChannelSpec {
            name: format!("channel-{at}"),
            ..ChannelSpec::default()
        };
        let spec = GuildSpec {
            members: members.map(person).collect(),
            roles: (0..40).map(role).collect(),
            channels: (0..50).map(channel).collect(),
            ..GuildSpec::named(&format!("Guild {guild}"))
        };
        playground.add_guild(&spec).expect("a guild");
    }
    playground
}

/// Logs in, and counts the guilds that come.
async fn log_in(playground: &Playground, intents: u64) -> (Socket, usize) {
    let mut socket = Socket::open(&playground.gateway_url()).await;
    socket.op(10).await;
    socket.send(identify(playground.token(), intents)).await;
    let ready = socket.event("READY").await;
    let count = ready["guilds"].as_array().map_or(0, Vec::len);
    for _ in 0..count {
        socket.event("GUILD_CREATE").await;
    }
    (socket, count)
}

#[tokio::test]
async fn a_thousand_people_in_a_hundred_guilds_are_served_at_once() {
    let started = Instant::now();
    let playground = crowded().await;
    println!("100 guilds made in {:?}", started.elapsed());
    let started = Instant::now();
    let (mut socket, guilds) = log_in(&playground, INTENTS | 2).await;
    let login = started.elapsed();
    println!("READY and {guilds} GUILD_CREATE in {login:?}");
    assert!(guilds == 100 && login < LOGIN, "{guilds} in {login:?}");

    let first = playground.guild("Guild 0").expect("there");
    let started = Instant::now();
    let ask = json!({ "op": 8, "d": { "guild_id": first.id(), "query": "", "limit": 0 } });
    socket.send(ask).await;
    let chunk = socket.event("GUILD_MEMBERS_CHUNK").await;
    println!("a list of 1,002 members in {:?}", started.elapsed());
    assert_eq!(chunk["members"].as_array().map(Vec::len), Some(1000));
    assert_eq!(chunk["chunk_count"], 2);

    let started = Instant::now();
    for at in 0..1000 {
        let person = first.persona(&format!("P{at}")).expect("a member");
        person.writes("hello").expect("may write");
        assert!(!person.sees().is_empty());
    }
    let spent = started.elapsed() / 1000;
    println!("an act and a look of each of 1,000 people in {spent:?} each");
    assert!(spent < PER_STEP, "{spent:?}");

    let saved = Instant::now();
    let text = playground.saved();
    println!(
        "saved as {} MB in {:?}",
        text.len() / 1_000_000,
        saved.elapsed()
    );
    let again = Playground::start(config()).await.expect("a playground");
    let loading = Instant::now();
    again.restore(&text).expect("loaded");
    println!("loaded in {:?}", loading.elapsed());
    assert_eq!(again.guilds().len(), 100);
}

#[tokio::test]
async fn a_full_guild_loads_with_all_its_commands() {
    let role = |at| RoleSpec {
        name: format!("Role {at}"),
        ..RoleSpec::default()
    };
    let channel = |at| ChannelSpec {
        name: format!("channel-{at}"),
        ..ChannelSpec::default()
    };
    // With @everyone and the bot's own there are 250 roles.
    let spec = GuildSpec {
        roles: (0..248).map(role).collect(),
        channels: (0..500).map(channel).collect(),
        ..GuildSpec::named("Full")
    };
    let bot = Bot::start_with(config(), &spec, INTENTS).await;
    let command = |at| json!({ "name": format!("c{at}"), "description": "d" });
    let commands: Vec<Value> = (0..100).map(command).collect();
    let registered = bot.registers(json!(commands)).await;
    assert_eq!(registered.as_array().map(Vec::len), Some(100));
    bot.after(6);
    let started = Instant::now();
    let mut socket = Socket::open(&bot.playground.gateway_url()).await;
    socket.op(10).await;
    socket.send(identify(bot.playground.token(), INTENTS)).await;
    let guild = socket.event("GUILD_CREATE").await;
    println!("a full guild in {:?}", started.elapsed());
    let count = |key: &str| guild[key].as_array().map(Vec::len);
    assert_eq!((count("roles"), count("channels")), (Some(250), Some(500)));
    assert_eq!(bot.guild.owner().commands().len(), 100);
}

#[tokio::test]
async fn a_long_evening_does_not_fill_the_memory() {
    let config = Config {
        log_entries: 100,
        log_bytes: 20_000,
        messages_kept: 50,
        rate_limits: RateLimits::off(),
        ..config()
    };
    let bot = Bot::start_with(config, &GuildSpec::named("Testing"), INTENTS).await;
    let path = bot.channel("/messages");
    for at in 0..300 {
        let body = json!({ "content": format!("{at} {}", "x".repeat(1500)) });
        assert_eq!(bot.post(&path, body).await.status, 200);
    }
    let requests = bot.playground.requests();
    let logged: usize = requests.iter().map(|entry| entry.body.len()).sum();
    assert!(
        requests.len() <= 100 && logged <= 20_000,
        "{} {logged}",
        requests.len()
    );
    assert_eq!(requests.last().map(|entry| entry.number), Some(300));
    assert!(bot.playground.frames().len() <= 100);
    let general = bot.guild.channel("general").expect("there");
    assert_eq!(bot.guild.messages(general).len(), 50);
}
