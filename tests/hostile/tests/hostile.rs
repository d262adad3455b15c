//! Each misbehaviour costs its own call alone: the member is told, nothing of the call remains, and the
//! next call works.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use muster_core::answer::Answer;
use muster_core::call::{Actor, Call, CallOutcome, Cause, Input, InteractionRef, Origin};
use muster_core::clock::{Clock, ShiftedClock};
use muster_core::guild::{Channel, ChannelKind, GuildSnapshot, Role};
use muster_core::guild_config::Policy;
use muster_core::ids::{ChannelId, InteractionId, UserId};
use muster_core::interaction::Member;
use muster_core::ports::{Directory, LookupError, Lookups, Plugins};
use muster_core::roles::RoleMap;
use muster_core::{GuildId, Permissions, PluginName, Standing};
use muster_runtime::{LoadError, PluginOptions, Ports, Runtime, Settings};
use muster_store::{CallMode, Durability, Store, Value};
use muster_test_hostile::{FORBIDDEN, HELLO, HOSTILE};

struct World {
    runtime: Arc<Runtime>,
    store: Store,
    clock: ShiftedClock,
    next: AtomicU64,
    _folder: tempfile::TempDir,
}

struct Guilds;

fn channel() -> ChannelId {
    ChannelId::new(500).expect("not 0")
}

fn guild(raw: u64) -> GuildId {
    GuildId::new(raw).expect("not 0")
}

impl Directory for Guilds {
    fn guild(&self, id: GuildId) -> Option<Arc<GuildSnapshot>> {
        let everyone = Role {
            name: "@everyone".into(),
            position: 0,
            permissions: Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES,
            managed: false,
        };
        let place = Channel {
            name: "general".into(),
            kind: ChannelKind::Text,
            parent: None,
            overwrites: Vec::new(),
        };
        Some(Arc::new(GuildSnapshot {
            id,
            name: "Test".into(),
            owner: UserId::new(1).expect("not 0"),
            roles: [(id.everyone(), everyone)].into(),
            channels: [(channel(), place)].into(),
            bot: UserId::new(2).expect("not 0"),
            bot_roles: Vec::new(),
        }))
    }
}

struct NoLookups;

#[async_trait::async_trait]
impl Lookups for NoLookups {
    async fn member(&self, _: GuildId, _: UserId) -> Result<Option<Member>, LookupError> {
        Ok(None)
    }

