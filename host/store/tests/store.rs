//! The store against a real SQLite file: what commits stays, what fails leaves no trace, and nothing
//! is applied twice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use muster_core::address::Address;
use muster_core::answer::Answer;
use muster_core::call::{Cause, InteractionRef, Origin};
use muster_core::clock::{Clock, ShiftedClock};
use muster_core::effect::{
    Action, AuditEntry, Effect, Emitted, PanelChange, PanelPlace, TimerChange, WhenDeleted,
};
use muster_core::guild_config::Policy;
use muster_core::ids::{ChannelId, InteractionId, MessageId, RoleId, UserId};
use muster_core::{GuildId, Manifest, PluginName};
use muster_store::{
    CallMode, Committed, Durability, InstallError, MappingChange, Mark, Record, SqlError, Store,
    UnansweredState, Value,
};
use serde_json::json;

struct Base {
    store: Store,
    clock: ShiftedClock,
    plugin: PluginName,
    folder: tempfile::TempDir,
}

fn manifest() -> Manifest {
    let manifest = json!({
        "name": "acme", "version": "0.1.0", "summary": "s",
        "migrations": [{
            "number": 1, "name": "acme",
            "up": "create table note (id bigint not null, body text not null, pinned boolean not null default false, \
                   constraint note_pk primary key (id), constraint note_body unique (body))",
            "down": "drop table note"
        }]
    });
    Manifest::parse(&manifest.to_string()).expect("a valid manifest")
}

fn guild(raw: u64) -> GuildId {
    GuildId::new(raw).expect("not 0")
}

async fn open(folder: &tempfile::TempDir, clock: &ShiftedClock) -> Store {
    let policy = Policy {
        plugins: vec![("acme".parse().expect("a name"), Default::default())],
        guilds: BTreeMap::new(),
    };
    Store::open(
        &folder.path().join("muster.db"),
        Durability::Process,
        Arc::new(clock.clone()),
        policy,
    )
    .await
    .expect("opens")
}

impl Base {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = ShiftedClock::default();
        let store = open(&folder, &clock).await;
        store.install(&manifest()).await.expect("installs");
        Self {
            store,
            clock,
            plugin: "acme".parse().expect("a name"),
            folder,
        }
    }

    /// The same file in a new process, as far as the store can tell.
    async fn restart(&mut self) {
        self.store.flush_marks().await;
        self.store = open(&self.folder, &self.clock).await;
        self.store.install(&manifest()).await.expect("installs");
    }

    fn begin(&self, guild_raw: u64) -> muster_store::CallTx {
        self.store
            .begin(guild(guild_raw), &self.plugin, CallMode::Write)
    }

    async fn bodies(&self, guild_raw: u64) -> Vec<Vec<Value>> {
        let mut tx = self
            .store
            .begin(guild(guild_raw), &self.plugin, CallMode::ReadOnly);
        tx.query("select body from note order by id", &[])
            .await
            .expect("reads")
            .rows
    }

    fn pressed(&self, id: u64) -> Record {
        let id = InteractionId::new(id).expect("not 0");
        let mut record = Record::of(Cause::Interaction { id }, self.clock.now());
        record.interaction = Some(InteractionRef {
            id,
            token: "t".into(),
            channel: ChannelId::new(5).expect("not 0"),
            locale: "en-US".into(),
            origin: Origin::Component,
            private: true,
        });
        record.answer = Some(Answer::tell("done"));
        record
    }
}

const INSERT: &str = "insert into note (id, body) values ($1, $2)";

fn note(id: i64, body: &str) -> [Value; 2] {
    [id.into(), body.into()]
}

#[tokio::test]
async fn a_commit_stays_and_a_dropped_call_leaves_no_trace() {
    let mut base = Base::new().await;
    let mut kept = base.begin(1);
    kept.execute(INSERT, &note(1, "kept"))
        .await
        .expect("inserts");
    assert!(kept.holds_write_lock());
    kept.commit(base.pressed(10)).await.expect("commits");
    let mut dropped = base.begin(1);
    dropped
        .execute(INSERT, &note(2, "dropped"))
        .await
        .expect("inserts");
    drop(dropped);
    assert_eq!(base.bodies(1).await, [[Value::from("kept")]]);
    base.restart().await;
    assert_eq!(base.bodies(1).await, [[Value::from("kept")]]);
}

