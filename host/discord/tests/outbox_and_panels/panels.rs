//! Panels in channels: a handful of edits, always the last state, back after whatever happens.

use std::time::Duration;

use muster_core::Address;
use muster_core::effect::{PanelChange, PanelPlace, WhenDeleted};
use muster_core::ids::ChannelId;
use muster_playground::{Overwrite, OverwriteTarget, Permissions, RestFault};

use crate::stage::{EDIT, Stage, open};

/// A little more than the time between two edits in a channel.
const PACE: Duration = Duration::from_millis(1250);

#[tokio::test]
async fn two_hundred_refreshes_cause_a_handful_of_edits() {
    let mut stage = Stage::new().await;
    stage.views.show("run/1", "0");
    stage.open("run/1", "board").await;
    let drawn_before = stage.views.drawn();
    for seats in 1..=200 {
        stage.views.show("run/1", &seats.to_string());
        stage.refresh("run/1").await;
    }
    stage.pass(PACE);
    stage.sees(stage.channel("board"), "200").await;
    let edits = stage.requests(EDIT).len();
    assert!((1..=8).contains(&edits), "{edits} edits");
    let drawn = stage.views.drawn() - drawn_before;
    assert!(drawn <= 9, "drawn {drawn} times");
}

#[tokio::test]
async fn the_last_state_always_arrives() {
    let mut stage = Stage::new().await;
    stage.views.show("run/1", "empty");
    stage.open("run/1", "board").await;
    // The first edit is on its way for long; the state changes behind its back.
    let on_its_way = RestFault::Latency(Duration::from_secs(5));
    stage.playground.faults().rest(EDIT, on_its_way, 1);
    stage.views.show("run/1", "one seat");
    stage.refresh("run/1").await;
    stage
        .until("the first edit is drawn", async || stage.views.drawn() == 2)
        .await;
    stage.until_struck().await;
    stage.views.show("run/1", "two seats");
    stage.refresh("run/1").await;
    stage.pass(Duration::from_secs(5));
    stage.sees(stage.channel("board"), "one seat").await;
    stage.until_edited(1).await;
    stage.pass(PACE);
    stage.sees(stage.channel("board"), "two seats").await;
}

#[tokio::test]
async fn a_panel_that_did_not_change_is_not_edited_after_a_restart() {
    let mut stage = Stage::new().await;
    stage.views.show("run/1", "the same");
    stage.views.show("run/2", "before");
    stage.open("run/1", "board").await;
    stage.open("run/2", "board").await;
    stage.views.show("run/2", "after");
    stage.restart().await;
    stage.sees(stage.channel("board"), "after").await;
    let keeper = stage.process.keeper.clone();
    stage
        .until("both were looked at", async || keeper.stats().skipped == 1)
        .await;
    assert_eq!(stage.requests(EDIT).len(), 1);
    assert_eq!(keeper.stats().posts, 0);
}

#[tokio::test]
async fn edits_in_one_channel_keep_their_pace_and_other_channels_do_not_wait() {
    let mut stage = Stage::new().await;
    for (panel, channel) in [("run/1", "board"), ("run/2", "board"), ("run/3", "other")] {
        stage.views.show(panel, "before");
        stage.open(panel, channel).await;
    }
    for panel in ["run/1", "run/2", "run/3"] {
        stage.views.show(panel, &format!("{panel} now"));
    }
    stage.refresh("run/*").await;
    stage.sees(stage.channel("board"), "run/1 now").await;
    stage.sees(stage.channel("other"), "run/3 now").await;
    assert_eq!(
        stage.requests(EDIT).len(),
        2,
        "the second in one channel waits"
    );
    stage.pass(PACE);
    stage.sees(stage.channel("board"), "run/2 now").await;
    let board = stage.channel("board").to_string();
    let mut edits = stage.requests(EDIT);
    edits.retain(|edit| edit.path.contains(&board));
    assert!(edits[1].at_ms - edits[0].at_ms >= 1200, "{edits:?}");
}

#[tokio::test]
async fn messages_older_than_an_hour_are_edited_more_slowly() {
    let mut stage = Stage::new().await;
    for panel in ["run/1", "run/2"] {
        stage.views.show(panel, "before");
        stage.open(panel, "board").await;
    }
    stage.pass(Duration::from_secs(3601));
    stage.views.show("run/1", "one");
    stage.views.show("run/2", "two");
    stage.refresh("run/*").await;
    stage.until_edited(1).await;
    stage.pass(Duration::from_secs(8));
    stage.sees(stage.channel("board"), "two").await;
    let edits = stage.requests(EDIT);
    assert!(edits[1].at_ms - edits[0].at_ms >= 7000, "{edits:?}");
}

