//! The **Close** button on a party.

use muster_sdk::{ComponentSpec, Ctx, Handled, Press, tell_member};

use crate::party::PartyId;
use crate::{party_life, queries, views};

/// As often as any button.
pub fn spec() -> ComponentSpec {
    super::spec()
}

/// Its message goes, and its thread rests.
pub fn handle(ctx: &mut Ctx, press: Press<PartyId>) -> Handled {
    let party = queries::load_party(ctx, press.data)?;
    let guest = super::guest(ctx, press.member);
    let closing = party
        .close(guest, ctx.now())
        .map_err(|why| tell_member(views::no_party(&why)))?;
    party_life::close(ctx, &party, &closing)?;
    ctx.reply_private(views::party_closed())
}
