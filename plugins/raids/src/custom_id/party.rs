//! Custom ids of parties: `party-close/4`.

use crate::party::PartyId;

/// One more hour.
pub fn extend(id: PartyId) -> String {
    format!("party-extend/{id}")
}

/// Close it.
pub fn close(id: PartyId) -> String {
    format!("party-close/{id}")
}
