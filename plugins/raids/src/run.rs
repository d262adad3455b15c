//! What a run is, and what may be done with it: the rules, without Discord and without a database.
//!
//! ```text
//! open --Start--> live --End--> ended
//!   \--Cancel-------\--Cancel--> cancelled
//!    \--too old------\---------> ended
//! ```
//!
//! Each rule decides and changes nothing: it says what is to be written, or why not. So a handler
//! loads, asks, writes and shows, and a rule is tested by calling it.

mod details;
mod draft;
mod key_log;
mod key_window;
mod lead;
mod oryx;
mod roster;
mod transition;

use std::fmt;

use muster_dungeons::{Dungeon, find_dungeon};
use muster_sdk::ids::{ChannelId, GuildId, MessageId, RoleId, UserId};
use muster_sdk::time::Timestamp;

use crate::headcount::HeadcountId;

pub use details::{Detail, DetailChange, DetailError};
pub use draft::{ActivityError, Draft, DraftError, may_post};
pub use key_log::{KeyDraft, KeyEntry, KeyLog, KeyLogError, PREFIXES, Reactor, bare_name};
pub use key_window::{COOLDOWN_SECONDS, KeyPop, PopError};
pub use lead::{CHAIN, LeadError, PING_SECONDS};
pub use oryx::{Stage, StageChange, TakenError, taken};
pub use roster::{
    ClassChoice, KeyToggle, Need, Raider, Seat, SeatError, Seated, State, Tally,
    classes_are_filled, needs,
};
pub use transition::{Awards, Ending, Missing, Transition, TransitionError};

/// The number of a run: 1, 2, 3 in each guild.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub i64);

/// A run, as the database holds it; who takes part is beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// Who posted it, leads it and gets the quota for it.
    pub organizer: UserId,
    /// What they were called then. Typed by a person.
    pub organizer_name: String,
    /// Which dungeon. Kept as text: a run outlives the dungeon in the data.
    pub dungeon_key: String,
    /// What the dungeon was called then.
    pub dungeon_label: String,
    /// How far it is.
    pub status: Status,
    /// Which party in the game to join.
    pub party: Option<String>,
    /// Where in the game to go.
    pub location: Option<String>,
    /// What the organizer wants known.
    pub note: Option<String>,
    /// When it was posted.
    pub created_at: Timestamp,
    /// Minutes after posting when it ends by itself.
    pub auto_end_minutes: u32,
    /// When it went live.
    pub started_at: Option<Timestamp>,
    /// Who started it.
    pub started_by: Option<UserId>,
    /// When it was ended or cancelled.
    pub ended_at: Option<Timestamp>,
    /// Who ended or cancelled it; nobody when it ended by itself.
    pub ended_by: Option<UserId>,
    /// Why it is over.
    pub end_reason: Option<EndReason>,
    /// Until when raiders may join the party after the last key pop.
    pub key_window_ends_at: Option<Timestamp>,
    /// When the last key was popped.
    pub key_popped_at: Option<Timestamp>,
    /// How many keys were popped.
    pub key_pop_count: u32,
    /// How many keys are planned.
    pub chain_amount: Option<u32>,
    /// Whether nobody may join any more.
    pub join_locked: bool,
    /// The picture that shows that the organizer holds the portal.
    pub screenshot_url: Option<String>,
    /// How far the fight of Oryx 3 is.
    pub stage: Option<Stage>,
    /// Which miniboss was met there.
    pub miniboss: Option<String>,
    /// How far the realm is, in percent, as the organizer said last.
    pub realm_score: Option<u32>,
    /// When its people were pinged last.
    pub pinged_at: Option<Timestamp>,
    /// In how many messages that was.
    pub ping_messages: u32,
    /// Whether its organizer was told that every needed class is there.
    pub needs_told: bool,
    /// Popped keys that nobody is to be thanked for.
    pub keys_waived: u32,
    /// Whether a role of its own was asked for.
    pub has_role: bool,
    /// That role, once it is made.
    pub role: Option<RoleId>,
    /// The message that shows it, once it is posted.
    pub posted: Option<Posted>,
    /// Whether it has a thread in the raid log.
    pub logged: bool,
    /// The headcount that it came from, whose thread in the raid log it goes on with.
    pub headcount: Option<HeadcountId>,
}

/// The message that shows a run to everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posted {
    /// Where it is.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Posted, people gather.
    Open,
    /// It is being run.
    Live,
    /// Over, and it counts.
    Ended,
    /// Over, and it does not.
    Cancelled,
}

/// Why a run is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// Somebody said so.
    Manual,
    /// It was too old.
    Auto,
    /// Its channel or panel is gone.
    Orphaned,
}

/// Who acts on a run as its organizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The member.
    pub user: UserId,
    /// Whether they rank as organizer or higher, at the time of the press.
    pub is_organizer: bool,
}

/// That a run is over, how, and by whom: what somebody reads who came too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over {
    /// Ended or cancelled.
    pub status: Status,
    /// When.
    pub at: Timestamp,
    /// By whom; nobody when it ended by itself.
    pub by: Option<UserId>,
    /// Why.
    pub reason: EndReason,
}

impl Run {
    /// The dungeon, if the data still has it.
    pub fn dungeon(&self) -> Option<&'static Dungeon> {
        find_dungeon(&self.dungeon_key)
    }

    /// How it came to be over, if it is.
    pub fn over(&self) -> Option<Over> {
        self.status.is_over().then(|| Over {
            status: self.status,
            at: self.ended_at.unwrap_or(self.created_at),
            by: self.ended_by,
            reason: self.end_reason.unwrap_or(EndReason::Manual),
        })
    }

    /// Until when raiders may join the party, while they may.
    pub fn key_window(&self, now: Timestamp) -> Option<Timestamp> {
        self.key_window_ends_at
            .filter(|&ends_at| self.status == Status::Live && now < ends_at)
    }

    /// Whether this member may act as the organizer: who posted the run, and everybody who ranks as
    /// organizer.
    pub fn may_organize(&self, actor: Actor) -> bool {
        actor.user == self.organizer || actor.is_organizer
    }
}

impl Posted {
    /// The address that opens it in Discord's client.
    pub fn link(self, guild: GuildId) -> String {
        let Self { channel, message } = self;
        format!("https://discord.com/channels/{guild}/{channel}/{message}")
    }
}

impl Status {
    /// Whether nothing comes after it.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Ended | Self::Cancelled)
    }

    /// The word in the database and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Live => "live",
            Self::Ended => "ended",
            Self::Cancelled => "cancelled",
        }
    }

    /// From that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Open, Self::Live, Self::Ended, Self::Cancelled]
            .into_iter()
            .find(|s| s.as_str() == word)
    }
}

impl EndReason {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Auto => "auto",
            Self::Orphaned => "orphaned",
        }
    }

    /// From that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Manual, Self::Auto, Self::Orphaned]
            .into_iter()
            .find(|r| r.as_str() == word)
    }
}

impl RunId {
    /// The number in a text, as this plugin writes it: no sign, no leading zero.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        if !digits || text.starts_with('0') {
            return None;
        }
        text.parse().ok().map(Self)
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests;
