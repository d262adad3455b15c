//! `/run`: posts a run, which members join from its panel.

use std::time::Duration;

use muster_sdk::ids::UserId;
use muster_sdk::imports::PanelError;
use muster_sdk::{
    Category, Command, CommandSpec, Ctx, Failure, Handled, OptionSpec, Panel, Place, Rank,
    tell_member,
};
use serde_json::json;

use crate::config::Config;
use crate::manifest::RAID;
use crate::panel_name::PanelName;
use crate::run::{Detail, Draft, Run, Seat, State};
use crate::timer_name::TimerName;
use crate::timers::orphans;
use crate::views::{self, LogLine};
use crate::{activity, announcements, closing, queries, raid_log, run_role};

/// How long the answer waits for the panel, to link to it.
const POSTED_WITHIN: Duration = Duration::from_secs(20);

/// For organizers; only they see the answer.
pub fn spec() -> CommandSpec {
    let text = |name, description, detail: Detail| {
        OptionSpec::text(name, description).length(0, detail.most_characters())
    };
    CommandSpec::new("Posts a run that members can join")
        .minimum_role(Rank::Organizer)
        .category(Category::RaidManagement)
        .option(
            OptionSpec::text("dungeon", "Which dungeon")
                .required()
                .autocomplete(),
        )
        .option(text(
            "party",
            "Which party in the game to join",
            Detail::Party,
        ))
        .option(text(
            "location",
            "Where in the game to go",
            Detail::Location,
        ))
        .option(text(
            "description",
            "What raiders should know",
            Detail::Note,
        ))
}

/// Writes the run down and posts its panel. The answer waits for the post: see [`crate::outcome`].
pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
    let config = Config::of(ctx);
    let draft = draft(&command)?;
    activity::refuse_second(ctx, command.member, &config)?;

    let run = create(ctx, draft, command.member, &config)?;
    let tag = show(ctx, &run)?;
    raid_log::write(ctx, &run, &LogLine::Created);
    ctx.timer(TimerName::AutoEnd(run.id), run.auto_end_at())?;
    ctx.timer(TimerName::Orphans, orphans::next(ctx.now()))?;
    announcements::created(ctx, &run)?;
    let meta = json!({ "dungeon_key": run.dungeon_key });
    ctx.audit("run.create", closing::subject(&run), &meta)?;

    let (log, role) = (raid_log::thread(run.id), run_role::name(run.id));
    let mut tags = vec![tag.as_str()];
    tags.extend(run.logged.then_some(log.as_str()));
    tags.extend(run.has_role.then_some(role.as_str()));
    ctx.reply_after(&tags, POSTED_WITHIN)
}

fn draft(command: &Command) -> Result<Draft, Failure> {
    let (party, location) = (command.find_text("party"), command.find_text("location"));
    let note = command.find_text("description");
    let (party, location, note) = (party.as_deref(), location.as_deref(), note.as_deref());
    Draft::new(&command.text("dungeon")?, party, location, note)
        .map_err(|why| tell_member(views::no_draft(&why)))
}

fn create(ctx: &mut Ctx, draft: Draft, organizer: UserId, config: &Config) -> Result<Run, Failure> {
    let now = ctx.now();
    let id = ctx.next_id("run")?;
    let mut run = Run {
        organizer_name: ctx.display_name(),
        ..draft.open(id, organizer, config, now)
    };
    run.logged = raid_log::open(ctx, &run);
    run.has_role = run_role::open(ctx, &run, config)?;
    queries::insert_run(ctx, &run)?;
    queries::put_recent_dungeon(ctx, &run.dungeon_key, now)?;
    if config.organizer_auto_join {
        let seat = Seat {
            state: State::Join,
            class: None,
        };
        queries::put_seat(ctx, run.id, organizer, &seat, now)?;
        run_role::follow(ctx, &run, organizer, None, &seat);
    }
    Ok(run)
}

/// Posts the panel where the guild wants runs, else here. Gives the tag to wait for.
fn show(ctx: &mut Ctx, run: &Run) -> Result<String, Failure> {
    let place = match ctx.find_channel(RAID) {
        Some(_) => Place::key(RAID),
        None => ctx.channel_id()?.into(),
    };
    let name = PanelName::Run(run.id);
    let panel = Panel::new(name, place)
        .report_when_deleted()
        .tag(name.to_string());
    ctx.open_panel(&panel).map_err(|error| match error {
        PanelError::BadPlace(sentence) => tell_member(format!(
            "The run cannot be posted. {sentence} An administrator can choose another channel with \
             `/setchannels`."
        )),
        error => error.into(),
    })?;
    Ok(name.to_string())
}

#[cfg(test)]
mod tests {
    use muster_sdk::Plugin as _;
    use muster_sdk::testing::TestHost;
    use serde_json::Value;

    use super::*;
    use crate::Plugin;

    fn run(options: Value) -> Failure {
        let mut host = TestHost::default();
        let data = json!({ "options": options }).to_string();
        Plugin::command(&mut host.ctx(), "run", &data).expect_err("there is no database")
    }

    #[test]
    fn what_nobody_could_post_is_refused_before_the_database_is_asked() {
        let unknown = run(json!([{ "name": "dungeon", "type": 3, "value": "<@&5>" }]));
        let Failure::Member(told) = unknown else {
            panic!("{unknown:?}");
        };
        assert!(told.starts_with("There is no dungeon \"\\<"), "{told}");
        let long = run(json!([
            { "name": "dungeon", "type": 3, "value": "SHATTERS" },
            { "name": "party", "type": 3, "value": "x".repeat(101) },
        ]));
        assert!(matches!(long, Failure::Member(_)), "{long:?}");
    }
}
