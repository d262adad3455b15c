//! What a headcount sets off: its post, its end, and the run that it becomes. All of it happens in one
//! transaction, or none.

use std::time::Duration;

use muster_sdk::imports::PanelError;
use muster_sdk::{Ctx, Failure, Handled, Panel, Place, tell_member};
use serde_json::json;

use crate::config::Config;
use crate::headcount::{Closing, Conversion, Headcount, HeadcountId, Selection};
use crate::manifest::RAID;
use crate::panel_name::PanelName;
use crate::run::{Draft, Run, Seat, State};
use crate::timer_name::TimerName;
use crate::timers::orphans;
use crate::views::{self, HeadcountLine, LogLine};
use crate::{announcements, closing, queries, raid_log, run_role};

/// How long the answer waits for the panel, to link to it.
const POSTED_WITHIN: Duration = Duration::from_secs(20);

/// Posts what was picked from the menus. The answer waits for the post: see [`crate::outcome`].
///
/// # Errors
/// Told to the organizer.
pub fn post(ctx: &mut Ctx, selection: &Selection, config: &Config) -> Handled {
    let now = ctx.now();
    let dungeons = selection
        .finish(now)
        .map_err(|why| tell_member(views::no_selection(why)))?;
    let (id, name) = (ctx.next_id("headcount")?, ctx.display_name());
    let mut headcount = Headcount::open(id, selection.organizer, name, &dungeons, now);
    headcount.logged = raid_log::open_headcount(ctx, &headcount);
    queries::insert_headcount(ctx, &headcount)?;

    let tag = show(ctx, id)?;
    raid_log::write_headcount(ctx, &headcount, &HeadcountLine::Created);
    ctx.timer(TimerName::HeadcountClose(id), headcount.closes_at(config))?;
    announcements::headcount_created(ctx, &headcount)?;
    let meta = json!({ "dungeon_keys": headcount.dungeons });
    ctx.audit("headcount.create", subject(id), &meta)?;

    let log = raid_log::headcount_thread(id);
    let tags = [tag.as_str(), log.as_str()];
    let tags = if headcount.logged {
        &tags[..]
    } else {
        &tags[..1]
    };
    ctx.reply_after(tags, POSTED_WITHIN)
}

/// Ends a headcount that becomes no run.
///
/// # Errors
/// Told to the member: somebody was faster.
pub fn close(ctx: &mut Ctx, headcount: &Headcount, closing: &Closing) -> Handled {
    if !queries::put_closing(ctx, headcount.id, closing)? {
        return Err(came_too_late(ctx, headcount.id)?);
    }
    let headcount = headcount.after_closing(closing);
    announcements::headcount_ended(ctx, &headcount)?;
    let meta = json!({ "organizer_id": headcount.organizer, "reason": closing.reason.as_str() });
    ctx.audit("headcount.end", subject(headcount.id), &meta)?;
    let line = HeadcountLine::Ended {
        by: closing.by,
        reason: closing.reason,
    };
    raid_log::write_headcount(ctx, &headcount, &line);
    ctx.close_panel(PanelName::Headcount(headcount.id))?;
    ctx.close_panel(PanelName::all_headcount_organizers(headcount.id))?;
    if headcount.logged {
        ctx.close_panel(PanelName::HeadcountStarter(headcount.id))?;
        raid_log::archive_headcount(ctx, &headcount);
        if let Some(at) = raid_log::deleted_at(&Config::of(ctx), ctx.now()) {
            ctx.timer(TimerName::DeleteHeadcountLog(headcount.id), at)?;
        }
    }
    ctx.cancel_timer(TimerName::HeadcountClose(headcount.id))
}

