//! What **Set Party**, **Set Location** and **Update Note** share: the button shows a form of the same custom
//! id, and what is typed into it arrives here, too.

use muster_sdk::ids::UserId;
use muster_sdk::{ComponentSpec, Ctx, Failure, Handled, Input, tell_member};
use serde_json::json;

use crate::panel_name::PanelName;
use crate::run::{Detail, DetailChange, DetailError, Run, RunId};
use crate::views::{self, LogLine};
use crate::{acting, announcements, closing, notices, queries, raid_log};

/// Who pressed or typed, and what.
pub type Asked = (UserId, RunId, Input);

/// They open a form.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_everyone().opens_modal()
}

/// Shows the form, or writes what was typed into it.
pub fn handle(ctx: &mut Ctx, detail: Detail, (member, id, input): Asked) -> Handled {
    let run = queries::load_run(ctx, id)?;
    let actor = acting::organizer(ctx, member);
    let Input::Modal { fields } = input else {
        run.check_may_set(actor).map_err(refused)?;
        return ctx.modal(&views::form(&run, detail));
    };
    let typed = fields.iter().find(|(name, _)| name == Detail::INPUT);
    let typed = typed.map_or("", |(_, text)| text);
    let change = run.set_detail(actor, detail, typed).map_err(refused)?;
    if change.is_change() {
        write(ctx, &run, member, &change)?;
    }
    ctx.reply_private(views::detail_set(&change))
}

fn write(ctx: &mut Ctx, run: &Run, member: UserId, change: &DetailChange) -> Handled {
    if !queries::put_detail(ctx, run.id, change)? {
        let run = queries::load_run(ctx, run.id)?;
        return Err(tell_member(views::no_transition(
            &run,
            &run.came_too_late(),
        )));
    }
    let run = run.after_detail(change);
    announcements::detail_changed(ctx, &run, change)?;
    let action = format!("run.{}.set", change.detail.key());
    let meta = json!({ "before": change.before, "after": change.after });
    ctx.audit(&action, closing::subject(&run), &meta)?;
    ctx.refresh(PanelName::Run(run.id))?;
    ctx.refresh(PanelName::all_organizers(run.id))?;
    let line = LogLine::DetailSet {
        by: member,
        detail: change.detail,
        text: change.after.as_deref(),
    };
    raid_log::write(ctx, &run, &line);
    notices::located(ctx, &run, change)
}

fn refused(why: DetailError) -> Failure {
    tell_member(views::no_text(&why))
}
