//! A request that found its route, and what a handler gives back.

use std::borrow::Cow;
use std::str::FromStr;

use serde_json::Value;

use crate::check::draft::UploadedFile;
use crate::error::ApiError;
use crate::oauth::Grant;
use crate::rest::route::Found;

/// What a handler answers.
pub(crate) type Answer = Result<Reply, ApiError>;

/// A success.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: u16,
    pub body: Option<Value>,
}

impl Reply {
    pub(crate) fn ok(body: Value) -> Answer {
        Ok(Self {
            status: 200,
            body: Some(body),
        })
    }

    pub(crate) fn created(body: Value) -> Answer {
        Ok(Self {
            status: 201,
            body: Some(body),
        })
    }

    pub(crate) fn nothing() -> Answer {
        Ok(Self {
            status: 204,
            body: None,
        })
    }
}

/// A request to a known route.
pub(crate) struct Call<'a> {
    pub found: &'a Found<'a>,
    pub query: &'a str,
    pub body: &'a Value,
    pub files: &'a [UploadedFile],
    pub reason: Option<String>,
    /// The `Authorization` header.
    pub authorization: &'a str,
    /// Of somebody who logged in with Discord.
    pub grant: Option<Grant>,
}

impl Call<'_> {
    /// The id that stands in the path as the `at`-th placeholder.
    pub(crate) fn id<T: FromStr>(&self, at: usize) -> Result<T, ApiError> {
        let text = self.text(at);
        text.parse().map_err(|_| {
            let name = self.found.placeholder(at).replace('.', "_");
            ApiError::form(
                &name,
                "NUMBER_TYPE_COERCE",
                format!("Value \"{text}\" is not snowflake."),
            )
        })
    }

    /// The text that stands in the path as the `at`-th placeholder, decoded.
    pub(crate) fn text(&self, at: usize) -> &str {
        self.found
            .values
            .get(at)
            .map(Cow::as_ref)
            .unwrap_or_default()
    }

    /// A query parameter, decoded.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let mut pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(key, _)| *key == name)
            .map(|(_, value)| percent_decoded(&value.replace('+', " ")))
    }

    /// A number in the query.
    pub(crate) fn query_number(&self, name: &str) -> Option<u64> {
        self.query(name)?.parse().ok()
    }

    pub(crate) fn query_is_true(&self, name: &str) -> bool {
        self.query(name)
            .is_some_and(|value| matches!(value.as_str(), "true" | "True" | "1"))
    }

    pub(crate) fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

/// Undoes URL encoding.
pub(crate) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = text.get(at + 1..at + 3).filter(|_| *byte == b'%');
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(value) => {
                decoded.push(value);
                at += 3;
            }
            None => {
                decoded.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// URL encoding of all that has a meaning in an address.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_encoding_is_undone() {
        assert_eq!(percent_decoded("late%20again%21 100%"), "late again! 100%");
        assert_eq!(percent_decoded("%C3%A4"), "ä");
        assert_eq!(percent_decoded(&percent_encoded("ä /?&=+")), "ä /?&=+");
    }
}