#[tokio::test]
async fn a_deleted_panel_comes_back() {
    let mut stage = Stage::new().await;
    stage.views.show("run/1", "first");
    let message = stage.open("run/1", "board").await;
    let (guild, board) = (stage.guild_id(), stage.channel("board"));
    stage
        .playground
        .message(muster_playground::MessageId(message.get()))
        .expect("there")
        .delete();
    stage.process.keeper.message_deleted(guild, board, message);
    let again = stage.sees(board, "first").await;
    assert_ne!(again.id.0, message.get());
    let keeper = &stage.process.keeper;
    assert!(keeper.pressed(guild, message).is_none());
    let again = muster_core::MessageId::new(again.id.0).expect("not 0");
    let is_it = || {
        keeper
            .pressed(guild, again)
            .is_some_and(|panel| panel.name == "run/1")
    };
    stage
        .until("a press on it is one on the panel", async || is_it())
        .await;
}

#[tokio::test]
async fn a_panel_that_was_deleted_unseen_comes_back_at_its_next_edit() {
    let mut stage = Stage::new().await;
    stage.views.show("run/1", "first");
    let message = stage.open("run/1", "board").await;
    stage
        .playground
        .message(muster_playground::MessageId(message.get()))
        .expect("there")
        .delete();
    stage.views.show("run/1", "second");
    stage.refresh("run/1").await;
    stage.sees(stage.channel("board"), "second").await;
}

#[tokio::test]
async fn a_plugin_that_asked_for_it_is_told_that_its_panel_is_lost() {
    let mut stage = Stage::new().await;
    stage.views.show("run/1", "first");
    let message = stage.open_with("run/1", "board", WhenDeleted::Report).await;
    let (guild, board) = (stage.guild_id(), stage.channel("board"));
    stage
        .playground
        .message(muster_playground::MessageId(message.get()))
        .expect("there")
        .delete();
    stage.process.keeper.message_deleted(guild, board, message);
    let store = stage.process.store.clone();
    let now = stage.now().plus(Duration::from_secs(3600));
    stage
        .until("the event is queued", async || {
            !store
                .due_events(now, 10)
                .await
                .expect("the database works")
                .is_empty()
        })
        .await;
    let events = store.due_events(now, 10).await.expect("the database works");
    assert_eq!(events[0].topic, "panel.lost");
    assert_eq!(events[0].body, serde_json::json!({ "panel": "run/1" }));
    assert!(stage.texts(board).is_empty(), "it is not posted again");
}

#[tokio::test]
async fn a_closed_panel_shows_its_last_view_and_is_then_left_alone() {
    let mut stage = Stage::new().await;
    stage.views.show("run/1", "open");
    let message = stage.open("run/1", "board").await;
    stage.views.show("run/1", "ended");
    stage
        .changes([PanelChange::Close {
            name: "run/1".into(),
        }])
        .await;
    stage.sees(stage.channel("board"), "ended").await;
    let (store, guild, plugin) = (
        stage.process.store.clone(),
        stage.guild_id(),
        stage.plugin.clone(),
    );
    stage
        .until("it is forgotten", async || {
            store
                .panel(guild, &plugin, "run/1")
                .await
                .expect("the database works")
                .is_none()
        })
        .await;
    assert!(stage.process.keeper.pressed(guild, message).is_none());
}

#[tokio::test]
async fn a_panel_of_which_the_plugin_knows_nothing_loses_its_buttons() {
    let mut stage = Stage::new().await;
    stage.views.show("run/1", "open");
    stage.open("run/1", "board").await;
    stage.views.remove("run/1");
    stage.refresh("run/1").await;
    let board = stage.channel("board");
    let stage = &stage;
    stage
        .until("the buttons are gone", async || {
            stage.messages(board)[0].buttons().is_empty()
        })
        .await;
    assert_eq!(stage.texts(board), ["open"], "what it said stays");
}

