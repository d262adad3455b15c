//! REST, registrar and look-ups against the simulator.

use std::sync::Arc;
use std::time::Duration;

use muster_core::clock::{Clock, SharedClock, Sleep, Timestamp};
use muster_core::guild_config::{GuildConfig, Policy};
use muster_core::ids::{ApplicationId, ChannelId, GuildId, UserId};
use muster_core::ports::{LookupError, Lookups};
use muster_core::{Manifest, Permissions};
use muster_discord::registrar::command_set;
use muster_discord::rest::RestErrorKind;
use muster_discord::{ApiBase, BotToken, GuildDirectory, Priority, Registrar, Rest, RestLookups};
use muster_playground::{
    ChannelSpec, Config, GuildHandle, GuildSpec, LimitScope, Playground, RateLimits, RateRule,
    RestFault,
};
use muster_store::{Durability, Store};
use serde_json::json;

/// The playground's clock as the host's.
struct Followed(muster_playground::Clock);

impl Clock for Followed {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(self.0.now())
    }

    fn sleep_until(&self, at: Timestamp) -> Sleep {
        let clock = self.0.clone();
        Box::pin(async move { clock.sleep_until(at.as_ms()).await })
    }
}

struct Place {
    playground: Playground,
    guild: GuildHandle,
    rest: Rest,
    clock: SharedClock,
}

async fn place(limits: RateLimits, channels: usize) -> Place {
    let config = Config {
        rate_limits: limits,
        ..Config::default()
    };
    let playground = Playground::start(config).await.expect("starts");
    let mut spec = GuildSpec::named("Garden Club");
    spec.channels = (0..channels)
        .map(|number| ChannelSpec {
            name: format!("c{number}"),
            ..ChannelSpec::default()
        })
        .collect();
    let guild = playground.add_guild(&spec).expect("a guild");
    let base = ApiBase::parse(&playground.api_url()).expect("loopback");
    let clock: SharedClock = Arc::new(Followed(playground.clock().clone()));
    let rest = Rest::new(base, &BotToken::new(playground.token()), clock.clone()).expect("starts");
    Place {
        playground,
        guild,
        rest,
        clock,
    }
}

impl Place {
    fn channel(&self, number: usize) -> ChannelId {
        let id = self.guild.channel(&format!("c{number}")).expect("made");
        ChannelId::new(id.0).expect("not 0")
    }

    fn guild(&self) -> GuildId {
        GuildId::new(self.guild.id().0).expect("not 0")
    }
}

#[tokio::test]
async fn a_storm_of_messages_arrives_whole_and_hits_no_limit_twice() {
    let limits = RateLimits {
        rules: vec![RateRule::new(
            "message-create",
            5,
            150,
            &["POST /channels/{channel.id}/messages"],
        )],
        ..RateLimits::default()
    };
    let place = place(limits, 3).await;
    let mut sending = tokio::task::JoinSet::new();
    for number in 0..90 {
        let (rest, channel) = (place.rest.clone(), place.channel(number % 3));
        sending.spawn(async move {
            let message = json!({ "content": format!("message {number}") });
            let nonce = format!("n{number}");
            rest.create_message(channel, &message, Some(&nonce), vec![], Priority::Message)
                .await
        });
    }
    while let Some(sent) = sending.join_next().await {
        sent.expect("no panic").expect("arrives");
    }
    for number in 0..3 {
        let channel = place.guild.channel(&format!("c{number}")).expect("made");
        assert_eq!(place.guild.messages(channel).len(), 30);
    }
    let limited = place.playground.counters().with_status(429);
    assert!(limited <= 3, "{limited} answers 429");
}

#[tokio::test]
async fn the_global_limit_is_never_reached() {
    let limits = RateLimits {
        rules: vec![],
        fallback: None,
        ..RateLimits::default()
    };
    let place = place(limits, 30).await;
    let mut sending = tokio::task::JoinSet::new();
    for number in 0..120 {
        let (rest, channel) = (place.rest.clone(), place.channel(number % 30));
        sending.spawn(async move {
            let message = json!({ "content": "x" });
            rest.create_message(channel, &message, None, vec![], Priority::Message)
                .await
        });
    }
    while let Some(sent) = sending.join_next().await {
        sent.expect("no panic").expect("arrives");
    }
    assert_eq!(place.playground.counters().with_status(429), 0);
}

