//! What went over the wire, for the drawer.

use serde_json::{Value, json};

use crate::log::{Direction, FrameEntry, RequestEntry};
use crate::world::World;

/// Entries that one look brings.
pub(super) const ENTRIES: usize = 200;

/// The newest REST calls and frames, oldest first.
pub(super) fn newest(world: &World) -> Value {
    let requests = world.logs.requests.iter().rev().take(ENTRIES);
    let mut requests: Vec<Value> = requests.map(request).collect();
    requests.reverse();
    let mut frames: Vec<Value> = world
        .logs
        .frames
        .iter()
        .rev()
        .take(ENTRIES)
        .map(frame)
        .collect();
    frames.reverse();
    json!({ "requests": requests, "frames": frames, "total": world.logs.counters.requests })
}

/// REST calls after the one of this number, oldest first; the newest of them if there are many.
pub(super) fn since(world: &World, number: u64) -> Vec<Value> {
    let newer = world.logs.requests.iter().rev();
    let mut newer: Vec<Value> = newer
        .take_while(|entry| entry.number > number)
        .take(ENTRIES)
        .map(request)
        .collect();
    newer.reverse();
    newer
}

fn request(entry: &RequestEntry) -> Value {
    json!({
        "number": entry.number, "at_ms": entry.at_ms, "method": entry.method, "path": entry.path,
        "route": entry.route, "status": entry.status, "code": entry.code, "bucket": entry.bucket,
        "took_ms": entry.duration.as_secs_f64() * 1000.0, "bytes": entry.body_bytes,
        "body": String::from_utf8_lossy(&entry.body), "error": entry.error, "remarks": entry.remarks,
    })
}

fn frame(entry: &FrameEntry) -> Value {
    json!({
        "at_ms": entry.at_ms, "connection": entry.connection, "op": entry.op, "event": entry.event,
        "seq": entry.seq, "close": entry.close, "bytes": entry.bytes,
        "to_bot": entry.direction == Direction::ToBot,
    })
}
