//! One gateway connection: frames in, frames out, heartbeats and limits of the socket.
//!
//! What a frame means is in `world/session.rs`; here is what belongs to the wire
//! ([Discord Docs/Gateway, "Rate Limiting", "Sending Heartbeats", "Encoding and Compression"]).

mod compress;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::gateway::compress::Packer;
use crate::log::Direction;
use crate::server::Shared;
use crate::server::wire::Control;
use crate::world::session::{After, Out};

/// How long the other side may take to answer a close frame.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// How a connection ended.
enum End {
    /// The client closed, with its code if it gave one.
    ByClient(Option<u16>),
    /// We close, with a code or without.
    ByUs(Option<u16>),
    /// We end the stream and say nothing.
    HungUp,
    /// Nothing more can be sent or read.
    Lost,
}

/// Serves a connection until it ends.
pub(crate) async fn run(
    shared: Arc<Shared>,
    mut socket: WebSocket,
    control: Arc<Control>,
    query: String,
) {
    let (packer, refusal) = match read_query(&query) {
        Ok(packer) => (packer, None),
        Err(code) => (Packer::Plain, Some(code)),
    };
    let (id, outbox) = shared.world.lock().open_connection(control.clone());
    let mut connection = Connection {
        shared,
        id,
        outbox,
        packer,
        frames: Frames::default(),
    };
    let end = match refusal {
        Some(code) => End::ByUs(Some(code)),
        None => connection.serve(&mut socket).await,
    };
    let by_client = match end {
        End::ByClient(code) => code,
        End::ByUs(code) => {
            connection.say_goodbye(&mut socket, code).await;
            None
        }
        End::HungUp | End::Lost => None,
    };
    connection
        .shared
        .world
        .lock()
        .close_connection(id, by_client);
    if matches!(end, End::ByUs(_) | End::Lost) {
        control.cut();
    }
}

/// How frames are packed. A wrong version closes with 4012; an encoding other than JSON, or an unknown compression,
/// cannot be decoded (4002).
fn read_query(query: &str) -> Result<Packer, u16> {
    let mut packer = Packer::Plain;
    for pair in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match pair {
            ("v", "10" | "9") | ("encoding", "json") => {}
            ("v", _) => return Err(4012),
            ("encoding", _) => return Err(4002),
            ("compress", name) => packer = Packer::of_transport(name).ok_or(4002_u16)?,
            _ => {}
        }
    }
    Ok(packer)
}

struct Connection {
    shared: Arc<Shared>,
    id: u64,
    outbox: mpsc::Receiver<Out>,
    packer: Packer,
    frames: Frames,
}

impl Connection {
    async fn serve(&mut self, socket: &mut WebSocket) -> End {
        let gateway = self.shared.config.gateway.clone();
        let switches = self.shared.world.lock().switches.clone();
        let opened = Instant::now();
        let patience = gateway.heartbeat_interval * 2;
        let mut last_heartbeat = opened;
        let mut identified = false;
        loop {
            let silence = last_heartbeat + patience;
            let (deadline, late) = match (identified, switches.close_4003_without_identify) {
                (false, true) if opened + gateway.identify_timeout < silence => {
                    (opened + gateway.identify_timeout, End::ByUs(Some(4003)))
                }
                _ if switches.close_4009_without_heartbeat => (silence, End::ByUs(Some(4009))),
                _ => (silence, End::Lost),
            };
            tokio::select! {
                out = self.outbox.recv() => {
                    let Some(out) = out else { return End::Lost };
                    if let Err(end) = self.send(socket, out).await {
                        return end;
                    }
                }
                frame = socket.recv() => {
                    let text = match frame {
                        None | Some(Err(_)) => return End::Lost,
                        Some(Ok(Message::Close(frame))) => return End::ByClient(frame.map(|frame| frame.code)),
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                        Some(Ok(Message::Binary(_))) => return End::ByUs(Some(4002)),
                        Some(Ok(Message::Text(text))) => text,
                    };
                    if text.len() > gateway.max_frame_bytes {
                        return End::ByUs(Some(4002));
                    }
                    if !self.frames.admit(gateway.frames_per_minute) {
                        return End::ByUs(Some(4008));
                    }
                    let Ok(frame) = serde_json::from_str::<Value>(&text) else {
                        return End::ByUs(Some(4002));
                    };
                    match frame["op"].as_u64() {
                        Some(1) => last_heartbeat = Instant::now(),
                        Some(2 | 6) => identified = true,
                        _ => {}
                    }
                    let after = self.shared.world.lock().receive(self.id, &frame, text.len());
                    if let After::Close(code) = after {
                        // What was queued before, such as an acknowledgement, goes out first.
                        while let Ok(out) = self.outbox.try_recv() {
                            if let Err(end) = self.send(socket, out).await {
                                return end;
                            }
                        }
                        return End::ByUs(Some(code));
                    }
                }
                () = tokio::time::sleep_until(deadline) => return late,
            }
        }
    }

