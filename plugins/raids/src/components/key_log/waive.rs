//! The **Cancel Remaining Keys** button.

use muster_sdk::{Ctx, Handled, Press};
use serde_json::json;

pub use super::spec;
use super::{load, refused};
use crate::panel_name::KeyPanel;
use crate::run::KeyLogError;
use crate::views::LogLine;
use crate::{closing, queries, raid_log};

/// Nobody is thanked for the rest.
pub fn handle(ctx: &mut Ctx, press: Press<KeyPanel>) -> Handled {
    let loaded = load(ctx, press.data, press.member)?;
    let (run, keys) = (&loaded.run, loaded.run.keys_left(&loaded.log));
    if keys == 0 {
        return Err(refused(run)(KeyLogError::NothingLeft));
    }
    queries::waive_keys(ctx, run.id, keys)?;
    ctx.audit("key.waive", closing::subject(run), &json!({ "keys": keys }))?;
    let by = press.member;
    raid_log::write(ctx, run, &LogLine::KeysWaived { by, keys });
    super::rest(ctx, run, press.data)
}
