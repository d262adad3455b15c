//! What went over the wire: REST calls and gateway frames, newest kept, tokens never.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::watch;

/// One REST call.
#[derive(Clone, Debug)]
pub struct RequestEntry {
    /// Counts up from 1.
    pub number: u64,
    /// When it came, in Unix milliseconds of the playground's clock.
    pub at_ms: i64,
    /// GET, POST and so on.
    pub method: String,
    /// Path and query, with interaction tokens replaced by `{token}`.
    pub path: String,
    /// The route with Discord's placeholders; empty for an unknown path.
    pub route: &'static str,
    /// The answer's status; 0 if the connection was reset.
    pub status: u16,
    /// The error's code, if it was one.
    pub code: Option<u32>,
    /// The rate limit bucket.
    pub bucket: Option<String>,
    /// Time spent answering.
    pub duration: Duration,
    /// How many bytes the body had.
    pub body_bytes: usize,
    /// The body, or of a multipart one its `payload_json`; cut off at `Config::log_body_bytes`.
    pub body: Bytes,
    /// The error's body, if it was one.
    pub error: Option<String>,
    /// What `Config::inspector` finds wrong with the call or its answer.
    pub remarks: Vec<String>,
}

impl RequestEntry {
    /// The body as JSON; null if it was none, or cut off.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// Counts over all requests, also those that the log forgot.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    /// All requests.
    pub requests: u64,
    /// By `METHOD route`.
    pub by_route: BTreeMap<String, u64>,
    /// By status.
    pub by_status: BTreeMap<u16, u64>,
}

impl Counters {
    /// Requests on a route, written `METHOD /template`.
    pub fn on(&self, route: &str) -> u64 {
        self.by_route.get(route).copied().unwrap_or(0)
    }

    /// Answers with a status.
    pub fn with_status(&self, status: u16) -> u64 {
        self.by_status.get(&status).copied().unwrap_or(0)
    }
}

/// Which way a frame went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the playground to the bot.
    ToBot,
    /// From the bot to the playground.
    FromBot,
}

/// One gateway frame.
#[derive(Clone, Debug)]
pub struct FrameEntry {
    /// Counts up from 1.
    pub number: u64,
    /// When, in Unix milliseconds of the playground's clock.
    pub at_ms: i64,
    /// The connection, counted from 1.
    pub connection: u64,
    /// Which way.
    pub direction: Direction,
    /// The opcode; none for a close frame.
    pub op: Option<u64>,
    /// The event's name, on dispatches.
    pub event: Option<&'static str>,
    /// The sequence number, on dispatches.
    pub seq: Option<u64>,
    /// The close code, on close frames.
    pub close: Option<u16>,
    /// Length of the frame before compression, in bytes.
    pub bytes: usize,
}

/// The newest entries of something.
#[derive(Debug)]
pub(crate) struct Ring<T> {
    entries: VecDeque<T>,
    capacity: usize,
}

impl<T> Ring<T> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            entries: VecDeque::new(),
            capacity: capacity.max(1),
        }
    }

    /// Adds the newest; gives the oldest if there was no more room.
    pub(crate) fn push(&mut self, entry: T) -> Option<T> {
        let is_full = self.entries.len() == self.capacity;
        let oldest = is_full.then(|| self.entries.pop_front()).flatten();
        self.entries.push_back(entry);
        oldest
    }

    /// Takes the oldest out.
    fn pop(&mut self) -> Option<T> {
        self.entries.pop_front()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.entries.iter()
    }
}

#[derive(Debug)]
pub(crate) struct Logs {
    pub requests: Ring<RequestEntry>,
    pub frames: Ring<FrameEntry>,
    pub counters: Counters,
    by_route: std::collections::HashMap<(String, &'static str), u64>,
    body_bytes: usize,
    most_body_bytes: usize,
    /// How many frames there were; whoever waits for one watches it.
    pub frame_count: watch::Sender<u64>,
}

impl Logs {
    pub(crate) fn new(capacity: usize, most_body_bytes: usize) -> Self {
        Self {
            requests: Ring::new(capacity),
            frames: Ring::new(capacity),
            counters: Counters::default(),
            by_route: std::collections::HashMap::new(),
            body_bytes: 0,
            most_body_bytes,
            frame_count: watch::Sender::new(0),
        }
    }

    pub(crate) fn frame(&mut self, mut entry: FrameEntry) {
        entry.number = *self.frame_count.borrow() + 1;
        self.frame_count.send_replace(entry.number);
        self.frames.push(entry);
    }

    pub(crate) fn request(&mut self, mut entry: RequestEntry) {
        self.counters.requests += 1;
        entry.number = self.counters.requests;
        *self.counters.by_status.entry(entry.status).or_default() += 1;
        *self
            .by_route
            .entry((entry.method.clone(), entry.route))
            .or_default() += 1;
        self.body_bytes += entry.body.len();
        if let Some(forgotten) = self.requests.push(entry) {
            self.body_bytes -= forgotten.body.len();
        }
        while self.body_bytes > self.most_body_bytes
            && let Some(forgotten) = self.requests.pop()
        {
            self.body_bytes -= forgotten.body.len();
        }
    }

    pub(crate) fn counters(&self) -> Counters {
        let mut counters = self.counters.clone();
        let named = self
            .by_route
            .iter()
            .map(|((method, route), count)| (format!("{method} {route}"), *count));
        counters.by_route = named.collect();
        counters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_have_an_end_too() {
        let mut logs = Logs::new(100, 250);
        for _ in 0..5 {
            logs.request(RequestEntry {
                number: 0,
                at_ms: 0,
                method: "POST".into(),
                path: String::new(),
                route: "",
                status: 200,
                code: None,
                bucket: None,
                duration: Duration::ZERO,
                body_bytes: 100,
                body: vec![0; 100].into(),
                error: None,
                remarks: Vec::new(),
            });
        }
        let kept: Vec<u64> = logs.requests.iter().map(|entry| entry.number).collect();
        assert_eq!(kept, [4, 5]);
        assert_eq!(logs.counters().requests, 5);
    }

    #[test]
    fn a_ring_keeps_the_newest() {
        let mut ring = Ring::new(2);
        let gone: Vec<_> = (1..=3).map(|entry| ring.push(entry)).collect();
        assert_eq!(gone, [None, None, Some(1)]);
        assert_eq!(ring.iter().copied().collect::<Vec<_>>(), [2, 3]);
    }
}
