//! The menu that **Choose class** shows.

use muster_sdk::{Ctx, Handled, Pick, tell_member};

use super::seats;
pub use super::seats::class_spec as spec;
use crate::config::Config;
use crate::run::RunId;
use crate::{acting, queries, views};

/// The member joins with the class; the menu becomes the answer.
pub fn handle(ctx: &mut Ctx, pick: Pick<RunId>) -> Handled {
    let found = queries::load_seat(ctx, pick.data, pick.member)?;
    let raider = acting::raider(ctx, pick.member);
    let class = pick.values.first().map_or("", String::as_str);
    let choice = found
        .run
        .choose_class(raider, found.seat.as_ref(), class, &Config::of(ctx))
        .map_err(|why| tell_member(views::no_seat(&why)))?;
    seats::put(ctx, &found, pick.member, &choice.seated)?;
    ctx.update(views::class_chosen(&found.run, &choice))
}
