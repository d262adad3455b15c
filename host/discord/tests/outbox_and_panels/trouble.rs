//! What stands in the way: tried again, or told to those who can do something about it.

use std::time::Duration;

use muster_core::Address;
use muster_core::answer::Answer;
use muster_core::effect::{Action, AuditEntry, Effect};
use muster_core::ids::{RoleId, UserId};
use muster_playground::{LimitScope, RestFault};
use muster_store::MappingChange;
use serde_json::json;

use crate::stage::{POST, Stage, effect, line, say};

/// Does it for a member and returns why it was not done.
async fn tries(stage: &mut Stage, actor: Option<UserId>, action: Action) -> Option<String> {
    stage
        .commit(|record| {
            record.effects = vec![Effect {
                tag: "it".into(),
                actor,
                ..effect(action)
            }];
            record.answer = Some(Answer::After {
                tags: vec!["it".into()],
                within_ms: 3_600_000,
                private: true,
            });
        })
        .await;
    stage.outcome().await.results[0].problem.clone()
}

async fn map_roles(stage: &Stage) {
    let audit = AuditEntry {
        action: "guild.roles.set".into(),
        subject: "roles".into(),
        actor: None,
        meta: json!({}),
    };
    let changes: Vec<_> = [
        ("officer", "Officer"),
        ("organizer", "Organizer"),
        ("muted", "Muted"),
    ]
    .into_iter()
    .map(|(key, name)| {
        let role = stage.guild.role(name).expect("the guild has it").id.0;
        MappingChange::Role(key.into(), RoleId::new(role))
    })
    .collect();
    let store = &stage.process.store;
    store
        .change_mappings(stage.guild_id(), &changes, &audit)
        .await
        .expect("the database works");
}

#[tokio::test]
async fn a_target_that_has_to_wait_holds_up_no_other() {
    let mut stage = Stage::new().await;
    let (board, other) = (stage.channel("board"), stage.channel("other"));
    let limit = RestFault::RateLimited {
        scope: LimitScope::User,
        retry_after_s: 300.0,
    };
    stage.playground.faults().rest(POST, limit, 1);
    stage
        .does([say(Address::Channel(board), "slow", None)])
        .await;
    stage.asks(|entry| entry.status == 429).await;
    stage
        .does([say(Address::Channel(other), "fast", None)])
        .await;
    stage.sees(other, "fast").await;
    assert!(stage.texts(board).is_empty());
}

#[tokio::test]
async fn what_discord_could_not_take_is_tried_again_and_posted_once() {
    let mut stage = Stage::new().await;
    let board = stage.channel("board");
    stage
        .playground
        .faults()
        .rest(POST, RestFault::ResetAfter, 1);
    stage
        .does([say(Address::Channel(board), "once", None)])
        .await;
    let stage = &stage;
    stage
        .until("it is tried again", async || {
            stage.pass(Duration::from_millis(200));
            stage.requests(POST).len() >= 2
        })
        .await;
    stage.until_through().await;
    assert_eq!(stage.texts(board), ["once"]);
}

#[tokio::test]
async fn the_owner_is_told_once_what_they_have_to_mend() {
    let mut stage = Stage::new().await;
    let board = stage.channel("board");
    let closed = vec![muster_playground::Overwrite {
        target: muster_playground::OverwriteTarget::Role(muster_playground::RoleId(
            stage.guild.id().0,
        )),
        allow: muster_playground::Permissions::default(),
        deny: muster_playground::Permissions::SEND_MESSAGES,
    }];
    stage
        .guild
        .set_overwrites(muster_playground::ChannelId(board.get()), closed);
    for text in ["a", "b", "c"] {
        stage.does([say(Address::Channel(board), text, None)]).await;
    }
    stage.until_through().await;
    assert_eq!(stage.requests(POST).len(), 1, "nobody knocks again at once");
    let told = stage.notice().await;
    assert!(
        told.contains("Send Messages") && told.contains("<#"),
        "{told}"
    );
    assert!(stage.process.notices.try_recv().is_err(), "once");
}

#[tokio::test]
async fn a_key_that_stands_for_nothing_drops_lines_and_fails_messages() {
    let mut stage = Stage::new().await;
    let key = || Address::Key("log".into());
    assert_eq!(tries(&mut stage, None, line(key(), "x")).await, None);
    let problem = tries(&mut stage, None, say(key(), "x", None))
        .await
        .expect("a reason");
    assert!(problem.contains("/setchannels"), "{problem}");
}

