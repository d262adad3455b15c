//! Somebody deleted the message or the channel of a panel: nobody can answer there any more.

use muster_sdk::{Ctx, Event, Handled};
use serde_json::Value;

use crate::headcount::HeadcountId;
use crate::panel_name::PanelName;
use crate::party::PartyId;
use crate::run::RunId;
use crate::{closing, counting, party_life, queries};

/// Cancels the run, ends the headcount; they count for nobody. A lost log is a lost log.
pub fn hear(ctx: &mut Ctx, event: Event) -> Handled {
    if event.source != "host" {
        return Ok(());
    }
    let body: Value = event.body()?;
    match body["panel"].as_str().and_then(PanelName::parse) {
        Some(PanelName::Run(id)) => run_lost(ctx, id),
        Some(PanelName::Headcount(id)) => headcount_lost(ctx, id),
        Some(PanelName::Party(id)) => party_lost(ctx, id),
        _ => Ok(()),
    }
}

fn run_lost(ctx: &mut Ctx, id: RunId) -> Handled {
    let Some(run) = queries::find_run(ctx, id)? else {
        return Ok(());
    };
    match run.orphan(ctx.now()) {
        Some(orphaned) => closing::cancel(ctx, &run, &orphaned).map(drop),
        None => Ok(()),
    }
}

/// If it was made into a run meanwhile, the message was that run's.
fn headcount_lost(ctx: &mut Ctx, id: HeadcountId) -> Handled {
    let Some(headcount) = queries::find_headcount(ctx, id)? else {
        return Ok(());
    };
    if let Some(run) = headcount.run {
        return run_lost(ctx, run);
    }
    match headcount.orphan(ctx.now()) {
        Some(orphaned) => counting::close(ctx, &headcount, &orphaned),
        None => Ok(()),
    }
}

fn party_lost(ctx: &mut Ctx, id: PartyId) -> Handled {
    let party = queries::find_party(ctx, id)?;
    match party.and_then(|party| Some((party.orphan(ctx.now())?, party))) {
        Some((orphaned, party)) => party_life::close(ctx, &party, &orphaned),
        None => Ok(()),
    }
}
