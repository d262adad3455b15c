//! The answer to `/run`, once Discord has said what became of the panel.

use muster_sdk::{Ctx, Handled, Outcome, Outcomes, broken};

use crate::panel_name::PanelName;
use crate::run::{Posted, Run, RunId};
use crate::{closing, queries, raid_log, views};

/// Keeps where the run is shown, and links to it. A run that cannot be shown is cancelled: it would only
/// keep its organizer from posting another.
pub fn posted(ctx: &mut Ctx, outcomes: Outcomes) -> Handled {
    let (id, post) = outcomes
        .0
        .iter()
        .find_map(|outcome| Some((run_of(outcome)?, outcome)))
        .ok_or_else(|| broken("no outcome is that of a run's panel"))?;
    let run = queries::load_run(ctx, id)?;
    match (post.ok, post.problem.as_deref()) {
        (true, _) => link(ctx, run, post, outcomes.find(&raid_log::thread(id))),
        (false, Some(problem)) => give_up(ctx, &run, problem),
        (false, None) => ctx.reply_private(views::still_posting(&run)),
    }
}

fn run_of(outcome: &Outcome) -> Option<RunId> {
    match PanelName::parse(&outcome.tag)? {
        PanelName::Run(run) => Some(run),
        _ => None,
    }
}

fn link(ctx: &mut Ctx, mut run: Run, post: &Outcome, thread: Option<&Outcome>) -> Handled {
    let made = post.channel.zip(post.message);
    run.posted = made.map(|(channel, message)| Posted { channel, message });
    // A thread that is late still comes.
    run.logged = thread.is_some_and(|thread| thread.ok || thread.problem.is_none());
    let thread_id = thread.and_then(|thread| thread.channel);
    queries::put_places(ctx, &run, thread_id)?;

    let link = run.posted.map(|posted| posted.link(ctx.guild()));
    let problems = log_problem(ctx, &run, thread);
    ctx.reply_private(views::posted(&run, link.as_deref(), &problems))
}

/// What an organizer is told about a log that does not work: the run is posted all the same.
fn log_problem(ctx: &mut Ctx, run: &Run, thread: Option<&Outcome>) -> Vec<String> {
    if run.logged || !raid_log::is_wanted(ctx) {
        return Vec::new();
    }
    let why = thread.and_then(|thread| thread.problem.clone());
    let why = why.unwrap_or_else(|| {
        "I need View Channel, Send Messages, Create Public Threads and Send Messages in Threads there."
            .to_owned()
    });
    vec![format!("The raid log was not opened: {why}")]
}

fn give_up(ctx: &mut Ctx, run: &Run, problem: &str) -> Handled {
    if let Some(orphaned) = run.orphan(ctx.now()) {
        closing::cancel(ctx, run, &orphaned)?;
    }
    ctx.reply_private(views::not_posted(run, problem))
}

#[cfg(test)]
mod tests {
    use muster_sdk::Failure;
    use muster_sdk::testing::TestHost;

    use super::*;

    #[test]
    fn an_outcome_of_no_run_is_the_operators() {
        let results = r#"[{"tag": "log/42", "ok": true}, {"tag": "organizer/42/1", "ok": true}]"#;
        let outcomes = Outcomes::read(results).expect("the host's shape");
        let told = posted(&mut TestHost::default().ctx(), outcomes);
        assert!(matches!(told, Err(Failure::Internal(_))), "{told:?}");
    }
}
