//! What the page asks for and does: JSON under `/playground/`, on the port that is Discord for the bot.
//!
//! A page shows panes, each one persona in one channel. It reads what that person sees ([`read`]),
//! acts as them ([`act`]), moves the levers that an operator has ([`operate`]), and is told what
//! changes ([`live`]). [`guard`] decides who may ask at all.

mod act;
mod assets;
pub(crate) mod guard;
mod live;
mod log;
mod operate;
mod read;
mod records;
mod try_this;
mod view;

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, Query, Request, WebSocketUpgrade};
use axum::http::header::{self, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use parking_lot::RwLock;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub use records::{Looked, Records, Table, TableName};
pub use try_this::TryThis;

use crate::control::guard::{Door, Refusal, harden};
use crate::playground::Playground;
use crate::server::Shared;

/// A write's body: a file of 10 MiB in base64, or a saved state with several.
const BODY_BYTES: usize = 64 * 1024 * 1024;

/// What whoever runs the playground gives to the page.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub try_this: RwLock<Vec<TryThis>>,
    pub records: RwLock<Option<Arc<dyn Records>>>,
}

/// Why the page does not get what it asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The request makes no sense.
    #[error("{0}")]
    Malformed(String),
    /// What it names is not there, or not for this person.
    #[error("{0} is not there, or not for this person")]
    Missing(&'static str),
    /// A client would not do that; why.
    #[error("{0}")]
    Refused(String),
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Missing(_) => StatusCode::NOT_FOUND,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}

type Reply = Result<Value, Failure>;

/// Whether a path belongs to the page.
pub(crate) fn owns(path: &str) -> bool {
    path == "/" || path.starts_with("/page/") || path.starts_with("/playground/")
}

/// Answers a request of the page, if it may ask.
pub(crate) async fn serve(shared: Arc<Shared>, door: &Door, request: Request) -> Response {
    let answered = if request.uri().path() == "/" {
        front(door, &request)
    } else {
        match door.check(request.method(), request.headers()) {
            Ok(()) => answer(shared, request).await,
            Err(refusal) => refusal.into_response(),
        }
    };
    harden(answered)
}

/// The page itself: by the printed address, which brings the token, or by the cookie from there.
fn front(door: &Door, request: &Request) -> Response {
    if request.method() != Method::GET {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if let Err(refusal) = door.check_place(request.headers()) {
        return refusal.into_response();
    }
    let query = request.uri().query().unwrap_or_default();
    let given = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("token="));
    if given.is_some_and(|given| door.is_token(given)) {
        // No redirect: after a link from elsewhere the browser would not send the new cookie along.
        let mut page = assets::index();
        if let Ok(cookie) = HeaderValue::try_from(door.cookie()) {
            page.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        return page;
    }
    match door.check(request.method(), request.headers()) {
        Ok(()) => assets::index(),
        Err(Refusal::Token) => assets::locked(),
        Err(refusal) => refusal.into_response(),
    }
}

async fn answer(shared: Arc<Shared>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if let Some(name) = path.strip_prefix("/page/") {
        return assets::file(name);
    }
    let playground = Playground::inside(shared);
    let name = path.strip_prefix("/playground/").unwrap_or_default();
    let (mut parts, body) = request.into_parts();
    match (&parts.method, name) {
        (&Method::GET, "live") => {
            return match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
                Ok(upgrade) => upgrade.on_upgrade(move |socket| live::run(playground, socket)),
                Err(rejection) => rejection.into_response(),
            };
        }
        (&Method::GET, "saved") => return saved(&playground),
        (&Method::GET, _) => {
            let reply = read::answer(&playground, name, &parts.uri).await;
            return reply.map(Json).into_response();
        }
        (&Method::POST, "act" | "operate") => {}
        _ => return StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
    let Ok(body) = axum::body::to_bytes(body, BODY_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let reply = match name {
        "act" => match from_json(&body) {
            Ok(wanted) => act::carry_out(&playground, wanted).await,
            Err(failure) => Err(failure),
        },
        _ => from_json(&body).and_then(|wanted| operate::carry_out(&playground, wanted)),
    };
    reply.map(Json).into_response()
}

/// The whole state, as a file to keep.
fn saved(playground: &Playground) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"playground.json\"",
        ),
    ];
    (headers, playground.saved()).into_response()
}

fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|error| Failure::Malformed(error.to_string()))
}

fn from_query<T: DeserializeOwned>(uri: &axum::http::Uri) -> Result<T, Failure> {
    Query::try_from_uri(uri)
        .map(|Query(query)| query)
        .map_err(|error| Failure::Malformed(error.body_text()))
}
