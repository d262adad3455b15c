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
