//! `starter/42`: what begins the run's thread in the raid log.

use muster_sdk::message::Message;
use muster_sdk::{Ctx, Failure};

use crate::queries;
use crate::run::RunId;
use crate::views::Starter;

/// The message that the thread hangs on.
pub fn render(ctx: &mut Ctx, id: RunId) -> Result<Option<Message>, Failure> {
    let run = queries::find_run(ctx, id)?;
    Ok(run.map(|run| Starter::new(&run, &run.organizer_name).message))
}
