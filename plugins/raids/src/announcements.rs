//! What other plugins are told about runs. Users are texts of digits, as in Discord's JSON.

use muster_sdk::ids::UserId;
use muster_sdk::{Ctx, Handled, Level};
use serde_json::{Value, json};

use crate::run::{DetailChange, KeyPop, KeyToggle, Run};

/// Every topic that this plugin emits.
pub const TOPICS: [&str; 7] = [
    "run.created",
    "run.started",
    "run.ended",
    "run.cancelled",
    "run.party_changed",
    "run.key_popped",
    "key.reacted",
];

/// An event holds 64 KiB, and an id with its quotes and comma 23 bytes: this many leave room for the rest.
const MOST_PARTICIPANTS: usize = 2500;

/// A run was posted.
pub fn created(ctx: &mut Ctx, run: &Run) -> Handled {
    ctx.emit("run.created", &about(run))
}

/// A run went live.
pub fn started(ctx: &mut Ctx, run: &Run) -> Handled {
    ctx.emit("run.started", &about(run))
}

/// A run ended. `participants` are those whom it counts for, if it `awards` anybody at all: when keys were
/// popped, who was there for the last one; those of the keys before were named by `run.key_popped`.
pub fn ended(
    ctx: &mut Ctx,
    run: &Run,
    auto: bool,
    awards: bool,
    participants: &[UserId],
) -> Handled {
    let mut body = about(run);
    body["auto"] = auto.into();
    body["awards"] = awards.into();
    body["participants"] = people(ctx, run, participants);
    body["key_pops"] = run.key_pop_count.into();
    ctx.emit("run.ended", &body)
}

/// A run was cancelled: it counts for nobody.
pub fn cancelled(ctx: &mut Ctx, run: &Run) -> Handled {
    ctx.emit("run.cancelled", &about(run))
}

/// The `n`th key was popped. `completed` are those who were there for the key before.
pub fn key_popped(ctx: &mut Ctx, run: &Run, pop: &KeyPop, completed: &[UserId]) -> Handled {
    let mut body = about(run);
    body["n"] = pop.number.into();
    body["seconds"] = pop.seconds.into();
    body["completed"] = people(ctx, run, completed);
    ctx.emit("run.key_popped", &body)
}

/// Party, location or note changed.
pub fn detail_changed(ctx: &mut Ctx, run: &Run, change: &DetailChange) -> Handled {
    let mut body = about(run);
    body["changed"] = change.detail.key().into();
    body["party"] = run.party.as_deref().into();
    body["location"] = run.location.as_deref().into();
    ctx.emit("run.party_changed", &body)
}

/// A member says that they have a key, or takes it back.
pub fn key_reacted(ctx: &mut Ctx, run: &Run, user: UserId, toggle: &KeyToggle) -> Handled {
    let mut body = about(run);
    body["user_id"] = json!(user);
    body["key_type"] = toggle.key.key.into();
    body["offered"] = toggle.offered.into();
    ctx.emit("key.reacted", &body)
}

fn about(run: &Run) -> Value {
    json!({
        "run_id": run.id.0,
        "organizer_id": run.organizer,
        "dungeon_key": run.dungeon_key,
    })
}

fn people(ctx: &mut Ctx, run: &Run, users: &[UserId]) -> Value {
    if users.len() > MOST_PARTICIPANTS {
        let left_out = users.len() - MOST_PARTICIPANTS;
        let problem = format!(
            "run {}: {left_out} participants do not fit its event",
            run.id
        );
        ctx.log(Level::Error, problem);
    }
    json!(users[..users.len().min(MOST_PARTICIPANTS)])
}
