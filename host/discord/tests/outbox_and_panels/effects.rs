//! Effects: in order, once, together where that says the same.

use std::time::Duration;

use muster_core::Address;
use muster_core::effect::{Action, File, FileContent, RoleRef};
use muster_core::guild_config::GuildConfig;
use muster_playground::RestFault;
use muster_store::MappingChange;
use serde_json::json;

use crate::stage::{POST, Stage, line, say};

fn thread_on(message: &str, name: &str) -> Action {
    Action::ThreadCreate {
        on: Address::Name(message.into()),
        title: "Run 1".into(),
        archive_minutes: 1440,
        name: name.into(),
    }
}

#[tokio::test]
async fn a_line_waits_for_the_thread_that_it_goes_to() {
    let mut stage = Stage::new().await;
    let log = Address::Channel(stage.channel("log"));
    stage
        .does([
            say(log, "Run 1", Some("log/1")),
            thread_on("log/1", "thread/1"),
            line(Address::Name("thread/1".into()), "Ann joined"),
        ])
        .await;
    stage.until_through().await;
    let thread = stage.guild.threads().first().expect("it was made").id;
    let lines = stage.guild.messages(thread);
    assert!(
        lines.iter().any(|message| message.content == "Ann joined"),
        "{lines:?}"
    );
}

#[tokio::test]
async fn a_line_of_a_later_call_waits_for_the_thread_too() {
    let mut stage = Stage::new().await;
    let slow = RestFault::Latency(Duration::from_secs(5));
    stage.playground.faults().rest(POST, slow, 1);
    let log = Address::Channel(stage.channel("log"));
    stage
        .does([
            say(log, "Run 1", Some("log/1")),
            thread_on("log/1", "thread/1"),
        ])
        .await;
    stage
        .does([line(Address::Name("thread/1".into()), "Ann joined")])
        .await;
    stage.until_struck().await;
    stage.pass(Duration::from_secs(5));
    stage.until_through().await;
    let thread = stage.guild.threads().first().expect("it was made").id;
    assert!(
        stage
            .guild
            .messages(thread)
            .iter()
            .any(|message| message.content == "Ann joined")
    );
}

#[tokio::test]
async fn lines_for_one_thread_leave_together() {
    let mut stage = Stage::new().await;
    let log = stage.channel("log");
    let slow = RestFault::Latency(Duration::from_secs(5));
    stage.playground.faults().rest(POST, slow, 1);
    stage.does([line(Address::Channel(log), "first")]).await;
    // While the first is on its way, the others gather.
    for number in 0..30 {
        stage
            .does([line(Address::Channel(log), &format!("line {number}"))])
            .await;
    }
    stage.until_struck().await;
    stage.pass(Duration::from_secs(5));
    stage.until_through().await;
    let texts = stage.texts(log);
    assert!((2..=3).contains(&texts.len()), "{texts:?}");
    let lines: Vec<&str> = texts.iter().flat_map(|text| text.lines()).collect();
    assert_eq!(lines.len(), 31);
    assert_eq!(
        (lines[1], lines[30]),
        ("line 0", "line 29"),
        "in their order"
    );
}

#[tokio::test]
async fn lines_of_one_call_leave_as_one_message_that_pings_nobody() {
    let mut stage = Stage::new().await;
    let log = stage.channel("log");
    let to = || Address::Channel(log);
    stage
        .does([line(to(), "@everyone a"), line(to(), "b")])
        .await;
    let message = stage.sees(log, "@everyone a\nb").await;
    assert!(!message.mention_everyone);
}

#[tokio::test]
async fn a_killed_send_posts_once() {
    let mut stage = Stage::new().await;
    let board = stage.channel("board");
    // Discord has the message, and the process dies before it hears of it.
    stage
        .playground
        .faults()
        .rest(POST, RestFault::ResetAfter, 1);
    stage
        .does([say(Address::Channel(board), "once", Some("log/1"))])
        .await;
    stage.sees(board, "once").await;
    stage.kill().await;
    stage.until_through().await;
    assert_eq!(stage.texts(board), ["once"]);
    assert_eq!(
        stage.requests(POST).len(),
        2,
        "it was sent again, and Discord knew it"
    );
    let named = stage
        .process
        .store
        .named(stage.guild_id(), &stage.plugin, "log/1")
        .await;
    let named = named.expect("the database works").expect("it has its name");
    assert_eq!(
        named.message.map(|id| id.get()),
        Some(stage.messages(board)[0].id.0)
    );
}

#[tokio::test]
async fn what_is_through_is_not_done_again_after_a_restart() {
    let mut stage = Stage::new().await;
    let board = stage.channel("board");
    stage
        .does([
            say(Address::Channel(board), "a", None),
            say(Address::Channel(board), "b", None),
        ])
        .await;
    stage.until_through().await;
    stage.restart().await;
    stage.does([say(Address::Channel(board), "c", None)]).await;
    stage.until_through().await;
    assert_eq!(stage.texts(board), ["a", "b", "c"]);
}

