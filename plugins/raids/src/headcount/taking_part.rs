//! Who would come, and with which keys.

use muster_dungeons::{Dungeon, Reaction, find_dungeon};
use muster_sdk::ids::UserId;

use super::{Headcount, HeadcountError};
use crate::config::Config;
use crate::run::Raider;

/// Somebody who could pop a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// For which dungeon.
    pub dungeon: String,
    /// Which key.
    pub key: String,
    /// Who.
    pub user: UserId,
}

/// A key that is offered, or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferToggle {
    /// For which dungeon.
    pub dungeon: &'static Dungeon,
    /// Which key.
    pub key: &'static Reaction,
    /// Whether it is offered now.
    pub offered: bool,
}

impl Headcount {
    /// In, or out again; says which. To go out is possible for everybody.
    ///
    /// # Errors
    /// Told to the member.
    pub fn toggle_join(
        &self,
        raider: Raider,
        is_in: bool,
        config: &Config,
    ) -> Result<bool, HeadcountError> {
        self.check_not_over()?;
        if !is_in {
            check_may_come(raider, config)?;
        }
        Ok(!is_in)
    }

    /// Says that one could pop a key for a dungeon of it, or takes it back. `place`: the dungeon's among
    /// those of the headcount.
    ///
    /// # Errors
    /// Told to the member.
    pub fn toggle_key(
        &self,
        raider: Raider,
        place: usize,
        key: &str,
        is_offered: bool,
        config: &Config,
    ) -> Result<OfferToggle, HeadcountError> {
        self.check_not_over()?;
        if !is_offered {
            check_may_come(raider, config)?;
        }
        let dungeon = self.dungeons.get(place).and_then(|key| find_dungeon(key));
        let dungeon = dungeon.ok_or(HeadcountError::NotAskedFor)?;
        let key = dungeon.find_key(key).ok_or(HeadcountError::NotAskedFor)?;
        Ok(OfferToggle {
            dungeon,
            key,
            offered: !is_offered,
        })
    }
}

/// The same rule as for joining a run: who could not join it need not be counted.
fn check_may_come(raider: Raider, config: &Config) -> Result<(), HeadcountError> {
    if raider.suspended {
        return Err(HeadcountError::Suspended);
    }
    if config.join_requires_verified && !raider.verified {
        return Err(HeadcountError::NotVerified);
    }
    Ok(())
}
