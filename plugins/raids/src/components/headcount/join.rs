//! The **Join** button on a headcount.

use muster_sdk::{Ctx, Handled, Press};

pub use super::super::seats::spec;
use super::{refresh, refused};
use crate::config::Config;
use crate::headcount::HeadcountId;
use crate::views::{self, HeadcountLine};
use crate::{acting, queries, raid_log};

/// In, or out again.
pub fn handle(ctx: &mut Ctx, press: Press<HeadcountId>) -> Handled {
    let (id, user) = (press.data, press.member);
    let found = queries::load_participant(ctx, id, user)?;
    let headcount = &found.headcount;
    let raider = acting::raider(ctx, user);
    let is_in = headcount
        .toggle_join(raider, found.is_in, &Config::of(ctx))
        .map_err(|why| refused(headcount, why))?;

    let now = ctx.now();
    queries::put_participant(ctx, id, user, is_in, now)?;
    refresh(ctx, id)?;
    let total = found.total_after(is_in);
    raid_log::write_headcount(ctx, headcount, &HeadcountLine::Came { user, is_in, total });
    ctx.reply_private(views::headcount_joined(is_in))
}