#[tokio::test]
async fn guilds_do_not_see_each_other_and_may_use_the_same_keys() {
    let base = Base::new().await;
    for (raw, body) in [(1, "one"), (2, "two")] {
        let mut tx = base.begin(raw);
        tx.execute(INSERT, &note(1, body)).await.expect("inserts");
        tx.commit(base.pressed(10 + raw)).await.expect("commits");
    }
    assert_eq!(base.bodies(1).await, [[Value::from("one")]]);
    assert_eq!(base.bodies(2).await, [[Value::from("two")]]);
}

#[tokio::test]
async fn a_second_delivery_changes_nothing_and_finds_the_first_answer() {
    let base = Base::new().await;
    for body in ["first", "second"] {
        let mut tx = base.begin(1);
        tx.execute(INSERT, &note(if body == "first" { 1 } else { 2 }, body))
            .await
            .expect("inserts");
        let committed = tx.commit(base.pressed(10)).await.expect("no failure");
        if body == "second" {
            assert_eq!(committed, Committed::Duplicate(Some(Answer::tell("done"))));
        }
    }
    assert_eq!(base.bodies(1).await, [[Value::from("first")]]);
}

#[tokio::test]
async fn a_second_delivery_of_a_call_that_queued_much_leaves_nothing_of_it() {
    let base = Base::new().await;
    for from in [0, 10] {
        let mut record = base.pressed(10);
        record.timers = (from..from + 10)
            .map(|number| TimerChange::Set {
                name: format!("t{number}"),
                at: base.clock.now(),
                payload: String::new(),
            })
            .collect();
        let committed = base.begin(1).commit(record).await.expect("no failure");
        assert_eq!(committed == Committed::Done, from == 0);
    }
    let due = base.store.due_timers(base.clock.now(), 100).await;
    let mut names: Vec<_> = due.expect("reads").into_iter().map(|it| it.name).collect();
    names.sort();
    let first: Vec<_> = (0..10).map(|number| format!("t{number}")).collect();
    assert_eq!(names, first);
}

#[tokio::test]
async fn constraints_speak_the_authors_words() {
    let base = Base::new().await;
    let mut tx = base.begin(1);
    tx.execute(INSERT, &note(1, "same")).await.expect("inserts");
    let refused = tx
        .execute(INSERT, &note(2, "same"))
        .await
        .expect_err("unique");
    assert_eq!(refused, SqlError::Unique("note_body".into()));
    let refused = tx
        .execute("insert into note (id, body) values ($1, null)", &[1.into()])
        .await;
    assert_eq!(refused, Err(SqlError::NotNull("body".into())));
    // The call goes on after a refused statement.
    tx.commit(base.pressed(10)).await.expect("commits");
    assert_eq!(base.bodies(1).await.len(), 1);
}

#[tokio::test]
async fn booleans_come_back_as_booleans() {
    let base = Base::new().await;
    let mut tx = base.begin(1);
    tx.execute(INSERT, &note(1, "x")).await.expect("inserts");
    let rows = tx
        .query("select pinned from note", &[])
        .await
        .expect("reads");
    assert_eq!(rows.columns, ["pinned"]);
    assert_eq!(rows.rows, [[Value::Boolean(false)]]);
}

#[tokio::test]
async fn a_view_may_not_write() {
    let base = Base::new().await;
    let mut tx = base.store.begin(guild(1), &base.plugin, CallMode::ReadOnly);
    assert_eq!(
        tx.execute(INSERT, &note(1, "x")).await,
        Err(SqlError::ReadOnly)
    );
    assert_eq!(tx.next_id("run").await, Err(SqlError::ReadOnly));
}

#[tokio::test]
async fn a_statement_without_end_is_stopped_and_the_connection_lives_on() {
    let base = Base::new().await;
    let mut tx = base.begin(1);
    for id in 0..60 {
        tx.execute(INSERT, &note(id, &format!("b{id}")))
            .await
            .expect("inserts");
    }
    let cross = "select count(*) as n from note a cross join note b cross join note c cross join note d \
                 cross join note e cross join note f";
    assert_eq!(tx.query(cross, &[]).await, Err(SqlError::Timeout));
    drop(tx);
    let mut next = base.begin(1);
    next.execute(INSERT, &note(1, "after"))
        .await
        .expect("the lock is free");
    next.commit(base.pressed(10)).await.expect("commits");
    assert_eq!(base.bodies(1).await, [[Value::from("after")]]);
}

#[tokio::test]
async fn numbers_count_per_guild_and_are_given_back_by_a_failed_call() {
    let base = Base::new().await;
    let mut failed = base.begin(1);
    assert_eq!(failed.next_id("run").await, Ok(1));
    drop(failed);
    for expected in [1, 2] {
        let mut tx = base.begin(1);
        assert_eq!(tx.next_id("run").await, Ok(expected));
        tx.commit(base.pressed(10 + expected as u64))
            .await
            .expect("commits");
    }
    assert_eq!(base.begin(2).next_id("run").await, Ok(1));
}

