//! What other plugins are told about runs. Users are texts of digits, as in Discord's JSON.

use muster_sdk::ids::UserId;
use muster_sdk::{Ctx, Handled, Level};
use serde_json::{Value, json};

use crate::headcount::Headcount;
use crate::party::Party;
use crate::run::{DetailChange, KeyEntry, KeyPop, KeyToggle, Run};

/// Every topic that this plugin emits.
pub const TOPICS: [&str; 13] = [
    "run.created",
    "run.started",
    "run.ended",
    "run.cancelled",
    "run.party_changed",
    "run.key_popped",
    "key.reacted",
    "headcount.created",
    "headcount.converted",
    "headcount.ended",
    "party.created",
    "party.closed",
    "key.logged",
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

/// A headcount was posted.
pub fn headcount_created(ctx: &mut Ctx, headcount: &Headcount) -> Handled {
    ctx.emit("headcount.created", &about_headcount(headcount))
}

/// A headcount became a run.
pub fn headcount_converted(ctx: &mut Ctx, headcount: &Headcount, run: &Run) -> Handled {
    let mut body = about_headcount(headcount);
    body["run_id"] = run.id.0.into();
    ctx.emit("headcount.converted", &body)
}

/// A headcount ended without becoming a run.
pub fn headcount_ended(ctx: &mut Ctx, headcount: &Headcount) -> Handled {
    ctx.emit("headcount.ended", &about_headcount(headcount))
}

/// A party was opened.
pub fn party_created(ctx: &mut Ctx, party: &Party) -> Handled {
    ctx.emit("party.created", &about_party(party))
}

/// A party was closed.
pub fn party_closed(ctx: &mut Ctx, party: &Party) -> Handled {
    ctx.emit("party.closed", &about_party(party))
}

fn about_party(party: &Party) -> Value {
    json!({ "party_id": party.id.0, "owner_id": party.owner })
}

fn about_headcount(headcount: &Headcount) -> Value {
    json!({
        "headcount_id": headcount.id.0,
        "organizer_id": headcount.organizer,
        "dungeon_keys": headcount.dungeons,
    })
}

/// Somebody is thanked for keys that they popped. `number` counts a run's entries, so that whoever hears
/// of one twice knows it by its subject.
pub fn key_logged(
    ctx: &mut Ctx,
    run: &Run,
    number: usize,
    entry: &KeyEntry,
    actor: UserId,
) -> Handled {
    let body = json!({
        "user_id": entry.user,
        "dungeon_key": run.dungeon_key,
        "key_type": entry.key,
        "amount": entry.amount,
        "actor_id": actor,
        "run_id": run.id.0,
        "subject": format!("run:{}/key:{number}", run.id),
    });
    ctx.emit("key.logged", &body)
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

#[cfg(test)]
mod tests {
    use muster_sdk::testing::{Request, TestHost};
    use muster_sdk::time::Timestamp;

    use super::*;
    use crate::config::Config;
    use crate::run::{Draft, RunId};

    fn run() -> Run {
        let draft = Draft::new("SHATTERS", None, None, None).expect("a dungeon of the data");
        let posted = Timestamp::from_seconds(1_700_000_000);
        draft.open(RunId(42), UserId(1), &Config::default(), posted)
    }

    fn told(announce: impl FnOnce(&mut Ctx) -> Handled) -> Vec<Request> {
        let mut host = TestHost::default();
        announce(&mut host.ctx()).expect("it fits");
        host.requests
    }

    #[test]
    fn the_end_names_who_took_part_as_discord_writes_ids() {
        let told = told(|ctx| ended(ctx, &run(), true, true, &[UserId(2), UserId(3)]));
        let body = json!({
            "run_id": 42, "organizer_id": "1", "dungeon_key": "SHATTERS",
            "auto": true, "awards": true, "participants": ["2", "3"], "key_pops": 0,
        });
        assert_eq!(told, [Request::Event("run.ended".into(), body)]);
    }

    #[test]
    fn a_crowd_that_does_not_fit_an_event_is_cut_and_logged() {
        const EVENT_BYTES: usize = 64 << 10;
        let crowd: Vec<UserId> = (0..5000).map(|n| UserId(u64::MAX - n)).collect();
        let told = told(|ctx| ended(ctx, &run(), false, true, &crowd));
        let [Request::Log(Level::Error, line), Request::Event(_, body)] = &told[..] else {
            panic!("{told:?}");
        };
        assert!(line.contains("2500 participants"), "{line}");
        assert!(body.to_string().len() < EVENT_BYTES);
    }
}
