//! From an answer to what Discord is sent, depending on what it was told before.

use std::time::Duration;

use muster_core::answer::Answer;
use muster_core::call::{InteractionRef, Origin};
use muster_core::{GuildId, PluginName};
use muster_store::Mark;
use rand::Rng as _;
use serde_json::{Value, json};

use super::{ANSWER_WITHIN, Inner};
use crate::rest::{MessageRef, RestError, RestErrorKind};

/// Discord's callback types
/// ([Discord Docs/Receiving and Responding, "Interaction Callback Type"](https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type)).
mod callback {
    pub const MESSAGE: u8 = 4;
    pub const DEFERRED_MESSAGE: u8 = 5;
    pub const DEFERRED_UPDATE: u8 = 6;
    pub const UPDATE: u8 = 7;
    pub const CHOICES: u8 = 8;
    pub const MODAL: u8 = 9;
}

/// The message flag that makes it visible to one member only.
const EPHEMERAL: u64 = 1 << 6;

/// What Discord has been told about an interaction so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// Nothing yet.
    Nothing,
    /// To wait for a message, of which it shows "thinking".
    Thinking,
    /// To end the spinner; every later answer stays possible.
    Acknowledged,
}

/// Letters and digits that nobody confuses.
const REFERENCE_ALPHABET: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// A mark by which a failure is found in the log.
pub(super) fn reference() -> String {
    let mut rng = rand::rng();
    (0..5)
        .map(|_| REFERENCE_ALPHABET[rng.random_range(0..REFERENCE_ALPHABET.len())] as char)
        .collect()
}

/// What a member is told of a failure that is not theirs.
pub(super) fn broke_on_our_side(reference: &str) -> String {
    format!("Something broke on our side. Reference {reference}.")
}

fn with_privacy(body: &Value, private: bool) -> Value {
    let mut body = body.clone();
    if private && let Some(object) = body.as_object_mut() {
        object.insert("flags".into(), EPHEMERAL.into());
    }
    body
}

impl Inner {
    /// Tells Discord to wait.
    pub(super) async fn send_deferral(&self, reference: &InteractionRef, private: bool) -> Told {
        let (body, told) = if reference.origin.has_message() {
            (
                json!({ "type": callback::DEFERRED_UPDATE }),
                Told::Acknowledged,
            )
        } else {
            let flags = if private { EPHEMERAL } else { 0 };
            let body = json!({ "type": callback::DEFERRED_MESSAGE, "data": { "flags": flags } });
            (body, Told::Thinking)
        };
        match self.callback(reference, &body).await {
            Ok(()) => told,
            Err(error) => {
                tracing::warn!(%error, "Discord could not be told to wait");
                if matches!(error.kind(), RestErrorKind::AlreadyAnswered) {
                    told
                } else {
                    Told::Nothing
                }
            }
        }
    }

    /// Sends the answer, once. What cannot be sent any more is logged: the member sees Discord's
    /// own failure.
    pub(super) async fn deliver(
        &self,
        guild: GuildId,
        plugin: Option<&PluginName>,
        reference: &InteractionRef,
        told: Told,
        answer: Answer,
    ) {
        if let Answer::After { private, .. } = answer {
            let told = match told {
                Told::Nothing => self.send_deferral(reference, private).await,
                told => told,
            };
            self.waiting.lock().insert(reference.id, told);
            return;
        }
        match self.send(guild, plugin, reference, told, &answer).await {
            Ok(()) => {}
            Err(error) if matches!(error.kind(), RestErrorKind::AlreadyAnswered) => {
                tracing::debug!("the answer had arrived before");
            }
            Err(error) => tracing::warn!(%error, "an answer did not reach Discord"),
        }
        if reference.origin != Origin::Autocomplete && plugin.is_some() {
            self.store.mark(Mark::InteractionSent(guild, reference.id));
        }
    }

