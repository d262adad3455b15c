//! `organizer/42/1`: what an organizer sees in private.

use muster_sdk::ids::UserId;
use muster_sdk::message::Message;
use muster_sdk::{Ctx, Failure};

use crate::config::Config;
use crate::run::RunId;
use crate::{queries, views};

/// The organizer's panel; the same for everybody who may look at it.
pub fn render(ctx: &mut Ctx, (id, _): (RunId, UserId)) -> Result<Option<Message>, Failure> {
    let Some(run) = queries::find_run(ctx, id)? else {
        return Ok(None);
    };
    let tally = queries::count_roster(ctx, id)?;
    let holders = queries::list_key_holders(ctx, id)?;
    let (config, now) = (Config::of(ctx), ctx.now());
    Ok(Some(views::organizer_panel(
        &run, &tally, &holders, &config, now,
    )))
}