/// Makes a run of a headcount: who came has joined it, who offered keys has them there, and the message
/// shows the run from now on. The run is its organizer's, whoever pressed.
///
/// # Errors
/// Told to the member: somebody was faster.
pub fn convert(
    ctx: &mut Ctx,
    headcount: &Headcount,
    conversion: &Conversion,
    config: &Config,
) -> Result<Run, Failure> {
    let id = ctx.next_id("run")?;
    if !queries::put_conversion(ctx, headcount.id, conversion, id)? {
        return Err(came_too_late(ctx, headcount.id)?);
    }
    let draft = Draft::new(conversion.dungeon.key, None, None, None)
        .map_err(|why| tell_member(views::no_draft(&why)))?;
    let mut run = Run {
        organizer_name: headcount.organizer_name.clone(),
        posted: headcount.posted,
        logged: headcount.logged,
        headcount: Some(headcount.id),
        ..draft.open(id, headcount.organizer, config, conversion.at)
    };
    run.has_role = run_role::open(ctx, &run, config)?;
    write_run(ctx, &run, headcount, conversion, config)?;
    run_role::give_all(ctx, &run)?;
    move_panels(ctx, &run, headcount.id)?;
    tell_everybody(ctx, &run, headcount, conversion)?;
    ctx.cancel_timer(TimerName::HeadcountClose(headcount.id))?;
    ctx.timer(TimerName::AutoEnd(run.id), run.auto_end_at())?;
    ctx.timer(TimerName::Orphans, orphans::next(conversion.at))?;
    Ok(run)
}

/// What the audit calls a headcount.
pub fn subject(id: HeadcountId) -> String {
    format!("headcount:{id}")
}

fn show(ctx: &mut Ctx, id: HeadcountId) -> Result<String, Failure> {
    let name = PanelName::Headcount(id);
    let place = match ctx.find_channel(RAID) {
        Some(_) => Place::key(RAID),
        None => ctx.channel_id()?.into(),
    };
    let panel = Panel::new(name, place)
        .report_when_deleted()
        .tag(name.to_string());
    ctx.open_panel(&panel).map_err(|error| match error {
        PanelError::BadPlace(sentence) => tell_member(format!(
            "The headcount cannot be posted. {sentence} An administrator can choose another channel with \
             `/setchannels`."
        )),
        error => error.into(),
    })?;
    Ok(name.to_string())
}

fn write_run(
    ctx: &mut Ctx,
    run: &Run,
    headcount: &Headcount,
    conversion: &Conversion,
    config: &Config,
) -> Handled {
    queries::insert_run(ctx, run)?;
    queries::carry_over(ctx, headcount.id, run.id, conversion.dungeon.key)?;
    queries::put_recent_dungeon(ctx, conversion.dungeon.key, conversion.at)?;
    if config.organizer_auto_join {
        let seat = Seat {
            state: State::Join,
            class: None,
        };
        queries::put_seat(ctx, run.id, run.organizer, &seat, conversion.at)?;
    }
    Ok(())
}

/// The messages stay: only what they show is another thing from now on.
fn move_panels(ctx: &mut Ctx, run: &Run, headcount: HeadcountId) -> Handled {
    ctx.rename_panel(PanelName::Headcount(headcount), PanelName::Run(run.id))?;
    if run.logged {
        let starter = PanelName::HeadcountStarter(headcount);
        ctx.rename_panel(starter, PanelName::Starter(run.id))?;
    }
    ctx.close_panel(PanelName::all_headcount_organizers(headcount))
}

fn tell_everybody(
    ctx: &mut Ctx,
    run: &Run,
    headcount: &Headcount,
    conversion: &Conversion,
) -> Handled {
    let dungeon = conversion.dungeon;
    let line = HeadcountLine::Converted {
        run: run.id,
        dungeon: dungeon.label,
        by: conversion.by,
    };
    raid_log::write_headcount(ctx, headcount, &line);
    raid_log::write(ctx, run, &LogLine::Created);
    announcements::headcount_converted(ctx, headcount, run)?;
    announcements::created(ctx, run)?;
    let meta = json!({ "run_id": run.id.0, "dungeon_key": dungeon.key });
    ctx.audit("headcount.convert", subject(headcount.id), &meta)?;
    let meta = json!({ "dungeon_key": dungeon.key, "headcount_id": headcount.id.0 });
    ctx.audit("run.create", closing::subject(run), &meta)
}

fn came_too_late(ctx: &mut Ctx, id: HeadcountId) -> Result<Failure, Failure> {
    let headcount = queries::load_headcount(ctx, id)?;
    Ok(tell_member(views::headcount_came_too_late(&headcount)))
}