#[tokio::test]
async fn what_was_applied_although_the_connection_broke_is_not_done_twice() {
    let place = place(RateLimits::off(), 1).await;
    let route = "POST /channels/{channel.id}/messages";
    place
        .playground
        .faults()
        .rest(route, RestFault::ResetAfter, 1);
    let message = json!({ "content": "once" });
    place
        .rest
        .create_message(
            place.channel(0),
            &message,
            Some("n"),
            vec![],
            Priority::Message,
        )
        .await
        .expect("found again by its nonce");
    let channel = place.guild.channel("c0").expect("made");
    assert_eq!(place.guild.messages(channel).len(), 1);
    assert_eq!(place.playground.counters().on(route), 2);
}

#[tokio::test]
async fn faults_of_every_kind_pass() {
    let place = place(RateLimits::off(), 1).await;
    for fault in [
        RestFault::Status(503),
        RestFault::ResetBefore,
        RestFault::RateLimited {
            scope: LimitScope::User,
            retry_after_s: 0.05,
        },
        RestFault::RateLimited {
            scope: LimitScope::Global,
            retry_after_s: 0.05,
        },
        RestFault::RateLimited {
            scope: LimitScope::Shared,
            retry_after_s: 0.05,
        },
        RestFault::MalformedLimitHeader,
    ] {
        place.playground.faults().rest("*", fault.clone(), 1);
        let channel = place
            .rest
            .get_channel(place.channel(0), Priority::Message)
            .await;
        channel.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(place.playground.faults().pending(), 0, "{fault:?}");
    }
}

#[tokio::test]
async fn what_is_gone_is_told_apart_from_what_is_refused() {
    let place = place(RateLimits::off(), 1).await;
    let nowhere = ChannelId::new(42).expect("not 0");
    let gone = place
        .rest
        .get_channel(nowhere, Priority::Message)
        .await
        .expect_err("gone");
    assert_eq!(gone.kind, RestErrorKind::Gone { code: 10003 });
    let long = json!({ "content": "x".repeat(2001) });
    let invalid = place
        .rest
        .create_message(place.channel(0), &long, None, vec![], Priority::Message)
        .await
        .expect_err("too long");
    let RestErrorKind::Invalid {
        code: 50035,
        details,
    } = invalid.kind
    else {
        panic!("{invalid}")
    };
    assert!(details[0].starts_with("content:"), "{details:?}");
}

#[tokio::test]
async fn threads_and_roles_are_made_and_found() {
    let place = place(RateLimits::off(), 1).await;
    let (rest, channel) = (&place.rest, place.channel(0));
    let message = json!({ "content": "x" });
    let posted = rest
        .create_message(channel, &message, None, vec![], Priority::Message)
        .await
        .expect("posted");
    let thread = rest
        .start_thread_on(channel, posted.id, "Log", 1440, None, Priority::Message)
        .await
        .expect("opened");
    assert_eq!(
        thread.get(),
        posted.id.get(),
        "a message's thread has its number"
    );
    rest.edit_channel(
        thread,
        &json!({ "archived": true }),
        None,
        Priority::Message,
    )
    .await
    .expect("archived");
    let role = rest
        .create_role(
            place.guild(),
            "Run 42",
            0xff_00_00,
            true,
            Some("run 42"),
            Priority::Role,
        )
        .await
        .expect("made");
    let ann = UserId::new(place.guild.member("Ann").id().0).expect("not 0");
    rest.set_member_role(true, place.guild(), ann, role, None, Priority::Role)
        .await
        .expect("given");
    let member = rest
        .get_member(place.guild(), ann, Priority::Role)
        .await
        .expect("there");
    assert_eq!(member.roles, [role]);
    rest.delete_role(place.guild(), role, None, Priority::Role)
        .await
        .expect("deleted");
}