    async fn search_members(
        &self,
        _: GuildId,
        _: &str,
        _: u16,
    ) -> Result<Vec<Member>, LookupError> {
        Ok(Vec::new())
    }
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = ShiftedClock::default();
        let name = |name: &str| name.parse::<PluginName>().expect("a name");
        let policy = Policy {
            plugins: vec![
                (name("hostile"), Default::default()),
                (name("hello"), Default::default()),
            ],
            guilds: BTreeMap::new(),
        };
        let file = folder.path().join("muster.db");
        let store = Store::open(&file, Durability::Process, Arc::new(clock.clone()), policy)
            .await
            .expect("opens");
        let ports = Ports {
            store: store.clone(),
            directory: Arc::new(Guilds),
            lookups: Arc::new(NoLookups),
            clock: Arc::new(clock.clone()),
        };
        let runtime = Runtime::new(
            ports,
            Settings {
                cache: Some(cache()),
                ..Default::default()
            },
        )
        .expect("starts");
        for wasm in [HOSTILE, HELLO] {
            let plugin = runtime
                .load(wasm.to_vec(), PluginOptions::default())
                .await
                .expect("loads");
            runtime.install(plugin).await.expect("installs");
        }
        Self {
            runtime,
            store,
            clock,
            next: AtomicU64::new(1000),
            _folder: folder,
        }
    }

    fn call(&self, raw_guild: u64, plugin: &str, command: &str) -> Call {
        let id = InteractionId::new(self.next.fetch_add(1, Ordering::Relaxed)).expect("not 0");
        Call {
            guild: guild(raw_guild),
            plugin: plugin.parse().expect("a name"),
            cause: Cause::Interaction { id },
            input: Input::Command {
                name: command.into(),
                data: serde_json::json!({ "options": [], "resolved": {} }),
            },
            actor: Some(Actor {
                member: Member {
                    user: UserId::new(7).expect("not 0"),
                    username: "ann".into(),
                    display_name: "Ann".into(),
                    is_bot: false,
                    roles: Vec::new(),
                    permissions: Permissions::default(),
                },
                standing: Standing::of(&[], false, false, &RoleMap::new()),
                pressed: None,
            }),
            interaction: Some(InteractionRef {
                id,
                token: "t".into(),
                channel: channel(),
                locale: "en-US".into(),
                origin: Origin::Command,
                private: true,
            }),
            start_before: None,
        }
    }

    async fn run(&self, command: &str) -> CallOutcome {
        self.runtime.call(self.call(1, "hostile", command)).await
    }

    /// Runs a misbehaviour that must fail, within the time that a member can wait, and leave nothing.
    async fn fails_alone(&self, command: &str) {
        let before = self.rows(1).await;
        let began = Instant::now();
        let outcome = self.run(command).await;
        assert!(
            matches!(outcome, CallOutcome::Failed { .. }),
            "{command}: {outcome:?}"
        );
        assert!(
            began.elapsed() < Duration::from_secs(3),
            "{command} took {:?}",
            began.elapsed()
        );
        assert_eq!(self.rows(1).await, before, "{command} left rows behind");
        assert_eq!(
            self.store.pending_outbox().await.expect("reads"),
            [],
            "{command} left effects behind"
        );
        assert_eq!(self.told(2, "good").await, "kept 1", "another guild");
    }

    async fn told(&self, raw_guild: u64, command: &str) -> String {
        match self
            .runtime
            .call(self.call(raw_guild, "hostile", command))
            .await
        {
            CallOutcome::Done(Some(Answer::Message { body, .. })) => {
                body["content"].as_str().expect("a text").to_owned()
            }
            other => panic!("{command}: {other:?}"),
        }
    }

    async fn rows(&self, raw_guild: u64) -> Vec<Vec<Value>> {
        let plugin = "hostile".parse().expect("a name");
        let mut tx = self
            .store
            .begin(guild(raw_guild), &plugin, CallMode::ReadOnly);
        tx.query("select id, body from scrap order by id", &[])
            .await
            .expect("reads")
            .rows
    }
}