#[tokio::test]
async fn a_renamed_panel_keeps_its_message_and_shows_the_other_view() {
    let mut stage = Stage::new().await;
    stage.views.show("headcount/1", "who comes?");
    let message = stage.open("headcount/1", "board").await;
    stage.views.show("run/1", "they come");
    let rename = PanelChange::Rename {
        from: "headcount/1".into(),
        to: "run/1".into(),
    };
    stage.changes([rename]).await;
    let shown = stage.sees(stage.channel("board"), "they come").await;
    assert_eq!(shown.id.0, message.get());
    let pressed = stage
        .process
        .keeper
        .pressed(stage.guild_id(), message)
        .expect("known");
    assert_eq!(pressed.name, "run/1");
}

#[tokio::test]
async fn a_reposted_panel_stands_at_the_end_of_its_channel() {
    let mut stage = Stage::new().await;
    stage.views.show("run/1", "run");
    stage.open("run/1", "board").await;
    stage.views.show("run/2", "another");
    stage.open("run/2", "board").await;
    stage
        .changes([PanelChange::Repost {
            name: "run/1".into(),
        }])
        .await;
    let board = stage.channel("board");
    let stage = &stage;
    stage
        .until("it stands at the end, once", async || {
            stage.texts(board) == ["another", "run"]
        })
        .await;
}

#[tokio::test]
async fn a_view_that_cannot_be_drawn_holds_up_no_other() {
    let mut stage = Stage::new().await;
    for panel in ["run/1", "run/2"] {
        stage.views.show(panel, "before");
        stage.open(panel, "board").await;
    }
    stage.views.break_view("run/1");
    stage.views.show("run/2", "after");
    stage.refresh("run/*").await;
    stage.sees(stage.channel("board"), "after").await;
    stage.views.show("run/1", "mended");
    stage.pass(Duration::from_secs(3));
    stage.sees(stage.channel("board"), "mended").await;
}

#[tokio::test]
async fn a_panel_that_may_not_be_shown_is_told_to_the_owner_once_and_comes_when_it_may() {
    let mut stage = Stage::new().await;
    let board = stage.channel("board");
    let closed = vec![Overwrite {
        target: OverwriteTarget::Role(muster_playground::RoleId(stage.guild.id().0)),
        allow: Permissions::default(),
        deny: Permissions::SEND_MESSAGES,
    }];
    let board_here = muster_playground::ChannelId(board.get());
    stage.guild.set_overwrites(board_here, closed);
    stage.views.show("run/1", "run");
    let place = PanelPlace::At(Address::Channel(board));
    stage
        .changes([open("run/1", place, WhenDeleted::Repost)])
        .await;
    let told = stage.notice().await;
    assert!(told.contains("Send Messages"), "{told}");
    let until = stage.now().plus(Duration::from_secs(60));
    let keeper = stage.process.keeper.clone();
    let posted = keeper
        .posted(stage.guild_id(), &stage.plugin, "run/1", until)
        .await;
    assert!(!posted.ok);
    stage.guild.set_overwrites(board_here, Vec::new());
    stage.pass(Duration::from_secs(301));
    stage.sees(board, "run").await;
    assert!(stage.process.notices.try_recv().is_err(), "told once");
}

#[tokio::test]
async fn panels_of_a_plugin_that_is_off_say_so_and_have_no_buttons() {
    let mut stage = Stage::new().await;
    stage.views.show("run/1", "run");
    stage.open("run/1", "board").await;
    stage.restart_without_plugin().await;
    let shown = stage
        .sees(stage.channel("board"), "This feature is switched off.")
        .await;
    assert!(shown.buttons().is_empty());
}

#[tokio::test]
async fn a_panel_goes_into_a_thread_that_is_still_to_be_made() {
    let mut stage = Stage::new().await;
    stage.views.show("run/1", "run");
    let board = stage.channel("board");
    let place = PanelPlace::At(Address::Name("thread/1".into()));
    stage
        .changes([open("run/1", place, WhenDeleted::Repost)])
        .await;
    stage
        .does([muster_core::effect::Action::ThreadCreate {
            on: Address::Channel(board),
            title: "Run 1".into(),
            archive_minutes: 60,
            name: "thread/1".into(),
        }])
        .await;
    let until = stage.now().plus(Duration::from_secs(60));
    let keeper = stage.process.keeper.clone();
    let posted = keeper
        .posted(stage.guild_id(), &stage.plugin, "run/1", until)
        .await;
    let thread = stage.guild.threads().first().map(|thread| thread.id.0);
    assert_eq!(posted.channel.map(ChannelId::get), thread);
}
