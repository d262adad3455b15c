//! Runs: whom they count for. Any plugin may organize runs; what counts is what it tells.

use muster_sdk::ids::UserId;
use muster_sdk::{Ctx, Event, Handled};
use serde::Deserialize;

use crate::booking;
use crate::entry::{EndedRun, PoppedKey, of_ended_run, of_popped_key};
use crate::members::credit_of;
use crate::points::Points;
use crate::queries::values::{self, Earning};

#[derive(Deserialize)]
struct Ended {
    run_id: i64,
    organizer_id: UserId,
    dungeon_key: String,
    awards: bool,
    participants: Vec<UserId>,
    key_pops: u32,
}

/// A run ended: its organizer and everybody who took part get their points.
pub fn ended(ctx: &mut Ctx, event: Event) -> Handled {
    let body: Ended = event.body()?;
    let run = EndedRun {
        run: body.run_id,
        organizer: body.organizer_id,
        dungeon: body.dungeon_key,
        awards: body.awards,
        participants: body.participants,
        key_pops: body.key_pops,
    };
    let credit = credit_of(
        ctx,
        run.organizer,
        |quota| quota.run_value(&run.dungeon),
        Points::ONE,
    )?;
    let each = values::load(ctx, Earning::Completion, &run.dungeon)?;
    let organizer_at = booking::time_of(ctx, &credit, event.at)?;
    let entries = of_ended_run(&run, credit, each, organizer_at, event.at);
    booking::book(ctx, &entries).map(drop)
}

#[derive(Deserialize)]
struct Popped {
    run_id: i64,
    organizer_id: UserId,
    dungeon_key: String,
    n: u32,
    completed: Vec<UserId>,
}

/// A key was popped: a run for the organizer, and a completion for those of the key before.
pub fn key_popped(ctx: &mut Ctx, event: Event) -> Handled {
    let body: Popped = event.body()?;
    let pop = PoppedKey {
        run: body.run_id,
        organizer: body.organizer_id,
        dungeon: body.dungeon_key,
        number: body.n,
        completed: body.completed,
    };
    let credit = credit_of(
        ctx,
        pop.organizer,
        |quota| quota.run_value(&pop.dungeon),
        Points::ONE,
    )?;
    let each = values::load(ctx, Earning::Completion, &pop.dungeon)?;
    let organizer_at = booking::time_of(ctx, &credit, event.at)?;
    let entries = of_popped_key(&pop, credit, each, organizer_at, event.at);
    booking::book(ctx, &entries).map(drop)
}
