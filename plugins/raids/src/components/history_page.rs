//! **◀** and **▶** below `/runhistory`.

use muster_sdk::message::Message;
use muster_sdk::{ComponentSpec, Ctx, Failure, Handled, Press, Rank};

use crate::history::{Filter, Page, RUNS_PER_PAGE};
use crate::{queries, views};

/// A page costs as much as the command; still one may leaf through a month.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_rank(Rank::VerifiedRaider).rate("info", 10, 15)
}

/// Another page takes the place of this one.
pub fn handle(ctx: &mut Ctx, press: Press<(u32, Filter)>) -> Handled {
    let (page, filter) = press.data;
    let view = view(ctx, &filter, page)?;
    ctx.update(view)
}

/// A page of the runs of a filter.
pub fn view(ctx: &mut Ctx, filter: &Filter, page: u32) -> Result<Message, Failure> {
    let since = filter.since(ctx.now());
    let totals = queries::count_runs(ctx, filter, since)?;
    let page = Page::of(page, totals.runs(), RUNS_PER_PAGE);
    let runs = queries::list_runs(ctx, filter, since, page.number)?;
    Ok(views::run_history(filter, &totals, &runs, page))
}
