//! The key buttons on a run's panel, one for each key that opens the dungeon.

use muster_sdk::ids::UserId;
use muster_sdk::{ComponentSpec, Ctx, Handled, Press, tell_member};

use crate::config::Config;
use crate::panel_name::PanelName;
use crate::queries::RunAndOffer;
use crate::run::{KeyToggle, RunId};
use crate::views::LogLine;
use crate::{acting, announcements, queries, raid_log, views};

/// Keys have a count of their own.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_everyone().rate("key", 4, 12)
}

/// The member says that they have this key, or takes it back.
pub fn handle(ctx: &mut Ctx, press: Press<(RunId, String)>) -> Handled {
    let ((id, key), member) = (press.data, press.member);
    let found = queries::load_offer(ctx, id, member, &key)?;
    let raider = acting::raider(ctx, member);
    let toggle = found
        .run
        .toggle_key(raider, &key, found.is_offered, &Config::of(ctx))
        .map_err(|why| tell_member(views::no_seat(&why)))?;

    let now = ctx.now();
    let name = ctx.display_name();
    queries::put_offer(ctx, id, (member, &name), &toggle, now)?;
    ctx.refresh(PanelName::Run(id))?;
    ctx.refresh(PanelName::all_organizers(id))?;
    announcements::key_reacted(ctx, &found.run, member, &toggle)?;
    raid_log::write(ctx, &found.run, &line(&found, member, &toggle));
    ctx.reply_private(views::key_toggled(&found.run, &toggle))
}

fn line(found: &RunAndOffer, user: UserId, toggle: &KeyToggle) -> LogLine<'static> {
    let key = toggle.key.label;
    if toggle.offered {
        let total = found.offers + 1;
        LogLine::KeyOffered { user, key, total }
    } else {
        let total = found.offers.saturating_sub(1);
        LogLine::KeyTakenBack { user, key, total }
    }
}