fn log_line() -> Effect {
    Effect {
        tag: "log".into(),
        actor: None,
        reason: None,
        action: Action::LogLine {
            to: Address::Key("log".into()),
            line: "hello".into(),
        },
    }
}

#[tokio::test]
async fn effects_come_out_of_the_feed_and_after_a_restart_out_of_the_table() {
    let mut base = Base::new().await;
    let mut feeds = base.store.take_feeds().expect("first taker");
    let mut record = base.pressed(10);
    record.effects = vec![log_line(), log_line()];
    base.begin(1).commit(record).await.expect("commits");
    let fed = feeds.outbox.recv().await.expect("a row");
    let result = muster_core::effect::EffectResult {
        tag: "log".into(),
        ok: true,
        problem: None,
        channel: None,
        message: None,
        role: None,
    };
    base.store
        .mark(Mark::EffectDone(fed.guild, fed.id, 0, result.clone()));
    base.restart().await;
    let pending = base.store.pending_outbox().await.expect("reads");
    assert_eq!(pending.len(), 1);
    assert_eq!(pending[0].effects, fed.effects);
    assert_eq!(pending[0].done, [(0, result)]);
    base.store.mark(Mark::OutboxDone(fed.guild, fed.id));
    base.restart().await;
    assert_eq!(base.store.pending_outbox().await.expect("reads"), []);
}

#[tokio::test]
async fn who_was_left_without_an_answer_is_known_after_a_restart() {
    let mut base = Base::new().await;
    let waiting = base.pressed(10).interaction.expect("set");
    base.store
        .note_deferral(guild(1), &base.plugin, &waiting, base.clock.now())
        .await
        .expect("acme");
    base.begin(1)
        .commit(base.pressed(11))
        .await
        .expect("commits");
    base.begin(1)
        .commit(base.pressed(12))
        .await
        .expect("commits");
    base.store.mark(Mark::InteractionSent(
        guild(1),
        InteractionId::new(12).expect("not 0"),
    ));
    base.restart().await;
    let unanswered = base.store.unanswered().await.expect("reads");
    let states: Vec<_> = unanswered
        .iter()
        .map(|row| (row.reference.id.get(), row.deferred))
        .collect();
    assert_eq!(states, [(10, true), (11, false)]);
    assert_eq!(unanswered[0].state, UnansweredState::NotCommitted);
    assert_eq!(
        unanswered[1].state,
        UnansweredState::Answered(Answer::tell("done"))
    );
    base.clock
        .set_offset_ms(Duration::from_secs(16 * 60).as_millis() as i64);
    assert_eq!(base.store.unanswered().await.expect("reads"), []);
}

#[tokio::test]
async fn marks_of_many_calls_are_written_together_and_touch_no_others() {
    let mut base = Base::new().await;
    let mut feeds = base.store.take_feeds().expect("first taker");
    for number in 1..=75 {
        for guild in [1, 2] {
            let mut record = base.pressed(number);
            record.effects = vec![log_line()];
            base.begin(guild).commit(record).await.expect("commits");
            let row = feeds.outbox.recv().await.expect("a row");
            let is_left = guild == 2 && number > 70;
            if !is_left {
                let id = InteractionId::new(number).expect("not 0");
                base.store.mark(Mark::InteractionSent(row.guild, id));
                base.store.mark(Mark::OutboxDone(row.guild, row.id));
            }
        }
    }
    base.restart().await;
    let unanswered = base.store.unanswered().await.expect("reads");
    let left = unanswered
        .iter()
        .map(|row| (row.guild, row.reference.id.get()));
    let expected: Vec<_> = (71..=75).map(|number| (guild(2), number)).collect();
    assert_eq!(left.collect::<Vec<_>>(), expected);
    let pending = base.store.pending_outbox().await.expect("reads");
    let left: Vec<_> = pending.iter().map(|row| row.guild).collect();
    assert_eq!(left, [guild(2); 5]);
}

#[tokio::test]
async fn a_deferred_call_is_committed_once() {
    let base = Base::new().await;
    let record = base.pressed(10);
    let reference = record.interaction.clone().expect("set");
    base.store
        .note_deferral(guild(1), &base.plugin, &reference, base.clock.now())
        .await
        .expect("acme");
    assert_eq!(
        base.begin(1).commit(record.clone()).await.expect("commits"),
        Committed::Done
    );
    let second = base.begin(1).commit(record).await.expect("no failure");
    assert!(matches!(second, Committed::Duplicate(_)));
}

