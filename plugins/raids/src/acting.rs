//! Who acts, as the rules want to know it: asked of the host at the time of the press.

use muster_sdk::ids::UserId;
use muster_sdk::{Ctx, Rank};

use crate::run::{Actor, Raider};

/// The role key that suspended members hold. Another plugin gives and takes the role.
pub const SUSPENDED: &str = "suspended";

/// The acting member as one who takes part.
pub fn raider(ctx: &Ctx, user: UserId) -> Raider {
    Raider {
        user,
        suspended: ctx.holds(SUSPENDED),
        verified: ctx.ranks_at_least(Rank::VerifiedRaider),
    }
}

/// The acting member as one who leads.
pub fn organizer(ctx: &Ctx, user: UserId) -> Actor {
    Actor {
        user,
        is_organizer: ctx.ranks_at_least(Rank::Organizer),
    }
}
