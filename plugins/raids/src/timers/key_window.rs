//! The time to join the party after a key was popped is up.

use muster_sdk::{Ctx, Handled, Timer};

use crate::panel_name::PanelName;
use crate::run::RunId;

/// The panel's line about the window goes; the view knows by itself that it is over.
pub fn fire(ctx: &mut Ctx, timer: Timer<RunId>) -> Handled {
    ctx.refresh(PanelName::Run(timer.data))?;
    ctx.refresh(PanelName::all_organizers(timer.data))
}
