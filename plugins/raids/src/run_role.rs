//! A run's own role: made with the run, held by those who take part, gone with its end. A role that cannot
//! be made, given or taken never fails what it would have followed.

use muster_sdk::ids::UserId;
use muster_sdk::imports::DiscordError;
use muster_sdk::text::{cut, plain};
use muster_sdk::{Ctx, Failure, Handled, Level, NewRole, RoleRef};

use crate::config::Config;
use crate::run::{Run, RunId, Seat};
use crate::timer_name::TimerName;
use crate::timers::run_roles;

/// Discord's limit for the name of a role.
const TITLE: usize = 100;

const GREY: u32 = 0x95_A5A6;

/// The name of a run's role, and the tag of its making.
pub fn name(run: RunId) -> String {
    format!("run-role/{run}")
}

/// Asks for a run's role, and says whether that may work. Where nobody wants roles, there is none.
pub fn open(ctx: &mut Ctx, run: &Run, config: &Config) -> Result<bool, Failure> {
    if !config.run_role {
        return Ok(false);
    }
    let title = format!("{}'s {}", run.organizer_name, run.dungeon_label);
    let name = name(run.id);
    let role = NewRole::new(&name, cut(&plain(&title), TITLE))
        .color(GREY)
        .mark(name.as_str());
    if !settle(ctx, run, "was not made", |ctx| ctx.role_create(role)) {
        return Ok(false);
    }
    ctx.timer(TimerName::RunRoles, run_roles::next(ctx.now()))?;
    Ok(true)
}

/// Follows a change of a member's seat: who takes part holds the role.
pub fn follow(ctx: &mut Ctx, run: &Run, user: UserId, before: Option<&Seat>, after: &Seat) {
    let was_joined = before.is_some_and(Seat::is_joined);
    if !run.has_role || was_joined == after.is_joined() {
        return;
    }
    if after.is_joined() {
        give(ctx, run, user);
    } else {
        let role = RoleRef::named(name(run.id));
        settle(ctx, run, "was not taken", |ctx| {
            ctx.role_remove(user, role, ())
        });
    }
}

/// Gives the role to all who take part already. Nobody who acts may do so for others, so it is left to a
/// timer.
pub fn give_all(ctx: &mut Ctx, run: &Run) -> Handled {
    if !run.has_role {
        return Ok(());
    }
    let now = ctx.now();
    ctx.timer(TimerName::GiveRoles(run.id), now)
}

/// Gives the role to one who takes part.
pub fn give(ctx: &mut Ctx, run: &Run, user: UserId) {
    let role = RoleRef::named(name(run.id));
    settle(ctx, run, "was not given", |ctx| {
        ctx.role_add(user, role, ())
    });
}

/// Deletes a run's role. Who held it loses it by that.
pub fn close(ctx: &mut Ctx, run: &Run) {
    if run.has_role {
        delete(ctx, run);
    }
}

/// Deletes it once more: the sweep asks for those that are recorded and still there.
pub fn delete(ctx: &mut Ctx, run: &Run) {
    let name = name(run.id);
    settle(ctx, run, "was not deleted", |ctx| ctx.role_delete(name, ()));
}

fn settle(
    ctx: &mut Ctx,
    run: &Run,
    what: &str,
    effect: impl FnOnce(&mut Ctx) -> Result<(), DiscordError>,
) -> bool {
    match effect(ctx) {
        Ok(()) => true,
        Err(error) => {
            let problem = format!("the role of run {} {what}: {error}", run.id);
            ctx.log(Level::Warn, problem);
            false
        }
    }
}
