//! `run/42`: what everybody sees.

use muster_sdk::message::Message;
use muster_sdk::{Ctx, Failure};

use crate::config::Config;
use crate::run::RunId;
use crate::{queries, views};

/// The panel of a run, or nothing if there is no such run.
pub fn render(ctx: &mut Ctx, id: RunId) -> Result<Option<Message>, Failure> {
    let Some(run) = queries::find_run(ctx, id)? else {
        return Ok(None);
    };
    let tally = queries::count_roster(ctx, id)?;
    Ok(Some(views::run_panel(
        &run,
        &tally,
        &Config::of(ctx),
        ctx.now(),
    )))
}
