//! What a guild chose, what was done there, and how long that is kept, against a real SQLite file.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use muster_core::call::Cause;
use muster_core::clock::{Clock, ShiftedClock};
use muster_core::effect::{AuditEntry, Emitted, TimerChange};
use muster_core::guild_config::Policy;
use muster_core::ids::{ChannelId, UserId};
use muster_core::manifest::HOST;
use muster_core::{GuildId, PluginName};
use muster_store::{
    AuditQuery, CallMode, CommandLogEntry, Durability, Mark, Record, Store, redacted,
};
use serde_json::json;

const DAY: Duration = Duration::from_secs(24 * 3600);

struct Base {
    store: Store,
    clock: ShiftedClock,
    _folder: tempfile::TempDir,
}

fn acme() -> PluginName {
    "acme".parse().expect("a name")
}

fn guild() -> GuildId {
    GuildId::new(1).expect("not 0")
}

fn entry(action: &str, actor: u64) -> AuditEntry {
    AuditEntry {
        action: action.into(),
        subject: "thing:1".into(),
        actor: UserId::new(actor),
        meta: json!({ "n": 100 }),
    }
}

impl Base {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = ShiftedClock::default();
        let policy = Policy {
            plugins: vec![(acme(), Default::default())],
            guilds: BTreeMap::new(),
        };
        let file = folder.path().join("muster.db");
        let store = Store::open(&file, Durability::Process, Arc::new(clock.clone()), policy);
        let store = store.await.expect("opens");
        store.guild_present(guild(), "Test").await.expect("writes");
        Self {
            store,
            clock,
            _folder: folder,
        }
    }

    /// It is so many days later than at the start.
    fn days_later(&self, days: u32) {
        let offset = i64::try_from((DAY * days).as_millis()).expect("a short while");
        self.clock.set_offset_ms(offset);
    }

    async fn is_on(&self) -> bool {
        let config = self.store.guild_config(guild()).await.expect("reads");
        config.is_enabled(&acme())
    }

    async fn actions(&self, query: &AuditQuery) -> Vec<String> {
        let lines = self.store.audit_lines(guild(), query, 0, 100).await;
        let lines = lines.expect("reads").into_iter();
        lines.map(|line| line.action).collect()
    }
}

#[tokio::test]
async fn a_switched_plugin_is_seen_at_once_and_what_waited_for_it_is_due_when_it_comes_back() {
    let base = Base::new().await;
    assert!(base.is_on().await);
    let now = base.clock.now();
    // An event of the host is heard, and sets a timer.
    let event = Emitted {
        topic: "guild.returned".into(),
        body: json!({}),
    };
    let hearers = [acme()];
    base.store
        .emit_host_event(guild(), &event, &hearers)
        .await
        .expect("writes");
    let due = base.store.due_events(now, 10).await.expect("reads");
    let mut record = Record::of(Cause::Event { id: due[0].id }, now);
    record.timers = vec![TimerChange::Set {
        name: "bell".into(),
        at: now,
        payload: String::new(),
    }];
    let call = base.store.begin(guild(), &acme(), CallMode::Write);
    call.commit(record).await.expect("commits");

    let off = entry("plugin.disable", 7);
    base.store
        .switch_plugin(guild(), &acme(), false, &off, None)
        .await
        .expect("writes");
    assert!(!base.is_on().await);
    let config = base.store.guild_config(guild()).await.expect("reads");
    assert!(config.keeps_for(&acme()), "it may come back");
    let timer = base
        .store
        .due_timers(now, 10)
        .await
        .expect("reads")
        .remove(0);
    let next_week = now.plus(7 * DAY);
    base.store
        .postpone_timer(&timer, next_week)
        .await
        .expect("writes");
    assert_eq!(base.store.due_timers(now, 10).await.expect("reads"), []);

    let on = entry("plugin.enable", 7);
    let enabled = Emitted {
        topic: "plugin.enabled".into(),
        body: json!({ "plugin": "acme" }),
    };
    base.store
        .switch_plugin(guild(), &acme(), true, &on, Some(&enabled))
        .await
        .expect("writes");
    assert!(base.is_on().await);
    let later = base.clock.now();
    assert_eq!(
        base.store.due_timers(later, 10).await.expect("reads").len(),
        1
    );
    let heard = base.store.due_events(later, 10).await.expect("reads");
    assert_eq!(heard[0].topic, "plugin.enabled");
    let all = base.actions(&AuditQuery::default()).await;
    assert_eq!(all, ["plugin.enable", "plugin.disable"], "newest first");
}

