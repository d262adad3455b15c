//! `/logrun`: runs that no panel counted, or that counted too much.

use muster_dungeons::find_dungeon;
use muster_sdk::ids::UserId;
use muster_sdk::{
    Category, Command, CommandSpec, Ctx, Failure, Handled, OptionSpec, Rank, tell_member,
};
use serde_json::json;

use super::dungeon;
use crate::entry::{Action, Entry};
use crate::members::{self, credit_of};
use crate::points::Points;
use crate::queries::ledger;
use crate::{booking, views};

/// The most runs at once.
const MOST: i64 = 99;

/// For organizers.
pub fn spec() -> CommandSpec {
    CommandSpec::new("Counts runs for an organizer, or takes them back")
        .minimum_role(Rank::Organizer)
        .category(Category::RaidManagement)
        .option(dungeon::option(
            "Which dungeon; left out, that of their latest run",
        ))
        .option(
            OptionSpec::integer(
                "amount",
                "How many runs; negative takes back. 1 if left out",
            )
            .range(-MOST..=MOST),
        )
        .option(OptionSpec::user(
            "member",
            "Who organized them; you, if left out",
        ))
}

/// Each run counts what it would have counted for the organizer's roles of now.
pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
    let amount = command.find_integer("amount").unwrap_or(1);
    if amount == 0 || amount.abs() > MOST {
        return Err(tell_member(views::bad_amount(MOST)));
    }
    let organizer = members::meant(ctx, &command)?;
    let (dungeon, is_guess) = match dungeon::find(&command)? {
        Some(dungeon) => (dungeon.key.to_owned(), false),
        None => (latest(ctx, organizer.id)?, true),
    };
    let credit = credit_of(
        ctx,
        organizer.id,
        |quota| quota.run_value(&dungeon),
        Points::ONE,
    )?;
    let change = credit.points.times(amount);

    let entry = Entry {
        dungeon: Some(dungeon.clone()),
        amount,
        quota_points: change,
        role: credit.role,
        by: Some(command.member),
        ..Entry::new(organizer.id, Action::RunCompleted, ctx.now())
    };
    members::seen(ctx, &organizer)?;
    booking::book(ctx, &[entry])?;
    let meta = json!({
        "dungeon_key": dungeon,
        "amount": amount,
        "quota_points": change.to_string(),
        "role_id": credit.role,
    });
    ctx.audit("quota.log_run", format!("user:{}", organizer.id), &meta)?;
    ctx.reply_private(views::run_logged(&views::LoggedRuns {
        dungeon: &dungeon,
        is_guess,
        amount,
        change,
        organizer: organizer.id,
        by: command.member,
    }))
}

/// The dungeon of the organizer's latest run.
fn latest(ctx: &mut Ctx, organizer: UserId) -> Result<String, Failure> {
    let found = ledger::find_latest_dungeon(ctx, organizer)?;
    found
        .filter(|key| find_dungeon(key).is_some())
        .ok_or_else(|| tell_member(views::no_latest_run(organizer)))
}
