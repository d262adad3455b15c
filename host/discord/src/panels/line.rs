//! Whose turn it is: at most one edit per channel and 1.2 s, fewer for old messages, round-robin over
//! the panels that may have changed.

use std::collections::VecDeque;
use std::time::Duration;

use muster_core::ids::ChannelId;
use muster_core::{GuildId, Timestamp};

use super::panel::PanelId;

/// Time between two edits in one channel. Discord lets about five pass in 5 s; the rest is for others
/// ([Discord Docs/Rate Limits](https://discord.com/developers/docs/topics/rate-limits), numbers observed).
pub(super) const EDIT_PACE: Duration = Duration::from_millis(1200);

/// Time between two edits of old messages in one channel: Discord lets about three pass in 20 s (code
/// 30046, observed).
const OLD_PACE: Duration = Duration::from_secs(7);

/// From when on a message is old (code 30046, observed).
const OLD_AFTER: Duration = Duration::from_secs(3600);

/// What must not happen at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum LineKey {
    /// Edits in one channel.
    Edits(ChannelId),
    /// Posts to one address.
    Posts(GuildId, String),
    /// Everything about one panel that is an interaction's answer.
    Answer(PanelId),
}

/// Panels that wait for one thing.
#[derive(Debug)]
pub(super) struct Line {
    /// Round-robin: who was served stands at the end again.
    pub queue: VecDeque<PanelId>,
    /// Whether a job is under way.
    pub busy: bool,
    /// Whether it stands in its guild's queue for a job.
    pub parked: bool,
    /// For when it is to be looked at again.
    pub wake_at: Option<Timestamp>,
    next_at: Timestamp,
    next_old_at: Timestamp,
}

impl Default for Line {
    fn default() -> Self {
        let long_ago = Timestamp::from_ms(i64::MIN);
        Self {
            queue: VecDeque::new(),
            busy: false,
            parked: false,
            wake_at: None,
            next_at: long_ago,
            next_old_at: long_ago,
        }
    }
}

/// Whether a message that was made then counts as old.
pub(super) fn is_old(made_at: Timestamp, now: Timestamp) -> bool {
    now.since(made_at) >= OLD_AFTER
}

/// Who goes next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// The one at this place of the queue, now.
    Now(usize),
    /// Nobody before then.
    At(Timestamp),
    /// Nobody waits.
    Never,
}

impl Line {
    /// A line whose last edit, by an earlier process, may have been just now.
    pub fn after_restart(now: Timestamp) -> Self {
        Self {
            next_at: now.plus(EDIT_PACE),
            ..Self::default()
        }
    }

    /// When a message that is old or not may be edited here.
    pub fn opens_at(&self, is_old: bool) -> Timestamp {
        if is_old {
            self.next_at.max(self.next_old_at)
        } else {
            self.next_at
        }
    }

    /// An edit has just arrived at Discord.
    pub fn edited(&mut self, is_old: bool, now: Timestamp) {
        self.next_at = now.plus(EDIT_PACE);
        if is_old {
            self.next_old_at = now.plus(OLD_PACE);
        }
    }

    /// Discord asks to wait.
    pub fn hold(&mut self, is_old: bool, until: Timestamp) {
        if is_old {
            self.next_old_at = self.next_old_at.max(until);
        } else {
            self.next_at = self.next_at.max(until);
        }
    }

    /// Whether nothing needs to be remembered of it.
    pub fn is_idle(&self, now: Timestamp) -> bool {
        self.queue.is_empty() && !self.busy && self.next_at <= now && self.next_old_at <= now
    }

    /// The first in the queue whose time has come.
    pub fn turn(&self, now: Timestamp, due: impl Fn(PanelId) -> Timestamp) -> Turn {
        let mut first = None::<Timestamp>;
        for (place, panel) in self.queue.iter().enumerate() {
            let at = due(*panel);
            if at <= now {
                return Turn::Now(place);
            }
            first = Some(first.map_or(at, |first| first.min(at)));
        }
        first.map_or(Turn::Never, Turn::At)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    fn line(panels: &[u64]) -> Line {
        Line {
            queue: panels.iter().map(|raw| PanelId(*raw)).collect(),
            ..Line::default()
        }
    }

    #[test]
    fn an_idle_channel_is_edited_at_once() {
        let line = line(&[1]);
        assert_eq!(line.turn(at(0), |_| line.opens_at(false)), Turn::Now(0));
    }

    #[test]
    fn the_next_edit_waits_for_the_pace() {
        let mut line = line(&[1, 2]);
        line.edited(false, at(1000));
        assert_eq!(
            line.turn(at(1500), |_| line.opens_at(false)),
            Turn::At(at(2200))
        );
        assert_eq!(line.turn(at(2200), |_| line.opens_at(false)), Turn::Now(0));
    }

    #[test]
    fn old_messages_wait_longer_and_let_young_ones_pass() {
        let mut line = line(&[1, 2]);
        line.edited(true, at(0));
        let due = |panel| line.opens_at(panel == PanelId(1));
        assert_eq!(line.turn(at(1200), due), Turn::Now(1));
        assert_eq!(line.turn(at(1100), due), Turn::At(at(1200)));
        line.queue.pop_back();
        assert_eq!(
            line.turn(at(1200), |_| line.opens_at(true)),
            Turn::At(at(7000))
        );
    }

    #[test]
    fn one_who_must_pause_lets_the_others_pass() {
        let line = line(&[1, 2]);
        let due = |panel| if panel == PanelId(1) { at(9000) } else { at(0) };
        assert_eq!(line.turn(at(0), due), Turn::Now(1));
    }

    #[test]
    fn a_message_is_old_after_an_hour() {
        assert!(!is_old(at(0), at(3_599_999)));
        assert!(is_old(at(0), at(3_600_000)));
    }
}
