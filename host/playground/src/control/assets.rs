//! The page's files, part of the binary. A debug build reads them from the source folder while it is
//! there, so that whoever works on the page only has to reload it.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../page/", $name)))),*]
    };
}

const FILES: &[(&str, &str)] = files![
    "api.js",
    "app.js",
    "command.js",
    "composer.js",
    "controls.js",
    "dom.js",
    "drawer.css",
    "drawer.js",
    "drawer/bot.js",
    "drawer/channels.js",
    "drawer/log.js",
    "drawer/members.js",
    "drawer/records.js",
    "drawer/roles.js",
    "icon.svg",
    "icons.js",
    "index.html",
    "layout.css",
    "live.js",
    "locked.html",
    "markdown.js",
    "members.js",
    "messages.css",
    "messages.js",
    "modal.js",
    "names.js",
    "pane.js",
    "people.js",
    "picker.js",
    "sidebar.js",
    "time.js",
    "welcome.js",
    "widgets.css",
];

/// The page.
pub(super) fn index() -> Response {
    file("index.html")
}

/// What somebody sees who has not got the token.
pub(super) fn locked() -> Response {
    (StatusCode::UNAUTHORIZED, file("locked.html")).into_response()
}

/// A file of the page.
pub(super) fn file(name: &str) -> Response {
    let Some((name, text)) = FILES.iter().find(|(known, _)| *known == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/javascript; charset=utf-8",
    };
    ([(CONTENT_TYPE, kind)], current(name, text)).into_response()
}

#[cfg(debug_assertions)]
fn current(name: &str, embedded: &'static str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("page")
        .join(name);
    std::fs::read_to_string(path).unwrap_or_else(|_| embedded.to_owned())
}

#[cfg(not(debug_assertions))]
fn current(_: &str, embedded: &'static str) -> &'static str {
    embedded
}
