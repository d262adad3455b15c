//! The buttons on a party of `/party`.

pub mod close;
pub mod extend;

use muster_sdk::ids::UserId;
use muster_sdk::{ComponentSpec, Ctx, Rank};

use crate::party::Guest;

/// As often as any button.
fn spec() -> ComponentSpec {
    ComponentSpec::for_everyone()
}

fn guest(ctx: &Ctx, user: UserId) -> Guest {
    Guest {
        user,
        is_security: ctx.ranks_at_least(Rank::Security),
    }
}
