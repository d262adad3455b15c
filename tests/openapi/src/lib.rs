//! Is what the bot and the playground say to each other what Discord's OpenAPI file allows?
//!
//! Discord publishes that file at <https://github.com/discord/discord-api-spec>; it is no part of this
//! repository. Every test that starts a playground can write down what went over the wire; this crate runs
//! the tests with that switched on, and holds each line against the file:
//!
//! ```sh
//! DISCORD_OPENAPI=openapi.json cargo openapi                        # all tests
//! DISCORD_OPENAPI=openapi.json cargo openapi -p muster-playground   # those of one package
//! ```
//!
//! What is judged:
//! * every request of the bot, by method, path, query and body;
//! * every request of somebody else (tests send wrong ones on purpose) that the playground accepted;
//! * every answer of the playground that is not a fault that a test asked for;
//! * the objects in gateway events that the file has a schema for.
//!
//! The judgement is stricter than the file: a property that it does not know is a difference too. Where
//! the file is wrong or stricter than Discord's documentation, `accepted.toml` says so, with the reason.

mod accepted;
mod explain;
mod judge;
mod operation;
mod report;
mod transcript;

pub use accepted::{Accepted, AcceptedDifference};
pub use judge::{Judge, Judgement, UnreadableFile};
pub use report::Report;
pub use transcript::{Line, read_folder};

/// Something that the file does not allow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// `POST /channels/{channel_id}/messages`, or `event MESSAGE_CREATE`.
    pub place: String,
    /// Which half of it.
    pub side: Side,
    /// Where in the body, with `*` for the index of a list: `/embeds/*/type`.
    pub at: String,
    /// What is wrong.
    pub says: String,
}

/// Which half of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// What was asked.
    Request,
    /// What was answered.
    Answer,
    /// What the gateway told.
    Event,
}

impl std::fmt::Display for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Answer => "answer",
            Self::Event => "event",
        })
    }
}
