//! A party's time runs out.

use muster_sdk::{Ctx, Handled, Timer};

use crate::party::PartyId;
use crate::timer_name::TimerName;
use crate::{party_life, queries};

/// Closes the party. Nothing to do for one that is gone or closed.
pub fn close(ctx: &mut Ctx, timer: Timer<PartyId>) -> Handled {
    let Some(party) = queries::find_party(ctx, timer.data)? else {
        return Ok(());
    };
    match party.close_by_age(ctx.now()) {
        Some(closing) => party_life::close(ctx, &party, &closing),
        None if party.is_open => ctx.timer(TimerName::PartyClose(party.id), party.closes_at),
        None => Ok(()),
    }
}

/// Tells the owner how many minutes are left. A warning that comes late, after the end, is none.
pub fn warn(ctx: &mut Ctx, timer: Timer<(PartyId, u32)>) -> Handled {
    let (id, minutes) = timer.data;
    let party = queries::find_party(ctx, id)?;
    let now = ctx.now();
    if let Some(party) = party.filter(|party| party.is_open && now < party.closes_at) {
        party_life::warn(ctx, &party, minutes);
    }
    Ok(())
}
