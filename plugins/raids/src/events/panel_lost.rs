//! Somebody deleted the message or the channel of a run's panel: nobody can join it any more.

use muster_sdk::{Ctx, Event, Handled};
use serde_json::Value;

use crate::panel_name::PanelName;
use crate::{closing, queries};

/// Cancels the run; it counts for nobody. A lost log is a lost log.
pub fn hear(ctx: &mut Ctx, event: Event) -> Handled {
    if event.source != "host" {
        return Ok(());
    }
    let body: Value = event.body()?;
    let Some(PanelName::Run(id)) = body["panel"].as_str().and_then(PanelName::parse) else {
        return Ok(());
    };
    let Some(run) = queries::find_run(ctx, id)? else {
        return Ok(());
    };
    match run.orphan(ctx.now()) {
        Some(orphaned) => closing::cancel(ctx, &run, &orphaned).map(drop),
        None => Ok(()),
    }
}
