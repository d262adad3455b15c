//! What end-to-end stories are told in: an offline Discord, the whole host on a database of its own, and
//! people who act.
//!
//! Nothing here sleeps: verbs wait for what they name, and time moves by [`Stage::passes`].

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use muster::config::{Config, Environment};
use muster::host::Host;
use muster::installation::builtin_names;
use muster_core::clock::ShiftedClock;
use muster_core::manifest::Manifest;
use muster_core::ports::Plugins;
use muster_discord::BotToken;
use muster_playground::{
    Act, Config as PlaygroundConfig, GuildHandle, GuildSpec, Message, MessageHandle, ModalHandle,
    Persona, Playground, Refused,
};
use muster_store::CommandLogEntry;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The guild that `muster play` opens.
const READY_MADE: &str = include_str!("../../../plugins/raids/playground/guild.toml");

/// Discord's numbers, but for registering commands: whose bot has used up that limit waits a minute that no
/// clock of a story moves, and stories switch plugins more than twice.
fn playground_config() -> PlaygroundConfig {
    let mut config = PlaygroundConfig::default();
    let rules = config.rate_limits.rules.iter_mut();
    for rule in rules.filter(|rule| rule.name == "commands-put") {
        rule.limit.requests = 20;
    }
    config
}

/// The file that comes with Muster: which plugins there are, and what they may tell each other.
const SHIPPED: &str = include_str!("../../../plugins.toml");

/// The bot, on threads of its own: so it can be killed, as a process can.
struct Process {
    host: Option<Host>,
    threads: Option<tokio::runtime::Runtime>,
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}

/// Does something on those threads, and waits for its end.
async fn on<T: Send + 'static, W: Future<Output = T>>(
    threads: &tokio::runtime::Runtime,
    work: impl FnOnce() -> W + Send + 'static,
) -> T {
    let threads = threads.handle().clone();
    let done = tokio::task::spawn_blocking(move || threads.block_on(work())).await;
    done.expect("it ends well")
}

/// An evening in one guild.
pub struct Stage {
    /// The offline Discord.
    pub playground: Playground,
    /// The guild.
    pub guild: GuildHandle,
    process: Option<Process>,
    folder: TempDir,
    plugins_toml: String,
    members_intent: bool,
}

impl Stage {
    /// The ready-made guild, before anybody configured the bot.
    pub async fn fresh() -> Self {
        Self::with_plugins(&builtin_plugins()).await
    }

    /// The ready-made guild, with this `plugins.toml`, and a bot that hears of members.
    pub async fn with_members_intent(plugins_toml: &str) -> Self {
        Self::open(plugins_toml, true).await
    }

    /// The ready-made guild, with this `plugins.toml`.
    pub async fn with_plugins(plugins_toml: &str) -> Self {
        Self::open(plugins_toml, false).await
    }

    async fn open(plugins_toml: &str, members_intent: bool) -> Self {
        let playground = Playground::start(playground_config())
            .await
            .expect("listens on loopback");
        let guild = playground
            .add_guild(&ready_made("Realm Garden"))
            .expect("a valid guild");
        let mut stage = Self {
            playground,
            guild,
            process: None,
            folder: tempfile::tempdir().expect("a folder"),
            plugins_toml: plugins_toml.to_owned(),
            members_intent,
        };
        stage.starts().await;
        stage
    }

    /// The ready-made guild, its roles and channels mapped by its owner.
    pub async fn evening() -> Self {
        let stage = Self::fresh().await;
        stage.is_configured().await;
        stage
    }

    /// The owner maps the roles and channels that runs need.
    pub async fn is_configured(&self) {
        configure(&self.guild).await;
    }

    /// A second guild of the same kind, configured.
    pub async fn second_guild(&self, name: &str) -> GuildHandle {
        let guild = self
            .playground
            .add_guild(&ready_made(name))
            .expect("a valid guild");
        self.playground
            .wait_for_request(|request| {
                request
                    .path
                    .ends_with(&format!("/guilds/{}/commands", guild.id()))
                    && request.status == 200
            })
            .await
            .expect("its commands are registered");
        configure(&guild).await;
        guild
    }

    /// The bot comes up, on the database of before.
    pub async fn starts(&mut self) {
        let config = self.config();
        let clock = ShiftedClock::new(self.playground.clock().offset());
        follow(&self.playground, clock.clone());
        let token = BotToken::new(self.playground.token());
        let threads = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("threads");
        let host = on(&threads, move || async move {
            let mut host = Host::start(&config, token, Arc::new(clock))
                .await
                .expect("the host starts");
            host.until_ready().await.expect("the host gets ready");
            host
        });
        let host = host.await;
        self.process = Some(Process {
            host: Some(host),
            threads: Some(threads),
        });
    }

    /// The bot is started with another `plugins.toml` from the next time on.
    pub fn is_run_with(&mut self, plugins_toml: &str) {
        plugins_toml.clone_into(&mut self.plugins_toml);
    }

    /// What the bot wrote down of the guild's commands, newest first.
    pub async fn command_log(&self) -> Vec<CommandLogEntry> {
        let process = self.process.as_ref().expect("it is running");
        let store = process.host.as_ref().expect("it is running").store();
        store.flush_marks().await;
        let guild = muster_core::GuildId::new(self.guild.id().0).expect("not 0");
        store.command_log(guild, 100).await.expect("readable")
    }

