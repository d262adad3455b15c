//! The gateway against the simulator: connecting, coming back, and never running away.

use std::sync::Arc;
use std::time::Duration;

use muster_core::clock::{Clock, SharedClock, Sleep, Timestamp};
use muster_core::ids::GuildId;
use muster_core::interaction::{Event, InteractionKind};
use muster_core::ports::Directory;
use muster_discord::gateway::{ForgetfulBudget, Gateway, GatewayConfig, GatewayError};
use muster_discord::{ApiBase, BotToken, GuildDirectory, Incoming, Rest};
use muster_playground::{Config, GuildHandle, GuildSpec, Permissions, Playground};
use serde_json::json;
use tokio::sync::mpsc::UnboundedReceiver;

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

struct Bot {
    playground: Playground,
    guild: GuildHandle,
    rest: Rest,
    gateway: Gateway,
    directory: Arc<GuildDirectory>,
    budget: Arc<ForgetfulBudget>,
    incoming: UnboundedReceiver<Incoming>,
}

fn rest(playground: &Playground) -> Rest {
    let base = ApiBase::parse(&playground.api_url()).expect("loopback");
    let clock: SharedClock = Arc::new(Followed(playground.clock().clone()));
    Rest::new(base, &BotToken::new(playground.token()), clock).expect("starts")
}

async fn connect(config: Config, sessions: usize, change: impl FnOnce(&mut GatewayConfig)) -> Bot {
    let playground = Playground::start(config).await.expect("starts");
    let guild = playground
        .add_guild(&GuildSpec::named("Garden Club"))
        .expect("a guild");
    let rest = rest(&playground);
    let directory = Arc::new(GuildDirectory::default());
    let budget = Arc::new(ForgetfulBudget::new(sessions));
    let mut gateway_config = GatewayConfig::new(BotToken::new(playground.token()));
    change(&mut gateway_config);
    let (gateway, incoming) = Gateway::connect(
        gateway_config,
        rest.clone(),
        budget.clone(),
        directory.clone(),
    )
    .await
    .expect("connects");
    Bot {
        playground,
        guild,
        rest,
        gateway,
        directory,
        budget,
        incoming,
    }
}

async fn ready() -> Bot {
    let mut bot = connect(Config::default(), 500, |_| ()).await;
    bot.hears(|event| matches!(event, Event::GuildAvailable(_)).then_some(()))
        .await;
    bot
}

