//! Places in the pool, and each guild's share of them: a guild's flood must not keep others waiting.

use std::collections::HashMap;
use std::sync::Arc;

use muster_core::ids::GuildId;
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::engine::Pool;
use crate::settings::Limits;

/// Views and suggestions do not queue in mailboxes; this many may wait in one guild.
const MOST_UNQUEUED: usize = 128;

/// The pool and the guilds that use it.
#[derive(Clone)]
pub(crate) struct Slots {
    pool: Pool,
    shares: Arc<Mutex<HashMap<GuildId, Share>>>,
    per_guild: usize,
}

struct Share {
    permits: Arc<Semaphore>,
    users: usize,
}

/// The right to one instance. Dropping it gives it back.
pub(crate) struct Slot {
    // In this order: the guild's permit is given back after the pool's.
    _place: OwnedSemaphorePermit,
    _share: OwnedSemaphorePermit,
    _member: Membership,
}

/// A guild's entry in the table, which vanishes with its last user.
struct Membership {
    shares: Arc<Mutex<HashMap<GuildId, Share>>>,
    guild: GuildId,
}

impl Slots {
    pub fn new(pool: Pool, limits: &Limits) -> Self {
        let per_guild = limits.instances_per_guild.clamp(1, limits.instances.max(1));
        Self {
            pool,
            shares: Arc::default(),
            per_guild: per_guild as usize,
        }
    }

    /// Waits for a slot. `None`: it is for something that need not be done now, and too much of that
    /// waits in this guild.
    pub async fn take(&self, guild: GuildId, may_be_refused: bool) -> Option<Slot> {
        let (permits, member) = {
            let mut shares = self.shares.lock();
            let share = shares.entry(guild).or_insert_with(|| Share {
                permits: Arc::new(Semaphore::new(self.per_guild)),
                users: 0,
            });
            if may_be_refused && share.users >= self.per_guild + MOST_UNQUEUED {
                return None;
            }
            share.users += 1;
            let member = Membership {
                shares: Arc::clone(&self.shares),
                guild,
            };
            (Arc::clone(&share.permits), member)
        };
        let share = permits
            .acquire_owned()
            .await
            .expect("a share is never closed");
        Some(Slot {
            _place: self.pool.place().await,
            _share: share,
            _member: member,
        })
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        let mut shares = self.shares.lock();
        if let Some(share) = shares.get_mut(&self.guild) {
            share.users -= 1;
            if share.users == 0 {
                shares.remove(&self.guild);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn one_guild_cannot_take_all() {
        let limits = Limits {
            instances: 3,
            instances_per_guild: 2,
            ..Limits::default()
        };
        let slots = Slots::new(Pool::new(&limits), &limits);
        let (busy, quiet) = (
            GuildId::new(1).expect("not 0"),
            GuildId::new(2).expect("not 0"),
        );
        let take = |guild| slots.take(guild, false).boxed();
        let held = [take(busy).await, take(busy).await];
        let mut third = take(busy);
        assert!((&mut third).now_or_never().is_none());
        let other = take(quiet).now_or_never().expect("there is one left");
        drop(held);
        assert!(third.now_or_never().is_some());
        drop(other);
        assert!(slots.shares.lock().is_empty(), "idle guilds are forgotten");
    }

    #[tokio::test]
    async fn a_flood_of_views_is_refused() {
        let limits = Limits {
            instances: 1,
            instances_per_guild: 1,
            ..Limits::default()
        };
        let slots = Slots::new(Pool::new(&limits), &limits);
        let guild = GuildId::new(1).expect("not 0");
        let _held = slots.take(guild, true).await;
        let mut waiting: Vec<_> = (0..MOST_UNQUEUED)
            .map(|_| slots.take(guild, true).boxed())
            .collect();
        assert!(waiting.iter_mut().all(|one| one.now_or_never().is_none()));
        assert!(slots.take(guild, true).await.is_none());
    }
}
