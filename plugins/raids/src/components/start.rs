//! The **Start** button on an organizer's panel.

use muster_sdk::{ComponentSpec, Ctx, Handled, Press, tell_member};
use serde_json::json;

use crate::config::Config;
use crate::panel_name::PanelName;
use crate::run::RunId;
use crate::views::{self, LogLine, Ping};
use crate::{acting, announcements, closing, notices, pings, queries, raid_log};

/// As often as any button.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_everyone()
}

/// The run goes live.
pub fn handle(ctx: &mut Ctx, press: Press<RunId>) -> Handled {
    let run = queries::load_run(ctx, press.data)?;
    let actor = acting::organizer(ctx, press.member);
    let change = run
        .start(actor, &Config::of(ctx), ctx.now())
        .map_err(|why| tell_member(views::no_transition(&run, &why)))?;

    let run = closing::change_status(ctx, &run, &change)?;
    announcements::started(ctx, &run)?;
    let meta = json!({ "organizer_id": run.organizer });
    ctx.audit("run.start", closing::subject(&run), &meta)?;
    ctx.refresh(PanelName::Run(run.id))?;
    ctx.refresh(PanelName::all_organizers(run.id))?;
    pings::tell(ctx, &run, &Ping::Start)?;
    notices::started(ctx, &run)?;
    raid_log::write(ctx, &run, &LogLine::Started { by: press.member });
    ctx.reply_private(views::run_started(&run))
}
