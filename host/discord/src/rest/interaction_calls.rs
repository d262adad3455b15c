//! Answers to interactions. They go by the interaction's own token and wait for nobody else.
//!
//! [Discord Docs/Receiving and Responding](https://discord.com/developers/docs/interactions/receiving-and-responding).

use std::time::Duration;

use bytes::Bytes;
use muster_core::ids::{ApplicationId, InteractionId};
use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::calls::with_files;
use super::error::RestError;
use super::model::{CallbackResult, MessageRef};
use super::route::{Priority, Route};
use super::{Body, Rest, Upload};

impl Rest {
    /// The first answer to an interaction. Repeated at once if the connection breaks, for as long as
    /// `within` allows: Discord waits 3 s in all.
    ///
    /// # Errors
    /// As Discord answered; `AlreadyAnswered` only if the answer was not this one.
    pub async fn answer(
        &self,
        id: InteractionId,
        token: &str,
        body: &impl Serialize,
        within: Duration,
    ) -> Result<(), RestError> {
        let route = Route::callback(id, token, false);
        self.send_callback(&route, &Body::json(body), within)
            .await
            .map(drop)
    }

    /// As [`Rest::answer`], and returns the message that shows the answer, where Discord tells it.
    ///
    /// # Errors
    /// As [`Rest::answer`].
    pub async fn answer_with_message(
        &self,
        id: InteractionId,
        token: &str,
        body: &impl Serialize,
        within: Duration,
    ) -> Result<Option<MessageRef>, RestError> {
        let route = Route::callback(id, token, true);
        let answer = self
            .send_callback(&route, &Body::json(body), within)
            .await?;
        // The answer arrived; that it was not described is no reason to call it failed.
        let described: CallbackResult = serde_json::from_slice(&answer).unwrap_or_default();
        Ok(described.message())
    }

    /// Edits the answer; after a deferred update (type 6) or update (type 7), the pressed message.
    ///
    /// # Errors
    /// As Discord answered; `Gone` with code 50027 once the token is 15 minutes old.
    pub async fn edit_original(
        &self,
        application: ApplicationId,
        token: &str,
        body: &impl Serialize,
    ) -> Result<MessageRef, RestError> {
        let route = Route::original("edit interaction answer", Method::PATCH, application, token);
        self.fetch(&route, &Body::json(body), None, Priority::Answer)
            .await
    }

    /// The message that shows the answer.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn get_original(
        &self,
        application: ApplicationId,
        token: &str,
    ) -> Result<MessageRef, RestError> {
        let route = Route::original("get interaction answer", Method::GET, application, token);
        self.fetch(&route, &Body::None, None, Priority::Answer)
            .await
    }

    /// Takes the answer away.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn delete_original(
        &self,
        application: ApplicationId,
        token: &str,
    ) -> Result<(), RestError> {
        let route = Route::original(
            "delete interaction answer",
            Method::DELETE,
            application,
            token,
        );
        self.send(&route, &Body::None, None, Priority::Answer)
            .await
            .map(drop)
    }

    /// One more message in answer to an interaction.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn follow_up(
        &self,
        application: ApplicationId,
        token: &str,
        body: &Value,
    ) -> Result<MessageRef, RestError> {
        let route = Route::followup(application, token);
        self.fetch(&route, &Body::json(body), None, Priority::Answer)
            .await
    }

    /// One more message in answer to an interaction, with files.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn follow_up_with(
        &self,
        application: ApplicationId,
        token: &str,
        body: &Value,
        files: Vec<Upload>,
    ) -> Result<MessageRef, RestError> {
        let route = Route::followup(application, token);
        let mut body = body.clone();
        body["attachments"] = files
            .iter()
            .enumerate()
            .map(|(id, file)| json!({ "id": id, "filename": file.name }))
            .collect();
        let body = with_files(Bytes::from(body.to_string()), files);
        self.fetch(&route, &body, None, Priority::Answer).await
    }
}
