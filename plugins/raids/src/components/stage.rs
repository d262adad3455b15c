//! What **Realm Closed**, **Miniboss** and **Third Room** share: the next stage of Oryx 3 begins once, and
//! raiders are told.

use muster_sdk::ids::UserId;
use muster_sdk::{Ctx, Failure, Handled, tell_member};
use serde_json::json;

use super::leading;
use crate::run::{LeadError, Run, StageChange};
use crate::views::{self, LogLine, Ping};
use crate::{closing, pings, queries};

/// Writes the stage, and gives the run after it.
pub fn begin(ctx: &mut Ctx, run: &Run, by: UserId, change: &StageChange) -> Result<Run, Failure> {
    if !queries::put_stage(ctx, run.id, change)? {
        let now = queries::load_run(ctx, run.id)?;
        let why = now
            .over()
            .map_or(LeadError::OtherStage(now.stage), LeadError::Over);
        return Err(tell_member(views::no_lead(&now, &why)));
    }
    let run = run.after_stage(change);
    let meta = json!({ "stage": change.to.as_str(), "miniboss": change.miniboss });
    ctx.audit("run.stage", closing::subject(&run), &meta)?;
    pings::tell(ctx, &run, &Ping::Stage(change.to))?;
    let stage = change.to;
    leading::show(ctx, &run, &LogLine::StageBegun { by, stage })?;
    Ok(run)
}

/// Begins a stage that needs no choice, and answers.
pub fn press(ctx: &mut Ctx, run: &Run, by: UserId, change: &StageChange) -> Handled {
    let run = begin(ctx, run, by, change)?;
    ctx.reply_private(views::stage_begun(&run))
}
