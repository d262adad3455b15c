//! Why a request to Discord failed, by what a caller would do about it.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

/// A request that was not carried out. Its text never holds the token or what was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{route}: {kind}")]
pub struct RestError {
    /// What was tried, such as `edit message`.
    pub route: &'static str,
    /// What went wrong.
    pub kind: RestErrorKind,
}

/// What went wrong, one case per reaction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RestErrorKind {
    /// What the request is about does not exist (any more): drop the reference.
    #[error("it no longer exists (Discord's code {code})")]
    Gone {
        /// Discord's error code, such as 10008.
        code: i64,
    },
    /// The bot may not: the guild's owner has to act.
    #[error("Discord refused: {message} (code {code})")]
    Forbidden {
        /// Discord's error code, such as 50013.
        code: i64,
        /// Discord's own words.
        message: String,
    },
    /// Too fast, for longer than the executor waits by itself.
    #[error("Discord asks to wait {} s", retry_after.as_secs_f32())]
    RateLimited {
        /// When to try again.
        retry_after: Duration,
    },
    /// Discord did not answer, or answered that it is not well. Trying later may help.
    #[error("Discord is unavailable: {reason}{}", if *maybe_applied { " (it may have been carried out)" } else { "" })]
    Unavailable {
        /// What was seen.
        reason: String,
        /// Whether the request may have been carried out all the same.
        maybe_applied: bool,
    },
    /// The request is wrong: trying again would not help.
    #[error("Discord takes no such request (code {code}){}", listed(details))]
    Invalid {
        /// Discord's error code, such as 50035.
        code: i64,
        /// Which fields, and Discord's code for each: `embeds.0.title: BASE_TYPE_MAX_LENGTH`.
        details: Vec<String>,
    },
    /// This interaction has been answered before.
    #[error("this interaction has been answered before")]
    AlreadyAnswered,
    /// The bot's token is refused: nothing more is sent.
    #[error("Discord refuses the bot's token; nothing more is sent until it is replaced")]
    Unauthorized,
}

impl RestError {
    /// What went wrong.
    pub const fn kind(&self) -> &RestErrorKind {
        &self.kind
    }

    /// Whether what the request is about does not exist.
    pub const fn is_gone(&self) -> bool {
        matches!(self.kind, RestErrorKind::Gone { .. })
    }

    /// Whether the same request may succeed later without anybody's doing.
    pub const fn is_temporary(&self) -> bool {
        matches!(
            self.kind,
            RestErrorKind::RateLimited { .. } | RestErrorKind::Unavailable { .. }
        )
    }
}

fn listed(details: &[String]) -> String {
    if details.is_empty() {
        String::new()
    } else {
        format!(": {}", details.join(", "))
    }
}

/// Discord's error body
/// ([Discord Docs/Reference, "Error Messages"](https://discord.com/developers/docs/reference#error-messages)).
/// Every field may be missing: proxies in front of Discord answer in HTML.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ErrorBody {
    #[serde(default)]
    pub code: i64,
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub errors: Value,
    /// Seconds, on 429 only.
    #[serde(default)]
    pub retry_after: Option<f64>,
    /// On 429 only.
    #[serde(default)]
    pub global: bool,
}

impl ErrorBody {
    /// Reads a body; `None` if it is not Discord's JSON.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// The fields that Discord complains about, with its codes but without its sentences, which may
    /// quote what members wrote.
    pub(crate) fn details(&self) -> Vec<String> {
        let mut details = Vec::new();
        collect(&self.errors, &mut String::new(), &mut details);
        details
    }
}

/// Most complaints that are kept of one answer.
const MAX_DETAILS: usize = 20;

fn collect(node: &Value, path: &mut String, into: &mut Vec<String>) {
    let Some(object) = node.as_object() else {
        return;
    };
    for (key, inner) in object {
        if into.len() >= MAX_DETAILS {
            return;
        }
        if key == "_errors" {
            for error in inner.as_array().into_iter().flatten() {
                let code = error.get("code").and_then(Value::as_str).unwrap_or("?");
                let place = if path.is_empty() {
                    "body"
                } else {
                    path.as_str()
                };
                into.push(format!("{place}: {code}"));
            }
            continue;
        }
        let before = path.len();
        if before > 0 {
            path.push('.');
        }
        path.push_str(key);
        collect(inner, path, into);
        path.truncate(before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_name_field_and_code_but_quote_nothing() {
        let body = br#"{"code": 50035, "message": "Invalid Form Body", "errors": {"embeds": {"0": {"title":
            {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "secret"}]}}}}}"#;
        let parsed = ErrorBody::parse(body).expect("Discord's JSON");
        assert_eq!(parsed.details(), ["embeds.0.title: BASE_TYPE_MAX_LENGTH"]);
    }

    #[test]
    fn html_is_not_discords_json() {
        assert!(ErrorBody::parse(b"<html>error 1015</html>").is_none());
    }
}
