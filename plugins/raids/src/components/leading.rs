//! What the buttons of an organizer's panel share.

use muster_sdk::ids::UserId;
use muster_sdk::{ComponentSpec, Ctx, Failure, Handled, Input, tell_member};

use crate::panel_name::PanelName;
use crate::raid_log;
use crate::run::{LeadError, Run, RunId};
use crate::views::{self, LogLine, NUMBER_INPUT};

/// Who pressed or typed, and what.
pub type Asked = (UserId, RunId, Input);

/// As often as any button.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_everyone()
}

/// One that opens a form.
pub fn form_spec() -> ComponentSpec {
    ComponentSpec::for_everyone().opens_modal()
}

/// What the member reads when a rule says no.
pub fn refused(run: &Run) -> impl FnOnce(LeadError) -> Failure {
    |why| tell_member(views::no_lead(run, &why))
}

/// What the member reads when somebody else changed the run a moment before.
pub fn came_too_late(ctx: &mut Ctx, id: RunId) -> Failure {
    match crate::queries::load_run(ctx, id) {
        Ok(run) => tell_member(views::no_transition(&run, &run.came_too_late())),
        Err(failure) => failure,
    }
}

/// What was typed into a form for a number; nothing for a press.
pub fn typed(input: &Input) -> Option<&str> {
    let Input::Modal { fields } = input else {
        return None;
    };
    let typed = fields.iter().find(|(name, _)| name == NUMBER_INPUT);
    Some(typed.map_or("", |(_, text)| text))
}

/// Shows what changed on the panels and in the log.
pub fn show(ctx: &mut Ctx, run: &Run, line: &LogLine<'_>) -> Handled {
    ctx.refresh(PanelName::Run(run.id))?;
    ctx.refresh(PanelName::all_organizers(run.id))?;
    raid_log::write(ctx, run, line);
    Ok(())
}
