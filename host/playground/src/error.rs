//! How Discord says no over REST: a status, a code, a sentence, and for forms the path of each fault.
//!
//! See [Discord Docs/API Reference, "Error Messages"] and [Discord Docs/Opcodes and Status Codes].

use std::cell::RefCell;

use serde_json::{Map, Value, json};

use crate::rule::Rule;

/// An error answer.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub status: u16,
    pub code: u32,
    pub message: &'static str,
    /// The nested `errors` object of a form error.
    pub errors: Option<Value>,
    /// Set where the answer is a rate limit with a code (429).
    pub retry_after: Option<f64>,
    /// The rule that was broken, where the code does not say it.
    rule: Option<Rule>,
}

impl ApiError {
    const fn new(status: u16, code: u32, message: &'static str) -> Self {
        Self {
            status,
            code,
            message,
            errors: None,
            retry_after: None,
            rule: None,
        }
    }

    /// The same, for the breach of a certain rule.
    pub(crate) fn by(self, rule: Rule) -> Self {
        Self {
            rule: Some(rule),
            ..self
        }
    }

    /// The same with another status, where it is not sure.
    pub(crate) fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same with a time to wait, in seconds.
    pub(crate) fn after(self, retry_after: f64) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..self
        }
    }

    /// The rule that was broken.
    pub(crate) fn rule(&self) -> Option<Rule> {
        self.rule.or_else(|| Rule::of_code(self.code))
    }

    /// A form error with a single fault.
    pub(crate) fn form(path: &str, code: &'static str, message: impl Into<String>) -> Self {
        let errors = FormErrors::default();
        errors.add(path, code, message);
        errors.into_error()
    }

    pub(crate) fn body(&self) -> Value {
        let mut body = json!({ "message": self.message, "code": self.code });
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        if let Some(retry_after) = self.retry_after {
            body["retry_after"] = json!(retry_after);
            body["global"] = json!(false);
        }
        body
    }
}

macro_rules! known {
    ($($name:ident = $status:literal $code:literal $message:literal;)*) => {
        $(pub(crate) const $name: ApiError = ApiError::new($status, $code, $message);)*
    };
}

