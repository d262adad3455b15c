//! **◀** and **▶** below `/viewrun`.

use muster_sdk::message::Message;
use muster_sdk::{ComponentSpec, Ctx, Failure, Handled, Press, Rank, tell_member};

use crate::config::Config;
use crate::history::{PEOPLE_PER_PAGE, Page};
use crate::queries;
use crate::run::RunId;
use crate::views::{self, RunDetails};

/// As often as the command.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_rank(Rank::VerifiedRaider).rate("info", 10, 15)
}

/// Another page takes the place of this one.
pub fn handle(ctx: &mut Ctx, press: Press<(RunId, u32)>) -> Handled {
    let (id, page) = press.data;
    let view = view(ctx, id, page)?;
    ctx.update(view.ok_or_else(|| tell_member(views::run_gone()))?)
}

/// A page of the people of a run, or nothing if there is no such run. Raiders see names only where the guild
/// shows them.
pub fn view(ctx: &mut Ctx, id: RunId, page: u32) -> Result<Option<Message>, Failure> {
    let Some(run) = queries::find_run(ctx, id)? else {
        return Ok(None);
    };
    let tally = queries::count_roster(ctx, id)?;
    let page = Page::of(page, tally.joined + tally.benched, PEOPLE_PER_PAGE);
    let sees_names = Config::of(ctx).public_raider_count || ctx.ranks_at_least(Rank::Organizer);
    let details = RunDetails {
        people: queries::list_people(ctx, id, page.number)?,
        holders: queries::list_key_holders(ctx, id)?,
        run,
        tally,
        page,
        sees_names,
    };
    Ok(Some(views::run_details(&details)))
}
