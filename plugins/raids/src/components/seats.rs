//! What **Join**, **Bench**, **Leave** and the menu of classes share.

use muster_sdk::ids::UserId;
use muster_sdk::{ComponentSpec, Ctx, Handled};

use crate::panel_name::PanelName;
use crate::queries::{self, RunAndSeat};
use crate::run::{Seat, Seated, State};
use crate::views::LogLine;
use crate::{notices, raid_log, run_role};

/// Join, Bench and Leave have one count, so that nobody floods a panel by going to and fro.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_everyone().rate("seat", 3, 10)
}

/// Choosing a class has a count of its own: who looks for one may still join.
pub fn class_spec() -> ComponentSpec {
    ComponentSpec::for_everyone().rate("class", 5, 8)
}

/// Writes one row, however many raiders there are; nothing if it is there already.
pub fn put(ctx: &mut Ctx, found: &RunAndSeat, member: UserId, seated: &Seated) -> Handled {
    if !seated.changed {
        return Ok(());
    }
    let (run, now) = (&found.run, ctx.now());
    queries::put_seat(ctx, run.id, member, &seated.seat, now)?;
    ctx.refresh(PanelName::Run(run.id))?;
    ctx.refresh(PanelName::all_organizers(run.id))?;
    if found.seat.as_ref().map(|seat| seat.state) != Some(seated.seat.state) {
        raid_log::write(ctx, run, &line(found, member, seated.seat.state));
        run_role::follow(ctx, run, member, found.seat.as_ref(), &seated.seat);
    }
    notices::seated(ctx, run, seated)
}

fn line(found: &RunAndSeat, user: UserId, state: State) -> LogLine<'static> {
    let was_joined = found.seat.as_ref().is_some_and(Seat::is_joined);
    let others = found.joined.saturating_sub(u32::from(was_joined));
    match state {
        State::Join => LogLine::Joined {
            user,
            total: others + 1,
        },
        State::Bench => LogLine::Benched {
            user,
            total: others,
        },
        State::Leave => LogLine::Left {
            user,
            total: others,
        },
    }
}