    /// Sends what is in the outbox, as many frames as there are before a flush.
    async fn send(&mut self, socket: &mut WebSocket, first: Out) -> Result<(), End> {
        let mut next = Some(first);
        while let Some(out) = next {
            match out {
                Out::Frame(text) => {
                    let delay = self.shared.frame_delay_ms.load(Ordering::Relaxed);
                    if delay > 0 {
                        tokio::time::sleep(Duration::from_millis(delay)).await;
                    }
                    let message = self.packer.pack(text);
                    socket.feed(message).await.map_err(|_| End::Lost)?;
                }
                Out::Compress => self.packer.ask_payload(),
                Out::Pause(ms) => {
                    socket.flush().await.map_err(|_| End::Lost)?;
                    self.shared
                        .clock
                        .sleep(Duration::from_millis(ms.unsigned_abs()))
                        .await;
                }
                Out::Close(code) => return Err(End::ByUs(code)),
                Out::HangUp => {
                    socket.flush().await.map_err(|_| End::Lost)?;
                    return Err(End::HungUp);
                }
            }
            next = self.outbox.try_recv().ok();
        }
        socket.flush().await.map_err(|_| End::Lost)
    }

    /// Sends a close frame and waits a moment for the other side to close too.
    async fn say_goodbye(&mut self, socket: &mut WebSocket, code: Option<u16>) {
        self.shared
            .world
            .lock()
            .log_close(self.id, code, Direction::ToBot);
        let frame = code.map(|code| CloseFrame {
            code,
            reason: reason(code).into(),
        });
        if socket.send(Message::Close(frame)).await.is_err() {
            return;
        }
        let drained = async { while let Some(Ok(_)) = socket.next().await {} };
        // Whoever does not close in time is cut off.
        let _ = tokio::time::timeout(CLOSE_WITHIN, drained).await;
    }
}

/// The words that go with a close code ([Discord Docs/Opcodes and Status Codes]).
fn reason(code: u16) -> &'static str {
    match code {
        4000 => "Unknown error",
        4001 => "Unknown opcode",
        4002 => "Error while decoding payload.",
        4003 => "Not authenticated.",
        4004 => "Authentication failed.",
        4005 => "Already authenticated.",
        4007 => "Invalid seq.",
        4008 => "Rate limited.",
        4009 => "Session timed out.",
        4010 => "Invalid shard.",
        4011 => "Sharding required.",
        4012 => "Invalid API version.",
        4013 => "Invalid intent(s).",
        4014 => "Disallowed intent(s).",
        _ => "",
    }
}

/// Counts a client's frames by minutes.
struct Frames {
    since: Instant,
    count: u32,
}

impl Default for Frames {
    fn default() -> Self {
        Self {
            since: Instant::now(),
            count: 0,
        }
    }
}

impl Frames {
    fn admit(&mut self, per_minute: u32) -> bool {
        if self.since.elapsed() >= Duration::from_secs(60) {
            *self = Self::default();
        }
        self.count += 1;
        self.count <= per_minute
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_decides_version_encoding_and_compression() {
        let refusal = |query: &str| read_query(query).err();
        assert_eq!(refusal("v=10&encoding=json"), None);
        assert_eq!(refusal(""), None);
        assert_eq!(refusal("v=5"), Some(4012));
        assert_eq!(refusal("v=10&encoding=etf"), Some(4002));
        assert_eq!(refusal("compress=brotli"), Some(4002));
        assert!(matches!(
            read_query("encoding=json&v=10&compress=zlib-stream"),
            Ok(Packer::ZlibStream(_))
        ));
    }
}
