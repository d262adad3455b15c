//! What a change of status sets off: the end of a run is told to everybody in the same transaction, or it
//! did not happen.

use muster_sdk::ids::UserId;
use muster_sdk::{Ctx, Failure, Handled, Level, Panel, tell_member};
use serde_json::json;

use crate::config::Config;
use crate::panel_name::{KeyPanel, PanelName};
use crate::run::{Awards, EndReason, Ending, Run, Transition};
use crate::timer_name::TimerName;
use crate::views::{self, LogLine};
use crate::{announcements, notices, queries, raid_log, run_role};

/// Writes a change of status, and gives the run after it.
///
/// # Errors
/// Told to the member: somebody was faster.
pub fn change_status(ctx: &mut Ctx, run: &Run, change: &Transition) -> Result<Run, Failure> {
    if queries::put_transition(ctx, run.id, change)? {
        return Ok(run.after(change));
    }
    let run = queries::load_run(ctx, run.id)?;
    Err(tell_member(views::no_transition(
        &run,
        &run.came_too_late(),
    )))
}

/// Ends a run: whom it counts for is told to the other plugins.
///
/// # Errors
/// Told to the member: somebody was faster.
pub fn end(ctx: &mut Ctx, run: &Run, ending: &Ending) -> Result<Run, Failure> {
    let run = change_status(ctx, run, &ending.transition)?;
    let auto = ending.transition.reason == Some(EndReason::Auto);
    let awards = ending.awards != Awards::Nobody;
    let participants = participants(ctx, &run, ending)?;
    announcements::ended(ctx, &run, auto, awards, &participants)?;
    let meta = json!({
        "organizer_id": run.organizer,
        "participants": participants.len(),
        "key_pops": run.key_pop_count,
        "awards": awards,
    });
    let action = if auto { "run.auto_end" } else { "run.end" };
    ctx.audit(action, subject(&run), &meta)?;
    let by = ending.transition.by;
    raid_log::write(ctx, &run, &LogLine::Ended { by });
    notices::ended(ctx, &run)?;
    show_last_time(ctx, &run)?;
    if auto {
        ask_for_keys_in_log(ctx, &run)?;
    }
    Ok(run)
}

/// Nobody pressed, so there is nobody to ask in private whose keys they were.
fn ask_for_keys_in_log(ctx: &mut Ctx, run: &Run) -> Handled {
    if run.key_pop_count == 0 || !run.logged {
        return Ok(());
    }
    let name = PanelName::Keys(KeyPanel {
        run: run.id,
        viewer: None,
    });
    if let Err(error) = ctx.open_panel(&Panel::new(name, raid_log::place(run))) {
        let problem = format!("the keys of run {} are asked for nowhere: {error}", run.id);
        ctx.log(Level::Warn, problem);
    }
    Ok(())
}

/// Cancels a run: it counts for nobody.
///
/// # Errors
/// Told to the member: somebody was faster.
pub fn cancel(ctx: &mut Ctx, run: &Run, change: &Transition) -> Result<Run, Failure> {
    let run = change_status(ctx, run, change)?;
    announcements::cancelled(ctx, &run)?;
    let reason = change.reason.map(EndReason::as_str);
    let meta = json!({ "organizer_id": run.organizer, "reason": reason });
    ctx.audit("run.cancel", subject(&run), &meta)?;
    raid_log::write(ctx, &run, &LogLine::Cancelled { by: change.by });
    show_last_time(ctx, &run)?;
    Ok(run)
}

/// What the audit calls a run.
pub fn subject(run: &Run) -> String {
    format!("run:{}", run.id)
}

fn participants(ctx: &mut Ctx, run: &Run, ending: &Ending) -> Result<Vec<UserId>, Failure> {
    match ending.awards {
        Awards::Nobody | Awards::Joined => queries::list_joined(ctx, run.id),
        Awards::LastPop(number) => queries::award_pop(ctx, run.id, number, ending.transition.at),
    }
}

/// Each panel shows how it ended, and then rests.
fn show_last_time(ctx: &mut Ctx, run: &Run) -> Handled {
    run_role::close(ctx, run);
    ctx.close_panel(PanelName::Run(run.id))?;
    ctx.close_panel(PanelName::all_organizers(run.id))?;
    if run.logged {
        ctx.close_panel(PanelName::Starter(run.id))?;
        if let Some(at) = raid_log::deleted_at(&Config::of(ctx), ctx.now()) {
            ctx.timer(TimerName::DeleteLog(run.id), at)?;
        }
    }
    ctx.cancel_timer(TimerName::AutoEnd(run.id))?;
    ctx.cancel_timer(TimerName::KeyWindow(run.id))
}