#[tokio::test]
async fn an_outcome_is_applied_once_and_replaces_the_answer() {
    let base = Base::new().await;
    let mut feeds = base.store.take_feeds().expect("first taker");
    let mut record = base.pressed(10);
    record.answer = Some(Answer::After {
        tags: vec!["log".into()],
        within_ms: 1000,
        private: true,
    });
    record.effects = vec![log_line()];
    let id = record.interaction.as_ref().expect("set").id;
    base.begin(1).commit(record).await.expect("commits");
    let row = feeds.outbox.recv().await.expect("a row");
    assert_eq!(row.after.as_ref().expect("waits").tags, ["log"]);
    let unanswered = base.store.unanswered().await.expect("reads");
    assert_eq!(unanswered[0].state, UnansweredState::Awaits(row.id));
    for expected in [Committed::Done, Committed::Duplicate(None)] {
        let cause = Cause::Outcome {
            outbox: row.id,
            interaction: id,
        };
        let mut outcome = Record::of(cause, base.clock.now());
        outcome.answer = Some(Answer::tell("all done"));
        assert_eq!(
            base.begin(1).commit(outcome).await.expect("no failure"),
            expected
        );
    }
    let answer = base.store.answer_of(guild(1), id).await.expect("reads");
    assert_eq!(answer, Some(Answer::tell("all done")));
}

#[tokio::test]
async fn a_timer_fires_once_and_one_set_anew_is_another() {
    let base = Base::new().await;
    let at = base.clock.now();
    let later = at.plus(Duration::from_secs(60));
    let set = |at| TimerChange::Set {
        name: "end".into(),
        at,
        payload: "p".into(),
    };
    let mut record = base.pressed(10);
    record.timers = vec![set(at)];
    base.begin(1).commit(record).await.expect("commits");
    let due = base.store.due_timers(at, 10).await.expect("reads");
    assert_eq!(
        (due.len(), due[0].name.as_str(), due[0].payload.as_str()),
        (1, "end", "p")
    );
    let fire = |at| {
        Record::of(
            Cause::Timer {
                name: "end".into(),
                at,
            },
            base.clock.now(),
        )
    };
    // Its own handler sets it anew: that one stays.
    let mut first = fire(at);
    first.timers = vec![set(later)];
    assert_eq!(
        base.begin(1).commit(first).await.expect("fires"),
        Committed::Done
    );
    let again = base.begin(1).commit(fire(at)).await.expect("no failure");
    assert_eq!(again, Committed::Duplicate(None));
    assert_eq!(base.store.due_timers(at, 10).await.expect("reads"), []);
    assert_eq!(
        base.store.next_timer_at().await.expect("reads"),
        Some(later)
    );
}

#[tokio::test]
async fn an_event_reaches_each_subscriber_once() {
    let base = Base::new().await;
    let mut record = base.pressed(10);
    record.events = vec![Emitted {
        topic: "run.ended".into(),
        body: json!({ "run": 1 }),
    }];
    record.subscribers = vec![("run.ended".into(), vec![base.plugin.clone()])];
    base.begin(1).commit(record).await.expect("commits");
    let due = base
        .store
        .due_events(base.clock.now(), 10)
        .await
        .expect("reads");
    assert_eq!(
        (due.len(), due[0].source.as_str(), &due[0].body),
        (1, "acme", &json!({ "run": 1 }))
    );
    for expected in [Committed::Done, Committed::Duplicate(None)] {
        let record = Record::of(Cause::Event { id: due[0].id }, base.clock.now());
        assert_eq!(
            base.begin(1).commit(record).await.expect("no failure"),
            expected
        );
    }
    base.store.sweep().await.expect("sweeps");
    assert_eq!(
        base.store
            .due_events(base.clock.now(), 10)
            .await
            .expect("reads"),
        []
    );
}

