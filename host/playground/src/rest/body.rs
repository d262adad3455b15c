//! Request bodies: JSON, or multipart with files ([Discord Docs/API Reference, "Uploading Files"]).

use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::check::draft::UploadedFile;
use crate::error::{self, ApiError};
use crate::rest::call::percent_decoded;

/// A whole request ("Uploading Files": 25 MiB).
const REQUEST_BYTES: usize = 25 * 1024 * 1024;

/// A body that was read.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub json: Value,
    pub files: Vec<UploadedFile>,
}

/// A body, and what it looked like for the log.
#[derive(Debug)]
pub(crate) struct Payload {
    pub raw: Bytes,
    pub parsed: Result<Parsed, ApiError>,
}

impl Payload {
    pub(crate) fn none() -> Self {
        Self {
            raw: Bytes::new(),
            parsed: Ok(Parsed {
                json: json!({}),
                files: Vec::new(),
            }),
        }
    }

    fn refused(raw: Bytes, error: ApiError) -> Self {
        Self {
            raw,
            parsed: Err(error),
        }
    }
}

/// What a route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// JSON or multipart, with its type said.
    Json,
    /// The same, whatever type is said.
    Anything,
    /// A form, as OAuth2 demands.
    Form,
}

/// Reads a body by its `Content-Type`. An empty one reads as `{}`.
pub(crate) async fn read(headers: &HeaderMap, body: Body, wanted: Wanted) -> Payload {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    if kind.starts_with("multipart/form-data") {
        return read_multipart(kind, body).await;
    }
    let Ok(raw) = axum::body::to_bytes(body, REQUEST_BYTES).await else {
        return Payload::refused(Bytes::new(), error::REQUEST_TOO_LARGE);
    };
    if raw.is_empty() {
        return Payload::none();
    }
    if wanted == Wanted::Form {
        // Anything else reads as an empty form, and so lacks what is required.
        let is_form = kind.starts_with("application/x-www-form-urlencoded");
        let pairs = if is_form {
            form_pairs(&raw)
        } else {
            Vec::new()
        };
        let json = pairs.into_iter().map(|(key, value)| (key, json!(value)));
        let parsed = Parsed {
            json: Value::Object(json.collect()),
            files: Vec::new(),
        };
        // No copy for the log: secrets are in it.
        return Payload {
            raw: Bytes::new(),
            parsed: Ok(parsed),
        };
    }
    if wanted == Wanted::Json && !kind.starts_with("application/json") {
        let message = "Expected \"Content-Type\" header to be one of {'application/json'}.";
        return Payload::refused(raw, ApiError::form("", "CONTENT_TYPE_INVALID", message));
    }
    let parsed = serde_json::from_slice(&raw).map(|json| Parsed {
        json,
        files: Vec::new(),
    });
    Payload {
        parsed: parsed.map_err(|_| error::BROKEN_JSON),
        raw,
    }
}

/// `a=1&b=2`, decoded.
pub(crate) fn form_pairs(raw: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(raw);
    let decoded = |part: &str| percent_decoded(&part.replace('+', " "));
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (decoded(key), decoded(value)))
        .collect()
}

async fn read_multipart(kind: &str, body: Body) -> Payload {
    let mut request = Request::new(body);
    if let Ok(kind) = kind.parse() {
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    let broken = || {
        ApiError::form(
            "",
            "MULTIPART_INVALID",
            "The multipart body cannot be read.",
        )
    };
    let Ok(mut parts) = Multipart::from_request(request, &()).await else {
        return Payload::refused(Bytes::new(), broken());
    };
    let (mut raw, mut files, mut sum) = (Bytes::new(), Vec::new(), 0);
    loop {
        let part = match parts.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => break,
            Err(_) => return Payload::refused(raw, broken()),
        };
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(str::to_owned);
        let content_type = part.content_type().map(str::to_owned);
        let Ok(data) = part.bytes().await else {
            return Payload::refused(raw, broken());
        };
        sum += data.len();
        if sum > REQUEST_BYTES {
            return Payload::refused(raw, error::REQUEST_TOO_LARGE);
        }
        if name == "payload_json" {
            raw = data;
        } else if let Some(index) = file_index(&name) {
            let name = file_name.unwrap_or_else(|| "unnamed".into());
            files.push(UploadedFile {
                index,
                name,
                content_type,
                data,
            });
        }
    }
    let json = if raw.is_empty() {
        Ok(json!({}))
    } else {
        serde_json::from_slice(&raw)
    };
    Payload {
        parsed: json
            .map(|json| Parsed { json, files })
            .map_err(|_| error::BROKEN_JSON),
        raw,
    }
}

/// `files[3]` is file 3.
fn file_index(name: &str) -> Option<u64> {
    name.strip_prefix("files[")?.strip_suffix(']')?.parse().ok()
}
