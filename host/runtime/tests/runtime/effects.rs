//! What a call may queue, checked natively over the very state that a built plugin's imports use.

use muster_core::call::{Call, CallOutcome, Cause, Input};
use muster_core::clock::Timestamp;
use muster_runtime::{
    CallState, DiscordError, EventError, Failure, Known, Limits, Lookup, ReplyError, StatementError,
};

use crate::support::{
    ANN, BEN, BOT, CHANNEL, GUILD, Host, MOD, OWNER, QUIET_CHANNEL, SUSPENDED, guild, manifest,
    member, role, user,
};

const TEXT: &str = r#"{"content": "x"}"#;

/// Runs `act` as the handler of a call and returns what it returned, if the call was committed.
async fn acting<T>(host: &Host, call: Call, act: impl AsyncFnOnce(&mut CallState) -> T) -> T {
    let mut known = Known::default();
    for raw in [OWNER, BOT, ANN, BEN, MOD] {
        known.put_member(user(raw), Ok(Some(member(raw))));
    }
    known.put_member(user(999), Ok(None));
    let mut result = None;
    let outcome = host
        .runtime
        .call_native(&manifest(), &call.into(), known, async |state| {
            result = Some(act(state).await);
            Ok(Ok::<(), Failure>(()))
        })
        .await;
    assert!(matches!(outcome, Ok(CallOutcome::Done(_))), "{outcome:?}");
    result.expect("it ran")
}

fn timer() -> Call {
    Call {
        guild: guild(GUILD),
        plugin: "zoo".parse().expect("a name"),
        cause: Cause::Event { id: 1 },
        input: Input::Timer {
            name: "t".into(),
            payload: String::new(),
        },
        actor: None,
        interaction: None,
        start_before: None,
    }
}

fn denied<T: std::fmt::Debug>(result: Result<Result<T, DiscordError>, Lookup>, part: &str) {
    match result {
        Ok(Err(error)) => assert!(error.to_string().contains(part), "{error}"),
        other => panic!("{part}: {other:?}"),
    }
}

#[tokio::test]
async fn a_message_goes_only_where_the_guild_and_the_bot_are() {
    let host = Host::start().await;
    let call = host.command(GUILD, ANN, "hello");
    acting(&host, call, async |state| {
        let mut send = |to: &str| state.send_message(to, TEXT, "", "", "");
        assert_eq!(send(&format!("channel:{CHANNEL}")), Ok(Ok(())));
        assert_eq!(send("key:log"), Ok(Ok(())));
        assert_eq!(send(&format!("dm:{BEN}")), Ok(Ok(())));
        assert_eq!(send("name:thread/1"), Ok(Ok(())));
        denied(send("channel:777"), "no such channel");
        denied(send("key:other"), "/setchannels");
        denied(send("dm:999"), "not a member");
        denied(send("panel:board/1"), "not a place");
        denied(send("nonsense"), "no address");
        denied(
            send(&format!("channel:{QUIET_CHANNEL}")),
            "I lack Send Messages",
        );
        // Nobody knows yet whether they are a member; it is asked when the message is sent.
        assert_eq!(send("dm:555"), Ok(Ok(())));
    })
    .await;
}