#[tokio::test]
async fn look_ups_ask_once_and_know_who_is_not_there() {
    let place = place(RateLimits::off(), 1).await;
    let lookups = RestLookups::new(place.rest.clone(), Arc::new(GuildDirectory::default()));
    let ann = UserId::new(place.guild.member("Ann").id().0).expect("not 0");
    for _ in 0..2 {
        let member = lookups
            .member(place.guild(), ann)
            .await
            .expect("asked")
            .expect("there");
        assert_eq!(
            (member.username.as_str(), member.permissions),
            ("Ann", Permissions::default())
        );
    }
    let asked = place
        .playground
        .counters()
        .on("GET /guilds/{guild.id}/members/{user.id}");
    assert_eq!(asked, 1);
    place.playground.clock().advance(Duration::from_secs(16));
    lookups
        .member(place.guild(), ann)
        .await
        .expect("asked again");
    let nobody = UserId::new(42).expect("not 0");
    assert_eq!(lookups.member(place.guild(), nobody).await, Ok(None));
    let found = lookups
        .search_members(place.guild(), "an", 10)
        .await
        .expect("asked");
    assert_eq!(found.len(), 1);
}

#[tokio::test]
async fn without_the_members_intent_nobody_lists_members() {
    let config = Config {
        rate_limits: RateLimits::off(),
        ..Config::default()
    };
    let mut config = config;
    config.application.guild_members_intent = false;
    let playground = Playground::start(config).await.expect("starts");
    let guild = playground
        .add_guild(&GuildSpec::named("Garden Club"))
        .expect("a guild");
    let base = ApiBase::parse(&playground.api_url()).expect("loopback");
    let clock: SharedClock = Arc::new(Followed(playground.clock().clone()));
    let rest = Rest::new(base, &BotToken::new(playground.token()), clock).expect("starts");
    let lookups = RestLookups::new(rest, Arc::new(GuildDirectory::default()));
    let id = GuildId::new(guild.id().0).expect("not 0");
    let refused = lookups
        .role_holders(id, id.everyone())
        .await
        .expect_err("refused");
    assert!(
        matches!(&refused, LookupError::Denied(text) if text.contains("Server Members intent"))
    );
    // What is forbidden is not asked again at once: Discord locks bots out that do.
    let before = playground.requests().len();
    let again = lookups.role_holders(id, id.everyone()).await;
    assert_eq!(again, Err(refused));
    assert_eq!(playground.requests().len(), before);
}

fn manifest(name: &str, description: &str) -> Arc<Manifest> {
    let json = json!({ "name": name, "version": "0.1.0", "summary": "s", "commands": [
        { "name": name, "description": description, "minimum_role": "everyone" }] });
    Arc::new(Manifest::parse(&json.to_string()).expect("valid"))
}

#[tokio::test]
async fn commands_are_sent_when_they_differ_and_only_then() {
    let place = place(RateLimits::off(), 1).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("muster.db");
    let store = Store::open(
        &path,
        Durability::default(),
        place.clock.clone(),
        Policy::default(),
    )
    .await
    .expect("opens");
    let application = ApplicationId::new(place.playground.application_id().0).expect("not 0");
    let registrar = Registrar::new(place.rest.clone(), store);
    let mut bad = manifest("bad", "fine");
    // What our own check does not know and Discord refuses.
    Arc::make_mut(&mut bad).commands[0].options =
        vec![json!({ "type": 3, "name": "UPPER", "description": "d" })];
    let installed = [bad, manifest("good", "fine")];
    let config = GuildConfig {
        plugins: ["bad", "good"]
            .into_iter()
            .map(|name| (name.parse().expect("a name"), Default::default()))
            .collect(),
        ..GuildConfig::default()
    };
    let set = command_set(&[], &installed, &config);
    let problems = registrar
        .register(application, place.guild(), set.clone())
        .await
        .expect("registered");
    assert!(
        problems[0].contains("`/bad` of the plugin bad"),
        "{problems:?}"
    );
    place
        .playground
        .wait_for_command("good")
        .await
        .expect("there");
    let route = "PUT /applications/{application.id}/guilds/{guild.id}/commands";
    let sent = place.playground.counters().on(route);
    assert_eq!(
        registrar
            .register(application, place.guild(), set)
            .await
            .expect("known"),
        [""; 0]
    );
    assert_eq!(
        place.playground.counters().on(route),
        sent,
        "a start sends nothing"
    );
}