#[tokio::test]
async fn messages_of_one_channel_keep_their_order() {
    let mut stage = Stage::with(muster_playground::Config {
        rate_limits: muster_playground::RateLimits::off(),
        ..muster_playground::Config::default()
    })
    .await;
    let board = stage.channel("board");
    let texts: Vec<String> = (0..20).map(|number| number.to_string()).collect();
    for text in &texts {
        stage.does([say(Address::Channel(board), text, None)]).await;
    }
    stage.until_through().await;
    assert_eq!(stage.texts(board), texts);
}

#[tokio::test]
async fn a_thread_that_is_there_already_is_found() {
    let mut stage = Stage::new().await;
    let board = stage.channel("board");
    stage
        .does([say(Address::Channel(board), "Run 1", Some("log/1"))])
        .await;
    stage.until_through().await;
    let message = stage.messages(board)[0].id.0;
    let id = muster_core::MessageId::new(message).expect("not 0");
    let made = stage.rest.start_thread_on(
        board,
        id,
        "Before",
        60,
        None,
        muster_discord::Priority::Message,
    );
    made.await.expect("made");
    stage
        .does([
            thread_on("log/1", "thread/1"),
            line(Address::Name("thread/1".into()), "Ann joined"),
        ])
        .await;
    stage.until_through().await;
    let threads = stage.guild.threads();
    assert_eq!(threads.len(), 1);
    assert!(
        stage
            .guild
            .messages(threads[0].id)
            .iter()
            .any(|message| message.content == "Ann joined")
    );
}

#[tokio::test]
async fn a_board_under_the_same_name_replaces_the_old_one() {
    let mut stage = Stage::new().await;
    let board = stage.channel("board");
    stage
        .does([say(Address::Channel(board), "old", Some("board"))])
        .await;
    stage.until_through().await;
    stage
        .does([
            Action::DeleteMessage {
                message: Address::Name("board".into()),
            },
            say(Address::Channel(board), "new", Some("board")),
        ])
        .await;
    stage.until_through().await;
    assert_eq!(stage.texts(board), ["new"]);
    stage
        .does([Action::DeleteMessage {
            message: Address::Name("board".into()),
        }])
        .await;
    stage.until_through().await;
    assert!(stage.texts(board).is_empty(), "the name means the new one");
}

async fn map_muted(stage: &Stage) -> muster_core::ids::RoleId {
    let muted = stage.guild.role("Muted").expect("the guild has it").id.0;
    let muted = muster_core::ids::RoleId::new(muted).expect("not 0");
    maps_role(stage, "muted", muted).await;
    muted
}

async fn maps_role(stage: &Stage, key: &str, role: muster_core::ids::RoleId) {
    let audit = muster_core::effect::AuditEntry {
        action: "guild.roles.set".into(),
        subject: key.into(),
        actor: None,
        meta: json!({}),
    };
    let change = MappingChange::Role(key.into(), Some(role));
    let store = &stage.process.store;
    store
        .change_mappings(stage.guild_id(), &[change], &audit)
        .await
        .expect("the database works");
    let config: std::sync::Arc<GuildConfig> = store
        .guild_config(stage.guild_id())
        .await
        .expect("the database works");
    assert_eq!(config.roles.get(key), Some(&role));
}

#[tokio::test]
async fn of_a_role_given_and_taken_only_the_last_is_done() {
    let mut stage = Stage::new().await;
    map_muted(&stage).await;
    let ben = stage.user("Ben");
    let set = |give| Action::MemberRole {
        user: ben,
        role: RoleRef::Key("muted".into()),
        give,
    };
    stage.does([set(true), set(false), set(true)]).await;
    stage.until_through().await;
    let ben = stage.guild.member("Ben").id();
    assert!(stage.guild.roles_of(ben).contains(&"Muted".to_owned()));
    let changed = stage.requests("* /guilds/{guild.id}/members/{user.id}/roles/{role.id}");
    assert_eq!(changed.len(), 1, "{changed:?}");
}

#[tokio::test]
async fn a_role_is_made_given_and_deleted_by_its_name() {
    let mut stage = Stage::new().await;
    let ben = stage.user("Ben");
    let make = Action::RoleCreate {
        name: "run-role/1".into(),
        title: "Run 1".into(),
        color: 0x00_FF_00,
        mentionable: true,
    };
    let give = Action::MemberRole {
        user: ben,
        role: RoleRef::Name("run-role/1".into()),
        give: true,
    };
    stage.does([make, give]).await;
    stage.until_through().await;
    let ben = stage.guild.member("Ben").id();
    assert_eq!(stage.guild.roles_of(ben), ["Run 1"]);
    stage
        .does([Action::RoleDelete {
            name: "run-role/1".into(),
        }])
        .await;
    stage.until_through().await;
    assert!(stage.guild.role("Run 1").is_none());
}

