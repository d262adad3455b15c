//! `keys/42/1` and `keys/42`: where popped keys are logged after the end.

use muster_sdk::message::Message;
use muster_sdk::{Ctx, Failure};

use crate::panel_name::KeyPanel;
use crate::{queries, views};

/// The panel of a run, or nothing if there is no such run.
pub fn render(ctx: &mut Ctx, panel: KeyPanel) -> Result<Option<Message>, Failure> {
    let Some(run) = queries::find_run(ctx, panel.run)? else {
        return Ok(None);
    };
    let log = queries::load_key_log(ctx, run.id)?;
    let draft = queries::load_key_draft(ctx, panel)?;
    Ok(Some(views::key_log_panel(panel, &run, &log, &draft)))
}
