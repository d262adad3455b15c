//! What a guild's owner is told because only they can mend it: once per cause, not once per effect.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

use muster_core::clock::SharedClock;
use muster_core::{GuildId, Timestamp};
use parking_lot::Mutex;
use tokio::sync::mpsc;

/// A sentence for the owner of a guild.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerNotice {
    /// The guild.
    pub guild: GuildId,
    /// What is missing and where to set it.
    pub text: String,
}

/// After this long the same cause is told again, if it still stands in the way.
const TOLD_AGAIN_AFTER: Duration = Duration::from_secs(24 * 3600);

/// Above this many, causes whose time is over are forgotten.
const MANY: usize = 1000;

/// Tells owners, and remembers what they were told.
pub(crate) struct Notices {
    owners: mpsc::UnboundedSender<OwnerNotice>,
    clock: SharedClock,
    told: Mutex<HashMap<(GuildId, String), Timestamp>>,
}

impl Notices {
    pub(crate) fn new(owners: mpsc::UnboundedSender<OwnerNotice>, clock: SharedClock) -> Self {
        Self {
            owners,
            clock,
            told: Mutex::default(),
        }
    }

    /// Tells the owner of `guild`, unless they know of this `cause`.
    pub(crate) fn tell(&self, guild: GuildId, cause: &str, text: &str) {
        if self.is_news(guild, cause) {
            // A closed channel means that the process is going down.
            drop(self.owners.send(OwnerNotice {
                guild,
                text: text.to_owned(),
            }));
        }
    }

    fn is_news(&self, guild: GuildId, cause: &str) -> bool {
        let now = self.clock.now();
        let is_over = |at: Timestamp| now.since(at) >= TOLD_AGAIN_AFTER;
        let mut told = self.told.lock();
        if told.len() >= MANY {
            told.retain(|_, at| !is_over(*at));
        }
        match told.entry((guild, cause.to_owned())) {
            Entry::Occupied(last) if !is_over(*last.get()) => false,
            entry => {
                entry.insert_entry(now);
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use muster_core::clock::ShiftedClock;

    use super::*;

    #[test]
    fn the_same_cause_is_told_once_a_day() {
        let clock = ShiftedClock::default();
        let (owners, mut told) = mpsc::unbounded_channel();
        let notices = Notices::new(owners, Arc::new(clock.clone()));
        let guild = GuildId::new(1).expect("not 0");
        notices.tell(guild, "post/5", "a");
        notices.tell(guild, "post/5", "a");
        notices.tell(guild, "post/6", "b");
        clock.set_offset_ms(25 * 3_600_000);
        notices.tell(guild, "post/5", "c");
        let mut texts = Vec::new();
        while let Ok(notice) = told.try_recv() {
            texts.push(notice.text);
        }
        assert_eq!(texts, ["a", "b", "c"]);
    }
}
