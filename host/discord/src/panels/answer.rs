//! Panels that are an interaction's answer: found, kept up to date by a token, and ended before the
//! token is.

use std::sync::atomic::Ordering;

use muster_core::call::InteractionRef;
use muster_core::ids::ApplicationId;
use serde_json::Value;

use super::Shared;
use super::job::{Drawn, Ended, Job, off_view};
use super::panel::live_until;
use super::view;
use crate::rest::{MessageRef, RestError};

/// What is known of an answer before its turn.
pub(super) struct AnswerTask {
    pub is_private: bool,
    pub message: Option<MessageRef>,
    pub access: Option<InteractionRef>,
    pub candidates: Vec<InteractionRef>,
    /// Whether its view may have changed.
    pub is_stale: bool,
}

/// What is known of it afterwards.
pub(super) struct AnswerEnd {
    pub message: Option<MessageRef>,
    pub access: Option<InteractionRef>,
    /// Interactions of which it is still not known whether they edit this message.
    pub candidates: Vec<InteractionRef>,
    /// Whether `access` is another than before.
    pub renewed: bool,
}

impl Job {
    pub(super) async fn tend_answer(
        &self,
        shared: &Shared,
        task: &AnswerTask,
    ) -> (Ended, AnswerEnd) {
        let mut end = AnswerEnd {
            message: task.message,
            access: task.access.clone(),
            candidates: task.candidates.clone(),
            renewed: false,
        };
        let ended = match shared.identity.get() {
            Some(identity) => {
                self.tend(shared, identity.application, task, &mut end)
                    .await
            }
            None => Ended::NotDrawn("The bot is still starting.".into()),
        };
        (ended, end)
    }

    async fn tend(
        &self,
        shared: &Shared,
        application: ApplicationId,
        task: &AnswerTask,
        end: &mut AnswerEnd,
    ) -> Ended {
        if let Err(error) = settle_access(shared, application, end).await {
            return Ended::Refused {
                error,
                digest: None,
            };
        }
        let Some(access) = &end.access else {
            // Nothing can edit it; a press on it may bring a token that can.
            return if end.message.is_some() {
                Ended::Nothing
            } else {
                Ended::Expired
            };
        };
        if !task.is_private {
            // From here on it is a message of the channel.
            return Ended::Nothing;
        }
        let is_over = live_until(access) <= shared.store.clock().now();
        if !task.is_stale && !is_over {
            return Ended::Nothing;
        }
        let (view, digest) = match self.draw(shared).await {
            drawn if is_over => {
                let last = last_view(drawn);
                if let Err(error) = shared
                    .rest
                    .edit_original(application, &access.token, &last)
                    .await
                {
                    tracing::debug!(%error, "a view that is no longer live does not say so");
                }
                return Ended::Expired;
            }
            Drawn::View { view, digest } => (view, digest),
            Drawn::Off => off_view(),
            Drawn::Gone => {
                let bare = view::no_controls();
                drop(
                    shared
                        .rest
                        .edit_original(application, &access.token, &bare)
                        .await,
                );
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
        match shared
            .rest
            .edit_original(application, &access.token, &view)
            .await
        {
            Ok(_) => {
                shared.edits.fetch_add(1, Ordering::Relaxed);
                Ended::Shown {
                    digest,
                    is_new: true,
                }
            }
            Err(error) => Ended::Refused {
                error,
                digest: Some(digest),
            },
        }
    }
}

fn last_view(drawn: Drawn) -> Value {
    let view = match drawn {
        Drawn::View { view, .. } => Some(view),
        Drawn::Off | Drawn::Gone | Drawn::Failed(_) => None,
    };
    view::without_controls(view, view::NOT_LIVE)
}

/// Asks Discord which message each candidate's first answer is, the latest first, until one is found
/// that edits the panel's message.
async fn settle_access(
    shared: &Shared,
    application: ApplicationId,
    end: &mut AnswerEnd,
) -> Result<(), RestError> {
    while let Some(candidate) = end.candidates.last() {
        let original = shared
            .rest
            .get_original(application, &candidate.token)
            .await;
        let is_it = match original {
            Ok(original) => match end.message {
                Some(known) => known.id == original.id,
                None => {
                    end.message = Some(original);
                    true
                }
            },
            Err(error) if error.is_temporary() => return Err(error),
            // It was answered by a modal, not at all, or too long ago.
            Err(_) => false,
        };
        if is_it {
            end.access = end.candidates.pop();
            end.renewed = true;
            end.candidates.clear();
            return Ok(());
        }
        end.candidates.pop();
    }
    Ok(())
}
