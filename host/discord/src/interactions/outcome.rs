//! Answers that waited for effects: "posted, here is the link" or "it could not be posted, because ...".

use muster_core::call::{Actor, Call, CallOutcome, Cause, Input};
use muster_core::interaction::Member;
use muster_core::{Permissions, RoleKey, Standing, UserId};

use super::Interactions;
use super::answer::{Told, broke_on_our_side};
use crate::outbox::OutcomeReady;
use muster_core::answer::Answer;

impl Interactions {
    /// Asks the plugin once for the answer, now that the effects are through, and gives it.
    pub async fn outcome(&self, ready: OutcomeReady) {
        let inner = &self.inner;
        let reference = ready.after.interaction.clone();
        let results = serde_json::to_value(&ready.results).expect("results have text keys");
        let call = Call {
            guild: ready.guild,
            plugin: ready.plugin.clone(),
            cause: Cause::Outcome {
                outbox: ready.outbox,
                interaction: reference.id,
            },
            input: Input::Outcome { results },
            actor: ready.after.actor.map(acting),
            interaction: Some(reference.clone()),
            start_before: None,
        };
        let outcome = inner.plugins.call(call).await;
        let told = inner.waiting.lock().remove(&reference.id).unwrap_or({
            // An earlier process told Discord to wait before it went down.
            if reference.origin.has_message() {
                Told::Acknowledged
            } else {
                Told::Thinking
            }
        });
        let answer = match outcome {
            CallOutcome::Done(answer) => answer.unwrap_or(Answer::Nothing),
            CallOutcome::Refused(text) | CallOutcome::OwnerMustAct(text) => Answer::tell(text),
            CallOutcome::Failed { reference } => Answer::tell(broke_on_our_side(&reference)),
            CallOutcome::Busy => Answer::tell(super::BUSY),
            CallOutcome::Duplicate(_) => return,
        };
        inner
            .deliver(ready.guild, Some(&ready.plugin), &reference, told, answer)
            .await;
    }
}

/// The member who acted, as far as the outbox remembers them. An outcome carries no standing of its
/// own: what needed one was decided when the member acted.
fn acting(user: UserId) -> Actor {
    Actor {
        member: Member {
            user,
            username: String::new(),
            display_name: String::new(),
            is_bot: false,
            roles: Vec::new(),
            permissions: Permissions::default(),
        },
        standing: Standing {
            is_administrator: false,
            is_owner: false,
            rank: None::<RoleKey>,
            held: Vec::new(),
        },
        pressed: None,
    }
}
