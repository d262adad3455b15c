//! A role is gone: deleted by the run's end, or by somebody.

use muster_sdk::ids::RoleId;
use muster_sdk::{Ctx, Event, Handled};
use serde_json::Value;

use crate::queries;

/// The run has no role any more, so no sweep asks for it.
pub fn hear(ctx: &mut Ctx, event: Event) -> Handled {
    if event.source != "host" {
        return Ok(());
    }
    let body: Value = event.body()?;
    match body["role"]
        .as_str()
        .and_then(|role| role.parse::<RoleId>().ok())
    {
        Some(role) => queries::forget_role(ctx, role),
        None => Ok(()),
    }
}
