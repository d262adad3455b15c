//! The **Realm Score %** button on the organizer's panel of an Oryx 3 run, and its form.

use muster_sdk::{Ctx, Handled};

pub use super::leading::form_spec as spec;
use super::leading::{self, Asked};
use crate::run::Run;
use crate::views::{LogLine, Ping};
use crate::{acting, pings, queries, views};

/// Raiders are told how far the realm is.
pub fn handle(ctx: &mut Ctx, (member, id, input): Asked) -> Handled {
    let run = queries::load_run(ctx, id)?;
    let actor = acting::organizer(ctx, member);
    let Some(typed) = leading::typed(&input) else {
        run.check_may_score(actor).map_err(leading::refused(&run))?;
        return ctx.modal(&views::score_form(&run));
    };
    let percent = run
        .set_realm_score(actor, typed)
        .map_err(leading::refused(&run))?;
    if !queries::put_score(ctx, run.id, percent)? {
        return Err(leading::came_too_late(ctx, run.id));
    }
    let run = Run {
        realm_score: Some(percent),
        ..run
    };
    pings::tell(ctx, &run, &Ping::Score(percent))?;
    leading::show(
        ctx,
        &run,
        &LogLine::Scored {
            by: member,
            percent,
        },
    )?;
    ctx.reply_private(views::score_set(percent))
}