known! {
    UNAUTHORIZED = 401 0 "401: Unauthorized";
    INVALID_TOKEN = 401 50014 "Invalid authentication token provided";
    NOT_FOUND = 404 0 "404: Not Found";
    METHOD_NOT_ALLOWED = 405 0 "405: Method Not Allowed";
    UNKNOWN_APPLICATION = 404 10002 "Unknown Application";
    UNKNOWN_CHANNEL = 404 10003 "Unknown Channel";
    UNKNOWN_GUILD = 404 10004 "Unknown Guild";
    UNKNOWN_MEMBER = 404 10007 "Unknown Member";
    UNKNOWN_MESSAGE = 404 10008 "Unknown Message";
    UNKNOWN_OVERWRITE = 404 10009 "Unknown Overwrite";
    UNKNOWN_ROLE = 404 10011 "Unknown Role";
    UNKNOWN_USER = 404 10013 "Unknown User";
    UNKNOWN_EMOJI = 404 10014 "Unknown Emoji";
    UNKNOWN_WEBHOOK = 404 10015 "Unknown Webhook";
    UNKNOWN_BAN = 404 10026 "Unknown Ban";
    UNKNOWN_INTERACTION = 404 10062 "Unknown interaction";
    UNKNOWN_COMMAND = 404 10063 "Unknown application command";
    TOO_MANY_PINS = 400 30003 "Maximum number of pinned messages reached (250)";
    TOO_MANY_WEBHOOKS = 400 30007 "Maximum number of webhooks reached (15)";
    TOO_MANY_ROLES = 400 30005 "Maximum number of guild roles reached (250)";
    TOO_MANY_REACTIONS = 400 30010 "Maximum number of reactions reached (20)";
    TOO_MANY_CHANNELS = 400 30013 "Maximum number of server channels reached (500)";
    TOO_MANY_COMMANDS = 400 30032 "Maximum number of application commands reached (100).";
    TOO_MANY_COMMAND_CREATES = 400 30034 "Max number of daily application command creates has been reached (200)";
    OLD_EDITS = 429 30046 "Maximum number of edits to messages older than 1 hour reached. Try again later.";
    TOO_MANY_OVERWRITES = 400 30060 "Maximum number of channel permission overwrites reached (1000)";
    REQUEST_TOO_LARGE = 413 40005 "Request entity too large. Try sending something smaller in size.";
    ALREADY_ACKNOWLEDGED = 400 40060 "Interaction has already been acknowledged.";
    CLOUDFLARE = 403 40333 "internal network error";
    MISSING_ACCESS = 403 50001 "Missing Access";
    NOT_ON_A_DM = 403 50003 "Cannot execute action on a DM channel";
    NOT_THE_AUTHOR = 403 50005 "Cannot edit a message authored by another user";
    EMPTY_MESSAGE = 400 50006 "Cannot send an empty message";
    CANNOT_DM = 403 50007 "Cannot send messages to this user";
    NOT_A_TEXT_CHANNEL = 400 50008 "Cannot send messages in a non-text channel";
    MISSING_PERMISSIONS = 403 50013 "Missing Permissions";
    WRONG_CHANNEL_TYPE = 400 50024 "Cannot execute action on this channel type";
    INVALID_WEBHOOK_TOKEN = 401 50027 "Invalid Webhook Token";
    INVALID_ROLE = 400 50028 "Invalid role";
    INVALID_RECIPIENT = 400 50033 "Invalid Recipient(s)";
    TOO_OLD_TO_BULK_DELETE = 400 50034 "You can only bulk delete messages that are under 14 days old.";
    INVALID_FORM = 400 50035 "Invalid Form Body";
    THREAD_ARCHIVED = 400 50083 "Thread is archived";
    BROKEN_JSON = 400 50109 "The request body contains invalid JSON.";
    NO_SHARED_GUILD = 403 50278 "Cannot send messages to this user due to having no mutual guilds";
    REPLY_WITHOUT_HISTORY = 400 160002 "Cannot reply without permission to read message history";
    THREAD_EXISTS = 400 160004 "A thread has already been created for this message";
    THREAD_LOCKED = 400 160005 "Thread is locked";
    BLOCKED_BY_AUTOMOD = 400 200000 "Message was blocked by automatic moderation";
}

/// The faults of a form while it is read, by path. Shared by reference, so that readers of nested
/// parts can all add to it.
#[derive(Debug, Default)]
pub(crate) struct FormErrors(RefCell<Vec<(String, &'static str, String)>>);

impl FormErrors {
    /// Notes that what stands at `path` (`embeds.0.title`) is wrong.
    pub(crate) fn add(&self, path: &str, code: &'static str, message: impl Into<String>) {
        self.0
            .borrow_mut()
            .push((path.to_owned(), code, message.into()));
    }

    /// `Ok` if nothing was wrong.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        if self.0.borrow().is_empty() {
            Ok(())
        } else {
            Err(self.into_error())
        }
    }

    fn into_error(self) -> ApiError {
        let mut root = Value::Object(Map::new());
        for (path, code, message) in self.0.into_inner() {
            let mut at = &mut root;
            for part in path.split('.').filter(|part| !part.is_empty()) {
                at = &mut at[part];
            }
            let fault = json!({ "code": code, "message": message });
            match &mut at["_errors"] {
                Value::Array(faults) => faults.push(fault),
                empty => *empty = json!([fault]),
            }
        }
        ApiError {
            errors: Some(root),
            ..INVALID_FORM
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_errors_nest_by_path_with_indexes_as_keys() {
        let errors = FormErrors::default();
        errors.add(
            "embeds.0.title",
            "BASE_TYPE_MAX_LENGTH",
            "Must be 256 or fewer in length.",
        );
        errors.add("embeds.0.title", "X", "y");
        let body = errors.finish().expect_err("two faults").body();
        assert_eq!(body["code"], 50035);
        assert_eq!(
            body["errors"]["embeds"]["0"]["title"]["_errors"][1]["code"],
            "X"
        );
    }

    #[test]
    fn a_form_without_faults_passes() {
        assert!(FormErrors::default().finish().is_ok());
    }
}