#[tokio::test]
async fn an_adopted_role_is_given_and_taken_until_it_has_power() {
    let mut stage = Stage::new().await;
    let (ben, role) = (stage.user("Ben"), added_role(&stage));
    let adopt = Action::RoleAdopt {
        name: "ping/1".into(),
        role,
    };
    let change = |give| Action::MemberRole {
        user: ben,
        role: RoleRef::Name("ping/1".into()),
        give,
    };
    let member = stage.guild.member("Ben").id();
    stage.does([adopt, change(true)]).await;
    stage.until_through().await;
    assert_eq!(stage.guild.roles_of(member), ["Ping"]);
    stage.does([change(false)]).await;
    stage.until_through().await;
    assert_eq!(stage.guild.roles_of(member), Vec::<String>::new());

    maps_role(&stage, "organizer", role).await;
    stage.does([change(true)]).await;
    let told = stage.notice().await;
    assert!(told.contains("stands for `organizer`"), "{told}");
    stage.until_through().await;
    assert_eq!(stage.guild.roles_of(member), Vec::<String>::new());
}

#[tokio::test]
async fn an_adopted_role_is_forgotten_but_never_deleted() {
    let mut stage = Stage::new().await;
    let (ben, role) = (stage.user("Ben"), added_role(&stage));
    let name = || "ping/1".to_owned();
    let give = Action::MemberRole {
        user: ben,
        role: RoleRef::Name(name()),
        give: true,
    };
    stage
        .does([
            Action::RoleAdopt { name: name(), role },
            Action::RoleDelete { name: name() },
            Action::RoleForget { name: name() },
        ])
        .await;
    stage.until_through().await;
    assert!(stage.guild.role("Ping").is_some());
    stage.does([give]).await;
    stage.until_through().await;
    let member = stage.guild.member("Ben").id();
    assert_eq!(stage.guild.roles_of(member), Vec::<String>::new());
}

/// A role at the bottom that carries nothing.
fn added_role(stage: &Stage) -> muster_core::ids::RoleId {
    let added = stage
        .guild
        .add_role("Ping", muster_playground::Permissions::default());
    muster_core::ids::RoleId::new(added.0).expect("not 0")
}

#[tokio::test]
async fn a_message_reaches_a_member_directly() {
    let mut stage = Stage::new().await;
    let ben = stage.user("Ben");
    stage.does([say(Address::Dm(ben), "hello", None)]).await;
    let ben = stage.guild.member("Ben");
    ben.waits_for_dm(|message| message.content == "hello")
        .await
        .expect("it comes");
}

#[tokio::test]
async fn files_go_with_a_message_and_what_a_member_sent_is_sent_again() {
    let mut stage = Stage::new().await;
    let board = stage.channel("board");
    let with = |name: &str, content: FileContent| Action::SendMessage {
        to: Address::Channel(board),
        message: json!({ "content": name }),
        name: None,
        files: vec![File {
            name: name.into(),
            content,
        }],
    };
    stage
        .does([with("roster.csv", FileContent::Text("a,b".into()))])
        .await;
    let first = stage.sees(board, "roster.csv").await;
    let (host, file) = (stage.playground.base_url(), first.attachments[0].id);
    let url = format!("{host}/attachments/{}/{file}/roster.csv", first.channel);
    stage
        .does([with("again.csv", FileContent::Received(url))])
        .await;
    let second = stage.sees(board, "again.csv").await;
    assert_eq!(second.attachments[0].data, "a,b".as_bytes());
    stage
        .does([with(
            "odd.csv",
            FileContent::Received("http://169.254.169.254/x".into()),
        )])
        .await;
    stage.until_through().await;
    assert_eq!(
        stage.messages(board).len(),
        2,
        "nothing is fetched from elsewhere"
    );
}

#[tokio::test]
async fn a_thread_that_the_plugin_made_can_be_deleted() {
    let mut stage = Stage::new().await;
    let board = stage.channel("board");
    let make = Action::ThreadCreate {
        on: Address::Channel(board),
        title: "Run 1".into(),
        archive_minutes: 60,
        name: "thread/1".into(),
    };
    let delete = |name: &str| Action::ThreadDelete { name: name.into() };
    stage.does([make]).await;
    stage.until_through().await;
    assert_eq!(stage.guild.threads().len(), 1);
    // A message's name does not stand for the channel that it is in.
    let note = say(Address::Name("thread/1".into()), "hello", Some("note"));
    stage.does([note, delete("note")]).await;
    stage.until_through().await;
    assert_eq!(stage.guild.threads().len(), 1);
    stage.does([delete("thread/1")]).await;
    stage.until_through().await;
    assert!(stage.guild.threads().is_empty());
    stage.does([delete("thread/1")]).await;
    stage.until_through().await;
}

#[tokio::test]
async fn an_archived_thread_can_be_locked() {
    let mut stage = Stage::new().await;
    let thread = || Address::Name("thread/1".into());
    let edit = |archived, locked| Action::ThreadEdit {
        thread: thread(),
        archived,
        locked,
    };
    let make = Action::ThreadCreate {
        on: Address::Channel(stage.channel("board")),
        title: "Run 1".into(),
        archive_minutes: 60,
        name: "thread/1".into(),
    };
    stage
        .does([make, edit(Some(true), None), edit(None, Some(true))])
        .await;
    stage.until_through().await;
    let state = stage.guild.threads()[0].thread.clone().expect("a thread");
    assert!(state.archived && state.locked, "{state:?}");
}
