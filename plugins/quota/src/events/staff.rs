//! What staff do besides runs: each act is credited to one of their roles.

use muster_sdk::ids::UserId;
use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Event, Handled};
use serde::Deserialize;

use crate::booking;
use crate::entry::{Action, Entry};
use crate::members::credit_of;
use crate::points::Points;
use crate::queries::{ledger, quotas};
use crate::quota::{Credit, StaffWork};

#[derive(Deserialize)]
struct Verified {
    user_id: UserId,
    actor_id: Option<UserId>,
}

/// A member was verified. Within one quota period that counts once for each member; who verified themselves
/// is counted for the bot, and for nothing.
pub fn verified(ctx: &mut Ctx, event: Event) -> Handled {
    let body: Verified = event.body()?;
    let work = StaffWork::Verify;
    let (actor, credit) = match body.actor_id {
        Some(actor) => {
            let credit = credit_of(ctx, actor, |quota| quota.staff_work.of(work), Points::ONE)?;
            (actor, credit)
        }
        None => {
            let nothing = Credit {
                role: None,
                points: Points::ZERO,
            };
            (ctx.bot_user()?, nothing)
        }
    };
    let subject = format!("verify:{}", body.user_id);
    let at = booking::time_of(ctx, &credit, event.at)?;
    let since = period_start(ctx, &credit, at)?;
    if ledger::was_booked_since(ctx, &subject, since)? {
        return Ok(());
    }
    let entry = Entry {
        subject: Some(subject),
        once_in: Some(since),
        quota_points: credit.points,
        role: credit.role,
        ..Entry::new(actor, Action::Staff(work), at)
    };
    booking::book(ctx, &[entry]).map(drop)
}

/// Since when the period of a credited role counts that holds this moment; without a role, since ever.
fn period_start(
    ctx: &mut Ctx,
    credit: &Credit,
    at: Timestamp,
) -> Result<Timestamp, muster_sdk::Failure> {
    let Some(role) = credit.role else {
        return Ok(Timestamp::from_millis(0));
    };
    let (zone, _) = crate::manifest::time_zone(ctx);
    let quota = quotas::find(ctx, role)?;
    Ok(quota.map_or(Timestamp::from_millis(0), |quota| {
        quota.schedule.period_at(at, &zone).start
    }))
}

/// What the other plugins of staff tell: who did it, and which of their acts it was.
#[derive(Deserialize)]
struct Done {
    actor_id: Option<UserId>,
    subject: String,
}

/// A member was warned.
pub fn warned(ctx: &mut Ctx, event: Event) -> Handled {
    done(ctx, &event, StaffWork::Warn)
}

/// A member was suspended.
pub fn suspended(ctx: &mut Ctx, event: Event) -> Handled {
    done(ctx, &event, StaffWork::Suspend)
}

/// A member's name was edited.
pub fn renamed(ctx: &mut Ctx, event: Event) -> Handled {
    done(ctx, &event, StaffWork::EditName)
}

/// A note was written.
pub fn noted(ctx: &mut Ctx, event: Event) -> Handled {
    done(ctx, &event, StaffWork::AddNote)
}

/// A member's letter was answered.
pub fn replied(ctx: &mut Ctx, event: Event) -> Handled {
    done(ctx, &event, StaffWork::ModmailReply)
}

fn done(ctx: &mut Ctx, event: &Event, work: StaffWork) -> Handled {
    let body: Done = event.body()?;
    // What the bot did by itself is nobody's work.
    let Some(actor) = body.actor_id else {
        return Ok(());
    };
    let credit = credit_of(ctx, actor, |quota| quota.staff_work.of(work), Points::ZERO)?;
    let at = booking::time_of(ctx, &credit, event.at)?;
    let entry = Entry {
        subject: Some(format!("{}:{}", event.topic, body.subject)),
        quota_points: credit.points,
        role: credit.role,
        ..Entry::new(actor, Action::Staff(work), at)
    };
    booking::book(ctx, &[entry]).map(drop)
}
