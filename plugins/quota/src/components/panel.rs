//! The panel on which somebody pressed: only who opened it may use it.

use muster_sdk::ids::{RoleId, UserId};
use muster_sdk::{ComponentSpec, Ctx, Failure, Form, Handled, Input, Rank, tell_member};
use serde_json::{Value, json};

use crate::names::{ConfigView, PanelName};
use crate::period::Schedule;
use crate::points::Points;
use crate::queries::quotas;
use crate::quota::Quota;
use crate::{booking, resets, views};

/// Every button, menu and form of the configuration: for moderators, at the time of the press.
pub fn spec() -> ComponentSpec {
    ComponentSpec::for_rank(Rank::Moderator).rate("config-panel", 6, 10)
}

/// Checks that the pressed panel is the member's own.
///
/// # Errors
/// Told to the member: it is somebody else's.
pub fn check_own(ctx: &Ctx, member: UserId) -> Handled {
    let owner = match ctx.pressed_panel().as_deref().and_then(PanelName::parse) {
        Some(PanelName::Config(_, owner, _) | PanelName::Points(owner, _)) => owner,
        _ => return Ok(()),
    };
    if owner == member {
        Ok(())
    } else {
        Err(tell_member(views::NOT_YOUR_PANEL))
    }
}

/// The pressed panel shows another view from now on.
pub fn turn(ctx: &mut Ctx, role: RoleId, member: UserId, view: ConfigView) -> Handled {
    let new = PanelName::Config(role, member, view).to_string();
    match ctx.pressed_panel() {
        Some(old) if old != new => ctx.rename_panel(old, new),
        Some(_) => ctx.refresh(new),
        None => Err(tell_member(views::OUTDATED)),
    }
}

/// The role's quota, or one as it begins.
pub fn load(ctx: &mut Ctx, role: RoleId) -> Result<Quota, Failure> {
    let found = quotas::find(ctx, role)?;
    let now = ctx.now();
    Ok(found.unwrap_or_else(|| Quota::new(role, Schedule::first(now))))
}

/// Keeps a quota that was changed, and shows it everywhere. `meta` says what it was and what it is.
pub fn keep(ctx: &mut Ctx, quota: &Quota, before: &Value, after: &Value) -> Handled {
    quotas::put(ctx, quota)?;
    resets::schedule(ctx, quota)?;
    let meta = json!({ "previous": before, "new": after });
    ctx.audit("quota.config.set", resets::subject(quota.role), &meta)?;
    booking::refresh_now(ctx, quota.role)
}

/// What a component was used for: a button asks for a form, a form brings what was typed.
pub enum Step {
    /// The button was pressed.
    Ask,
    /// The form was filled in.
    Set(Form),
}

impl Step {
    /// Reads which it was.
    pub fn of(member: UserId, input: Input) -> Self {
        match input {
            Input::Modal { fields } => {
                let fields = fields
                    .iter()
                    .map(|(name, text)| (name.as_str(), text.as_str()));
                Self::Set(Form::new(member, (), fields))
            }
            Input::Button | Input::Select { .. } => Self::Ask,
        }
    }
}

/// The most that anything may count: 99 of it still fit an entry.
pub const MOST: Points = Points::whole(1_000_000);

/// An amount that was typed into a form; at least 0.
///
/// # Errors
/// Told to the member, with the name of the field.
pub fn amount<T>(form: &Form<T>, field: &str, label: &str) -> Result<Points, Failure> {
    Points::parse(form.text(field))
        .ok()
        .filter(|points| !points.is_negative() && *points <= MOST)
        .ok_or_else(|| tell_member(views::no_amount(label, form.text(field))))
}
