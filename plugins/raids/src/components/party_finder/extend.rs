//! The **Extend** button on a party.

use muster_sdk::{ComponentSpec, Ctx, Handled, Press, tell_member};

use crate::panel_name::PanelName;
use crate::party::{PartyError, PartyId};
use crate::{party_life, queries, views};

/// As often as any button.
pub fn spec() -> ComponentSpec {
    super::spec()
}

/// One more hour.
pub fn handle(ctx: &mut Ctx, press: Press<PartyId>) -> Handled {
    let mut party = queries::load_party(ctx, press.data)?;
    let guest = super::guest(ctx, press.member);
    let refused = |why: PartyError| tell_member(views::no_party(&why));
    party.closes_at = party.extend(guest, ctx.now()).map_err(refused)?;
    if !queries::put_party_end(ctx, party.id, party.closes_at)? {
        return Err(refused(PartyError::Closed));
    }
    party_life::set_timers(ctx, &party)?;
    ctx.refresh(PanelName::Party(party.id))?;
    ctx.reply_private(views::party_extended(&party))
}