#[tokio::test]
async fn a_panel_is_remembered_with_its_message() {
    let mut base = Base::new().await;
    let open = PanelChange::Open {
        name: "run/1".into(),
        place: PanelPlace::At(Address::Key("log".into())),
        when_deleted: WhenDeleted::Repost,
        tag: String::new(),
    };
    let mut record = base.pressed(10);
    record.panels = vec![open.clone()];
    record.actor = UserId::new(7);
    base.begin(1).commit(record).await.expect("commits");
    let panel = base.store.panels().await.expect("reads").remove(0);
    assert_eq!(
        (panel.name.as_str(), panel.message, panel.opened_by),
        ("run/1", None, UserId::new(7))
    );
    let (channel, message) = (
        ChannelId::new(8).expect("not 0"),
        MessageId::new(9).expect("not 0"),
    );
    base.store
        .panel_posted(&panel, channel, message, "hash")
        .await
        .expect("acme");
    // Opening it again changes nothing.
    let mut again = base.pressed(11);
    again.panels = vec![open];
    base.begin(1).commit(again).await.expect("commits");
    base.restart().await;
    let panel = base
        .store
        .panel(guild(1), &base.plugin, "run/1")
        .await
        .expect("reads")
        .expect("there");
    assert_eq!(
        (panel.channel, panel.message),
        (Some(channel), Some(message))
    );
    let mut close = base.pressed(12);
    close.panels = vec![PanelChange::Close {
        name: "run/*".into(),
    }];
    base.begin(1).commit(close).await.expect("commits");
    let panel = base
        .store
        .panel(guild(1), &base.plugin, "run/1")
        .await
        .expect("reads")
        .expect("there");
    assert_eq!(panel.state, muster_store::PanelState::Closing);
}

#[tokio::test]
async fn mappings_change_together_with_their_audit_and_the_cache_follows() {
    let base = Base::new().await;
    assert!(
        base.store
            .guild_config(guild(1))
            .await
            .expect("reads")
            .roles
            .is_empty()
    );
    let role = RoleId::new(77).expect("not 0");
    let audit = AuditEntry {
        action: "guild.roles.set".into(),
        subject: "guild:1".into(),
        actor: UserId::new(7),
        meta: json!({}),
    };
    let map = |role| vec![MappingChange::Role("organizer".into(), role)];
    base.store
        .change_mappings(guild(1), &map(Some(role)), &audit)
        .await
        .expect("writes");
    let config = base.store.guild_config(guild(1)).await.expect("reads");
    assert_eq!(config.roles.get("organizer"), Some(&role));
    assert!(config.is_enabled(&base.plugin));
    base.store
        .change_mappings(guild(1), &map(None), &audit)
        .await
        .expect("writes");
    assert!(
        base.store
            .guild_config(guild(1))
            .await
            .expect("reads")
            .roles
            .is_empty()
    );
}

#[tokio::test]
async fn a_migration_that_was_changed_or_is_missing_is_refused() {
    let base = Base::new().await;
    let mut changed = manifest();
    changed.migrations[0]
        .up
        .push_str("; create table other (id bigint primary key)");
    let error = base.store.install(&changed).await.expect_err("changed");
    assert!(
        matches!(error, InstallError::Changed { number: 1, .. }),
        "{error}"
    );
    let mut older = manifest();
    older.migrations.clear();
    let error = base.store.install(&older).await.expect_err("older");
    assert!(
        matches!(
            error,
            InstallError::Newer {
                found: 1,
                newest: 0,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_refused_migration_leaves_nothing_behind() {
    let base = Base::new().await;
    let mut next = manifest();
    let mut second = next.migrations[0].clone();
    (second.number, second.up) = (
        2,
        "create table a (id bigint primary key); drop table nothing".into(),
    );
    next.migrations.push(second);
    let error = base
        .store
        .install(&next)
        .await
        .expect_err("refused")
        .to_string();
    assert!(
        error.starts_with("migration 2 (acme) of plugin acme:"),
        "{error}"
    );
    base.store
        .install(&manifest())
        .await
        .expect("the old version still installs");
}

#[tokio::test]
async fn gateway_sessions_of_a_day_are_counted_across_restarts() {
    let mut base = Base::new().await;
    for second in 0..500 {
        let now = base.clock.now().plus(Duration::from_secs(second));
        assert!(
            base.store.take_session(0, now).await.expect("counts"),
            "session {second}"
        );
    }
    base.restart().await;
    let now = base.clock.now().plus(Duration::from_secs(501));
    assert!(!base.store.take_session(0, now).await.expect("counts"));
    let tomorrow = now.plus(Duration::from_secs(24 * 3600));
    assert!(base.store.take_session(0, tomorrow).await.expect("counts"));
}

#[tokio::test]
async fn writers_of_many_guilds_do_not_fail_each_other() {
    let base = Arc::new(Base::new().await);
    let calls = (1..=40).map(|raw| {
        let base = Arc::clone(&base);
        tokio::spawn(async move {
            let mut tx = base.begin(raw);
            tx.execute(INSERT, &note(1, "x")).await.expect("inserts");
            tx.commit(base.pressed(100 + raw)).await.expect("commits");
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.expect("no panic");
    }
    assert_eq!(base.bodies(40).await.len(), 1);
}
