//! Opening direct messages ([Discord Docs/User Resource, "Create DM"]).

use crate::error::{self, FormErrors};
use crate::form::Form;
use crate::id::UserId;
use crate::rest::call::{Answer, Call, Reply};
use crate::world::World;

/// `POST /users/@me/channels`: the existing channel, or a new one.
pub(super) fn open(world: &mut World, call: &Call<'_>) -> Answer {
    let errors = FormErrors::default();
    let form = Form::new(call.body, "", &errors);
    form.require("recipient_id");
    let recipient: Option<UserId> = form.id("recipient_id");
    errors.finish()?;
    let recipient = recipient.ok_or(error::INVALID_RECIPIENT)?;
    let user = world
        .users
        .get(&recipient)
        .ok_or(error::INVALID_RECIPIENT)?;
    if user.bot {
        return Err(error::CANNOT_DM);
    }
    let id = world.dm_with(recipient);
    let channel = world.channels.get(&id).ok_or(error::UNKNOWN_CHANNEL)?;
    Reply::ok(world.channel_json(channel))
}
