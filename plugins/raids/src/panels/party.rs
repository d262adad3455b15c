//! `party/4`: a party that members may join.

use muster_sdk::message::Message;
use muster_sdk::{Ctx, Failure};

use crate::party::PartyId;
use crate::{queries, views};

/// The panel of a party; nothing once it is closed, since its message goes then.
pub fn render(ctx: &mut Ctx, id: PartyId) -> Result<Option<Message>, Failure> {
    let party = queries::find_party(ctx, id)?;
    Ok(party
        .filter(|party| party.is_open)
        .map(|party| views::party_panel(&party)))
}