#[tokio::test]
async fn a_message_is_checked_and_its_problem_named() {
    let host = Host::start().await;
    let call = host.command(GUILD, ANN, "hello");
    acting(&host, call, async |state| {
        denied(
            state.send_message("key:log", r#"{"tts": true}"#, "", "", ""),
            "tts:",
        );
        denied(
            state.send_message("key:log", "[]", "", "", ""),
            "no JSON object",
        );
        denied(
            state.send_message("key:log", TEXT, "a b", "", ""),
            "is no name",
        );
        denied(
            state.send_message("key:log", TEXT, "", "", r#"{"reson": "x"}"#),
            "reson",
        );
        let file = r#"{"files": [{"name": "a.png", "received": "1"}]}"#;
        denied(
            state.send_message("key:log", TEXT, "", "", file),
            "no such attachment",
        );
        let huge = format!(r#"{{"content": "{}"}}"#, "x".repeat(2 << 20));
        denied(state.send_message("key:log", &huge, "", "", ""), "1024 KiB");
    })
    .await;
}

#[tokio::test]
async fn roles_are_given_within_grants_and_targeting_rules() {
    let host = Host::start().await;
    let call = host.command(GUILD, ANN, "hello");
    acting(&host, call, async |state| {
        assert_eq!(state.role_add(BEN, "key:suspended", "", ""), Ok(Ok(())));
        assert_eq!(state.role_add(ANN, "key:suspended", "", ""), Ok(Ok(())));
        assert_eq!(state.role_remove(BEN, "name:helper/1", "", ""), Ok(Ok(())));
        assert_eq!(
            state.role_add(BEN, &format!("role:{SUSPENDED}"), "", ""),
            Ok(Ok(()))
        );
        denied(state.role_add(BEN, "key:team", "", ""), "`grants`");
        denied(state.role_add(BEN, "key:moderator", "", ""), "`grants`");
        denied(state.role_add(BEN, "role:30", "", ""), "not granted");
        denied(
            state.role_add(MOD, "key:suspended", "", ""),
            "ranks below yours",
        );
        denied(state.role_add(OWNER, "key:suspended", "", ""), "owner");
        denied(state.role_add(BOT, "key:suspended", "", ""), "Bots");
        denied(state.role_add(999, "key:suspended", "", ""), "not a member");
    })
    .await;
    // Nobody acts: within the grants, but also on those of higher rank.
    acting_background(&host, async |state| {
        assert_eq!(state.role_add(MOD, "key:suspended", "", ""), Ok(Ok(())));
        denied(state.role_add(MOD, "key:team", "", ""), "`grants`");
    })
    .await;
}

/// As a timer would; nothing is committed.
async fn acting_background(host: &Host, act: impl AsyncFnOnce(&mut CallState)) {
    let mut known = Known::default();
    for raw in [OWNER, BOT, ANN, BEN, MOD] {
        known.put_member(user(raw), Ok(Some(member(raw))));
    }
    let outcome = host
        .runtime
        .call_native(&manifest(), &timer().into(), known, async |state| {
            act(state).await;
            Ok(Err(Failure::Member("seen".into())))
        })
        .await;
    assert_eq!(outcome, Ok(CallOutcome::Refused("seen".into())));
}

#[tokio::test]
async fn members_are_acted_on_by_the_rules() {
    let host = Host::start().await;
    let call = host.command(GUILD, ANN, "hello");
    acting(&host, call, async |state| {
        assert_eq!(state.kick(BEN, "", ""), Ok(Ok(())));
        assert_eq!(state.may_act_on(BEN), Ok(Ok(())));
        denied(state.kick(ANN, "", ""), "yourself");
        denied(state.kick(MOD, "", ""), "ranks below yours");
        denied(state.kick(OWNER, "", ""), "owner");
        denied(state.ban(BEN, 0, "", ""), "Ban Members");
        denied(state.ban(BEN, 604_801, "", ""), "7 days");
        assert_eq!(state.nickname(ANN, Some("Ann"), "", ""), Ok(Ok(())));
        denied(state.nickname(BEN, Some(""), "", ""), "1 to 32");
        denied(
            state.timeout(BEN, Some(Timestamp::from_ms(5)), "", ""),
            "future",
        );
        assert_eq!(state.kick(556, "", ""), Err(Lookup::Member(user(556))));
    })
    .await;
    acting_background(&host, async |state| {
        assert_eq!(state.kick(BEN, "", ""), Ok(Ok(())));
        denied(state.kick(OWNER, "", ""), "owner");
        denied(state.nickname(BEN, None, "", ""), "MANAGE_NICKNAMES");
        // The bot stands below.
        denied(state.kick(MOD, "", ""), "not above");
    })
    .await;
}

#[tokio::test]
async fn members_that_a_command_names_need_no_look_up() {
    let host = Host::start().await;
    let mut call = host.command(GUILD, ANN, "hello");
    let Input::Command { data, .. } = &mut call.input else {
        unreachable!("a command")
    };
    data["resolved"] = serde_json::json!({
        "users": { "77": { "username": "cid", "bot": false } },
        "members": { "77": { "nick": "Cid", "roles": [SUSPENDED.to_string()], "permissions": "0" } },
        "attachments": { "5": { "filename": "a.png", "url": "https://cdn.discordapp.com/a.png" } },
    });
    acting(&host, call, async |state| {
        let cid = state
            .member(77)
            .expect("at hand")
            .expect("known")
            .expect("a member");
        assert!(cid.contains(r#""display_name":"Cid""#), "{cid}");
        assert_eq!(state.kick(77, "", ""), Ok(Ok(())));
        let file = r#"{"files": [{"name": "a.png", "received": "5"}]}"#;
        assert_eq!(
            state.send_message("key:log", TEXT, "", "", file),
            Ok(Ok(()))
        );
        assert!(state.attachments().contains("a.png"));
    })
    .await;
    assert_eq!(role(SUSPENDED).get(), SUSPENDED);
}

#[tokio::test]
async fn answers_fit_the_interaction() {
    let host = Host::start().await;
    let command = host.command(GUILD, ANN, "hello");
    acting(&host, command, async |state| {
        assert_eq!(state.reply_private(TEXT, ""), Ok(()));
        for refused in [
            state.reply_public(TEXT, ""),
            state.reply_update(TEXT, ""),
            state.reply_choices("[]"),
            state.reply_modal("{}", ""),
        ] {
            assert!(
                matches!(refused, Err(ReplyError::NotPossible(_))),
                "{refused:?}"
            );
        }
        assert!(matches!(
            state.reply_private("{}", ""),
            Err(ReplyError::Invalid(_))
        ));
        assert!(
            state
                .open_panel("board/1", "answer", r#"{"public": true}"#)
                .expect("no look-up")
                .is_err()
        );
        assert_eq!(state.open_panel("board/1", "answer", ""), Ok(Ok(())));
    })
    .await;
    let form = host.command(GUILD, ANN, "form");
    acting(&host, form, async |state| {
        let modal = r#"{"title": "T", "custom_id": "hello/1", "components": [{"type": 1,
            "components": [{"type": 4, "custom_id": "a", "label": "A"}]}]}"#;
        assert_eq!(state.reply_modal(modal, ""), Ok(()));
    })
    .await;
    let press = host.press(BEN, "hello/1");
    acting(&host, press, async |state| {
        assert_eq!(state.reply_update(TEXT, ""), Ok(()));
        assert_eq!(state.reply_public(TEXT, ""), Ok(()));
        assert_eq!(
            (state.pressed_panel(), state.panel_opened_by()),
            (Some("board/1"), Some(ANN))
        );
    })
    .await;
    acting_background(&host, async |state| {
        assert!(matches!(
            state.reply_private(TEXT, ""),
            Err(ReplyError::NotPossible(_))
        ));
    })
    .await;
}

#[tokio::test]
async fn budgets_are_named_when_they_are_used_up() {
    let limits = Limits {
        instances: 1,
        statements: 3,
        effects: 2,
        ..Limits::default()
    };
    let host = Host::with(limits).await;
    let call = host.command(GUILD, ANN, "hello");
    acting(&host, call, async |state| {
        for _ in 0..3 {
            state.sql_next_id("series").await.expect("a number");
        }
        let error = state.sql_next_id("series").await.expect_err("the budget");
        assert!(matches!(error, StatementError::Limit(ref text) if text.contains("3 statements")));
        assert_eq!(state.log_line("key:log", "x", ""), Ok(Ok(())));
        assert_eq!(
            state.log_line("key:unmapped", "x", ""),
            Ok(Ok(())),
            "logs are optional"
        );
        assert_eq!(state.refresh_panel("board/1"), Ok(()));
        assert_eq!(
            state.refresh_panel("board/1"),
            Ok(()),
            "the same again costs nothing"
        );
        assert!(
            state
                .emit("zoo.fed", "{}")
                .expect_err("the budget")
                .to_string()
                .contains("2 things")
        );
        denied(state.log_line("key:log", "x", ""), "2 things");
    })
    .await;
}

#[tokio::test]
async fn events_and_settings_are_those_of_the_manifest() {
    let host = Host::start().await;
    let call = host.command(GUILD, ANN, "hello");
    acting(&host, call, async |state| {
        assert_eq!(state.emit("zoo.fed", r#"{"by": "Ann"}"#), Ok(()));
        assert!(matches!(
            state.emit("zoo.lost", "{}"),
            Err(EventError::NotDeclared(_))
        ));
        assert!(matches!(
            state.emit("zoo.fed", "[]"),
            Err(EventError::Invalid(_))
        ));
        assert_eq!(state.setting("seats").as_deref(), Some("30"));
        assert_eq!(state.setting("other"), None);
        assert_eq!(state.audit("zoo.feed", "animal:1", ""), Ok(()));
        assert!(state.set_timer("a b", Timestamp::from_ms(0), "").is_err());
        assert!(state.ranks_at_least("organizer") && !state.ranks_at_least("officer"));
        assert_eq!((state.locale(), state.user_id()), ("en-GB", Some(ANN)));
    })
    .await;
}