#[tokio::test]
async fn what_is_given_up_is_gone_and_counted_once() {
    let base = Base::new().await;
    let event = Emitted {
        topic: "guild.returned".into(),
        body: json!({}),
    };
    let hearers = [acme()];
    let emitted = base.store.emit_host_event(guild(), &event, &hearers);
    emitted.await.expect("writes");
    let now = base.clock.now();
    let due = base.store.due_events(now, 10).await.expect("reads");
    for _ in 0..2 {
        base.store.give_up_event(&due[0]).await.expect("writes");
    }
    let pending = base.store.pending(guild(), &acme()).await.expect("reads");
    assert_eq!((pending.events, pending.dropped_events), (0, 1));
    assert_eq!(pending.dropped_timers, 0);
}

#[tokio::test]
async fn a_setting_is_chosen_and_given_up_again() {
    let base = Base::new().await;
    let chosen = async |value: Option<serde_json::Value>| {
        let audit = entry("guild.settings.set", 7);
        base.store
            .put_setting(
                guild(),
                HOST,
                "audit_keep_days",
                value.as_ref(),
                &audit,
                None,
            )
            .await
            .expect("writes");
        let config = base.store.guild_config(guild()).await.expect("reads");
        config.host_setting("audit_keep_days")
    };
    assert_eq!(chosen(Some(json!(30))).await, Some(json!(30)));
    assert_eq!(
        chosen(Some(json!("thirty"))).await,
        Some(json!(365)),
        "what does not fit does not hold"
    );
    assert_eq!(chosen(None).await, Some(json!(365)));
}

#[tokio::test]
async fn the_audit_is_searched_by_what_is_asked_and_nothing_else_of_it_is_a_pattern() {
    let base = Base::new().await;
    for (action, actor) in [("run.end", 7), ("run.start", 7), ("note_add", 8)] {
        base.store
            .write_audit(guild(), &entry(action, actor))
            .await
            .expect("writes");
    }
    let with = |text: &str| AuditQuery {
        text: Some(text.into()),
        ..AuditQuery::default()
    };
    assert_eq!(base.actions(&with("run.")).await, ["run.start", "run.end"]);
    assert_eq!(
        base.actions(&with("e_a")).await,
        ["note_add"],
        "_ is a letter"
    );
    assert_eq!(base.actions(&with("%")).await, [""; 0], "% is a letter");
    let of = AuditQuery {
        user: UserId::new(8),
        ..AuditQuery::default()
    };
    assert_eq!(base.actions(&of).await, ["note_add"]);
    let count = base.store.count_audit_lines(guild(), &with("run.")).await;
    assert_eq!(count.expect("reads"), 2);
    let other = GuildId::new(2).expect("not 0");
    let there = base
        .store
        .count_audit_lines(other, &AuditQuery::default())
        .await;
    assert_eq!(there.expect("reads"), 0, "another guild sees nothing");
}

#[tokio::test]
async fn records_leave_when_the_guild_keeps_them_no_longer() {
    let base = Base::new().await;
    base.store
        .write_audit(guild(), &entry("old", 7))
        .await
        .expect("writes");
    let used = |command: &str| {
        Mark::CommandUsed(Box::new(CommandLogEntry {
            guild: guild(),
            channel: ChannelId::new(2).expect("not 0"),
            user: UserId::new(3).expect("not 0"),
            command: command.into(),
            subcommand: None,
            options: redacted(&json!([{ "name": "token", "value": "abc" }])),
            error_code: None,
            latency_ms: 5,
            at: base.clock.now(),
        }))
    };
    base.store.mark(used("old"));
    base.days_later(91);
    base.store
        .write_audit(guild(), &entry("new", 7))
        .await
        .expect("writes");
    base.store.mark(used("new"));
    base.store.flush_marks().await;
    base.store.sweep().await.expect("sweeps");
    let log = base.store.command_log(guild(), 10).await.expect("reads");
    let commands: Vec<&str> = log.iter().map(|entry| entry.command.as_str()).collect();
    assert_eq!(commands, ["new"], "90 days if nobody says");
    assert_eq!(log[0].options[0]["value"], "[REDACTED]");
    let all = base.actions(&AuditQuery::default()).await;
    assert_eq!(all, ["new", "old"], "the audit goes back a year");

    let audit = entry("guild.settings.set", 7);
    let days = json!(30);
    base.store
        .put_setting(guild(), HOST, "audit_keep_days", Some(&days), &audit, None)
        .await
        .expect("writes");
    base.store.sweep().await.expect("sweeps");
    let all = base.actions(&AuditQuery::default()).await;
    assert_eq!(all, ["guild.settings.set", "new"]);
}
