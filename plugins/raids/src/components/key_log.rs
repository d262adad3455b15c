//! The panel on which popped keys are logged after the end of a run, one control each.

pub mod amount;
pub mod close;
pub mod key;
pub mod name;
pub mod somebody;
pub mod waive;
pub mod who;

use muster_sdk::ids::UserId;
use muster_sdk::{ComponentSpec, Ctx, Failure, Handled, tell_member};

use crate::panel_name::{KeyPanel, PanelName};
use crate::run::{KeyDraft, KeyLog, KeyLogError, Run};
use crate::{acting, queries, views};

/// A run takes several picks a key, so more often than other buttons.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_everyone().rate("key-log", 10, 10)
}

/// What a panel shows, for somebody who may log keys.
struct Loaded {
    run: Run,
    log: KeyLog,
    draft: KeyDraft,
}

fn load(ctx: &mut Ctx, panel: KeyPanel, member: UserId) -> Result<Loaded, Failure> {
    let run = queries::load_run(ctx, panel.run)?;
    run.check_may_log_keys(acting::organizer(ctx, member))
        .map_err(refused(&run))?;
    let log = queries::load_key_log(ctx, run.id)?;
    let draft = queries::load_key_draft(ctx, panel)?;
    Ok(Loaded { run, log, draft })
}

fn refused(run: &Run) -> impl Fn(KeyLogError) -> Failure {
    move |why| tell_member(views::no_key_log(run, &why))
}

/// Keeps somebody as the one whose key it was. With several sorts of keys, theirs is picked if they offered
/// one.
fn pick(
    ctx: &mut Ctx,
    panel: KeyPanel,
    loaded: &Loaded,
    user: UserId,
    name: Option<String>,
) -> Handled {
    let offered = loaded
        .log
        .reactors
        .iter()
        .find(|reactor| reactor.user == user);
    let key = offered.and_then(|reactor| match reactor.keys.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    });
    let draft = KeyDraft {
        user: Some(user),
        name,
        key,
        is_closed: false,
    };
    queries::put_key_draft(ctx, panel, &draft)?;
    ctx.refresh(PanelName::Keys(panel))
}

/// No key is left: every panel of the run shows so, and rests.
fn rest(ctx: &mut Ctx, run: &Run, panel: KeyPanel) -> Handled {
    ctx.close_panel(PanelName::all_keys(run.id))?;
    ctx.close_panel(PanelName::Keys(panel))
}
