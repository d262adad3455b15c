//! Plugins that misbehave on purpose. What the host makes of them is in `tests/hostile.rs`.

/// Misbehaves in one way per command.
pub static HOSTILE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/muster-guest-hostile.wasm"));
/// Imports what no plugin may.
pub static FORBIDDEN: &[u8] =
    include_bytes!(concat!(env!("OUT_DIR"), "/muster-guest-forbidden.wasm"));
/// Behaves; its rows are what the others are after.
pub static HELLO: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/muster-guest-hello.wasm"));