#[tokio::test]
async fn closed_direct_messages_are_said_to_be_closed() {
    let mut stage = Stage::new().await;
    stage.guild.member("Ben").closes_dms(true);
    let ben = Address::Dm(stage.user("Ben"));
    let problem = tries(&mut stage, None, say(ben, "hello", None))
        .await
        .expect("a reason");
    assert!(problem.contains("direct messages"), "{problem}");
    assert!(
        stage.process.notices.try_recv().is_err(),
        "the owner cannot mend that"
    );
}

#[tokio::test]
async fn nobody_writes_to_somebody_who_is_no_member() {
    let mut stage = Stage::new().await;
    let ben = Address::Dm(stage.user("Ben"));
    stage.guild.member("Ben").leaves();
    let problem = tries(&mut stage, None, say(ben, "hello", None))
        .await
        .expect("a reason");
    assert!(problem.contains("not a member"), "{problem}");
}

#[tokio::test]
async fn the_targeting_rules_hold_when_it_is_carried_out() {
    let mut stage = Stage::new().await;
    map_roles(&stage).await;
    let (ann, ben, dan) = (stage.user("Ann"), stage.user("Ben"), stage.user("Dan"));
    let problem = tries(&mut stage, Some(ann), Action::Kick { user: dan })
        .await
        .expect("refused");
    assert!(problem.contains("ranks below yours"), "{problem}");
    assert_eq!(
        tries(&mut stage, Some(ann), Action::Kick { user: ben }).await,
        None
    );
    assert!(
        stage
            .guild
            .member_state(muster_playground::UserId(ben.get()))
            .is_none()
    );
}

#[tokio::test]
async fn the_owner_of_the_server_is_out_of_reach_for_timers_too() {
    let mut stage = Stage::new().await;
    let owner = UserId::new(stage.guild.owner().id().0).expect("not 0");
    let rename = Action::Nickname {
        user: owner,
        nickname: Some("x".into()),
    };
    let problem = tries(&mut stage, None, rename).await.expect("refused");
    assert!(problem.contains("owner of the server"), "{problem}");
}

#[tokio::test]
async fn a_role_above_the_bot_is_not_given() {
    let mut stage = Stage::new().await;
    map_roles(&stage).await;
    let bot_role = stage.guild.bot_role().expect("it has one").id;
    let muted = stage.guild.role("Muted").expect("the guild has it").id;
    stage.guild.change_role(muted, |role| role.position = 99);
    assert_ne!(bot_role, muted);
    let give = Action::MemberRole {
        user: stage.user("Ben"),
        role: muster_core::effect::RoleRef::Key("muted".into()),
        give: true,
    };
    let problem = tries(&mut stage, None, give).await.expect("refused");
    assert!(problem.contains("role"), "{problem}");
    let told = stage.notice().await;
    assert!(
        told.contains("Muted") || told.contains("Manage Roles"),
        "{told}"
    );
}

#[tokio::test]
async fn a_nickname_is_set_with_a_reason_that_names_who_asked() {
    let mut stage = Stage::new().await;
    map_roles(&stage).await;
    let (ann, ben) = (stage.user("Ann"), stage.user("Ben"));
    let rename = Action::Nickname {
        user: ben,
        nickname: Some("Benny".into()),
    };
    assert_eq!(tries(&mut stage, Some(ann), rename).await, None);
    let state = stage
        .guild
        .member_state(muster_playground::UserId(ben.get()))
        .expect("a member");
    assert_eq!(state.nick.as_deref(), Some("Benny"));
    let audit = stage.playground.audit_log();
    let reason = audit
        .last()
        .and_then(|entry| entry.reason.clone())
        .expect("a reason");
    assert!(
        reason.contains("notes") && reason.contains(&ann.to_string()),
        "{reason}"
    );
}

#[tokio::test]
async fn a_timeout_whose_time_is_over_is_left_out() {
    let mut stage = Stage::new().await;
    let until = Some(stage.now());
    let silence = Action::Timeout {
        user: stage.user("Ben"),
        until,
    };
    assert_eq!(tries(&mut stage, None, silence).await, None);
    assert!(
        stage
            .requests("PATCH /guilds/{guild.id}/members/{user.id}")
            .is_empty()
    );
}
