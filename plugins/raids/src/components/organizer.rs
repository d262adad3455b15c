//! The **Organizer Panel** button on a run's panel.

use muster_sdk::ids::UserId;
use muster_sdk::{ComponentSpec, Ctx, Handled, Panel, Press, tell_member};

use crate::panel_name::PanelName;
use crate::run::{Run, RunId};
use crate::views::{self, LogLine};
use crate::{acting, queries, raid_log};

/// One count for all that opens the panel.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_everyone().rate("organizer", 6, 10)
}

/// Shows the panel to the run's organizer. Others who may lead it are asked first.
pub fn handle(ctx: &mut Ctx, press: Press<RunId>) -> Handled {
    let run = load_organized(ctx, press.data, press.member)?;
    if run.organizer == press.member {
        show(ctx, &run, press.member)
    } else {
        ctx.reply_private(views::somebody_elses(&run))
    }
}

/// The run, if this member may act as its organizer now.
pub fn load_organized(
    ctx: &mut Ctx,
    id: RunId,
    member: UserId,
) -> Result<Run, muster_sdk::Failure> {
    let run = queries::load_run(ctx, id)?;
    run.check_organizes(acting::organizer(ctx, member))
        .map_err(|why| tell_member(views::no_transition(&run, &why)))?;
    Ok(run)
}

/// The panel is the answer, for this member's eyes.
pub fn show(ctx: &mut Ctx, run: &Run, member: UserId) -> Handled {
    let name = PanelName::Organizer(run.id, member);
    ctx.open_panel(&Panel::private_answer(name))?;
    raid_log::write(ctx, run, &LogLine::PanelOpened { by: member });
    Ok(())
}
