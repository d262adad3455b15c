//! Answers that wait for effects.

use std::time::Duration;

use muster_core::Address;
use muster_core::answer::Answer;
use muster_core::effect::{Action, Effect, PanelChange, PanelPlace, WhenDeleted};
use muster_playground::RestFault;
use muster_store::Record;

use crate::stage::{POST, Stage, effect, line, say};

fn tagged(tag: &str, action: Action) -> Effect {
    Effect {
        tag: tag.into(),
        ..effect(action)
    }
}

fn after(record: &mut Record, tags: &[&str], within: Duration) {
    record.answer = Some(Answer::After {
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        within_ms: u64::try_from(within.as_millis()).expect("short"),
        private: true,
    });
}

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn an_answer_comes_once_with_the_results_of_its_tags() {
    let mut stage = Stage::new().await;
    let board = stage.channel("board");
    stage
        .commit(|record| {
            record.effects = vec![
                tagged("post", say(Address::Channel(board), "hello", None)),
                effect(line(Address::Channel(board), "a line")),
            ];
            after(record, &["post"], MINUTE);
        })
        .await;
    let ready = stage.outcome().await;
    let message = stage.sees(board, "hello").await;
    assert_eq!(ready.results.len(), 1);
    let result = &ready.results[0];
    assert!(result.ok, "{result:?}");
    assert_eq!(
        (result.tag.as_str(), result.message.map(|id| id.get())),
        ("post", Some(message.id.0))
    );
    stage.sees(board, "a line").await;
    stage.pass(MINUTE * 20);
    stage.until_through().await;
    assert!(stage.process.outcomes.try_recv().is_err(), "once");
}

#[tokio::test]
async fn an_answer_that_waits_too_long_comes_with_what_there_is() {
    let mut stage = Stage::new().await;
    let board = stage.channel("board");
    stage
        .playground
        .faults()
        .rest(POST, RestFault::Latency(MINUTE), 1);
    stage
        .commit(|record| {
            record.effects = vec![tagged("post", say(Address::Channel(board), "hello", None))];
            after(record, &["post"], Duration::from_secs(10));
        })
        .await;
    stage.pass(Duration::from_secs(10));
    let ready = stage.outcome().await;
    let problem = ready.results[0].problem.as_deref().expect("a reason");
    assert!(problem.contains("not done in time"), "{problem}");
}

#[tokio::test]
async fn an_answer_waits_for_a_panel_and_names_its_message() {
    let mut stage = Stage::new().await;
    stage.views.show("run/1", "run");
    let board = stage.channel("board");
    stage
        .commit(|record| {
            record.panels = vec![PanelChange::Open {
                name: "run/1".into(),
                place: PanelPlace::At(Address::Channel(board)),
                when_deleted: WhenDeleted::Repost,
                tag: "panel".into(),
            }];
            after(record, &["panel"], MINUTE);
        })
        .await;
    let ready = stage.outcome().await;
    let message = stage.sees(board, "run").await;
    assert_eq!(
        ready.results[0].message.map(|id| id.get()),
        Some(message.id.0)
    );
}

#[tokio::test]
async fn a_thread_on_a_panel_waits_until_the_panel_is_posted() {
    let mut stage = Stage::new().await;
    stage.views.show("run/1", "run");
    let board = stage.channel("board");
    stage
        .commit(|record| {
            record.panels = vec![crate::stage::open(
                "run/1",
                PanelPlace::At(Address::Channel(board)),
                WhenDeleted::Repost,
            )];
            record.effects = vec![tagged(
                "thread",
                Action::ThreadCreate {
                    on: Address::Panel("run/1".into()),
                    title: "Run 1".into(),
                    archive_minutes: 60,
                    name: "thread/1".into(),
                },
            )];
            after(record, &["thread"], MINUTE);
        })
        .await;
    let ready = stage.outcome().await;
    assert!(ready.results[0].ok, "{ready:?}");
    let message = stage.sees(board, "run").await;
    assert_eq!(
        ready.results[0].channel.map(|id| id.get()),
        Some(message.id.0)
    );
}

#[tokio::test]
async fn what_uses_a_name_fails_with_what_was_to_make_it() {
    let mut stage = Stage::new().await;
    let gone = muster_core::ids::ChannelId::new(7).expect("not 0");
    stage
        .commit(|record| {
            record.effects = vec![
                tagged("post", say(Address::Channel(gone), "hello", Some("log/1"))),
                tagged(
                    "thread",
                    Action::ThreadCreate {
                        on: Address::Name("log/1".into()),
                        title: "Run 1".into(),
                        archive_minutes: 60,
                        name: "thread/1".into(),
                    },
                ),
                tagged("line", line(Address::Name("thread/1".into()), "Ann joined")),
            ];
            after(record, &["post", "thread", "line"], MINUTE);
        })
        .await;
    let ready = stage.outcome().await;
    assert_eq!(ready.results.len(), 3);
    assert!(ready.results.iter().all(|result| !result.ok), "{ready:?}");
    let problem = ready.results[2].problem.as_deref().expect("a reason");
    assert!(problem.contains("could not be made"), "{problem}");
}

#[tokio::test]
async fn an_answer_that_nobody_gave_is_asked_for_again_after_a_restart() {
    let mut stage = Stage::new().await;
    let board = stage.channel("board");
    stage
        .commit(|record| {
            record.effects = vec![tagged("post", say(Address::Channel(board), "hello", None))];
            after(record, &["post"], MINUTE);
        })
        .await;
    let first = stage.outcome().await;
    stage.restart().await;
    let second = stage.outcome().await;
    assert_eq!(first.results, second.results);
    assert_eq!(stage.texts(board), ["hello"]);
}

#[tokio::test]
async fn an_answer_that_was_given_is_not_asked_for_again() {
    let mut stage = Stage::new().await;
    let board = stage.channel("board");
    let reference = stage.reference();
    stage
        .commit_for(reference.clone(), |record| {
            record.effects = vec![tagged("post", say(Address::Channel(board), "hello", None))];
            after(record, &["post"], MINUTE);
        })
        .await;
    let ready = stage.outcome().await;
    // The plugin gives its answer.
    let cause = muster_core::call::Cause::Outcome {
        outbox: ready.outbox,
        interaction: reference.id,
    };
    stage
        .commit_for(reference, |record| {
            record.cause = cause;
            record.answer = Some(Answer::tell("Posted."));
        })
        .await;
    stage.restart().await;
    stage.until_through().await;
    assert!(stage.process.outcomes.try_recv().is_err());
}
