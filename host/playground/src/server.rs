//! The server on loopback: REST, the gateway's socket and files, all on one port.

mod authorize;
pub(crate) mod wire;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::Router;
use axum::body::Body;
use axum::extract::{
    ConnectInfo, DefaultBodyLimit, FromRequestParts, Request, State, WebSocketUpgrade,
};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::config::Config;
use crate::control::guard::Door;
use crate::id::ChannelId;
use crate::inspect::{Inspectors, TRANSCRIPTS};
use crate::server::wire::{LoopbackListener, Open, Peer};
use crate::world::World;
use crate::{control, gateway, rest};

/// A client's frames may be this large before the socket gives up; Discord's own limit of 4096 is
/// checked on the frame and closes with 4002.
const SOCKET_FRAME_BYTES: usize = 1 << 20;

/// Why a playground did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is not on this machine.
    #[error("the playground listens on loopback only, and {0} is not a loopback address")]
    NotLoopback(SocketAddr),
    /// The port could not be had.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The folder that the environment names for transcripts cannot be written to.
    #[error("cannot write a transcript into the folder that {TRANSCRIPTS} names")]
    Transcript(#[source] std::io::Error),
}

/// What all tasks share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub world: Mutex<World>,
    pub clock: Clock,
    pub config: Arc<Config>,
    pub address: SocketAddr,
    /// Who may use the page.
    pub door: Door,
    /// The same on [`Config::page_address`].
    pub remote_door: Option<Door>,
    /// What the page shows besides the world.
    pub given: control::Given,
    /// Milliseconds of real time that each gateway frame waits (the slow socket).
    pub frame_delay_ms: AtomicU64,
}

/// Starts listening and serving. The server ends when `stop` says so.
pub(crate) async fn start(
    config: Config,
    stop: watch::Receiver<bool>,
) -> Result<Arc<Shared>, StartError> {
    let address = config.address;
    if !address.ip().is_loopback() {
        return Err(StartError::NotLoopback(address));
    }
    let (listener, address) = bind(address).await?;
    let remote = match config.page_address {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    let (config, clock) = (Arc::new(config), Clock::new());
    let inspectors = Inspectors::new(config.inspector.clone()).map_err(StartError::Transcript)?;
    let base_url = format!("http://{address}");
    let world = World::new(config.clone(), clock.clone(), base_url, inspectors);
    let door = Door::new(address);
    let remote_door = remote.as_ref().map(|(_, address)| door.at(*address));
    let shared = Arc::new(Shared {
        world: Mutex::new(world),
        clock,
        config,
        address,
        door,
        remote_door,
        given: control::Given::default(),
        frame_delay_ms: AtomicU64::new(0),
    });
    let app = Router::new().fallback(serve).with_state(shared.clone());
    run(listener, app, stop.clone());
    if let Some((listener, _)) = remote {
        let page = Router::new()
            .fallback(serve_page)
            .with_state(shared.clone());
        run(listener, page, stop);
    }
    Ok(shared)
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let listen_error = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listen_error)?;
    let bound = listener.local_addr().map_err(listen_error)?;
    Ok((listener, bound))
}

/// Serves on one listener until `stop` says so.
fn run(listener: TcpListener, app: Router, mut stop: watch::Receiver<bool>) {
    let app = app
        .layer(DefaultBodyLimit::disable())
        .into_make_service_with_connect_info::<Peer>();
    let open = Open::default();
    let listener = LoopbackListener::new(listener, open.clone());
    tokio::spawn(async move {
        let ended = async move {
            // An error means that the last handle is gone, which ends the server too.
            let _ = stop.wait_for(|stop| *stop).await;
        };
        tokio::select! {
            result = axum::serve(listener, app).into_future() => {
                if let Err(error) = result {
                    tracing::error!(%error, "the playground's server ended");
                }
            }
            () = ended => {}
        }
        open.cut_all();
    });
}

async fn serve(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
) -> Response {
    let path = request.uri().path();
    let is_consent = matches!(path, "/oauth2/authorize" | "/api/oauth2/authorize");
    // Bots name no origin. A web page always does, and none but ours has any business here.
    if (is_consent || request.headers().contains_key(header::ORIGIN))
        && let Err(refusal) = shared.door.check_place(request.headers())
    {
        return refusal.into_response();
    }
    if is_consent {
        return consent(&shared, request).await;
    }
    if path.starts_with("/api/") {
        return rest::serve(shared, peer.0, request).await;
    }
    if matches!(path, "/" | "/gateway" | "/gateway/")
        && request.headers().contains_key(header::UPGRADE)
    {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let (mut parts, _) = request.into_parts();
        return match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
            Ok(upgrade) => upgrade
                .max_message_size(SOCKET_FRAME_BYTES)
                .max_frame_size(SOCKET_FRAME_BYTES)
                .on_upgrade(move |socket| gateway::run(shared, socket, peer.0, query)),
            Err(rejection) => rejection.into_response(),
        };
    }
    if let Some(rest) = path.strip_prefix("/attachments/") {
        return attachment(&shared, rest);
    }
    if control::owns(path) {
        let door = shared.door.clone();
        return control::serve(shared, &door, request).await;
    }
    (
        StatusCode::NOT_FOUND,
        "Discord's REST API is at /api/v10, its gateway at /gateway\n",
    )
        .into_response()
}

/// The consent page: 16 KiB are enough for its form.
async fn consent(shared: &Shared, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, 16 * 1024).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let query = parts.uri.query().unwrap_or_default();
    authorize::serve(shared, &parts.method, query, &body)
}

/// The page's own address: nothing without the token, files neither.
async fn serve_page(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let Some(door) = shared.remote_door.clone() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let path = request.uri().path();
    if let Some(file) = path.strip_prefix("/attachments/") {
        return match door.check(request.method(), request.headers()) {
            Ok(()) => attachment(&shared, file),
            Err(refusal) => refusal.into_response(),
        };
    }
    if control::owns(path) {
        return control::serve(shared, &door, request).await;
    }
    StatusCode::NOT_FOUND.into_response()
}

/// `/attachments/{channel}/{file}/{name}`: what Discord serves from its CDN.
fn attachment(shared: &Shared, path: &str) -> Response {
    let mut parts = path.split('/');
    let mut next = || parts.next()?.parse::<u64>().ok();
    let found = next()
        .zip(next())
        .and_then(|(channel, file)| shared.world.lock().find_file(ChannelId(channel), file));
    let Some((data, kind)) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // A file is what somebody uploaded. In a browser it must not act as part of the page.
    let is_picture = matches!(
        kind.as_deref(),
        Some("image/png" | "image/jpeg" | "image/gif" | "image/webp")
    );
    let kind = kind.and_then(|kind| HeaderValue::try_from(kind).ok());
    let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static(if is_picture { "inline" } else { "attachment" }),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox"),
        ),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ];
    (headers, Body::from(data)).into_response()
}
