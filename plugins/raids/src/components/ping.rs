//! The **Ping Raiders** button on an organizer's panel.

use muster_sdk::{ComponentSpec, Ctx, Handled, Press};

use super::leading;
use crate::panel_name::PanelName;
use crate::run::{PING_SECONDS, RunId};
use crate::views::{LogLine, Ping};
use crate::{acting, pings, queries, views};

/// Raiders are pinged every 20 s at most, whoever presses.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_everyone().rate("ping", 1, PING_SECONDS)
}

/// Those who take part are pinged; the ping before goes away.
pub fn handle(ctx: &mut Ctx, press: Press<RunId>) -> Handled {
    let run = queries::load_run(ctx, press.data)?;
    let actor = acting::organizer(ctx, press.member);
    run.ping(actor, ctx.now()).map_err(leading::refused(&run))?;
    let people = pings::send(ctx, &run, &Ping::Raiders)?;
    ctx.refresh(PanelName::all_organizers(run.id))?;
    crate::raid_log::write(ctx, &run, &LogLine::Pinged { by: press.member });
    ctx.reply_private(views::pinged(people))
}