    /// The bot goes down in good order.
    pub async fn stops(&mut self) {
        let mut process = self.process.take().expect("it was running");
        if let (Some(host), Some(threads)) = (process.host.take(), &process.threads) {
            on(threads, move || host.stop()).await;
        }
        self.playground
            .wait_for_no_session()
            .await
            .expect("the bot disconnects");
    }

    /// The bot is killed in the middle of whatever it does: nothing of it goes on.
    pub async fn is_killed(&mut self) {
        drop(self.process.take().expect("it was running"));
        self.playground
            .wait_for_no_session()
            .await
            .expect("the connection breaks");
    }

    /// What the installed plugins say of themselves.
    pub fn manifests(&self) -> Arc<Vec<Arc<Manifest>>> {
        let process = self.process.as_ref().expect("the bot is running");
        let host = process.host.as_ref().expect("the bot is running");
        host.runtime().installed()
    }

    /// Time passes, for the bot and for Discord alike.
    pub fn passes(&self, time: Duration) {
        self.playground.clock().advance(time);
    }

    /// Somebody of the guild, typing in a channel.
    pub fn person(&self, name: &str, channel: &str) -> Persona {
        self.guild
            .member(name)
            .in_channel_named(channel)
            .expect("the channel is there")
    }

    /// An organizer posts a run and everybody sees its panel.
    pub async fn posts_a_run(&self, organizer: &str, options: Value) -> MessageHandle {
        let told = says(self.person(organizer, "organizers").uses("/run", options)).await;
        assert!(
            told.contains("https://discord.com/channels/"),
            "no link: {told}"
        );
        self.panel().await
    }

    /// The newest message with a Join button in the channel where runs are posted.
    pub async fn panel(&self) -> MessageHandle {
        let channel = self.guild.channel("raid").expect("the channel is there");
        let found = self
            .guild
            .wait_for_message(channel, |message| message.buttons().contains(&"Join"));
        found.await.expect("a run is posted")
    }

    fn config(&self) -> Config {
        let file = self.folder.path().join("muster.db");
        let text = format!(
            "{}\n[host]\ndatabase = {:?}\nplugin_cache = {:?}\n[discord]\napi_base = {:?}\n\
             members_intent = {}\n",
            self.plugins_toml,
            file.display().to_string(),
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../../target/compiled")
                .display()
                .to_string(),
            self.playground.api_url(),
            self.members_intent,
        );
        let loaded = Config::read(
            Some(&self.folder.path().join("plugins.toml")),
            &text,
            &Environment::from([]),
            &builtin_names(),
        );
        loaded
            .into_valid()
            .unwrap_or_else(|problems| panic!("{problems:#?}"))
    }
}

/// The plugins of the file that comes with Muster. Where the host's things are, a stage says itself.
pub fn builtin_plugins() -> String {
    let plugins = SHIPPED.split("\n[host]").next();
    plugins.expect("a split has a first part").to_owned()
}

fn ready_made(name: &str) -> GuildSpec {
    let mut spec: GuildSpec = toml::from_str(READY_MADE).expect("the ready-made guild is valid");
    name.clone_into(&mut spec.name);
    spec
}

async fn configure(guild: &GuildHandle) {
    let owner = guild.owner();
    let roles = json!({
        "administrator": "Administrator", "moderator": "Moderator", "head_organizer": "Head Organizer",
        "officer": "Officer", "security": "Security", "organizer": "Organizer",
        "verified_raider": "Verified Raider",
    });
    let told = says(owner.uses("/setroles", roles)).await;
    assert!(told.contains("Role mappings"), "{told}");
    let told = says(owner.uses(
        "/setchannels",
        json!({ "raid": "raid", "raid_log": "raid-log" }),
    ))
    .await;
    assert!(told.contains("Channel mappings"), "{told}");
}

/// The host's clock is the playground's.
fn follow(playground: &Playground, clock: ShiftedClock) {
    let mut offset = playground.clock().subscribe();
    tokio::spawn(async move {
        while offset.changed().await.is_ok() {
            clock.set_offset_ms(*offset.borrow_and_update());
        }
    });
}

/// What somebody is told in answer to what they did.
pub async fn says(act: Result<Act, Refused>) -> String {
    let act = act.expect("a client sends it");
    act.answer()
        .await
        .expect("the bot answers in time")
        .answer
        .text()
}

/// The message that somebody gets in answer to what they did.
pub async fn shows(act: Result<Act, Refused>) -> MessageHandle {
    let act = act.expect("a client sends it");
    let answered = act.answer().await.expect("the bot answers in time");
    answered
        .answer
        .message()
        .cloned()
        .unwrap_or_else(|| panic!("no message: {:?}", answered.answer))
}

/// The form that opens in front of somebody.
pub async fn opens(act: Result<Act, Refused>) -> ModalHandle {
    let act = act.expect("a client sends it");
    let answered = act.answer().await.expect("the bot answers in time");
    answered
        .answer
        .modal()
        .cloned()
        .unwrap_or_else(|| panic!("no form: {:?}", answered.answer))
}

/// The message as drawn text, once all of these stand in its text or on its buttons.
pub async fn comes_to_say(message: &MessageHandle, words: &[&str]) -> String {
    let fits = |message: &Message| {
        let (text, buttons) = (message.text(), message.buttons());
        words
            .iter()
            .all(|word| text.contains(word) || buttons.contains(word))
    };
    if message.wait_until(fits).await.is_err() {
        panic!("it never said {words:?}, but:\n{}", message.draw());
    }
    message.draw()
}
