//! Quotas and points, as a guild lives them: the built plugin over a real database.

#[path = "quota/acceptance.rs"]
mod acceptance;
#[path = "quota/booking.rs"]
mod booking;
#[path = "quota/configuring.rs"]
mod configuring;
#[path = "quota/guild.rs"]
mod guild;
#[path = "quota/looking.rs"]
mod looking;
#[path = "quota/resets.rs"]
mod resets;

const ANN: u64 = 11;
const BEN: u64 = 12;
const CID: u64 = 13;
const DAN: u64 = 14;
const EVE: u64 = 15;
const MAX: u64 = 16;

const SHATTERS: &str = "SHATTERS";

#[track_caller]
fn contains(text: &str, part: &str) {
    assert!(text.contains(part), "`{part}` is not in:\n{text}");
}

#[track_caller]
fn lacks(text: &str, part: &str) {
    assert!(!text.contains(part), "`{part}` is in:\n{text}");
}
