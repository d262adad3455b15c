//! The raid log: one thread for each run in the channel that the guild mapped to it. A log that does not
//! work never fails what it would have told of.

use muster_sdk::{Ctx, Level, NewThread, Panel, Place};

use crate::manifest::RAID_LOG;
use crate::panel_name::PanelName;
use crate::run::{Run, RunId};
use crate::views::{self, LogLine, Starter};

/// The name of a run's thread, and the tag of its making.
pub fn thread(run: RunId) -> String {
    format!("log/{run}")
}

/// Whether the guild wants a log.
pub fn is_wanted(ctx: &mut Ctx) -> bool {
    ctx.find_channel(RAID_LOG).is_some()
}

/// Opens a run's thread, and says whether that may work.
pub fn open(ctx: &mut Ctx, run: &Run) -> bool {
    if !is_wanted(ctx) {
        return false;
    }
    let starter = PanelName::Starter(run.id);
    let panel = Panel::new(starter, Place::key(RAID_LOG)).report_when_deleted();
    if let Err(error) = ctx.open_panel(&panel) {
        ctx.log(
            Level::Warn,
            format!("the raid log of run {}: {error}", run.id),
        );
        return false;
    }
    let title = Starter::new(run, &run.organizer_name).thread_title;
    let name = thread(run.id);
    let thread = NewThread::on(Place::panel(starter), title, &name).mark(name.as_str());
    if let Err(error) = ctx.thread_create(thread) {
        ctx.log(
            Level::Warn,
            format!("the thread of run {}: {error}", run.id),
        );
        return false;
    }
    true
}

/// Writes down what just happened, if the run has a log.
pub fn write(ctx: &mut Ctx, run: &Run, line: &LogLine<'_>) {
    if !run.logged {
        return;
    }
    let text = views::log_line(run, line, ctx.now());
    if let Err(error) = ctx.log_line(&Place::named(thread(run.id)), text) {
        ctx.log(
            Level::Warn,
            format!("a log line of run {}: {error}", run.id),
        );
    }
}
