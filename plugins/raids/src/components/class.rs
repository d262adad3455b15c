//! The **Choose class** button on a run's panel.

use muster_sdk::{Ctx, Handled, Press, tell_member};

pub use super::seats::class_spec as spec;
use crate::config::Config;
use crate::run::RunId;
use crate::{acting, queries, views};

/// Shows the menu of classes to who may join.
pub fn handle(ctx: &mut Ctx, press: Press<RunId>) -> Handled {
    let found = queries::load_seat(ctx, press.data, press.member)?;
    let (run, seat) = (&found.run, found.seat.as_ref());
    let raider = acting::raider(ctx, press.member);
    run.join(raider, seat, &Config::of(ctx))
        .map_err(|why| tell_member(views::no_seat(&why)))?;
    ctx.reply_private(views::class_menu(run, seat))
}
