//! `/headcount`: asks who would come and who has keys, before there is a run.

use std::time::Duration;

use muster_sdk::time::Timestamp;
use muster_sdk::{Category, Command, CommandSpec, Ctx, Handled, Panel, Rank};

use crate::config::Config;
use crate::headcount::Selection;
use crate::panel_name::PanelName;
use crate::timer_name::TimerName;
use crate::{activity, queries};

/// Menus that nobody looks at any more are forgotten after a day.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// For organizers; only they see the menus.
pub fn spec() -> CommandSpec {
    CommandSpec::new("Asks who would come to which dungeons, and who has keys")
        .minimum_role(Rank::Organizer)
        .category(Category::RaidManagement)
}

/// Shows the menus from which dungeons are picked.
pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
    activity::refuse_second(ctx, command.member, &Config::of(ctx))?;
    let now = ctx.now();
    let selection = Selection::begin(ctx.next_id("headcount_draft")?, command.member, now);
    queries::insert_selection(ctx, &selection, yesterday(now))?;
    ctx.timer(
        TimerName::HeadcountDraft(selection.id),
        selection.expires_at,
    )?;
    ctx.open_panel(&Panel::private_answer(PanelName::HeadcountDraft(
        selection.id,
    )))?;
    Ok(())
}

fn yesterday(now: Timestamp) -> Timestamp {
    let kept = i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(now.millis().saturating_sub(kept))
}
