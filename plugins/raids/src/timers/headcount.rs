//! Headcounts that nobody ended, and menus from which nobody picked.

use muster_sdk::{Ctx, Handled, Timer};

use crate::config::Config;
use crate::headcount::{DraftId, HeadcountId, HeadcountStatus, SelectionStatus};
use crate::panel_name::PanelName;
use crate::timer_name::TimerName;
use crate::{counting, queries};

/// Ends the headcount as its organizer would. Nothing to do for one that is gone or over.
pub fn close(ctx: &mut Ctx, timer: Timer<HeadcountId>) -> Handled {
    let Some(headcount) = queries::find_headcount(ctx, timer.data)? else {
        return Ok(());
    };
    let config = Config::of(ctx);
    match headcount.close_by_age(&config, ctx.now()) {
        Some(closing) => counting::close(ctx, &headcount, &closing),
        None if headcount.status != HeadcountStatus::Open => Ok(()),
        // The guild has chosen more hours since.
        None => {
            let at = headcount.closes_at(&config);
            ctx.timer(TimerName::HeadcountClose(headcount.id), at)
        }
    }
}

/// The menus say that their time is up.
pub fn expire_draft(ctx: &mut Ctx, timer: Timer<DraftId>) -> Handled {
    if queries::put_selection_status(ctx, timer.data, SelectionStatus::Expired)? {
        ctx.close_panel(PanelName::HeadcountDraft(timer.data))?;
    }
    Ok(())
}
