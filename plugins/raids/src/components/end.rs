//! The **End Run** button on an organizer's panel.

use muster_sdk::{Ctx, Handled, Panel, Press, tell_member};

pub use super::start::spec;
use crate::panel_name::{KeyPanel, PanelName};
use crate::run::RunId;
use crate::{acting, closing, queries, views};

/// The run is over, and it counts. If keys were popped, the answer asks whose they were.
pub fn handle(ctx: &mut Ctx, press: Press<RunId>) -> Handled {
    let run = queries::load_run(ctx, press.data)?;
    let actor = acting::organizer(ctx, press.member);
    let ending = run
        .end(actor, ctx.now())
        .map_err(|why| tell_member(views::no_transition(&run, &why)))?;
    let run = closing::end(ctx, &run, &ending)?;
    if run.key_pop_count == 0 {
        return ctx.reply_private(views::run_ended(&run));
    }
    let name = PanelName::Keys(KeyPanel {
        run: run.id,
        viewer: Some(press.member),
    });
    Ok(ctx.open_panel(&Panel::private_answer(name))?)
}
