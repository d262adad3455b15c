//! What the host tells: channels that were mapped anew, settings, roles that are gone.

use muster_sdk::ids::RoleId;
use muster_sdk::{Ctx, Event, Handled, Place};
use serde::Deserialize;
use serde_json::json;

use crate::manifest::QUOTA;
use crate::names::{PanelName, TimerName};
use crate::panels::ranking;
use crate::queries::quotas;
use crate::{booking, resets};

#[derive(Deserialize)]
struct Mapped {
    keys: Vec<String>,
}

/// The quota channel moved: every ranking moves with it.
pub fn mapping_changed(ctx: &mut Ctx, event: Event) -> Handled {
    let body: Mapped = event.body()?;
    if event.source != "host" || !body.keys.iter().any(|key| key == QUOTA) {
        return Ok(());
    }
    ranking::follow_channel(ctx)
}

/// Another time zone may mean other resets.
pub fn settings_changed(ctx: &mut Ctx, event: Event) -> Handled {
    if event.source != "host" {
        return Ok(());
    }
    for quota in quotas::list(ctx)? {
        booking::refresh_now(ctx, quota.role)?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct Deleted {
    role_id: RoleId,
}

/// A role is gone: nobody can owe its quota any more. What was earned stays.
pub fn role_deleted(ctx: &mut Ctx, event: Event) -> Handled {
    let body: Deleted = event.body()?;
    if event.source != "host" {
        return Ok(());
    }
    let Some(quota) = quotas::find(ctx, body.role_id)? else {
        return Ok(());
    };
    quotas::delete(ctx, quota.role)?;
    ctx.cancel_timer(TimerName::Reset(quota.role))?;
    if quota.panel_channel.is_some() {
        ctx.delete_message(&Place::panel(PanelName::Ranking(quota.role)), ())?;
    }
    let meta = json!({ "required_points": quota.required.to_string() });
    ctx.audit("quota.config.delete", resets::subject(quota.role), &meta)
}
