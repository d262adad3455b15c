//! Direct messages: to those who asked for them, to those who offered a key, to the organizer. Somebody who
//! takes none is no error.

use muster_sdk::ids::UserId;
use muster_sdk::message::Message;
use muster_sdk::{Ctx, Handled, Level, NewMessage, Place};

use crate::manifest::EARLY_LOCATION;
use crate::run::{Detail, DetailChange, Run, Seated, classes_are_filled};
use crate::views::{self, LogLine};
use crate::{queries, raid_log};

/// The run is live.
pub fn started(ctx: &mut Ctx, run: &Run) -> Handled {
    let notice = views::run_starts(run, link(ctx, run).as_deref());
    for user in queries::list_joined_with_dms(ctx, run.id)? {
        write(ctx, user, &notice);
    }
    Ok(())
}

/// The run has ended.
pub fn ended(ctx: &mut Ctx, run: &Run) -> Handled {
    let notice = views::run_is_over(run);
    for user in queries::list_joined_with_dms(ctx, run.id)? {
        write(ctx, user, &notice);
    }
    Ok(())
}

/// Party or location changed: who offered a key hears it first, and so does the channel for it.
pub fn located(ctx: &mut Ctx, run: &Run, change: &DetailChange) -> Handled {
    if change.detail == Detail::Note {
        return Ok(());
    }
    let link = link(ctx, run);
    if ctx.find_channel(EARLY_LOCATION).is_some() {
        let role = queries::find_ping_role(ctx, &run.dungeon_key)?;
        let post = views::location_post(run, change, role, link.as_deref());
        let post = NewMessage::to(Place::key(EARLY_LOCATION), post);
        if let Err(error) = ctx.send_message(post) {
            let problem = format!("the early location of run {}: {error}", run.id);
            ctx.log(Level::Warn, problem);
        }
    }
    let notice = views::early_location(run, link.as_deref());
    for user in queries::list_key_offerers_with_dms(ctx, run.id)? {
        write(ctx, user, &notice);
    }
    Ok(())
}

/// A seat changed: once all classes that the dungeon asks for are there, its organizer is told, once.
pub fn seated(ctx: &mut Ctx, run: &Run, seated: &Seated) -> Handled {
    let may_fill = seated.seat.is_joined() && seated.seat.class.is_some();
    if run.needs_told || !may_fill || !run.asks_for_classes() {
        return Ok(());
    }
    let tally = queries::count_roster(ctx, run.id)?;
    if !classes_are_filled(run, &tally) || !queries::put_needs_told(ctx, run.id)? {
        return Ok(());
    }
    raid_log::write(ctx, run, &LogLine::ClassesFilled);
    let link = link(ctx, run);
    let notice = views::classes_filled(run, &tally, link.as_deref());
    write(ctx, run.organizer, &notice);
    Ok(())
}

fn write(ctx: &mut Ctx, user: UserId, notice: &Message) {
    let sent = ctx.send_message(NewMessage::to(Place::dm(user), notice.clone()));
    if let Err(error) = sent {
        ctx.log(Level::Info, format!("a member was not written to: {error}"));
    }
}

fn link(ctx: &Ctx, run: &Run) -> Option<String> {
    run.posted.map(|posted| posted.link(ctx.guild()))
}
