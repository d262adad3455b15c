//! One queue for each (guild, plugin), so that calls never overlap and authors need no locks.
//!
//! A mailbox is a line of waiting callers, not a task: whoever is done wakes the next one. It exists
//! only while somebody is in it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use muster_core::ids::GuildId;
use muster_core::manifest::PluginName;
use parking_lot::Mutex;
use tokio::sync::oneshot;

type Key = (GuildId, PluginName);

/// All mailboxes.
#[derive(Clone)]
pub(crate) struct Mailboxes {
    lines: Arc<Mutex<HashMap<Key, Line>>>,
    most_waiting: usize,
}

/// Those who wait; somebody else is being served.
#[derive(Default)]
struct Line {
    presses: VecDeque<oneshot::Sender<Turn>>,
    background: VecDeque<oneshot::Sender<Turn>>,
}

/// Where a caller stands in line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rank {
    /// A member waits for it.
    Press,
    /// A timer or an event: after all presses.
    Background,
}

/// The right to call this plugin in this guild. Dropping it lets the next one in.
pub(crate) struct Turn {
    mailboxes: Mailboxes,
    key: Option<Key>,
}

/// Too many wait already.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full;

impl Mailboxes {
    pub fn new(most_waiting: usize) -> Self {
        Self {
            lines: Arc::default(),
            most_waiting,
        }
    }

    /// Waits for one's turn. `again`: the caller had its turn, gave it back to ask Discord something,
    /// and goes to the front.
    pub async fn enter(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        rank: Rank,
        again: bool,
    ) -> Result<Turn, Full> {
        let key = (guild, plugin.clone());
        let turn = {
            let mut lines = self.lines.lock();
            match lines.get_mut(&key) {
                None => {
                    lines.insert(key.clone(), Line::default());
                    return Ok(Turn {
                        mailboxes: self.clone(),
                        key: Some(key),
                    });
                }
                Some(line) => line.join(rank, again, self.most_waiting)?,
            }
        };
        turn.await.map_err(|_| Full)
    }

    /// How many mailboxes there are at present.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.lines.lock().len()
    }
}

impl Line {
    fn join(
        &mut self,
        rank: Rank,
        again: bool,
        most: usize,
    ) -> Result<oneshot::Receiver<Turn>, Full> {
        if !again && self.presses.len() + self.background.len() >= most {
            // Some may have given up in the meantime.
            self.presses.retain(|waiting| !waiting.is_closed());
            self.background.retain(|waiting| !waiting.is_closed());
            if self.presses.len() + self.background.len() >= most {
                return Err(Full);
            }
        }
        let (sender, receiver) = oneshot::channel();
        let line = match rank {
            Rank::Press => &mut self.presses,
            Rank::Background => &mut self.background,
        };
        if again {
            line.push_front(sender);
        } else {
            line.push_back(sender);
        }
        Ok(receiver)
    }

    fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        self.presses
            .pop_front()
            .or_else(|| self.background.pop_front())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(mut key) = self.key.take() else {
            return;
        };
        loop {
            let next = {
                let mut lines = self.mailboxes.lines.lock();
                let next = lines.get_mut(&key).and_then(Line::next);
                if next.is_none() {
                    lines.remove(&key);
                }
                next
            };
            let Some(next) = next else { return };
            let turn = Self {
                mailboxes: self.mailboxes.clone(),
                key: Some(key),
            };
            match next.send(turn) {
                Ok(()) => return,
                // That one has given up; the turn is still ours to pass on.
                Err(mut turn) => key = turn.key.take().expect("just put in"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn guild(raw: u64) -> GuildId {
        GuildId::new(raw).expect("not 0")
    }

    fn plugin() -> PluginName {
        "notes".parse().expect("a name")
    }

    #[tokio::test]
    async fn presses_come_first_and_nobody_overlaps() {
        let (boxes, name) = (Mailboxes::new(8), plugin());
        let enter = |rank, again| boxes.enter(guild(1), &name, rank, again).boxed();
        let served = enter(Rank::Press, false).await.expect("empty");
        let mut timer = enter(Rank::Background, false);
        let mut first = enter(Rank::Press, false);
        let mut second = enter(Rank::Press, false);
        assert!((&mut timer).now_or_never().is_none());
        assert!((&mut first).now_or_never().is_none());
        assert!((&mut second).now_or_never().is_none());
        drop(served);
        assert!((&mut timer).now_or_never().is_none());
        assert!((&mut second).now_or_never().is_none());
        let served = first.now_or_never().expect("its turn").expect("not full");
        // The one that asked Discord stands at the front again.
        let mut again = enter(Rank::Press, true);
        assert!((&mut again).now_or_never().is_none());
        drop(served);
        drop(again.now_or_never().expect("its turn").expect("not full"));
        drop(second.now_or_never().expect("its turn").expect("not full"));
        drop(timer.now_or_never().expect("its turn").expect("not full"));
        assert_eq!(boxes.len(), 0, "idle mailboxes vanish");
    }

    #[tokio::test]
    async fn who_gives_up_is_skipped() {
        let (boxes, name) = (Mailboxes::new(1), plugin());
        let enter = || boxes.enter(guild(1), &name, Rank::Press, false).boxed();
        let served = enter().await.expect("empty");
        let mut gone = enter();
        assert!((&mut gone).now_or_never().is_none());
        assert_eq!(enter().await.err(), Some(Full));
        drop(gone);
        let mut next = enter();
        assert!((&mut next).now_or_never().is_none(), "there is room again");
        drop(served);
        assert!(next.now_or_never().expect("its turn").is_ok());
        assert_eq!(boxes.len(), 0);
    }

    #[tokio::test]
    async fn guilds_do_not_wait_for_each_other() {
        let (boxes, name) = (Mailboxes::new(8), plugin());
        let _one = boxes
            .enter(guild(1), &name, Rank::Press, false)
            .await
            .expect("empty");
        let other = boxes.enter(guild(2), &name, Rank::Press, false);
        assert!(other.now_or_never().expect("at once").is_ok());
    }
}
