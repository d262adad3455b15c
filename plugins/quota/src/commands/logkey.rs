//! `/logkey`: keys that a member popped, or that were counted by mistake.

use muster_dungeons::{Dungeon, Reaction};
use muster_sdk::{
    Category, Command, CommandSpec, Ctx, Failure, Handled, OptionSpec, Rank, tell_member,
};
use serde_json::json;

use super::dungeon;
use crate::entry::{Action, Entry};
use crate::events::keys::{Keys, decide, entry};
use crate::queries::keys;
use crate::{booking, members, views};

/// The most keys at once.
const MOST: i64 = 99;

/// For organizers.
pub fn spec() -> CommandSpec {
    CommandSpec::new("Counts keys that a member popped, or takes them back")
        .minimum_role(Rank::Organizer)
        .category(Category::RaidManagement)
        .option(OptionSpec::user("member", "Who popped them").required())
        .option(dungeon::option("Which dungeon they opened").required())
        .option(
            OptionSpec::integer(
                "amount",
                "How many keys; negative takes back. 1 if left out",
            )
            .range(-MOST..=MOST),
        )
        .option(
            OptionSpec::text("key_type", "Which key, if the dungeon has several").autocomplete(),
        )
}

/// The count never falls below 0, and points follow what really changed.
pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
    let amount = command.find_integer("amount").unwrap_or(1);
    if amount == 0 || amount.abs() > MOST {
        return Err(tell_member(views::bad_amount(MOST)));
    }
    let dungeon = dungeon::find(&command)?;
    let dungeon = dungeon.ok_or_else(|| tell_member(views::no_dungeon("")))?;
    let key = key_of(dungeon, command.find_text("key_type").as_deref())?;
    let raider = members::meant(ctx, &command)?;
    let popped = Keys {
        user: raider.id,
        dungeon: dungeon.key,
        key_type: key.key,
        amount,
    };
    let (change, _) = decide(ctx, &popped)?;

    members::seen(ctx, &raider)?;
    if change.changed != 0 {
        let now = ctx.now();
        let blank = Entry {
            by: Some(command.member),
            ..Entry::new(raider.id, Action::KeyPop, now)
        };
        booking::book(ctx, &[entry(&popped, &change, blank)])?;
        keys::put(ctx, raider.id, dungeon.key, key.key, change.total, now)?;
    }
    let meta = json!({
        "dungeon_key": dungeon.key,
        "key_type": key.key,
        "amount": change.changed,
        "total": change.total,
        "points": change.points.to_string(),
    });
    ctx.audit("quota.log_key", format!("user:{}", raider.id), &meta)?;
    ctx.reply_private(views::key_logged(&views::LoggedKeys {
        dungeon,
        key,
        amount,
        change: &change,
        raider: raider.id,
        by: command.member,
    }))
}

/// The key that was named; the dungeon's first one if none was.
fn key_of(dungeon: &Dungeon, named: Option<&str>) -> Result<&'static Reaction, Failure> {
    let keys = dungeon.keys.iter().map(|asked| asked.reaction);
    let found = match named.map(str::trim).filter(|named| !named.is_empty()) {
        None => keys.clone().next(),
        Some(named) => keys.clone().find(|key| {
            [key.key, key.label, key.name]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(named))
        }),
    };
    let labels: Vec<&str> = keys.map(|key| key.label).collect();
    found.ok_or_else(|| tell_member(views::no_key(dungeon, &labels)))
}
