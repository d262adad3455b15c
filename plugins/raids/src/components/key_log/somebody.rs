//! The menu of all members.

use muster_sdk::ids::UserId;
use muster_sdk::{Ctx, Handled, Pick, tell_member};

pub use super::spec;
use super::{load, pick, refused};
use crate::panel_name::KeyPanel;
use crate::run::KeyLogError;

/// Somebody popped it who did not say so before.
pub fn handle(ctx: &mut Ctx, picked: Pick<KeyPanel>) -> Handled {
    let loaded = load(ctx, picked.data, picked.member)?;
    let value = picked.values.first().and_then(|value| value.parse().ok());
    let Some(user): Option<UserId> = value else {
        return Err(refused(&loaded.run)(KeyLogError::NobodyPicked));
    };
    match ctx.find_member(user)? {
        None => Err(tell_member(
            "They are no member of this server any more. Pick somebody else.",
        )),
        Some(member) if member.bot => Err(tell_member("Bots pop no keys. Pick a member.")),
        Some(member) => pick(ctx, picked.data, &loaded, user, Some(member.display_name)),
    }
}
