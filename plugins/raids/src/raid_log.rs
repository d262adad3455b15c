//! The raid log: one thread for each run or headcount in the channel that the guild mapped to it; a run that
//! was a headcount goes on in its thread. A log that does not work never fails what it would have told of.

use std::time::Duration;

use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Level, NewThread, Panel, Place};

use crate::config::Config;
use crate::headcount::{Headcount, HeadcountId};
use crate::manifest::RAID_LOG;
use crate::panel_name::PanelName;
use crate::run::{Run, RunId};
use crate::views::{self, HeadcountLine, LogLine, Starter};

/// The name of a run's thread, and the tag of its making.
pub fn thread(run: RunId) -> String {
    format!("log/{run}")
}

/// The name of a headcount's thread, and the tag of its making.
pub fn headcount_thread(headcount: HeadcountId) -> String {
    format!("hc-log/{headcount}")
}

/// Whether the guild wants a log.
pub fn is_wanted(ctx: &mut Ctx) -> bool {
    ctx.find_channel(RAID_LOG).is_some()
}

/// Opens a run's thread, and says whether that may work.
pub fn open(ctx: &mut Ctx, run: &Run) -> bool {
    let title = Starter::new(run, &run.organizer_name).thread_title;
    open_thread(ctx, PanelName::Starter(run.id), title, &thread(run.id))
}

/// Opens a headcount's thread, and says whether that may work.
pub fn open_headcount(ctx: &mut Ctx, headcount: &Headcount) -> bool {
    let title = Starter::of_headcount(headcount).thread_title;
    let starter = PanelName::HeadcountStarter(headcount.id);
    open_thread(ctx, starter, title, &headcount_thread(headcount.id))
}

/// The thread that a run is logged in: a headcount that became one goes on in its own.
pub fn place(run: &Run) -> Place {
    Place::named(thread_of(run))
}

fn thread_of(run: &Run) -> String {
    run.headcount
        .map_or_else(|| thread(run.id), headcount_thread)
}

/// When the log of what is over now is deleted, where the guild wants that.
pub fn deleted_at(config: &Config, now: Timestamp) -> Option<Timestamp> {
    let days = config.raid_log_delete_days?;
    Some(now.plus(Duration::from_secs(u64::from(days) * 24 * 60 * 60)))
}

/// Deletes a run's thread, and the message that it hangs on.
pub fn delete(ctx: &mut Ctx, run: &Run) {
    delete_thread(ctx, &thread_of(run), PanelName::Starter(run.id));
}

/// Deletes the thread of a headcount that became no run.
pub fn delete_headcount(ctx: &mut Ctx, headcount: &Headcount) {
    let starter = PanelName::HeadcountStarter(headcount.id);
    delete_thread(ctx, &headcount_thread(headcount.id), starter);
}

fn delete_thread(ctx: &mut Ctx, thread: &str, starter: PanelName) {
    let deleted = ctx
        .thread_delete(thread, ())
        .and_then(|()| ctx.delete_message(&Place::panel(starter), ()));
    if let Err(error) = deleted {
        ctx.log(Level::Warn, format!("the old log {thread}: {error}"));
    }
}

/// Writes down what just happened, if the run has a log.
pub fn write(ctx: &mut Ctx, run: &Run, line: &LogLine<'_>) {
    if run.logged {
        let thread = thread_of(run);
        let text = views::log_line(run, line, ctx.now());
        append(ctx, &thread, text);
    }
}

/// Writes down what just happened, if the headcount has a log.
pub fn write_headcount(ctx: &mut Ctx, headcount: &Headcount, line: &HeadcountLine) {
    if headcount.logged {
        let text = views::headcount_line(headcount, line, ctx.now());
        append(ctx, &headcount_thread(headcount.id), text);
    }
}

/// Nothing more will happen to the headcount: its thread rests.
pub fn archive_headcount(ctx: &mut Ctx, headcount: &Headcount) {
    if !headcount.logged {
        return;
    }
    let thread = headcount_thread(headcount.id);
    if let Err(error) = ctx.thread_archive(&Place::named(&thread), true, ()) {
        ctx.log(Level::Warn, format!("the raid log {thread}: {error}"));
    }
}

fn open_thread(ctx: &mut Ctx, starter: PanelName, title: String, name: &str) -> bool {
    if !is_wanted(ctx) {
        return false;
    }
    let panel = Panel::new(starter, Place::key(RAID_LOG)).report_when_deleted();
    if let Err(error) = ctx.open_panel(&panel) {
        ctx.log(Level::Warn, format!("the raid log {name}: {error}"));
        return false;
    }
    let thread = NewThread::on(Place::panel(starter), title, name).mark(name);
    if let Err(error) = ctx.thread_create(thread) {
        ctx.log(Level::Warn, format!("the thread {name}: {error}"));
        return false;
    }
    true
}

fn append(ctx: &mut Ctx, thread: &str, text: String) {
    if let Err(error) = ctx.log_line(&Place::named(thread), text) {
        ctx.log(Level::Warn, format!("a log line of {thread}: {error}"));
    }
}

#[cfg(test)]
mod tests {
    use muster_sdk::ids::UserId;
    use muster_sdk::testing::{Request, TestHost};
    use muster_sdk::time::Timestamp;

    use super::*;
    use crate::config::Config;
    use crate::run::Draft;

    fn run() -> Run {
        let draft = Draft::new("SHATTERS", None, None, None).expect("a dungeon of the data");
        let posted = Timestamp::from_seconds(1_700_000_000);
        Run {
            organizer_name: "x".repeat(32),
            ..draft.open(RunId(42), UserId(1), &Config::default(), posted)
        }
    }

    #[test]
    fn a_guild_without_a_log_is_asked_for_nothing() {
        let mut host = TestHost::default();
        assert!(!open(&mut host.ctx(), &run()));
        write(&mut host.ctx(), &run(), &LogLine::Created);
        assert_eq!(host.requests, []);
    }

    #[test]
    fn the_thread_hangs_on_the_starter_and_is_known_by_the_runs_number() {
        let mut host = TestHost::default();
        host.channels.insert(RAID_LOG.into(), 9);
        assert!(open(&mut host.ctx(), &run()));
        let [
            Request::Panel("open", panel, place),
            Request::Effect("thread_create", thread),
        ] = &host.requests[..]
        else {
            panic!("{:?}", host.requests);
        };
        assert_eq!(
            (panel.as_str(), place.as_str()),
            ("starter/42", "key:raid_log")
        );
        assert_eq!(
            (&thread["on"], &thread["name"], &thread["tag"]),
            (
                &"panel:starter/42".into(),
                &"log/42".into(),
                &"log/42".into()
            )
        );
        assert_eq!(thread["archive_minutes"], 1440);
    }
}
