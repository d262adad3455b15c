//! After a restart: who was left without an answer gets it, or is told that nothing happened.

use muster_core::answer::Answer;
use muster_store::{StoreError, Unanswered, UnansweredState};

use super::answer::Told;
use super::{Interactions, restarted};

impl Interactions {
    /// Answers what an earlier process left unanswered and Discord still takes. To be called once, after
    /// the first READY and before new interactions are handled.
    ///
    /// # Errors
    /// The database failed.
    pub async fn recover(&self) -> Result<(), StoreError> {
        let left = self.inner.store.unanswered().await?;
        if !left.is_empty() {
            tracing::info!(
                interactions = left.len(),
                "answering what an earlier process left unanswered"
            );
        }
        for unanswered in left {
            let this = self.clone();
            tokio::spawn(async move { this.recover_one(unanswered).await });
        }
        Ok(())
    }

    async fn recover_one(&self, left: Unanswered) {
        let reference = &left.reference;
        let told = match (left.deferred, reference.origin.has_message()) {
            (false, _) => Told::Nothing,
            (true, true) => Told::Acknowledged,
            (true, false) => Told::Thinking,
        };
        let answer = match left.state {
            UnansweredState::Answered(answer) => answer,
            UnansweredState::NotCommitted => Answer::tell(restarted(reference.origin)),
            // The outbox goes on with its effects and asks for the answer then.
            UnansweredState::Awaits(_) => return,
        };
        self.inner
            .deliver(left.guild, Some(&left.plugin), reference, told, answer)
            .await;
    }
}
