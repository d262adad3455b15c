//! Forms. What stands in a field is what holds now.

use muster_dungeons::Dungeon;
use muster_sdk::message::{Modal, TextInput};

use crate::dates;
use crate::points::Points;
use crate::queries::values::Earning;
use crate::quota::Quota;

/// Longer than any amount.
const AMOUNT: u16 = 20;

fn amount(name: &str, label: &str, now: Points) -> TextInput {
    TextInput::short(name, label)
        .length(1, AMOUNT)
        .value(now.to_string())
}

/// **Set Basic Config**.
pub fn basic_form(quota: &Quota) -> Modal {
    let date = |name: &str, label: &str, at| {
        TextInput::short(name, label)
            .length(0, 40)
            .placeholder("YYYY-MM-DD HH:MM")
            .value(dates::written(at))
            .optional()
    };
    Modal::new(format!("basic/{}", quota.role), "Set Basic Config")
        .input(amount("required", "Required points", quota.required))
        .input(date(
            "reset",
            "Reset date and time (UTC)",
            quota.schedule.reset_at,
        ))
        .input(date("start", "Period start (UTC)", quota.schedule.start))
        .input(
            TextInput::short("repeats", "Repeats")
                .length(0, 20)
                .placeholder("none, daily, weekly, biweekly, monthly, or days")
                .value(quota.schedule.recurrence.to_string())
                .optional(),
        )
}

/// **Base Points**.
pub fn base_form(quota: &Quota) -> Modal {
    Modal::new(format!("base/{}", quota.role), "Base Points")
        .input(amount("exalt", "Exaltation dungeons", quota.base_exalt))
        .input(amount("other", "Other dungeons", quota.base_other))
}

/// **Moderation Points**.
pub fn work_form(quota: &Quota) -> Modal {
    let work = &quota.staff_work;
    Modal::new(format!("work/{}", quota.role), "Moderation Points")
        .input(amount("verify", "Verification", work.verify))
        .input(amount("warn", "Warning", work.warn))
        .input(amount("suspend", "Suspension", work.suspend))
}

/// **More Moderation Points**.
pub fn work_more_form(quota: &Quota) -> Modal {
    let work = &quota.staff_work;
    Modal::new(
        format!("work-more/{}", quota.role),
        "More Moderation Points",
    )
    .input(amount("modmail", "Modmail reply", work.modmail_reply))
    .input(amount("name", "Edited name", work.edit_name))
    .input(amount("note", "Note", work.add_note))
}

/// What a dungeon counts for a role.
pub fn override_form(quota: &Quota, dungeon: &Dungeon) -> Modal {
    let own = quota.overrides.iter().find(|(key, _)| key == dungeon.key);
    let mut input = TextInput::short("points", "Quota points (empty removes, 0 is nothing)")
        .length(0, AMOUNT)
        .placeholder(format!(
            "{} without a value of its own",
            quota.base_value(dungeon.key)
        ))
        .optional();
    if let Some((_, points)) = own {
        input = input.value(points.to_string());
    }
    Modal::new(
        format!("override/{}/{}", quota.role, dungeon.key),
        dungeon.label,
    )
    .input(input)
}

/// What a completion or a key gives in a dungeon.
pub fn value_form(earning: Earning, dungeon: &Dungeon, now: Points) -> Modal {
    let label = match earning {
        Earning::Completion => "Points for a completion",
        Earning::Key => "Points for a popped key",
    };
    Modal::new(
        format!("value/{}/{}", earning.as_str(), dungeon.key),
        dungeon.label,
    )
    .input(amount("points", label, now).placeholder(format!("{} is usual", earning.usual())))
}
