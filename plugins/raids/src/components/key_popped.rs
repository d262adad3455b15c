//! The **Key popped** button on an organizer's panel.

use muster_sdk::ids::UserId;
use muster_sdk::{ComponentSpec, Ctx, Failure, Handled, Press, tell_member};
use serde_json::json;

use crate::config::Config;
use crate::panel_name::PanelName;
use crate::run::{COOLDOWN_SECONDS, KeyPop, PopError, Run, RunId};
use crate::timer_name::TimerName;
use crate::views::{self, LogLine};
use crate::{acting, announcements, closing, queries, raid_log};

/// A key is popped every 20 s at most, whoever presses.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_everyone().rate("key-popped", 1, COOLDOWN_SECONDS)
}

/// The window to join the party opens, and a timer closes it.
pub fn handle(ctx: &mut Ctx, press: Press<RunId>) -> Handled {
    let run = queries::load_run(ctx, press.data)?;
    let actor = acting::organizer(ctx, press.member);
    let seconds = Config::of(ctx).key_window_seconds;
    let pop = run
        .pop_key(actor, seconds, ctx.now())
        .map_err(|why| tell_member(views::no_pop(&run, &why)))?;

    let completed = write(ctx, &run, &pop)?;
    let run = run.after_pop(&pop);
    announcements::key_popped(ctx, &run, &pop, &completed)?;
    let meta = json!({ "n": pop.number, "seconds": pop.seconds });
    ctx.audit("run.key_window", closing::subject(&run), &meta)?;
    ctx.timer(TimerName::KeyWindow(run.id), pop.window_ends_at)?;
    ctx.refresh(PanelName::Run(run.id))?;
    ctx.refresh(PanelName::all_organizers(run.id))?;
    let line = LogLine::KeyPopped {
        by: press.member,
        number: pop.number,
        seconds: pop.seconds,
    };
    raid_log::write(ctx, &run, &line);
    ctx.reply_private(views::key_popped(&pop))
}

/// Counts the pop and keeps who was there for it. Gives those who were there for the one before: they have
/// completed the dungeon.
fn write(ctx: &mut Ctx, run: &Run, pop: &KeyPop) -> Result<Vec<UserId>, Failure> {
    if !queries::put_pop(ctx, run, pop)? {
        let wait_seconds = COOLDOWN_SECONDS;
        let why = PopError::TooSoon { wait_seconds };
        return Err(tell_member(views::no_pop(run, &why)));
    }
    queries::put_snapshot(ctx, run.id, pop)?;
    match pop.completed {
        Some(number) => queries::award_pop(ctx, run.id, number, pop.at),
        None => Ok(Vec::new()),
    }
}
