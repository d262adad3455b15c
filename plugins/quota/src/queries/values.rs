//! What completions and popped keys give, dungeon by dungeon.

use muster_sdk::{Ctx, Failure, FromName, Handled};

use crate::points::Points;

/// What raiders earn points for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earning {
    /// Taking part in a run that ends.
    Completion,
    /// Popping a key.
    Key,
}

impl Earning {
    /// What a dungeon gives to which nobody gave a value.
    pub const fn usual(self) -> Points {
        match self {
            Self::Completion => Points::ONE,
            Self::Key => Points::whole(5),
        }
    }

    /// As custom ids and panel names spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completion => "completion",
            Self::Key => "key",
        }
    }

    const fn select_one(self) -> &'static str {
        match self {
            Self::Completion => "select points from raider_points_config where dungeon_key = $1",
            Self::Key => "select points from key_pop_points_config where dungeon_key = $1",
        }
    }

    const fn select_all(self) -> &'static str {
        match self {
            Self::Completion => {
                "select dungeon_key, points from raider_points_config order by points desc, dungeon_key"
            }
            Self::Key => {
                "select dungeon_key, points from key_pop_points_config order by points desc, dungeon_key"
            }
        }
    }

    const fn upsert(self) -> &'static str {
        match self {
            Self::Completion => {
                "insert into raider_points_config (dungeon_key, points, updated_at)
                 values ($1, $2, $3)
                 on conflict (dungeon_key) do update
                    set points = excluded.points, updated_at = excluded.updated_at"
            }
            Self::Key => {
                "insert into key_pop_points_config (dungeon_key, points, updated_at)
                 values ($1, $2, $3)
                 on conflict (dungeon_key) do update
                    set points = excluded.points, updated_at = excluded.updated_at"
            }
        }
    }

    const fn delete(self) -> &'static str {
        match self {
            Self::Completion => "delete from raider_points_config where dungeon_key = $1",
            Self::Key => "delete from key_pop_points_config where dungeon_key = $1",
        }
    }
}

impl FromName for Earning {
    fn from_name(text: &str) -> Option<Self> {
        [Self::Completion, Self::Key]
            .into_iter()
            .find(|earning| earning.as_str() == text)
    }
}

/// What it gives in this dungeon.
pub fn load(ctx: &mut Ctx, earning: Earning, dungeon: &str) -> Result<Points, Failure> {
    let found: Option<(Points,)> = ctx.query_one(earning.select_one(), (dungeon,))?;
    Ok(found.map_or(earning.usual(), |(points,)| points))
}

/// The dungeons in which it gives something else than usual, the most valuable first.
pub fn list(ctx: &mut Ctx, earning: Earning) -> Result<Vec<(String, Points)>, Failure> {
    Ok(ctx.query_all(earning.select_all(), ())?)
}

/// Sets what it gives in a dungeon; the usual value removes what was set.
pub fn put(ctx: &mut Ctx, earning: Earning, dungeon: &str, points: Points) -> Handled {
    if points == earning.usual() {
        ctx.execute(earning.delete(), (dungeon,))?;
    } else {
        let now = ctx.now();
        ctx.execute(earning.upsert(), (dungeon, points, now))?;
    }
    Ok(())
}
