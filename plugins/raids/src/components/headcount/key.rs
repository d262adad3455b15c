//! The key buttons on a headcount, one for each key of each dungeon.

use muster_sdk::{Ctx, Handled, Press};

pub use super::super::key::spec;
use super::{refresh, refused};
use crate::config::Config;
use crate::headcount::HeadcountId;
use crate::views::{self, HeadcountLine};
use crate::{acting, queries, raid_log};

/// The member says that they could pop this key, or takes it back.
pub fn handle(ctx: &mut Ctx, press: Press<(HeadcountId, u32, String)>) -> Handled {
    let ((id, place, key), user) = (press.data, press.member);
    let place = usize::try_from(place).unwrap_or(usize::MAX);
    let dungeon = queries::load_headcount(ctx, id)?
        .dungeons
        .get(place)
        .cloned();
    let dungeon = dungeon.unwrap_or_default();
    let found = queries::load_headcount_offer(ctx, id, user, &dungeon, &key)?;
    let headcount = &found.headcount;
    let raider = acting::raider(ctx, user);
    let toggle = headcount
        .toggle_key(raider, place, &key, found.is_in, &Config::of(ctx))
        .map_err(|why| refused(headcount, why))?;

    let now = ctx.now();
    queries::put_headcount_offer(ctx, id, user, &toggle, now)?;
    refresh(ctx, id)?;
    let line = HeadcountLine::Offered {
        user,
        key: toggle.key.label,
        dungeon: toggle.dungeon.label,
        offered: toggle.offered,
        total: found.total_after(toggle.offered),
    };
    raid_log::write_headcount(ctx, headcount, &line);
    ctx.reply_private(views::headcount_key_toggled(&toggle))
}