    async fn send(
        &self,
        guild: GuildId,
        plugin: Option<&PluginName>,
        reference: &InteractionRef,
        told: Told,
        answer: &Answer,
    ) -> Result<(), RestError> {
        match answer {
            Answer::Panel { name, private } => {
                let Some(plugin) = plugin else { return Ok(()) };
                self.send_panel(guild, plugin, reference, told, name, *private)
                    .await
            }
            Answer::Message { body, private } => self
                .send_message(reference, told, body, *private, false)
                .await
                .map(drop),
            Answer::Update { body } => match told {
                Told::Nothing if reference.origin.has_message() => {
                    self.callback(
                        reference,
                        &json!({ "type": callback::UPDATE, "data": body }),
                    )
                    .await
                }
                Told::Nothing => self
                    .send_message(reference, told, body, true, false)
                    .await
                    .map(drop),
                Told::Thinking | Told::Acknowledged => {
                    self.edit_original(reference, body).await.map(drop)
                }
            },
            Answer::Modal { body } => match told {
                Told::Nothing => {
                    self.callback(reference, &json!({ "type": callback::MODAL, "data": body }))
                        .await
                }
                // What was deferred cannot open a form any more.
                told => {
                    let body = json!({ "content": super::BUSY });
                    self.send_message(reference, told, &body, true, false)
                        .await
                        .map(drop)
                }
            },
            Answer::Choices { choices } => {
                let body = json!({ "type": callback::CHOICES, "data": { "choices": choices } });
                self.callback(reference, &body).await
            }
            Answer::Nothing => match told {
                Told::Nothing if reference.origin.has_message() => {
                    self.callback(reference, &json!({ "type": callback::DEFERRED_UPDATE }))
                        .await
                }
                Told::Acknowledged => Ok(()),
                told => {
                    let body = json!({ "content": "Done." });
                    self.send_message(reference, told, &body, true, false)
                        .await
                        .map(drop)
                }
            },
            Answer::After { .. } => Ok(()),
        }
    }

    /// A message, in the way that is open. Returns where it is, if Discord says so.
    async fn send_message(
        &self,
        reference: &InteractionRef,
        told: Told,
        body: &Value,
        private: bool,
        want_message: bool,
    ) -> Result<Option<MessageRef>, RestError> {
        match told {
            Told::Nothing => {
                let data = with_privacy(body, private);
                let callback = json!({ "type": callback::MESSAGE, "data": data });
                if want_message {
                    let within = self.time_left(reference);
                    return self
                        .rest
                        .answer_with_message(reference.id, &reference.token, &callback, within)
                        .await;
                }
                self.callback(reference, &callback).await.map(|()| None)
            }
            Told::Thinking => self.edit_original(reference, body).await.map(Some),
            Told::Acknowledged => {
                let Some(identity) = self.identity.get() else {
                    return Ok(None);
                };
                let body = with_privacy(body, private);
                self.rest
                    .follow_up(identity.application, &reference.token, &body)
                    .await
                    .map(Some)
            }
        }
    }

    /// The view of a panel as the answer; the keeper goes on from there.
    async fn send_panel(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        reference: &InteractionRef,
        told: Told,
        name: &str,
        private: bool,
    ) -> Result<(), RestError> {
        let view = match self.panels.answer_view(guild, plugin, name).await {
            Ok(Some(view)) => view,
            Ok(None) => json!({ "content": "There is nothing to show any more." }),
            Err(outcome) => {
                tracing::error!(?outcome, panel = name, "a panel could not be drawn");
                json!({ "content": broke_on_our_side(&self::reference()) })
            }
        };
        let message = self
            .send_message(reference, told, &view, private, true)
            .await?;
        self.panels
            .answered(guild, plugin, name, reference.clone(), message, &view);
        Ok(())
    }

    async fn edit_original(
        &self,
        reference: &InteractionRef,
        body: &Value,
    ) -> Result<MessageRef, RestError> {
        let Some(identity) = self.identity.get() else {
            let reason = "the bot does not know its own id yet".to_owned();
            let kind = RestErrorKind::Unavailable {
                reason,
                maybe_applied: false,
            };
            return Err(RestError {
                route: "edit interaction answer",
                kind,
            });
        };
        self.rest
            .edit_original(identity.application, &reference.token, body)
            .await
    }

    async fn callback(&self, reference: &InteractionRef, body: &Value) -> Result<(), RestError> {
        let within = self.time_left(reference);
        self.rest
            .answer(reference.id, &reference.token, body, within)
            .await
    }

    /// What is left of Discord's 3 seconds, but never less than one attempt takes: its clock and ours
    /// need not agree.
    fn time_left(&self, reference: &InteractionRef) -> Duration {
        let age = self.store.clock().now().since(reference.id.created_at());
        ANSWER_WITHIN
            .saturating_sub(age)
            .max(Duration::from_millis(500))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_holds_no_letters_that_look_alike() {
        for _ in 0..100 {
            let text = reference();
            assert_eq!(text.len(), 5);
            assert!(!text.contains(['0', 'O', '1', 'I', 'L']), "{text}");
        }
    }

    #[test]
    fn only_private_messages_carry_the_flag() {
        let body = json!({ "content": "x" });
        assert_eq!(with_privacy(&body, true)["flags"], 64);
        assert_eq!(with_privacy(&body, false), body);
    }
}
