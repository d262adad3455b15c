//! The answers that wait for Discord: to `/run`, **Create Headcount** and `/party` for the panel, to a role's
//! button for the role.

mod headcount;
mod party;
mod role_ping;

use muster_sdk::{Ctx, Handled, Outcome, Outcomes, broken};

use crate::panel_name::PanelName;
use crate::run::{Posted, Run, RunId};
use crate::{closing, queries, raid_log, run_role, views};

/// Keeps where the panel stands, and links to it.
pub fn posted(ctx: &mut Ctx, outcomes: Outcomes) -> Handled {
    let panel = |outcome: &Outcome| PanelName::parse(&outcome.tag);
    for post in &outcomes.0 {
        if let Some(given) = role_ping::toggled(post) {
            return role_ping::answer(ctx, given, post);
        }
        match panel(post) {
            Some(PanelName::Run(id)) => return run(ctx, id, post, &outcomes),
            Some(PanelName::Headcount(id)) => return headcount::posted(ctx, id, post, &outcomes),
            Some(PanelName::Party(id)) => return party::posted(ctx, id, post, &outcomes),
            _ => {}
        }
    }
    Err(broken("no outcome is that of a panel"))
}

/// A run that cannot be shown is cancelled: it would only keep its organizer from posting another.
fn run(ctx: &mut Ctx, id: RunId, post: &Outcome, outcomes: &Outcomes) -> Handled {
    let run = queries::load_run(ctx, id)?;
    match (post.ok, post.problem.as_deref()) {
        (true, _) => {
            let role = outcomes.find(&run_role::name(id));
            if let Some(role) = role.and_then(|role| role.role) {
                queries::put_role(ctx, id, role)?;
            }
            link(ctx, run, post, outcomes.find(&raid_log::thread(id)))
        }
        (false, Some(problem)) => give_up(ctx, &run, problem),
        (false, None) => ctx.reply_private(views::still_posting(&run)),
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
    let problems = log_problem(ctx, run.logged, thread);
    ctx.reply_private(views::posted(&run, link.as_deref(), &problems))
}

/// What an organizer is told about a log that does not work: the panel is posted all the same.
fn log_problem(ctx: &mut Ctx, is_logged: bool, thread: Option<&Outcome>) -> Vec<String> {
    if is_logged || !raid_log::is_wanted(ctx) {
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
