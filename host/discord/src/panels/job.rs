//! One turn of a panel: its view is drawn once the place to send it is held, and sent if it differs.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::FutureExt as _;
use muster_core::call::CallOutcome;
use muster_core::ids::{ChannelId, MessageId};
use serde_json::{Value, json};

use super::Shared;
use super::answer::{AnswerEnd, AnswerTask};
use super::line::LineKey;
use super::panel::{PanelId, PanelKey};
use super::post::PostTask;
use super::view;
use crate::rest::{MessageRef, Priority, RestError, RestErrorKind, Route};

/// Discord refuses edits in an archived thread
/// ([Discord Docs/Opcodes and Status Codes, "JSON"](https://discord.com/developers/docs/topics/opcodes-and-status-codes#json)).
const THREAD_ARCHIVED: i64 = 50083;

/// Something to be done about one panel.
pub(super) struct Job {
    pub id: PanelId,
    pub key: PanelKey,
    pub line: LineKey,
    pub epoch: u32,
    pub stale: Arc<AtomicBool>,
    /// Digest of what Discord shows, as far as known.
    pub shown: Option<String>,
    pub task: Task,
}

pub(super) enum Task {
    Edit(ChannelId, MessageId),
    Post(PostTask),
    Answer(AnswerTask),
}

/// How a job ended.
pub(super) struct End {
    pub id: PanelId,
    /// What the panel was called when the job began.
    pub key: PanelKey,
    pub line: LineKey,
    pub epoch: u32,
    pub ended: Ended,
    /// What is known of an answer's tokens now.
    pub answer: Option<AnswerEnd>,
}

pub(super) enum Ended {
    /// Discord shows the view with this digest.
    Shown { digest: String, is_new: bool },
    /// It was posted; `digest` is `None` if an earlier attempt may have posted another view.
    Posted {
        at: MessageRef,
        digest: Option<String>,
    },
    /// The plugin is off: there is nothing to post.
    Off,
    /// The plugin says that there is no such panel any more.
    Gone,
    /// The view could not be drawn.
    NotDrawn(String),
    /// Discord did not take it; `digest` is that of the view, if it came so far.
    Refused {
        error: RestError,
        digest: Option<String>,
    },
    /// There is no place for it, and none to be expected.
    NoPlace(String),
    /// What it is to be posted in is not made yet.
    NotYet,
    /// The database does not know it (any more).
    Vanished,
    /// The way is free now; it should be tried again at once.
    Again,
    /// It can be edited no more.
    Expired,
    /// There is nothing to do for now.
    Nothing,
    /// The host failed.
    Broken(String),
}

/// What a panel looks like now.
pub(super) enum Drawn {
    View {
        view: Value,
        digest: String,
    },
    /// The plugin is off.
    Off,
    Gone,
    Failed(String),
}

impl Job {
    /// Does it. Never panics: a line must not stand still because of one panel.
    pub async fn run(self, shared: Arc<Shared>) -> End {
        let work = AssertUnwindSafe(self.work(&shared)).catch_unwind();
        let (ended, answer) = work.await.unwrap_or_else(|_| {
            let problem = "a panel's job panicked".to_owned();
            (Ended::Broken(problem), None)
        });
        let Self {
            id,
            key,
            line,
            epoch,
            ..
        } = self;
        End {
            id,
            key,
            line,
            epoch,
            ended,
            answer,
        }
    }

    async fn work(&self, shared: &Shared) -> (Ended, Option<AnswerEnd>) {
        match &self.task {
            Task::Edit(channel, message) => (self.edit(shared, *channel, *message).await, None),
            Task::Post(task) => (self.post(shared, task).await, None),
            Task::Answer(task) => {
                let (ended, answer) = self.tend_answer(shared, task).await;
                (ended, Some(answer))
            }
        }
    }

    async fn edit(&self, shared: &Shared, channel: ChannelId, message: MessageId) -> Ended {
        let route = Route::edit_message(channel, message);
        let slot = match shared.rest.slot(route, Priority::Panel).await {
            Ok(slot) => slot,
            Err(error) => {
                return Ended::Refused {
                    error,
                    digest: None,
                };
            }
        };
        let (view, digest) = match self.draw(shared).await {
            Drawn::View { view, digest } => (view, digest),
            Drawn::Off => off_view(),
            Drawn::Gone => {
                // Nobody answers its buttons any more. If they stay, a press is turned away.
                drop(slot.send(&view::no_controls()).await);
                return Ended::Gone;
            }
            Drawn::Failed(problem) => return Ended::NotDrawn(problem),
        };
        if self.shown.as_ref() == Some(&digest) {
            shared.skipped.fetch_add(1, Ordering::Relaxed);
            return Ended::Shown {
                digest,
                is_new: false,
            };
        }
        match slot.send(&view).await {
            Ok(_) => {
                shared.edits.fetch_add(1, Ordering::Relaxed);
                Ended::Shown {
                    digest,
                    is_new: true,
                }
            }
            Err(error) if is_archived(&error) => wake_thread(shared, channel).await,
            Err(error) => Ended::Refused {
                error,
                digest: Some(digest),
            },
        }
    }

    /// Asks the plugin. What changes from here on marks the panel stale again.
    pub async fn draw(&self, shared: &Shared) -> Drawn {
        let _permit = shared.renders.acquire().await.expect("never closed");
        self.stale.store(false, Ordering::Release);
        let PanelKey {
            guild,
            plugin,
            name,
        } = &self.key;
        match shared.store.guild_config(*guild).await {
            Ok(config) if config.is_enabled(plugin) => {}
            Ok(_) => return Drawn::Off,
            Err(error) => return Drawn::Failed(format!("the database failed: {error}")),
        }
        match shared.plugins.render(*guild, plugin, name).await {
            Ok(Some(view)) => {
                let view = view::quiet(view);
                let digest = view::digest(&view);
                Drawn::View { view, digest }
            }
            Ok(None) => Drawn::Gone,
            Err(outcome) => Drawn::Failed(sentence(&outcome)),
        }
    }
}

/// What stands in for the view of a plugin that is off.
pub(super) fn off_view() -> (Value, String) {
    let view = view::without_controls(None, view::OFF);
    let digest = view::digest(&view);
    (view, digest)
}

fn is_archived(error: &RestError) -> bool {
    matches!(
        error.kind(),
        RestErrorKind::Invalid {
            code: THREAD_ARCHIVED,
            ..
        }
    )
}

async fn wake_thread(shared: &Shared, thread: ChannelId) -> Ended {
    let awake = json!({ "archived": false });
    let reason = Some("A message in it has to be brought up to date");
    match shared
        .rest
        .edit_channel(thread, &awake, reason, Priority::Panel)
        .await
    {
        Ok(()) => Ended::Again,
        Err(error) => Ended::Refused {
            error,
            digest: None,
        },
    }
}

/// Why a view could not be drawn, for the member who waits for it.
fn sentence(outcome: &CallOutcome) -> String {
    match outcome {
        CallOutcome::Refused(text) | CallOutcome::OwnerMustAct(text) => text.clone(),
        CallOutcome::Failed { reference } => {
            format!("Something broke on our side. Reference {reference}.")
        }
        CallOutcome::Busy | CallOutcome::Done(_) | CallOutcome::Duplicate(_) => {
            "The bot is busy just now.".into()
        }
    }
}