impl Bot {
    /// Waits for an event that `pick` takes.
    async fn hears<T>(&mut self, mut pick: impl FnMut(Event) -> Option<T>) -> T {
        let wait = async {
            loop {
                match self.incoming.recv().await.expect("the gateway lives") {
                    Incoming::Event(event) => {
                        if let Some(picked) = pick(event) {
                            return picked;
                        }
                    }
                    Incoming::Unsupported(_) => {}
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), wait)
            .await
            .expect("the event comes")
    }

    fn id(&self) -> GuildId {
        GuildId::new(self.guild.id().0).expect("not 0")
    }
}

#[tokio::test]
async fn the_bot_connects_and_knows_its_guild() {
    let mut bot = connect(Config::default(), 500, |_| ()).await;
    let (guilds, first) = bot
        .hears(|event| match event {
            Event::Ready { guilds, first, .. } => Some((guilds, first)),
            _ => None,
        })
        .await;
    assert_eq!((guilds, first), (vec![bot.id()], true));
    let guild = bot
        .hears(|event| match event {
            Event::GuildAvailable(guild) => Some(guild),
            _ => None,
        })
        .await;
    assert_eq!(guild.name, "Garden Club");
    assert!(
        guild
            .bot_permissions()
            .contains(muster_core::Permissions::SEND_MESSAGES)
    );
    assert_eq!(
        bot.directory.guild(bot.id()).as_deref(),
        Some(guild.as_ref())
    );
    assert!(bot.gateway.status().is_ready());
    assert_eq!(bot.playground.identifies(), 1);
}

#[tokio::test]
async fn changes_reach_the_directory_before_the_host_hears_of_them() {
    let mut bot = ready().await;
    bot.guild.add_role("Helpers", Permissions::default());
    let role = bot
        .hears(|event| match event {
            Event::RolePut(_, id, role) if role.name == "Helpers" => Some(id),
            _ => None,
        })
        .await;
    let known = bot.directory.guild(bot.id()).expect("there");
    assert_eq!(known.roles[&role].name, "Helpers");
    let channel = bot.guild.channel("general").expect("made");
    bot.guild.delete_channel(channel);
    bot.hears(|event| matches!(event, Event::ChannelDeleted(..)).then_some(()))
        .await;
    let known = bot.directory.guild(bot.id()).expect("there");
    assert!(known.channels.is_empty());
}

#[tokio::test]
async fn a_command_arrives_and_its_answer_is_seen() {
    let mut bot = ready().await;
    let application =
        muster_core::ApplicationId::new(bot.playground.application_id().0).expect("not 0");
    let commands = json!([{ "type": 1, "name": "ping", "description": "Is it there?", "contexts": [0],
        "default_member_permissions": null, "options": [] }]);
    bot.rest
        .put_guild_commands(application, bot.id(), &commands)
        .await
        .expect("registered");
    let act = bot
        .guild
        .member("Ann")
        .uses("/ping", json!({}))
        .expect("may");
    let interaction = bot
        .hears(|event| match event {
            Event::Interaction(interaction) => Some(interaction),
            _ => None,
        })
        .await;
    assert!(matches!(&interaction.kind, InteractionKind::Command { name, .. } if name == "ping"));
    assert_eq!(interaction.member.username, "Ann");
    let body = json!({ "type": 4, "data": { "content": "Pong", "flags": 64 } });
    let within = Duration::from_secs(3);
    let message = bot
        .rest
        .answer_with_message(interaction.id, &interaction.token, &body, within)
        .await
        .expect("answered");
    assert!(
        message.is_some(),
        "Discord tells which message shows the answer"
    );
    assert_eq!(act.answer().await.expect("answered").answer.text(), "Pong");
}

#[tokio::test]
async fn a_lost_connection_loses_no_event_and_begins_no_session() {
    let mut bot = ready().await;
    bot.playground.faults().drop_gateway();
    bot.guild.add_role("Made meanwhile", Permissions::default());
    bot.hears(|event| match event {
        Event::RolePut(_, _, role) if role.name == "Made meanwhile" => Some(()),
        Event::Ready { .. } => panic!("a new session"),
        _ => None,
    })
    .await;
    assert_eq!(bot.playground.identifies(), 1);
}

#[tokio::test]
async fn a_refused_session_begins_anew_and_the_host_reconciles() {
    let mut bot = ready().await;
    bot.playground.faults().invalidate_session(false);
    bot.playground.wait_for_no_session().await.expect("closed");
    bot.playground.clock().advance(Duration::from_secs(6));
    let first = bot
        .hears(|event| match event {
            Event::Ready { first, .. } => Some(first),
            _ => None,
        })
        .await;
    assert!(!first);
    bot.hears(|event| matches!(event, Event::GuildAvailable(_)).then_some(()))
        .await;
    assert_eq!(bot.budget.taken(), 2);
}

#[tokio::test]
async fn a_bot_that_begins_too_many_sessions_stops_by_itself() {
    let mut bot = connect(Config::default(), 1, |_| ()).await;
    bot.playground.wait_for_session().await.expect("connected");
    bot.playground.faults().invalidate_session(false);
    bot.playground.wait_for_no_session().await.expect("closed");
    bot.playground.clock().advance(Duration::from_secs(6));
    let end = bot.gateway.ended().await;
    assert!(
        matches!(end, Some(GatewayError::TooManySessions)),
        "{end:?}"
    );
    assert_eq!(bot.playground.identifies(), 1);
}

#[tokio::test]
async fn a_wrong_token_ends_it_with_a_clear_word() {
    let config = Config::default();
    let playground = Playground::start(config).await.expect("starts");
    let rest = rest(&playground);
    let wrong = GatewayConfig::new(BotToken::new("wrong"));
    let (mut gateway, _incoming) = Gateway::connect(
        wrong,
        rest,
        Arc::new(ForgetfulBudget::default()),
        Arc::default(),
    )
    .await
    .expect("REST has the right one");
    assert!(matches!(gateway.ended().await, Some(GatewayError::Token)));
}

#[tokio::test]
async fn without_the_members_intent_the_bot_goes_on() {
    let mut config = Config::default();
    config.application.guild_members_intent = false;
    let mut bot = connect(config, 500, |config| config.members_intent = true).await;
    bot.playground.clock().advance(Duration::from_secs(6));
    bot.hears(|event| matches!(event, Event::GuildAvailable(_)).then_some(()))
        .await;
    assert!(!bot.gateway.has_members_intent());
}

#[tokio::test]
async fn members_are_followed_where_the_intent_is_granted() {
    let mut bot = connect(Config::default(), 500, |config| {
        config.members_intent = true
    })
    .await;
    bot.hears(|event| matches!(event, Event::GuildAvailable(_)).then_some(()))
        .await;
    let ann = bot.guild.member("Ann");
    bot.hears(|event| matches!(event, Event::MemberJoined(..)).then_some(()))
        .await;
    let role = bot.guild.add_role("Helpers", Permissions::default());
    bot.guild.set_role(ann.id(), role, true);
    let roles = bot
        .hears(|event| match event {
            Event::MemberRoles(_, user, roles) if user.get() == ann.id().0 => Some(roles),
            _ => None,
        })
        .await;
    assert_eq!(roles.len(), 1);
}

#[tokio::test]
async fn an_outage_is_not_taken_for_a_good_bye() {
    let mut bot = ready().await;
    bot.playground.faults().start_outage(bot.guild.id());
    bot.hears(|event| match event {
        Event::GuildUnavailable(_) => Some(()),
        Event::GuildRemoved(_) => panic!("taken for a good-bye"),
        _ => None,
    })
    .await;
    bot.playground.faults().end_outage(bot.guild.id());
    bot.hears(|event| matches!(event, Event::GuildAvailable(_)).then_some(()))
        .await;
    bot.guild.kick_bot();
    bot.hears(|event| matches!(event, Event::GuildRemoved(_)).then_some(()))
        .await;
    assert!(bot.directory.guild(bot.id()).is_none());
}

#[tokio::test]
async fn a_close_code_that_serenity_circles_on_does_not_hang_the_bot() {
    let mut config = Config::default();
    config.gateway.heartbeat_interval = Duration::from_secs(3600);
    let mut bot = connect(config, 500, |_| ()).await;
    bot.hears(|event| matches!(event, Event::GuildAvailable(_)).then_some(()))
        .await;
    bot.playground.faults().close_gateway(Some(4011));
    bot.playground.clock().advance(Duration::from_secs(30));
    bot.hears(|event| matches!(event, Event::Ready { first: false, .. }).then_some(()))
        .await;
}

#[tokio::test]
async fn stopping_says_good_bye() {
    let bot = ready().await;
    bot.gateway.stop();
    bot.playground
        .wait_for_no_session()
        .await
        .expect("closed at once");
    let frames = bot.playground.frames();
    assert!(
        frames.iter().any(|frame| frame.close == Some(1000)),
        "{:?}",
        frames.last()
    );
}
