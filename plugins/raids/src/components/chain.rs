//! The **Chain Amount** button on an organizer's panel, and its form.

use muster_sdk::{Ctx, Handled};
use serde_json::json;

pub use super::leading::form_spec as spec;
use super::leading::{self, Asked};
use crate::run::Run;
use crate::views::LogLine;
use crate::{acting, closing, queries, views};

/// How many keys of this dungeon are run in a row.
pub fn handle(ctx: &mut Ctx, (member, id, input): Asked) -> Handled {
    let run = queries::load_run(ctx, id)?;
    let actor = acting::organizer(ctx, member);
    let Some(typed) = leading::typed(&input) else {
        run.check_may_chain(actor).map_err(leading::refused(&run))?;
        return ctx.modal(&views::chain_form(&run));
    };
    let amount = run
        .set_chain(actor, typed)
        .map_err(leading::refused(&run))?;
    if !queries::put_chain(ctx, run.id, amount)? {
        return Err(leading::came_too_late(ctx, run.id));
    }
    let run = Run {
        chain_amount: Some(amount),
        ..run
    };
    ctx.audit(
        "run.chain",
        closing::subject(&run),
        &json!({ "amount": amount }),
    )?;
    leading::show(ctx, &run, &LogLine::ChainSet { by: member, amount })?;
    ctx.reply_private(views::chain_set(&run, amount))
}
