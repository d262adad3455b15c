//! **Set Basic Config**: what is owed, and from when to when.

use muster_sdk::ids::{RoleId, UserId};
use muster_sdk::time::Timestamp;
use muster_sdk::{ComponentSpec, Ctx, Failure, Form, Handled, Input, tell_member};
use serde_json::{Value, json};

use super::panel::{self, Step};
use crate::quota::Quota;
use crate::recurrence::Recurrence;
use crate::{dates, views};

/// For moderators.
pub fn spec() -> ComponentSpec {
    panel::spec().opens_modal()
}

/// Asks, or keeps what was typed.
pub fn handle(ctx: &mut Ctx, (member, role, input): (UserId, RoleId, Input)) -> Handled {
    panel::check_own(ctx, member)?;
    let mut quota = panel::load(ctx, role)?;
    match Step::of(member, input) {
        Step::Ask => ctx.modal(&views::basic_form(&quota)),
        Step::Set(form) => {
            let before = shown(&quota);
            read(&mut quota, &form)?;
            panel::keep(ctx, &quota, &before, &shown(&quota))
        }
    }
}

fn read(quota: &mut Quota, form: &Form) -> Handled {
    let before = quota.schedule;
    quota.required = panel::amount(form, "required", "Required points")?;
    let start = date(form, "start", before.start)?;
    let reset_at = date(form, "reset", before.reset_at)?;
    let typed = form.text("repeats");
    let recurrence =
        Recurrence::parse(typed).ok_or_else(|| tell_member(views::no_recurrence(typed)))?;
    if start >= reset_at && (start, reset_at) != (before.start, before.reset_at) {
        return Err(tell_member(views::START_AFTER_RESET));
    }
    if reset_at != before.reset_at || recurrence != before.recurrence {
        quota.schedule.anchor = reset_at;
    }
    quota.schedule.start = start;
    quota.schedule.reset_at = reset_at;
    quota.schedule.recurrence = recurrence;
    Ok(())
}

/// What was typed; what was left as it stood there keeps its seconds.
fn date(form: &Form, field: &str, before: Timestamp) -> Result<Timestamp, Failure> {
    match form.text(field) {
        "" => Ok(before),
        typed if typed == dates::written(before) => Ok(before),
        typed => dates::parse(typed).map_err(|error| tell_member(views::no_date(&error))),
    }
}

fn shown(quota: &Quota) -> Value {
    json!({
        "required_points": quota.required.to_string(),
        "period_start_at": quota.schedule.start.iso8601(),
        "reset_at": quota.schedule.reset_at.iso8601(),
        "recurrence": quota.schedule.recurrence.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use muster_sdk::Failure;

    use super::*;
    use crate::period::Schedule;
    use crate::points::Points;

    fn quota() -> Quota {
        Quota::new(
            RoleId(7),
            Schedule::first(Timestamp::from_seconds(1_750_000_033)),
        )
    }

    fn typed(required: &str, start: &str, reset: &str, repeats: &str) -> Result<Quota, Failure> {
        let fields = [
            ("required", required),
            ("start", start),
            ("reset", reset),
            ("repeats", repeats),
        ];
        let mut quota = quota();
        read(&mut quota, &Form::new(UserId(1), (), fields))?;
        Ok(quota)
    }

    #[test]
    fn what_is_left_alone_keeps_its_seconds() {
        let (start, reset) = (quota().schedule.start, quota().schedule.reset_at);
        let same = typed("3", &dates::written(start), &dates::written(reset), "none");
        let same = same.expect("it stood there");
        assert_eq!(
            (same.schedule.start, same.schedule.reset_at),
            (start, reset)
        );
        assert_eq!(same.required, Points::whole(3));
    }

    #[test]
    fn a_new_reset_begins_a_new_series() {
        let changed =
            typed("0.5", "2026-01-01 00:00", "2026-02-01 12:00", "monthly").expect("valid");
        assert_eq!(changed.schedule.anchor, changed.schedule.reset_at);
        assert_eq!(changed.schedule.recurrence, Recurrence::Monthly);
        assert_eq!(changed.required.to_string(), "0.5");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for (required, start, reset, repeats) in [
            ("-1", "", "", ""),
            ("many", "", "", ""),
            ("1", "", "2026-02-31 12:00", ""),
            ("1", "2026-02-02", "2026-02-01", ""),
            ("1", "2026-02-01", "2026-02-01", ""),
            ("1", "", "", "sometimes"),
        ] {
            let refused = typed(required, start, reset, repeats);
            assert!(
                matches!(refused, Err(Failure::Member(_))),
                "{reset}: {refused:?}"
            );
        }
    }
}