/// Compiled guests outlive a test: compiling them is not what is tested here.
fn cache() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_loop_is_stopped() {
    World::new().await.fails_alone("loop").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loop_after_its_first_write_gives_the_lock_back_and_leaves_no_row() {
    let world = World::new().await;
    let began = Instant::now();
    world.fails_alone("loop-after-write").await;
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "the write lock was held for {:?}",
        began.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cross_join_is_interrupted() {
    World::new().await.fails_alone("cross-join").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn endless_allocation_ends_at_the_limit() {
    World::new().await.fails_alone("allocate").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deep_recursion_exhausts_its_own_stack() {
    World::new().await.fails_alone("recurse").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trap_between_two_effects_undoes_both() {
    World::new().await.fails_alone("trap-between-effects").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn process_exit_ends_the_call_and_not_the_process() {
    World::new().await.fails_alone("exit").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_giant_event_is_refused() {
    World::new().await.fails_alone("giant-event").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_giant_return_reaches_nobody() {
    let world = World::new().await;
    match world.run("giant-return").await {
        CallOutcome::Failed { .. } => {}
        CallOutcome::Refused(text) => {
            assert!(text.chars().count() <= 2000, "{} characters", text.len())
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(world.told(2, "good").await, "kept 1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_giant_value_is_refused() {
    World::new().await.fails_alone("giant-value").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_have_a_budget() {
    World::new().await.fails_alone("many-statements").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn effects_have_a_budget() {
    World::new().await.fails_alone("many-effects").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shouting_costs_only_the_shouter() {
    let world = World::new().await;
    assert_eq!(world.told(1, "shout").await, "shouted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_giant_view_is_no_view() {
    let world = World::new().await;
    let plugin = "hostile".parse().expect("a name");
    let view = world.runtime.render(guild(1), &plugin, "giant").await;
    assert!(matches!(view, Err(CallOutcome::Failed { .. })), "{view:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_cannot_write() {
    let world = World::new().await;
    let plugin = "hostile".parse().expect("a name");
    let view = world.runtime.render(guild(1), &plugin, "writes").await;
    assert!(matches!(view, Err(CallOutcome::Failed { .. })), "{view:?}");
    assert_eq!(world.rows(1).await, Vec::<Vec<Value>>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_at_another_plugins_table_is_refused() {
    let world = World::new().await;
    assert_eq!(world.told(1, "foreign-table").await, "refused 8 of 8");
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_that_tries_to_reach_another_guilds_rows_sees_and_deletes_its_own_only() {
    let world = World::new().await;
    for _ in 0..3 {
        world.told(2, "good").await;
    }
    world.told(1, "good").await;
    let before = world.rows(2).await;
    assert_eq!(
        world.told(1, "foreign-guild").await,
        "refused 7 of 7, saw 1"
    );
    assert_eq!(world.rows(2).await, before);
    assert_eq!(world.rows(1).await, Vec::<Vec<Value>>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_of_another_guild_is_refused_when_queued() {
    let world = World::new().await;
    assert_eq!(world.told(1, "foreign-channel").await, "refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_looping_plugin_does_not_slow_another_guild() {
    let world = Arc::new(World::new().await);
    world.told(2, "good").await;
    let looping = {
        let world = Arc::clone(&world);
        tokio::spawn(async move { world.run("loop").await })
    };
    let mut answered = 0;
    while !looping.is_finished() {
        world.told(2, "good").await;
        answered += 1;
    }
    assert!(matches!(
        looping.await.expect("no panic"),
        CallOutcome::Failed { .. }
    ));
    assert!(
        answered >= 10,
        "only {answered} calls of the other guild got through"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_keeps_failing_is_paused_here_and_works_elsewhere() {
    let world = World::new().await;
    for _ in 0..10 {
        world.run("exit").await;
    }
    let outcome = world.run("exit").await;
    assert!(
        matches!(outcome, CallOutcome::Refused(_)),
        "not paused: {outcome:?}"
    );
    assert_eq!(
        world.told(1, "good").await,
        "kept 1",
        "its other commands work on"
    );
    world.clock.set_offset_ms(3_600_000);
    let outcome = world.run("exit").await;
    assert!(
        matches!(outcome, CallOutcome::Failed { .. }),
        "the pause ended: {outcome:?}"
    );
    assert!(world.clock.now().as_ms() > 0);
}

async fn refused(wasm: &[u8]) -> LoadError {
    let world = World::new().await;
    match world
        .runtime
        .load(wasm.to_vec(), PluginOptions::default())
        .await
    {
        Ok(_) => panic!("it loaded"),
        Err(error) => error,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forbidden_imports_are_refused_at_load_all_of_them_by_name() {
    let text = refused(FORBIDDEN).await.to_string();
    assert!(text.contains("wasi:filesystem/"), "{text}");
    assert!(text.contains("wasi:sockets/"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_files_are_told_apart() {
    assert!(matches!(refused(b"hello").await, LoadError::NotWasm(_)));
    assert!(matches!(
        refused(b"\0asm\x01\0\0\0").await,
        LoadError::CoreModule
    ));
    let half = &HELLO[..HELLO.len() / 2];
    assert!(matches!(
        refused(half).await,
        LoadError::Truncated { .. } | LoadError::Invalid(_)
    ));
    let mut damaged = HELLO.to_vec();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 64].fill(0xff);
    let error = refused(&damaged).await;
    assert!(
        matches!(
            error,
            LoadError::Invalid(_) | LoadError::Truncated { .. } | LoadError::Incompatible(_)
        ),
        "{error}"
    );
    let too_large = vec![0; (32 << 20) + 1];
    assert!(matches!(
        refused(&too_large).await,
        LoadError::TooLarge { .. }
    ));
}
